"""Which rows of a table name its columns: by what the format marks, else by what stands below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.documents.text import STRUCK

LONGEST_NAME = 60  # characters; what is longer is no name of a column but a text, unless a questionnaire asks it
_LONGEST_ASKED = 300
MOST_HEADERS = 3  # rows of names that a table may have
SAMPLE = 30  # rows below by which a header is judged

_VALUE = re.compile(
    r"(?:(?:EUR|USD|GBP|CHF|NOK|SEK|DKK|PLN|CZK|JPY|CAD|AUD|INR|kr)\.?\s)?[(+\-−–]?\s?[$€£¥]?\s?\d[\d.,:/'’\s\-]*\)?\s?(?:%|‰|[$€£¥]|°[CF]?|[^\W\d_]{1,4}|EUR|USD|GBP|CHF)?"
    r"(?:/[^\W\d_]{1,4}|[²³])?(?:\s?[aApP]\.?[mM]\.?)?"
)
_MEASURED = re.compile(r"[\-−–]?\d[\d.,]*\s?([^\W\d_].*)")
_YEAR = re.compile(r"(?:FY\s?|Q[1-4]\s)?(?:19|20|21)\d\d(?:[/–-]\d{2,4})?(?:\s?Q[1-4])?")
_COUNT = re.compile(r"\d{1,2}")
_DATE = re.compile(
    r"\d{4}-\d{2}(?:-\d{2})?|\d{1,2}/\d{1,2}(?:/(?:\d{2}|\d{4}))?|\d{1,2}/\d{4}|\d{4}/\d{1,2}(?:/\d{1,2})?|\d{1,2}-\d{1,2}-\d{4}|"
    r"\d{1,2}\.\s?\d{1,2}\.\s?(?:\d{2}|\d{4})?|\d{1,2}\.\d{4}"
)
_TIME = re.compile(r"\d{1,2}:\d{2}(?:\s?[-–]\s?\d{1,2}:\d{2})?(?:\s?[aApP]\.?[mM]\.?)?")
_AMOUNT = re.compile(r"(\D{0,4}?)[\s(+\-−–]*\d[\d.,'’\s]*(?:[-–]\s?\d[\d.,]*)?\)?(.*)")
_UNIT = re.compile(
    r"[(\[].{1,14}[)\]]|"
    r"%|‰|°[CF]?|[$€£¥]|(?:k|m|Mio\.?|bn)?\s?(?:EUR|USD|GBP|CHF|[$€£])|"
    r"[numkcdhMGTpµμ]?(?:m|g|l|L|s|t|W|Wh|V|A|Pa|Hz|J|N|B|bit|mol|Ω|cal)[²³23]?"
    r"(?:/(?:[kmcdMGµμn]?(?:m|g|l|L|s|W|Wh|mol)|h|min|d|ha|km|a)[²³23]?)?(?:/1[.,]73\s?m[²2])?|"
    r"(?:[mkM]?I?[UE]|m?Eq|m?[Oo]sm|cells|copies|[CK]FU|KBE|UFC|[×x]?\s?10(?:\^|\*+)?[\d³⁶⁹¹²]+)/(?:[mdµμ]?[lL]|k?g|100\s?m[lL]|m[²³23])|"
    r"[mµμ]?S/[cm]?m|[mµμ]S|mmHg|cmH[2₂]O|f[lL]|[FN]TU|FNU|°d?H|"
    r"h|min|d|days?|weeks?|months?|years?|hours?|ha|bar|mbar|rpm|dB|pH|ppm|inch|in|ft|lb|oz|mph|km/h|pcs?\.?|St(?:k|ück)\.?|no\.?|#"
)
_SAYS_UNIT = frozenset("unit units einheit einheiten unité unités unidad unità eenheid".split())
_NO_UNIT = frozenset("-–—")

_SENTENCE = re.compile(r"(?:\S+\s+){3,}\w{3,}[.!?]")
TOLD = re.compile(r"\d|@|://")
"""What a code, a number or an address has, and hardly a name of a column."""


def _bare(cell: str) -> str:
    """What a cell says, which may be struck out."""
    return cell[len(STRUCK) : -1] if cell.startswith(STRUCK) and cell.endswith("]") else cell


def is_value(cell: str) -> bool:
    """Whether a cell holds a number, an amount, a date or a time rather than words.

    >>> is_value("1,250.50 €"), is_value("2026-03-15"), is_value("12 years"), is_value("Valve 3")
    (True, True, True, False)
    """
    cell = _bare(cell)
    if _VALUE.fullmatch(cell) is not None:
        return True
    measured = _MEASURED.fullmatch(cell)
    return measured is not None and is_unit(measured[1])


UNIT = "in "  # how kinds of amounts begin


def kind_of_value(cell: str) -> str:
    """What sort of thing a cell holds: "words", "code", "date", "time", "number", or an amount in some unit.

    >>> [kind_of_value(cell) for cell in ("Eva", "AK-310", "3/14/26", "08:30", "4.5", "2 kg", "$5")]
    ['words', 'code', 'date', 'time', 'number', 'in kg', 'in $']
    """
    cell = _bare(cell)
    if not is_value(cell):
        return "code" if TOLD.search(cell) else "words"
    if _DATE.fullmatch(cell):
        return "date"
    if _TIME.fullmatch(cell):
        return "time"
    amount = _AMOUNT.fullmatch(cell)
    unit = "".join(part.strip() for part in amount.groups()) if amount else ""
    return f"{UNIT}{unit}" if unit else "number"


def is_unit(cell: str) -> bool:
    """Whether a cell is a unit of measure: "kg", "(EUR)", "m3/h"."""
    return _UNIT.fullmatch(cell) is not None


def _could_name(cell: str) -> bool:
    return len(cell) <= LONGEST_NAME and (not is_value(cell) or is_year(cell))


def is_year(cell: str) -> bool:
    """Whether a cell holds a year, or a part of one ("2024/25", "Q1 2024")."""
    return _YEAR.fullmatch(cell) is not None


def are_numbered(cells: Sequence[str]) -> bool:
    """Whether cells hold years, or 1, 2, 3 ...: numbers that name columns."""
    if len(cells) < 2 or len(set(cells)) != len(cells):
        return False
    if all(map(is_year, cells)):
        return True
    if not all(_COUNT.fullmatch(cell) for cell in cells):
        return False
    numbers = [int(cell) for cell in cells]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] < 2


def _steps(numbers: Sequence[str]) -> bool:
    """Whether whole numbers rise by one step: 600, 800, 1000."""
    if len(numbers) < 3 or not all(number.isdecimal() for number in numbers):
        return False
    return len({int(high) - int(low) for low, high in pairwise(numbers)}) == 1


def _graded(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether the values in a row name columns, since those below are of another kind: dates above marks, weights above
    prices; or since they rise by one step, as no row below does."""
    at = [i for i, cell in enumerate(row) if cell and is_value(cell)]
    named = [row[i] for i in at]
    kinds = set(map(kind_of_value, named))
    if len(named) < 2 or len(set(named)) < len(named) or len(kinds) > 1:
        return False
    rows = [[cells[i] for i in at if i < len(cells)] for cells in below]
    held = [cell for cells in rows for cell in cells if cell]
    if "number" in kinds:
        return bool(held) and _steps(named) and not any(map(_steps, rows))
    return bool(held) and sum(kind_of_value(cell) in kinds for cell in held) * 2 < len(held)


