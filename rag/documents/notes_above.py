"""Which rows above a table are notes or a letterhead, and not the names of its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.documents.headers import SAMPLE, TOLD, header_rows, is_unit, is_value, names_columns, spans

MOST_NOTES = 12  # rows of notes above a table
_COLUMNS = 3  # at least: pairs of a label and what it says are no table
_LONGEST = 30  # characters of a name of a field
_LEAST_TABLE = 4  # rows, up to which those that have gaps are no table

_OF_A_NOTE = re.compile(r"\d{3}[\d\s/-]*\d|@|://|[.!?:]$|, |\b(?:Ltd|Inc|GmbH|AG|LLC)\b|.{31}")
"""What stands in a letter's head, and hardly in the name of a column."""

_UNKNOWN = re.compile(
    r"\W+|n\.?\s?/?a\.?|nil|none|null|unknown|open|free|tb[acd]|pending|missing|varies|on request|sold out|"
    r"unbekannt|offen|frei|keine?|k\. ?A\.|auf Anfrage|inconnu|gratuit|sur demande",
    re.IGNORECASE,
)
"""What stands where a value would, were it known."""


def notes_above(grid: Sequence[Sequence[str]], *, merged: bool = False) -> int:
    """How many of the first rows are notes above the row that names the columns; 0 for none.

    Only a row with gaps opens notes: the names below it fill all columns of their table, and stand
    over what is told apart from words. ``merged``: cells among these rows span columns.

    >>> notes_above([["Kiosk", "", "", "tel 555"], ["A", "B", "C", "D"], ["x", "y", "4", "8"]])
    1
    """
    if len(grid) < 3 or (merged and spans(grid[0]) and header_rows(grid, merged=True) > 1):
        return 0
    found = [
        number
        for number in range(1, min(len(grid) - 1, MOST_NOTES + 1))
        if _is_full(grid[number], grid[number + 1 : number + 1 + SAMPLE])
    ]
    if not found:
        return 0
    # Of several rows of words one may be a note that fills all columns: names are written alike.
    alike = [number for number in found if _alike(grid[number])]
    capital = [number for number in alike if not grid[number][0][:1].islower()]
    number = (capital or alike or found[-1:])[0]
    names, below = grid[number], grid[number + 1 : number + 1 + SAMPLE]
    width = sum(map(bool, names))
    if _is_table(grid[:number], width):
        return 0
    if not _is_note(grid[0], names, below):
        return 0
    if merged and number > 1 and _groups(grid[number - 1], names):
        number -= 1
    return number


def names_fields(row: Sequence[str], below: Sequence[str]) -> bool:
    """Whether a row of notes names what the next one holds, as a form above a table does.

    >>> names_fields(["File", "Client", "Samples"], ["import-7", "", "10"])
    True
    """
    names = [name for name in row if name]
    if len(set(names)) < _COLUMNS or len(set(names)) < len(names) or any(map(TOLD.search, names)):
        return False
    pairs = [(name, cell) for name, cell in zip(row, below, strict=False) if cell]
    if max(map(len, names)) > _LONGEST or not all(name for name, _ in pairs):
        return False
    return len(pairs) > 1 and any(TOLD.search(cell) for _, cell in pairs)


def _is_full(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a row has a name of its own for every column of the rows below it, and some of those
    hold what the names do not: values, codes, addresses."""
    names = [cell for cell in row if cell]
    if len(names) < _COLUMNS or len(set(names)) < len(names) or all(map(is_unit, names[1:])):
        return False
    if any(cell and not name for cells in below for name, cell in zip(row, cells, strict=False)):
        return False
    if names_columns(row, below, strict=True):
        return True
    return names_columns(row, below, strict=False) and any(
        not TOLD.search(name) and sum(bool(TOLD.search(one)) for one in column) * 2 > len(column)
        for name, column in _columns(row, below)
        if name
    )


def _is_table(rows: Sequence[Sequence[str]], width: int) -> bool:
    """Whether the rows above names are a table themselves, on which another follows."""
    if any(len(_filled(row)) >= width and any(map(is_value, row)) for row in rows):
        return True
    return len(rows) > _LEAST_TABLE and header_rows(rows, strict=True) > 0


def _is_note(row: Sequence[str], names: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is a note: it might name the columns, some of them left blank, and the
    row of ``names`` be the first of the data, with a word where the others have a value."""
    filled, width = len(_filled(row)), sum(map(bool, names))
    over = [
        name
        for name, column in _columns(names, below)
        if not is_value(name) and sum(map(is_value, column)) * 2 > len(column)
    ]
    if filled * 2 <= width:
        return len(over) > 1 or not any(map(_UNKNOWN.fullmatch, over))
    marked = len(over) > 1 or any(map(_OF_A_NOTE.search, row))
    return filled < width and _alike(names) and marked


def _columns(row: Sequence[str], below: Sequence[Sequence[str]]) -> list[tuple[str, list[str]]]:
    """Each cell of a row with the filled ones below it, where there are some."""
    columns = (
        (name, [cells[i] for cells in below if i < len(cells) and cells[i]])
        for i, name in enumerate(row)
    )
    return [(name, column) for name, column in columns if column]


def _filled(row: Sequence[str]) -> list[str]:
    """What a row holds; a cell that spans columns once."""
    return [cell for i, cell in enumerate(row) if cell and (not i or cell != row[i - 1])]


def _alike(row: Sequence[str]) -> bool:
    """Whether all cells begin in one case, or none has any."""
    return len({cell[0].islower() for cell in row if cell and cell[0].isalpha()}) < 2


def _groups(row: Sequence[str], names: Sequence[str]) -> bool:
    """Whether a row above names holds what groups of them are called: its other cells reach down."""
    spans = [
        bool(cell) and cell in (*row[max(0, i - 1) : i], *row[i + 1 : i + 2])
        for i, cell in enumerate(row)
    ]
    return any(spans) and all(
        spanned or not cell or cell == name
        for spanned, cell, name in zip(spans, row, names, strict=False)
    )
