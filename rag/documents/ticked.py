"""Boxes to tick that a page paints in ways of its own: by roles (ARIA), by the classes of Notion's and Confluence's
pages, by icons in the cells of a table. They become what HTML has for them."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from lxml import etree

_STATE = re.compile(r"(?:^|[-_])(?:(on|checked|ticked|done)|(off|unchecked))$")
_TASKS = re.compile(r"(?:^|\s)(?:inline-task-list|task-?list|to-?do-?list|check-?list)(?:$|\s)")
_DONE = frozenset(("checked", "is-checked", "done", "completed", "task-list-item-checked"))
_ROLES = ("checkbox", "radio", "switch")
_ICON = re.compile(
    r"(?:^|[-_])(?:(check|checkmark|tick|ok|yes)|(times|xmark|cross|remove|close|x|no))"
    r"(?:[-_](?:circle|square|alt|fill|lg|o|bold|icon|solid))*$"
)
_KINDS_OF_ICONS = ("i", "span", "svg")
_SIGNS = frozenset("✓✔✗✘☐☑☒✅❌❎")
MOST_IN_CELL = 8  # elements in a cell that only answers
_TELLING: Any = etree.XPath(
    "descendant-or-self::*[@class or @role or @data-checked or @data-list or (self::li and ../@class)]"
)
_STATED = ("data-checked", "data-list")  # in pages of editors (Tiptap, Quill)


def boxes(root: etree._Element) -> None:
    """Put fields of a form where a page shows boxes by other means, and signs for icons that answer for a cell."""
    for one in _TELLING(root):
        if one.tag == "input":
            continue
        names = (one.get("class") or "").split()
        if one.get("role") in _ROLES:
            _by_role(one)
        elif one.tag == "li":
            _task(one, names)
        elif any(name.startswith("checkbox") for name in names) and not _says(one):
            _by_names(one, names)
        elif names and one.tag in _KINDS_OF_ICONS:
            _icon(one, names)


def _by_role(element: etree._Element) -> None:
    """A thing that its role and its state make a box."""
    ticked = element.get("aria-checked")
    label = next(element.iterancestors("label"), element)
    before = element.getprevious()
    if ticked not in ("true", "false") or next(label.iter("input"), None) is not None:
        return
    if before is None or before.tag != "input":  # which says it already
        _box(element, ticked == "true")
        element.attrib.pop("aria-hidden", None)
        if element.tag == "button":
            element.tag = "span"


def _task(item: etree._Element, names: list[str]) -> None:
    """An item of a list of tasks; of a list of another name only one among others that are done."""
    above = item.getparent()
    if above is None or next(item.iter("input"), None) is not None:
        return
    said = next((item.get(name) or "" for name in _STATED if item.get(name)), "")
    kind = above.get("class") or ""
    if said in ("true", "checked", "false", "unchecked"):
        _box(item, said in ("true", "checked"))
    elif _TASKS.search(kind) and "".join(item.itertext()).strip()[:1] not in _SIGNS:
        if _DONE.intersection(names):
            _box(item, True)
        elif "task" in kind or any(_DONE.intersection(_names(one)) for one in above):
            _box(item, False)


def _by_names(element: etree._Element, names: list[str]) -> None:
    """An empty thing whose classes say that it is a box, and whether it is ticked."""
    states = [found for name in names if (found := _STATE.search(name))]
    if states:
        element.tag = "span"
        element.attrib.pop("aria-hidden", None)
        _box(element, bool(states[0][1]))


def _icon(element: etree._Element, names: list[str]) -> None:
    """A tick or a cross that is all that a cell says."""
    cell = next(element.iterancestors("td", "th"), None)
    found = next((found for name in names if (found := _ICON.search(name))), None)
    if cell is None or found is None or element.get("aria-label"):
        return
    pressed = next(element.iterancestors("a", "button"), None) is not None
    if pressed or len(list(islice(cell.iter(), MOST_IN_CELL))) == MOST_IN_CELL or _says(cell):
        return
    del element[:]
    element.tag, element.text = "b", "✓" if found[1] else "✗"
    element.attrib.pop("aria-hidden", None)


def _box(element: etree._Element, ticked: bool) -> None:
    while len(element) and element[0].tag in ("p", "div") and not (element.text or "").strip():
        element = element[0]  # the box stands in the line that it is of
    field = etree.Element("input", type="checkbox")
    if ticked:
        field.set("checked", "")
    field.tail, element.text = element.text, None
    element.insert(0, field)


def _names(element: etree._Element) -> list[str]:
    return (element.get("class") or "").split()


def _says(element: etree._Element) -> bool:
    return bool("".join(element.itertext()).strip())
