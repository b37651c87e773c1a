"""CSV and TSV, and how a table of records is written down, for spreadsheets too."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from itertools import chain, islice

from rag.documents.document import Document
from rag.documents.loaders.text import decode
from rag.documents.source import Source
from rag.documents.text import one_line
from rag.documents.writer import Writer


def _is_header(row: Sequence[str]) -> bool:
    """A first row of short, distinct names, none of them a number, names the columns."""
    names = [cell for cell in row if cell]
    return (
        len(names) > 1
        and len(names) == len(row)
        and len(set(names)) == len(names)
        and all(len(name) <= 60 and not name[0].isdigit() and name[0] not in "+-" for name in names)
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


def load(source: Source) -> Document:
    text = decode(source.data).replace("\x00", "")
    try:
        dialect: type[csv.Dialect] | str = csv.Sniffer().sniff(text[:8192], delimiters=",;\t|")
    except csv.Error:
        dialect = "excel-tab" if source.suffix == ".tsv" else "excel"
    csv.field_size_limit(10_000_000)
    writer = Writer()
    write_table(csv.reader(StringIO(text, newline=""), dialect), writer)
    return writer.document("csv")
