"""/api/documents and /api/filters: what an index holds, and its text."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query

from rag.serve.access.caller import CallerOf
from rag.serve.api.named import IndexOf, Offset
from rag.serve.services import ServicesOf
from rag.serve.shapes import Shape

router = APIRouter(prefix="/api")
Status = Literal["read", "stale", "failed"]
Identity = Annotated[int, Path(ge=0, le=2**53)]


class ListedDocument(Shape):
    """A file of the index; ``id`` is null where it could not be read. "stale": its last good version is here."""

    id: int | None
    source: str
    title: str
    type: str
    date: str
    pages: int
    page_kind: str
    status: Status
    notes: list[str]
    failure: str


class Documents(Shape):
    """A part of the list, and how many there are in all."""

    documents: list[ListedDocument]
    total: int


class ShownHeading(Shape):
    """A heading and where it starts in the text; level 1 is the outermost."""

    level: int
    title: str
    start: int


class ShownDocument(Shape):
    """What a document is. ``sources`` are all files with this very content; ``pictures`` says whether its pages can be
    shown as pictures."""

    id: int
    source: str
    sources: list[str]
    title: str
    type: str
    date: str
    author: str
    pages: int
    page_kind: str
    characters: int
    pictures: bool
    headings: list[ShownHeading]


class Text(Shape):
    """Stored text from ``start`` to ``end``, of ``characters`` in all."""

    text: str
    start: int
    end: int
    characters: int


class Counted(Shape):
    """A folder or type, and how many files it has."""

    name: str
    files: int


class Dates(Shape):
    """Of the documents that have one: the first and the last."""

    first: str
    last: str


class Filters(Shape):
    """What a search can be narrowed by."""

    folders: list[Counted]
    types: list[Counted]
    dates: Dates | None


@router.get("/documents")
async def documents(
    services: ServicesOf,
    caller: CallerOf,
    index: IndexOf,
    query: Annotated[str, Query(max_length=1000)] = "",
    status: Status | None = None,
    offset: Offset = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Documents:
    """The files of an index by name, also those that could not be read, with the reason. ``query`` is a part of a
    name or title."""
    caller.demand("ask")
    found = await services.workers.call(
        "documents",
        index=index,
        query=query,
        status=status or "",
        offset=offset,
        limit=limit,
        groups=caller.groups,
    )
    return Documents.model_validate(found)


@router.get("/documents/{document}")
async def document(
    document: Identity, services: ServicesOf, caller: CallerOf, index: IndexOf
) -> ShownDocument:
    """What a document is, by the id that hits and citations give."""
    caller.demand("ask")
    found = await services.workers.call(
        "document", index=index, document=document, groups=caller.groups
    )
    return ShownDocument.model_validate(found)


@router.get("/documents/{document}/text")
async def text(
    document: Identity,
    services: ServicesOf,
    caller: CallerOf,
    index: IndexOf,
    start: Offset | None = None,
    end: Offset | None = None,
) -> Text:
    """The stored text: at most 200,000 characters, those around ``start`` to ``end``, or the first."""
    caller.demand("ask")
    found = await services.workers.call(
        "text", index=index, document=document, start=start, end=end, groups=caller.groups
    )
    return Text.model_validate(found)


@router.get("/filters")
async def filters(services: ServicesOf, caller: CallerOf, index: IndexOf) -> Filters:
    """The folders, types and dates by which a search can be narrowed."""
    caller.demand("ask")
    found = await services.workers.call("filters", index=index, groups=caller.groups)
    return Filters.model_validate(found)
