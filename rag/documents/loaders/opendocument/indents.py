"""How far the cells of a spreadsheet of OpenDocument are indented, by their styles."""

from __future__ import annotations

import re

from lxml import etree

from rag.documents.office.package import attribute, child, descendants

_POINTS = {"in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "pt": 1.0, "px": 0.75, "pc": 12.0}
_BLANK = 3.5  # points, about as wide as a blank
_LENGTH = re.compile(r"([\d.]+)(in|cm|mm|pt|px|pc)")


def indented(table: etree._Element) -> dict[str, int]:
    """The blanks that cells are indented by as much as, by the names of their styles, for those that are."""
    found: dict[str, int] = {}
    root = table.getroottree().getroot()
    for style in descendants(child(root, "automatic-styles"), "style"):
        paragraph = child(style, "paragraph-properties")
        length = _LENGTH.fullmatch(attribute(paragraph, "margin-left") or "")
        if length and attribute(paragraph, "text-align") in (None, "start", "left"):
            blanks = round(float(length[1]) * _POINTS[length[2]] / _BLANK)
            if blanks:
                found[attribute(style, "name") or ""] = blanks
    return found
