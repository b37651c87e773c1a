"""Tables of a page, from where its text stands: which lines are rows, where columns part, which lines are
one row. A table that is not surely one stays lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.documents.headers import is_value
from rag.documents.loaders.pdf.changes import change_in, columns_of
from rag.documents.loaders.pdf.rows import (
    DRAWN,
    LOWER,
    Placed,
    Row,
    bands_of,
    head_lines,
    names_of,
    number,
    of_values,
    rows_of,
    signs_moved,
    without_signs,
)
from rag.documents.loaders.pdf.runs import Line, Run

LEAST_ROWS = 3  # lines of several cells that a table has
FAR = 3.2  # heights of a line: further apart, two lines are not of one table
FAR_BELOW = 5.0  # the same, of two lines of three cells and more
MOST_COLUMNS = 30
LONG_CELL = 25  # characters; three columns of such cells, all full, are running text
LONG_TEXT = 60  # characters of a cell that is a sentence
MOST_ALONE = 3  # lines in one piece that follow each other within a table
WIDE = 0.62  # share of the page's text: a line that wide, in one piece, is no cell
BULLET = re.compile(
    r"[•●▪■◦‣·–—*o-]|\(?[0-9a-zA-Z]{1,3}[.)]|\(?[ivxIVX]{1,5}[.)]|\d{1,2}(?:\.\d{1,2})*"
)
LEADERS = re.compile(r"\.{4,}|(?:\. ){4,}|…{2,}")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its rows, the first of which names the columns where ``named`` (None: not known); where its columns begin
    and end, from left to right; how high it reaches; the empty cells at its head that reach over several rows, each as
    its column, its row and how many it reaches over; the columns that no line closes at its foot, where it closes
    others."""

    rows: tuple[Row, ...]
    named: bool | None
    columns: tuple[tuple[float, float], ...]
    top: float
    bottom: float
    reaching: tuple[tuple[int, int, int], ...] = ()
    opened: tuple[int, ...] = ()

    def holds(self, y: float) -> bool:
        """Whether it reaches over a height of the page."""
        return self.bottom <= y <= self.top


Bold = Callable[[int], bool]
"""Tells whether a character of the page is bold."""

Rules = Callable[[], Sequence[float]]
"""Tells at which heights of a page lines are drawn across. To find them takes time; tables of values need
none."""


def grids(lines: Sequence[Line], height: float, rules: Rules) -> list[Grid]:
    """The tables among the lines of a page."""
    everything = [run for line in lines for run in line]
    if not everything:
        return []
    width = max(r.box.right for r in everything) - min(r.box.left for r in everything)
    found = []
    for region in _regions_apart(lines, height, width):
        if grid := _grid(region, height, rules):
            found.append(grid)
    return found


def _regions_apart(lines: Sequence[Line], height: float, width: float) -> Iterator[list[Line]]:
    """Lines that follow each other, several cells on most, and in the same columns."""
    for region in _regions(lines, height, width):
        at = change_in(region, height)
        if at is None:
            yield region
            continue
        for part in (region[:at], region[at:]):
            yield from _regions_apart(part, height, width)


def _regions(lines: Sequence[Line], height: float, width: float) -> list[list[Line]]:
    """Lines that follow each other, several cells on most."""
    regions: list[list[Line]] = []
    region: list[Line] = []
    alone = 0
    at = 0.0  # the height of the last line, or of the rule below it

    def close() -> None:
        nonlocal region, alone
        while region and len(region[-1]) == 1 and not _hangs(region):
            region.pop()
        if sum(len(line) > 1 for line in region) >= LEAST_ROWS:
            regions.append(region)
        region, alone = [], 0

    for i, line in enumerate(lines):
        apart, at = at - line[0].middle, line[0].middle
        if all(DRAWN.fullmatch(run.text) for run in line):
            continue
        if region and apart > _far(region, line, height):
            close()
        if region and _begins_anew(region, line, height):
            close()
        if len(line) > 1 and not _listed(line):
            region.append(line)
            alone = 0
            continue
        alone += 1
        if len(line) > 1 or _breaks(line[0], region, width) or alone > MOST_ALONE:
            close()
        elif region or _heads(lines, i, height):
            region.append(line)
    close()
    return regions


