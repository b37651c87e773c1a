"""Spans to ranked quotes, and how sure one can be of the first.

Where several quotes lie over each other they are readings of one place ("25 days", "25 days a year"):
places compete with all that their quotes weigh, and the best place gives its best quote.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace

from rag.reading.decode import Decoded
from rag.reading.prefix import Prefix, Tokens
from rag.words import normalise

FARTHEST = 8.0  # bounds each feature of the confidence, in nats


@dataclass(frozen=True, slots=True)
class Quote:
    """``passages[passage][start:end] == text``, and how probable it is that it answers."""

    passage: int
    start: int
    end: int
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Found:
    """Quotes, each with log P that its passage does not answer. Of each passage, by how much its
    retrieval score misses the best one, the share of the question's words that it holds, and the
    cosine of their vectors. ``tokens`` were read."""

    quotes: tuple[tuple[Quote, float], ...]
    behind: tuple[float, ...]
    held: tuple[float, ...]
    near: tuple[float, ...]
    tokens: int


@dataclass(frozen=True, slots=True)
class Features:
    """What the confidence in the first quote is computed from. Log odds and ratios are in nats, cut
    off at :data:`FARTHEST`.

    Args:
        best: log odds of the quote's place.
        answerable: log odds that its passage answers at all.
        margin: log ratio of its place to the best quote of another.
        retrieval: by how much its passage's retrieval score leads the best other one (below 0:
            misses it).
        together: ``answerable`` times ``retrieval``, which see much of the same and count for less
            together.
        held: share of the question's words that its passage holds.
        near: cosine of the vectors of question and passage.
    """

    best: float
    answerable: float
    margin: float
    retrieval: float
    together: float
    held: float
    near: float


@dataclass(frozen=True, slots=True)
class Calibration(Features):
    """Logistic regression from features to the probability of being right (Platt 1999): a weight for
    each feature, under its name.

    ``prior`` is the weight of the retrieval score, in nats, when quotes are ranked; a reader whose
    confidence is below ``threshold`` abstains. All figures are fitted by training/calibrate.py and
    stand in the model's config.json.
    """

    bias: float
    prior: float
    threshold: float

    def confidence(self, features: Features) -> float:
        """The probability that the first quote is right, in (0, 1)."""
        z = self.bias + sum(
            getattr(self, f.name) * getattr(features, f.name) for f in fields(Features)
        )
        return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, z))))


NOTHING = Features(**{f.name: 0.0 for f in fields(Features)})
UNCALIBRATED = Calibration(**(asdict(NOTHING) | {"best": 1.0}), bias=0.0, prior=0.0, threshold=0.5)


def ranked(found: Found, weight: float) -> tuple[list[Quote], Features]:
    """Quotes, best first, and the features of the first's confidence.

    A quote weighs its probability times exp(``weight`` times by how much its passage's retrieval
    score misses the best one).
    """
    if not found.quotes:
        return [], NOTHING
    quotes = [quote for quote, _ in found.quotes]
    weights = [q.probability * math.exp(weight * found.behind[q.passage]) for q in quotes]
    places = [[j for j, other in enumerate(quotes) if _overlap(q, other)] for q in quotes]
    place = max(places, key=lambda place: sum(weights[j] for j in place))
    first = max(place, key=lambda j: weights[j])
    others = [j for j in range(len(quotes)) if j != first]
    order = [first, *sorted(others, key=lambda j: -weights[j])]
    elsewhere = [j for j in others if j not in places[first]]
    here = sum(quotes[j].probability for j in places[first])
    there = max((quotes[j].probability for j in elsewhere), default=0.0)
    ratio = math.log(max(here, 1e-9) / max(there, 1e-9))
    passage = quotes[first].passage
    rivals = [score for i, score in enumerate(found.behind) if i != passage]
    able = -_log_odds(math.exp(found.quotes[first][1]))
    lead = found.behind[passage] - max(rivals, default=found.behind[passage])
    features = Features(
        best=_log_odds(here),
        answerable=able,
        margin=max(-FARTHEST, min(FARTHEST, ratio)),
        retrieval=lead,
        together=able * lead,
        held=found.held[passage],
        near=found.near[passage],
    )
    return [quotes[j] for j in order], features


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
    asked = set(normalise(question).split())
    return "or" in asked or not set(normalise(quote.text).split()) <= asked


def _log_odds(p: float) -> float:
    p = min(max(p, 1e-9), 1.0 - 1e-9)
    return max(-FARTHEST, min(FARTHEST, math.log(p / (1.0 - p))))
