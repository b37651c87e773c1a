"""Parquet: a table whose columns have names; by pyarrow, where it is installed."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from rag.documents.document import Document
from rag.documents.source import Source
from rag.documents.writer import Writer
from rag.errors import LoadError

MOST_ROWS = 200_000


def load(source: Source) -> Document:
    """Each value beside the name of its column.

    Raises:
        LoadError: pyarrow is not installed, or the file is none.
    """
    if importlib.util.find_spec("pyarrow") is None:
        raise LoadError("Parquet is read with pyarrow; to install it: pip install pyarrow")
    parquet = importlib.import_module("pyarrow.parquet")
    file = parquet.ParquetFile(BytesIO(source.data))
    writer = Writer()
    names = list(file.schema_arrow.names)
    for number, row in enumerate(_rows(file)):
        if number >= MOST_ROWS:
            break
        writer.row(
            f"{name}: {value}" for name, value in zip(names, row, strict=True) if value is not None
        )
    notes = []
    if file.metadata.num_rows > MOST_ROWS:
        notes.append(f"only the first {MOST_ROWS:,} of {file.metadata.num_rows:,} rows are read")
    return writer.document("parquet", notes=notes)


def _rows(file: Any) -> Iterator[tuple[Any, ...]]:
    for batch in file.iter_batches(batch_size=10_000):
        columns = [column.to_pylist() for column in batch.columns]
        yield from zip(*columns, strict=True)
