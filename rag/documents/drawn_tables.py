"""Tables of a page that are made of other elements: by their roles (ARIA), or by their style sheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from lxml import etree

LONG_CELL = 300  # characters; a grid of longer cells lays out a page
_ROLES = {
    "table": "table", "grid": "table", "treegrid": "table", "rowgroup": "tbody", "row": "tr",
    "cell": "td", "gridcell": "td", "columnheader": "th", "rowheader": "th",
}  # fmt: skip
_DISPLAYED = {
    "table": "table", "inline-table": "table", "table-row": "tr", "table-cell": "td",
    "table-header-group": "thead", "table-row-group": "tbody", "table-footer-group": "tfoot",
    "table-caption": "caption",
}  # fmt: skip
_RULE = re.compile(r"([^{}]+)\{[^{}]*?\bdisplay\s*:\s*(inline-table|table[\w-]*)", re.IGNORECASE)
_DISPLAY = re.compile(r"(?:^|;)\s*display\s*:\s*(inline-table|table[\w-]*)", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SIMPLE = re.compile(r"[a-z]*([.#])([\w-]+)", re.IGNORECASE)
_OF_TABLES = frozenset("table thead tbody tfoot tr td th caption".split())
_BLOCKS = frozenset("h1 h2 h3 h4 h5 h6 table ul ol pre form article section".split())
_WITH_ROLE: Any = etree.XPath('//@role[. = "table" or . = "grid" or . = "treegrid"]/..')
_WITH_STYLE: Any = etree.XPath('//@style[contains(., "table")]/..')
_Part = Callable[[etree._Element], str]


def draw_tables(root: etree._Element) -> None:
    """Make tables of what is shown as tables and holds data."""
    _draw(_WITH_ROLE(root), lambda one: _ROLES.get((one.get("role") or "").lower(), ""))
    rules: dict[str, str] = {}
    for style in root.iter("style"):
        for selectors, display in _RULE.findall(_COMMENT.sub("", style.text or "")):
            for selector in selectors.split(","):
                if found := _SIMPLE.fullmatch(selector.strip()):
                    rules[found[1] + found[2]] = display.lower()

    def displayed(one: etree._Element) -> str:
        own = _DISPLAY.search(one.get("style") or "")
        names = [f".{name}" for name in (one.get("class") or "").split()]
        said = own[1].lower() if own else ""
        said = said or next((rules[name] for name in names if name in rules), "")
        return _DISPLAYED.get(said or rules.get(f"#{one.get('id')}", ""), "")

    _draw(root.iter() if "table" in rules.values() else _WITH_STYLE(root), displayed)


def _draw(among: Iterable[Any], part: _Part) -> None:
    tables = [one for one in among if isinstance(one.tag, str) and part(one) == "table"]
    for table in tables:
        if table.tag in _OF_TABLES:
            continue
        parts = [(one, part(one)) for one in table.iter() if isinstance(one.tag, str)]
        parts = [(one, kind) for one, kind in parts if kind and one.tag not in _OF_TABLES]
        if sum(kind == "table" for _, kind in parts) == 1 and _holds_data(parts):
            for one, kind in parts:
                one.tag = kind
                for name, wide in (("aria-rowspan", "rowspan"), ("aria-colspan", "colspan")):
                    if (said := one.get(name)) is not None:
                        one.set(wide, said)


def _holds_data(parts: list[tuple[etree._Element, str]]) -> bool:
    """Whether there are two rows at least, of several cells, and no cell that is a page of its own."""
    rows = [one for one, kind in parts if kind == "tr"]
    cells = [one for one, kind in parts if kind in ("td", "th")]
    if len(rows) < 2 or len(cells) < len(rows) + 2:
        return False
    for cell in cells:
        if len("".join(cell.itertext())) > LONG_CELL:
            return False
        if any(one.tag in _BLOCKS for one in cell.iterdescendants()):
            return False
    return True
