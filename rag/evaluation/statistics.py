"""How sure a figure is: bootstrap intervals, and a test of whether two reports differ.

Draws are made in blocks, so that memory does not grow with questions times draws. The numbers drawn
are those that one draw of all would have given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DRAWS = 1000
LEVEL = 0.95
BLOCK = 1_000_000  # numbers drawn at a time: 8 MB


@dataclass(frozen=True, slots=True)
class Figure:
    """A value over ``n`` questions, and its 95% bootstrap interval."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Point:
    """Of a curve: ``y`` over ``x``, from ``n`` questions."""

    x: float
    y: float
    n: int


def mean(values: Sequence[float] | Floats) -> Figure | None:
    """Of per-question values; None of no values. The interval is the percentile bootstrap's (Efron
    1979): questions are drawn with replacement, DRAWS times."""
    return _of_values(np.mean, values)


def percentile(percent: float, values: Sequence[float] | Floats) -> Figure | None:
    """Of per-question values, between the nearest of them; None of no values. The interval is as that of a mean."""
    return _of_values(partial(np.percentile, q=percent), values)


def _of_values(statistic: Callable[..., Any], values: Sequence[float] | Floats) -> Figure | None:
    """Of a statistic that takes all draws at once, each a row."""
    array = np.asarray(values, float)
    if not len(array):
        return None
    rng = np.random.default_rng(0)
    blocks = (rng.choice(array, (rows, len(array))) for rows in _blocks(DRAWS, len(array)))
    draws = [statistic(block, axis=1) for block in blocks]
    return _figure(float(statistic(array)), np.concatenate(draws), len(array))


def of_rows(statistic: Callable[..., float], *columns: Sequence[float] | Floats) -> Figure | None:
    """Of a statistic of whole columns, which are of equal length; None where it is undefined.

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
    rng = np.random.default_rng(0)
    least = abs(float(difference.sum())) - 1e-9
    as_far = 0
    for rows in _blocks(draws, len(difference)):
        signs = rng.choice((-1.0, 1.0), (rows, len(difference)))
        as_far += int((np.abs(signs @ difference) >= least).sum())
    return (1 + as_far) / (draws + 1)


def _blocks(draws: int, n: int) -> Iterator[int]:
    """How many draws of ``n`` numbers to make at a time, until there are ``draws``."""
    size = max(1, BLOCK // n)
    for begin in range(0, draws, size):
        yield min(size, draws - begin)
