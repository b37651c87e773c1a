"""How a document stands in the catalog: in a row of its own its map and notes as JSON, and the first block of its text;
the blocks that a long text has more of, in rows of theirs; and what it is known by."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rag.codec import from_json, to_json
from rag.documents.blocks import BlockDocument, Blocks, ends_of, packed
from rag.documents.document import NOTHING, Document, Heading, Page, Rows, Sight
from rag.documents.traits import Traits

COLUMNS = ("kind", "title", "author", "date", "page_kind", "map", "metadata", "notes", "text")
"""Of the table of documents, what :func:`pack` gives and :func:`unpack` takes."""


@dataclass(frozen=True, slots=True)
class _Places:
    """Pages, headings, code, rows and what is hidden, each a list of lists: long documents have many; what was counted.
    ``ends``: where the blocks of the text end, if there is more than one. ``cells`` are the rows of sheets as versions
    up to 0.5 kept them."""

    pages: tuple[tuple[int, int, str], ...]
    headings: tuple[tuple[int, int, int, str], ...]
    code: tuple[tuple[int, int], ...]
    sight: Sight = NOTHING
    boxes: bytes = b""  # packed once more: in JSON they are letters
    counts: dict[str, int] = field(default_factory=dict)
    rows: tuple[tuple[int, int, str, str, int], ...] = ()
    cells: tuple[tuple[int, int, str, str], ...] = ()
    hidden: tuple[tuple[int, int], ...] = ()
    ends: tuple[int, ...] = ()


def blocks_of(document: Document) -> Blocks:
    """The blocks of a document's text; those that it is in already are given as they are."""
    if isinstance(document, BlockDocument):
        return document.blocks
    text, ends = document.text, ends_of(document.text)
    return Blocks(ends, lambda i: packed(text[ends[i - 1] if i else 0 : ends[i]]))


def further(blocks: Blocks) -> Iterator[tuple[int, bytes]]:
    """The blocks behind the first, each with its number, from 1."""
    return ((number, blocks.packed(number)) for number in range(1, len(blocks.ends)))


def pack(document: Document, blocks: Blocks) -> dict[str, str | bytes]:
    """A document as the values of ``COLUMNS``, of the ``blocks`` of its text the first."""
    places = _Places(
        pages=tuple((p.number, p.start, p.label) for p in document.pages),
        headings=tuple((h.level, h.start, h.end, h.title) for h in document.headings),
        code=document.code,
        sight=document.sight,
        boxes=zlib.compress(document.boxes, 1) if document.boxes else b"",
        counts=dict(document.counts),
        rows=tuple((r.start, r.row, r.left, r.right, r.height) for r in document.rows),
        hidden=document.hidden,
        ends=blocks.ends if len(blocks.ends) > 1 else (),
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
        blocks.packed(0),
    )
    return dict(zip(COLUMNS, values, strict=True))


def outline(row: Mapping[str, Any]) -> Document:
    """What :func:`pack` says of a document, without its text (""), which need not be in the row.

    Raises:
        ValueError: what stands in the row is not that.
    """
    return _read(row)[0]


def unpack(
    row: Mapping[str, Any], block: Callable[[int], bytes], damaged: Callable[[str], Exception]
) -> Document:
    """The document that :func:`pack` took apart; columns of others are passed over. A text of one block is unpacked at
    once; of a longer one a block when something of it is asked for: ``block`` reads it by its number, from 1, and
    ``damaged`` makes what is raised where it is not what was packed.

    Raises:
        ValueError: what stands in the row is not that.
    """
    document, ends = _read(row)
    first: bytes = row["text"]
    if ends:
        blocks = Blocks(ends, lambda number: block(number) if number else first, damaged)
        return BlockDocument.of(document, blocks)
    try:
        return replace(document, text=zlib.decompress(first).decode("utf-8"))
    except zlib.error as error:
        raise ValueError(f"its text: {error}") from None


def _read(row: Mapping[str, Any]) -> tuple[Document, tuple[int, ...]]:
    """The outline of a document, and where the blocks of its text end, if there is more than one."""
    kind, title, author, date, page_kind, stored, metadata, notes = (
        row[name] for name in COLUMNS[:-1]
    )
    places = from_json(stored, _Places)
    try:
        boxes = zlib.decompress(places.boxes) if places.boxes else b""
    except zlib.error as error:
        raise ValueError(f"its boxes: {error}") from None
    document = Document(
        text="",
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
    return document, places.ends


def pack_traits(traits: Traits) -> bytes:
    """What was found in a document, as the value of a column."""
    return zlib.compress(to_json(traits).encode("utf-8"), 6)


def unpack_traits(packed: bytes) -> Traits:
    """What :func:`pack_traits` took.

    Raises:
        ValueError: it is not that.
    """
    try:
        return from_json(zlib.decompress(packed), Traits)
    except zlib.error as error:
        raise ValueError(f"what was found in its text: {error}") from None
