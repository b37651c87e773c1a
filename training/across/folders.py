"""The development folders: what search brings for each of their questions, kept for evaluation.

    python -m training.across.folders GOLD FOLDERS STATE

GOLD is gold.jsonl, with ask_gold.py beside it; FOLDERS holds the three unpacked folders. Indexes go to
STATE/index, the passages of each question, joined and widened as the product does, to STATE/cases.jsonl.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rag import QA, Conversation, Index
from rag.answering.by_reader import ByReader, about
from rag.answering.versions import newest
from rag.reading.units import units
from rag.retrieval.passages import Passage, near, passages_of
from rag.retrieval.search import search
from rag.words import WORD

PASSAGES = 12  # chunks that search brings for a question


@dataclass(frozen=True, slots=True)
class Case:
    """A question with the passages that search brings, best first; ``evidence`` are the units of each
    that hold what the gold set quotes."""

    id: str
    folder: str
    kind: str
    style: str
    question: str
    passages: list[str]
    contexts: list[str]
    scores: list[float]
    cosines: list[float]
    sources: list[str]
    evidence: list[list[int]]


def cases(state: Path) -> list[Case]:
    """What :func:`main` has written."""
    lines = (state / "cases.jsonl").read_text("utf-8").splitlines()
    return [Case(**json.loads(line)) for line in lines]


def most_like(quote: str, texts: Sequence[str]) -> int:
    """The number of the text that shares most words with a quote (Dice's coefficient)."""
    words = set(WORD.findall(quote.lower()))

    def share(text: str) -> float:
        own = set(WORD.findall(text.lower()))
        return 2 * len(own & words) / (len(own) + len(words)) if own else 0.0

    return max(range(len(texts)), key=lambda i: share(texts[i]))


def grader(gold: Path) -> dict[str, Any]:
    """The functions of ask_gold.py: ``grade`` judges an answer, ``toks`` gives the words of a text. It is
    a script, so that what stands before its command line is run."""
    source = (gold.parent / "ask_gold.py").read_text("utf-8")
    head = re.sub(r"^from rag import .*$", "", source[: source.index("\np = argparse")], flags=re.M)
    space: dict[str, Any] = {}
    exec(compile(head, "ask_gold.py", "exec"), space)
    return space


def _asked(index: Index, gold: dict[str, Any]) -> str:
    asked: str = gold["question"]
    if gold.get("history"):
        talk = Conversation(QA(index))
        for earlier in gold["history"]:
            talk.ask(earlier)
        asked = talk.standalone(asked)
    return asked


def case_of(
    index: Index, gold: dict[str, Any], asked: str, toks: Callable[[str], list[str]]
) -> Case:
    """A question of a gold set, put as ``asked``, with what search brings for it. ``toks`` gives the
    words by which units are held against the evidence."""
    with index.snapshot() as snapshot:
        hits = search(snapshot, asked, PASSAGES, encode=index.encode)
        documents = {h.document_id: snapshot.document(h.document_id) for h in hits}
    found = passages_of(hits, documents, most=ByReader.most, widen=True)
    passages = near(newest(found, asked))
    evidence = []
    for passage in passages:
        own = []
        quotes = [
            set(toks(e["quote"]))
            for e in gold["evidence"]
            if passage.hit.source.endswith(e["file"])
        ]
        for number, (low, high) in enumerate(units(passage.text)):
            words = set(toks(passage.text[low:high]))
            for quote in quotes:
                both = len(words & quote)
                if len(words) > 2 and (both >= 0.85 * len(words) or both >= 0.7 * len(quote)):
                    own.append(number)
                    break
        evidence.append(own)
    style = (gold["note"].split(";")[0].strip().split(" ") or [""])[0]
    return Case(
        gold["id"],
        gold["folder"],
        gold["kind"],
        style if style in ("lower", "keywords", "typos") else "",
        asked,
        [p.text for p in passages],
        [about(p.hit) for p in passages],
        [p.hit.score for p in passages],
        _cosines(passages),
        [p.hit.source for p in passages],
        evidence,
    )


def _cosines(passages: list[Passage]) -> list[float]:
    """Of each passage's best hit; one that only its words have found is no nearer than the others."""
    known = [p.hit.dense for p in passages if p.hit.dense is not None]
    return [p.hit.dense if p.hit.dense is not None else min(known, default=0.0) for p in passages]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("gold", type=Path)
    parser.add_argument("folders", type=Path)
    parser.add_argument("state", type=Path)
    given = parser.parse_args()
    toks = grader(given.gold)["toks"]
    indexes: dict[str, Index] = {}
    made = []
    for line in given.gold.read_text("utf-8").splitlines():
        gold = json.loads(line)
        name = gold["folder"]
        if name not in indexes:
            where = given.state / "index" / name
            if not where.exists():
                Index.build(str(given.folders / name), where)
            indexes[name] = Index.open(where)
        made.append(case_of(indexes[name], gold, _asked(indexes[name], gold), toks))
    text = "".join(json.dumps(asdict(case), ensure_ascii=False) + "\n" for case in made)
    (given.state / "cases.jsonl").write_text(text, "utf-8")
    can = [c for c in made if c.kind != "unanswerable"]
    print(f"{len(made)} cases; evidence among the passages of {sum(any(c.evidence) for c in can)}, "
          f"in the first of {sum(bool(c.evidence and c.evidence[0]) for c in can)} of {len(can)}")  # fmt: skip


if __name__ == "__main__":
    main()
