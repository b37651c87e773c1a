"""What the styles of a Word document say: headings, list numbers, hidden text; by inheritance."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from rag.documents.office.package import attribute, child, children, is_on, value

_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_DEEPEST = 20  # styles based on styles


@dataclass(frozen=True, slots=True)
class Style:
    """What of a style matters: its name, its level as a heading (1 is the outermost, 0 for none),
    its list (``numId``, ``ilvl``), whether its text is hidden or struck out, its font, whether it is bold, and how large (in half
    points, 0: not said)."""

    name: str = ""
    level: int = 0
    number: str = ""
    indent: str = ""
    hidden: bool = False
    struck: bool = False
    font: str = ""
    bold: bool = False
    size: int = 0


class Styles:
    """The styles of a document by their identifiers."""

    def __init__(self, tree: etree._Element | None) -> None:
        """Read ``styles.xml``; a document without it has none."""
        self._elements = {attribute(one, "styleId") or "": one for one in children(tree, "style")}
        self._styles: dict[str, Style] = {}
        self._default = next(
            (
                key
                for key, one in self._elements.items()
                if attribute(one, "type") == "paragraph"
                and attribute(one, "default") in ("1", "true")
            ),
            "",
        )

    def get(self, key: str | None, depth: int = 0) -> Style:
        """The style with that identifier, with what it has from those that it is based on; the
        default paragraph style for None."""
        key = self._default if key is None else key
        if key in self._styles:
            return self._styles[key]
        element = self._elements.get(key)
        if element is None or depth > _DEEPEST:
            return Style()
        base = Style()
        if parent := value(child(element, "basedOn")):
            base = self.get(parent, depth + 1)
        name = value(child(element, "name")) or ""
        paragraph, run = child(element, "pPr"), child(element, "rPr")
        number = child(paragraph, "numPr")
        style = Style(
            name,
            _level(name, value(child(paragraph, "outlineLvl")), base.level),
            value(child(number, "numId")) or base.number,
            value(child(number, "ilvl")) or base.indent,
            _flag(run, base.hidden, "vanish"),
            _flag(run, base.struck, "strike", "dstrike"),
            attribute(child(run, "rFonts"), "ascii") or base.font,
            _flag(run, base.bold, "b"),
            int(size) if (size := value(child(run, "sz")) or "").isdecimal() else base.size,
        )
        self._styles[key] = style
        return style


def _level(name: str, outline: str | None, inherited: int) -> int:
    if outline is not None and outline.isdigit():
        return int(outline) + 1 if int(outline) < 9 else 0
    if found := _HEADING.match(name):
        return int(found[1])
    return 1 if name.lower() == "title" else inherited


def _flag(run: etree._Element | None, inherited: bool, *names: str) -> bool:
    said = [is_on(one) for name in names if (one := child(run, name)) is not None]
    return any(said) if said else inherited
