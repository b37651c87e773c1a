"""What paragraphs and letters of an old Word file are: by their styles, and by what they say themselves ([MS-DOC] 2.4.6).

Properties are lists of "sprms", a code and a value each (2.6); they are found by where a text lies in the stream.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rag.documents.faked_headings import USUAL
from rag.documents.loaders.legacy.tables import layout
from rag.documents.office.layouts import NO_LAYOUT, Layout

PAGE = 512  # bytes of a page of properties
_ENTRIES = 0x9A  # of the file's head: what lies where in its stream of tables
_CHARACTERS, _PARAGRAPHS, _STYLES, _FONTS = 12, 13, 1, 15  # in the file's table of what lies where
_PARAGRAPH_ENTRY, _RUN_ENTRY = 13, 1  # bytes of an entry in a page
_TITLE = 62  # the built-in style of that name; 1 to 9 are headings, 19 to 27 the lines of a table of contents
_DEEPEST = 20  # styles based on styles
_SIZES = (
    1,
    1,
    2,
    4,
    2,
    2,
    0,
    3,
)  # bytes of a sprm's value, by three bits of its code; 0: the value says it
_TABS, _TABLE = 0xC615, 0xD608
_LEVEL, _LIST, _INDENT, _IN_TABLE, _ROW_END = 0x2640, 0x460B, 0x260A, 0x2416, 0x2417
_DELETED, _BOLD, _STRUCK, _HIDDEN, _SIZE = 0x0800, 0x0835, 0x0837, 0x083C, 0x4A43
_SCRIPT, _LIFTED = 0x2A48, 0x4845
_FONT, _SYMBOL, _DATA, _IS_FIELD, _NAMED = 0x4A4F, 0x6A09, 0x6A03, 0x0806, 0x4A30

Sprms = dict[int, bytes]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``level`` as a heading (0: none), ``list`` (0: none) and how deep in it (from 0), whether it is a line of the table
    of contents, stands in a table, or ends a row of one, which is laid out as ``row``; how its letters look where they do not say it."""

    level: int = 0
    list: int = 0
    indent: int = 0
    in_contents: bool = False
    in_table: bool = False
    ends_row: bool = False
    bold: bool = False
    size: int = USUAL
    row: Layout = NO_LAYOUT


@dataclass(frozen=True, slots=True)
class Run:
    """Letters that look alike; ``symbol`` is a letter and its font that are shown in their place, ``data`` where what belongs to
    them lies (of a field of a form, or a picture). ``bold`` and ``size`` are None where their paragraph says it."""

    gone: bool = False  # hidden, or deleted in tracked changes
    struck: bool = False
    raised: bool = False
    bold: bool | None = None
    size: int | None = None
    font: str = ""
    symbol: str = ""
    data: int | None = None
    is_field: bool = False


@dataclass(frozen=True, slots=True)
class _Style:
    number: int
    based_on: int
    sprms: Sprms


class Properties:
    """Those of one file."""

    def __init__(self, head: bytes, table: bytes) -> None:
        """``head`` is its stream "WordDocument", ``table`` its stream of tables."""
        self._styles = list(_styles(stored(head, table, _STYLES)))
        self._fonts = list(_fonts(stored(head, table, _FONTS)))
        self._paragraphs = _Pages(head, stored(head, table, _PARAGRAPHS), _PARAGRAPH_ENTRY)
        self._runs = _Pages(head, stored(head, table, _CHARACTERS), _RUN_ENTRY)

    def paragraph(self, place: int) -> Paragraph:
        """Of the paragraph whose last letter is at a place in the stream."""
        data, _ = self._paragraphs.at(place)
        style = struct.unpack_from("<H", data)[0] if len(data) >= 2 else 0
        said = self._style(style) | sprms(data[2:])
        number = self._styles[style].number if style < len(self._styles) else 0
        level = number if 0 < number <= 9 else int(number == _TITLE)
        if _LEVEL in said:
            level = said[_LEVEL][0] + 1 if said[_LEVEL][0] < 9 else 0
        return Paragraph(
            level,
            _whole(said.get(_LIST)),
            _whole(said.get(_INDENT)),
            19 <= number <= 27,
            _whole(said.get(_IN_TABLE)) == 1,
            _whole(said.get(_ROW_END)) == 1,
            _whole(said.get(_BOLD)) == 1,
            _whole(said.get(_SIZE)) or USUAL,
            layout(said.get(_TABLE, b"")),
        )

    def run(self, place: int) -> tuple[Run, int]:
        """The letters at a place, and where what looks like them ends."""
        data, end = self._runs.at(place)
        if not data:
            return Run(), end
        own = sprms(data)
        said = self._style(_whole(own[_NAMED])) | own if _NAMED in own else own
        symbol, font = "", self._font(_whole(said.get(_FONT))) if _FONT in said else ""
        if len(shown := said.get(_SYMBOL, b"")) == 4:
            which, letter = struct.unpack("<HH", shown)
            symbol, font = chr(letter), self._font(which)
        return Run(
            _whole(said.get(_DELETED)) == 1 or _whole(said.get(_HIDDEN)) == 1,
            _whole(said.get(_STRUCK)) == 1,
            _whole(said.get(_SCRIPT)) == 1 or 0 < _whole(said.get(_LIFTED)) < 0x8000,
            _whole(said[_BOLD]) == 1 if _BOLD in said else None,
            _whole(said[_SIZE]) if _SIZE in said else None,
            font,
            symbol,
            _whole(said[_DATA]) if _DATA in said else None,
            _whole(said.get(_IS_FIELD)) == 1,
        ), end

    def _font(self, number: int) -> str:
        return self._fonts[number] if number < len(self._fonts) else ""

    def _style(self, number: int, depth: int = 0) -> Sprms:
        if number >= len(self._styles) or depth > _DEEPEST:
            return {}
        style = self._styles[number]
        return self._style(style.based_on, depth + 1) | style.sprms


