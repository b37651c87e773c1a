"""Words that only the styles of a page set apart: badges, tags, facts in a row, lines. Nothing stands between them in its
source; here a space or a break of the line does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

from rag.documents.style_sheets import Styles

_INLINE = frozenset(
    "a abbr b bdi bdo big cite code data del dfn em font i ins kbd label mark output q s samp small span strike "
    "strong sub sup time tt u var".split()
)
_KEPT = frozenset("pre code svg math ruby script style head template select textarea".split())
"""Within these nothing is set apart."""

_BOXES = frozenset("inline-block inline-flex inline-grid inline-table".split())
_LINES = frozenset("block flex grid list-item flow-root table table-row".split())
_ROWS = frozenset("flex inline-flex grid inline-grid".split())
_UTILITIES = {
    "inline-block": "inline-block", "d-inline-block": "inline-block", "inline-flex": "inline-flex",
    "d-inline-flex": "inline-flex", "badge": "inline-block", "chip": "inline-block", "pill": "inline-block",
    "flex": "flex", "d-flex": "flex", "grid": "grid", "d-grid": "grid",
}  # fmt: skip
"""What classes of widespread style sheets make of an element; the sheets themselves lie elsewhere."""

_NAMED: Any = etree.XPath("descendant-or-self::*[@class]")
_OPENING = "([{/-‐–‘“„«¿¡#@"
_CLOSING = ")]}/-‐–.,;:!?%‰’”»…'\""
_IN_WORDS = frozenset(("mark", "sub", "sup"))
"""What stands within words, whatever space is around it."""

_LONGEST = 40  # characters that are kept of what stands before


@dataclass(slots=True)
class _Edge:
    """What begins or ends between two texts: a thing that is set apart, on the one side or the other; whether it
    is a box or only has space around it; whether its space is stated, and it is a line of its own."""

    ended: bool = False
    begun: bool = False
    box: bool = False
    spaced: bool = False
    line: bool = False

    def divides(self, before: str, text: str) -> bool:
        """Whether the last word of a text and the first of the next are two."""
        if not (self.ended or self.begun) or before[-1].isspace() or text[0].isspace():
            return False
        if self.line:
            return True
        left, right = before.strip(), text.strip()
        if left[-1] in _OPENING or right[0] in _CLOSING:
            return False
        word = left[-1].isalpha() and right[0].islower()  # as one that is painted in pieces
        if self.ended and self.begun:
            if len(left) == len(right) == 1 and left.isalnum() and right.isalnum():
                return self.spaced
            return not (word and (len(left) == 1 or len(right) == 1))
        if not self.box or not (left[-1].isalnum() and right[0].isalnum()):
            return False
        return len(left) > 1 and len(right) > 1 and (self.spaced or not word)


class _Pass:
    """One pass over the texts of a page in their order; finds those that are to be set apart from what is before."""

    def __init__(self, styles: Styles) -> None:
        self.found: list[tuple[etree._Element, bool, bool]] = []  # is it the tail, is it a new line
        self._styles = styles
        self._before = ""
        self._edge = _Edge()
        self._kept = self._hidden = 0

    def start(self, element: etree._Element) -> None:
        """An element begins."""
        self._border(element, begins=True)
        self._kept += _is_kept(element)
        self._hidden += self._styles.of(element, "display") == "none"
        self._text(element, element.text, is_tail=False)

    def end(self, element: etree._Element) -> None:
        """An element ends."""
        self._kept -= _is_kept(element)
        self._hidden -= self._styles.of(element, "display") == "none"
        self._border(element, begins=False)
        self._text(element, element.tail, is_tail=True)

    def _border(self, element: etree._Element, *, begins: bool) -> None:
        if element.tag not in _INLINE and "-" not in element.tag:
            self._before, self._edge = "", _Edge()
            return
        display, edge = _display(element, self._styles), self._edge
        above = element.getparent()
        spaced = self._styles.of(element, "space") == "yes" and element.tag not in _IN_WORDS
        box, line = display in _BOXES, display in _LINES
        if above is not None and _display(above, self._styles) in _ROWS:
            edge.ended = edge.begun = edge.box = True
        elif spaced or box or line:
            edge.begun |= begins
            edge.ended |= not begins
            edge.box |= box
            edge.line |= line
        edge.spaced |= spaced

    def _text(self, element: etree._Element, text: str | None, *, is_tail: bool) -> None:
        if not text or self._hidden:
            return
        if not text.strip():
            self._before += " " if self._before else ""
            return
        edge = self._edge
        if self._before and not self._kept and edge.divides(self._before, text):
            self.found.append((element, is_tail, edge.line))
        joined = text if edge.ended or edge.begun else self._before + text
        self._before, self._edge = joined[-_LONGEST:], _Edge()


def set_apart(root: etree._Element, styles: Styles) -> None:
    """Put spaces and breaks of lines where nothing but the styles of a page divides two words."""
    names = (name for one in _NAMED(root) for name in (one.get("class") or "").split())
    apart = any(styles.of(one, "display") not in ("", "none") for one in styles.having("display"))
    if not apart and not styles.having("space") and _UTILITIES.keys().isdisjoint(names):
        return
    one = _Pass(styles)
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if isinstance(element.tag, str):
            one.start(element) if event == "start" else one.end(element)
    for element, is_tail, line in one.found:
        _divide(element, is_tail=is_tail, line=line)


def _divide(element: etree._Element, *, is_tail: bool, line: bool) -> None:
    """Put a space, or the end of a line, before a text of an element."""
    if not line:
        if is_tail:
            element.tail = f" {element.tail}"
        else:
            element.text = f" {element.text}"
        return
    end = etree.Element("br")
    if is_tail:
        end.tail, element.tail = element.tail, None
        element.addnext(end)
    else:
        end.tail, element.text = element.text, None
        element.insert(0, end)


def _display(element: etree._Element, styles: Styles) -> str:
    said = styles.of(element, "display")
    if not said and (names := element.get("class")):
        said = next((_UTILITIES[name] for name in names.split() if name in _UTILITIES), "")
    return said


def _is_kept(element: etree._Element) -> bool:
    return (
        element.tag in _KEPT
        or element.tag.startswith("mjx-")
        or "katex" in (element.get("class") or "")
    )
