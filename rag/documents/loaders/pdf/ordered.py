"""Pages without columns that were painted in another order than they are read, as forms often are: the lines of their
text from top to bottom, those of one height from left to right, and each table where its upper edge is."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from rag.documents.loaders.pdf.columns import SAME_LEFT, Box
from rag.documents.loaders.pdf.runs import SAME_LINE, Run, around, pieces_of, usual_height
from rag.documents.loaders.pdf.tables import Table

MOST_LINES = 1_000  # of a page; one of more is a drawing
NEXT = 1.9  # heights of a line between the lines of one paragraph
UPWARDS = 1.0  # heights of a line: what is painted later and stands that much higher was to be read before
LEAST_LINES, WIDE = (
    3,
    0.25,
)  # of paragraphs in columns: their lines, and their share of the width of a page's text
RIGHT_FIRST = 2  # lines painted before what stands left of them, on a page painted in no order
ON_ITS_SIDE = 2.5  # heights of a line: what is as high, and narrower than high, is not upright


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is read at once: a paragraph, or a table. The numbers of its lines, the box around them, and the height
    at which the first of them stands."""

    lines: tuple[int, ...]
    box: Box
    head: float
    foot: Box
    table: bool

    def with_line(self, number: int, box: Box) -> _Unit:
        """With a line more at its foot."""
        return replace(self, lines=(*self.lines, number), box=around(self.box, box), foot=box)


def order_of(
    textpage: Any,
    text: str,
    places: Sequence[tuple[int, int]],
    tables: Sequence[Table],
    boxes: Sequence[Box],
) -> list[int] | None:
    """The numbers of a page's lines, whose ``places`` in its text are given, in the order in which they are read; None
    where that is the one in which they were painted, or cannot be told."""
    if not 1 < len(places) <= MOST_LINES or not boxes:
        return None
    height = usual_height(boxes)
    if not _may_go_up(boxes, height):
        return None
    found = _line_boxes(pieces_of(textpage, text, boxes), places)
    if found is None:
        return None
    units = _units(found, tables, height)
    ordered = _without_edges(units, height)
    order = [number for unit in ordered for number in unit.lines]
    return None if order == sorted(order) else order


def renumbered(table: Table, order: Sequence[int]) -> Table:
    """A table of a page whose lines now stand in another order."""
    now = {before: number for number, before in enumerate(order)}
    return replace(table, lines=tuple(frozenset(now[n] for n in row) for row in table.lines))


def _may_go_up(boxes: Sequence[Box], height: float) -> bool:
    """Whether a run was painted after one that stands below it or right of it: to see whether it was to be read before
    takes time."""
    lowest = _middle(boxes[0])
    for before, box in pairwise(boxes):
        level = _middle(box)
        lowest = min(lowest, level)
        if level - lowest > SAME_LINE * height or (
            abs(level - _middle(before)) < SAME_LINE * height and box.left < before.left
        ):
            return True
    return False


def _line_boxes(pieces: Sequence[Run], places: Sequence[tuple[int, int]]) -> list[Box] | None:
    """The box of each line; None where one has none."""
    starts = [begin for begin, _ in places]
    found: dict[int, Box] = {}
    for piece in pieces:
        at = bisect_right(starts, piece.start) - 1
        if at >= 0 and piece.start < places[at][1]:
            found[at] = around(found[at], piece.box) if at in found else piece.box
    return [found[at] for at in range(len(places))] if len(found) == len(places) else None


def _units(boxes: Sequence[Box], tables: Sequence[Table], height: float) -> list[_Unit]:
    """What is read at once, in the order in which it was painted. A line that stands below the one before, as the
    lines of a paragraph do, goes with it, and so does one that is not upright: it belongs to no height."""
    of_line = {line: table for table in tables for line in table.all_lines}
    units: list[_Unit] = []
    said: list[Table] = []
    for number, box in enumerate(boxes):
        table = of_line.get(number)
        last = units[-1] if units else None
        if table is None and last and (_aside(box, height) or _goes_on(last, box, height)):
            units[-1] = last.with_line(number, box)
        elif table is None:
            units.append(_Unit((number,), box, _middle(box), box, table=False))
        elif not any(table is one for one in said):
            said.append(table)
            units.append(_of_table(table, boxes))
    return units


def _of_table(table: Table, boxes: Sequence[Box]) -> _Unit:
    lines = sorted(table.all_lines)
    whole = boxes[lines[0]]
    for number in lines:
        whole = around(whole, boxes[number])
    head = max(_middle(boxes[number]) for number in lines)
    return _Unit(tuple(lines), whole, head, boxes[lines[-1]], table=True)


def _aside(box: Box, height: float) -> bool:
    high = box.top - box.bottom
    return high > ON_ITS_SIDE * height and high > box.right - box.left


def _goes_on(unit: _Unit, box: Box, height: float) -> bool:
    step = _middle(unit.foot) - _middle(box)
    return (
        not unit.table
        and SAME_LINE * height < step <= NEXT * height
        and abs(unit.foot.left - box.left) <= SAME_LEFT
    )


def _middle(box: Box) -> float:
    return (box.top + box.bottom) / 2


def _without_edges(units: list[_Unit], height: float) -> list[_Unit]:
    """Units in order: where all but the foot of the page, painted first, and its head, painted last, were painted from
    top to bottom, those alone are moved; what stands side by side stays as it is."""
    low, high = min(unit.head for unit in units), max(unit.head for unit in units)
    first, last = 0, len(units)
    while first < last and units[first].head < low + SAME_LINE * height:
        first += 1
    while last > first and units[last - 1].head > high - SAME_LINE * height:
        last -= 1
    if not _goes_up(units, height):
        return units
    within = units[first:last]
    if within and (_in_columns(within, height) or not _goes_up(within, height)):
        return [
            *_by_rows(units[last:], height),
            *within,
            *_by_rows(units[:first], height),
        ]
    return _by_rows(units, height)


def _in_columns(units: Sequence[_Unit], height: float) -> bool:
    """Whether paragraphs stand side by side: each is read to its end before the next."""
    left, right = min(unit.box.left for unit in units), max(unit.box.right for unit in units)
    long = [
        unit.box
        for unit in units
        if not unit.table
        and len(unit.lines) >= LEAST_LINES
        and unit.box.right - unit.box.left >= WIDE * (right - left)
    ]
    return any(
        one.right < other.left and min(one.top, other.top) - max(one.bottom, other.bottom) > height
        for one in long
        for other in long
    )


def _goes_up(units: Sequence[_Unit], height: float) -> bool:
    """Whether something was painted after what stands below it, or lines of a form after those right of them."""
    right_first = 0
    for number, earlier in enumerate(units):
        for later in units[number + 1 :]:
            rise = later.head - earlier.head
            if later.box.left < earlier.box.right and earlier.box.left < later.box.right:
                if rise > UPWARDS * height:
                    return True
            elif abs(rise) < SAME_LINE * height and later.box.left < earlier.box.left:
                # A note beside a paragraph may well be read before it.
                right_first += len(earlier.lines) == len(later.lines) == 1
    return right_first >= RIGHT_FIRST


def _by_rows(units: Sequence[_Unit], height: float) -> list[_Unit]:
    """From top to bottom, from left to right."""
    rows: list[list[_Unit]] = []
    for unit in sorted(units, key=lambda unit: -unit.head):
        if rows and rows[-1][0].head - unit.head < SAME_LINE * height:
            rows[-1].append(unit)
        else:
            rows.append([unit])
    return [unit for row in rows for unit in sorted(row, key=lambda unit: unit.box.left)]
