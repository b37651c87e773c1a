"""Rectangles around what is marked: one a line, and nothing else under them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Rectangle = tuple[float, float, float, float]
"""Left, top, right, bottom, as shares of the picture's width and height."""

CELLS_APART, WORDS_APART = 1.2, 0.12
"""Heights of a line between two letters from which on they have rectangles of their own: cells, or words."""
LAP = 0.4  # share of the lower one's height by which two letters of one line stand side by side
SLACK = 1e-4  # of the page: boxes of letters are that exact


def around(
    boxes: NDArray[np.float64], quarters: NDArray[np.int64], size: tuple[float, float], gap: float
) -> list[Rectangle]:
    """Rectangles around letters in the order in which they are read; boxes, float [n, 4], are shares of a page of
    ``size``, and ``quarters`` of a circle, int [n], tells which way each letter is turned. Letters of a line that
    are more than ``gap`` of its heights apart are not put into one."""
    found: list[list[float]] = []
    way = -1
    scale = np.array([*size, *size])
    for box, quarter in zip(boxes * scale, quarters.tolist(), strict=True):
        one = box.tolist()
        if found and quarter == way and _in_line(found[-1], one, gap, sideways=quarter % 2 == 1):
            last = found[-1]
            found[-1] = [
                min(last[0], one[0]), min(last[1], one[1]), max(last[2], one[2]), max(last[3], one[3]),
            ]  # fmt: skip
        else:
            found.append(one)
        way = quarter
    shares = np.clip(np.array(found).reshape(-1, 4) / scale, 0, 1)
    return [tuple(row) for row in shares.round(5).tolist()]


def _in_line(line: Sequence[float], one: Sequence[float], gap: float, *, sideways: bool) -> bool:
    """Whether a letter stands on a line, beside what is on it already."""
    x, y = (1, 0) if sideways else (0, 1)
    height = min(line[y + 2] - line[y], one[y + 2] - one[y])
    tall = max(line[y + 2] - line[y], one[y + 2] - one[y])
    lap = min(line[y + 2], one[y + 2]) - max(line[y], one[y])
    apart = max(one[x] - line[x + 2], line[x] - one[x + 2])
    return lap >= LAP * height and apart <= gap * tall


def under(rectangles: Sequence[Rectangle], boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which boxes have their middle under one of the rectangles, bool [n]."""
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    found = np.zeros(len(boxes), bool)
    for left, top, right, bottom in rectangles:
        found |= (x > left - SLACK) & (x < right + SLACK) & (y > top - SLACK) & (y < bottom + SLACK)
    return found
