"""Tables of a PDF: found on its pages, put together over page breaks, and written as those of all formats."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from rag.documents.headers import header_rows
from rag.documents.loaders.pdf.columns import Box
from rag.documents.loaders.pdf.grid import Grid, grids
from rag.documents.loaders.pdf.lines import numbered_lines, page_lines
from rag.documents.loaders.pdf.objects import PATH, Objects
from rag.documents.loaders.pdf.rows import DRAWN, wrapped
from rag.documents.loaders.pdf.runs import lines_of, looks_tabular, rules_of, runs_of, usual_height
from rag.documents.ocr.seen import Seen
from rag.documents.tables import cells, write_table
from rag.documents.writer import Writer

SAME_PLACE = 8.0  # points that columns may be moved by on the next page
_LOWER = re.compile(r"[a-zß-ÿ(]")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of one page: rows of cells, the first of which names the columns where ``named``; for each
    row the numbers of the page's lines that it is made of; where its columns stand; for each row the characters of
    the page's text (from, to) that it is made of, cell by cell, none where it was read by OCR."""

    rows: tuple[tuple[str, ...], ...]
    lines: tuple[frozenset[int], ...]
    named: bool
    columns: tuple[tuple[float, float], ...]
    spans: tuple[tuple[tuple[int, int], ...], ...] = ()

    @property
    def all_lines(self) -> frozenset[int]:
        """The numbers of all lines of its page that are in it."""
        return frozenset().union(*self.lines)


def tables_of(
    objects: Objects, textpage: Any, text: str, boxes: list[Box]
) -> tuple[list[str], list[Table]]:
    """The lines of a page, and the tables among them."""
    height = usual_height(boxes)
    if not boxes or not looks_tabular(boxes, text, height):
        return page_lines(text), []
    runs = runs_of(textpage, text, boxes, height)
    rules = cache(lambda: rules_of(objects.places(PATH), boxes))
    found = grids(lines_of(runs, height), height, rules) if runs else []
    if not found:
        return page_lines(text), []
    lines, starts = numbered_lines(text)
    tables: list[Table] = []
    taken: set[int] = set()
    for grid in found:
        table = _of_lines(grid, text, lines, starts)
        if table and not taken & table.all_lines:
            tables.append(table)
            taken |= table.all_lines
    return lines, tables


def tables_seen(seen: Seen, lines: Sequence[str], width: float) -> list[Table]:
    """The tables that OCR saw on a page, which has become ``lines`` and is ``width`` points wide."""
    if len(lines) != len(seen.lines):
        return []
    tables: list[Table] = []
    first = 0
    left = min((a for block in seen.blocks for a, _ in block.columns), default=0.0)
    right = max((b for block in seen.blocks for _, b in block.columns), default=1.0)
    scale = width / max(1.0, right - left)
    for block in seen.blocks:
        if block.rows:
            numbers = tuple(frozenset(first + n for n in row) for row in block.lines_of)
            columns = tuple(((a - left) * scale, (b - left) * scale) for a, b in block.columns)
            tables.append(Table(block.rows, numbers, header_rows(block.rows) > 0, columns))
        first += len(block.lines)
    return tables


def _of_lines(
    grid: Grid, text: str, lines: Sequence[str], places: Sequence[tuple[int, int]]
) -> Table | None:
    """A table by the lines that it takes the place of; None where one of them says more than it does."""
    starts = [begin for begin, _ in places]
    rows: list[frozenset[int]] = []
    said: dict[int, int] = {}
    for row in grid.rows:
        held: set[int] = set()
        for begin, end in dict.fromkeys(row.spans):
            number = bisect_right(starts, begin) - 1
            if number < 0 or end > places[number][1] + 2:
                return None
            held.add(number)
            said[number] = said.get(number, 0) + len("".join(text[begin:end].split()))
        rows.append(frozenset(held))
    whole = all(said[n] >= len("".join(text[slice(*places[n])].split())) for n in said)
    if not whole:
        return None
    for number in range(min(said, default=0), max(said, default=0)):
        if DRAWN.fullmatch(lines[number].strip()):  # it goes with the row above, and says nothing
            above = max(i for i, row in enumerate(rows) if min(row, default=number) < number)
            rows[above] |= {number}
    return Table(
        tuple(row.cells for row in grid.rows),
        tuple(rows),
        grid.named,
        grid.columns,
        tuple(row.spans for row in grid.rows),
    )


def without(table: Table, lines: set[int]) -> Table:
    """A table without the rows of which no line is among ``lines``."""
    kept = [i for i, row in enumerate(table.lines) if row & lines or not row]
    return replace(
        table,
        rows=tuple(table.rows[i] for i in kept),
        lines=tuple(table.lines[i] for i in kept),
        spans=tuple(table.spans[i] for i in kept if table.spans),
        named=table.named and bool(kept) and kept[0] == 0,
    )


def _without_first(table: Table) -> Table:
    return replace(table, rows=table.rows[1:], lines=table.lines[1:], spans=table.spans[1:])


def goes_on(table: Table, before: Table) -> bool:
    """Whether a table at the head of a page goes on with the one at the foot of the page before."""
    if len(table.columns) != len(before.columns) or not table.rows:
        return False
    near = all(
        min(abs(a[0] - b[0]), abs(a[1] - b[1])) <= SAME_PLACE
        for a, b in zip(table.columns, before.columns, strict=True)
    )
    return near and (not table.named or (before.named and table.rows[0] == before.rows[0]))


def continued(table: Table, before: Table) -> tuple[Table, Table]:
    """Both parts of a table: the names are not said again, and a row over the break stands in the first."""
    if table.named:
        table = replace(_without_first(table), named=False)
    if not table.rows or not before.rows:
        return table, before
    first, last = table.rows[0], before.rows[-1]
    cells_left = [(cell, text) for cell, text in zip(first, last, strict=True) if cell]
    if (
        cells_left
        and all(text and _LOWER.match(cell) for cell, text in cells_left)
        and not first[0]
    ):
        whole = tuple(
            wrapped(text, cell) if cell else text for cell, text in zip(first, last, strict=True)
        )
        before = replace(before, rows=(*before.rows[:-1], whole))
        table = _without_first(table)
    return table, before


def write(table: Table, writer: Writer, names: Sequence[str] = ()) -> list[str]:
    """Write a table, or the part of it that goes on under ``names``; the names of its columns."""
    rows = [[cell.replace("\x02", "-") for cell in row] for row in table.rows]
    return write_table(cells(rows), writer, marked=int(table.named), names=names or None)
