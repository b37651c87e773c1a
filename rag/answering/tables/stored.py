"""Tables as they stand in the text of a stored document, read back into columns, rows and cells.

The opposite of :mod:`rag.documents.tables`: rows "Plan: Basic | Price: 9 EUR", or of a short table "Basic | 9
EUR" below "Plan | Price". Every cell is a span of the text, so that what is answered from one can be cited.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.documents.document import Document
from rag.documents.headers import header_rows, is_value

BAR = " | "
LONGEST_NAME = (
    130  # characters of a column's name, which may be put together of several rows' names
)
LARGEST = 4_000_000  # characters of a document whose tables are read
SMALL = 200_000  # characters of a document whose tables are kept when others have been read
_LINES = re.compile(r"(?:[^\n]+(?:\n|$))+")
_LINE = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, at ``text[start:end]`` of the document."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row, at ``text[start:end]`` of the document; its cells by the number of their column, without
    those that are empty."""

    start: int
    end: int
    cells: dict[int, Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """``names`` of the columns ("" where there is none), and the rows below them. It stands at
    ``text[start:end]``; ``caption`` is the line above it."""

    start: int
    end: int
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    caption: str = ""

    def column(self, number: int) -> list[Cell | None]:
        """The cells of a column, row by row; None where one is empty."""
        return [row.cells.get(number) for row in self.rows]


def tables_in(document: Document) -> tuple[Table, ...]:
    """The tables of a document whose columns have names, in order."""
    if document.length > LARGEST or BAR not in document.text:
        return ()
    kept = _small if len(document.text) <= SMALL else _large
    return kept(document.text, document.code, document.kind)


def _tables(text: str, code: tuple[tuple[int, int], ...], kind: str) -> tuple[Table, ...]:
    found: list[Table] = []
    begins = [start for start, _ in code]
    for block in _LINES.finditer(text):
        if BAR not in block[0]:
            continue
        at = bisect_right(begins, block.start()) - 1
        if at >= 0 and block.start() < code[at][1]:
            continue
        table = _table(text, block.start(), block.end(), marked=kind == "markdown")
        if table is None:
            continue
        last = found[-1] if found else None
        if last and last.names == table.names and not text[last.end : table.start].strip():
            rows = last.rows + table.rows  # goes on after a page break
            table = Table(last.start, table.end, last.names, rows, last.caption)
            found.pop()
        found.append(table)
    return tuple(found)


_small = lru_cache(maxsize=32)(_tables)
_large = lru_cache(maxsize=1)(_tables)


def _table(text: str, start: int, end: int, *, marked: bool) -> Table | None:
    """The table of a block of lines, if it is one whose columns have names."""
    lines = [(m.start(), m.end()) for m in _LINE.finditer(text, start, end)]
    barred = [(low, high) for low, high in lines if BAR in text[low:high]]
    if 2 * len(barred) < len(lines):
        return None  # lines of text, some with a bar
    caption = text[lines[0][0] : lines[0][1]] if lines[0] != barred[0] else ""
    pieces = [list(_pieces(text, low, high)) for low, high in barred]
    known = _names(pieces)
    made = _named(barred, pieces, known) if known else _below(barred, pieces, marked=marked)
    if made is None:
        return None
    names, rows = made
    return Table(lines[0][0], lines[-1][1], names, rows, caption) if rows else None


def _pieces(text: str, start: int, end: int) -> Iterator[Cell]:
    """What stands between the bars of a line."""
    at = start
    for part in text[start:end].split(BAR):
        words = part.strip()
        low = at + (len(part) - len(part.lstrip()) if words else 0)
        yield Cell(low, low + len(words), words)
        at += len(part) + len(BAR)


def _names(pieces: Sequence[Sequence[Cell]]) -> set[str]:
    """The names that stand before values, "Plan" of "Plan: Basic"; none where values stand alone."""
    count: Counter[str] = Counter()
    for row in pieces:
        count.update({name for cell in row if (name := _name(cell.text))})
    held = [sum(_name(cell.text) != "" for cell in row) / len(row) for row in pieces]
    if len(pieces) == 1:
        return set(count) if held[0] == 1 and len(count) > 1 else set()
    shared = {name for name, times in count.items() if times > 1}
    named = [sum(_name(c.text) in shared for c in row) >= max(1, len(row) / 2) for row in pieces]
    below = named[1:] if not named[0] else named  # the first may be the names themselves
    if not below or sum(below) < 0.7 * len(below):
        return set()
    if len(below) == 1:
        return set(count)
    # A name that one row alone has: its column is empty elsewhere.
    rare = {name for name in count if name not in shared}
    return shared | {name for name in rare if len(rare) <= len(shared)}


def _name(words: str) -> str:
    name, colon, _ = words.partition(": ")
    return name if colon and 0 < len(name) <= LONGEST_NAME else ""


def _named(
    lines: Sequence[tuple[int, int]], pieces: Sequence[Sequence[Cell]], known: set[str]
) -> tuple[tuple[str, ...], tuple[Row, ...]] | None:
    """Rows whose values stand beside their names. Names come in one order; a row lacks those of its
    empty cells."""
    split: list[tuple[tuple[int, int], list[tuple[str, Cell]]]] = []
    for line, plain in zip(lines, pieces, strict=True):
        parted = [_parted(cell, known) for cell in plain]
        if any(name for name, _ in parted):
            split.append((line, parted))
    if not split:
        return None
    order = max((names for _, names in split), key=len)
    columns = [name for name, _ in order]
    for _, row in split:
        for i, (name, _) in enumerate(row):
            if name and name not in columns:
                before = row[i - 1][0] if i else ""
                at = columns.index(before) + 1 if before in columns else (len(columns) if i else 0)
                columns.insert(at, name)
    twice = {name for name, times in Counter(columns).items() if times > 1 and name}
    rows = []
    for (start, end), row in split:
        cells: dict[int, Cell] = {}
        at = -1
        whole = [name for name, _ in row] == columns
        for i, (name, cell) in enumerate(row):
            number = i if whole else at + 1
            if name and not whole:
                number = -1 if name in twice else columns.index(name)  # -1: not clear which
            if number < 0 or (not name and columns[number : number + 1] != [""]):
                continue
            at = number
            if cell.text:
                cells[number] = cell
        rows.append(Row(start, end, cells))
    return tuple(columns), tuple(rows)


def _parted(cell: Cell, known: set[str]) -> tuple[str, Cell]:
    name = _name(cell.text)
    if name not in known:
        return "", cell
    value = cell.text[len(name) + 2 :].strip()
    start = cell.end - len(value)
    return name, Cell(start, cell.end, value)


def _words_over_values(grid: Sequence[Sequence[str]]) -> bool:
    """Whether a first row, full and of different words, has a word above a column of values, however many
    of the others look like values ("100s")."""
    first = grid[0]
    if len(grid) < 3 or not all(first) or len(set(first)) < len(first) or is_value(first[0]):
        return False
    columns = zip(*grid, strict=True)
    return any(not is_value(name) and all(map(is_value, below)) for name, *below in columns)


def _below(
    lines: Sequence[tuple[int, int]], pieces: Sequence[Sequence[Cell]], *, marked: bool
) -> tuple[tuple[str, ...], tuple[Row, ...]] | None:
    """Rows below a row of names, as a short table is written; ``marked``: its format has no other."""
    width = max(map(len, pieces))
    if len(pieces) < 2 or width < 2:
        return None
    grid = [[cell.text for cell in row] + [""] * (width - len(row)) for row in pieces]
    if not marked and not header_rows(grid) and not _words_over_values(grid):
        return None
    names = grid[0]
    rows = tuple(
        Row(start, end, {i: cell for i, cell in enumerate(row) if cell.text})
        for (start, end), row in zip(lines[1:], pieces[1:], strict=True)
    )
    return tuple(names), rows
