"""Train the bundled reader, or go on from a checkpoint. The shipped weights were made by

    python -m training.run DATA OUT
    python -m training.calibrate DATA OUT

DATA is a folder with the reading sets (see rag/reading/weights/README.md). There are four runs.
The first three go on from each other's weights, the fourth from the mean of the second and the third,
OUT/mean. OUT/run1 to OUT/run4 get checkpoints, the model and recipe.json, which holds the hashes of the
data; OUT gets the mean of OUT/mean and the fourth. Killed, the same command goes on from the last
checkpoint. --run N makes one run alone, from --start.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

# How often each set is seen. Sets without a stated licence are left out.
FIRST = {
    "reading_squad_train": 0.75,
    "reading_squad2_unanswerable_train": 0.6,
    "reading_nq_train": 1.5,
    "reading_policyqa_train": 0.3,
    "reading_qamr_train": 0.25,
}
# Then what was seen less of.
MORE = {
    "reading_squad_train": 1.0,
    "reading_squad2_unanswerable_train": 0.7,
    "reading_nq_train": 3.0,
    "reading_policyqa_train": 0.5,
    "reading_qamr_train": 0.3,
}
# Last, above all what does not answer, and what is easily confused.
HARD = {
    "reading_squad_train": 0.35,
    "reading_squad2_unanswerable_train": 0.25,
    "reading_nq_train": 1.2,
    "reading_policyqa_train": 0.15,
    "reading_qamr_train": 0.08,
}
RUNS: tuple[dict[str, Any], ...] = (
    {"mixture": FIRST, "negatives": 0.15, "limit": 78_000, "seed": 1},
    {
        "mixture": MORE,
        "negatives": 0.35,
        "tables": 9_000,
        "rate": 1.2e-4,
        "limit": 90_000,
        "seed": 2,
    },
    {
        "mixture": MORE,
        "negatives": 0.35,
        "swaps": 0.08,
        "tables": 16_000,
        "rate": 1.0e-4,
        "decay": 0.4,
        "limit": 80_000,
        "seed": 3,
    },
    {
        "mixture": HARD,
        "negatives": 0.8,
        "swaps": 0.12,
        "tables": 8_000,
        "rate": 1.0e-4,
        "decay": 0.5,
        "limit": 62_000,
        "seed": 4,
    },
)
DEV = {"new_wiki": "reading_new_wiki_dev", "nq": "reading_nq_dev"}


def main() -> None:
    """All runs, or the one asked for."""
    from training.train import average

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--run", type=int, choices=range(1, len(RUNS) + 1), help="this run alone")
    parser.add_argument("--start", type=Path, help="with --run: a model folder to go on from")
    parser.add_argument("--attention", choices=("prefix", "causal"), default="prefix")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--limit", type=int, help="examples to see in each run; 0: all")
    given = parser.parse_args()
    if given.run:
        run(given, RUNS[given.run - 1], given.start, given.out)
        return
    first, second, third, fourth = (given.out / f"run{n}" for n in range(1, len(RUNS) + 1))
    mean = given.out / "mean"
    start: Path | None = None
    for settings, out in zip(RUNS, (first, second, third, fourth), strict=True):
        if out is fourth:
            average([second, third], mean)
            start = mean
        if not (out / "model.safetensors").is_file():
            run(given, settings, start, out)
        start = out
    average([mean, fourth], given.out)


def run(given: argparse.Namespace, settings: dict[str, Any], start: Path | None, out: Path) -> None:
    """One run, from ``start`` or from the encoder, into ``out``."""
    from training.train import Recipe, train

    def file(name: str) -> str:
        return str(given.data / f"{name}.jsonl.gz")

    options = dict(settings)
    mixture = options.pop("mixture")
    if given.limit is not None:
        options["limit"] = given.limit
    recipe = Recipe(
        data={file(name): times for name, times in mixture.items()},
        sentences=file("sentences_qamr"),
        start=str(start or ""),
        attention=given.attention,
        layers=given.layers,
        **options,
    )
    dev = {name: Path(file(stem)) for name, stem in DEV.items()}
    train(recipe, dev, out, log=lambda line: print(line, flush=True))


if __name__ == "__main__":
    main()
