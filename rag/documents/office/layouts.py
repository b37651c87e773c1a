"""Rows of tables that say where their cells begin and end, as those of old Word files and of RTF do."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.documents.tables import Cell

APART = 40  # twentieths of a point: edges that are nearer are one


@dataclass(frozen=True, slots=True)
class Joined:
    """How a cell goes on with others: with that before it, with that above it."""

    beside: bool = False
    below: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Of a row: the edges of its cells, in twentieths of a point, one more than cells; and how each goes on with others."""

    edges: tuple[int, ...] = ()
    joined: tuple[Joined, ...] = ()


NO_LAYOUT = Layout()


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
            at = bisect_right(columns, start) - 1
            width = max(1, bisect_right(columns, end) - 1 - at)
            if joined.beside and line:
                line[-1] = replace(line[-1], columns=line[-1].columns + width)
            elif joined.below and at in above:
                row, place = above[at]
                upper = table[row][place]
                whole = f"{upper.text} {text}".strip()
                table[row][place] = replace(upper, text=whole, rows=upper.rows + 1)
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
