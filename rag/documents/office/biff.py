"""How the numbers of an XLS workbook are shown: the format codes of its cells, from its binary
records ([MS-XLS] 2.4). calamine reads the values, and not the codes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO

import olefile

from rag.documents.office.numbers import BUILT_IN

_BOUNDSHEET, _FORMAT, _XF, _EOF = 0x0085, 0x041E, 0x00E0, 0x000A
_NUMBER, _RK, _MULRK, _FORMULA = 0x0203, 0x027E, 0x00BD, 0x0006
MOST_RECORDS = 20_000_000

Codes = dict[tuple[int, int], str]
"""Format codes by row and column, from 1."""


def format_codes(data: bytes) -> dict[str, Codes]:
    """The format codes of the numbers of each sheet, by its name; none of a workbook that is not
    of this format, or too damaged to tell."""
    try:
        with olefile.OleFileIO(BytesIO(data)) as file:
            stream = file.openstream("Workbook").read() if file.exists("Workbook") else b""
        return _of_sheets(stream)
    except (OSError, struct.error, IndexError, ValueError, TypeError):
        return {}


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    for _ in range(MOST_RECORDS):
        if at + 4 > len(stream):
            return
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size
        if kind == _EOF:
            return


def _text(data: bytes, count: int) -> str:
    """A string of the format: its flags, then characters of one byte or two."""
    if data[0] & 1:
        return data[1 : 1 + 2 * count].decode("utf-16-le", errors="replace")
    return data[1 : 1 + count].decode("latin-1")


def _of_sheets(stream: bytes) -> dict[str, Codes]:
    own: dict[int, str] = {}
    styles: list[int] = []
    sheets: list[tuple[str, int]] = []
    for kind, body in _records(stream, 0):
        if kind == _BOUNDSHEET:
            sheets.append((_text(body[7:], body[6]), struct.unpack_from("<I", body)[0]))
        elif kind == _FORMAT:
            number, count = struct.unpack_from("<HH", body)
            own[number] = _text(body[4:], count)
        elif kind == _XF:
            styles.append(struct.unpack_from("<H", body, 2)[0])
    codes = [own.get(number, BUILT_IN.get(number, "")) for number in styles]
    return {name: dict(_of_cells(stream, at, codes)) for name, at in sheets}


def _of_cells(stream: bytes, at: int, codes: list[str]) -> Iterator[tuple[tuple[int, int], str]]:
    for kind, body in _records(stream, at):
        if kind in (_NUMBER, _RK, _FORMULA):
            row, column, style = struct.unpack_from("<HHH", body)
            if style < len(codes) and codes[style]:
                yield (row + 1, column + 1), codes[style]
        elif kind == _MULRK:
            row, first = struct.unpack_from("<HH", body)
            for i in range((len(body) - 6) // 6):
                style = struct.unpack_from("<H", body, 4 + 6 * i)[0]
                if style < len(codes) and codes[style]:
                    yield (row + 1, first + i + 1), codes[style]
