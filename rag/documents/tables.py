"""How tables are written down: the one place, shared by all loaders that meet them.

A table of data (CSV, a sheet) has its columns' names beside its values, row by row; a table in
running text (Word, a slide) has its rows as they stand. A table in HTML is written as it is
walked, by :mod:`rag.documents.markup`, with :meth:`Writer.row` too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, islice

from rag.documents.text import one_line
from rag.documents.writer import Writer

LONGEST_NAME = 60  # characters; what is longer is no name of a column but a text


def write_rows(rows: Iterable[Iterable[str]], writer: Writer) -> None:
    """Write the rows as they stand, cells divided by bars, apart from what is around them."""
    writer.break_()
    for row in rows:
        writer.row(row)
    writer.break_()


def _is_header(row: Sequence[str]) -> bool:
    """A first row of short, distinct names, none of them a number, names the columns."""
    names = [cell for cell in row if cell]
    return (
        len(names) > 1
        and len(names) == len(row)
        and len(set(names)) == len(names)
        and all(
            len(name) <= LONGEST_NAME and not name[0].isdigit() and name[0] not in "+-"
            for name in names
        )
    )


def write_table(rows: Iterable[Sequence[str]], writer: Writer) -> None:
    """Write rows; where the first names the columns, each value stands beside its name.

    A row then reads well alone ("Plan: Basic | Price: 9 EUR"), which is how it is found
    and quoted: its header may be a thousand rows away.
    """
    cells = ([one_line(cell) for cell in row] for row in rows)
    filled = (row for row in cells if any(row))
    head = list(islice(filled, 4))
    # A title above the table is a line of its own; the header is the first full row after it.
    while head and sum(1 for cell in head[0] if cell) == 1 and len(head) > 1:
        writer.paragraph(next(cell for cell in head.pop(0) if cell))
    names: list[str] | None = None
    if head:
        first = list(head[0])
        while first and not first[-1]:
            first.pop()
        if _is_header(first) and len(head) > 1:
            names = first
    writer.break_()
    for row in chain(head[1:] if names else head, filled):
        if names is None:
            writer.row(row)
            continue
        named = [
            f"{names[i]}: {cell}" if i < len(names) else cell for i, cell in enumerate(row) if cell
        ]
        writer.row(named)
    writer.break_()
