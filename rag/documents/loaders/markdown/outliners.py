"""Notes of outliners (Logseq and its kin): what they keep for themselves goes, blocks that are named stand where
they are named."""

from __future__ import annotations

import re
from collections.abc import Iterator

_OWN = re.compile(
    r"^\s*(?:[-*]\s+)?(?:collapsed|id|created-at|updated-at|heading|background-color|card-[\w-]+|ls-type|hl-[\w-]+|"
    r"logseq[.\w-]*|query-[\w-]+|filters|public|exclude-from-graph-view)::(?:\s|$)"
)
_PROPERTY = re.compile(r"^(\s*(?:[-*]\s+)?)([A-Za-z][\w -]{0,40})::[ \t]+(\S.*)$")
_NUMBER = re.compile(r"^\s*id::\s*([\w-]{6,})")
_BULLET = re.compile(r"^\s*[-*]\s+(?:(?:TODO|DONE|DOING|NOW|LATER|WAITING)\s+)?(.*)$")
_REFERENCE = re.compile(r"\(\(([0-9a-f-]{36})\)\)")
_BOX = re.compile(r"^(\s*(?:[-*]\s+)?)#\+(BEGIN|END)_(\w+).*$", re.IGNORECASE)
_BOXES = frozenset("tip note warning caution important pinned".split())
_SIGNS = ("::", ":LOGBOOK:", "#+")


def upkept(text: str) -> str:
    """A page without the properties, clocks and marks by which an outliner works."""
    if not any(sign in text for sign in _SIGNS):
        return text
    lines = text.split("\n")
    blocks = _named(lines) if "id::" in text else {}
    return _REFERENCE.sub(lambda m: blocks.get(m[1], ""), "\n".join(_kept(lines)))


def _named(lines: list[str]) -> dict[str, str]:
    """The blocks that have numbers, by them."""
    found: dict[str, str] = {}
    last = ""
    for line in lines:
        if number := _NUMBER.match(line):
            found[number[1]] = last
        elif bullet := _BULLET.match(line):
            last = bullet[1]
    return found


def _kept(lines: list[str]) -> Iterator[str]:
    clock = False
    for line in lines:
        bare = line.strip()
        if clock or bare == ":LOGBOOK:":
            clock = bare != ":END:"
        elif _OWN.match(line):
            continue
        elif box := _BOX.match(line):
            name = box[3].lower()
            yield (
                f"{box[1]}**{name.capitalize()}**  "
                if name in _BOXES and box[2].upper() == "BEGIN"
                else ""
            )
        elif said := _PROPERTY.match(line):
            yield f"{said[1]}{said[2]}: {said[3]}  "
        else:
            yield line
