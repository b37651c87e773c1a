"""How far the cells of an XLS workbook are indented, and how many charts stand on its sheets; from its records ([MS-XLS] 2.4)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from rag.documents.office.biff import BOF, BOUNDSHEET, XF, records

_CELLS = frozenset((0x00FD, 0x0204, 0x00D6, 0x0203, 0x027E, 0x0006))
"""Texts of all kinds, numbers of two, formulas: what a label may be."""
_OF_A_CHART = 0x0020
_LEFT = (0, 1)  # how a cell is aligned: as its kind is, to the left


@dataclass(slots=True)
class Looks:
    """Of a sheet: steps of indentation by row and column (from 1), and its charts."""

    indents: dict[tuple[int, int], int] = field(default_factory=dict)
    charts: int = 0


def looks_of(stream: bytes) -> list[Looks]:
    """Those of all sheets of a workbook's records, in the order of the file; none of what is too damaged to tell."""
    try:
        return _of_sheets(stream)
    except (struct.error, IndexError, ValueError, TypeError):
        return []


def _of_sheets(stream: bytes) -> list[Looks]:
    steps: list[int] = []
    starts: list[int] = []
    for kind, body in records(stream, 0):
        if kind == BOUNDSHEET:
            starts.append(struct.unpack_from("<I", body)[0])
        elif kind == XF:
            left = len(body) > 8 and body[6] & 7 in _LEFT
            steps.append(body[8] & 15 if left else 0)
    return [_of_sheet(stream, at, steps) for at in starts]


def _of_sheet(stream: bytes, at: int, steps: list[int]) -> Looks:
    found, indented = Looks(), any(steps)
    for kind, body in records(stream, at):
        if kind == BOF:
            found.charts += struct.unpack_from("<H", body, 2)[0] == _OF_A_CHART
        elif kind in _CELLS and indented:
            row, column, style = struct.unpack_from("<HHH", body)
            if style < len(steps) and steps[style]:
                found.indents[row + 1, column + 1] = steps[style]
    return found
