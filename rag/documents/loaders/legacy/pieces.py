"""The text of an old Word file: its pieces in order ([MS-DOC] 2.4.1), and what its fields show."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from rag.documents.office.fields import shown_by
from rag.documents.readings import Readings
from rag.errors import LoadError

SAVE = "open it in Word, PowerPoint or LibreOffice and save it in the current format"
_FIELD = re.compile("\x13([^\x13\x14\x15]*)(?:\x14([^\x13\x15]*))?\x15")
_ADDRESS = re.compile(r'HYPERLINK\s+"([^"]+)"')


@dataclass(frozen=True, slots=True)
class Piece:
    """A text that lies in one: its first letter's number, where it lies in the stream, bytes a letter."""

    start: int
    place: int
    width: int
    text: str


def pieces(table: bytes, stream: bytes) -> Iterator[Piece]:
    """The pieces of text in order.

    Raises:
        LoadError: there are none, or they do not lie in the stream.
    """
    at = start = 0
    while at < len(table) and table[at] == 1:  # properties of pieces
        at += 3 + struct.unpack_from("<H", table, at + 1)[0]
    if at >= len(table) or table[at] != 2:
        raise LoadError(f"its text cannot be found; {SAVE}")
    size = struct.unpack_from("<I", table, at + 1)[0]
    plc = table[at + 5 : at + 5 + size]
    count = (len(plc) - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", plc, 0)
    for i in range(count):
        place = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * i + 2)[0]
        length = ends[i + 1] - ends[i]
        if length < 0 or length > len(stream):
            raise LoadError(f"its text is damaged; {SAVE}")
        width = 1 if place & 0x40000000 else 2
        place = (place & 0x3FFFFFFF) // (3 - width)
        stored = stream[place : place + width * length]
        if width == 1:
            text = stored.decode("cp1252", errors="replace")
        else:
            text = "".join(
                map(chr, struct.unpack(f"<{len(stored) // 2}H", stored[: len(stored) // 2 * 2]))
            )
        yield Piece(start, place, width, text)
        start += len(text)


def visible(text: str, readings: Readings | None = None) -> str:
    """The text without the instructions of its fields, and the marks of what is drawn."""
    for _ in range(10):
        shorter = _FIELD.sub(lambda field: _result(field, readings), text)
        if shorter == text:
            break
        text = shorter
    text = text.replace("\x1e", "-").replace("\x1f", "").replace("\x0b", "\n").replace("\x0c", "\r")
    return re.sub("[\x01-\x06\x08\x13-\x15]", "", text)


def _result(found: re.Match[str], readings: Readings | None) -> str:
    """What a field shows, and where it leads."""
    shown = found[2] or shown_by(found[1], readings)
    address = _ADDRESS.search(found[1])
    bare = address[1].removeprefix("mailto:") if address else ""
    return f"{shown} ({bare})" if bare and bare not in shown else shown
