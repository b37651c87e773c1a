"""What speaks for a unit, and how sure one can be: of the first quote, and of the first units.

Units are ranked by a conditional logit (McFadden 1974) over a few named features. Each of the two scales is a
logistic regression from a few more to the probability of being right (Platt 1999). All are fitted apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

FARTHEST = 8.0  # bounds each feature, in nats


@dataclass(frozen=True, slots=True)
class QuoteFeatures:
    """Of the first quote, in nats, cut off at :data:`FARTHEST`.

    Args:
        best: log ratio of its probability to that of its passage's "no answer".
        answerable: log of what is left of 1 by "no answer", as -log P("no answer").
        margin: by how much its weight exceeds the best quote's of another place.
        lead: by how much its passage's retrieval score leads the best other one (below 0: misses it).
    """

    best: float
    answerable: float
    margin: float
    lead: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a unit.

    Args:
        read: log P that an answer starts in it less log P that its passage has none, in nats, cut off below
            at -:data:`FARTHEST`.
        behind: by how much its passage's retrieval score misses the best one (0 or below).
        near: cosine of the question and the unit with the heading that it stands under, as the encoder sees them.
        item: 1 if it is a list item.
        lead: 1 if it only leads into what follows, as headings do.
        fits: 1 if it has the form of what is asked for: a number, a reason, a rule, a thing to do.
    """

    read: float
    behind: float
    near: float
    item: float
    lead: float
    fits: float


@dataclass(frozen=True, slots=True)
class Ranking(Evidence):
    """A weight for each feature, under its name; ``none`` is the score of "not here"."""

    none: float

    def score(self, evidence: Evidence) -> float:
        """In nats: how much more likely it is that this unit answers than that none does."""
        return _weighted(self, evidence) - self.none


@dataclass(frozen=True, slots=True)
class UnitFeatures:
    """Of the first unit, in nats, cut off at :data:`FARTHEST`.

    Args:
        best: its score.
        margin: by how much its score exceeds the best unit's of another passage.
        lead: by how much its passage's retrieval score leads the best other one (below 0: misses it).
        near: the highest cosine of the question and a unit, of all that were looked at.
    """

    best: float
    margin: float
    lead: float
    near: float


@dataclass(frozen=True, slots=True)
class QuoteScale(QuoteFeatures):
    """A weight for each feature, under its name; ``prior`` is the weight of the retrieval score, in nats,
    when quotes are ranked."""

    bias: float
    prior: float

    def confidence(self, features: QuoteFeatures) -> float:
        """The probability that the first quote is right, in (0, 1)."""
        return _probability(self, features)


@dataclass(frozen=True, slots=True)
class UnitScale(UnitFeatures):
    """A weight for each feature, under its name."""

    bias: float

    def confidence(self, features: UnitFeatures) -> float:
        """The probability that the first units hold the answer, in (0, 1)."""
        return _probability(self, features)


@dataclass(frozen=True, slots=True)
class Calibration:
    """The ranking, both scales, and where to draw the lines: a quote is given alone from a confidence of ``sure`` on (of
    ``surer`` on where the question asks for sentences), and nothing at all below ``threshold``. All is fitted by
    training/calibrate.py and stands in the model's config.json."""

    quote: QuoteScale
    ranking: Ranking
    unit: UnitScale
    sure: float
    surer: float
    threshold: float


UNCALIBRATED = Calibration(
    QuoteScale(best=1.0, answerable=0.0, margin=0.0, lead=0.0, bias=0.0, prior=0.0),
    Ranking(read=1.0, behind=0.0, near=0.0, item=0.0, lead=0.0, fits=0.0, none=0.0),
    UnitScale(best=1.0, margin=0.0, lead=0.0, near=0.0, bias=0.0),
    sure=0.5,
    surer=0.8,
    threshold=0.5,
)


def _probability(scale: QuoteScale | UnitScale, features: QuoteFeatures | UnitFeatures) -> float:
    """Logistic of the bias and each feature by the weight of its name."""
    z = scale.bias + _weighted(scale, features)
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, z))))


def _weighted(
    weights: QuoteScale | Ranking | UnitScale, features: QuoteFeatures | Evidence | UnitFeatures
) -> float:
    terms = [getattr(weights, f.name) * getattr(features, f.name) for f in fields(features)]
    return math.fsum(terms)
