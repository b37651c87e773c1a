"""Styles of an OpenDocument file: which lists are numbered and how, what is hidden, what a heading."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TypeVar

from lxml import etree

from rag.documents.counting import counted
from rag.documents.loaders.opendocument.controls import controls
from rag.documents.office.package import attribute, descendants, local

T = TypeVar("T")
_DEEPEST = 20  # styles based on styles


@dataclass(frozen=True, slots=True)
class ListLevel:
    """How a level of a list is numbered: "" and no bullet for a level without a mark."""

    style: str = ""
    prefix: str = ""
    suffix: str = ""
    shown: int = 1  # levels whose numbers are shown: 2 for "1.2"
    start: int = 1
    bullet: bool = True


@dataclass(slots=True)
class Styles:
    """What of the styles matters, by their names."""

    parents: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    struck: set[str] = field(default_factory=set)
    raised: set[str] = field(default_factory=set)
    faces: dict[str, str] = field(default_factory=dict)  # families of fonts by their names here
    fonts: dict[str, str] = field(default_factory=dict)
    bold: dict[str, bool] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)  # half points
    outline: dict[str, int] = field(default_factory=dict)
    lists: dict[str, dict[int, ListLevel]] = field(default_factory=dict)
    hidden_tables: set[str] = field(default_factory=set)
    list_of: dict[str, str] = field(default_factory=dict)
    controls: dict[str, str] = field(default_factory=dict)
    switched_off: dict[str, set[str]] = field(default_factory=dict)
    """What slides do not show, by their style: "footer", "date-time"."""

    def read(self, tree: etree._Element | None) -> None:
        """Take the styles of ``styles.xml`` or ``content.xml``."""
        for one in descendants(tree, "font-face"):
            self.faces[attribute(one, "name") or ""] = attribute(one, "font-family") or ""
        for one in descendants(tree, "style"):
            name = attribute(one, "name") or ""
            self.parents[name] = attribute(one, "parent-style-name") or ""
            level = attribute(one, "default-outline-level") or ""
            if level.isdigit():
                self.outline[name] = int(level)
            if of := attribute(one, "list-style-name"):
                self.list_of[name] = of
            for properties in one:
                for key, said in properties.attrib.items():
                    name_of = key.rpartition("}")[2]
                    if said == "false" and name_of.startswith("display-"):
                        off = self.switched_off.setdefault(name, set())
                        off.add(name_of.removeprefix("display-"))
                if attribute(properties, "display") in ("none", "false") or (
                    attribute(properties, "visibility") == "hidden"  # of a slide
                ):
                    (self.hidden_tables if "table" in local(properties) else self.hidden).add(name)
                if (attribute(properties, "text-line-through-style") or "none") != "none":
                    self.struck.add(name)
                named = attribute(properties, "font-name") or ""
                if font := self.faces.get(named) or attribute(properties, "font-family"):
                    self.fonts[name] = font
                if weight := attribute(properties, "font-weight"):
                    self.bold[name] = weight not in ("normal", "100", "200", "300", "400", "500")
                if points := re.fullmatch(r"([\d.]+)pt", attribute(properties, "font-size") or ""):
                    self.sizes[name] = round(2 * float(points[1]))
                if re.match(r"super|[1-9]", attribute(properties, "text-position") or ""):
                    self.raised.add(name)
        self.controls.update(controls(tree))
        for one in descendants(tree, "list-style", "outline-style"):
            self.lists[attribute(one, "name") or ""] = {
                int(attribute(level, "level") or 0): _level(level)
                for level in one
                if (attribute(level, "level") or "").isdigit()
            }

    def inherits(self, name: str | None, among: set[str]) -> bool:
        """Whether a style or one that it is based on is among these."""
        for _ in range(_DEEPEST):
            if not name:
                return False
            if name in among:
                return True
            name = self.parents.get(name)
        return False

    def font(self, name: str | None) -> str:
        """The font of a style."""
        return self.said(name, self.fonts) or ""

    def said(self, name: str | None, of: dict[str, T]) -> T | None:
        """What a style says, or the first that says it of those that it is based on."""
        for _ in range(_DEEPEST):
            if not name or name in of:
                break
            name = self.parents.get(name)
        return of.get(name or "")

    def ancestor(self, name: str | None, *titles: str) -> bool:
        """Whether a style is one of these by name, or based on one."""
        return self.inherits(name, set(titles))


def _level(element: etree._Element) -> ListLevel:
    if local(element) in ("list-level-style-bullet", "list-level-style-image"):
        return ListLevel()
    shown, start = (
        attribute(element, "display-levels") or "1",
        attribute(element, "start-value") or "1",
    )
    return ListLevel(
        attribute(element, "num-format") or "",
        attribute(element, "num-prefix") or "",
        attribute(element, "num-suffix") or "",
        int(shown) if shown.isdigit() else 1,
        int(start) if start.isdigit() else 1,
        bullet=False,
    )


def number(levels: dict[int, ListLevel], depth: int, counts: list[int]) -> str:
    """The number of an item at ``depth`` (from 1); ``counts`` are those of all levels above and of
    its own."""
    level = levels.get(depth, ListLevel())
    if level.bullet:
        return "-"
    if not level.style:
        return (level.prefix + level.suffix).strip()
    first = max(1, depth - level.shown + 1)
    named = {at: levels.get(at, ListLevel("1", bullet=False)) for at in range(first, depth + 1)}
    parts = [  # a level above that has no number of its own adds none
        counted(counts[at - 1], one.style or "1")
        for at, one in named.items()
        if at - 1 < len(counts) and (one.style or one.bullet)
    ]
    return level.prefix + ".".join(parts) + level.suffix


def rows_repeated(element: etree._Element, name: str, most: int) -> int:
    """How often a row or a cell is repeated, at most ``most`` times."""
    text = attribute(element, name) or "1"
    return max(1, min(int(text), most)) if text.isdigit() else 1
