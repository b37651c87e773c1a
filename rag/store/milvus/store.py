"""The store whose catalog is in PostgreSQL and which is searched in Milvus: opened, written, checked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from rag.errors import StorageError
from rag.store.catalog import Catalog
from rag.store.contents import Contents
from rag.store.milvus.address import parsed
from rag.store.milvus.collection import Collections, chunks_of
from rag.store.milvus.dense import MilvusDense
from rag.store.milvus.lexical import MilvusLexical
from rag.store.milvus.publish import seen_by
from rag.store.milvus.view import View
from rag.store.milvus.writer import MilvusWriter
from rag.store.postgres.cards import PostgresCards
from rag.store.postgres.catalog import PostgresCatalog
from rag.store.postgres.dense import PostgresDense
from rag.store.postgres.lexical import PostgresLexical
from rag.store.postgres.store import PostgresStore
from rag.store.postgres.verify import problems
from rag.store.restricted import MayRead
from rag.store.snapshot import Snapshot


class MilvusStore(PostgresStore):
    """An index whose catalog is in PostgreSQL and which is searched in Milvus. See :class:`rag.store.snapshot.Store`."""

    writer = MilvusWriter

    def __init__(self, address: str) -> None:
        """Nothing is opened yet.

        Raises:
            SettingsError: it is no such address.
        """
        at = parsed(address)
        super().__init__(at.catalog)
        # The catalog's own messages, too, are about the index by the address that it is named by.
        self._address = replace(self._address, shown=f"{at.shown}?catalog={self._address.shown}")
        self.collections = Collections(at)

    def snapshot(self, known: Snapshot | None = None) -> Snapshot:
        """The newest generation, open.

        Raises:
            IndexMissing, IndexMismatch, StorageError.
            IndexDamaged: Milvus does not hold this generation; rag index makes it anew.
        """
        if known is not None:
            known = _counted_in_postgres(known)
        snapshot = super().snapshot(known)
        assert isinstance(snapshot.lexical, PostgresLexical)
        contents = snapshot.catalog.contents
        view = View(self.collections, snapshot.generation, snapshot.identity, contents, contents)
        try:
            if not self.collections.ready(view.alias):
                raise view.gone()
        except BaseException:
            snapshot.catalog.close()
            raise
        return replace(
            snapshot, dense=MilvusDense(view), lexical=MilvusLexical(view, snapshot.lexical)
        )

    def narrowed(  # type: ignore[override]
        self, whole: Snapshot, contents: Contents, renamed: Contents, may_read: MayRead
    ) -> tuple[Catalog, MilvusDense, MilvusLexical, PostgresCards]:
        """What of a snapshot is of these documents alone. Documents of fewer names are not searched by words in Milvus,
        where they have all their names, but here."""
        assert isinstance(whole.dense, MilvusDense)
        catalog, _, counted, cards = super().narrowed(
            _counted_in_postgres(whole), contents, renamed, may_read
        )
        as_there = contents.of_files(lambda document, _: document not in renamed.names)
        view = whole.dense.view
        dense = MilvusDense(view.within(contents))
        return catalog, dense, MilvusLexical(view.within(as_there), counted), cards

    @contextmanager
    def writing(self) -> Iterator[MilvusWriter]:
        """The one writer of the index, for as long as the block lasts.

        Raises:
            IndexLocked: another process is writing to it.
            StorageError, IndexMismatch.
        """
        self.collections.all()  # whether it answers, before anything is read and embedded
        with super().writing() as writer:
            assert isinstance(writer, MilvusWriter)
            writer.there = self.collections
            yield writer

    def problems(self) -> list[str]:
        """What is wrong with the newest generation in the catalog and in Milvus, a line each."""
        snapshot = super().snapshot()
        try:
            return [*problems(_postgres(snapshot), vectors=False), *self._differences(snapshot)]
        finally:
            snapshot.catalog.close()

    def _differences(self, snapshot: Snapshot) -> Iterator[str]:
        there, number = self.collections, snapshot.generation
        where = "Milvus: {} (rag index makes it anew from the catalog)"
        alias = there.alias(number, snapshot.identity)
        try:
            if not there.ready(alias):
                yield where.format(f"generation {number} is not there")
                return
            pages = there.pages(alias, seen_by(number), ["row", "document"])
            rows = np.array(
                [(row["row"], row["document"]) for page in pages for row in page], np.int64
            )
        except StorageError as error:
            yield f"Milvus: {error}"
            return
        contents = snapshot.catalog.contents
        chunks, documents = chunks_of(rows.reshape(-1, 2)[:, 0]), rows.reshape(-1, 2)[:, 1]
        lost = len(np.setdiff1d(contents.chunks(), chunks))
        if lost:
            yield where.format(f"{lost} chunks are missing")
        wrong = int((contents.owners(chunks) != documents).sum())
        if wrong or len(chunks) - wrong + lost > len(contents.chunks()):
            yield where.format(f"{wrong or 'some'} rows are of no chunk of this generation")


def _postgres(snapshot: Snapshot) -> PostgresCatalog:
    assert isinstance(snapshot.catalog, PostgresCatalog)
    return snapshot.catalog


def _counted_in_postgres(snapshot: Snapshot) -> Snapshot:
    """A snapshot as PostgreSQL's own store knows it."""
    assert isinstance(snapshot.lexical, MilvusLexical)
    catalog = _postgres(snapshot)
    dense = PostgresDense(catalog.session, catalog.contents, catalog.recipe().dimension)
    return replace(snapshot, dense=dense, lexical=snapshot.lexical.counted)
