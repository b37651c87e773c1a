"""PowerPoint: a slide is a page; its title is its heading; speaker notes are read too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pptx

from rag.documents.document import Document
from rag.documents.source import Source, open_zip
from rag.documents.tables import cells, write_table
from rag.documents.writer import Writer
from rag.errors import LoadError


def _shapes(shapes: Any) -> Iterator[Any]:
    """All shapes of a slide, groups opened, top to bottom and left to right."""
    for shape in sorted(shapes, key=lambda s: (s.top or 0, s.left or 0)):
        if hasattr(shape, "shapes"):
            yield from _shapes(shape.shapes)
        else:
            yield shape


def _write_slide(slide: Any, number: int, writer: Writer) -> None:
    title = slide.shapes.title
    writer.page(number)
    if title is not None and title.text_frame.text.strip():
        writer.heading(1 if number == 1 else 2, title.text_frame.text)
    for shape in _shapes(slide.shapes):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if getattr(shape, "has_table", False):
            write_table(
                cells([cell.text for cell in row.cells] for row in shape.table.rows), writer
            )
        elif shape.has_text_frame:
            _write_text(shape.text_frame, writer)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        writer.paragraph(slide.notes_slide.notes_text_frame.text)


def _write_text(frame: Any, writer: Writer) -> None:
    """One paragraph as such; several as a list, whose levels are indented."""
    paragraphs = [p for p in frame.paragraphs if p.text.strip()]
    for paragraph in paragraphs:
        if len(paragraphs) > 1:
            writer.line("  " * paragraph.level + "- " + paragraph.text.strip())
        else:
            writer.paragraph(paragraph.text)
    writer.break_()


def load(source: Source) -> Document:
    """Slide by slide, with notes; the properties of the deck as its metadata.

    Raises:
        LoadError: it is no presentation, or it is protected.
    """
    with open_zip(source) as archive:
        if "ppt/presentation.xml" not in archive.namelist():
            raise LoadError("it is a ZIP archive, but not a PowerPoint presentation")
        deck = pptx.Presentation(archive.fp)
    writer = Writer()
    for number, slide in enumerate(deck.slides, start=1):
        _write_slide(slide, number, writer)
    core = deck.core_properties
    return writer.document(
        "pptx",
        title=core.title if core.title not in ("", "PowerPoint Presentation") else "",
        author=core.author or "",
        date=core.modified.isoformat() if core.modified else "",
        page_kind="slide",
    )
