"""Hits held against evidence: which of what was retrieved is what should have been, at the level of
documents, pages and passages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from rag.evaluation.gold import Evidence, Question
from rag.retrieval.hit import Hit

Level = Literal["document", "page", "passage"]
LEVELS: tuple[Level, ...] = ("document", "page", "passage")
LONG = 300  # characters; a longer quote may run over several chunks


@dataclass(frozen=True, slots=True)
class Judged:
    """What was retrieved for a question, as TREC has it: ids best first with falling scores, and the
    grades of the relevant ones. A piece of evidence that was not retrieved has an id of its own, so
    that recall counts it."""

    run: Mapping[str, float]
    qrels: Mapping[str, int]


def judge(question: Question, hits: Sequence[Hit], level: Level) -> Judged | None:
    """Hits held against a question's evidence; None where there is no evidence of that level.

    Level "page" is of evidence that names a page, "passage" of evidence with a quote.
    A hit may show one piece of evidence or several; the first that shows a piece counts for it.
    """
    evidence = [
        e
        for e in question.evidence
        if level == "document" or (level == "page" and e.page) or (level == "passage" and e.quote)
    ]
    if not evidence:
        return None
    run: dict[str, float] = {}
    grades: dict[str, int] = {}
    found: set[str] = set()
    for hit in hits:
        key = key_of(hit, level)
        if key in run:
            continue
        shown = [e for e in evidence if shows(hit, e, level)]
        run[key] = float(len(hits) - len(run))
        new = {_name(e, level) for e in shown} - found
        if new:
            found |= new
            grades[key] = max(e.grade for e in shown)
    for e in evidence:
        if _name(e, level) not in found:
            grades.setdefault(f"missed:{_name(e, level)}", e.grade)
            found.add(_name(e, level))
    return Judged(run, grades)


def key_of(hit: Hit, level: Level) -> str:
    """A hit's id at a level, as it stands in TREC's files."""
    if level == "document":
        return _token(hit.source)
    if level == "page":
        return f"{_token(hit.source)}#{hit.page or 0}"
    return f"{_token(hit.source)}:{hit.start}-{hit.end}"


def _name(evidence: Evidence, level: Level) -> str:
    """Evidence is counted once a document, once a page, or once a quote."""
    if level == "document" and evidence.source:
        return _token(evidence.source)
    if level == "page":
        return f"{_token(evidence.source)}#{evidence.page}"
    return _token(f"{evidence.source}:{_folded(evidence.quote)[:80]}")


def _token(text: str) -> str:
    """TREC's files are split at white space."""
    return re.sub(r"\s+", "_", text) or "_"


def shows(hit: Hit, evidence: Evidence, level: Level = "passage") -> bool:
    """Whether a hit is of the evidence's file, page (where it names one) and words (where it has
    some; white space aside, a part of a quote that runs over several chunks counts)."""
    if evidence.source and not any(same_file(s, evidence.source) for s in hit.sources):
        return False
    if evidence.page is not None and level != "document" and hit.page is not None:
        last = hit.page_end or hit.page
        if not hit.page <= evidence.page <= last:
            return False
    if evidence.quote and (level == "passage" or not evidence.source):
        return overlap(hit.text, evidence.quote)
    return True


def same_file(source: str, named: str) -> bool:
    """``named`` may leave out folders and the suffix: BEIR's ids do."""
    path = PurePosixPath(source)
    return named in (source, path.name, path.stem, str(path.with_suffix("")))


def overlap(text: str, quote: str) -> bool:
    """Whether a text holds a quote, or lies within it, or holds its beginning or its end."""
    a, b = _folded(text), _folded(quote)
    if not a or not b:
        return False
    if b in a or a[:LONG] in b or a[-LONG:] in b:
        return True
    half = len(b) // 2
    return len(b) > LONG and (b[:half] in a or b[-half:] in a)


def _folded(text: str) -> str:
    return " ".join(text.split()).lower()


def write_trec(folder: Path, judged: Mapping[str, Judged], level: Level, tag: str) -> None:
    """``LEVEL.run`` and ``LEVEL.qrels``, for trec_eval and the like."""
    with open(folder / f"{level}.run", "w", encoding="utf-8") as run:
        for identity, item in judged.items():
            for rank, (key, score) in enumerate(item.run.items(), 1):
                print(_token(identity), "Q0", key, rank, score, _token(tag), file=run)
    with open(folder / f"{level}.qrels", "w", encoding="utf-8") as qrels:
        for identity, item in judged.items():
            for key, grade in item.qrels.items():
                print(_token(identity), 0, key, grade, file=qrels)
