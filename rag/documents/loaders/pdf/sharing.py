"""Drawn tables and what is so close to them that its lines seem to be theirs: text with a line under it or through it, another
table whose first line is the last of theirs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.documents.loaders.pdf.strokes import SAME, TOUCH, Stroke, Strokes, places

WHOLE = 0.9  # share of a table's width that its first and its last line have at least


def without_foreign(strokes: Strokes) -> Strokes:
    """Lines but for such above or below all lines down, and at the end of none, that are shorter than the table is wide."""
    if len(strokes.across) < 3 or not strokes.down:
        return strokes
    low, high = min(one.low for one in strokes.down), max(one.high for one in strokes.down)
    width = max(one.high for one in strokes.across) - min(one.low for one in strokes.across)
    kept = [
        one
        for one in strokes.across
        if low - SAME <= one.at <= high + SAME or one.high - one.low >= WHOLE * width
    ]
    return Strokes(kept, strokes.down)


def one_by_one(strokes: Strokes) -> list[Strokes]:
    """The lines of tables that stand so close below each other that they share one: at it all lines between columns end, and
    others begin."""
    levels = places(strokes.across)
    for y in levels[2:-2]:
        above = [one for one in strokes.down if one.high > y + TOUCH]
        below = [one for one in strokes.down if one.low < y - TOUCH]
        edges = [places(part) for part in (above, below)]
        through = places([one for one in above if one in below])
        outer = [at for part in edges if part for at in (part[0], part[-1])]
        own = [[at for at in one if not _near(at, other)] for one, other in (edges, edges[::-1])]
        if all(own) and all(_near(at, outer) for at in through):
            upper = [one for one in strokes.across if one.at > y + SAME]
            lower = [one for one in strokes.across if one.at < y - SAME]
            shared = [one for one in strokes.across if abs(one.at - y) <= SAME]
            return [
                *one_by_one(_within(upper, shared, above, y, high=True)),
                *one_by_one(_within(lower, shared, below, y, high=False)),
            ]
    return [strokes]


def _near(at: float, others: Iterable[float]) -> bool:
    return any(abs(at - other) <= SAME for other in others)


def _within(
    across: Sequence[Stroke],
    shared: Sequence[Stroke],
    down: Sequence[Stroke],
    y: float,
    *,
    high: bool,
) -> Strokes:
    """The lines of one of two tables that share a line at a height: no line of it goes on into the other."""
    left, right = min(one.low for one in across), max(one.high for one in across)
    edge = [Stroke(one.at, max(left, one.low), min(right, one.high)) for one in shared]
    cut = [
        Stroke(one.at, max(y, one.low) if high else one.low, one.high if high else min(y, one.high))
        for one in down
    ]
    return Strokes(sorted([*across, *(one for one in edge if one.low < one.high)]), cut)
