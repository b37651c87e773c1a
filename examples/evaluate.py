"""Measure a gold set, and show what went worst. Needs pip install "rag-folder[eval]":
python examples/evaluate.py indexes/example gold.jsonl reports/example"""

from __future__ import annotations

import sys

from rag import QA, Index, evaluate


def main(path: str, gold: str, out: str) -> None:
    report = evaluate(QA(Index.open(path)), gold, out=out)
    for name in ("retrieval/passage/recall@5", "answer/f1", "abstain/recall"):
        figure = report.metrics[name]
        print(
            f"{name:28} {figure.value:.2f}  ({figure.low:.2f} to {figure.high:.2f}, n {figure.n})"
        )
    for row in report.worst(3):
        print(f"{row.question} -> {row.answer}")


if __name__ == "__main__":
    main(*sys.argv[1:])
