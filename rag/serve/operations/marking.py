"""Where on their pages the quotes of an answer stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rag.documents.document import Document
from rag.serve.opened import Library
from rag.serve.operations.stored import stored
from rag.serve.protocol import Said
from rag.viewing import page_view

MOST_PAGES = 60  # that are looked at for one answer


def marks(
    library: Library,
    *,
    index: str,
    citations: Sequence[Mapping[str, Any]],
    groups: Sequence[str] | None = None,
) -> Iterator[Said]:
    """One event: of each citation (:class:`rag.serve.shapes.ShownCitation`) the pages that it stands on, with the
    rectangles around its words as :class:`rag.viewing.PageView` has them."""
    found: list[list[dict[str, Any]]] = []
    opened, looked_at = library[index], 0
    for one in citations:
        with opened.chain(groups).index.snapshot() as snapshot:
            kept = stored(opened, snapshot, one["document"])
        pages = []
        for number in _pages(kept.document, one["start"], one["end"])[: MOST_PAGES - looked_at]:
            span = (one["start"], one["end"])
            view = page_view(kept.document, kept.path, number, span, expected=kept.sha256)
            shown = {name: getattr(view, name) for name in ("width", "height", "marked", "reason")}
            rectangles = [list(rectangle) for rectangle in view.rectangles]
            pages.append({"page": number, **shown, "rectangles": rectangles})
        looked_at += len(pages)
        found.append(pages)
    yield Said("marks", found)


def _pages(document: Document, start: int, end: int) -> list[int]:
    place = document.place_at(start, end)
    if place.page is None or place.page_end is None:
        return []
    return list(range(place.page, place.page_end + 1))
