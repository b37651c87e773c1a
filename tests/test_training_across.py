"""Training across passages: shapes, groups, units, and two steps of each model on made-up groups."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.reading.units import units
from training.across import negatives, noise, shapes
from training.across.data import find
from training.across.groups import Group, Shown, read, write
from training.across.shapes import Piece


def test_units_are_sentences_items_and_rows():
    text = (
        "Leave\n\nAll staff get 25 days. Ask your manager first.\n\n- One day. It is paid.\n- Two\n\n"
        "Name: a | Days: 3\nName: b | Days: 4\n\n"
        "A line that was wrapped at a fixed width by some\neditor goes on here."
    )
    assert [text[a:b] for a, b in units(text)] == [
        "Leave",
        "All staff get 25 days.",
        "Ask your manager first.",
        "- One day. It is paid.",
        "- Two",
        "Name: a | Days: 3",
        "Name: b | Days: 4",
        "A line that was wrapped at a fixed width by some\neditor goes on here.",
    ]


@pytest.mark.parametrize("shape", shapes.SHAPES)
def test_answers_keep_their_places_in_every_shape(shape: str):
    pieces = [
        Piece("The river rises in the hills."),
        Piece("It is 25 km long and runs through Testville.", ((6, 11),), True),
        Piece("In 1901 a bridge was built across it."),
    ]
    for seed in range(30):
        made = shapes.written(pieces, shape, random.Random(seed), title="River")
        assert [made.text[a:b].replace("\n", " ") for a, b in made.answers] == ["25 km"]
        ((low, high),) = made.evidence
        assert "25 km" in made.text[low:high].replace("\n", " ")


def test_an_answer_counts_where_the_question_is_spoken_of():
    parts = [
        "He was born in 1901.",
        "The bridge across the river was built in 1901.",
        "So it stands.",
    ]
    made = find(parts, ["1901"], "When was the bridge across the river built?")
    assert made is not None
    assert [piece.evidence for piece in made] == [False, True, False]


def test_a_distractor_says_something_else_in_the_question_s_words():
    made = negatives.distractor(
        "Who led the Ebro Company?", "Ada Berg", ["Nile"], ["Ina Lund", "1901"], random.Random(1)
    )
    assert made is not None
    assert "Ina Lund" in made and "Nile" in made and "Ada" not in made


def test_noise_leaves_something_to_ask():
    for seed in range(200):
        assert noise.noisy("What is the notice period in probation?", random.Random(seed)).strip()


def _groups(count: int) -> list[Group]:
    rng = random.Random(0)
    made = []
    for number in range(count):
        days = rng.randint(2, 99)
        text = f"All staff may go. Staff get {days} days of leave a year. It is paid."
        at = text.index(str(days))
        own = Shown(text, "Leave", ((at, at + len(f"{days} days")),), ((18, 50),))
        other = Shown("A desk costs 90 EUR.\n\n- It is grey\n- It is wide", "Desks")
        shown = (own, other) if number % 3 else (other, other)
        made.append(Group(f"made-{number}", "made", "How much leave is there?", shown))
    return made


def test_groups_come_back_from_their_file(tmp_path: Path):
    made = _groups(4)
    write(tmp_path / "g.jsonl.gz", made)
    assert list(read(tmp_path / "g.jsonl.gz")) == made


def test_two_steps_of_teacher_and_student_as_on_a_gpu(tmp_path: Path):
    pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    from training.across import gpu
    from training.across.batches import tokens
    from training.across.gpu_batches import Groups
    from training.across.gpu_networks import Student, Teacher
    from training.across.pack import arrays
    from training.train import load_tokenizer

    tokenizer = load_tokenizer()
    packed = [made for group in _groups(12) if (made := tokens(group, tokenizer)) is not None]
    assert len(packed) == 12
    np.savez_compressed(tmp_path / "groups-00.npz", **arrays(packed))
    groups = Groups([tmp_path / "groups-00.npz"])
    small = transformers.MPNetConfig(
        vocab_size=30527,
        hidden_size=24,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
    )

    def run(seconds: float) -> str:
        return gpu.train(
            groups,
            Student(d=24, layers=1, heads=2, wide=32),
            Teacher(small),
            tmp_path,
            rates=gpu.Rates(teacher_batch=300, student_batch=300),
            epochs=(1, 1),
            seconds=seconds,
            device="cpu",
            workers=0,
            most=2,
        )

    assert run(600) == "teacher 2/2 student 2/2"
    assert run(600) == "teacher 2/2 student 2/2"  # nothing is left to do


def test_the_gpu_s_student_is_the_reader(tmp_path: Path):
    """The same scores of the same groups by both networks."""
    torch = pytest.importorskip("torch")
    from rag.reading.reader import WEIGHTS
    from training.across.batches import collated, tokens
    from training.across.gpu_batches import Groups
    from training.across.gpu_losses import losses
    from training.across.gpu_networks import Student
    from training.across.pack import arrays
    from training.across.train import load_model
    from training.train import load_tokenizer

    torch.manual_seed(0)
    tokenizer = load_tokenizer()
    packed = [made for group in _groups(4) if (made := tokens(group, tokenizer)) is not None]
    np.savez_compressed(tmp_path / "groups-00.npz", **arrays(packed))
    model = load_model(WEIGHTS).eval()
    student = Student()
    student.load_state_dict({k.removeprefix("reader."): v for k, v in model.state_dict().items()})
    groups = Groups([tmp_path / "groups-00.npz"])
    with torch.no_grad():
        batch = groups.batch(range(len(groups)))
        theirs = losses(student.eval()(batch), batch)
        ours = model.losses(collated(packed))
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, atol=2e-4, rtol=1e-3)


def test_the_head_in_numpy_is_the_head_in_torch(tmp_path: Path):
    torch = pytest.importorskip("torch")
    from safetensors.torch import save_file

    from training.across.heads import NEVER, UnitHead
    from training.across.unit_head import FILE
    from training.across.unit_head import UnitHead as Light

    torch.manual_seed(0)
    head = UnitHead(16)
    save_file(head.state_dict(), tmp_path / FILE)
    hidden, start = torch.randn(1, 9, 16), torch.randn(1, 9)
    start[0, 3] = NEVER
    unit = np.array([-1, -1, 0, 0, 0, 1, 1, 2, -1], np.int16)
    member = torch.from_numpy(unit[None, None, :] == np.arange(3)[None, :, None])
    with torch.no_grad():
        ours = head(hidden, torch.tensor([8]), start, member)[0].numpy()
    theirs = Light(tmp_path).scores(hidden[0].numpy(), start[0].numpy(), unit)
    np.testing.assert_allclose(ours, theirs, atol=1e-4)
    bare = Light(tmp_path / "none").scores(hidden[0].numpy(), start[0].numpy(), unit)
    assert bare.shape == (3,)


def test_units_are_weighed_in_training_as_when_a_question_is_asked():
    """What speaks for a unit beside reading is the score of the product's evidence without its reading, at its place."""
    pytest.importorskip("torch")
    from rag.reading import Reader
    from training.across import adapt
    from training.across.batches import collated, tokens
    from training.train import load_tokenizer

    question = "How long is the notice?"
    texts = ["Notice\n- The notice is two weeks long.\n- Give it in writing.", "Lunch is free."]
    evidence = ((texts[0].index("The"), texts[0].index(" long.")),)
    shown = (Shown(texts[0], "Leaving", (), evidence, 0.9), Shown(texts[1], "Food", score=0.6))
    group = Group("a", "written", question, shown, spans=False)
    reader = Reader.load()
    ranking = reader.calibration.ranking
    made = tokens(group, load_tokenizer())
    assert made is not None
    batch = collated([adapt.Beside(ranking)(group, made)])
    found = reader.find(question, texts, contexts=["Leaving", "Food"], scores=[0.9, 0.6])
    assert len(found.units) == 3  # all but the heading, which only repeats the question
    for unit in found.units:
        number = units(texts[unit.passage]).index((unit.start, unit.end))
        wanted = ranking.score(replace(unit.evidence, read=0.0))
        assert float(batch.beside[unit.passage, number]) == pytest.approx(wanted, abs=0.02)
    assert float(batch.beside[1, 1]) == 0.0  # a place of no unit


