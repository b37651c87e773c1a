"""Cells that say something by their colour alone: the bars of a plan, below days or months."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lxml import etree

from rag.documents.office.package import attribute, child, children

MOST_COLOURED = 20_000  # cells that are looked at
_LEAST_COLUMNS = 2


def filled_styles(tree: etree._Element | None) -> set[str]:
    """The styles of cells, by their numbers, whose ground is of a colour."""
    fills = [
        (attribute(child(one, "patternFill"), "patternType") or "none") not in ("none", "gray125")
        for one in children(child(tree, "fills"), "fill")
    ]
    found: set[str] = set()
    for number, one in enumerate(children(child(tree, "cellXfs"), "xf")):
        key = one.get("fillId") or ""
        if key.isdecimal() and int(key) < len(fills) and fills[int(key)]:
            found.add(str(number))
    return found


def bars(
    coloured: Collection[tuple[int, int]], rows: Mapping[int, Mapping[int, str]]
) -> list[tuple[int, int]]:
    """Which of the coloured cells without text are bars: below the names of columns that hold nothing else, in some
    of the rows and not in others. Rows that are coloured as a whole only look so.

    >>> bars({(2, 2), (3, 3)}, {1: {1: "Task", 2: "Jan", 3: "Feb"}, 2: {1: "Dig"}, 3: {1: "Fill"}})
    [(2, 2), (3, 3)]
    """
    if not coloured:
        return []
    names: dict[int, list[int]] = {}
    for number, cells in rows.items():
        for column in cells:
            names.setdefault(column, []).append(number)
    found: list[tuple[int, int]] = []
    at: dict[int, set[int]] = {}
    for row, column in coloured:
        if row in rows:
            at.setdefault(column, set()).add(row)
    for column, held in at.items():
        above = names.get(column, [])
        if len(above) != 1 or above[0] > min(held):
            continue
        if any(row > above[0] and row not in held for row in rows):
            found.extend((row, column) for row in held)
    return sorted(found) if len({column for _, column in found}) >= _LEAST_COLUMNS else []
