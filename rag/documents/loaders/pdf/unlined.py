"""Drawn tables with no lines between some of their rows: what stands at one height in all cells of such a band is a row
of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from rag.documents.loaders.pdf.lines import is_row
from rag.documents.loaders.pdf.rows import goes_on, number, wrapped
from rag.documents.loaders.pdf.runs import Line, Run, lines_of

ALIKE = 3  # lines at the same heights in all cells of a band that are rows of their own
SAME_LEVEL = 2.0  # points by which these heights may differ
LEVEL = 0.3  # the same, in heights of a line, where letters with and without tails are mixed
MISSING = 1 / 6  # share of places that may be empty at the foot of cells
LONG_TEXT = 60  # characters of a line that is no cell
BESIDE = 0.6  # share of the rows of a band with a label, and of those with something beside it
ROOM = 0.5  # share of the cells of a band in which a word would have had room on the line above


class Field(NamedTuple):
    """A field of a grid of lines: its first row and column, and how many of them it reaches over."""

    row: int
    column: int
    rows: int
    columns: int


Held = Mapping[Field, Sequence[Run]]
"""What stands in each field."""


def by_rows(
    fields: Sequence[Field], cells: Held, columns: Sequence[float], length: int, height: float
) -> tuple[list[Field], dict[Field, list[Run]], int] | None:
    """Fields, what they hold, and how many rows they are in, after a band of fields that holds rows of its own has become as
    many rows. None where a field holds a table that cannot be told."""
    parted: list[Field] = []
    held: dict[Field, list[Run]] = {}
    row = 0
    for band in range(length):
        own = [field for field in fields if field.row == band]
        lines = {field: lines_of(cells[field], height) for field in own if field in cells}
        if any(_holds_columns(cell) for cell in lines.values()):
            return None
        if not _holds_rows(list(lines.values()), columns, height):
            moved = {field: field._replace(row=row) for field in own}
            parted += moved.values()
            held |= {moved[field]: list(cells[field]) for field in lines}
            row += 1
            continue
        reached = any(field.row < band < field.row + field.rows for field in fields)
        simple = all(field.rows == field.columns == 1 for field in own)
        rows = _rows_in(lines, height) if simple and not reached else None
        if rows is None:
            return None
        for own_row in rows:
            for field in own:
                one = Field(row, field.column, 1, 1)
                parted.append(one)
                if field.column in own_row:
                    held[one] = own_row[field.column]
            row += 1
    return parted, held, row


def _holds_columns(cell: Sequence[Line]) -> bool:
    """Whether lines of a cell are rows of several values each."""
    texts = [" ".join(run.text for run in line) for line in cell]
    return len(cell) > 1 and sum(map(is_row, texts)) > 1


def _holds_rows(cells: Sequence[Sequence[Line]], columns: Sequence[float], height: float) -> bool:
    """Whether the cells that begin in a band hold rows of their own: values below each other, lines at the same heights in all,
    or such heights at which some cells are empty."""
    several = [
        [" ".join(run.text for run in line) for line in cell] for cell in cells if len(cell) > 1
    ]
    if len(several) > 1 and any(all(map(number, cell)) for cell in several):
        return True
    most = max(map(len, cells), default=0)
    if len(cells) < 2 or most < ALIKE:
        return False
    heights = [[line[0].middle for line in cell] for cell in cells]
    if all(len(cell) == most for cell in cells):
        return all(max(same) - min(same) < SAME_LEVEL for same in zip(*heights, strict=True))
    levels = next(cell for cell in heights if len(cell) == most)
    places = [[_level(levels, y, LEVEL * height) for y in cell] for cell in heights]
    if any(at is None for cell in places for at in cell):
        return False
    at = [[one for one in cell if one is not None] for cell in places]
    if _has_gaps(at, most):
        return True
    missing = sum(most - len(cell) for cell in at)
    opened = all(cell[0] == 0 for cell in at)
    return opened and missing < MISSING * most * len(cells) and _had_room(cells, columns)


def _level(levels: Sequence[float], y: float, near: float) -> int | None:
    return next((i for i, level in enumerate(levels) if abs(level - y) <= near), None)


def _has_gaps(places: Sequence[Sequence[int]], most: int) -> bool:
    """Whether lines are left out within a cell, or above one in one cell and below one in another: text that was wrapped
    leaves out none, and stands at the head of all cells, or at their foot."""
    if any(b - a > 1 for cell in places for a, b in pairwise(cell)):
        return True
    falling = any(cell[0] > 0 and cell[-1] == most - 1 for cell in places)
    rising = any(cell[0] == 0 and cell[-1] < most - 1 for cell in places)
    return falling and rising


def _had_room(cells: Sequence[Sequence[Line]], columns: Sequence[float]) -> bool:
    """Whether in most cells a word that opens a line would have had room on the line above: they were not wrapped."""
    several = [cell for cell in cells if len(cell) > 1]
    room = sum(
        any(_has_room(above[-1], line[0], columns) for above, line in pairwise(cell))
        for cell in several
    )
    return room >= ROOM * len(several)


def _has_room(above: Run, below: Run, columns: Sequence[float]) -> bool:
    edge = min((at for at in columns if at > above.box.right), default=above.box.right)
    letter = (below.box.right - below.box.left) / max(1, len(below.text))
    word = (len(below.text.split(" ", 1)[0]) + 2) * letter
    return above.box.right + word < edge


def _rows_in(
    lines: Mapping[Field, Sequence[Line]], height: float
) -> list[dict[int, list[Run]]] | None:
    """The rows of a band, by their columns; None where it is no table but texts side by side."""
    column = {run: field.column for field, cell in lines.items() for line in cell for run in line}
    levels = lines_of(list(column), height)
    steps = sorted(a[0].middle - b[0].middle for a, b in pairwise(levels))
    tight = (steps[0] if steps else height) * 1.25
    width = 1 + max(column.values())
    rows: list[dict[int, list[Run]]] = []
    said: list[str] = []
    above: Line = []
    for level in levels:
        placed = [((column[run], column[run]), run) for run in level]
        if not rows or not goes_on(placed, said, tight, above[0], level[0]):
            rows.append({})
            said = [""] * width
        for run in level:
            rows[-1].setdefault(column[run], []).append(run)
            said[column[run]] = wrapped(said[column[run]], run.text)
        above = level
    first = min(column.values())
    labelled = sum(first in row for row in rows)
    beside = sum(len(row) > 1 for row in rows)
    long = any(len(run.text) > LONG_TEXT for run in column)
    return None if long or min(labelled, beside) < BESIDE * len(rows) else rows
