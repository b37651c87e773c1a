"""A document's text by the name of its file, a part at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.errors import NoDocument, QueryError
from rag.serve.opened import Library
from rag.serve.operations.stored import stored
from rag.serve.protocol import Said


def read(
    library: Library,
    *,
    index: str,
    source: str,
    start: int,
    characters: int,
    groups: Sequence[str] | None = None,
) -> Iterator[Said]:
    """One event: at most so many characters of the document from ``start`` on, and what it is."""
    opened = library[index]
    with opened.chain(groups).index.snapshot() as snapshot:
        named = (i for i, names in snapshot.catalog.names().items() if source in names)
        identity = next(named, None)
        if identity is None:
            raise NoDocument(f'There is no document "{source}" in this index. List them anew.')
        found = stored(opened, snapshot, identity).document
    size = len(found.text)
    if start > size:
        raise QueryError(f"The document has {size} characters: begin before them, not at {start}.")
    end = min(size, start + characters)
    value = {
        "source": source,
        "title": found.title,
        "type": found.kind,
        "date": found.date,
        "text": found.text[start:end],
        "start": start,
        "end": end,
        "characters": size,
        "next": end if end < size else None,
    }
    yield Said("read", value)
