"""Cells that hold a label and what it says, both: "Driver: Luis Costa", or "Surname Rossi" where the label stands above in small print."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.documents.field_names import ends_as_field, is_field
from rag.documents.headers import is_value

LONGEST_LABEL = 40  # characters
_MOST_WORDS = 4  # of what a field is called
_OWN = re.compile(r"([^\W\d_][^:|]*?)\s?:\s+(\S.*)")


def own_label(cell: str) -> tuple[str, str] | None:
    """The label that a cell holds and what it says, where a colon parts them.

    >>> own_label("Driver: Luis Costa"), own_label("10:30"), own_label("Driver:")
    (('Driver', 'Luis Costa'), None, None)
    """
    found = _OWN.fullmatch(cell)
    if found is None or len(found[1]) > LONGEST_LABEL or is_value(cell):
        return None
    return found[1], found[2]


def hold_labels(grid: Sequence[Sequence[str]]) -> bool:
    """Whether the cells of a table hold their labels themselves, so that no cell and no row names others.

    >>> hold_labels([["Name: Rossi", "Phone: 555"], ["Town: Thun", "Use: Garage"]])
    True
    >>> hold_labels([["Surname Rossi", "First name Elena"], ["Street Feldweg 3", "Town Thun"]])
    True
    >>> hold_labels([["Team Red", "Project A"], ["Team Blue", "Project B"]])
    False
    """
    rows = [list(dict.fromkeys(filter(None, row))) for row in grid]
    said = [cell for row in rows for cell in row]
    if sum(len(row) > 1 for row in rows) < 2:
        return False
    if all(map(own_label, said)):
        return True
    labels = [_field(cell) for cell in said]
    return all(labels) and len(set(labels)) == len(labels)


def _field(cell: str) -> str:
    """What a field is called whose name a cell begins with, and goes on; "" where it does not."""
    if own := own_label(cell):
        return own[0].lower()
    words = cell.split()
    if ends_as_field(words[-1]):
        return ""
    for count in range(1, min(_MOST_WORDS, len(words) - 1) + 1):
        name = " ".join(words[:count])
        if is_field(name) and ends_as_field(name):
            return name.lower()
    return ""
