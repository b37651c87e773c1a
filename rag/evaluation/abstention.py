"""How well confidence tells right from wrong, and when it is better to abstain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RIGHT = 0.5  # F1 from which an answer counts as right


@dataclass(frozen=True, slots=True)
class Point:
    """Of a curve: ``y`` over ``x``, from ``n`` questions."""

    x: float
    y: float
    n: int


def auroc(score: Floats, positive: Floats) -> float:
    """The probability that a positive scores above a negative; ties count half. NaN where one of
    the two is missing."""
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
    return float(
        sum(p.n * abs(p.x - p.y) for p in reliability(confidence, right, bins)) / len(right)
    )


def reliability(confidence: Floats, right: Floats, bins: int = 10) -> list[Point]:
    """Mean confidence (x) and share right (y) of each bin that holds any."""
    number = np.minimum((confidence * bins).astype(int), bins - 1)
    parts = [number == b for b in range(bins)]
    return [
        Point(float(confidence[p].mean()), float(right[p].mean()), int(p.sum()))
        for p in parts
        if p.any()
    ]


def risk_coverage(confidence: Floats, right: Floats) -> list[Point]:
    """Share wrong (y) of the share of questions that are answered (x), most confident first
    (El-Yaniv and Wiener 2010)."""
    order = np.argsort(-confidence, kind="stable")
    answered = np.arange(1, len(order) + 1)
    risk = np.cumsum(1.0 - right[order]) / answered
    return [
        Point(float(n / len(order)), float(r), int(n)) for n, r in zip(answered, risk, strict=True)
    ]


def risk_area(confidence: Floats, right: Floats) -> float:
    """Mean risk over all coverages; NaN of no questions."""
    curve = risk_coverage(confidence, right)
    return float(np.mean([p.y for p in curve])) if curve else float("nan")


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
