"""Controls of forms on a sheet, as Excel keeps them in its old drawings (VML): what they are called, whether
they are ticked, what is chosen."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from rag.documents.loaders.xlsx.sheet import span
from rag.documents.office.package import Package, attribute, child, descendants
from rag.documents.regions import Sheet
from rag.documents.text import one_line

MOST_ENTRIES = 1_000  # of a list to choose from


def controls(package: Package, part: str, sheet: Sheet) -> Iterator[str]:
    """A line a control, from the top down; ``sheet`` holds the cells that lists are filled from."""
    for name in package.related(part, "vmlDrawing"):
        found = [
            (at, text)
            for shape in descendants(package.xml(name), "shape", "rect", "roundrect")
            if (data := child(shape, "ClientData")) is not None
            and attribute(data, "ObjectType") != "Note"
            and (text := _text(shape, data, sheet))
            for at in [_place(data)]
        ]
        yield from (text for _, text in sorted(found, key=lambda one: one[0]))


def _text(shape: etree._Element, data: etree._Element, sheet: Sheet) -> str:
    box = child(shape, "textbox")
    caption = one_line("".join(box.itertext())) if box is not None else ""
    kind = attribute(data, "ObjectType") or ""
    if kind in ("Checkbox", "Radio"):
        ticked = _said(data, "Checked") == "1"
        return f"{'☒' if ticked else '☐'} {caption}" if caption else ""
    if kind in ("Drop", "List"):
        at, entries = _said(data, "Sel"), _entries(_said(data, "FmlaRange"), sheet)
        chosen = int(at) if at.isdigit() and len(at) < 6 else 0
        return entries[chosen - 1] if 0 < chosen <= len(entries) else caption
    return caption


def _said(data: etree._Element, name: str) -> str:
    found = child(data, name)
    return (found.text or "").strip() if found is not None else ""


def _entries(reference: str, sheet: Sheet) -> list[str]:
    area = span(reference) if "!" not in reference else None
    if area is None:
        return []
    top, left, bottom, _ = area
    last = min(bottom, top + MOST_ENTRIES)
    return [sheet.rows.get(row, {}).get(left, "") for row in range(top, last + 1)]


def _place(data: etree._Element) -> tuple[int, int]:
    """Row and column of the upper left corner."""
    numbers = [part.strip() for part in _said(data, "Anchor").split(",")]
    if len(numbers) < 3 or not (numbers[0].isdigit() and numbers[2].isdigit()):
        return 0, 0
    return int(numbers[2]), int(numbers[0])
