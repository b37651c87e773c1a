"""Questions that refer to each other, kept from one run to the next:
python examples/conversation.py indexes/example talks.sqlite QUESTION FOLLOW_UP ..."""

from __future__ import annotations

import sys

from rag import QA, Conversation, Index
from rag.answering.conversation import Sessions


def main(path: str, sessions: str, *questions: str) -> None:
    talk = Conversation(QA(Index.open(path)), sessions=Sessions(sessions), name="example")
    for question in questions:
        answer = talk.ask(question)
        print(f"> {question}")
        if answer.question != question:
            print(f"  understood as: {answer.question}")
        print(f"  {answer.text}")
    print(f"{len(talk.turns)} turns so far")


if __name__ == "__main__":
    main(*sys.argv[1:])
