"""List numbers as Word prints them: levels, restarts, letters, roman numbers, "1.2.3"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from rag.documents.counting import counted
from rag.documents.office.package import attribute, child, children, is_on, value

LEVELS = 9
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    """How a level of a list is numbered: style, text ("%1.%2)"), first number, the level that
    starts it anew (None: each one above), and whether all its numbers are in digits."""

    style: str = "bullet"
    text: str = ""
    start: int = 1
    restart: int | None = None
    legal: bool = False


def _whole(text: str | None, default: int) -> int:
    return (
        int(text) if text is not None and text.lstrip("-").isdigit() and len(text) < 8 else default
    )


def _level(element: etree._Element, base: Level | None = None) -> Level:
    base = base or Level()
    restart = value(child(element, "lvlRestart"))
    legal = child(element, "isLgl")
    text = child(element, "lvlText")
    return Level(
        value(child(element, "numFmt")) or base.style,
        (value(text) or "") if text is not None else base.text,
        _whole(value(child(element, "start")), base.start),
        _whole(restart, 0) if restart is not None else base.restart,
        is_on(legal) if legal is not None else base.legal,
    )


class Numbering:
    """The lists of a document, and how far each has counted."""

    def __init__(self, tree: etree._Element | None) -> None:
        """Read ``numbering.xml``; a document without it has no lists."""
        abstract: dict[str, dict[int, Level]] = {}
        linked: dict[str, str] = {}
        self._by_style: dict[str, str] = {}
        for one in children(tree, "abstractNum"):
            key = attribute(one, "abstractNumId") or ""
            abstract[key] = {
                _whole(attribute(level, "ilvl"), 0): _level(level) for level in children(one, "lvl")
            }
            if style := value(child(one, "styleLink")):
                self._by_style[style] = key
            if style := value(child(one, "numStyleLink")):
                linked[key] = style
        self._lists: dict[str, tuple[str, dict[int, Level]]] = {}
        # Lists of one definition count on; what says where it starts does so once, and others count on from there.
        self._restarts: set[tuple[str, int]] = set()
        for one in children(tree, "num"):
            key = value(child(one, "abstractNumId")) or ""
            if key in linked:
                key = self._by_style.get(linked[key], key)
            levels = dict(abstract.get(key, {}))
            number = attribute(one, "numId") or ""
            for override in children(one, "lvlOverride"):
                at = _whole(attribute(override, "ilvl"), 0)
                if (level := child(override, "lvl")) is not None:
                    levels[at] = _level(level, levels.get(at))
                if (start := value(child(override, "startOverride"))) is not None:
                    base = levels.get(at, Level())
                    levels[at] = Level(
                        base.style, base.text, _whole(start, 1), base.restart, base.legal
                    )
                    self._restarts.add((number, at))
            self._lists[number] = (key, levels)
        self._counts: dict[str, list[int | None]] = {}

    def label(self, number: str, indent: int) -> str | None:
        """What stands before the next item of a list: "3.", "b)", "-" for a bullet, "" for a level
        without; None where there is no such list."""
        if number not in self._lists or number == "0":
            return None
        counter, levels = self._lists[number]
        indent = max(0, min(indent, LEVELS - 1))
        level = levels.get(indent)
        if level is None:
            return None
        counts = self._counts.setdefault(counter, [None] * LEVELS)
        if (number, indent) in self._restarts:
            self._restarts.remove((number, indent))
            counts[indent] = None
        now = counts[indent]
        counts[indent] = level.start if now is None else now + 1
        for below in range(indent + 1, LEVELS):
            restart = levels[below].restart if below in levels else None
            if restart is None or (restart > 0 and indent < restart):
                counts[below] = None
        if level.style == "bullet":
            return "-"

        def put(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            one = levels.get(at, Level("decimal"))
            count = counts[at]
            if count is None:
                count = counts[at] = one.start
            legal = level.legal and one.style != "decimalZero"
            return counted(count, "decimal" if legal else one.style)

        return _PLACE.sub(put, level.text).strip()
