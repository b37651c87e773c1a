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
# The second run goes on from the first's weights: what it has seen less of, and tables.
MORE = {
    "reading_squad_train": 1.0,
    "reading_squad2_unanswerable_train": 0.7,
    "reading_nq_train": 3.0,
    "reading_policyqa_train": 0.5,
    "reading_qamr_train": 0.3,
}
DEV = {"new_wiki": "reading_new_wiki_dev", "nq": "reading_nq_dev"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--attention", choices=("prefix", "causal"), default="prefix")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--start", type=Path, help="model folder to go on from: the second run")
    parser.add_argument("--limit", type=int, help="examples to see; 0: all")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()

    from rag.answer.reader.train import Recipe, train

    def file(name: str) -> str:
        return str(given.data / f"{name}.jsonl.gz")

    mixture, limit = (MORE, 90_000) if given.start else (MIXTURE, 78_000)
    recipe = Recipe(
        data={file(name): times for name, times in mixture.items()},
        sentences=file("sentences_qamr"),
        tables=9_000 if given.start else 0,
        start=str(given.start or ""),
        negatives=0.35 if given.start else 0.15,
        rate=1.2e-4 if given.start else 1.5e-4,
        attention=given.attention,
        layers=given.layers,
        limit=limit if given.limit is None else given.limit,
        seed=given.seed,
    )
    dev = {name: Path(file(stem)) for name, stem in DEV.items()}
    train(recipe, dev, given.out, log=lambda line: print(line, flush=True))


if __name__ == "__main__":
    main()
