"""HTML pages: what a reader of the page would see, and what its head says of it."""

from __future__ import annotations

from rag.documents.document import Document
from rag.documents.markup import parse, write
from rag.documents.page_head import metadata
from rag.documents.pictures import Pictures, write_shown
from rag.documents.source import Source
from rag.documents.writer import Writer


def load(source: Source) -> Document:
    """The page's content; its title, author, date and description from its head."""
    root = parse(source.text())
    writer, pictures = Writer(), Pictures(source)
    notes = write(root, writer, look=lambda src: write_shown(src, pictures, writer))
    notes.extend(pictures.told(writer))
    head = metadata(root)
    return writer.document(
        "html",
        title=head.pop("title", ""),
        author=head.pop("author", ""),
        date=head.pop("date", ""),
        metadata=head,
        notes=notes,
    )
