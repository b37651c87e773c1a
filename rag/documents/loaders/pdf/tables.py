"""Tables of a PDF: found on its pages, put together over page breaks, and written as those of all formats."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from rag.documents.headers import header_rows
from rag.documents.loaders.pdf.beside import beside, holds, one_by_one, parted_by
from rag.documents.loaders.pdf.columns import Box
from rag.documents.loaders.pdf.combs import in_one
from rag.documents.loaders.pdf.drawn import drawn_grids
from rag.documents.loaders.pdf.grid import Grid, grids
from rag.documents.loaders.pdf.headings import Probe
from rag.documents.loaders.pdf.lines import join_hyphens, numbered_lines, page_lines
from rag.documents.loaders.pdf.objects import PATH, Objects
from rag.documents.loaders.pdf.rows import DRAWN, Row, number
from rag.documents.loaders.pdf.runs import (
    Run,
    cells_of,
    lines_of,
    looks_tabular,
    parted,
    pieces_of,
    rules_of,
    usual_height,
)
from rag.documents.loaders.pdf.stacked import stacked_grids
from rag.documents.loaders.pdf.strokes import Strokes
from rag.documents.ocr.seen import Seen
from rag.documents.pairs import are_pairs
from rag.documents.tables import cells, write_table
from rag.documents.writer import Writer

LEAST_RULES = 3  # lines across a page between which a table may stand

_BAR = re.compile(
    r"(?<!\S)\|(?!\S)"
)  # in timetables: it runs through; written as it is, it would part cells


@dataclass(frozen=True, slots=True)
class Table:
    """A table of one page: rows of cells, the first of which names the columns where ``named`` (None: not known); for each
    row the numbers of the page's lines that it is made of; where its columns stand; for each row the characters of
    the page's text (from, to) that it is made of, cell by cell, none where it was read by OCR; the empty cells at its
    head that reach over several rows, each as its column, its row and how many it reaches over; the columns that are
    open at its foot, where others are closed. ``on``: it goes on with
    the table of the page before, whose columns are named by ``head``."""

    rows: tuple[tuple[str, ...], ...]
    lines: tuple[frozenset[int], ...]
    named: bool | None
    columns: tuple[tuple[float, float], ...]
    spans: tuple[tuple[tuple[int, int], ...], ...] = ()
    reaching: tuple[tuple[int, int, int], ...] = ()
    opened: tuple[int, ...] = ()
    on: bool = False
    head: tuple[str, ...] = ()

    @property
    def all_lines(self) -> frozenset[int]:
        """The numbers of all lines of its page that are in it."""
        return frozenset().union(*self.lines)


def tables_of(
    objects: Objects,
    strokes: Strokes,
    textpage: Any,
    text: str,
    boxes: list[Box],
    *,
    columns: Sequence[Sequence[Box]] | None = None,
) -> tuple[str, list[str], list[Table]]:
    """The text of a page, its lines, and the tables among them; ``strokes`` are the lines that may part them. Those that
    no lines part are looked for in each of the ``columns`` of running text, on other pages in all of it. In the text a line ends where it leaves
    a table that is drawn."""
    if not boxes:
        return text, page_lines(text), []
    height = usual_height(boxes)
    drawn = len(strokes.across) > 1 and len(strokes.down) > 1
    rules = cache(lambda: rules_of(objects.boxes_of(PATH), boxes))
    lined = len(rules()) >= LEAST_RULES
    parts = [boxes] if columns is None else columns
    tabular = lined or any(looks_tabular(part, text, height) for part in parts)
    if not (drawn or tabular):
        return text, page_lines(text), []
    pieces = cache(lambda: in_one(pieces_of(textpage, text, boxes), text))
    letters = Probe(textpage)
    seen: list[Grid] = []
    if drawn:
        box_of = lambda i: Box(*textpage.get_charbox(i))  # noqa: E731
        seen = drawn_grids(strokes, pieces, box_of, letters, text, height)
        text = _left(text, seen, box_of)
    placed = cache(lambda: numbered_lines(text))
    tables: list[Table] = []
    taken: set[int] = set()

    def take(found: Iterable[Grid]) -> list[Grid]:
        kept: list[Grid] = []
        for grid in found:
            table = _of_lines(grid, text, *placed())
            if table and not taken & table.all_lines:
                tables.append(table)
                taken.update(table.all_lines)
                kept.append(grid)
        return kept

    ruled = take(seen)
    if tabular:
        free = pieces()
        if ruled:
            free = [one for one in free if not any(grid.holds(one.middle) for grid in ruled)]
        if lined:
            free = parted(textpage, text, free, height, rules()[0], rules()[-1])
        if runs := cells_of(textpage, text, free, height):
            runs = _take_beside(runs, placed()[1], taken, take, height, rules)
            found = stacked_grids(lines_of(runs, height), height, rules, letters.bold)
            deep = take(grid for grid in found if not parted_by(grid, runs, height))
            rest = [run for run in runs if not any(grid.holds(run.middle) for grid in deep)]
            for part in parts:
                if columns is None or looks_tabular(part, text, height):
                    own = [run for run in rest if columns is None or _is_within(run.box, part)]
                    take(one_by_one(own, height, rules))
    return text, (placed()[0] if tables else page_lines(text)), tables


def _left(text: str, grids: Sequence[Grid], char_box: Callable[[int], Box]) -> str:
    """A page's text, in which a line that goes on below a table, or comes from above it, is cut there: PDFium takes a
    note close to the last row for more of that."""
    places = numbered_lines(text)[1] if grids else []
    starts = [begin for begin, _ in places]
    cut: set[int] = set()
    for grid in grids:
        reached: dict[int, tuple[int, int]] = {}
        for begin, end in (span for row in grid.rows for span in row.spans):
            at = bisect_right(starts, begin) - 1
            low, high = reached.get(at, (begin, end))
            reached[at] = min(low, begin), max(high, end)
        for at, (low, high) in reached.items():
            first, last = places[at]
            before, after = text[first:low].rstrip(), text[high:last].lstrip()
            if after and text[high].isspace() and not _is_in(grid, char_box(last - 1)):
                cut.add(high)
            if before and text[low - 1].isspace() and not _is_in(grid, char_box(first)):
                cut.add(low - 1)
    return "".join("\n" if at in cut else sign for at, sign in enumerate(text)) if cut else text


def _take_beside(
    runs: list[Run],
    places: Sequence[tuple[int, int]],
    taken: Collection[int],
    take: Callable[[Iterable[Grid]], list[Grid]],
    height: float,
    rules: Callable[[], list[float]],
) -> list[Run]:
    """What is left of cells when the tables that stand beside something else are taken."""
    found = [
        grid
        for own in beside(runs, places, taken)
        for grid in take(grids(lines_of(own, height), height, rules))
    ]
    return [run for run in runs if not any(holds(grid, run.box) for grid in found)]


def _is_within(box: Box, column: Sequence[Box]) -> bool:
    return (
        box.left >= min(one.left for one in column) - 1
        and box.right <= max(one.right for one in column) + 1
    )


def _is_in(grid: Grid, box: Box) -> bool:
    return grid.holds((box.bottom + box.top) / 2)


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
            named = header_rows(block.rows) > 0 and not are_pairs(block.rows)
            tables.append(Table(block.rows, numbers, named or None, columns))
        first += len(block.lines)
    return tables


def _of_lines(
    grid: Grid, text: str, lines: Sequence[str], places: Sequence[tuple[int, int]]
) -> Table | None:
    """A table by the lines that it takes the place of; None where one of them says more than it does."""
    starts = [begin for begin, _ in places]
    rows: list[frozenset[int]] = []
    said: dict[int, int] = {}
    counted: set[tuple[int, int]] = set()  # a cell may stand in several rows
    for row in grid.rows:
        held: set[int] = set()
        for begin, end in dict.fromkeys(row.spans):
            at = bisect_right(starts, begin) - 1
            if at < 0 or end > places[at][1] + 2:
                return None
            held.add(at)
            if (begin, end) not in counted:
                said[at] = said.get(at, 0) + len("".join(text[begin:end].split()))
                counted.add((begin, end))
        rows.append(frozenset(held))
    whole = all(said[n] >= len("".join(text[slice(*places[n])].split())) for n in said)
    if not whole:
        return None
    for at in range(min(said, default=0), max(said, default=0)):
        if DRAWN.fullmatch(lines[at].strip()):  # it goes with the row above, and says nothing
            above = max(i for i, row in enumerate(rows) if min(row, default=at) < at)
            rows[above] |= {at}
    said_once = _without_names_again(grid.rows)
    for i in sorted(set(range(len(rows))) - set(said_once), reverse=True):
        rows[i - 1] |= rows[i]
    return Table(
        tuple(grid.rows[i].cells for i in said_once),
        tuple(rows[i] for i in said_once),
        grid.named,
        grid.columns,
        tuple(grid.rows[i].spans for i in said_once),
        grid.reaching,
        grid.opened,
    )


def _without_names_again(rows: Sequence[Row]) -> list[int]:
    """The numbers of rows but for those that say the names of the columns again."""
    names = rows[0].cells
    if len(set(names)) < 2 or any(map(number, filter(None, names))):
        return list(range(len(rows)))
    return [i for i, row in enumerate(rows) if not i or row.cells != names]


def without(table: Table, lines: set[int]) -> Table:
    """A table without the rows of which no line is among ``lines``."""
    kept = [i for i, row in enumerate(table.lines) if row & lines or not row]
    return replace(
        table,
        rows=tuple(table.rows[i] for i in kept),
        lines=tuple(table.lines[i] for i in kept),
        spans=tuple(table.spans[i] for i in kept if table.spans),
        named=table.named if kept and kept[0] == 0 else None,
    )


def write(
    table: Table, writer: Writer, words: Counter[str], names: Sequence[str] = ()
) -> list[str]:
    """Write a table, or the part of it that goes on under ``names``; the names of its columns. ``words``: those of the document."""
    rows = [[_BAR.sub("│", join_hyphens(cell, words)) for cell in row] for row in table.rows]
    nameless = table.named is False and not (table.on and any(names))
    if nameless and not table.on:
        writer.count("tables")
    given = [""] * len(table.columns) if nameless else list(names) if table.on else None
    return write_table(cells(rows), writer, marked=int(table.named or 0), names=given)
