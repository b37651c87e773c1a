"""Tables of an old Word file: a row says where its cells begin and end, and which go on with their neighbours ([MS-DOC] 2.9.327
TDefTableOperand)."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.documents.tables import Cell

APART = 40  # twentieths of a point: edges that are nearer are one
_BESIDE, _BELOW, _ANEW = (
    0x02,
    0x20,
    0x40,
)  # a cell goes on with that before it, with that above it; and begins to


@dataclass(frozen=True, slots=True)
class Layout:
    """Of a row: the edges of its cells, in twentieths of a point, one more than cells; and how each goes on with others."""

    edges: tuple[int, ...] = ()
    joined: tuple[int, ...] = ()


NO_LAYOUT = Layout()


def layout(said: bytes) -> Layout:
    """That which a row's definition says; none where it is cut off."""
    if len(said) < 5 or not 0 < said[2] < 64 or len(said) < 3 + 2 * (said[2] + 1):
        return NO_LAYOUT
    count = said[2]
    edges = struct.unpack_from(f"<{count + 1}h", said, 3)
    behind = 3 + 2 * (count + 1)
    cells = [said[at : at + 2] for at in range(behind, behind + 20 * count, 20)]
    return Layout(edges, tuple(int.from_bytes(one, "little") for one in cells))


def laid_out(rows: Sequence[tuple[Sequence[str], Layout]]) -> list[list[Cell]]:
    """The cells of rows, over as many columns and rows as they reach."""
    columns = _columns([edge for _, one in rows for edge in one.edges])
    table: list[list[Cell]] = []
    above: dict[int, tuple[int, int]] = {}  # where the cell of a column stands
    for texts, one in rows:
        if len(texts) != len(one.edges) - 1:
            table.append([Cell(text) for text in texts])
            above = {}
            continue
        line: list[Cell] = []
        if first := bisect_right(columns, one.edges[0]) - 1:
            line.append(Cell("", columns=first))
        for text, start, end, joined in zip(
            texts, one.edges, one.edges[1:], one.joined, strict=False
        ):
            at, width = bisect_right(columns, start) - 1, 0
            width = max(1, bisect_right(columns, end) - 1 - at)
            if joined & _BESIDE and line:
                line[-1] = replace(line[-1], columns=line[-1].columns + width)
            elif joined & _BELOW and not joined & _ANEW and at in above:
                row, place = above[at]
                upper = table[row][place]
                table[row][place] = replace(
                    upper, text=f"{upper.text} {text}".strip(), rows=upper.rows + 1
                )
            else:
                above[at] = (len(table), len(line))
                line.append(Cell(text, columns=width))
        table.append(line)
    return table


def _columns(edges: Sequence[int]) -> list[int]:
    """The edges of all rows, those near each other once, each as the leftmost of its neighbours."""
    found: list[int] = []
    last = None
    for edge in sorted(set(edges)):
        if last is None or edge - last > APART:
            found.append(edge)
        last = edge
    return found
