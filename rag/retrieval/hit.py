"""What retrieval finds: a chunk, where it stands, and how well it matched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rag.codec import to_json
from rag.documents.document import Document, PageKind, Place
from rag.retrieval.fusion import Ranked
from rag.store.catalog import Catalog
from rag.store.rows import ChunkRow

SHOWN = (
    "source",
    "sources",
    "page",
    "page_end",
    "page_label",
    "cells",
    "line",
    "line_end",
    "page_kind",
    "hidden",
    "start",
    "end",
    "text",
    "context",
    "title",
    "score",
    "dense",
    "lexical",
)
"""The fields of a hit that a script sees; ids are of one generation and mean nothing outside."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result: a chunk, where it stands, and how well it matched.

    ``score`` is the fused score in [0, 1]; ``dense`` and ``lexical`` are what it was made
    of (cosine and BM25; None where that side did not find the chunk). ``sources`` names
    every file with this very content; ``source`` is the first of them. The chunk stands on
    pages ``page`` to ``page_end``, in the ``cells`` of its sheet ("A5:D9"), in lines ``line`` to
    ``line_end`` of its file; None and "" where its format has none. ``hidden``: on a sheet or slide that
    its author has hidden.
    """

    chunk_id: int
    document_id: int
    source: str
    sources: tuple[str, ...]
    start: int
    end: int
    text: str
    score: float
    dense: float | None = None
    lexical: float | None = None
    context: str = ""
    page: int | None = None
    page_end: int | None = None
    page_label: str = ""
    cells: str = ""
    line: int | None = None
    line_end: int | None = None
    page_kind: PageKind = "page"
    hidden: bool = False
    title: str = ""
    kind: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """For people: ``handbook/leave.pdf, page 3``."""
        return Place(
            self.page_kind,
            self.page,
            self.page_end,
            self.page_label,
            self.cells,
            self.line,
            self.line_end,
            self.hidden,
        ).shown(self.source)


def hits_of(catalog: Catalog, ranked: Sequence[Ranked]) -> list[Hit]:
    """The chunks of a ranking, in its order, with all that is needed to show and cite them."""
    rows = catalog.chunk_rows(chunk.chunk_id for chunk in ranked)
    documents = catalog.documents({row.document for row in rows.values()})
    names = catalog.names(documents)
    return [
        _hit(chunk, row, documents[row.document], names.get(row.document, ()))
        for chunk in ranked
        if (row := rows.get(chunk.chunk_id)) is not None
    ]


def as_json(hits: Sequence[Hit]) -> str:
    """Hits as a JSON array of objects with the keys ``SHOWN``, for scripts."""
    return to_json([{name: getattr(hit, name) for name in SHOWN} for hit in hits])


def _hit(chunk: Ranked, row: ChunkRow, document: Document, names: tuple[str, ...]) -> Hit:
    place = document.place_at(row.start, row.stop)
    return Hit(
        chunk_id=row.id,
        document_id=row.document,
        source=names[0] if names else "",
        sources=names,
        start=row.start,
        end=row.stop,
        text=row.text,
        score=chunk.score,
        dense=chunk.dense,
        lexical=chunk.lexical,
        context=row.context,
        page=place.page,
        page_end=place.page_end,
        page_label=place.label,
        cells=place.cells,
        line=place.line,
        line_end=place.line_end,
        page_kind=place.kind,
        hidden=place.hidden,
        title=document.title,
        kind=document.kind,
        metadata={**document.metadata, "author": document.author, "date": document.date},
    )
