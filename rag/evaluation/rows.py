"""One question and what came of it, as reports keep it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rag.evaluation.relevance import Judged, Level


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation of an answer: characters ``start`` to ``end`` of a document."""

    source: str
    page: int | None
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit, shortened; ``relevant``: it holds evidence."""

    place: str
    score: float
    text: str
    relevant: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One question: what was expected, retrieved and answered, and how good that was.

    ``values`` holds the metrics of this question by name; one that does not apply is not there.
    ``right``: whether what was answered, or would have been at threshold 0, is right; None where
    right answers are not known. ``timings`` are seconds. ``error`` says why a question could not be
    asked at all.
    """

    id: str
    question: str
    expected: tuple[str, ...]
    answerable: bool
    tags: tuple[str, ...]
    answer: str = ""
    abstained: bool = True
    confidence: float = 0.0
    right: bool | None = None
    citations: tuple[Cited, ...] = ()
    hits: tuple[Shown, ...] = ()
    judged: Mapping[Level, Judged] = field(default_factory=dict)
    values: Mapping[str, float] = field(default_factory=dict)
    timings: Mapping[str, float] = field(default_factory=dict)
    usage: Mapping[str, int] = field(default_factory=dict)
    error: str = ""


def judged_at(rows: Sequence[Row], level: Level) -> dict[str, Judged]:
    """What was retrieved for each question that has evidence of a level, by the question's id."""
    return {row.id: row.judged[level] for row in rows if level in row.judged}


def worst(rows: Sequence[Row], count: int) -> list[Row]:
    """The questions that went most wrong, surest first: failed ones, then answers where there is
    none, then by F1."""
    return sorted(rows, key=_goodness)[:count]


def _goodness(row: Row) -> tuple[int, float, float]:
    if row.error:
        return 0, 0.0, 0.0
    if not row.answerable:
        return (1 if not row.abstained else 4), -row.confidence, 0.0
    score = row.values.get("answer/f1")
    if score is None:
        return 3, row.values.get("retrieval/passage/ndcg@10", 1.0), 0.0
    return 2, score, -row.confidence
