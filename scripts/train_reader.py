"""Train the bundled reader, or go on from a checkpoint. The shipped weights were made by

    python scripts/train_reader.py DATA OUT

    python scripts/calibrate_reader.py DATA OUT

DATA is a folder with the reading sets (see rag/answer/reader/weights/README.md); OUT gets
checkpoints, the model and recipe.json, which holds the hashes of the data. Killed, the same command
goes on from the last checkpoint.
"""

from __future__ import annotations

import argparse
from pathlib import Path

# How often each set is seen. Sets without a stated licence are left out.
MIXTURE = {
    "reading_squad_train": 0.75,
    "reading_squad2_unanswerable_train": 0.6,
    "reading_nq_train": 1.5,
    "reading_policyqa_train": 0.3,
    "reading_qamr_train": 0.25,
}
DEV = {"new_wiki": "reading_new_wiki_dev", "nq": "reading_nq_dev"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--attention", choices=("prefix", "causal"), default="prefix")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--limit", type=int, default=78_000, help="examples to see; 0: all")
    parser.add_argument("--negatives", type=float, default=0.15)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()

    from rag.answer.reader.train import Recipe, train

    def file(name: str) -> str:
        return str(given.data / f"{name}.jsonl.gz")

    recipe = Recipe(
        data={file(name): times for name, times in MIXTURE.items()},
        sentences=file("sentences_qamr"),
        negatives=given.negatives,
        attention=given.attention,
        layers=given.layers,
        limit=given.limit,
        seed=given.seed,
    )
    dev = {name: Path(file(stem)) for name, stem in DEV.items()}
    train(recipe, dev, given.out, log=lambda line: print(line, flush=True))


if __name__ == "__main__":
    main()