def _brief(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether names are as short as names are. A question is one, however long, over answers that are none."""
    for i, name in enumerate(row):
        if len(name) > LONGEST_NAME:
            answers = [cells[i] for cells in below if i < len(cells) and cells[i]]
            asks = name.endswith(("?", "? *", "]", "?]")) and len(name) <= _LONGEST_ASKED
            if not asks or len(row) < 3 or any(one.endswith("?") for one in answers):
                return False
    return True


def names_columns(
    row: Sequence[str],
    below: Sequence[Sequence[str]],
    *,
    strict: bool,
    over: Sequence[Sequence[str]] = (),
) -> bool:
    """Whether ``row`` names the columns of the rows ``below`` it, the last of several rows where others are ``over`` it.

    Values below words are proof enough. Where all is words, ``strict`` (a table in running text)
    says no, and else the names have to be distinct, short and nearly complete.
    """
    names = [cell for cell in row if cell]
    if not below or len(names) < 2 or not _brief(row, below):
        return False
    if 0 < sum(name.endswith(":") for name in names) < len(names):
        return False  # a label, and what is filled in behind it
    numbers = [name for name in names if is_value(name)]
    if over:  # each group may count anew
        numbers = list(dict.fromkeys(numbers))
    if numbers and is_value(row[0]):
        return False
    if numbers and not are_numbered(numbers):
        return _graded(row, below)
    values = words = 0
    for i, name in enumerate(row):
        column = [cells[i] for cells in below if i < len(cells) and cells[i]]
        if name and column:
            held = sum(map(is_value, column)) * 2 > len(column)
            values += held
            words += not held
    if numbers:
        same = {tuple(cell for cell in cells if is_value(cell)) for cells in below}
        return (values > 0 or (words > 0 and len(numbers) > 2)) and tuple(numbers) not in same
    if values:
        return True
    gaps = len(row) - len(names)
    whole = [name for name, cell in zip(column_names([*over, row]), row, strict=True) if cell]
    return (
        not strict
        and len(set(whole)) == len(whole)
        and not any(
            _SENTENCE.fullmatch(name) for name in names if not (len(row) > 2 and name.endswith("?"))
        )
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
    if merged:
        for count in range(min(MOST_HEADERS, len(grid) - 1), 1, -1):
            over, row = grid[: count - 1], grid[count - 1]
            divided = count == 2 or all(map(spans, over))
            if divided and all(_could_name(cell) for cells in over for cell in cells):
                below = grid[count : count + SAMPLE]
                if names_columns(row, below, strict=False, over=over):
                    return count
    below = grid[1 : 1 + SAMPLE]
    if unit_row(below[0]) and len(below) > 1:
        below = below[1:]
    return int(names_columns(grid[0], below, strict=strict))


def spans(row: Sequence[str]) -> bool:
    """Whether a cell of a filled row reaches over columns: it stands in each of them."""
    return any(left and left == right for left, right in pairwise(row))


def over_gaps(grid: Sequence[Sequence[str]]) -> list[str]:
    """The first row with the labels of groups carried over the gaps behind them, where nothing in the file says that they
    reach so far: two at least, with the same names below them, values below these. Else [].

    >>> over_gaps([["Item", "Q1", "", "Q2", ""], ["", "Plan", "Is", "Plan", "Is"], ["Tea", "1", "2", "3", "4"]])
    ['Item', 'Q1', 'Q1', 'Q2', 'Q2']
    """
    if len(grid) < 3 or any(map(is_value, filter(None, grid[1]))):
        return []
    row: list[str] = []
    groups: dict[int, list[str]] = {}
    start = -1
    for i, (label, name) in enumerate(zip(grid[0], grid[1], strict=False)):
        start = i if label else start
        row.append(grid[0][start] if name and start >= 0 else label)
        if name and start >= 0:
            groups.setdefault(start, []).append(name)
    parted = {tuple(names) for names in groups.values() if len(names) > 1}
    if len(parted) != 1 or sum(len(names) > 1 for names in groups.values()) < 2:
        return []
    return row if names_columns(grid[1], grid[2 : 2 + SAMPLE], strict=True) else []


def unit_row(row: Sequence[str]) -> bool:
    """Whether a row below the names holds their units, perhaps behind a word for that, and a dash where there is none.

    >>> unit_row(["", "g/l", "mmol/l"]), unit_row(["Unit", "µS/cm", "mg/l", "–"]), unit_row(["a", "m"])
    (True, True, False)
    """
    cells = [cell for cell in row if cell]
    if cells and cells[0] == row[0] and row[0].lower().rstrip(":") in _SAYS_UNIT:
        cells = cells[1:]
    if sum(map(is_unit, cells)) > 1:
        cells = [cell for cell in cells if cell not in _NO_UNIT]
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
        if unit in _NO_UNIT or (not i and unit.lower().rstrip(":") in _SAYS_UNIT):
            unit = ""
        names.append(f"{name} ({unit})" if name and unit else name)
    return names
