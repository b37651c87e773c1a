"""Ask an index from a script: python scripts/ask.py INDEX QUESTION [QUESTION ...]"""

from __future__ import annotations

import sys

from rag import QA, Index, RagError


def main() -> None:
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    try:
        qa = QA(Index.open(sys.argv[1]))
        for question, answer in zip(sys.argv[2:], qa.batch(sys.argv[2:]), strict=True):
            print(f"# {question}\n\n{answer.to_markdown()}")
    except RagError as error:
        sys.exit(f"ask.py: {error}")


if __name__ == "__main__":
    main()
