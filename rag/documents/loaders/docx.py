"""Word documents: paragraphs, headings, lists and tables in the order they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

import docx
from docx.document import Document as WordDocument
from docx.table import Table
from docx.text.paragraph import Paragraph

from rag.documents.document import Document
from rag.documents.source import Source, open_zip
from rag.documents.tables import write_rows
from rag.documents.writer import Writer
from rag.errors import LoadError


def _heading_level(paragraph: Paragraph) -> int | None:
    style = (paragraph.style.name if paragraph.style is not None else "") or ""
    if style == "Title":
        return 1
    found = re.match(r"heading (\d)", style, re.IGNORECASE)
    return int(found[1]) if found else None


def _is_list_item(paragraph: Paragraph) -> bool:
    style = (paragraph.style.name if paragraph.style is not None else "") or ""
    properties = paragraph._p.pPr
    return style.startswith("List") or (properties is not None and properties.numPr is not None)


def _rows(table: Table) -> Iterator[list[str]]:
    for row in table.rows:
        cells: list[str] = []
        last = None
        for cell in row.cells:  # a merged cell is listed once for each column that it spans
            if cell._tc is not last:
                cells.append(cell.text)
            last = cell._tc
        yield cells


def _write_body(document: WordDocument, writer: Writer) -> None:
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            write_rows(_rows(block), writer)
        elif level := _heading_level(block):
            writer.heading(level, block.text)
        elif _is_list_item(block):
            if block.text.strip():
                writer.line("- " + block.text.strip())
        else:
            writer.paragraph(block.text)


def load(source: Source) -> Document:
    """Headings by their styles, and the properties of the document as its metadata.

    Raises:
        LoadError: it is no Word document, or it is protected.
    """
    with open_zip(source) as archive:
        if "word/document.xml" not in archive.namelist():
            raise LoadError("it is a ZIP archive, but not a Word document")
        document = docx.Document(archive.fp)
    writer = Writer()
    _write_body(document, writer)
    core = document.core_properties
    return writer.document(
        "docx",
        title=core.title or "",
        author=core.author or "",
        date=core.modified.isoformat() if core.modified else "",
        metadata={"subject": core.subject or "", "keywords": core.keywords or ""},
    )
