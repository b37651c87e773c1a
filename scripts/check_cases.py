"""What is read of small documents that are hard to read, kind by kind, and what a question finds in them.

    python scripts/check_cases.py [NAME ...] [--root tests/cases] [--questions] [--list]

A case is a folder ``k4-pdf-columns`` (its kind, then what it shows) with ``docs/``, ``case.json`` and the
``make.py`` that made them:

    what      what it shows
    reported  where somebody lost such text
    must      texts that are in the stored text, in this order within one document;
              {"text", "told"}: or a line that the run says of a file matches the pattern
    order     false: the order of ``must`` says nothing, but for those in ``sequence``
    mustnot   texts that are in none
    needs     "ocr": skipped where it is not installed
    question, answer, more    what is asked with ``--questions``

Files are read by their loaders alone; only ``--questions`` makes indexes, in a temporary folder.
Exits with 1 when anything is wrong.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag import QA, Index
from rag.documents.files import walk
from rag.documents.formats import format_for, load
from rag.documents.source import Source
from rag.errors import LoadError

CASES = Path(__file__).resolve().parent.parent / "tests/cases"
KINDS = {
    1: "Word", 2: "Excel", 3: "tables", 4: "PDF", 5: "scans and images", 6: "slides",
    7: "HTML", 8: "mail", 9: "nested lists", 10: "encodings", 11: "more formats", 12: "sites",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    """What the loaders made of a folder: its documents' texts, and what was said of files."""

    texts: tuple[str, ...]
    said: tuple[str, ...]


@dataclass(slots=True)
class Judged:
    """A case: what is wrong with it, and how many texts and questions are right, of how many."""

    name: str
    wrong: list[str] = field(default_factory=list)
    texts: int = 0
    texts_right: int = 0
    asked: int = 0
    answered: int = 0

    @property
    def kind(self) -> int:
        """The number of its kind: 4 of "k4-pdf-columns"; 0 without."""
        found = re.match(r"k(\d+)-", self.name)
        return int(found[1]) if found else 0


def cases(root: Path = CASES) -> Iterator[Path]:
    """The folders of cases, by kind."""
    found = [path.parent for path in root.glob("*/case.json")]
    yield from sorted(found, key=lambda path: (Judged(path.name).kind, path.name))


def read(docs: Path) -> Read:
    """All files of a folder, each by the loader that an index would take."""
    found, skipped, failed = walk(docs)
    texts: list[str] = []
    said = [f"{note.path}: {note.reason}" for note in (*skipped, *failed)]
    for file in found:
        data = Path(file.path).read_bytes()
        format = format_for(file.name, data[:1024])
        try:
            if format is None:
                raise LoadError("no loader for it")
            document = load(Source(file.name, data), format)
        except LoadError as error:
            said.append(f"{file.name}: {error}")
            continue
        texts.append(" ".join(document.text.split()))
        said.extend(f"{file.name}: {note}" for note in document.notes)
    return Read(tuple(texts), tuple(said))


def told(item: Any, said: Iterable[str]) -> bool:
    """Whether a text or a question may be missing because something was said of its file."""
    pattern = item.get("told") if isinstance(item, dict) else None
    return bool(pattern) and any(re.search(pattern, line, re.IGNORECASE) for line in said)


def judge_texts(case: dict[str, Any], got: Read, judged: Judged) -> None:
    """Hold what was read against ``must`` and ``mustnot``."""
    reached: dict[int, int] = {}
    for must in case.get("must", []):
        judged.texts += 1
        written = must["text"] if isinstance(must, dict) else must
        text = " ".join(written.split())
        inside = [i for i, stored in enumerate(got.texts) if text in stored]
        if not inside:
            if told(must, got.said):
                judged.texts_right += 1
            else:
                judged.wrong.append(f"not read: {text!r}")
            continue
        if not case.get("order", True) and written not in case.get("sequence", ()):
            judged.texts_right += 1
            continue
        if all(got.texts[i].rfind(text) < reached.get(i, 0) for i in inside):
            judged.wrong.append(f"out of order: {text!r}")
            continue
        for i in inside:
            reached[i] = max(reached.get(i, 0), got.texts[i].find(text))
        judged.texts_right += 1
    for text in case.get("mustnot", []):
        judged.texts += 1
        if any(text in stored for stored in got.texts):
            judged.wrong.append(f"should not be there: {text!r}")
        else:
            judged.texts_right += 1


def words(text: str) -> str:
    """Text as answers are compared: its words and numbers."""
    return " ".join(re.findall(r"[\w.,%€£$]+", text.casefold())).rstrip(".,")


def ask(case: dict[str, Any], docs: Path, said: Iterable[str], judged: Judged) -> None:
    """Index the documents and ask the questions of the case."""
    with tempfile.TemporaryDirectory() as scratch, Index.build(docs, Path(scratch) / "i") as index:
        qa = QA(index)
        for one in (case, *case.get("more", [])):
            if not one.get("question"):
                continue
            judged.asked += 1
            answer = qa.ask(one["question"])
            wanted, shown = words(one["answer"]), words(answer.text)
            right = not answer.abstained and shown and (wanted in shown or shown in wanted)
            if right or told(one, said):
                judged.answered += 1
            else:
                question = f"asked {one['question']!r}, want {one['answer']!r}"
                judged.wrong.append(f"{question}, got {answer.text!r}")


def judge(folder: Path, *, questions: bool = False) -> Judged:
    """One case."""
    case = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    judged = Judged(folder.name)
    got = read(folder / "docs")
    judge_texts(case, got, judged)
    if questions:
        ask(case, folder / "docs", got.said, judged)
    return judged


def table(judged: Iterable[Judged], *, questions: bool) -> str:
    """The figures, a line a kind."""
    rows: dict[int, Counter[str]] = {}
    for one in judged:
        for kind in (one.kind, 99):
            row = rows.setdefault(kind, Counter())
            row["cases"] += 1
            row["clean"] += one.texts == one.texts_right
            for name in ("texts", "texts_right", "asked", "answered"):
                row[name] += getattr(one, name)
    head = ["kind", "cases clean", "texts right", *(["questions right"] if questions else [])]
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    for kind, row in sorted(rows.items()):
        name = "all" if kind == 99 else f"{kind} {KINDS.get(kind, '')}".strip()
        shown = [f"{row['clean']}/{row['cases']}", f"{row['texts_right']}/{row['texts']}"]
        if questions:
            shown.append(f"{row['answered']}/{row['asked']}")
        lines.append("| " + " | ".join([name, *shown]) + " |")
    return "\n".join(lines)


def main() -> int:
    """Judge the cases that are named, or all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", help="only cases whose names begin so")
    parser.add_argument("--root", type=Path, default=CASES)
    parser.add_argument("--questions", action="store_true", help="index them and ask, too")
    parser.add_argument("--list", action="store_true", help="what each case shows")
    options = parser.parse_args()
    judged: list[Judged] = []
    for folder in cases(options.root):
        if options.names and not folder.name.startswith(tuple(options.names)):
            continue
        if options.list:
            what = json.loads((folder / "case.json").read_text(encoding="utf-8"))["what"]
            print(f"{folder.name}: {what}")
        one = judge(folder, questions=options.questions)
        judged.append(one)
        for line in one.wrong:
            print(f"{one.name}: {line}")
    print(table(judged, questions=options.questions))
    return int(any(one.wrong for one in judged))


if __name__ == "__main__":
    sys.exit(main())
