"""How many ordinary questions are taken for ones about whole documents, and what those about whole documents cost.

    python scripts/bench_whole.py GOLD.jsonl FOLDERS [GOLD.jsonl FOLDERS ...]

Each line of GOLD has a "question" and, in "folder", the name of its folder in FOLDERS (none: FOLDERS itself). A file
also.jsonl beside it may hold other wordings: {"also": [...]}; these are held against the rule alone. Then, on the largest folder that
was indexed, each kind of question about whole documents is asked five times.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from rag import Index
from rag.answering.answer import Answer
from rag.answering.whole.answers import answer_of_whole
from rag.answering.whole.wanted import wanted


def main() -> None:
    """Prints a line for each question that reads like one about whole documents, and the table of times."""
    asked = alike = taken = 0
    opened: dict[Path, Index] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for gold, folders in zip(sys.argv[1::2], sys.argv[2::2], strict=True):
            for line in Path(gold).read_text("utf-8").splitlines():
                row = json.loads(line)
                asked += 1
                if wanted(row["question"]) is None:
                    continue
                alike += 1
                folder = Path(folders, row.get("folder", ""))
                if folder not in opened:
                    opened[folder] = Index.build(folder, Path(scratch, str(len(opened))))
                answer = _answer(opened[folder], row["question"])
                taken += answer is not None
                print("taken   " if answer else "ordinary", row["question"])
            for row in _wordings(Path(gold).with_name("also.jsonl")):
                asked += 1
                if wanted(row) is not None:
                    alike += 1
                    print("reads alike", row)
        print(f"{asked:,} questions, {alike} read like one, {taken} taken for one")
        if opened:
            _times(max(opened.values(), key=lambda index: len(index.sources())))


def _wordings(path: Path) -> list[str]:
    if not path.is_file():
        return []
    return [q for line in path.read_text("utf-8").splitlines() for q in json.loads(line)["also"]]


def _answer(index: Index, question: str) -> Answer | None:
    with index.snapshot() as snapshot:
        return answer_of_whole(snapshot, question, lambda texts: index.embedder.encode(texts))


def _times(index: Index) -> None:
    with index.snapshot() as snapshot:
        longest = max(snapshot.catalog.contents.held, key=lambda held: held[2])
    name = longest[3][0]
    print(f"{len(index.sources())} files; the longest, {name}, has {longest[2]} chunks")
    for question in (
        f"Summarise {name}",
        "Which documents mention backups?",
        "How many documents mention the company?",
        "How many files are there?",
    ):
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            answer = _answer(index, question)
            times.append(time.perf_counter() - begun)
        said = answer.lead if answer else "the ordinary way"
        print(f"{sorted(times)[2] * 1000:6.0f} ms  {question}  {said}")


if __name__ == "__main__":
    main()
