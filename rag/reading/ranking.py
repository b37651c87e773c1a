"""Spans and units in order, best first, and what says how sure one can be of the first.

Where several quotes lie over each other they are readings of one place ("25 days", "25 days a year"):
places compete with all that their quotes weigh, and the best place gives its best quote.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.reading.confidence import FARTHEST, Evidence, QuoteFeatures, Ranking, UnitFeatures
from rag.reading.decode import Decoded
from rag.reading.prefix import Prefix, Tokens
from rag.words import normalise


@dataclass(frozen=True, slots=True)
class Quote:
    """``passages[passage][start:end] == text``, and how probable it is that it answers."""

    passage: int
    start: int
    end: int
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, list item or row: ``passages[passage][start:end]``. ``score``, in nats: how much
    more likely it is that it answers than that none does, by the ``evidence``."""

    passage: int
    start: int
    end: int
    evidence: Evidence
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Found:
    """Quotes, each with log P that its passage does not answer; the units of which more was found out, but
    those that only repeat the question; of each passage, by how much its retrieval score misses the best one. ``tokens`` were read."""

    quotes: tuple[tuple[Quote, float], ...]
    units: tuple[Unit, ...]
    behind: tuple[float, ...]
    tokens: int


def ranked(found: Found, prior: float) -> tuple[list[Quote], QuoteFeatures]:
    """Quotes, best first, and the features of the first's confidence.

    A quote weighs its probability over that of its passage's "no answer", times exp(``prior`` times by
    how much its passage's retrieval score misses the best one).
    """
    if not found.quotes:
        return [], QuoteFeatures(-FARTHEST, -FARTHEST, 0.0, 0.0)
    quotes = [quote for quote, _ in found.quotes]
    weights = [
        math.log(q.probability) - none + prior * found.behind[q.passage] for q, none in found.quotes
    ]
    places = [[j for j, other in enumerate(quotes) if _overlap(q, other)] for q in quotes]
    place = max(places, key=lambda place: _log_sum([weights[j] for j in place]))
    first = max(place, key=lambda j: weights[j])
    others = [j for j in range(len(quotes)) if j != first]
    order = [first, *sorted(others, key=lambda j: -weights[j])]
    elsewhere = [weights[j] for j in others if j not in places[first]]
    none = found.quotes[first][1]
    features = QuoteFeatures(
        best=_bounded(math.log(quotes[first].probability) - none),
        answerable=_bounded(-none),
        margin=_bounded(weights[first] - max(elsewhere, default=-math.inf)),
        lead=lead(found.behind, quotes[first].passage),
    )
    return [quotes[j] for j in order], features


def ranked_units(found: Found, ranking: Ranking) -> tuple[list[Unit], UnitFeatures]:
    """The units, best first, and the features of the confidence in them."""
    units = [replace(unit, score=ranking.score(unit.evidence)) for unit in found.units]
    if not units:
        return [], UnitFeatures(-FARTHEST, 0.0, 0.0, 0.0)
    units.sort(key=lambda unit: -unit.score)
    first = units[0]
    elsewhere = (unit.score for unit in units if unit.passage != first.passage)
    features = UnitFeatures(
        best=_bounded(first.score),
        margin=_bounded(first.score - max(elsewhere, default=-math.inf)),
        lead=lead(found.behind, first.passage),
        near=max(unit.evidence.near for unit in units),
    )
    return units, features


def lead(behind: Sequence[float], passage: int) -> float:
    """By how much a passage's retrieval score leads the best other one (below 0: misses it)."""
    rivals = [score for i, score in enumerate(behind) if i != passage]
    return behind[passage] - max(rivals, default=behind[passage])


def _bounded(nats: float) -> float:
    return max(-FARTHEST, min(FARTHEST, nats))


def _log_sum(values: Sequence[float]) -> float:
    highest = max(values)
    return highest + math.log(sum(math.exp(value - highest) for value in values))


def _overlap(one: Quote, other: Quote) -> bool:
    same = one.passage == other.passage
    return same and one.start < other.end and other.start < one.end


def merged_quotes(
    found: Decoded,
    windows: list[Prefix],
    owner: list[int],
    passages: Sequence[str],
    texts: list[Tokens],
) -> list[tuple[Quote, float]]:
    """Quotes, and log P of no answer of their windows. Those of equal words are one, at its best
    place; its probability is that any is right."""
    best: dict[str, tuple[Quote, float]] = {}
    places: dict[str, dict[int, float]] = {}
    for span in found.spans:
        passage, window = owner[span.prefix], windows[span.prefix]
        shift = window.first - window.offset
        begin = int(texts[passage].begins[span.first + shift])
        end = int(texts[passage].ends[span.last + shift])
        text, p = passages[passage][begin:end], max(math.exp(span.log_p), 1e-30)
        key = normalise(text) or text
        by_passage = places.setdefault(key, {})
        by_passage[passage] = max(p, by_passage.get(passage, 0.0))
        if key not in best:
            none = found.no_answer[span.prefix]
            best[key] = Quote(passage, begin, end, text, p), none
    merged = []
    for key, (quote, none) in best.items():
        others = math.prod(1.0 - p for i, p in places[key].items() if i != quote.passage)
        p = quote.probability + (1.0 - quote.probability) * (1.0 - others)
        merged.append((replace(quote, probability=min(1.0, p)), none))
    return merged


def can_answer(quote: Quote, passage: str, question: str) -> bool:
    """Not what only repeats words of the question ("How often", of a heading that asks the same;
    where the question offers a choice, its words may be the answer); nor what runs from one cell of
    a table, or one paragraph, into the next; nor the name of a cell ("Price" of "Price: 9 EUR")."""
    if " | " in quote.text or "\n\n" in quote.text:
        return False
    line = passage[passage.rfind("\n", 0, quote.start) + 1 :].split("\n", 1)[0]
    if " | " in line and ("\n" in quote.text or passage.startswith(": ", quote.end)):
        return False
    return not echoes(quote.text, question)


def echoes(text: str, question: str) -> bool:
    """Whether a text only repeats words of the question; where that offers a choice, they may be the answer."""
    asked = set(normalise(question).split())
    return "or" not in asked and set(normalise(text).split()) <= asked
