"""What an index holds, how it was made, and what it takes on disk."""

from __future__ import annotations

from dataclasses import dataclass

from rag.documents.document import Document, PageKind
from rag.documents.files import FileNote
from rag.store.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Status:
    """What an index holds, and how it was made.

    ``failed`` are files that could not be read; of those in ``stale`` the last good version is
    here, and what is cited of them may be old. ``documents`` are distinct ones, ``vectors`` all
    that are kept, also of texts no longer in the index; ``bytes`` is the size of its folder.
    ``writing`` tells whether a process is writing to it right now.
    """

    path: str
    generation: int
    files: int
    failed: tuple[FileNote, ...]
    stale: tuple[FileNote, ...]
    documents: int
    chunks: int
    vectors: int
    model: str
    chunk_tokens: int
    vector_index: str
    bytes: int
    folders: tuple[str, ...]
    writing: bool


@dataclass(frozen=True, slots=True)
class FileStatus:
    """What was read of one file: pages (see ``page_kind``; 0 where there are none), tables, pictures
    and scanned pages by OCR; ``notes`` say what was not. ``failure`` is why it could not be read: then
    nothing of it is here, or, where it is ``stale``, its last good version.
    """

    path: str
    kind: str
    size: int
    pages: int
    page_kind: PageKind
    tables: int
    pictures: int
    chunks: int
    notes: tuple[str, ...]
    failure: str = ""
    stale: bool = False


def files_of(snapshot: Snapshot) -> tuple[FileStatus, ...]:
    """Every file that the index knows, by name, with what was read of it."""
    catalog = snapshot.catalog
    outlines = dict(catalog.outlines())
    found = []
    for row in sorted(catalog.files(), key=lambda row: row.name):
        document = outlines.get(row.document) if row.document is not None else None
        document = document or Document("", "")
        found.append(
            FileStatus(
                path=row.name,
                kind=document.kind,
                size=row.size,
                pages=len(document.pages),
                page_kind=document.page_kind,
                tables=document.counts.get("tables", 0),
                pictures=document.sight.pages + document.sight.pictures,
                chunks=catalog.contents.ranges[row.document][1] if row.document is not None else 0,
                notes=document.notes,
                failure=row.failure or "",
                stale=bool(row.failure) and row.document is not None,
            )
        )
    return tuple(found)


def status_of(snapshot: Snapshot) -> Status:
    """The status of the index at one generation of it."""
    catalog = snapshot.catalog
    counts, recipe = catalog.counts(), catalog.recipe()
    unread = [(row, FileNote(row.name, row.failure)) for row in catalog.files() if row.failure]
    return Status(
        path=catalog.address,
        generation=snapshot.generation,
        files=counts["files"],
        failed=tuple(note for row, note in unread if row.document is None),
        stale=tuple(note for row, note in unread if row.document is not None),
        documents=counts["documents"],
        chunks=counts["chunks"],
        vectors=counts["vectors"],
        model=recipe.model,
        chunk_tokens=recipe.chunk_tokens,
        vector_index=snapshot.dense.kind,
        bytes=0 if snapshot.part else snapshot.store.size(),
        folders=tuple(catalog.roots().values()),
        writing=snapshot.store.is_writing(),
    )
