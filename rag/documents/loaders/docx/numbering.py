"""The lists of a Word document, from its ``numbering.xml``."""

from __future__ import annotations

from lxml import etree

from rag.documents.office.list_numbers import Level, Numbering
from rag.documents.office.package import attribute, child, children, is_on, value


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


def numbering(tree: etree._Element | None) -> Numbering:
    """That of ``numbering.xml``; a document without it has no lists."""
    abstract: dict[str, dict[int, Level]] = {}
    linked: dict[str, str] = {}
    by_style: dict[str, str] = {}
    for one in children(tree, "abstractNum"):
        key = attribute(one, "abstractNumId") or ""
        abstract[key] = {
            _whole(attribute(level, "ilvl"), 0): _level(level) for level in children(one, "lvl")
        }
        if style := value(child(one, "styleLink")):
            by_style[style] = key
        if style := value(child(one, "numStyleLink")):
            linked[key] = style
    lists: dict[str, tuple[str, dict[int, Level]]] = {}
    # Lists of one definition count on; what says where it starts does so once, and others count on from there.
    restarts: set[tuple[str, int]] = set()
    for one in children(tree, "num"):
        key = value(child(one, "abstractNumId")) or ""
        if key in linked:
            key = by_style.get(linked[key], key)
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
                restarts.add((number, at))
        lists[number] = (key, levels)
    return Numbering(lists, restarts)