def _far(region: Sequence[Line], line: Line, height: float) -> float:
    """How far below a region its next line may stand: the first below names as many as it has cells
    a little further."""
    steps = [a[0].middle - b[0].middle for a, b in pairwise(region)]
    if len(region) == 1 and len(line) == len(region[0]) > 2:
        return FAR_BELOW * height
    return max(FAR * height, 2.3 * steps[len(steps) // 2]) if steps else FAR * height


def _breaks(alone: Run, region: Sequence[Line], width: float) -> bool:
    """Whether a line in one piece is no row of a table: it reaches over what stands beside labels."""
    beyond = [cell.box.left for line in region[-6:] for cell in line[1:] if number(cell.text)]
    if beyond and alone.box.right < min(beyond):
        return False
    return alone.box.right - alone.box.left > WIDE * width or len(alone.text) > LONG_TEXT


def _begins_anew(region: Sequence[Line], line: Line, height: float) -> bool:
    """Whether a line apart from rows of values names the columns of another table."""
    beyond = line[1:] if len(line) > 1 else ()
    return (
        region[-1][0].middle - line[0].middle > 2 * height
        and bool(beyond)
        and not any(number(cell.text) for cell in beyond)
        and any(number(cell.text) for row in region[-2:] for cell in row[1:])
    )


def _listed(line: Line) -> bool:
    """An item of a list: its bullet, and one text behind it."""
    return len(line) == 2 and bool(BULLET.fullmatch(line[0].text)) and not is_value(line[1].text)


def _heads(lines: Sequence[Line], i: int, height: float) -> bool:
    """Whether a line alone stands above columns that begin below it, and right of the first of them."""
    for above, line in zip(lines[i:], lines[i + 1 : i + 5], strict=False):
        if above[0].middle - line[0].middle > 2 * height:
            return False
        if len(line) > 1:
            return lines[i][0].box.left > line[0].box.right or (
                lines[i][0].box.left > line[0].box.left + 4 * height
            )
    return False


def _hangs(region: Sequence[Line]) -> bool:
    """Whether the last line, alone, goes on with a cell of the one before."""
    if len(region) < 2:
        return False
    (last,), before = region[-1], region[-2]
    tight = before[0].middle - last.middle < 1.9 * (before[0].box.top - before[0].box.bottom)
    return tight and bool(LOWER.match(last.text)) and any(_over(last, cell) for cell in before)


def _over(a: Run, b: Run) -> bool:
    return a.box.left < b.box.right and b.box.left < a.box.right


def _grid(region: list[Line], height: float, rules: Rules) -> Grid | None:
    columns = columns_of(region, height)
    if not 2 <= len(columns) <= MOST_COLUMNS:
        return None
    columns = _over_values(region, columns)
    placed = [[(_reach(cell, columns), cell) for cell in line] for line in region]
    top, bottom = region[0][0].box.top, region[-1][-1].box.bottom
    inner: list[float] = []
    if not _holds_values(placed):
        inner = [y for y in rules() if bottom - height < y < top + height]
    ruled = len(inner) >= max(3, len(region) / 4)
    if not _is_table(placed, len(columns), ruled=ruled):
        return None
    head = head_lines(placed, len(columns))
    bands = bands_of(region, inner) if ruled else None
    rows = rows_of(placed[head:], region[head:], len(columns), bands and bands[head:], height)
    if head:
        names = names_of(placed[:head], len(columns))
        rows = [names, *rows]
    rows = [signs_moved(row) for row in without_signs(rows)]
    if len(rows) < 2:
        return None
    return Grid(tuple(rows), bool(head) or None, tuple(columns), top, bottom)


def _reach(cell: Run, columns: Sequence[tuple[float, float]]) -> tuple[int, int]:
    over = [
        i
        for i, (left, right) in enumerate(columns)
        if cell.box.left < right and left < cell.box.right
    ]
    if over:
        return over[0], over[-1]
    middle = (cell.box.left + cell.box.right) / 2
    nearest = min(
        range(len(columns)),
        key=lambda i: min(abs(middle - columns[i][0]), abs(middle - columns[i][1])),
    )
    return nearest, nearest


def _is_table(placed: Sequence[Placed], width: int, *, ruled: bool) -> bool:
    """Whether what stands in columns is a table, and no running text in columns, no list, no contents."""
    several = [line for line in placed if len(line) > 1]
    cells = [cell.text for line in several for _, cell in line]
    if any(len(LEADERS.findall(" ".join(c.text for _, c in line))) for line in several[:3]):
        return False
    values = _holds_values(placed)
    if not values and _reads_on(several):
        return False
    openers = [line[0][1].text for line in several if line[0][0][0] == 0]
    if (
        width == 2
        and openers
        and sum(bool(BULLET.fullmatch(t)) for t in openers) > 0.6 * len(openers)
    ):
        return False
    if values or ruled:
        return True
    longest = sorted(map(len, cells))[len(cells) * 9 // 10]
    full = sum(len(line) >= width for line in placed) / len(placed)
    usual = sum(map(len, cells)) / len(cells)
    if width == 2:
        return len(several) >= LEAST_ROWS and longest <= LONG_CELL + 10 and usual < LONG_CELL
    return not (usual > LONG_CELL * 0.7 and full > 0.6) and longest <= 2 * LONG_TEXT


def _holds_values(placed: Sequence[Placed]) -> bool:
    """Whether half of what stands beside the first column are values."""
    beyond = [
        cell.text for line in placed if len(line) > 1 for (first, _), cell in line if first > 0
    ]
    return sum(map(number, beyond)) >= max(1, len(beyond)) / 2


def _reads_on(several: Sequence[Placed]) -> bool:
    """Whether cells go on in the ones beside them, as in a justified paragraph with wide gaps."""
    on = all_ = 0
    for line in several:
        for (_, left), (_, right) in pairwise(line):
            all_ += 1
            on += right.text[0].islower() and left.text[-1] not in ".:;" and len(left.text) > 12
    return on > 0.3 * all_


def _over_values(
    region: Sequence[Line], columns: list[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Columns in which nothing stands but names are one with the column of values beside them."""
    placed = [[(_reach(cell, columns), cell) for cell in line] for line in region]
    first = next((i for i, line in enumerate(placed) if of_values(line)), 0)
    below = {at for line in placed[first:] for (at, _), _ in line}
    above = {at for line in placed[:first] for (a, b), _ in line for at in range(a, b + 1)}
    merged: list[tuple[float, float]] = []
    names: float | None = None
    for at, (left, right) in enumerate(columns):
        if at and first and at not in below:
            names = left if names is None else names
        elif names is not None and at not in above:
            merged.append((names, right))
            names = None
        else:
            if names is not None and merged:
                merged[-1] = (merged[-1][0], columns[at - 1][1])
            merged.append((left, right))
            names = None
    if names is not None and merged:
        merged[-1] = (merged[-1][0], columns[-1][1])
    return merged
