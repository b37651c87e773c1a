"""What a sheet shows of a cell that somebody points at or fills in: messages of validation, entries to choose
from, tips of links."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from rag.documents.office.package import child
from rag.documents.text import one_line


def hints(element: etree._Element) -> Iterator[tuple[str, str]]:
    """What a ``dataValidation`` or a ``hyperlink`` says: what it is and where, and its words."""
    where = element.get("ref") or element.get("sqref") or ""
    ranges = child(element, "sqref")  # of the newer kind
    where = one_line(where or (ranges.text or "" if ranges is not None else ""))
    for name, head, body in (
        ("Message", "promptTitle", "prompt"),
        ("Error message", "errorTitle", "error"),
        ("Tip", "", "tooltip"),
    ):
        said = [one_line(element.get(key) or "") for key in (head, body) if key]
        if any(said):
            yield f"{name} on {where}", ": ".join(filter(None, said))
    if element.get("type") == "list":
        formula = child(element, "formula1")
        text = "".join(formula.itertext()).strip() if formula is not None else ""
        if text.startswith('"') and text.endswith('"') and len(text) > 2:
            entries = (one_line(entry) for entry in text[1:-1].replace('""', '"').split(","))
            yield f"Entries to choose from in {where}", ", ".join(filter(None, entries))
