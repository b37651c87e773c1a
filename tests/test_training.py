"""How the reader is made: examples, what they are worth, and a training in small."""

from __future__ import annotations

import json
import math
import random
import re
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM

from rag.errors import LoadError
from rag.reading import Reader
from rag.reading.decode import best_spans
from rag.reading.model import ReaderForCausalLM, TorchBackend
from rag.reading.reader import WEIGHTS
from training.examples import Example, collate, read_examples, sequence, varied
from training.objective import log_likelihood
from training.tables import tables
from training.train import Recipe, hard_negatives, load_tokenizer, swapped, train

LEAVE = (
    "In the first year of service employees have 24 days of annual leave. From the second year "
    "of service, employees receive 25 days of annual leave."
)
KETTLE = "The kettle holds 1.7 litres of water and weighs 1,150 grams. It costs 79.90 euros."
QUESTION = "How much water does the kettle hold?"
TOKENIZER = load_tokenizer()


@pytest.fixture(scope="module")
def model() -> ReaderForCausalLM:
    return AutoModelForCausalLM.from_pretrained(WEIGHTS, dtype=torch.float32).eval()


def test_the_likelihood_in_training_is_the_probability_in_decoding(
    model: ReaderForCausalLM,
) -> None:
    rng = random.Random(0)
    example = Example(QUESTION, KETTLE, ("1.7 litres",))
    made = sequence(example, TOKENIZER, rng, 224)
    none = sequence(Example(QUESTION, LEAVE, ()), TOKENIZER, rng, 224)
    assert made is not None and none is not None
    with torch.inference_mode():
        likelihood = log_likelihood(model, collate([made, none])).tolist()
    decoded = best_spans(TorchBackend(model), [[made.prefix], [none.prefix]], k=50)
    first, last = made.spans[0]
    span = next(s for s in decoded[0].spans if (s.first, s.last) == (first, last))
    assert likelihood[0] == pytest.approx(span.log_p, abs=1e-3)
    assert likelihood[1] == pytest.approx(decoded[1].no_answer[0], abs=1e-3)


def test_answers_that_stand_twice_count_together(model: ReaderForCausalLM) -> None:
    text = "It holds 1.7 litres. I said it: 1.7 litres."
    made = sequence(Example("How much?", text, ("1.7 litres",)), TOKENIZER, random.Random(0), 224)
    assert made is not None and len(made.spans) == 2
    with torch.inference_mode():
        both = log_likelihood(model, collate([made])).exp().item()
    spans = best_spans(TorchBackend(model), [[made.prefix]], k=200)[0].spans
    single = [math.exp(s.log_p) for s in spans if (s.first, s.last) in made.spans]
    assert both == pytest.approx(sum(single), abs=1e-3)


def test_varied_examples_keep_their_answer() -> None:
    rng = random.Random(0)
    long = " ".join(f"Sentence number {i} says little." for i in range(80))
    example = Example("Where?", f"{long} The answer is Brno. {long}", ("Brno",))
    lengths = set()
    for _ in range(50):
        shown = varied(example, rng, [LEAVE], most=600)
        assert "Brno" in shown.passage and len(shown.passage) <= 600
        lengths.add(len(shown.passage))
    assert len(lengths) > 5


def test_hard_negatives_do_not_hold_the_answer() -> None:
    items = [
        Example(f"What is thing {i}?", f"Thing {i} is number {i}.", (f"number {i}",))
        for i in range(30)
    ]
    negatives = hard_negatives(items, 1.0, random.Random(0))
    assert len(negatives) == 30
    for negative in negatives:
        number = negative.question.split()[-1].rstrip("?")
        assert not negative.answers and f"number {number}." not in negative.passage


def test_examples_are_read_and_errors_name_the_line(tmp_path: Path) -> None:
    squad = {
        "data": [
            {
                "title": "A_b",
                "paragraphs": [
                    {
                        "context": "x y",
                        "qas": [
                            {"question": "q", "answers": [{"text": "y"}]},
                            {"question": "r", "answers": [], "is_impossible": True},
                        ],
                    }
                ],
            }
        ]
    }
    (tmp_path / "squad.json").write_text(json.dumps(squad))
    assert read_examples(tmp_path / "squad.json") == [
        Example("q", "x y", ("y",), "A b"),
        Example("r", "x y", (), "A b"),
    ]
    (tmp_path / "bad.jsonl").write_text('{"question": "q", "context": "c", "answers": []}\n{}\n')
    with pytest.raises(LoadError, match="line 2 has no answers, context, question"):
        read_examples(tmp_path / "bad.jsonl")


def test_training_learns_and_goes_on_from_a_checkpoint(tmp_path: Path) -> None:
    colours = ("red", "green", "blue", "white")
    rows = [
        {
            "question": f"What colour is thing {i}?",
            "context": f"Thing {i} is made of wood. It is painted {colours[i % 4]}.",
            "answers": [colours[i % 4]],
        }
        for i in range(96)
    ]
    path = tmp_path / "data.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    recipe = Recipe({str(path): 3.0}, negatives=0.0, batch_tokens=512, warm_up=5, layers=1)
    lines: list[str] = []
    train(recipe, {}, tmp_path / "out", log=lines.append, every=10)
    losses = [float(line.split("loss ")[1].split()[0]) for line in lines if "loss" in line]
    assert losses == [] or losses[-1] < 3.0
    again: list[str] = []
    train(recipe, {}, tmp_path / "out", log=again.append, every=10)
    assert any("going on from step" in line for line in again)
    reading = Reader.load(tmp_path / "out", precision="f32").read(
        "What colour is thing 200?", ["Thing 200 is made of wood. It is painted green."]
    )
    assert reading.quotes[0].text == "green"


def test_made_up_tables_hold_their_answers_once() -> None:
    made = tables(400, random.Random(5))
    told = [example for example in made if example.answers]
    assert 0.5 < len(told) / len(made) < 0.8
    for example in told:
        assert example.passage.count(example.answers[0]) == 1
    assert made == tables(400, random.Random(5))
    # A year that a question names is that of a column, or of the list that it asks of.
    dated = [example for example in told if re.search(r"20\d\d", example.question)]
    assert any("Actual 20" in example.passage for example in dated)
    for example in dated:
        for year in re.findall(r"20\d\d", example.question):
            assert year in example.passage + example.title


def test_a_question_of_something_else_is_not_answered() -> None:
    names = ("Avon", "Tyne", "Forth", "Severn", "Tamar")
    items = [
        Example(f"When was the {n} bridge built?", f"The {n} bridge was built in 1890.", ("1890",))
        for n in names
    ]
    made = swapped(items, 0.6, random.Random(1))
    assert len(made) == 3
    for example in made:
        (asked,) = [name for name in names if name in example.question]
        assert example.answers == () and asked not in example.passage
