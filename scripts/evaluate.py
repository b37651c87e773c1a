"""Evaluate from a script: python scripts/evaluate.py INDEX GOLD [OUT]

The same as ``rag evaluate``, written out as a program of your own would do it.
"""

from __future__ import annotations

import sys

from rag import QA, Index, RagError, evaluate


def main() -> None:
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    try:
        qa = QA(Index.open(sys.argv[1]))
        report = evaluate(qa, sys.argv[2], out=sys.argv[3] if len(sys.argv) == 4 else None)
    except RagError as error:
        sys.exit(f"evaluate.py: {error}")
    for name, figure in report.metrics.items():
        print(f"{name:36} {figure.value:8.3f}   {figure.low:.3f} - {figure.high:.3f}")
    for row in report.worst(5):
        print(f"worst: {row.question} -> {row.answer}")


if __name__ == "__main__":
    main()
