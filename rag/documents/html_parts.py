"""What lists and tables of HTML say of themselves: the numbers of items as a browser shows them, spans of
cells, and whether a table holds data."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree

from rag.documents.counting import counted

HEADINGS = {f"h{level}": level for level in range(1, 7)}
"""Elements that are headings, and their levels."""

CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
"""Characters that a tree of HTML cannot hold, and nobody sees."""

MARKER = "rag-marker"
"""The attribute in which an item keeps the number or sign that its page gives it, where it is none of HTML's."""

_GOOGLE_LEVEL = re.compile(r"\blst-kix_\w+-(\d)\b")

_STYLES = {
    "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A", "lower-roman": "i",
    "upper-roman": "I", "loweralpha": "a", "upperalpha": "A", "lowerroman": "i", "upperroman": "I",
}  # fmt: skip
"""Names of styles, in style sheets and in classes, by the letters of the attribute ``type``."""


def mark_of(item: etree._Element, counter: Counter | None, depth: int) -> str:
    """What an item of a list begins with, indented by its level: ``depth`` lists are open around it. In
    pages of Google Docs all lists are flat, and their classes tell the level."""
    above = item.getparent()
    found = _GOOGLE_LEVEL.search((above.get("class") or "") if above is not None else "")
    mark = "- " if counter is None else f"{counter.next(item)}. "
    indent = "  " * (max(0, depth - 1) + (int(found[1]) if found else 0))
    return indent + (item.get(MARKER) or mark)


class Counter:
    """Counts the items of a list: from where it starts, up or down, in its letters."""

    def __init__(self, element: etree._Element) -> None:
        """``element`` is the list."""
        first = _whole(element.get("start"))
        self._step = 1
        if element.get("reversed") is not None:
            self._step = -1
            first = first or sum(1 for one in element if one.tag == "li")
        self._at = 1 if first is None else first
        self._style = element.get("type") or "1"
        said = (element.get("style") or "").replace(" ", "").lower()
        names = [*(element.get("class") or "").split(), *said.replace(";", ":").split(":")]
        self._style = next((_STYLES[name] for name in names if name in _STYLES), self._style)

    def next(self, item: etree._Element) -> str:
        """The number of the next item; it may give itself one."""
        value = _whole(item.get("value"))
        at = self._at if value is None else value
        self._at = at + self._step
        style = self._style if 0 < at < 4000 and self._style in "aAiI" else "1"
        return counted(at, style)


def _whole(text: str | None) -> int | None:
    digits = (text or "").strip()
    return int(digits) if digits.lstrip("-").isdigit() and len(digits) < 10 else None


def span(element: etree._Element, name: str) -> int:
    """Over how many rows or columns a cell reaches, by its attribute ``name``."""
    text = (element.get(name) or "1").strip()
    if name == "rowspan" and text == "0" and (row := element.getparent()) is not None:
        return 1 + sum(1 for _ in row.itersiblings("tr"))  # to the end of its group
    return max(1, min(int(text), 10_000)) if text.isdigit() and len(text) < 8 else 1


def lays_out(table: etree._Element) -> bool:
    """Whether a table divides a page rather than data: it says so, has one cell a row, or its cells
    hold headings or tables while none is a header."""
    if table.get("role") in ("presentation", "none"):
        return True
    most = 0
    for row in table.iter("tr"):
        most = max(most, sum(1 for one in row if one.tag in ("td", "th")))
    if most <= 1:
        return True
    headers = next(table.iter("th"), None) is not None
    inner = sum(1 for _ in table.iter("table", *HEADINGS)) - 1
    return inner > 0 and not headers


@lru_cache(maxsize=1000)
def tag_of(tag: object) -> str:
    """The name of an element by its tag; "" for what is none."""
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def local(element: etree._Element) -> str:
    """The name of an element, in lower case."""
    return tag_of(element.tag)
