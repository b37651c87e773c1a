"""A larger model in the reader's place, run here. Needs pip install "rag-folder[hf]":
python examples/larger_model.py indexes/example FOLDER_OR_HUB_NAME QUESTION"""

from __future__ import annotations

import sys

from rag import QA, Index
from rag.answering.models import load_model


def main(path: str, name: str, question: str) -> None:
    # Between double quotes it can only write words of the passages.
    model = load_model(f"hf:{name}", constrain_quotes=True, max_new_tokens=128)
    answer = QA(Index.open(path), model=model, unsupported="drop").ask(question)
    print(answer.to_markdown())
    for sentence in answer.unsupported:  # written, but no quote supports it
        print(f"left out: {sentence}")
    print(f"{answer.usage['output_tokens']} tokens written; prompt {answer.prompt}")


if __name__ == "__main__":
    main(*sys.argv[1:])
