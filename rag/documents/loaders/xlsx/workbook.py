"""A workbook: its sheets in order, the strings that they share, and how numbers are shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import BytesIO

from lxml import etree

from rag.documents.loaders.xlsx.coloured import filled_styles
from rag.documents.loaders.xlsx.rich_values import RichValue, rich_values
from rag.documents.office.numbers import BUILT_IN
from rag.documents.office.package import (
    Package,
    attribute,
    child,
    children,
    is_on,
    local,
    value,
)
from rag.documents.struck import strike
from rag.documents.symbol_fonts import as_shown, is_symbolic
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
        of a cell, ``fonts`` its font where that is one of signs, ``strings`` the texts that cells refer to; those that are
    ``in_runs`` have their own fonts."""

    sheets: list[SheetPart] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    in_runs: set[int] = field(default_factory=set)
    codes: list[str] = field(default_factory=list)
    fonts: list[str] = field(default_factory=list)
    struck: set[str] = field(default_factory=set)  # the styles whose text is struck out
    indents: dict[str, int] = field(default_factory=dict)  # of the styles whose text is indented
    filled: set[str] = field(default_factory=set)  # the styles whose ground is of a colour
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
        book.strings = _strings(package.read(part), book.in_runs)
    for part in package.related(main, "styles"):
        tree = package.xml(part)
        book.codes, book.fonts = _codes(tree), _fonts(tree)
        book.struck, book.indents = _struck(tree), _indents(tree)
        book.filled = filled_styles(tree)
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
            text = as_shown(text, value(child(one, "rPr", "rFont")))
            up = value(child(one, "rPr", "vertAlign")) == "superscript"
            text = raised("".join(parts[-4:]), text) if up else text
            begin = len(parts)
            parts.append(text)
            if is_on(child(one, "rPr", "strike")):
                strike(parts, begin)
    return unescaped("".join(parts))


def unescaped(text: str) -> str:
    """Text whose characters that XML has no place for are spelt out ("_x000D_", ECMA-376 22.9.2.19)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _strings(data: bytes | None, in_runs: set[int]) -> list[str]:
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
            if child(one, "r") is not None:
                in_runs.add(len(found))
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


def _fonts(tree: etree._Element | None) -> list[str]:
    """The symbol font of each style of cells; "" where its letters are letters."""
    fonts = [value(child(one, "name")) or "" for one in children(child(tree, "fonts"), "font")]
    found: list[str] = []
    for one in children(child(tree, "cellXfs"), "xf"):
        key = one.get("fontId") or ""
        name = fonts[int(key)] if key.isdigit() and int(key) < len(fonts) else ""
        found.append(name if is_symbolic(name) else "")
    return found if any(found) else []


def _struck(tree: etree._Element | None) -> set[str]:
    """The styles of cells, by their numbers, whose font strikes out."""
    fonts = [is_on(child(one, "strike")) for one in children(child(tree, "fonts"), "font")]
    found: set[str] = set()
    for number, one in enumerate(children(child(tree, "cellXfs"), "xf")):
        key = one.get("fontId") or ""
        if key.isdigit() and int(key) < len(fonts) and fonts[int(key)]:
            found.add(str(number))
    return found


def _indents(tree: etree._Element | None) -> dict[str, int]:
    """How far the text of a cell is indented from its left, by the number of its style."""
    found: dict[str, int] = {}
    for number, one in enumerate(children(child(tree, "cellXfs"), "xf")):
        alignment = child(one, "alignment")
        depth = attribute(alignment, "indent") or "0"
        side = attribute(alignment, "horizontal") or "left"
        if depth.isdecimal() and int(depth) and side in ("left", "general", "distributed"):
            found[str(number)] = int(depth)
    return found


def flag(element: etree._Element, name: str) -> bool:
    """Whether an attribute is on."""
    return attribute(element, name) in ("1", "true")
