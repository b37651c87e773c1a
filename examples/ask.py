"""Ask, and check the answer: python examples/ask.py indexes/example QUESTION"""

from __future__ import annotations

import sys

from rag import QA, Index


def main(path: str, question: str) -> None:
    with Index.open(path) as index:
        answer = QA(index).ask(question)
        print(f"{answer.text} (confidence {answer.confidence:.2f})")
        for citation in answer.citations:
            text = index.document(citation.document_id).text
            assert text[citation.start : citation.end] == citation.quote
            print(f"{citation.place}: {citation.quote}")
        if answer.closest is not None:  # it abstained
            print(f"closest: {answer.closest.place}: {answer.closest.quote}")


if __name__ == "__main__":
    main(*sys.argv[1:])
