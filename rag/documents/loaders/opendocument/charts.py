"""Charts of OpenDocument files: what they are called, and the table of their values."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from rag.documents.office.numbers import shown
from rag.documents.office.package import attribute, children, descendants, local
from rag.documents.tables import Cell, write_table
from rag.documents.text import one_line
from rag.documents.writer import Writer

_PARTS = {
    "year": "yyyy", "month": "mm", "day": "dd", "hours": "hh", "minutes": "mm", "seconds": "ss", "am-pm": "AM/PM",
}  # fmt: skip
"""What parts of a date are in the codes of a sheet."""


def write_chart(tree: etree._Element, chart: etree._Element, writer: Writer) -> None:
    """A chart as the table of its values; ``tree`` is the part that it is in, with its styles."""
    said = [
        one_line("".join(one.itertext()))
        for one in descendants(chart, "title", "subtitle")
        if one.getparent() is not None
    ]
    if any(said):
        writer.paragraph(f"Chart: {', '.join(filter(None, said))}")
    code = _code_of_dates(tree, chart)
    for table in descendants(chart, "table"):
        write_table(_rows(table, code), writer, marked=1)
        break


def _rows(table: etree._Element, code: str) -> Iterator[list[Cell]]:
    for row in descendants(table, "table-row"):
        cells = [Cell(_shown(one)) for one in children(row, "table-cell")]
        cells = [Cell("") if cell.text == "NaN" else cell for cell in cells]  # a gap
        first = next(children(row, "table-cell"), None)
        if code and attribute(first, "value-type") == "float":
            cells[0] = Cell(_day(attribute(first, "value") or "", code))
        if any(cell.text for cell in cells):
            yield cells


def _shown(cell: etree._Element) -> str:
    """What a cell says: its paragraphs, and not the descriptions beside them, which say where it was taken from."""
    return one_line(" ".join("".join(one.itertext()) for one in descendants(cell, "p")))


def _day(number: str, code: str) -> str:
    try:
        return shown(float(number), code)
    except (ValueError, OverflowError):
        return number


def _code_of_dates(tree: etree._Element, chart: etree._Element) -> str:
    """How the axis of the categories shows its numbers as dates; "" where it shows none."""
    axis = next((a for a in descendants(chart, "axis") if attribute(a, "dimension") == "x"), None)
    style = attribute(axis, "style-name")
    styles = {attribute(one, "name"): one for one in descendants(tree, "style", "date-style")}
    named = attribute(styles.get(style), "data-style-name")
    dates = styles.get(named)
    if style is None or named is None or dates is None or local(dates) != "date-style":
        return ""
    parts = []
    for one in dates:
        part = _PARTS.get(local(one), "")
        if local(one) == "month" and attribute(one, "textual") == "true":
            part = "mmm" if attribute(one, "style") != "long" else "mmmm"
        literal = (one.text or "").replace('"', "") if local(one) == "text" else ""
        parts.append(part or (f'"{literal}"' if literal else ""))
    return "".join(parts)
