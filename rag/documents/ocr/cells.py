"""Tables on a page that was looked at: rows whose cells stand below each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.documents.headers import is_value
from rag.documents.ocr.seen import Word

LEAST_ROWS = 3  # of several cells
GAP = 1.0  # heights of a line between two cells
NEAR = 2.5  # heights of a line between two rows
CLOSE = 0.8  # the same, where the second goes on with the first
MOST_COLUMNS = 30
SHORT = 18  # characters of a cell of words, on average: longer ones are text in columns
FULL = 0.6  # share of rows of words that fill all columns
LOOSE = 12  # rows of which one may reach over two columns


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell of one line, in pixels."""

    left: float
    right: float
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """Its words."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a line, from left to right, and where it stands."""

    cells: tuple[Cell, ...]
    top: float
    bottom: float

    @property
    def height(self) -> float:
        """Of the line."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: which rows of the page it is made of (from, to), its texts, the rows of the page that each
    of its rows is made of, and where its columns begin and end."""

    begin: int
    end: int
    texts: tuple[tuple[str, ...], ...]
    lines: tuple[tuple[int, ...], ...]
    columns: tuple[tuple[float, float], ...]


def cells_of(words: Sequence[tuple[Word, float, float]], height: float) -> tuple[Cell, ...]:
    """The cells of a line by its words, each with where it begins and ends."""
    cells: list[Cell] = []
    for word, left, right in words:
        if cells and left - cells[-1].right < GAP * height:
            last = cells[-1]
            cells[-1] = Cell(last.left, max(last.right, right), (*last.words, word))
        else:
            cells.append(Cell(left, right, (word,)))
    return tuple(cells)


def grids(rows: Sequence[Row]) -> Iterator[Grid]:
    """The tables among the rows of a column of a page, from the top down."""
    begin = 0
    while begin < len(rows):
        end = _run(rows, begin)
        grid = _grid(rows, begin, end) if end > begin else None
        if grid is not None:
            yield grid
        begin = max(end, begin + 1)


def _run(rows: Sequence[Row], begin: int) -> int:
    """Where the rows end that follow each other from ``begin`` on, most of several cells."""
    end = at = begin
    while at < len(rows):
        row = rows[at]
        if at > begin:
            before = rows[at - 1]
            if row.top - before.bottom > NEAR * max(row.height, before.height):
                break
        if len(row.cells) > 1:
            end = at + 1
        elif at == begin or at > end:  # a line alone: a label, or the rest of a cell
            break
        at += 1
    return end


def _grid(rows: Sequence[Row], begin: int, end: int) -> Grid | None:
    held = rows[begin:end]
    several = [row for row in held if len(row.cells) > 1]
    if len(several) < LEAST_ROWS:
        return None
    columns = _columns(several)
    if not 2 <= len(columns) <= MOST_COLUMNS:
        return None
    texts: list[list[str]] = []
    lines: list[list[int]] = []
    for i, row in enumerate(held, begin):
        line = [""] * len(columns)
        for cell in row.cells:
            at = _place(cell, columns)
            line[at] = f"{line[at]} {cell.text}".strip()
        near = i > begin and row.top - rows[i - 1].bottom < CLOSE * row.height
        if texts and near and _goes_on(line, texts[-1]):
            texts[-1] = [f"{a} {b}".strip() for a, b in zip(texts[-1], line, strict=True)]
            lines[-1].append(i)
        else:
            texts.append(line)
            lines.append([i])
    if not _is_table(texts):
        return None
    return Grid(begin, end, tuple(map(tuple, texts)), tuple(map(tuple, lines)), tuple(columns))


def _columns(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """Where the columns stand: nearly no row has anything between two of them."""
    edges = sorted(
        (edge for row in rows for c in row.cells for edge in ((c.left, -1), (c.right, 1))),
        key=lambda edge: (edge[0], edge[1]),
    )
    allowed = len(rows) // LOOSE
    columns: list[tuple[float, float]] = []
    inside, begin = 0, 0.0
    for x, step in edges:
        before, inside = inside, inside - step
        if before <= allowed < inside:
            begin = x
        elif inside <= allowed < before and x > begin:
            columns.append((begin, x))
    return columns


def _place(cell: Cell, columns: Sequence[tuple[float, float]]) -> int:
    """The column that a cell is in: that which it shares most with, else the nearest."""

    def shared(at: int) -> float:
        left, right = columns[at]
        return min(cell.right, right) - max(cell.left, left)

    return max(range(len(columns)), key=shared)


def _goes_on(line: Sequence[str], above: Sequence[str]) -> bool:
    """Whether a line is the rest of cells of the row above it: words below words, no label."""
    filled = [(text, over) for text, over in zip(line, above, strict=True) if text]
    return not line[0] and all(over and not is_value(text) for text, over in filled)


def _is_table(texts: Sequence[Sequence[str]]) -> bool:
    """Whether half of what stands beside the labels are values, or short words fill most rows."""
    beyond = [text for row in texts for text in row[1:] if text]
    if beyond and sum(map(is_value, beyond)) * 2 >= len(beyond):
        return True
    full = sum(all(row) for row in texts)
    length = sum(map(len, beyond)) / max(1, len(beyond))
    return len(texts[0]) > 2 and full >= FULL * len(texts) and length <= SHORT
