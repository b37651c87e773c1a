"""Lines that are drawn on a page, across and down, whatever draws them: strokes, thin boxes, outlines."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.documents.loaders.pdf.objects import PATH, Objects

THIN = 3.5  # points: what is drawn so thin is a line
LEVEL = 0.1  # points by which a line may slope
SAME = 4.0  # points within which lines are one: the two sides of a border
TOUCH = 7.0  # points by which lines may miss each other: some leave the space between cells out
LEAST_PATHS = 3  # of a page that holds a grid of lines, unless one draws many
MOST_PATHS = 6_000  # of a page; one of more is a drawing


class Stroke(NamedTuple):
    """A line: how high it stands where it is drawn across, how far right where down; from where to where it goes."""

    at: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Strokes:
    """Lines that touch each other."""

    across: Sequence[Stroke]
    down: Sequence[Stroke]


def strokes_of(objects: Objects) -> Strokes:
    """The lines of a page; none of a drawing, and none around a field that is only filled."""
    paths = objects.of(PATH)
    if not paths or len(paths) > MOST_PATHS:
        return Strokes((), ())
    boxes = objects.boxes[paths]
    sizes = boxes[:, 2:] - boxes[:, :2]
    thin = sizes <= THIN
    flat, slim = thin[:, 1] & ~thin[:, 0], thin[:, 0] & ~thin[:, 1]
    outlines = [
        i for i in np.flatnonzero((sizes > THIN).all(1)).tolist() if objects.is_stroked(paths[i])
    ]
    many = {i: own for i in outlines if len(own := objects.pieces(paths[i]))}
    if not (many or len(paths) >= LEAST_PATHS) or not (outlines or slim.any()):
        return Strokes((), ())
    across = [Stroke((foot + head) / 2, a, b) for a, foot, b, head in boxes[flat].tolist()]
    down = [Stroke((a + b) / 2, foot, head) for a, foot, b, head in boxes[slim].tolist()]
    for i, (left, bottom, right, top) in zip(outlines, boxes[outlines].tolist(), strict=True):
        if i in many:
            lines = _of_pieces(many[i])
            across += lines.across
            down += lines.down
            continue
        across += [Stroke(bottom, left, right), Stroke(top, left, right)]
        down += [Stroke(left, bottom, top), Stroke(right, bottom, top)]
    return Strokes(_joined(across), _joined(down))


def _of_pieces(pieces: NDArray[np.float32]) -> Strokes:
    """The lines of one path that go across or down: some programs draw all of a grid at once."""
    low, high = np.minimum(pieces[:, :2], pieces[:, 2:]), np.maximum(pieces[:, :2], pieces[:, 2:])
    flat = high[:, 1] - low[:, 1] <= LEVEL
    slim = high[:, 0] - low[:, 0] <= LEVEL
    across = np.stack([low[:, 1], low[:, 0], high[:, 0]], 1)[flat & ~slim]
    down = np.stack([low[:, 0], low[:, 1], high[:, 1]], 1)[slim & ~flat]
    return Strokes(
        [Stroke(*one) for one in across.tolist()], [Stroke(*one) for one in down.tolist()]
    )


def _joined(strokes: Iterable[Stroke]) -> list[Stroke]:
    """Strokes in one line, the pieces of each put together."""
    lines: list[list[Stroke]] = []
    for stroke in sorted(strokes):
        if lines and stroke.at - lines[-1][0].at <= SAME:
            lines[-1].append(stroke)
        else:
            lines.append([stroke])
    joined: list[Stroke] = []
    for line in lines:
        at = line[len(line) // 2].at
        low, high = 0.0, -1.0
        for _, begin, end in sorted(line, key=lambda one: one.low):
            if high >= low and begin <= high + TOUCH:
                high = max(high, end)
                continue
            if high >= low:
                joined.append(Stroke(at, low, high))
            low, high = begin, end
        joined.append(Stroke(at, low, high))
    return joined


def touching(strokes: Strokes) -> list[Strokes]:
    """Lines by what they touch: those of each frame or grid of a page."""
    owner = list(range(len(strokes.across) + len(strokes.down)))

    def root(i: int) -> int:
        while owner[i] != i:
            owner[i] = i = owner[owner[i]]
        return i

    first = len(strokes.across)
    for i, (y, left, right) in enumerate(strokes.across):
        begin = bisect_left(strokes.down, (left - TOUCH,))
        for j in range(begin, len(strokes.down)):
            x, low, high = strokes.down[j]
            if x > right + TOUCH:
                break
            if low - TOUCH <= y <= high + TOUCH:
                owner[root(first + j)] = root(i)
    parts: dict[int, tuple[list[Stroke], list[Stroke]]] = {}
    for i, stroke in enumerate((*strokes.across, *strokes.down)):
        parts.setdefault(root(i), ([], []))[i >= first].append(stroke)
    return [Strokes(*part) for part in parts.values()]


def places(strokes: Iterable[Stroke], *ends: float) -> list[float]:
    """Where lines stand, each once, with those of ``ends`` beyond which none is."""
    found: list[float] = []
    for at in sorted((*(stroke.at for stroke in strokes), *ends)):
        if not found or at - found[-1] > SAME:
            found.append(at)
    return found


def drawn_at(strokes: Iterable[Stroke], at: float) -> Callable[[float], bool]:
    """Tells whether a line that stands at a place goes past another."""
    near = [stroke for stroke in strokes if abs(stroke.at - at) <= SAME]
    return lambda along: any(low <= along <= high for _, low, high in near)
