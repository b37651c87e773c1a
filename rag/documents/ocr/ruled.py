"""Tables whose cells are drawn on a picture: lines across and down that meet, and the fields between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
"""Height, width, 3."""

LEVEL = 0.0005  # radians: a picture turned by less need not be turned back
DARKER = 12  # of 255, by which a line differs from what is around it
AROUND = 41  # pixels: what is around it
LONG, HIGH = 2.5, 1.1  # heights of a line of text: what is shorter, or lower, is a part of a letter
BROKEN = 0.3  # heights within which the pieces of a line are one
SAME = 0.45  # heights within which two lines are one
DRAWN = 0.6  # share of a field's side along which its line is drawn
LEAST_FIELD = 0.7  # heights: what is narrower or lower holds no text
MOST = 60  # fields across or down


class Field(NamedTuple):
    """A field: its first row and column, and over how many it reaches."""

    row: int
    column: int
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Ruled:
    """A grid of lines: where its columns and rows begin and end (in pixels, from left to right and from top to bottom), and
    its fields."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    fields: tuple[Field, ...]

    def field_at(self, x: float, y: float) -> Field | None:
        """The field around a place."""
        column, row = (
            int(np.searchsorted(edges, at)) - 1 for edges, at in ((self.columns, x), (self.rows, y))
        )
        for one in self.fields:
            if 0 <= row - one.row < one.rows and 0 <= column - one.column < one.columns:
                return one
        return None


class _Stroke(NamedTuple):
    at: float
    low: float
    high: float


def ruled(pixels: Pixels, skew: float, height: float) -> list[Ruled]:
    """The grids on a picture, as they lie when it is turned by ``skew`` (radians) about its upper left corner, so that its
    lines of text, which are ``height`` pixels high, are level."""
    import cv2

    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    if abs(skew) > LEVEL:
        cos, sin = np.cos(skew), np.sin(skew)
        turn = np.array([[cos, sin, 0], [-sin, cos, 0]], np.float32)
        grey = cv2.warpAffine(grey, turn, grey.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
    around = cv2.blur(grey, (AROUND, AROUND))
    ink = (cv2.subtract(around, grey) > DARKER).astype(np.uint8)
    across, down = (_long(cv2, ink, height, upright=upright) for upright in (False, True))
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(
        cv2.dilate(across | down, np.ones((5, 5), np.uint8))
    )
    found: list[Ruled] = []
    for number in range(1, count):
        left, top, wide, high, _ = boxes[number].tolist()
        if wide < 2 * LONG * height or high < LONG * height:
            continue
        place = np.s_[top : top + high, left : left + wide]
        own = (labels[place] == number).astype(np.uint8)
        lying = _strokes(cv2, across[place] & own, left, top, upright=False)
        standing = _strokes(cv2, down[place] & own, left, top, upright=True)
        if (grid := _grid(lying, standing, height)) is not None:
            found.append(grid)
    return sorted(found, key=lambda one: (one.rows[0], one.columns[0]))


def _long(cv2: Any, ink: Any, height: float, *, upright: bool) -> Any:
    """What of the ink is lines of one direction; small gaps in them are closed."""
    length = max(8, int((HIGH if upright else LONG) * height))
    gap = max(3, int(BROKEN * height))
    long, short = ((n, 1) if upright else (1, n) for n in (length, gap))
    lines = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(long, np.uint8))
    return cv2.morphologyEx(lines, cv2.MORPH_CLOSE, np.ones(short, np.uint8))


def _strokes(cv2: Any, lines: Any, left: int, top: int, *, upright: bool) -> list[_Stroke]:
    count, _, boxes, _ = cv2.connectedComponentsWithStats(lines)
    strokes = []
    for x, y, wide, high, _ in boxes[1:count].tolist():
        if upright:
            strokes.append(_Stroke(left + x + wide / 2, top + y, top + y + high))
        else:
            strokes.append(_Stroke(top + y + high / 2, left + x, left + x + wide))
    return strokes


def _grid(across: Sequence[_Stroke], down: Sequence[_Stroke], height: float) -> Ruled | None:
    rows, columns = _edges(across, height), _edges(down, height)
    if not 2 < len(rows) <= MOST + 1 or not 2 < len(columns) <= MOST + 1:
        return None
    right = [[_drawn(down, x, a, b, height) for x in columns[1:-1]] for a, b in pairwise(rows)]
    below = [[_drawn(across, y, a, b, height) for a, b in pairwise(columns)] for y in rows[1:-1]]
    if not all(map(any, below)) or not all(map(any, zip(*right, strict=True))):
        return None  # a drawing: its lines part no fields
    fields = tuple(_fields(right, below, len(rows) - 1, len(columns) - 1))
    return Ruled(tuple(columns), tuple(rows), fields)


def _edges(strokes: Sequence[_Stroke], height: float) -> list[float]:
    """Where lines lie, those near each other once."""
    found: list[float] = []
    for stroke in sorted(strokes):
        if not found or stroke.at - found[-1] > max(SAME, LEAST_FIELD) * height:
            found.append(stroke.at)
    return found


def _drawn(strokes: Sequence[_Stroke], at: float, low: float, high: float, height: float) -> bool:
    """Whether a line is drawn there along most of a side."""
    near = [one for one in strokes if abs(one.at - at) <= SAME * height]
    covered = sum(max(0.0, min(one.high, high) - max(one.low, low)) for one in near)
    return covered >= DRAWN * (high - low)


def _fields(
    right: Sequence[Sequence[bool]], below: Sequence[Sequence[bool]], length: int, width: int
) -> Iterator[Field]:
    """The rectangles between lines, from the upper left on."""
    taken: set[tuple[int, int]] = set()
    for i in range(length):
        for j in range(width):
            if (i, j) in taken:
                continue
            wide = high = 1
            while j + wide < width and not right[i][j + wide - 1] and (i, j + wide) not in taken:
                wide += 1
            while i + high < length and not any(below[i + high - 1][j : j + wide]):
                row = i + high
                if any(right[row][at] for at in range(j, j + wide - 1)):
                    break
                high += 1
            taken.update((a, b) for a in range(i, i + high) for b in range(j, j + wide))
            yield Field(i, j, high, wide)
