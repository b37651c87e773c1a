"""Values of cells that can be counted with: numbers with their unit, durations, dates. Exactly, or not at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

_NUMBER = re.compile(
    r"(?P<open>\()?(?P<sign>[-−–+])?\s?(?P<before>[$€£¥]|EUR|USD|GBP|CHF)?\s?"
    r"(?P<digits>\d{1,3}(?:[,\u00a0\u202f ’']\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<close>\))?"
    r"\s?(?P<after>%|‰|°[CF]?|[$€£¥]|[^\W\d_]{1,12}[²³]?(?:/[^\W\d_]{1,8}[²³]?)?)?\.?\*?"
)
_TIME = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d\d(?:\.\d+)?)")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_YEAR = re.compile(r"(?:1[5-9]|20|21)\d\d")
_MONTHS = {
    name: number
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)
}
_LONG_DATE = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)? )?(?P<month>[A-Za-z]{3,9})\.? (?:(?P<day2>\d{1,2})(?:st|nd|rd|th)?,? )?(?P<year>\d{4})"
)
EMPTY = frozenset({"", "-", "–", "—", "n/a", "na", "none", "?"})  # cells that hold no value


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and what it is of: "EUR" of "9 EUR", "" of nothing; "time" (seconds) and "date" (days,
    for comparing alone) are units too. ``before``: the unit stands before the number."""

    number: Decimal
    unit: str = ""
    before: bool = False

    def said(self, number: Decimal) -> str:
        """Another number, written as this one is.

        >>> Quantity(Decimal(9), "€", True).said(Decimal("1234.50"))
        '€1,234.50'
        """
        digits = f"{number:,f}" if abs(number) >= 10_000 else f"{number:f}"
        if self.before and len(self.unit) == 1 and abs(number) >= 1_000:
            digits = f"{number:,f}"
        if not self.unit:
            return digits
        tight = self.unit[0] in "%‰°$€£¥"
        gap = "" if tight and (self.before or self.unit[0] in "%‰") else " "
        return f"{self.unit}{gap}{digits}" if self.before else f"{digits}{gap}{self.unit}"


def quantity(cell: str) -> Quantity | None:
    """The number, duration or date that a whole cell is; None where it is something else.

    >>> quantity("1,250.50 EUR")
    Quantity(number=Decimal('1250.50'), unit='EUR', before=False)
    >>> quantity("1:30:00").number
    Decimal('5400')
    >>> quantity("9 to 5") is None
    True
    """
    cell = cell.strip()
    if time := _TIME.fullmatch(cell):
        hours, minutes, seconds = time.groups()
        number = 3600 * int(hours or 0) + 60 * int(minutes) + Decimal(seconds)
        return Quantity(number, "time")
    if (days := _date(cell)) is not None:
        return Quantity(Decimal(days), "date")
    found = _NUMBER.fullmatch(cell)
    if not found or bool(found["open"]) != bool(found["close"]):
        return None
    if found["before"] and found["after"]:
        return None
    number = Decimal(re.sub(r"[^\d.]", "", found["digits"]))
    if found["open"] or (found["sign"] or "+") != "+":
        number = -number
    return Quantity(number, found["before"] or found["after"] or "", bool(found["before"]))


def _date(cell: str) -> int | None:
    if iso := _ISO.fullmatch(cell):
        year, month, day = map(int, iso.groups())
    elif long := _LONG_DATE.fullmatch(cell):
        name = long["month"].lower()
        found = _MONTHS.get(name[:3])
        if found is None or (long["day"] and long["day2"]):
            return None
        year, month, day = int(long["year"]), found, int(long["day"] or long["day2"] or 0)
    else:
        return None
    return year * 10_000 + month * 100 + day


def quantities(cells: Sequence[str]) -> list[Quantity | None] | None:
    """The quantities of a column, None for a cell without any value; None in all where one cell is
    something else, or not of the unit of the others."""
    found = [None if cell.strip().lower() in EMPTY else quantity(cell) for cell in cells]
    known = [one for one in found if one is not None]
    empty = sum(cell.strip().lower() in EMPTY for cell in cells)
    if not known or len(known) + empty != len(cells) or len({one.unit for one in known}) > 1:
        return None
    return found


def is_year(text: str) -> bool:
    """Whether a cell is a year."""
    return _YEAR.fullmatch(text.strip()) is not None


def is_dated(text: str) -> bool:
    """Whether a cell is or holds a year or a date."""
    return bool(_YEAR.search(text)) and not re.search(r"\d,\d{3}", text)
