"""Whether a text is a table whose cells a character divides, as what exports data writes it."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from io import StringIO
from itertools import islice

from rag.documents.headers import TOLD, is_value

DELIMITERS = "\t|;,"
_LOOKED_AT = 200_000  # characters by which a text is judged
_ROWS = 1_000
_LEAST_ROWS = 4
_ALL = 0.95  # of the rows, at least, have as many cells as the first
_MOST_LINES = 50  # of a cell: more are a quote that does not close
_LONGEST = 40  # characters of a name
_MOST_WORDS = 6
_NAME = re.compile(r"(?:[^\W\d]|[#№%$€(])[^\"{}<>=\\`]*")
_SENTENCE = re.compile(r"[^\W\d_]{4,}[.!](?:\s|$)|[:,;]$")
_CODE = re.compile(r"\w\(|^(?:import|from|return|let|var|const|use|using|int|def|include) ")
_RULE = re.compile(r"[\s:=+|-]*[=-]{2}[\s:=+|-]*")


def delimiter(text: str) -> str:
    """What divides nearly all lines of a text into the same number of cells, names in its first;
    "" where it is no such table, as prose, logs, poems, code and tables drawn with bars are none.

    >>> delimiter("Hut|Beds|Open\\nTarn|12|yes\\nFell|8|no\\nCairn|20|yes\\n")
    '|'
    """
    text = text[:_LOOKED_AT].replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff\n")
    first = text.partition("\n")[0]
    return next((d for d in DELIMITERS if first.count(d) and _divides(text, d)), "")


def _divides(text: str, divider: str) -> bool:
    rows = _rows(text, divider)
    if len(rows) < _LEAST_ROWS:
        return False
    width = len(rows[0])
    whole = [row for row in rows if len(row) == width]
    if len(whole) < len(rows) * _ALL:
        return False
    columns = [list(column) for column in zip(*whole, strict=True)]
    while columns and not any(columns[-1]):  # a delimiter ends each line
        columns.pop()
    if len(columns) < (2 if divider == "\t" else 3):
        return False
    names, below = [column[0] for column in columns], [column[1:] for column in columns]
    if not _are_names(names) or any(_RULE.fullmatch("".join(row)) for row in rows[1:4]):
        return False
    if len(columns) == 2:  # these may be a list: labels, and what each says
        return any(map(_all_values, below))
    if _spaced(text, divider):  # so stand commas in sentences, and in addresses
        return any(map(_has_values, below)) and not any(map(TOLD.search, names))
    return _name_columns(names, below)


def _rows(text: str, divider: str) -> list[list[str]]:
    """Its rows that hold something; none where a quote does not close."""
    feed = csv.reader(StringIO(text, newline=""), delimiter=divider, skipinitialspace=True)
    try:
        rows = [[cell.strip() for cell in row] for row in islice(feed, _ROWS) if any(row)]
    except csv.Error:
        return []
    return [] if any(cell.count("\n") > _MOST_LINES for row in rows for cell in row) else rows


def _are_names(names: Sequence[str]) -> bool:
    """Whether all are short, each stands but once, and nothing is of a sentence or of code."""
    return len({name.casefold() for name in names}) == len(names) and all(
        len(name) <= _LONGEST
        and len(name.split()) <= _MOST_WORDS
        and _NAME.fullmatch(name)
        and not is_value(name)
        and not _SENTENCE.search(name)
        and not _CODE.search(name)
        for name in names
    )


def _name_columns(names: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is of another kind than the rest: values, codes or addresses stand below
    words, or what is said again and again below what never is."""
    if any(name in column for name, column in zip(names, below, strict=True)):
        return False
    return any(map(_has_values, below)) or any(
        len({*filter(None, column)}) < len([*filter(None, column)])
        or (not TOLD.search(name) and _mostly(column, lambda cell: TOLD.search(cell) is not None))
        for name, column in zip(names, below, strict=True)
    )


def _has_values(column: Sequence[str]) -> bool:
    return _mostly(column, is_value)


def _all_values(column: Sequence[str]) -> bool:
    return any(column) and all(is_value(cell) for cell in column if cell)


def _mostly(column: Sequence[str], told: Callable[[str], bool]) -> bool:
    cells = [cell for cell in column if cell]
    return sum(map(told, cells)) * 2 > len(cells)


def _spaced(text: str, divider: str) -> bool:
    """Whether blanks follow a divider that stands in sentences."""
    return divider in ",;" and text.count(f"{divider} ") * 2 > text.count(divider)
