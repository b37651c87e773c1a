"""An answer step by step, in an asynchronous program:
python examples/stream.py indexes/example QUESTION"""

from __future__ import annotations

import asyncio
import sys

from rag import QA, Index


async def main(path: str, question: str) -> None:
    async for event in QA(Index.open(path)).astream(question):
        if event.kind == "hits":
            print("reading", ", ".join(dict.fromkeys(hit.source for hit in event.hits)))
        elif event.kind == "text":  # of a larger model, as it is written: not yet checked
            print(event.text, end="", flush=True)
        elif event.answer is not None:
            print(event.answer.text)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
