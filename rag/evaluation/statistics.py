"""How sure a figure is: bootstrap intervals, and a test of whether two reports differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DRAWS = 1000
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Figure:
    """A value over ``n`` questions, and its 95% bootstrap interval."""

    value: float
    low: float
    high: float
    n: int


def mean(values: Sequence[float] | Floats) -> Figure | None:
    """Of per-question values; None of no values."""
    array = np.asarray(values, float)
    if not len(array):
        return None
    draws = np.random.default_rng(0).choice(array, (DRAWS, len(array))).mean(1)
    return _figure(float(array.mean()), draws, len(array))


def of_rows(statistic: Callable[..., float], *columns: Sequence[float] | Floats) -> Figure | None:
    """Of a statistic that is no mean, over columns of equal length; None where it is undefined.

    Questions are drawn, with all their columns. Draws in which it is undefined are left out.
    """
    arrays = [np.asarray(column, float) for column in columns]
    n = len(arrays[0])
    value = statistic(*arrays) if n else float("nan")
    if not np.isfinite(value):
        return None
    rng = np.random.default_rng(0)
    draws = []
    for _ in range(DRAWS):
        chosen = rng.integers(0, n, n)
        draws.append(statistic(*(array[chosen] for array in arrays)))
    return _figure(value, np.array([d for d in draws if np.isfinite(d)]), n)


def _figure(value: float, draws: Floats, n: int) -> Figure:
    tail = 50 * (1 - LEVEL)
    low, high = np.percentile(draws, [tail, 100 - tail]) if len(draws) else (value, value)
    return Figure(value, float(low), float(high), n)


def paired_p(before: Sequence[float], after: Sequence[float], draws: int = 10_000) -> float:
    """Two-sided p of the paired randomisation test on per-question values (Smucker et al. 2007):
    how often swapping the two at random moves the mean as far as it has moved."""
    difference = np.asarray(after, float) - np.asarray(before, float)
    difference = difference[difference != 0]
    if not len(difference):
        return 1.0
    signs = np.random.default_rng(0).choice((-1.0, 1.0), (draws, len(difference)))
    moved = np.abs(signs @ difference)
    return float((1 + (moved >= abs(difference.sum()) - 1e-9).sum()) / (draws + 1))
