"""A workbook: its sheets in order, the strings that they share, and how numbers are shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import BytesIO

from lxml import etree

from rag.documents.loaders.xlsx.rich_values import RichValue, rich_values
from rag.documents.office.numbers import BUILT_IN
from rag.documents.office.package import Package, attribute, child, children, local, value
from rag.documents.text import raised

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet: its name, its part, its kind ("worksheet", "chartsheet"), whether it is hidden."""

    name: str
    part: str
    kind: str
    hidden: bool


@dataclass(slots=True)
class Workbook:
    """What the sheets of a workbook share. ``codes`` are the format codes of numbers by the style
    of a cell, ``strings`` the texts that cells refer to."""

    sheets: list[SheetPart] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    from_1904: bool = False
    rich: dict[str, RichValue] = field(default_factory=dict)


def read_workbook(package: Package, main: str) -> Workbook | None:
    """The workbook whose main part is ``main``; None where it is none."""
    tree = package.xml(main)
    if tree is None or local(tree) != "workbook":
        return None
    relations = package.relations(main)
    book = Workbook(from_1904=attribute(child(tree, "workbookPr"), "date1904") in ("1", "true"))
    for one in children(child(tree, "sheets"), "sheet"):
        relation = relations.get(next((v for k, v in one.attrib.items() if k.endswith("}id")), ""))
        if relation is not None:
            hidden = (one.get("state") or "visible") != "visible"
            book.sheets.append(
                SheetPart(unescaped(one.get("name") or ""), relation.target, relation.kind, hidden)
            )
    for part in package.related(main, "sharedStrings"):
        book.strings = _strings(package.read(part))
    for part in package.related(main, "styles"):
        book.codes = _codes(package.xml(part))
    book.rich = rich_values(package, main)
    return book


def rich_text(element: etree._Element) -> str:
    """The text of a string item: its runs, but not how they are pronounced."""
    parts: list[str] = []
    for one in element:
        name = local(one)
        if name == "t":
            parts.append(one.text or "")
        elif name == "r":
            text = "".join(t.text or "" for t in children(one, "t"))
            up = value(child(one, "rPr", "vertAlign")) == "superscript"
            parts.append(raised("".join(parts[-4:]), text) if up else text)
    return unescaped("".join(parts))


def unescaped(text: str) -> str:
    """Text whose characters that XML has no place for are spelt out ("_x000D_", ECMA-376 22.9.2.19)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _strings(data: bytes | None) -> list[str]:
    found: list[str] = []
    if data:
        for _, one in etree.iterparse(
            BytesIO(data),
            tag="{*}si",
            resolve_entities=False,
            no_network=True,
            recover=True,
            huge_tree=True,
        ):
            found.append(rich_text(one))
            one.clear()
            while one.getprevious() is not None:
                del one.getparent()[0]
    return found


def _codes(tree: etree._Element | None) -> list[str]:
    own = {
        one.get("numFmtId"): one.get("formatCode") or ""
        for one in children(child(tree, "numFmts"), "numFmt")
    }
    codes: list[str] = []
    for one in children(child(tree, "cellXfs"), "xf"):
        key = one.get("numFmtId") or "0"
        code = own.get(key)
        codes.append(BUILT_IN.get(int(key), "") if code is None and key.isdigit() else code or "")
    return codes


def flag(element: etree._Element, name: str) -> bool:
    """Whether an attribute is on."""
    return attribute(element, name) in ("1", "true")
