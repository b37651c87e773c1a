"""Months as calendars show them: weekdays name the columns, rows of days stand below, and what is on stands below its day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.documents.headers import kind_of_value

_WEEKDAYS = frozenset(
    "mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday "
    "mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag "
    "lun mar mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche "
    "mié jue vie sáb dom lunes martes miércoles jueves viernes sábado domingo "
    "gio sab lunedì martedì mercoledì giovedì venerdì sabato domenica su tu we th".split()
)
_LETTERS = ("mtwtfss", "smtwtfs", "mdmdfss", "lmmjvsd", "lmmgvsd", "dlmmjvs")
_LEAST = 5  # days of a week of work
_LONGEST_MONTH, _LEAST_MONTH, _WEEK_LONG = 31, 28, 7  # days
_WEEK = re.compile(r"[^\W\d_]{0,5}\.?\s?\d{1,2}\.?")
"""The number of a week, which may stand beside it."""


def are_weekdays(names: Sequence[str]) -> bool:
    """Whether names of columns are those of the days of a week, perhaps behind a column of weeks.

    >>> are_weekdays(["Wk", "Mon", "Tue", "Wed", "Thu", "Fri"]), are_weekdays(["Mon", "Late"])
    (True, False)
    """
    days = [name for name in names if _is_weekday(name)]
    letters = "".join(name.lower() for name in names if len(name) == 1)
    if letters in _LETTERS:
        return len(names) - len(letters) < 2
    return len(set(days)) >= _LEAST and len(names) - len(days) < 2


def are_days(names: Sequence[str], row: Sequence[str]) -> bool:
    """Whether a row below weekdays holds days of a month and nothing else, each a day after the one before.

    >>> are_days(["Mon", "Tue", "Wed"], ["", "1", "2"]), are_days(["Mon", "Tue"], ["4", "4"])
    (True, False)
    """
    beside, cells = _parted(names, row)
    at = [i for i, cell in enumerate(cells) if cell]
    days = [cells[i] for i in at]
    if not days or any(right != left + 1 for left, right in pairwise(at)):
        return False
    if not all(map(_WEEK.fullmatch, beside)):
        return False  # a row with a label of its own
    if all(map(_is_day, days)):
        # A month may begin within a row of days.
        return all(int(b) == int(a) + 1 or b == "1" for a, b in pairwise(days))
    return all(kind_of_value(cell) == "date" for cell in days) and len(set(days)) == len(days)


def with_days(
    names: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]]
) -> list[tuple[int, list[str]]] | None:
    """Rows below weekdays, with their numbers: what stands below a day is joined to it. None where they are no month.

    >>> with_days(["Mon", "Tue"], [(2, ["1", "2"]), (3, ["", "Choir"]), (4, ["8", "9"])])
    [(2, ['1', '2, Choir']), (4, ['8', '9'])]
    """
    found: list[tuple[int, list[str]]] = []
    last = ""
    for number, row in rows:
        beside, cells = _parted(names, row)
        days = [cell for cell in cells if cell]
        if are_days(names, row) and _is_later(days[0], last):
            found.append((number, list(row)))
            last = days[-1]
        elif not found or beside or any(map(_is_day, days)):
            return None
        else:
            above = found[-1][1]
            above.extend([""] * (len(row) - len(above)))
            for i, cell in enumerate(row):
                above[i] = ", ".join(filter(None, (above[i], cell)))
    return found if len(found) > 1 else None


def _parted(names: Sequence[str], row: Sequence[str]) -> tuple[list[str], list[str]]:
    """What stands in a row beside the weekdays, and what stands below each of them."""
    letters = not all(map(_is_weekday, filter(None, names))) and sum(map(_is_weekday, names)) < 2
    beside: list[str] = []
    cells: list[str] = []
    for i, cell in enumerate(row):
        name = names[i] if i < len(names) else ""
        day = _is_weekday(name) or (letters and len(name) == 1)
        (cells if day else beside).append(cell)
    return [cell for cell in beside if cell], cells


def _is_day(cell: str) -> bool:
    return cell.isdecimal() and 0 < int(cell) <= _LONGEST_MONTH


def _is_later(day: str, before: str) -> bool:
    """Whether a row of days may follow the one that ended so: later in the month, or in the next."""
    if not (_is_day(day) and _is_day(before)):
        return day != before
    return int(day) > int(before) or (int(day) <= _WEEK_LONG and int(before) > _LEAST_MONTH - 4)


def _is_weekday(name: str) -> bool:
    return name.lower().removesuffix(".") in _WEEKDAYS
