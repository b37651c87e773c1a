"""Tables that go on over pages: the names of their columns, said again on each page, are left out; a row that a page's
end has cut is one row; what reaches down over rows reaches over the page's end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from rag.documents.loaders.pdf.headings import Title
from rag.documents.loaders.pdf.rows import number, wrapped
from rag.documents.loaders.pdf.running import EDGE_LINES, runs_through
from rag.documents.loaders.pdf.tables import Table

SAME_PLACE = 8.0  # points that columns may be moved by on the next page
Part = list[str] | Table | Title
"""What follows each other on a page: lines of text, tables, headings."""
LONG_LABEL = 20  # characters of a label that may go on on the next page
_LOWER = re.compile(r"[a-zß-ÿ(]")


def join_tables(pages: Sequence[list[Part]]) -> None:
    """Put together, in place, what goes on from page to page: in the lists of the parts of each page, where what runs
    through the pages may stand between."""
    for above, below in pairwise(pages):
        last, first = _nearest(above[::-1], below), _nearest(below, above)
        if last is None or first is None:
            continue
        before, table = above[~last], below[first]
        if isinstance(before, Table) and isinstance(table, Table) and _goes_on(table, before):
            below[first], above[~last] = _continued(table, before)


def _nearest(parts: Sequence[Part], other: Sequence[Part]) -> int | None:
    """The number of the first table with nothing before it but lines that run through this page and the other."""
    at = next((at for at, part in enumerate(parts) if isinstance(part, Table)), None)
    before = _lines(parts[:at])
    if at is None or len(before) > EDGE_LINES:
        return None
    there = _lines(other) if before else ()
    return at if all(runs_through(line, there) for line in before) else None


def _lines(parts: Iterable[Part]) -> list[str]:
    """The lines of a page that are in no table."""
    lines: list[str] = []
    for part in parts:
        if isinstance(part, Title):
            lines += part.text.split("\n")
        elif isinstance(part, list):
            lines += part
    return lines


def _goes_on(table: Table, before: Table) -> bool:
    """Whether a table at the head of a page goes on with the one at the foot of the page before."""
    if len(table.columns) != len(before.columns) or not table.rows or not before.rows:
        return False
    near = all(
        min(abs(a[0] - b[0]), abs(a[1] - b[1])) <= SAME_PLACE
        for a, b in zip(table.columns, before.columns, strict=True)
    )
    return near and (not table.named or table.rows[0] == _head(before))


def _head(table: Table) -> tuple[str, ...]:
    """The names of the columns of a table, on whatever page they stand; its first row where that is not known."""
    return table.head or table.rows[0]


def _continued(table: Table, before: Table) -> tuple[Table, Table]:
    """Both parts of a table."""
    head = _head(before)
    rest = _beyond(table.rows[0], head)
    said_again = rest is not None and not any(rest)
    if rest is not None:
        before = replace(before, named=not before.on)
        table = _without_first(table) if said_again else _with_first(table, rest)
    table = replace(table, named=False, on=True, head=head)
    if not table.rows:
        return table, before
    last = before.rows[-1]
    reached = {column: 1 for column in before.opened if not table.rows[0][column]}
    reached |= {column: rows for column, row, rows in table.reaching if row == said_again}
    first = ["" if at in reached else cell for at, cell in enumerate(table.rows[0])]
    filled = [list(row) for row in table.rows]
    for column, rows in reached.items():
        for line in filled[:rows]:
            line[column] = line[column] or last[column]
    table = replace(table, rows=tuple(map(tuple, filled)))
    if len(before.rows) > bool(before.named) and _is_cut(first, last):
        whole = tuple(
            wrapped(text, cell) if cell else text for cell, text in zip(first, last, strict=True)
        )
        before = replace(before, rows=(*before.rows[:-1], whole))
        table = _without_first(table)
    return table, before


def _is_cut(row: Sequence[str], last: Sequence[str]) -> bool:
    """Whether the first row of a page goes on with the last of the page before: it says more to cells that said
    something, has no label of its own, and few cells or such as open in the middle of a sentence."""
    said = [(cell, text) for cell, text in zip(row, last, strict=True) if cell]
    if not said or not all(text and not number(cell) for cell, text in said):
        return False
    if row[0]:
        return row[0][0].islower() and len(last[0]) > LONG_LABEL
    return 2 * len(said) <= len(row) + 1 or any(_LOWER.match(cell) for cell, _ in said)


def _beyond(row: Sequence[str], head: Sequence[str]) -> tuple[str, ...] | None:
    """What a row says beyond the names of the columns, where no line parts them from what is below; None where it is
    no row of names."""
    again = all(
        cell == name or cell.startswith(f"{name} ") for cell, name in zip(row, head, strict=True)
    )
    if not again or sum(map(bool, head)) < 2:
        return None
    return tuple(cell[len(name) :].strip() for cell, name in zip(row, head, strict=True))


def _with_first(table: Table, row: tuple[str, ...]) -> Table:
    return replace(table, rows=(row, *table.rows[1:]))


def _without_first(table: Table) -> Table:
    return replace(table, rows=table.rows[1:], lines=table.lines[1:], spans=table.spans[1:])
