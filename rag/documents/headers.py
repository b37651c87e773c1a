"""Which rows of a table name its columns: by what the format marks, else by what stands below."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST_NAME = 60  # characters; what is longer is no name of a column but a text
MOST_HEADERS = 3  # rows of names that a table may have
SAMPLE = 30  # rows below by which a header is judged

_VALUE = re.compile(
    r"(?:(?:EUR|USD|GBP|CHF|NOK|SEK|DKK|PLN|CZK|JPY|CAD|AUD|INR|kr)\.?\s)?[(+\-−–]?\s?[$€£¥]?\s?\d[\d.,:/'’\s\-]*\)?\s?(?:%|‰|[$€£¥]|°[CF]?|[^\W\d_]{1,4}|EUR|USD|GBP|CHF)?"
    r"(?:/[^\W\d_]{1,4}|[²³])?(?:\s?[aApP]\.?[mM]\.?)?"
)
_MEASURED = re.compile(r"[\-−–]?\d[\d.,]*\s?([^\W\d_].*)")
_YEAR = re.compile(r"(?:FY\s?|Q[1-4]\s)?(?:19|20|21)\d\d(?:[/–-]\d{2,4})?(?:\s?Q[1-4])?")
_COUNT = re.compile(r"\d{1,2}")
_UNIT = re.compile(
    r"[(\[].{1,14}[)\]]|"
    r"%|‰|°[CF]?|[$€£¥]|(?:k|m|Mio\.?|bn)?\s?(?:EUR|USD|GBP|CHF|[$€£])|"
    r"[numkcdhMGT]?(?:m|g|l|L|s|t|W|Wh|V|A|Pa|Hz|J|N|B|bit|mol|Ω|cal)[²³23]?"
    r"(?:/(?:[kmcdMG]?(?:m|g|l|L|s|W|Wh|mol)|h|min|d|ha|km|a)[²³23]?)?|"
    r"h|min|d|days?|weeks?|months?|years?|hours?|ha|bar|mbar|rpm|dB|pH|ppm|inch|in|ft|lb|oz|mph|km/h|pcs?\.?|St(?:k|ück)\.?|no\.?|#"
)


_SENTENCE = re.compile(r"(?:\S+\s+){3,}\w{3,}[.!?]")
TOLD = re.compile(r"\d|@|://")
"""What a code, a number or an address has, and hardly a name of a column."""


def is_value(cell: str) -> bool:
    """Whether a cell holds a number, an amount, a date or a time rather than words.

    >>> is_value("1,250.50 €"), is_value("2026-03-15"), is_value("12 years"), is_value("Valve 3")
    (True, True, True, False)
    """
    if _VALUE.fullmatch(cell) is not None:
        return True
    measured = _MEASURED.fullmatch(cell)
    return measured is not None and is_unit(measured[1])


def is_unit(cell: str) -> bool:
    """Whether a cell is a unit of measure: "kg", "(EUR)", "m3/h"."""
    return _UNIT.fullmatch(cell) is not None


def _could_name(cell: str) -> bool:
    return len(cell) <= LONGEST_NAME and not is_value(cell)


def _numbered(cells: Sequence[str]) -> bool:
    """Years, or 1, 2, 3 ...: numbers that name columns."""
    if len(cells) < 2 or len(set(cells)) != len(cells):
        return False
    if all(_YEAR.fullmatch(cell) for cell in cells):
        return True
    if not all(_COUNT.fullmatch(cell) for cell in cells):
        return False
    numbers = [int(cell) for cell in cells]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] < 2


def names_columns(row: Sequence[str], below: Sequence[Sequence[str]], *, strict: bool) -> bool:
    """Whether ``row`` names the columns of the rows ``below`` it.

    Values below words are proof enough. Where all is words, ``strict`` (a table in running text)
    says no, and else the names have to be distinct, short and nearly complete.
    """
    names = [cell for cell in row if cell]
    if not below or len(names) < 2 or not all(len(name) <= LONGEST_NAME for name in names):
        return False
    if 0 < sum(name.endswith(":") for name in names) < len(names):
        return False  # a label, and what is filled in behind it
    numbers = [name for name in names if is_value(name)]
    if numbers and not (_numbered(numbers) and not is_value(row[0])):
        return False
    values = words = 0
    for i, name in enumerate(row):
        column = [cells[i] for cells in below if i < len(cells) and cells[i]]
        if name and column:
            held = sum(map(is_value, column)) * 2 > len(column)
            values += held
            words += not held
    if numbers:
        same = {tuple(cell for cell in cells if is_value(cell)) for cells in below}
        return values > 0 and tuple(numbers) not in same
    if values:
        return True
    gaps = len(row) - len(names)
    return (
        not strict
        and len(set(names)) == len(names)
        and not any(map(_SENTENCE.fullmatch, names))
        and (gaps == 0 or (gaps == 1 and len(names) > 2) or (gaps == 1 and not row[0]))
    )


def header_rows(
    grid: Sequence[Sequence[str]], *, marked: int = 0, merged: bool = False, strict: bool = False
) -> int:
    """How many of the first rows name the columns; 0 for none.

    ``marked`` is what the format says itself (``<thead>``, a header row that Word repeats);
    ``merged``: a cell of the first row spans columns, so that the row below it names them apart.
    """
    if len(grid) < 2:
        return 0
    if marked:
        marked = min(marked, len(grid) - 1, MOST_HEADERS)
        second = list(grid[1])
        apart = merged and marked == 1 and len(grid) > 2 and all(map(_could_name, grid[0]))
        return marked + (apart and names_columns(second, grid[2 : 2 + SAMPLE], strict=True))
    below = grid[1 : 1 + SAMPLE]
    first = list(grid[0])
    if merged and len(grid) > 2:
        second = list(grid[1])
        if all(_could_name(cell) for cell in first) and names_columns(
            second, grid[2 : 2 + SAMPLE], strict=False
        ):
            return 2
    if unit_row(below[0]) and len(below) > 1:
        below = below[1:]
    return int(names_columns(first, below, strict=strict))


def unit_row(row: Sequence[str]) -> bool:
    """Whether a row below the names holds their units."""
    cells = [cell for cell in row if cell]
    return (len(cells) > 1 and all(map(is_unit, cells))) or (
        len(cells) == 1 == len(row) - 1 and is_unit(cells[0])
    )


def column_names(rows: Sequence[Sequence[str]], units: Sequence[str] = ()) -> list[str]:
    """One name a column from its header rows, the outer before the inner, its unit behind it.

    >>> column_names([["Pool", "Summer", "Summer"], ["", "opens", "closes"]])
    ['Pool', 'Summer opens', 'Summer closes']
    >>> column_names([["", "Depth"]], ["", "m"])
    ['', 'Depth (m)']
    """
    width = max((len(row) for row in rows), default=0)
    names: list[str] = []
    for i in range(width):
        parts: list[str] = []
        for row in rows:
            if i < len(row) and row[i] and row[i] not in parts:
                parts.append(row[i])
        name = " ".join(parts)
        unit = units[i].strip("()[] ") if i < len(units) else ""
        names.append(f"{name} ({unit})" if name and unit else name)
    return names
