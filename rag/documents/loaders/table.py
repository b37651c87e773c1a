"""CSV and TSV: rows of a table, by whatever divides them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from itertools import islice

from rag.documents.document import Document
from rag.documents.source import Source
from rag.documents.tables import write_data
from rag.documents.writer import Writer

SAMPLE = 200  # rows by which the divider is told
DIVIDERS = (",", ";", "\t", "|", "^", "~", ":")
LONGEST_CELL = 10_000_000  # characters; the csv module's own limit is 131,072
_SEP = re.compile(r"^[\ufeff]?\"?sep=(.)\"?[^\S\n]*\r?\n", re.IGNORECASE)


def load(source: Source) -> Document:
    """The table, each value beside the name of its column where a row above names them."""
    text = source.text().replace("\x00", "")
    divider = ""
    if said := _SEP.match(text):  # what Excel is told by
        divider, text = said[1], text[said.end() :]
    csv.field_size_limit(LONGEST_CELL)
    divider = divider or _divider(text, source.suffix)
    writer = Writer()
    write_data(_rows(text, divider), writer)
    return writer.document("csv")


def _rows(text: str, divider: str) -> Iterator[list[str]]:
    # A quote that is only an inch or an apostrophe opens no cell: the module takes it so where it
    # does not stand first.
    return iter(csv.reader(StringIO(text, newline=""), delimiter=divider, skipinitialspace=True))


def _divider(text: str, suffix: str) -> str:
    """What divides most rows into the same number of cells, two at least; titles above the table
    and a total below it have fewer. Where nothing does, the suffix tells."""
    usual = {".tsv": "\t", ".tab": "\t", ".psv": "|"}.get(suffix, ",")
    best, found = 0.0, usual
    for divider in DIVIDERS:
        try:
            counts = [len(row) for row in islice(_rows(text, divider), SAMPLE) if any(row)]
        except csv.Error:
            continue
        if not counts:
            continue
        width, times = (
            Counter(n for n in counts if n > 1).most_common(1)[0]
            if any(n > 1 for n in counts)
            else (1, 0)
        )
        share = times / len(counts)
        # Commas and colons stand in sentences, and at the same place in few of them.
        needed = 0.8 if divider in ":~^" else 0.6 if divider == "," else 0.4
        score = share + 0.02 * min(width, 20) + (0.05 if divider == usual else 0)
        if times >= min(2, len(counts)) and share >= needed and score > best:
            best, found = score, divider
    return found
