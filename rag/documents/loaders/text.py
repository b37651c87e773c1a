"""Plain text, in whatever encoding."""

from __future__ import annotations

from rag.documents.document import Document
from rag.documents.source import Source
from rag.documents.writer import Writer


def load(source: Source) -> Document:
    """The text as it stands, blank lines between its paragraphs."""
    writer = Writer()
    writer.verbatim(source.text())
    return writer.document("text")
