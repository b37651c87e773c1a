"""The order in which a page is read, where it was painted in another: two columns, line by line."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from typing import Any, NamedTuple

LEAST_LINES = 5  # on each side of a gutter
MOST_BOXES = 1_000  # runs of text of a page; one of more is a table
LEAST_GUTTER = 8.0  # points
SAME_LEFT = 4.0  # points within which lines begin below each other
PROSE = 0.55  # share of a column's width that most of its lines fill: cells of a table do not
CROSSED = 0.2  # share of lines that may cross a gutter: titles, captions
TURNS = 0.3  # share of neighbouring lines that change sides on a page painted across its columns


class Box(NamedTuple):
    """Where a run of text stands, in points from the left and the foot of the page."""

    left: float
    bottom: float
    right: float
    top: float


def gutter_of(boxes: list[Box]) -> float | None:
    """Where a page of two columns of running text is parted; None where there are no two."""
    return _gutter(boxes) if 2 * LEAST_LINES <= len(boxes) <= MOST_BOXES else None


def reordered(textpage: Any, boxes: list[Box], gutter: float) -> str | None:
    """The text of a page in the order of its columns; None where it is in order already."""
    sides = [-1 if box.right <= gutter else 1 if box.left >= gutter else 0 for box in boxes]
    aside = [side for side in sides if side]
    turns = sum(1 for a, b in pairwise(aside) if a != b)
    if turns <= TURNS * len(aside):
        return None
    left = min(box.left for box in boxes) - 1
    right = max(box.right for box in boxes) + 1
    parts: list[str] = []

    def take(low: float, high: float, foot: float, head: float) -> None:
        if head > foot:
            text = textpage.get_text_bounded(left=low, right=high, bottom=foot, top=head)
            if text.strip():
                parts.append(text)

    # Lines over both columns divide the page into bands; in each the left column comes first.
    head = max(box.top for box in boxes) + 1
    across = sorted(
        (b for b, side in zip(boxes, sides, strict=True) if not side), key=lambda b: -b.top
    )
    for box in across:
        take(left, gutter, box.top, head)
        take(gutter, right, box.top, head)
        take(left, right, box.bottom, min(head, box.top))
        head = min(head, box.bottom)
    foot = min(box.bottom for box in boxes) - 1
    take(left, gutter, foot, head)
    take(gutter, right, foot, head)
    return "\r\n".join(parts)


def _gutter(boxes: list[Box]) -> float | None:
    """The middle of the gap between two columns of running text; None where there are no two."""
    low, high = min(box.left for box in boxes), max(box.right for box in boxes)
    width = high - low
    if width < 200:
        return None
    lefts, rights = sorted(box.left for box in boxes), sorted(box.right for box in boxes)
    # The lines of a column begin one below the other.
    inner = [x for x in lefts if low + 0.35 * width < x < low + 0.7 * width]
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
        if start - edge < LEAST_GUTTER or len(boxes) - over < LEAST_LINES:
            continue
        left = [box for box in boxes if box.right <= at]
        right = [box for box in boxes if box.left >= at]
        if _is_prose(left, edge - low) and _is_prose(right, high - start):
            return (edge + start) / 2
    return None


def _is_prose(boxes: list[Box], width: float) -> bool:
    """Whether most lines fill their column, and one stands at each height."""
    long = sum(1 for box in boxes if box.right - box.left >= PROSE * width)
    heights = {round(box.bottom / 4) for box in boxes}
    return long >= 0.6 * len(boxes) and len(heights) >= 0.7 * len(boxes)
