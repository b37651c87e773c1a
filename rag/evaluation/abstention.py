"""Metrics of abstention: does it know when it does not know? How well confidence tells right from wrong.

Only questions whose right answers are known count. A chain that always answers has recall 0; one that
never does has the precision of chance; confidence that says nothing has an AUROC of 0.5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import comb

import numpy as np
from numpy.typing import NDArray

from rag.evaluation.metric import Metric
from rag.evaluation.rows import Row
from rag.evaluation.statistics import Figure, Floats, Point, mean, of_rows


def auroc(score: Floats, positive: Floats) -> float:
    """The probability that a positive scores above a negative; ties count half (Hanley and McNeil
    1982). NaN where one of the two is missing."""
    high, low = score[positive > 0.5], np.sort(score[positive <= 0.5])
    if not len(high) or not len(low):
        return float("nan")
    below = np.searchsorted(low, high, "left")
    equal = np.searchsorted(low, high, "right") - below
    return float((below + 0.5 * equal).sum() / (len(high) * len(low)))


def calibration_error(confidence: Floats, right: Floats, bins: int = 10) -> float:
    """Expected calibration error over bins of equal width (Guo et al. 2017)."""
    if not len(confidence):
        return float("nan")
    sums = np.bincount(_bin(confidence, bins), confidence - right)
    return float(np.abs(sums).sum() / len(right))


def reliability(confidence: Floats, right: Floats, bins: int = 10) -> list[Point]:
    """Mean confidence (x) and share right (y) of each bin that holds any."""
    number = _bin(confidence, bins)
    parts = [number == b for b in range(bins)]
    return [
        Point(float(confidence[p].mean()), float(right[p].mean()), int(p.sum()))
        for p in parts
        if p.any()
    ]


def _bin(confidence: Floats, bins: int) -> NDArray[np.int64]:
    """Of each confidence, the number of its bin."""
    number: NDArray[np.int64] = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    return number


def risk_coverage(confidence: Floats, right: Floats) -> list[Point]:
    """Share wrong (y) of the share of questions that are answered (x), most confident first
    (El-Yaniv and Wiener 2010)."""
    risks = _risks(confidence, right)
    return [Point(n / len(risks), float(risk), n) for n, risk in enumerate(risks, start=1)]


def _risks(confidence: Floats, right: Floats) -> Floats:
    """The share wrong of the first, of the first two ... of all."""
    wrong = 1.0 - right[np.argsort(-confidence, kind="stable")]
    risks: Floats = np.cumsum(wrong) / np.arange(1, len(wrong) + 1)
    return risks


def risk_area(confidence: Floats, right: Floats) -> float:
    """Mean risk over all coverages; NaN of no questions."""
    return float(_risks(confidence, right).mean()) if len(right) else float("nan")


def threshold_for(confidence: Floats, right: Floats, error: float) -> tuple[float, float, float]:
    """The lowest threshold at which at most ``error`` of what is answered is wrong, the share of
    questions that it answers, and the error there. Where none is low enough: above all of them."""
    best = (min(1.0, float(confidence.max(initial=0.0)) + 0.01), 0.0, 0.0)
    for point in risk_coverage(confidence, right):
        # Questions of equal confidence are answered together or not at all.
        level = float(np.sort(confidence)[::-1][point.n - 1])
        if int((confidence >= level).sum()) == point.n and point.y <= error:
            best = (level, point.x, point.y)
    return best


def sure_threshold_for(
    confidence: Floats, right: Floats, error: float, sure: float
) -> tuple[float, float, float]:
    """As :func:`threshold_for`, but so that with the probability ``sure`` at most ``error`` of the
    answers to *further* questions of the kind are wrong.

    Thresholds are tested a twentieth of the questions apart, from the highest with answers enough to
    tell, down to the first that fails: fixed sequence testing (Angelopoulos et al. 2021, "Learn then
    test"), by the exact binomial test.
    """
    best = (min(1.0, float(confidence.max(initial=0.0)) + 0.01), 0.0, 0.0)
    ordered = np.sort(confidence)[::-1]
    step, tested = max(1, len(ordered) // 20), 0
    for point in risk_coverage(confidence, right):
        level = float(ordered[point.n - 1])
        whole = int((confidence >= level).sum()) == point.n
        if not whole or point.n < tested + step or (1 - error) ** point.n > 1 - sure:
            continue
        tested = point.n
        if highest_error(round(point.y * point.n), point.n, sure) > error:
            break
        best = (level, point.x, point.y)
    return best


def highest_error(wrong: int, count: int, sure: float) -> float:
    """The share that with the probability ``sure`` is not passed, where ``wrong`` of ``count`` were:
    the upper end of the one-sided interval of Clopper and Pearson (1934). 1 of nothing counted.

    >>> round(highest_error(0, 22, 0.9), 3)
    0.099
    """
    low, high = wrong / max(count, 1), 1.0
    while wrong < count and high - low > 1e-6:
        middle = (low + high) / 2
        chance = sum(
            comb(count, i) * middle**i * (1 - middle) ** (count - i) for i in range(wrong + 1)
        )
        low, high = (middle, high) if chance > 1 - sure else (low, middle)
    return high


def known(rows: Sequence[Row]) -> list[Row]:
    """The rows that could be asked and whose right answers are known."""
    return [row for row in rows if not row.error and row.right is not None]


def columns(rows: Sequence[Row]) -> tuple[Floats, Floats]:
    """Confidence, and whether the answer is right, of :func:`known` rows."""
    kept = known(rows)
    return (
        np.array([row.confidence for row in kept], float),
        np.array([float(bool(row.right)) for row in kept], float),
    )


def _recall(rows: Sequence[Row]) -> Figure | None:
    return mean([float(row.abstained) for row in known(rows) if not row.answerable])


def _precision(rows: Sequence[Row]) -> Figure | None:
    return mean([float(not row.answerable) for row in known(rows) if row.abstained])


def _auroc_answerable(rows: Sequence[Row]) -> Figure | None:
    kept = known(rows)
    confidence = [row.confidence for row in kept]
    return of_rows(auroc, confidence, [float(row.answerable) for row in kept])


def _by_right(
    statistic: Callable[[Floats, Floats], float],
) -> Callable[[Sequence[Row]], Figure | None]:
    return lambda rows: of_rows(statistic, *columns(rows))


def _abstained(row: Row) -> float | None:
    return None if row.answerable or row.right is None or row.error else float(row.abstained)


METRICS = (
    Metric(
        name="abstain/recall",
        title="abstained where there is nothing",
        explained="unanswerable questions it abstained on",
        scorecard=True,
        tile=True,
        column=True,
        of_rows=_recall,
        paired=_abstained,
    ),
    Metric(
        name="abstain/precision",
        title="abstentions that were right",
        explained="abstentions that were right",
        scorecard=True,
        of_rows=_precision,
    ),
    Metric(
        name="abstain/auroc",
        title="AUROC, answerable or not",
        explained="confidence tells answerable from not",
        unit="score",
        scorecard=True,
        of_rows=_auroc_answerable,
    ),
    Metric(
        name="abstain/auroc_right",
        title="AUROC, right or wrong",
        explained="confidence tells right from wrong",
        unit="score",
        of_rows=_by_right(auroc),
    ),
    Metric(
        name="abstain/ece",
        title="calibration error",
        explained="expected calibration error",
        unit="score",
        less=True,
        scorecard=True,
        plot="reliability",
        of_rows=_by_right(calibration_error),
    ),
    Metric(
        name="abstain/aurc",
        title="risk over coverage",
        explained="area under risk over coverage",
        unit="score",
        less=True,
        plot="risk_coverage",
        of_rows=_by_right(risk_area),
    ),
)
