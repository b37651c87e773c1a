"""Which rows go on with a table above a gap, and which rows stand below names that a gap parts from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from rag.documents.field_names import is_field
from rag.documents.headers import (
    are_numbered,
    header_rows,
    is_value,
    is_year,
    kind_of_value,
    names_columns,
)
from rag.documents.levels import is_total
from rag.documents.weeks import are_days, are_weekdays

_LEAST_NAMES = 3  # above a gap: two cells are a label and what it says
_LEAST_NUMBERED = 3
_is_value = lru_cache(maxsize=10_000)(is_value)  # thousands of gaps may stand below one table


def goes_on(
    names: Sequence[str], above: Sequence[Sequence[str]], rows: Sequence[Sequence[str]]
) -> bool:
    """Whether rows behind a gap go on with a table: its ``names``, and rows ``above`` the gap.

    They have values where it has values, and no names of their own; nor a title, unless groups of
    the table have such titles too.

    >>> goes_on(["Part", "Price"], [["Bolt", "2"], ["Nut", "1"]], [["Pin", "3"]])
    True
    >>> goes_on(["Part", "Price"], [["Bolt", "2"], ["Nut", "1"]], [["Staff", "Phone"], ["Ivo", "57"]])
    False
    """
    if not names or not rows:
        return False
    if are_weekdays(names) and are_days(names, rows[0]):
        return True
    if len(rows) > 1 and _is_title(rows[0]):
        if not any(map(_is_title, above)):
            return False
        rows = rows[1:]
    first = rows[0]
    if sum(map(bool, first)) < min(2, len(names)) or _is_pair(first, names, above):
        return False
    if any(cell and cell == name for cell, name in zip(first, names, strict=False)):
        return False
    columns = [[row[i] for row in above if i < len(row) and row[i]] for i in range(len(first))]
    known = [(cell, column) for cell, column in zip(first, columns, strict=True) if cell and column]
    values = [(cell, column) for cell, column in known if _of_values(column)]
    if any(is_value(cell) for cell, column in known if not _of_values(column)):
        return False
    if not values:
        return bool(known) and (len(rows) == 1 or _of_the_same(first, columns, len(names)))
    alike = [cell for cell, column in values if is_value(cell)]
    if not all(_sort(cell) in map(_sort, column) for cell, column in values if is_value(cell)):
        return False
    if (len(rows) > 1 or all(map(is_year, alike))) and _renamed(alike, above):
        return False
    odd = len(values) - len(alike)
    return bool(alike) if not odd else len(alike) > max(1, odd)


def names_below(row: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a row of names stands by itself, and the rows behind the gap below it have none.

    >>> names_below(["Part", "Bin", "Count"], [["Bolt", "A12", "4"], ["Nut", "A13", "9"]])
    True
    """
    if len(row) < _LEAST_NAMES or not all(row) or any(map(is_value, row)):
        return False
    if any(len(cells) != len(row) for cells in rows) or not any(map(is_value, rows[0])):
        return False
    return names_columns(row, rows, strict=True) and not header_rows(rows, strict=True)


def _is_title(row: Sequence[str]) -> bool:
    return bool(row and row[0]) and not any(row[1:])


def _is_pair(row: Sequence[str], names: Sequence[str], above: Iterable[Sequence[str]]) -> bool:
    """Whether a row is a field of a form and what is filled in ("Valid until", "2026-12-31"), below a wider table: it
    says so, or no row of the table ends so early."""
    if len(names) < _LEAST_NAMES or not all(row[:2]) or any(row[2:]):
        return False
    if is_total(row[0]):
        return False
    wider = all(any(cells[2:]) for cells in above if not _is_title(cells))
    return row[0].endswith(":") or is_field(row[0]) or wider


def _of_values(column: Iterable[str]) -> bool:
    cells = list(column)
    return sum(map(_is_value, cells)) * 2 > len(cells)


def _sort(cell: str) -> str:
    kind = kind_of_value(cell)
    return kind if kind in ("date", "time", "words", "code") else "number"


def _renamed(values: Sequence[str], above: Iterable[Sequence[str]]) -> bool:
    """Whether the values of a row are years or 1, 2, 3, which the table above has in no row: they name other columns."""
    if not values or (len(values) < _LEAST_NUMBERED and not all(map(is_year, values))):
        return False
    if len(values) > 1 and not are_numbered(values):
        return False
    rows = ([cell for cell in row if is_value(cell)] for row in above)
    return not any(are_numbered(row) or any(map(is_year, row)) for row in rows)


def _of_the_same(row: Sequence[str], columns: Sequence[Sequence[str]], width: int) -> bool:
    """Whether a row of words holds what the table above holds in the same column: no name of a column does that."""
    held = any(cell in column for cell, column in zip(row, columns, strict=True) if cell)
    return held and len(row) == width and all(row)
