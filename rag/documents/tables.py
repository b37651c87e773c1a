"""How tables are written down: the one place, shared by all loaders that meet them.

Spans are filled first: a cell that reaches over three columns stands in each of them, so that
every row is complete by itself. Then each value has the name of its column beside it, "Plan: Basic
| Price: 9 EUR": its header may be a thousand rows away. Only a short table in running text, which
is read in one piece, is written as it stands, its names in its first row.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest

from rag.documents.headers import (
    MOST_HEADERS,
    SAMPLE,
    column_names,
    header_rows,
    over_gaps,
    spans,
    unit_row,
)
from rag.documents.labelled import hold_labels
from rag.documents.notes_above import MOST_NOTES, names_fields, notes_above
from rag.documents.pairs import are_pairs, pairs_of
from rag.documents.text import one_line
from rag.documents.writer import Writer

SHORT_ROWS = 12  # rows, and
SHORT_TEXT = 600  # characters, up to which a table in running text is read in one piece
MOST_CELLS = 2_000_000  # that filling the spans of a table may make
MOST_SPAN = 1_000  # columns that one cell may span


Mark = Callable[[int], None]
"""Is told the number of a row before it is written, so that somebody knows where it stands."""


def _nowhere(number: int) -> None:
    """For tables whose rows stand nowhere in particular."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its text, and over how many rows and columns it reaches."""

    text: str
    rows: int = 1
    columns: int = 1
    header: bool = False


def write_table(
    rows: Iterable[Sequence[Cell]],
    writer: Writer,
    *,
    marked: int = 0,
    caption: str = "",
    names: Sequence[str] | None = None,
) -> list[str]:
    """Write a table of running text (Word, HTML, a slide). ``marked``: its rows of names, where
    the format says so; cells that are marked as headers say so too. ``names`` are those of a table that
    these rows go on with. Returns the names of the columns, none where nothing names them."""
    table = [list(row) for row in rows]
    grid, merged = fill(table)
    width = max(map(len, grid), default=0)
    if width == 0 or not any(any(row) for row in grid):
        return []
    if names:
        writer.break_()
        _write_named(enumerate(grid), list(names), writer)
        writer.break_()
        return list(names)
    marked = _marked(table, marked)
    if writer.in_cell:
        writer.line(": ".join(filter(None, (caption, _in_one_line(grid, marked, merged)))))
        return []
    writer.count("tables")
    writer.break_()
    if caption:
        writer.line(caption)
    while len(grid) > 1 < width and (title := _title(grid[0])):
        writer.line(title)
        grid, table = grid[1:], table[1:]
        marked = max(0, marked - 1)
    if not marked and are_pairs(grid, named_rows=_named_rows(table)):
        _write_pairs(enumerate(grid), writer)
        writer.break_()
        return []
    reach = any(cell.rows > 1 or cell.columns > 1 for row in table for cell in row)
    merged = merged and bool(table) and any(cell.columns > 1 for cell in table[0] if cell.text)
    own = not marked and hold_labels(grid)
    count = header_rows(grid, marked=marked, merged=merged, strict=len(grid[0]) < 3)
    count = 0 if own else count
    length = sum(len(cell) for row in grid for cell in row)
    if not count or (count == 1 and not reach and len(grid) <= SHORT_ROWS and length <= SHORT_TEXT):
        for line in map(_once, grid) if reach else grid:
            writer.row(line)
        found = column_names(grid[:count]) if count else []
    else:
        for line in map(_once, grid[:count]):
            writer.row(line)
        found = _write_below(grid[:count], enumerate(grid[count:]), writer)
    writer.break_()
    return found


