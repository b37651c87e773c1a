"""CSV and TSV: rows of a table, by whatever divides them."""

from __future__ import annotations

import csv
from io import StringIO

from rag.documents.document import Document
from rag.documents.encoding import decode
from rag.documents.source import Source
from rag.documents.tables import write_data
from rag.documents.writer import Writer

SAMPLE = 8192  # characters by which the divider is guessed
LONGEST_CELL = 10_000_000  # characters; the csv module's own limit is 131,072


def load(source: Source) -> Document:
    """The table, each value beside the name of its column where the first row names them."""
    text = decode(source.data).replace("\x00", "")
    try:
        dialect: type[csv.Dialect] | str = csv.Sniffer().sniff(text[:SAMPLE], delimiters=",;\t|")
    except csv.Error:
        dialect = "excel-tab" if source.suffix == ".tsv" else "excel"
    csv.field_size_limit(LONGEST_CELL)
    writer = Writer()
    write_data(csv.reader(StringIO(text, newline=""), dialect), writer)
    return writer.document("csv")
