"""HTML pages: what a reader of the page would see, and what its head says of it."""

from __future__ import annotations

from rag.documents.document import Document
from rag.documents.markup import metadata, parse, write
from rag.documents.source import Source
from rag.documents.writer import Writer


def load(source: Source) -> Document:
    """The page's content; its title, author, date and description from its head."""
    root = parse(source.text())
    writer = Writer()
    notes = write(root, writer)
    head = metadata(root)
    return writer.document(
        "html",
        title=head.pop("title", ""),
        author=head.pop("author", ""),
        date=head.pop("date", ""),
        metadata=head,
        notes=notes,
    )
