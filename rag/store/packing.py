"""How a document stands in a row of the catalog: its text packed, its map and notes as JSON."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rag.codec import from_json, to_json
from rag.documents.document import NOTHING, Document, Heading, Page, Rows, Sight

COLUMNS = ("kind", "title", "author", "date", "page_kind", "map", "metadata", "notes", "text")
"""Of the table of documents, what :func:`pack` gives and :func:`unpack` takes."""


NO_TEXT = zlib.compress(b"", 1)
"""The text of a document that is looked at without it."""


@dataclass(frozen=True, slots=True)
class _Places:
    """Pages, headings, code, rows and what is hidden, each a list of lists: long documents have many; what was counted.
    ``cells`` are the rows of sheets as versions up to 0.5 kept them."""

    pages: tuple[tuple[int, int, str], ...]
    headings: tuple[tuple[int, int, int, str], ...]
    code: tuple[tuple[int, int], ...]
    sight: Sight = NOTHING
    boxes: bytes = b""  # packed once more: in JSON they are letters
    counts: dict[str, int] = field(default_factory=dict)
    rows: tuple[tuple[int, int, str, str, int], ...] = ()
    cells: tuple[tuple[int, int, str, str], ...] = ()
    hidden: tuple[tuple[int, int], ...] = ()


def pack(document: Document) -> dict[str, str | bytes]:
    """A document as the values of ``COLUMNS``."""
    places = _Places(
        pages=tuple((p.number, p.start, p.label) for p in document.pages),
        headings=tuple((h.level, h.start, h.end, h.title) for h in document.headings),
        code=document.code,
        sight=document.sight,
        boxes=zlib.compress(document.boxes, 1) if document.boxes else b"",
        counts=dict(document.counts),
        rows=tuple((r.start, r.row, r.left, r.right, r.height) for r in document.rows),
        hidden=document.hidden,
    )
    values = (
        document.kind,
        document.title,
        document.author,
        document.date,
        document.page_kind,
        to_json(places),
        to_json(dict(document.metadata)),
        to_json(document.notes),
        zlib.compress(document.text.encode("utf-8"), 6),
    )
    return dict(zip(COLUMNS, values, strict=True))


def unpack(row: Mapping[str, Any]) -> Document:
    """The document that :func:`pack` took apart; columns of others are passed over.

    Raises:
        ValueError: what stands in the row is not that.
    """
    kind, title, author, date, page_kind, stored, metadata, notes, packed = (
        row[name] for name in COLUMNS
    )
    try:
        text = zlib.decompress(packed).decode("utf-8")
        places = from_json(stored, _Places)
        boxes = zlib.decompress(places.boxes) if places.boxes else b""
    except zlib.error as error:
        raise ValueError(f"its text: {error}") from None
    return Document(
        text=text,
        kind=kind,
        title=title,
        author=author,
        date=date,
        page_kind=page_kind,
        pages=tuple(Page(*page) for page in places.pages),
        headings=tuple(Heading(*heading) for heading in places.headings),
        code=places.code,
        metadata=from_json(metadata, dict[str, Any]),
        notes=from_json(notes, tuple[str, ...]),
        sight=places.sight,
        boxes=boxes,
        counts=places.counts,
        rows=tuple(Rows(*one) for one in places.rows or places.cells),
        hidden=places.hidden,
    )
