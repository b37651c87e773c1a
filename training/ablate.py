"""What the choices in the reader's shape are worth: short trainings that differ in one thing each.

    python -m training.ablate DATA OUT [--examples 12000] [--variants 0 1 2 3 4]

All start from the encoder's weights and see the same examples of SQuAD in the same order; F1
is of the "tune" half of the two dev sets, gold passage given. Too short to be good: compare rows only.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rag.evaluation.answers import f1
from rag.reading.model import ReaderConfig, ReaderForCausalLM
from scripts.tables import interval, table
from training import train as training
from training.objective import from_encoder
from training.train import Recipe, load_tokenizer, read, train
from training.trials import DEV, examples

COUNT = 300  # questions of each set


def shared_query(folder: Path, config: ReaderConfig) -> ReaderForCausalLM:
    """One query for where to start and for whether to go on."""
    model = from_encoder(folder, config)
    model.pointer.step_query = model.pointer.start_query
    return model


Variant = tuple[str, dict[str, Any], Callable[[Path, ReaderConfig], ReaderForCausalLM]]
VARIANTS: tuple[Variant, ...] = (
    ("prefix attention, 6 layers, two queries", {}, from_encoder),
    ("causal attention", {"attention": "causal"}, from_encoder),
    ("4 layers", {"layers": 4}, from_encoder),
    ("one shared query", {}, shared_query),
    ("one rate for all layers", {"layer_decay": 1.0}, from_encoder),
    ("8 layers, stacked", {"layers": 8}, from_encoder),
    ("12 layers, stacked", {"layers": 12}, from_encoder),
    ("layers of twice the inner width", {"inner": 3072}, from_encoder),
)


def main() -> None:
    """Trains each variant and prints their figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--examples", type=int, default=12_000)
    parser.add_argument("--variants", type=int, nargs="*", default=range(len(VARIANTS)))
    given = parser.parse_args()
    tokenizer = load_tokenizer()
    rows = []
    for number in given.variants:
        name, options, start = VARIANTS[number]
        training.from_encoder = start
        recipe = Recipe(
            data={str(given.data / "reading_squad_train.jsonl.gz"): 1.0},
            negatives=0.0,
            warm_up=40,  # of some hundred steps
            limit=given.examples,
            **options,
        )
        begun = time.monotonic()
        model = train(recipe, {}, given.out / str(number), log=lambda line: print(line, flush=True))
        seconds = time.monotonic() - begun
        model.eval()
        cells = []
        for which in DEV:
            items = examples(given.data, which, "tune", COUNT)
            found = read(model, tokenizer, items)
            cells.append(
                interval(f1(a, e.answers) for (a, *_), e in zip(found, items, strict=True))
            )
        rows.append([name, *cells, f"{seconds:.0f}"])
        print(rows[-1], flush=True)
    table(
        f"{given.examples} examples of SQuAD, F1 on {COUNT} questions",
        ["", *DEV, "seconds"],
        rows,
    )


if __name__ == "__main__":
    main()