def write_data(
    rows: Iterable[Sequence[str]],
    writer: Writer,
    *,
    merged: bool = False,
    listed: bool = False,
    names: Sequence[str] | None = None,
    filled: Collection[int] = (),
    at: Mark = _nowhere,
) -> list[str]:
    """Write a table of data (CSV, a sheet), row by row as they come; where the first names the
    columns, each value stands beside its name, however few rows there are.

    ``names`` are those of a table that these rows go on with; ``filled``: columns that other rows of the table
    fill, so that it is not said that they have no values; ``merged``: a cell among the first
    rows spans columns; ``listed``: it comes from a file of rows (CSV); ``at`` is called with the number of each row, from 0, before it is written.
    Returns the names of the columns, none where nothing names them.
    """
    cells = enumerate([one_line(cell) for cell in row] for row in rows)
    held = ((number, row) for number, row in cells if any(row))
    if names:
        writer.break_()
        _write_named(held, list(names), writer, at, filled)
        writer.break_()
        return list(names)
    head = list(islice(held, SAMPLE + MOST_NOTES))
    if head:
        writer.count("tables")
    # Titles and notes above the table are lines of their own; the header is the first full row after them.
    while len(head) > 1 and (title := _title(head[0][1])) and _wider(row for _, row in head[1:]):
        at(head.pop(0)[0])
        writer.paragraph(title)
    width = max((i + 1 for _, row in head for i, cell in enumerate(row) if cell), default=0)
    squared = [(number, (row + [""] * width)[: max(width, len(row))]) for number, row in head]
    grid = [row[:width] for _, row in squared]
    if not merged and (carried := over_gaps(grid)):
        merged, squared[0], grid[0] = True, (squared[0][0], carried), carried
    notes = notes_above(grid, merged=merged)
    _write_notes(squared[:notes], writer, at)
    squared, grid = squared[notes:], grid[notes:]
    # Of four columns are forms: a cell of theirs may be as wide as a label and what it says.
    paired = (not merged or width == 4) and are_pairs(grid, listed=listed)
    own = hold_labels(grid)
    named = header_rows(grid, merged=merged and bool(grid) and spans(grid[0]))
    count = 0 if paired or own else named
    writer.break_()
    found: list[str] = []
    if paired:
        _write_pairs(chain(squared, held), writer, at)
    elif count:
        body = chain(squared[count:], held)
        found = _write_below([row for _, row in squared[:count]], body, writer, at, filled)
    else:
        for number, row in chain(squared, held):
            at(number)
            writer.row(_once(row) if own else row)
    writer.break_()
    return found


def _write_notes(rows: Sequence[tuple[int, Sequence[str]]], writer: Writer, at: Mark) -> None:
    """Rows above a table, each a paragraph; where one fills in what the row before it names, with its names."""
    names: Sequence[str] = ()
    for (number, row), (_, below) in zip_longest(rows, rows[1:], fillvalue=(0, ())):
        if not names and names_fields(row, below):
            names = row
            continue
        at(number)
        pairs = (
            zip_longest(names, row, fillvalue="") if names else (("", one) for one in _once(row))
        )
        said = (f"{name}: {one}" if name else one for name, one in pairs if one)
        writer.paragraph(" | ".join(said))
        names = ()


def _write_below(
    header: Sequence[Sequence[str]],
    body: Iterable[tuple[int, Sequence[str]]],
    writer: Writer,
    at: Mark = _nowhere,
    filled: Collection[int] = (),
) -> list[str]:
    """The rows below rows of names, with the row of units that may open them; the names."""
    rows = iter(body)
    first = next(rows, None)
    units: Sequence[str] = ()
    if first is not None and unit_row(first[1]):
        units, first = first[1], None
    names = column_names(header, units)
    _write_named(rows if first is None else chain((first,), rows), names, writer, at, filled)
    return names


def _write_named(
    rows: Iterable[tuple[int, Sequence[str]]],
    names: Sequence[str],
    writer: Writer,
    at: Mark = _nowhere,
    filled: Collection[int] = (),
) -> None:
    """Rows with their numbers, each value beside the name of its column; a row that only says the names again
    is left out; a column without any value is said at the end, so that its name is not lost."""
    empty = {name for i, name in enumerate(names) if name and i not in filled}
    for number, row in rows:
        if list(row) == list(names):
            continue
        at(number)
        if label := _title(row):
            writer.row([label])
            continue
        named: list[str] = []
        for column, cell in enumerate(row):
            name = names[column] if column < len(names) else ""
            if cell:
                empty.discard(name)
                named.append(f"{name}: {cell}" if name else cell)
        writer.row(named)
    if empty:
        writer.line(f"(no values: {', '.join(name for name in names if name in empty)})")


def _write_pairs(
    rows: Iterable[tuple[int, Sequence[str]]], writer: Writer, at: Mark = _nowhere
) -> None:
    """Rows of labels, each with what it says."""
    for number, row in rows:
        at(number)
        writer.row([_said(pair) for pair in pairs_of(row)])


