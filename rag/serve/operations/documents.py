"""The documents of an index: listed, one by one, their text, and what a search can be narrowed by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

from rag.documents.document import Document
from rag.errors import QueryError
from rag.privacy import redacted
from rag.serve.hiding import masked_document
from rag.serve.opened import Library
from rag.serve.operations.stored import stored
from rag.serve.protocol import Said
from rag.store.rows import FileRow
from rag.viewing import has_pictures, text_window

MOST_FOLDERS = 500  # folders that a filter offers; of more, those with most files


def documents(
    library: Library,
    *,
    index: str,
    query: str = "",
    status: str = "",
    offset: int = 0,
    limit: int = 100,
    groups: Sequence[str] | None = None,
) -> Iterator[Said]:
    """One event: the files by name, those that could not be read too; ``query`` is a part of a name or title,
    ``status`` is "read", "stale" or "failed"."""
    with library[index].chain(groups).index.snapshot() as snapshot:
        what = library[index].served.redact  # what is not shown is not found by, either
        rows = sorted(snapshot.catalog.files(), key=lambda row: row.name)
        if status:
            rows = [row for row in rows if _status(row) == status]
        if wanted := query.strip().casefold():
            kept = snapshot.catalog.described()
            rows = [
                row
                for row in rows
                if wanted in row.name.casefold()
                or (
                    row.document in kept
                    and wanted in redacted(kept[row.document][1], what).casefold()
                )
            ]
        shown = rows[offset : offset + limit]
        among = {row.document for row in shown if row.document is not None}
        outlines = {
            identity: masked_document(outline, what)
            for identity, outline in snapshot.catalog.outlines(sorted(among))
        }
        listed = [_listed(row, outlines.get(row.document or 0)) for row in shown]
    yield Said("documents", {"documents": listed, "total": len(rows)})


def document(
    library: Library, *, index: str, document: int, groups: Sequence[str] | None = None
) -> Iterator[Said]:
    """One event: what a document is, without its text."""
    opened = library[index]
    with opened.chain(groups).index.snapshot() as snapshot:
        kept = stored(opened, snapshot, document)
    found = kept.document
    headings = [
        {"level": one.level, "title": one.title, "start": one.start} for one in found.headings
    ]
    value = {
        "id": document,
        "source": kept.names[0],
        "sources": list(kept.names),
        **_outline(found),
        "author": found.author,
        "characters": len(found.text),
        "pictures": has_pictures(found) and kept.path is not None,
        "headings": headings,
    }
    yield Said("document", value)


def text(
    library: Library,
    *,
    index: str,
    document: int,
    start: int | None = None,
    end: int | None = None,
    groups: Sequence[str] | None = None,
) -> Iterator[Said]:
    """One event: at most 200,000 characters of a document, around ``[start, end)`` or from the beginning."""
    opened = library[index]
    with opened.chain(groups).index.snapshot() as snapshot:
        found = stored(opened, snapshot, document).document
    window = text_window(found, *(span_of(found, start, end) or ()))
    same = ("text", "start", "end", "characters")
    yield Said("text", {name: getattr(window, name) for name in same})


def filters(library: Library, *, index: str, groups: Sequence[str] | None = None) -> Iterator[Said]:
    """One event: the folders, types and dates of what is read, by which a search can be narrowed."""
    folders: Counter[str] = Counter()
    types: Counter[str] = Counter()
    with library[index].chain(groups).index.snapshot() as snapshot:
        described = snapshot.catalog.described()
        for identity, names in snapshot.catalog.names().items():
            types[described[identity][0]] += len(names)
            for name in names:
                folders.update(map(str, list(PurePosixPath(name).parents)[:-1]))
    dates = sorted(date for _, _, date in described.values() if date)
    most = sorted(name for name, _ in folders.most_common(MOST_FOLDERS))
    value = {
        "folders": [{"name": name, "files": folders[name]} for name in most],
        "types": [{"name": name, "files": files} for name, files in types.most_common()],
        "dates": {"first": dates[0], "last": dates[-1]} if dates else None,
    }
    yield Said("filters", value)


def span_of(found: Document, start: int | None, end: int | None) -> tuple[int, int] | None:
    """The span that is asked for; None where none is.

    Raises:
        QueryError: the document has no such span.
    """
    if start is None and end is None:
        return None
    first = start or 0
    last = first if end is None else end
    if not 0 <= first <= last <= len(found.text):
        raise QueryError(
            f"There is no span from {first} to {last} in a document of {len(found.text)} characters."
        )
    return first, last


def _listed(row: FileRow, outline: Document | None) -> dict[str, Any]:
    notes = list(outline.notes) if outline else []
    return {
        "id": row.document,
        "source": row.name,
        **_outline(outline or Document("", "")),
        "status": _status(row),
        "notes": notes,
        "failure": row.failure or "",
    }


def _outline(found: Document) -> dict[str, Any]:
    return {
        "title": found.title,
        "type": found.kind,
        "date": found.date,
        "pages": len(found.pages),
        "page_kind": found.page_kind,
    }


def _status(row: FileRow) -> str:
    if not row.failure:
        return "read"
    return "failed" if row.document is None else "stale"