def stored(head: bytes, table: bytes, number: int) -> bytes:
    """What the file keeps in its stream of tables under a number (FibRgFcLcb97, 2.5.6); nothing where it knows none."""
    start, size = lies(head, number)
    return table[start : start + size]


def lies(head: bytes, number: int) -> tuple[int, int]:
    """Where that begins, and how long it is."""
    entry = head[_ENTRIES + 8 * number :][:8]
    return struct.unpack("<II", entry) if len(entry) == 8 else (0, 0)


def sprms(data: bytes) -> Sprms:
    """The values of properties by their codes; those that are cut off are left out."""
    found: Sprms = {}
    at = 0
    while at + 2 < len(data):
        code = struct.unpack_from("<H", data, at)[0]
        at += 2
        size = _SIZES[code >> 13]
        if not size and code == _TABLE:
            size = struct.unpack_from("<H", data, at)[0] + 1 if at + 2 <= len(data) else 1
        elif not size and not (code == _TABS and data[at] == 255):
            size = data[at] + 1
        elif not size:
            break  # a list of tabs that does not say how long it is
        found[code] = data[at : at + size]
        at += size
    return found


def _whole(value: bytes | None) -> int:
    return int.from_bytes(value or b"", "little")


class _Pages:
    """Properties by places in the stream, kept in pages that say from where on each holds (PapxFkp, ChpxFkp)."""

    def __init__(self, head: bytes, plc: bytes, entry: int) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._data: list[bytes] = []
        count = max(0, (len(plc) - 4) // 8)
        for number in struct.unpack_from(f"<{count}I", plc, 4 * (count + 1)):
            at = (number & 0x3FFFFF) * PAGE
            self._read(head[at : at + PAGE], entry)

    def _read(self, page: bytes, entry: int) -> None:
        if len(page) < PAGE:
            return
        places = struct.unpack_from(f"<{min(page[-1], (PAGE - 5) // (4 + entry)) + 1}I", page)
        for at, (start, end) in enumerate(pairwise(places)):
            where = 2 * page[4 * len(places) + at * entry]
            size = page[where] if where else 0
            if entry == _RUN_ENTRY or not where:
                where += 1
            elif size:
                where, size = where + 1, 2 * size - 1
            else:
                where, size = where + 2, 2 * page[where + 1]
            self._starts.append(start)
            self._ends.append(end)
            self._data.append(page[where : where + size])

    def at(self, place: int) -> tuple[bytes, int]:
        """What holds at a place, and up to where."""
        found = bisect_right(self._starts, place) - 1
        if found >= 0 and place < self._ends[found]:
            return self._data[found], self._ends[found]
        after = found + 1
        return b"", self._starts[after] if after < len(self._starts) else place + PAGE


def _styles(sheet: bytes) -> Iterator[_Style]:
    """The styles of a style sheet (STSH, 2.9.271) in their order."""
    if len(sheet) < 6:
        return
    size, count, base = struct.unpack_from("<HHH", sheet)
    at = 2 + size
    for _ in range(count):
        if at + 2 > len(sheet):
            return
        length = struct.unpack_from("<H", sheet, at)[0]
        yield _style(sheet[at + 2 : at + 2 + length], base)
        at += 2 + length + length % 2


def _style(data: bytes, base: int) -> _Style:
    if len(data) < base + 2:
        return _Style(-1, 0xFFF, {})
    number, kind, parts = struct.unpack_from("<HHH", data)
    at = base + 2 + 2 * (struct.unpack_from("<H", data, base)[0] + 1)  # behind its name
    found: Sprms = {}
    for part in range(parts & 0xF):
        if at + 2 > len(data):
            break
        size = struct.unpack_from("<H", data, at)[0]
        own = data[at + 2 : at + 2 + size]
        found |= sprms(own[2:] if kind & 0xF == 1 and part == 0 else own)
        at += 2 + size + size % 2
    return _Style(number & 0xFFF, kind >> 4, found)


def _fonts(table: bytes) -> Iterator[str]:
    """The names of the fonts (SttbfFfn, 2.9.286) in their order."""
    count = struct.unpack_from("<H", table)[0] if len(table) > 4 else 0
    at = 4
    for _ in range(count):
        if at >= len(table):
            return
        entry = table[at + 1 : at + 1 + table[at]]
        yield entry[39:].decode("utf-16-le", errors="replace").partition("\0")[0]
        at += 1 + table[at]
