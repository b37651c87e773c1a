"""HTML pages: what a reader of the page would see, and what its head says of it."""

from __future__ import annotations

from mimetypes import guess_extension

from lxml import etree

from rag.documents.decks import draw_slides
from rag.documents.document import Document
from rag.documents.markup import parse, write
from rag.documents.page_head import metadata
from rag.documents.parts import write_attachment
from rag.documents.pictures import Pictures, write_shown
from rag.documents.shown_tree import data_of
from rag.documents.source import Source
from rag.documents.writer import Writer

LEAST_FILE = 8  # bytes of a file that is worth reading


def load(source: Source) -> Document:
    """The page's content; its title, author, date and description from its head."""
    root = parse(source.text())
    draw_slides(root)
    writer, pictures = Writer(), Pictures(source)
    notes = write(root, writer, look=lambda src: write_shown(src, pictures, writer))
    notes.extend(_offered(root, writer, source))
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


def _offered(root: etree._Element, writer: Writer, source: Source) -> list[str]:
    """The files that the page brings along in the addresses of its links, behind it; notes on those that
    cannot be read."""
    notes: list[str] = []
    for link in root.iter("a"):
        kind, data = data_of(link.get("href") or "")
        if not data or len(data) < LEAST_FILE:
            continue
        name = link.get("download") or f"file{guess_extension(kind) or '.txt'}"
        notes += write_attachment(name, data, source, writer, level=2)
    return notes
