"""The second look is trained, with a small network of random weights in the place of the teacher's, and fitted."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from transformers import MPNetConfig, MPNetModel

from rag.embedding.encoder import model_folder
from rag.reading import second_look
from rag.reading.second_look import SecondCalibration
from training.across import asked, second, second_fit
from training.across.second_network import loaded

TEXT = "# Club\n\n" + "".join(
    f"## Room {n}\n\nRoom {n} opens at {n} o'clock. Its key hangs behind door {n}. Ask {name} for it. Dogs may not enter.\n\n"
    for n, name in enumerate(("Ann", "Bo", "Cy", "Di", "Ed", "Flo"), start=1)
)


GRADER = """
def toks(text):
    return text.lower().split()
def grade(gold, given):
    return "right" if all(point in given.text for point in gold["must"]) else "wrong"

p = argparse.ArgumentParser()
"""


def wrote(written: Path, ask: str) -> Path:
    """Two writers' folders with four questions each."""
    for writer in ("one", "two"):
        folder = written / writer / "club"
        folder.mkdir(parents=True)
        (folder / "a.md").write_text(TEXT)
        questions = [
            {
                "id": f"{writer}-{n}", "folder": "club", "kind": "fact", "question": f"{ask} does room {n} open?",
                "also": [f"opening of room {n}", f"Room {n}: from when on?"], "history": [], "answers": [f"{n} o'clock"],
                "must": [str(n)], "evidence": [{"file": "a.md", "quote": f"Room {n} opens at {n} o'clock."}], "note": "",
            }
            for n in range(1, 5)
        ]  # fmt: skip
        lines = "".join(json.dumps(one) + "\n" for one in questions)
        (written / writer / "gold.jsonl").write_text(lines)
    return written


def test_units_are_kept_and_learnt_from(tmp_path: Path) -> None:
    written, state, teacher = (
        wrote(tmp_path / "written", "When"),
        tmp_path / "state",
        tmp_path / "teacher",
    )
    second.keep(written, state, ["one", "two"], 3)
    rows = second.kept(state, ["one", "two"])
    assert len(rows) == 24
    assert all(any(one.right for one in row.candidates) for row in rows)
    assert all("opens at" in one.text for row in rows for one in row.candidates if one.right)

    config = MPNetConfig(
        vocab_size=30527,
        hidden_size=64,
        num_hidden_layers=8,
        num_attention_heads=4,
        intermediate_size=64,
    )
    torch.manual_seed(1)
    MPNetModel(config, add_pooling_layer=False).save_pretrained(teacher)
    shutil.copy(model_folder() / "tokenizer.json", teacher)
    before, _ = loaded(teacher)
    second.train(rows, teacher, tmp_path / "out", 5, most=2)
    after, _ = loaded(teacher, tmp_path / "out")
    assert (tmp_path / "out" / "model.safetensors").stat().st_size < 200_000
    changed = {
        name
        for (name, old), new in zip(before.named_parameters(), after.parameters(), strict=True)
        if not torch.allclose(old, new, atol=1e-6)
    }
    assert any("layer.7" in name for name in changed)
    assert not any("layer.0." in name or "embeddings" in name for name in changed)


def test_what_it_weighs_is_fitted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the real network."""
    written = wrote(tmp_path / "written", "why")
    (tmp_path / "ask_gold.py").write_text(GRADER)
    command = ["second_fit", written, tmp_path / "state", "--writers", "one", "two"]
    monkeypatch.setattr("sys.argv", [*map(str, command), "--gold", str(tmp_path / "gold.jsonl")])
    second_fit.main()
    without, with_it, lines = capsys.readouterr().out.splitlines()[-3:]
    assert without.startswith("without: first unit right")
    assert with_it.startswith("with:    first unit right")
    assert lines.startswith("SecondCalibration(seen=0.6, joint=0.3")
    kept = second_fit.seen(written, tmp_path / "state", "one")
    assert len(kept) == 4 and all(len(row.scores) == second_look.LOOKED_AT for row in kept)
    row = second_fit.Answered(kept[0], lambda gold, given: "right")
    assert not row.short
    calm = SecondCalibration(seen=1.0, joint=0.0, before=1.0, best=0.0, bias=0.0)
    assert row.after(calm).units == row.before.units
    worst = min(range(second_look.LOOKED_AT), key=lambda at: kept[0].scores[at])
    bold = SecondCalibration(seen=0.0, joint=-1.0, before=1.0, best=0.0, bias=0.0)
    assert row.after(bold).units[0].start == row.before.units[worst].start


def test_questions_are_asked_in_both_ways(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    written, out = wrote(tmp_path / "written", "Why"), tmp_path / "asked.jsonl"
    (tmp_path / "ask_gold.py").write_text(GRADER)
    command = ["asked", written, tmp_path / "state", out, "--writers", "one"]
    monkeypatch.setattr("sys.argv", [*map(str, command), "--gold", str(tmp_path / "gold.jsonl")])
    asked.main()
    first = capsys.readouterr().out
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [row["id"] for row in rows] == [f"one/one-{n}" for n in range(1, 5)]
    for row in rows:
        for model in asked.MODELS:
            assert row[model]["grade"] in {"right", "wrong"} and 0 < row[model]["conf"] < 1
        assert row["reader-fast"]["conf"] != row["reader-careful"]["conf"]
    assert first.startswith("reader-fast: from 0.42 on right ") and "\nreader-careful: " in first
    asked.main()  # asks nothing again
    assert capsys.readouterr().out == first
