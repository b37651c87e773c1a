"""The lists of an old Word file, and how their items are numbered ([MS-DOC] 2.9.131 LSTF, 2.9.150 LVL, 2.9.132 LFO)."""

from __future__ import annotations

import struct
from dataclasses import replace

from rag.documents.loaders.legacy.properties import lies, stored
from rag.documents.office.list_numbers import LEVELS, Level, Numbering

_LISTS, _LIST_OVERRIDES = 73, 74
_STARTS, _FORMATTED = 0x10, 0x20  # of an override
_KINDS = {
    1: "upperRoman", 2: "lowerRoman", 3: "upperLetter", 4: "lowerLetter", 5: "ordinal", 6: "cardinalText",
    7: "ordinalText", 22: "decimalZero", 23: "bullet", 255: "none",
}  # fmt: skip


def numbering(head: bytes, table: bytes) -> Numbering:
    """Its lists by the numbers that paragraphs refer to them by, from "1" on."""
    start, size = lies(head, _LISTS)
    overrides = stored(head, table, _LIST_OVERRIDES)
    if not size or len(overrides) < 4:
        return Numbering({})
    # The levels lie right behind the lists, and are not counted in their size.
    levels = _levels(table, start)
    lists: dict[str, tuple[str, dict[int, Level]]] = {}
    restarts: set[tuple[str, int]] = set()
    count = min(struct.unpack_from("<I", overrides)[0], len(overrides) // 16)
    at = 4 + 16 * count  # what a list says of its own, behind all of them
    for number in range(count):
        entry = 4 + 16 * number
        identifier = str(struct.unpack_from("<i", overrides, entry)[0])
        own = dict(levels.get(identifier, {}))
        at += 4 if overrides[entry + 12] else 0
        for _ in range(overrides[entry + 12]):
            at = _override(overrides, at, str(number + 1), own, restarts)
        lists[str(number + 1)] = (identifier, own)
    return Numbering(lists, restarts)


def _override(
    data: bytes, at: int, number: str, own: dict[int, Level], restarts: set[tuple[str, int]]
) -> int:
    """Take over what a list says of a level (LFOLVL, 2.9.133); where the next begins."""
    start, flags = struct.unpack_from("<iI", data, at)
    at, depth = at + 8, flags & 0xF
    if flags & _FORMATTED:
        own[depth], at = _level(data, at)
        start = own[depth].start
    if flags & _STARTS:
        own[depth] = replace(own.get(depth, Level()), start=start)
        restarts.add((number, depth))
    return at


def _levels(table: bytes, start: int) -> dict[str, dict[int, Level]]:
    """Levels of all lists by the identifier of their list."""
    count = struct.unpack_from("<H", table, start)[0]
    at = start + 2 + 28 * count
    found: dict[str, dict[int, Level]] = {}
    for one in range(count):
        entry = start + 2 + 28 * one
        identifier = str(struct.unpack_from("<i", table, entry)[0])
        found[identifier] = {}
        for depth in range(1 if table[entry + 26] & 1 else LEVELS):
            found[identifier][depth], at = _level(table, at)
    return found


def _level(table: bytes, at: int) -> tuple[Level, int]:
    """A level, and where the next begins."""
    first, kind, flags = struct.unpack_from("<iBB", table, at)
    runs, paragraphs = table[at + 24], table[at + 25]
    at += 28 + runs + paragraphs
    length = struct.unpack_from("<H", table, at)[0]
    letters = table[at + 2 : at + 2 + 2 * length].decode("utf-16-le", errors="replace")
    text = "".join(f"%{ord(c) + 1}" if ord(c) < LEVELS else c for c in letters)
    level = Level(_KINDS.get(kind, "decimal"), text, first, legal=bool(flags & 4))
    return level, at + 2 + 2 * length
