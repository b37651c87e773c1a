"""The likeliest units looked at once more, by a cross-encoder: another order, and another confidence in the first."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from rag.codec import DecodeError, from_json
from rag.errors import DISTRIBUTION, ModelError
from rag.reading.cross_encoder.published import WEIGHTS, installed, learnt
from rag.reading.reader import Reading

if TYPE_CHECKING:
    from rag.reading.cross_encoder.scorer import CrossEncoder

LOOKED_AT = 8  # units: more cost time and are hardly ever the best
FIRST = 2  # of these, the best score tells how sure one can be
NEVER = "off"  # of RAG_SECOND_LOOK


@dataclass(frozen=True, slots=True)
class SecondCalibration:
    """Of the cross-encoder's config.json; fitted by training/across/second_fit.py.

    Args:
        seen: what the score of the first look weighs, in a unit's new score.
        joint: what the cross-encoder's does.
        before: weight of the log odds of the confidence before, in those of the new one.
        best: weight of the highest score of the first :data:`FIRST` units.
        bias: is added to both.
    """

    seen: float
    joint: float
    before: float
    best: float
    bias: float

    def confidence(self, before: float, best: float) -> float:
        """The probability that the first units hold the answer, in (0, 1)."""
        known = min(max(before, 1e-9), 1 - 1e-9)
        odds = math.log(known / (1 - known))
        z = self.bias + self.before * odds + self.best * best
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, z))))


class SecondLook:
    """Loaded when first used; safe to share between threads."""

    @cached_property
    def scorer(self) -> CrossEncoder:
        """The network.

        Raises:
            ModelError: the packages that bring its weights are not installed, or are damaged.
        """
        from rag.reading.cross_encoder.scorer import bundled

        return bundled()

    @cached_property
    def calibration(self) -> SecondCalibration:
        """That of its config.json.

        Raises:
            ModelError: it cannot be read.
        """
        path = WEIGHTS / "config.json"
        try:
            return from_json(path.read_bytes(), SecondCalibration)
        except (OSError, DecodeError) as error:
            raise ModelError(
                f"{path}: cannot be used: {error}. Reinstall {DISTRIBUTION}."
            ) from None

    @cached_property
    def fingerprint(self) -> str:
        """Of its weights and calibration."""
        calibration = repr(self.calibration)
        return f"{learnt()[1][:16]}-{hashlib.sha256(calibration.encode()).hexdigest()[:8]}"

    def judge(
        self, question: str, passages: Sequence[str], contexts: Sequence[str], reading: Reading
    ) -> Reading:
        """The reading with its units in a new order, and how sure one can be of the first of them.

        Raises:
            ModelError: as :attr:`scorer`.
        """
        from rag.reading.cross_encoder.scorer import pairs_of

        if not reading.units:
            return reading
        few = reading.units[:LOOKED_AT]
        places = [(unit.passage, (unit.start, unit.end)) for unit in few]
        rows = self.scorer.sequences(pairs_of(question, passages, contexts, places))
        made = judged(reading, self.scorer.scores(rows).tolist(), self.calibration)
        return replace(made, tokens=reading.tokens + sum(map(len, rows)))


def judged(reading: Reading, scores: Sequence[float], lines: SecondCalibration) -> Reading:
    """The reading with its units in a new order by the ``scores`` of the first few, one at least, and with how sure one can be
    of the first of them. Units that were not looked at count as the mean of those that were."""
    mean = math.fsum(scores) / len(scores)
    of_all = [*scores, *[mean] * (len(reading.units) - len(scores))]
    units = [
        replace(unit, score=lines.seen * unit.score + lines.joint * score)
        for unit, score in zip(reading.units, of_all, strict=True)
    ]
    return replace(
        reading,
        units=tuple(sorted(units, key=lambda unit: -unit.score)),
        passage_confidence=lines.confidence(reading.passage_confidence, max(scores[:FIRST])),
    )


def wanted() -> bool:
    """Whether "reader" takes a second look: where it is installed, unless RAG_SECOND_LOOK is "off"."""
    return os.environ.get("RAG_SECOND_LOOK") != NEVER and installed()
