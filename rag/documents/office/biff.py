"""What calamine does not read of an XLS workbook: how its numbers are shown (the format codes of its cells) and what they
are, errors, and what notes and text boxes say; from its binary records ([MS-XLS] 2.4)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import olefile

from rag.documents.office.numbers import BUILT_IN

BOUNDSHEET, BOF, XF = 0x0085, 0x0809, 0x00E0
_FORMAT, _EOF = 0x041E, 0x000A
_NOTE, _OBJECT, _TEXT, _CONTINUE = 0x001C, 0x005D, 0x01B6, 0x003C
_NUMBER, _RK, _MULRK, _FORMULA, _BOOLERR = 0x0203, 0x027E, 0x00BD, 0x0006, 0x0205
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
MOST_RECORDS = 20_000_000


@dataclass(frozen=True, slots=True)
class Value:
    """A number with the code of the format that shows it ("" where that is unknown), or the name of an error."""

    number: float = 0.0
    code: str = ""
    error: str = ""


Values = dict[tuple[int, int], Value]
"""By row and column, from 1."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a note on a cell says, and who by; of a text box, row and column are 0."""

    text: str
    row: int = 0
    column: int = 0
    author: str = ""


@dataclass(frozen=True, slots=True)
class Records:
    """What the records of a sheet tell."""

    values: Values
    said: tuple[Said, ...] = ()


def stream_of(data: bytes) -> bytes:
    """All records of a workbook; none of one that is not of this format, or too damaged to tell."""
    try:
        with olefile.OleFileIO(BytesIO(data)) as file:
            return bytes(file.openstream("Workbook").read()) if file.exists("Workbook") else b""
    except (OSError, struct.error, IndexError, ValueError, TypeError):
        return b""


def records_of(stream: bytes) -> dict[str, Records]:
    """What the records of each sheet tell, by its name; nothing of what is too damaged to tell."""
    try:
        return _of_sheets(stream)
    except (struct.error, IndexError, ValueError, TypeError):
        return {}


def records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records from a place on to the end of what begins there, by their kinds; charts stand within sheets."""
    deep = 0
    for _ in range(MOST_RECORDS):
        if at + 4 > len(stream):
            return
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size
        deep += (kind == BOF) - (kind == _EOF)
        if kind == _EOF and deep <= 0:
            return


def _text(data: bytes, count: int) -> str:
    """A string of the format: its flags, then characters of one byte or two."""
    if data[0] & 1:
        return data[1 : 1 + 2 * count].decode("utf-16-le", errors="replace")
    return data[1 : 1 + count].decode("latin-1")


def _of_sheets(stream: bytes) -> dict[str, Records]:
    own: dict[int, str] = {}
    styles: list[int] = []
    sheets: list[tuple[str, int]] = []
    for kind, body in records(stream, 0):
        if kind == BOUNDSHEET:
            sheets.append((_text(body[7:], body[6]), struct.unpack_from("<I", body)[0]))
        elif kind == _FORMAT:
            number, count = struct.unpack_from("<HH", body)
            own[number] = _text(body[4:], count)
        elif kind == XF:
            styles.append(struct.unpack_from("<H", body, 2)[0])
    codes = [own.get(number, BUILT_IN.get(number, "")) for number in styles]
    return {
        name: Records(dict(_of_cells(stream, at, codes)), _said(stream, at)) for name, at in sheets
    }


def _said(stream: bytes, at: int) -> tuple[Said, ...]:
    """Notes and text boxes: an object has a number, its text follows it in pieces, a note names it."""
    texts: dict[int, str] = {}
    notes: dict[int, tuple[int, int, str]] = {}
    number = wanted = 0
    for kind, body in records(stream, at):
        if kind == _OBJECT and len(body) >= 8:
            number, wanted = struct.unpack_from("<H", body, 6)[0], 0
        elif kind == _TEXT and len(body) >= 12:
            wanted = struct.unpack_from("<H", body, 10)[0]
        elif kind == _CONTINUE and wanted and body:
            text = _text(body, wanted)
            texts[number] = texts.get(number, "") + text
            wanted -= len(text)
        elif kind == _NOTE and len(body) >= 11:
            row, column, _, of, count = struct.unpack_from("<HHHHH", body)
            notes[of] = (row + 1, column + 1, _text(body[10:], count))
    return tuple(
        Said(text, *notes.get(of, (0, 0, ""))) for of, text in texts.items() if text.strip()
    )


def _of_cells(stream: bytes, at: int, codes: list[str]) -> Iterator[tuple[tuple[int, int], Value]]:
    for kind, body in records(stream, at):
        if kind in (_NUMBER, _RK, _FORMULA, _BOOLERR):
            row, column, style = struct.unpack_from("<HHH", body)
            value = _value(kind, body, codes[style] if style < len(codes) else "")
            if value is not None:
                yield (row + 1, column + 1), value
        elif kind == _MULRK:
            row, first = struct.unpack_from("<HH", body)
            for i in range((len(body) - 6) // 6):
                style, packed = struct.unpack_from("<Hi", body, 4 + 6 * i)
                code = codes[style] if style < len(codes) else ""
                yield (row + 1, first + i + 1), Value(_unpacked(packed), code)


def _value(kind: int, body: bytes, code: str) -> Value | None:
    """Of one cell; None for a truth value, and for what a formula gives that is no number."""
    if kind == _RK:
        return Value(_unpacked(struct.unpack_from("<i", body, 6)[0]), code)
    if kind == _BOOLERR:
        return Value(error=_ERRORS.get(body[6], "#N/A")) if body[7] else None
    if kind == _FORMULA and body[12:14] == b"\xff\xff":
        return Value(error=_ERRORS.get(body[8], "#N/A")) if body[6] == 2 else None
    return Value(struct.unpack_from("<d", body, 6)[0], code)


def _unpacked(packed: int) -> float:
    """The number in 30 bits ([MS-XLS] 2.5.217): a whole one, or the upper bits of another; either may be a hundredth."""
    whole: float = packed >> 2
    if not packed & 2:
        whole = struct.unpack("<d", struct.pack("<q", (packed & ~3) << 32))[0]
    return whole / 100 if packed & 1 else whole
