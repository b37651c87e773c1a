"""The slides of an old PowerPoint file: its texts lie in records of characters, slide by slide ([MS-PPT] 2.9)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

import olefile

from rag.documents.writer import Writer

_MOST_RECORDS = 2_000_000
_SLIDE, _LIST, _NOTES, _MASTER = 1006, 4080, 1008, 1016  # records that hold others
LONGEST_TITLE = 150  # characters of the first text of a slide that are its title


@dataclass(slots=True)
class _Deck:
    """The texts of a presentation: of each slide those of its outline, those of its shapes, and its
    notes; slides by the identifiers that notes refer to them by."""

    outline: list[list[str]] = field(default_factory=list)
    shapes: list[list[str]] = field(default_factory=list)
    notes: dict[int, list[str]] = field(default_factory=dict)
    identifiers: list[int] = field(default_factory=list)


def read_deck(file: olefile.OleFileIO, writer: Writer) -> list[str]:
    """Write its slides, with what is not read of them.

    Raises:
        struct.error: it is damaged.
    """
    deck = _deck(file.openstream("PowerPoint Document").read())
    for number in range(max(len(deck.outline), len(deck.shapes))):
        writer.page(number + 1)
        texts = [_printed(text) for part in deck.outline[number : number + 1] for text in part]
        outline = set(texts)  # the shapes may say it again
        for part in deck.shapes[number : number + 1]:
            texts.extend(said for text in part if (said := _printed(text)) not in outline)
        first, *rest = list(filter(None, texts)) or [""]
        writer.heading(2, first if len(first) <= LONGEST_TITLE else "")
        for text in rest if len(first) <= LONGEST_TITLE else [first, *rest]:
            writer.paragraph(text)
        if number < len(deck.identifiers):
            for text in filter(None, map(_printed, deck.notes.get(deck.identifiers[number], ()))):
                writer.paragraph(f"Notes: {text}")
    return ["read from the old PowerPoint format: charts, diagrams and pictures are not read"]


def _printed(text: str) -> str:
    return text.replace("\x0b", "\n").replace("\r", "\n").strip("\n *")


def _deck(data: bytes) -> _Deck:
    """All texts, by where their records stand."""
    deck = _Deck()
    into: list[str] = []  # where the next text goes
    at = seen = listed = 0
    while at + 8 <= len(data) and seen < _MOST_RECORDS:
        seen += 1
        version, kind, size = struct.unpack_from("<HHI", data, at)
        at += 8
        if version & 0xF == 0xF:  # a container: its records follow
            if kind == _SLIDE:
                into = []
                deck.shapes.append(into)
            elif kind == _LIST:
                listed = version >> 4  # 0: slides, 1: masters, 2: notes
                into = []
            elif kind == _NOTES:
                into = []
            elif kind == _MASTER:  # its texts are prompts
                at += size
            continue
        body = data[at : at + size]
        at += size
        if kind == 1011:  # a slide of the list; the texts of its outline follow
            into = []
            if listed == 0 and len(body) >= 16:
                deck.outline.append(into)
                deck.identifiers.append(struct.unpack_from("<I", body, 12)[0])
        elif kind == 1009 and len(body) >= 4:  # whose notes these are
            into = deck.notes.setdefault(struct.unpack_from("<I", body)[0], [])
        elif kind == 4000:  # characters of two bytes
            into.append(body.decode("utf-16-le", errors="replace"))
        elif kind == 4008:
            into.append(body.decode("latin-1"))
    return deck