def test_an_adapter_is_learnt_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Three steps in two runs, on the real weights: matrices are others then, what does not learn is not."""
    torch = pytest.importorskip("torch")
    from safetensors.torch import load_file

    from rag.reading import Reader
    from rag.reading.reader import WEIGHTS
    from training.across import adapt

    monkeypatch.setattr(adapt, "WARM_UP", 1)
    (tmp_path / "sources").mkdir()
    write(tmp_path / "sources" / "a.jsonl.gz", _groups(6))
    out, shares = tmp_path / "out", {"sources/*.jsonl.gz": 1.0}
    for steps in (2, 3):  # the first at full rate, the others when the time is over
        adapt.run(tmp_path, out, shares, 1e-3, WEIGHTS)
        saved = torch.load(out / "checkpoint.pt", weights_only=True)
        assert saved["step"] == steps
    before, after = (load_file(f / "model.safetensors") for f in (WEIGHTS, out))
    assert before.keys() == after.keys()
    assert not torch.equal(before["layers.0.query.weight"], after["layers.0.query.weight"])
    assert torch.equal(before["places.weight"], after["places.weight"])
    assert Reader.load(out).calibration == Reader.load().calibration
    read = Reader.load(out).read("How long is the notice?", ["The notice is two weeks long."])
    assert "two weeks" in read.quotes[0].text


def test_an_adapter_begins_as_the_reader_was_and_leaves_its_words(tmp_path: Path):
    torch = pytest.importorskip("torch")
    from rag.reading.reader import WEIGHTS
    from training.across import adapt
    from training.across.batches import collated, tokens
    from training.across.train import load_model
    from training.objective import pointed
    from training.train import load_tokenizer

    model = load_model(WEIGHTS).eval()
    groups = collated([made for g in _groups(2) if (made := tokens(g, load_tokenizer()))])
    with torch.no_grad():
        before = pointed(model.reader, groups.batch)
        adapt.lowered(model)
        torch.testing.assert_close(pointed(model.reader, groups.batch), before)
    learnt = [name for name, part in model.named_parameters() if part.requires_grad]
    assert any("lora_A" in name for name in learnt)
    assert any("norm.weight" in name for name in learnt)
    assert not any("words" in name or "base_layer.weight" in name for name in learnt)
