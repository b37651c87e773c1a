"""Excel workbooks: a sheet is a page; the values of formulas, as last saved."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import openpyxl

from rag.documents.document import Document
from rag.documents.source import Source, open_zip
from rag.documents.tables import write_data
from rag.documents.writer import Writer
from rag.errors import LoadError

MAX_EMPTY_ROWS = 10_000  # formatting can reach row 1,048,576 under a ten-row table


def _value(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)


def _rows(sheet: object) -> Iterator[list[str]]:
    empty = 0
    for row in sheet.iter_rows(values_only=True):  # type: ignore[attr-defined]
        cells = [_value(cell) for cell in row]
        empty = 0 if any(cells) else empty + 1
        if empty > MAX_EMPTY_ROWS:
            return
        yield cells


def load(source: Source) -> Document:
    """The visible sheets, each a table under the sheet's name.

    Raises:
        LoadError: it is no workbook, or it is protected.
    """
    with open_zip(source) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            raise LoadError("it is a ZIP archive, but not an Excel workbook")
        book = openpyxl.load_workbook(archive.fp, read_only=True, data_only=True)
        writer = Writer()
        number = 0
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            number += 1
            writer.page(number, sheet.title)
            writer.heading(2, sheet.title)
            write_data(_rows(sheet), writer)
        properties = book.properties
        return writer.document(
            "xlsx",
            title=properties.title or "",
            author=properties.creator if properties.creator != "openpyxl" else "",
            date=properties.modified.isoformat() if properties.modified else "",
            page_kind="sheet",
        )
