"""What derived indexes are made of: chunks and documents of a catalog, with the names of their files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rag.store.catalog import Catalog
from rag.store.folder.cards import Entry
from rag.store.rows import ChunkRow

Names = Mapping[int, tuple[str, ...]]  # document -> the names of its files


def named_rows(catalog: Catalog) -> Iterator[tuple[ChunkRow, str]]:
    """Every visible chunk with the names of its files, as the full-text index wants them."""
    names = catalog.names()
    for document in names:
        yield from rows_of(catalog, document, names[document])


def named_entries(catalog: Catalog) -> Iterator[Entry]:
    """Every visible document with the names of its files, as its card is made of."""
    names = catalog.names()
    return (entry_of(catalog, document, names[document]) for document in names)


def entry_of(catalog: Catalog, document: int, names: tuple[str, ...]) -> Entry:
    """What the card of a document is made of that goes by these names."""
    (traits,) = catalog.traits([document]).values()
    return Entry(document, catalog.document(document), traits, names)


def rows_of(
    catalog: Catalog, document: int, names: Iterable[str]
) -> Iterator[tuple[ChunkRow, str]]:
    """The chunks of a document that goes by these names."""
    source = " ".join(names)
    for row in catalog.each_chunk(document):
        yield row, source
