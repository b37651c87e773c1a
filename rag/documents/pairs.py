"""Tables that are pairs of a label and what it says, a form or a data sheet: no row of theirs names columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rag.documents.field_names import is_field
from rag.documents.headers import TOLD, UNIT, is_value, kind_of_value
from rag.documents.labelled import LONGEST_LABEL, hold_labels, own_label

_MOST_ROWS = 20  # of what is told by its kinds alone: a longer table has names


def are_pairs(
    grid: Sequence[Sequence[str]], *, named_rows: bool = False, listed: bool = False
) -> bool:
    """Whether a table of two or four columns is pairs: labels, all different, each with what it says behind it.

    That takes one of these: the format marks the first cell of each row as a name (``named_rows``), or a colon does; most labels are what fields
    are called; what they say is of many units; or of many kinds, in a short table, or with one in its first row that is no name; a cell
    as wide as a label and what it says, which holds both, among others that are parted.
    ``listed``: rows of a file of rows (CSV), whose first names the columns unless it is plain that it does not.

    >>> are_pairs([["Contract", "Alpha Ltd"], ["Heads", "120"], ["Lead", "Eva Roth"]])
    True
    >>> are_pairs([["Model", "AK-310"], ["Reach", "25 m"], ["Load", "3 kg"], ["Power", "400 W"]])
    True
    >>> are_pairs([["Part", "Price"], ["Bolt", "2 EUR"], ["Nut", "on request"], ["Pin", "1 EUR"]])
    False
    """
    width = max(map(len, grid), default=0)
    # What stands alone in a row of four is the title of what follows.
    rows = [row for row in grid if width != 4 or any(row[1:]) or own_label(row[0])]
    found = [pair for row in rows for pair in pairs_of(row)]
    labels = [label for label, _ in found if label]
    said = [one for _, one in found if one]
    if width not in (2, 4) or len(rows) < 2 or len(said) < 2 or len(labels) < len(found):
        return False
    if len(set(labels)) < len(labels) or any(map(_no_label, labels)):
        return False
    if hold_labels(grid):
        return False
    if width == 4 and any(map(_across, rows)):
        return True
    if (width == 2 and named_rows) or all(row[0].endswith(":") for row in grid):
        return True
    if sum(map(is_field, labels)) * 2 > len(labels):
        return True
    return width == 2 and _of_many_kinds(said, short=not listed and len(grid) <= _MOST_ROWS)


def pairs_of(row: Sequence[str]) -> list[tuple[str, str]]:
    """The pairs of a row; a cell that spans columns stands once, and may hold both.

    >>> pairs_of(["Town", "Hamburg", "Member", "yes"]), pairs_of(["Member", "yes", "yes", "yes"])
    ([('Town', 'Hamburg'), ('Member', 'yes')], [('Member', 'yes')])
    >>> pairs_of(["Driver: Luis", "Driver: Luis", "Depot", "Lyss"])
    [('Driver', 'Luis'), ('Depot', 'Lyss')]
    """
    if len(row) == 4 and row[1] == row[2] == row[3]:
        row = row[:2]
    found: list[tuple[str, str]] = []
    for i in range(0, len(row), 2):
        label, said = row[i], "".join(row[i + 1 : i + 2])
        own = own_label(label) if said in ("", label) else None
        found.append(own or (label.removesuffix(":"), said))
    return [pair for pair in found if any(pair)]


def _across(row: Sequence[str]) -> bool:
    """Whether a cell as wide as a label and what it says holds both."""
    return row[0] == row[1] != row[2] and own_label(row[0]) is not None


def _of_many_kinds(said: Sequence[str], *, short: bool) -> bool:
    below = Counter(map(kind_of_value, said[1:]))
    if max(below.values()) * 2 > len(said) - 1:
        return False
    units = sum(kind.startswith(UNIT) for kind in below)
    no_name = bool(TOLD.search(said[0])) and not is_value(said[0])
    return units > 2 or no_name or short


def _no_label(label: str) -> bool:
    return len(label) > LONGEST_LABEL or is_value(label) or label.endswith((".", "!", "?"))