def _said(pair: tuple[str, str]) -> str:
    return ": ".join(filter(None, pair))


def _named_rows(table: Sequence[Sequence[Cell]]) -> bool:
    """Whether the format marks the first cell of each row, and it alone, as a name."""
    return all(row and row[0].header and not any(c.header for c in row[1:]) for row in table)


def _marked(table: Sequence[Sequence[Cell]], marked: int) -> int:
    """How many rows name the columns by what the format says, of a table or of its cells."""
    if not marked:
        for row in table:
            if row and all(cell.header for cell in row) and len(row) > 1:
                marked += 1
            else:
                break
    return _reach(table, marked)


def _in_one_line(grid: Sequence[Sequence[str]], marked: int, merged: bool) -> str:
    """A table in a cell of another: each value with the name of its column, without what divides the
    cells of the other."""
    if not marked and are_pairs(grid):
        return "; ".join(", ".join(_said(pair) for pair in pairs_of(row)) for row in grid)
    count = header_rows(grid, marked=marked, merged=merged, strict=len(grid[0]) < 3)
    count = 0 if not marked and hold_labels(grid) else count
    names = column_names(grid[:count]) if count else [""] * len(grid[0])
    rows: list[str] = []
    for row in grid[count:]:
        pairs = zip(names, row, strict=False) if count else (("", one) for one in _once(row))
        rows.append(", ".join(f"{name}: {cell}" if name else cell for name, cell in pairs if cell))
    return "; ".join(filter(None, rows))


def _reach(table: Sequence[Sequence[Cell]], marked: int) -> int:
    """How many rows name the columns where a format marks so many: a name that reaches down reaches
    over rows of names."""
    reached = max(
        (i + cell.rows for i, row in enumerate(table[:marked]) for cell in row if cell.text),
        default=marked,
    )
    return reached if marked < reached <= MOST_HEADERS and reached < len(table) else marked


def _title(row: Sequence[str]) -> str:
    """The text of a row that has but one, at its start."""
    return row[0] if row and row[0] and not any(row[1:]) else ""


def _wider(rows: Iterable[Sequence[str]]) -> bool:
    return any(sum(1 for cell in row if cell) > 1 for row in rows)


def _once(row: Sequence[str]) -> list[str]:
    """A filled row as it is seen: a cell that spans columns once."""
    return [cell for i, cell in enumerate(row) if not i or cell != row[i - 1] or not cell]


def fill(rows: Iterable[Sequence[Cell]]) -> tuple[list[list[str]], bool]:
    """The cells of a table with what spans rows and columns repeated; whether any spans columns.

    >>> fill([[Cell("a", rows=2), Cell("b")], [Cell("c")]])
    ([['a', 'b'], ['a', 'c']], False)
    """
    grid: list[list[str]] = []
    open_: dict[int, tuple[str, int]] = {}  # column: text that reaches down, rows still to fill
    merged = False
    made = 0
    for row in rows:
        line: list[str] = []
        for cell in row:
            _reach_down(line, open_)
            text = one_line(cell.text)
            columns = max(1, min(cell.columns, MOST_SPAN))
            if len(row) == 1 and not open_:  # over all of the table: a title, which stands once
                columns = 1
            merged = merged or (columns > 1 and bool(text))
            for _ in range(columns):
                if cell.rows > 1:
                    open_[len(line)] = (text, cell.rows - 1)
                line.append(text)
        _reach_down(line, open_)
        made += len(line)
        if made > MOST_CELLS:
            break
        grid.append(line)
    width = max(map(len, grid), default=0)
    for line in grid:
        line.extend([""] * (width - len(line)))
    return [line for line in grid if any(line)], merged


def _reach_down(line: list[str], open_: dict[int, tuple[str, int]]) -> None:
    while (held := open_.get(len(line))) is not None:
        text, left = held
        if left > 1:
            open_[len(line)] = (text, left - 1)
        else:
            del open_[len(line)]
        line.append(text)


def cells(rows: Iterable[Iterable[str]]) -> Iterator[list[Cell]]:
    """Rows of texts as rows of cells, none of which reaches further."""
    for row in rows:
        yield [Cell(text) for text in row]
