"""The order in which a page is read, where it was painted in another: columns, line by line."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

LEAST_LINES = 5  # on each side of a gutter
MOST_BOXES = 1_000  # runs of text of a page; one of more is a table
LEAST_GUTTER = 8.0  # points
SAME_LEFT = 4.0  # points within which lines begin below each other
PROSE = 0.55  # share of a column's width that most of its lines fill: cells of a table do not
CROSSED = 0.2  # share of lines that may cross a gutter: titles, captions
EVEN = (
    0.85  # share of the lines of one of three columns that follow each other at the usual distance
)
OPENS, FAR = (
    1.35,
    2.5,
)  # distances of lines, in usual ones, at which one opens something, or is apart
TURNS = 0.3  # share of neighbouring lines that change sides on a page painted across its columns


class Box(NamedTuple):
    """Where a run of text stands, in points from the left and the foot of the page."""

    left: float
    bottom: float
    right: float
    top: float


def gutters_of(boxes: list[Box]) -> list[float]:
    """Where a page of columns of running text is parted, from left to right; none where it is not."""
    if not 2 * LEAST_LINES <= len(boxes) <= MOST_BOXES:
        return []
    low, high = min(box.left for box in boxes), max(box.right for box in boxes)
    if high - low < 200:
        return []
    gaps = _gaps(boxes, low, high)
    apart = [
        gap for gap, before in zip(gaps, [(0.0, 0.0), *gaps], strict=False) if gap[0] > before[1]
    ]
    if len(apart) > 1 and _all_prose(boxes, apart, low, high):
        return [(edge + start) / 2 for edge, start in apart]
    for gap in gaps:
        if _all_prose(boxes, [gap], low, high):
            return [sum(gap) / 2]
    return []


def reordered(
    textpage: Any, boxes: list[Box], gutters: Sequence[float]
) -> tuple[str, list[Box]] | None:
    """The text of a page in the order of its columns, and the parts of the page that it is read from, one after the
    other; None where it is in order already."""
    columns = [_column(box, gutters) for box in boxes]
    aside = [column for column in columns if column is not None]
    turns = sum(1 for a, b in pairwise(aside) if a != b)
    if turns <= TURNS * len(aside):
        return None
    left = min(box.left for box in boxes) - 1
    right = max(box.right for box in boxes) + 1
    texts: list[str] = []
    parts: list[Box] = []

    def take(low: float, high: float, foot: float, head: float) -> None:
        if head > foot:
            text = textpage.get_text_bounded(left=low, right=high, bottom=foot, top=head)
            if text.strip():
                texts.append(text)
                parts.append(Box(low, foot, high, head))

    def band(foot: float, head: float) -> None:
        for low, high in pairwise([left, *gutters, right]):
            take(low, high, foot, head)

    # Lines over several columns divide the page into bands; in each the left column comes first.
    head = max(box.top for box in boxes) + 1
    across = [box for box, column in zip(boxes, columns, strict=True) if column is None]
    across.extend(_openings(boxes, columns))
    for box in sorted(across, key=lambda box: -box.top):
        band(box.top, head)
        take(left, right, box.bottom, min(head, box.top))
        head = min(head, box.bottom)
    band(min(box.bottom for box in boxes) - 1, head)
    return "\r\n".join(texts), parts


def columns_of(boxes: list[Box], gutters: Sequence[float]) -> list[list[Box]]:
    """The boxes of each column; of none those that reach over a gutter."""
    found: list[list[Box]] = [[] for _ in range(len(gutters) + 1)]
    for box in boxes:
        if (column := _column(box, gutters)) is not None:
            found[column].append(box)
    return [column for column in found if column]


def _openings(boxes: list[Box], columns: Sequence[int | None]) -> list[Box]:
    """Lines in one column that stand over all: nothing stands beside them nor beside the space around
    them, and columns begin anew below them; or they are far below what stands above."""
    found: list[Box] = []
    for column in {one for one in columns if one is not None}:
        own = [box for box, of in zip(boxes, columns, strict=True) if of == column]
        others = [box for box, of in zip(boxes, columns, strict=True) if of not in (None, column)]
        own.sort(key=lambda box: -box.bottom)
        steps = sorted(a.bottom - b.bottom for a, b in pairwise(own) if a.bottom - b.bottom > 1)
        lead = steps[len(steps) // 2] if steps else 0.0
        for above, box, below in zip(own, own[1:], [*own[2:], None], strict=False):
            step = above.bottom - box.bottom
            floor = below.top if below is not None else box.bottom
            if step <= OPENS * lead or any(
                other.top > floor + 1 and other.bottom < above.bottom - 1 for other in others
            ):
                continue
            if step > FAR * lead or any(other.top <= floor + 1 for other in others):
                found.append(box)
    return found


def _column(box: Box, gutters: Sequence[float]) -> int | None:
    """The number of the column that a box is in; None where it reaches over a gutter."""
    if any(box.left < gutter < box.right for gutter in gutters):
        return None
    return sum(box.left >= gutter for gutter in gutters)


def _gaps(boxes: list[Box], low: float, high: float) -> list[tuple[float, float]]:
    """The gaps right of which lines begin one below the other, and over which few lines reach: from
    where to where each goes."""
    width = high - low
    lefts, rights = sorted(box.left for box in boxes), sorted(box.right for box in boxes)
    inner = [x for x in lefts if low + 0.15 * width < x < low + 0.85 * width]
    gaps: list[tuple[float, float]] = []
    for i, start in enumerate(inner):
        if bisect_left(inner, start + SAME_LEFT) - i < LEAST_LINES or (
            i and start - inner[i - 1] < 1
        ):
            continue
        at = start - 0.5
        before, over = bisect_left(rights, at), bisect_left(lefts, at)
        if over - before > CROSSED * len(boxes) or before < LEAST_LINES:
            continue
        edge = rights[before - 1]
        if start - edge >= LEAST_GUTTER and len(boxes) - over >= LEAST_LINES:
            gaps.append((edge, start))
    return gaps


def _all_prose(
    boxes: list[Box], gaps: Sequence[tuple[float, float]], low: float, high: float
) -> bool:
    """Whether each column between these gaps holds running text. Of more than two, the lines of each follow
    each other at one distance, too: the cells of a table do not."""
    edges = [low, *(x for gap in gaps for x in gap), high]
    for left, right in zip(edges[::2], edges[1::2], strict=True):
        inside = [box for box in boxes if box.left >= left - 0.5 and box.right <= right + 0.5]
        if len(inside) < LEAST_LINES or not _is_prose(inside, right - left):
            return False
        if len(gaps) > 1 and not _is_even(inside):
            return False
    return True


def _is_even(boxes: list[Box]) -> bool:
    heights = sorted(box.bottom for box in boxes)
    steps = sorted(b - a for a, b in pairwise(heights) if b - a > 1)
    usual = steps[len(steps) // 2] if steps else 0.0
    return bool(steps) and sum(step < 1.5 * usual for step in steps) >= EVEN * len(steps)


def _is_prose(boxes: list[Box], width: float) -> bool:
    """Whether most lines fill their column, and one stands at each height."""
    long = sum(1 for box in boxes if box.right - box.left >= PROSE * width)
    heights = {round(box.bottom / 4) for box in boxes}
    return long >= 0.6 * len(boxes) and len(heights) >= 0.7 * len(boxes)
