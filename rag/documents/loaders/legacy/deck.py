"""The slides of an old PowerPoint file ([MS-PPT] 2.9): its texts lie in records of characters, slide by slide, those of tables in
shapes that say where they stand; pictures in a stream of their own."""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

import olefile

from rag.documents.loaders.legacy.drawings import pictures_in
from rag.documents.pictures import Pictures
from rag.documents.tables import Cell, write_table
from rag.documents.told import counted
from rag.documents.writer import Writer

_MOST_RECORDS = 2_000_000
_CONTAINER = 0xF  # of a record's version: other records are in it
_SLIDE, _LIST, _NOTES, _MASTER = 1006, 4080, 1008, 1016  # records that hold others
_LISTED, _NOTES_OF, _WIDE, _NARROW, _EMBEDDED = 1011, 1009, 4000, 4008, 4044
_STORED, _GROUP, _ANCHOR, _PROPERTIES = 0xF007, 0xF003, 0xF00F, (0xF00B, 0xF122)
_PICTURE, _TABLE = (
    0x104,
    0x39F,
)  # properties of a shape: which picture it shows; that its group is a table
LONGEST_TITLE = 150  # characters of the first text of a slide that are its title

Place = tuple[int, int, int, int]  # left, top, right, bottom


@dataclass(slots=True)
class _Table:
    """Cells by where they stand, as their shapes come."""

    end: int  # of its records
    cells: dict[Place, str] = field(default_factory=dict)
    place: Place = (0, 0, 0, 0)  # of the shape that is being read

    def rows(self) -> list[list[Cell]]:
        """Its rows, from top to bottom."""
        lefts = sorted({place[0] for place in self.cells})
        tops = sorted({place[1] for place in self.cells})
        rows: list[list[Cell]] = [[] for _ in tops]
        for place, text in sorted(self.cells.items()):
            left, top, right, bottom = place
            wide = bisect_left(lefts, right) - bisect_left(lefts, left)
            high = bisect_left(tops, bottom) - bisect_left(tops, top)
            said = " ".join(_printed(text).split())
            rows[bisect_left(tops, top)].append(Cell(said, max(1, high), max(1, wide)))
        return rows


@dataclass(slots=True)
class _Deck:
    """What a presentation says: of each slide the texts of its outline, what its shapes hold (texts, tables, pictures by their
    number from 1), and its notes; slides by the identifiers that notes refer to them by; where pictures lie; embedded objects."""

    outline: list[list[str | _Table | int]] = field(default_factory=list)
    shapes: list[list[str | _Table | int]] = field(default_factory=list)
    notes: dict[int, list[str | _Table | int]] = field(default_factory=dict)
    identifiers: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    embedded: int = 0


def read_deck(file: olefile.OleFileIO, writer: Writer, pictures: Pictures) -> list[str]:
    """Write its slides, and say what of them is not read.

    Raises:
        struct.error: it is damaged.
    """
    deck = _deck(file.openstream("PowerPoint Document").read())
    stored = file.openstream("Pictures").read() if file.exists("Pictures") else b""
    for number in range(max(len(deck.outline), len(deck.shapes))):
        writer.page(number + 1)
        outline = [
            _printed(text) for part in deck.outline[number : number + 1] for text in _texts(part)
        ]
        texts = list(outline)
        shapes = deck.shapes[number] if number < len(deck.shapes) else []
        # The shapes may say it again.
        texts.extend(said for one in _texts(shapes) if (said := _printed(one)) not in outline)
        first, *rest = list(filter(None, texts)) or [""]
        writer.heading(2, first if len(first) <= LONGEST_TITLE else "")
        for text in rest if len(first) <= LONGEST_TITLE else [first, *rest]:
            writer.paragraph(text)
        for one in shapes:
            if isinstance(one, _Table):
                write_table(one.rows(), writer)
            elif isinstance(one, int) and 0 < one <= len(deck.places):
                _write_picture(stored, deck.places[one - 1], pictures, writer)
        if number < len(deck.identifiers):
            notes = _texts(deck.notes.get(deck.identifiers[number], ()))
            for text in filter(None, map(_printed, notes)):
                writer.paragraph(f"Notes: {text}")
    if not deck.embedded:
        return []
    return [
        f"{counted(deck.embedded, 'embedded object')} (charts, diagrams) not read: the file is of the old PowerPoint format"
    ]


def _texts(shapes: Sequence[str | _Table | int]) -> list[str]:
    return [one for one in shapes if isinstance(one, str)]


def _printed(text: str) -> str:
    return text.replace("\x0b", "\n").replace("\r", "\n").strip("\n *")


def _write_picture(stored: bytes, place: int, pictures: Pictures, writer: Writer) -> None:
    try:
        size = 8 + int(struct.unpack_from("<I", stored, place + 4)[0])
        for one in pictures_in(stored[place : place + size]):
            pictures.write(one, writer)
    except struct.error:  # it is not where it should lie
        pictures.write(None, writer)


def _deck(data: bytes) -> _Deck:
    """All that is said, by where its records stand."""
    deck = _Deck()
    into: list[str | _Table | int] = []  # where the next text goes
    table: _Table | None = None
    at = seen = listed = group_end = 0
    while at + 8 <= len(data) and seen < _MOST_RECORDS:
        seen += 1
        version, kind, size = struct.unpack_from("<HHI", data, at)
        at += 8
        if table and at > table.end:
            table = None
        if version & 0xF == _CONTAINER:  # its records follow
            if kind in (_SLIDE, _LIST, _NOTES):
                into = []
            if kind == _SLIDE:
                deck.shapes.append(into)
            elif kind == _LIST:
                listed = version >> 4  # 0: slides, 1: masters, 2: notes
            elif kind == _GROUP:
                group_end = at + size
            elif kind == _EMBEDDED:
                deck.embedded += 1
            elif kind == _MASTER:  # its texts are prompts
                at += size
            continue
        body = data[at : at + size]
        at += size
        if kind == _LISTED:  # a slide of the list; the texts of its outline follow
            into = []
            if listed == 0 and len(body) >= 16:
                deck.outline.append(into)
                deck.identifiers.append(struct.unpack_from("<I", body, 12)[0])
        elif kind == _NOTES_OF and len(body) >= 4:  # whose notes these are
            into = deck.notes.setdefault(struct.unpack_from("<I", body)[0], [])
        elif kind == _STORED and len(body) >= 32:
            deck.places.append(struct.unpack_from("<I", body, 28)[0])
        elif kind in _PROPERTIES:
            said = _properties(body, version >> 4)
            if _TABLE in said:
                table = _Table(group_end)
                into.append(table)
            elif picture := said.get(_PICTURE):
                into.append(picture)
        elif kind == _ANCHOR and table and len(body) >= 16:
            left, top, right, bottom = table.place = struct.unpack_from("<4i", body)
            if left < right and top < bottom:  # others are the lines between cells
                table.cells[table.place] = ""
        elif kind in (_WIDE, _NARROW):
            text = body.decode("utf-16-le" if kind == _WIDE else "latin-1", errors="replace")
            if table and table.place in table.cells:
                table.cells[table.place] += text
            else:
                into.append(text)
    return deck


def _properties(body: bytes, count: int) -> dict[int, int]:
    """The values of a shape's properties by their numbers (OfficeArtFOPT)."""
    count = min(count, len(body) // 6)
    return {
        number & 0x3FFF: value for number, value in struct.iter_unpack("<HI", body[: 6 * count])
    }
