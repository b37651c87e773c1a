"""The store that is a schema of a PostgreSQL database: opened, written, checked."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from rag.errors import IndexMissing, RagError
from rag.store.bm25 import chunk_vector, terms_in
from rag.store.catalog import Catalog
from rag.store.contents import Contents
from rag.store.postgres.address import Address, parse
from rag.store.postgres.cards import PostgresCards, card_of
from rag.store.postgres.catalog import PostgresCatalog
from rag.store.postgres.connection import Database, connect, in_words, look_in
from rag.store.postgres.dense import PostgresDense
from rag.store.postgres.lexical import PostgresLexical, Renamed
from rag.store.postgres.publish import GRAPH
from rag.store.postgres.session import (
    UNDERIVED,
    Part,
    Session,
    check_format,
    check_searched_in,
)
from rag.store.postgres.values import as_array, as_ranges
from rag.store.postgres.verify import problems
from rag.store.postgres.writer import PostgresWriter
from rag.store.postgres.writing import WritingSession
from rag.store.recipe import Recipe
from rag.store.restricted import MayRead, RestrictedCatalog
from rag.store.snapshot import Snapshot, Stamp

RENEWED_S = 600.0  # a reader's transaction keeps the server from clearing away what was deleted since it began


class PostgresStore:
    """An index in a schema of a PostgreSQL database. See :class:`rag.store.snapshot.Store`."""

    writer: type[PostgresWriter] = PostgresWriter

    def __init__(self, address: str) -> None:
        """Nothing is opened yet.

        Raises:
            SettingsError: it is no such address.
        """
        self._address: Address = parse(address)
        self._quick: Database | None = None
        self._lock = threading.Lock()
        self._opened: weakref.WeakSet[Session] = weakref.WeakSet()

    @property
    def address(self) -> str:
        """The address without its password."""
        return self._address.shown

    def snapshot(self, known: Snapshot | None = None) -> Snapshot:
        """The newest generation, open.

        Raises:
            IndexMissing, IndexDamaged, IndexMismatch, StorageError.
        """
        session = Session(self._address)
        try:
            catalog = PostgresCatalog(session)
            check_searched_in(self._address, catalog.meta(), self.writer.searched_in)
            same = known is not None and known.identity == catalog.identity()
            if same and known is not None and isinstance(known.catalog, PostgresCatalog):
                catalog.like(known.catalog)
            contents = catalog.contents
            found = session.rows("SELECT to_regclass(%s)::text", (GRAPH,))
            dense = PostgresDense(
                session, contents, catalog.recipe().dimension, by_graph=found != [(None,)]
            )
            lexical = PostgresLexical(session, contents)
            if same and known is not None and isinstance(known.lexical, PostgresLexical):
                lexical.like(known.lexical)
            cards = PostgresCards(session, len(contents.held))
            if same and known is not None and isinstance(known.cards, PostgresCards):
                cards.like(known.cards)
            self._opened.add(session)
            return Snapshot(
                self,
                catalog,
                dense,
                lexical,
                catalog.generation(),
                catalog.identity(),
                catalog.threshold(),
                cards,
            )
        except BaseException:
            session.close()
            raise

    def stamp(self) -> Stamp:
        """Identity and threshold of what is published now.

        Raises:
            IndexMissing, IndexMismatch, StorageError.
        """
        meta = dict(self._ask("SELECT key, value FROM meta"))
        check_format(self._address, meta)
        if not int(meta.get("generation", 0)):
            raise IndexMissing(f"{self.address}: nothing has been indexed yet.")
        threshold = meta.get("threshold")
        return meta["identity"], None if threshold is None else float(threshold)

    def published(self) -> tuple[int, float] | None:
        """As it is kept with the generation."""
        try:
            meta = dict(self._ask("SELECT key, value FROM meta"))
            return int(meta["generation"]), float(meta["published"])
        except (RagError, KeyError):
            return None

    def _ask(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """What a statement gives now, on a connection that is kept for such; another, if it has gone away.

        Raises:
            IndexMissing, StorageError.
        """
        with self._lock:
            for last in (False, True):
                if self._quick is None or self._quick.closed:
                    self._quick = connect(self._address)
                    weakref.finalize(self, self._quick.close)
                    look_in(self._quick, self._address)
                try:
                    return self._quick.execute(statement, values or None).fetchall()
                except psycopg.Error as error:
                    if last or not self._quick.closed:
                        raise in_words(self._address, error) from None
        raise AssertionError

    def narrowed(
        self, whole: Snapshot, contents: Contents, renamed: Contents, may_read: MayRead
    ) -> tuple[Catalog, PostgresDense, PostgresLexical, PostgresCards]:
        """What of a snapshot is of these documents alone: the server keeps the session to them, where there is a role that
        it can take on."""
        catalog = whole.catalog
        assert isinstance(catalog, PostgresCatalog) and isinstance(whole.dense, PostgresDense)
        session = catalog.session
        assert isinstance(session, Session)
        part = _part(catalog, session, contents, renamed, may_read)
        within = PostgresCatalog(session, part, contents)
        within.address = catalog.address  # what is searched elsewhere has another
        under = RestrictedCatalog(within, renamed, may_read)
        lengths, names = catalog.lengths(), renamed.names
        chunks = [row for one in names for row in under.document_chunks(one)]
        vectors = {
            row.id: chunk_vector(terms_in(row, " ".join(names[row.document])), lengths)
            for row in chunks
        }
        return (
            RestrictedCatalog(within, contents, may_read),
            PostgresDense(
                session, contents, catalog.recipe().dimension, part, whole.dense.by_graph
            ),
            PostgresLexical(
                session, contents, part, Renamed(vectors, {row.id: row.document for row in chunks})
            ),
            PostgresCards(
                session,
                len(contents.held),
                part,
                [
                    card_of(one, under.document(one), traits, names[one])
                    for one, traits in under.traits(names).items()
                ],
            ),
        )

    def overgrown(self) -> bool:
        """Whether a reader has been open for long: until it is opened anew, the server can't clear away what was deleted
        since."""
        now = time.monotonic()
        return any(now - session.begun > RENEWED_S for session in self._opened if session.is_open)

    def renew(self, swap: Callable[[], None]) -> None:
        """Swap to a new session."""
        swap()

    def recipe(self) -> Recipe | None:
        """How the index was made, which is brought up to date if its format is older; None if there is none.

        Raises:
            IndexLocked, StorageError, IndexDamaged, IndexMismatch: see :meth:`writing`.
        """
        if self._ask("SELECT to_regclass('meta')::text") == [(None,)]:
            return None
        with self.writing() as catalog:
            return catalog.stored_recipe()

    @contextmanager
    def writing(self) -> Iterator[PostgresWriter]:
        """The one writer of the index, for as long as the block lasts.

        Raises:
            IndexLocked: another process is writing to it.
            StorageError, IndexMismatch.
        """
        session = WritingSession(self._address)
        try:
            writer = self.writer(session)
            meta = writer.meta()
            check_searched_in(self._address, meta, writer.searched_in)
            if UNDERIVED in meta and writer.generation():  # its format has just changed
                writer.repair()
            yield writer
        finally:
            session.close()

    def is_writing(self) -> bool:
        """Whether a process is writing to it right now."""
        key = self._address.lock & 0xFFFF_FFFF_FFFF_FFFF
        return bool(
            self._ask(
                "SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND classid = %s::bigint::oid "
                "AND objid = %s::bigint::oid AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
                (key >> 32, key & 0xFFFF_FFFF),
            )
        )

    def size(self) -> int:
        """Bytes that the schema's tables and indexes take."""
        ((size,),) = self._ask(
            "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c "
            "WHERE c.relnamespace = to_regnamespace(%s) AND c.relkind = 'r'",
            (f'"{self._address.schema}"',),
        )
        return int(size)

    def problems(self) -> list[str]:
        """What is wrong with the newest generation, a line each; see :mod:`rag.store.postgres.verify`."""
        catalog = PostgresCatalog(Session(self._address))
        try:
            check_searched_in(self._address, catalog.meta(), self.writer.searched_in)
            return list(problems(catalog))
        finally:
            catalog.close()

    def places(self) -> Sequence[Path]:
        """None: it is on a server."""
        return ()


def _part(
    catalog: PostgresCatalog,
    session: Session,
    contents: Contents,
    renamed: Contents,
    may_read: MayRead,
) -> Part:
    """What may be read, as the server is told it."""
    kept = {name for names in contents.names.values() for name in names}
    whole = catalog.contents.names
    hidden = {name for one in renamed.names for name in whole[one]} - kept
    unread = [
        row.name for row in catalog.files() if row.document is None and may_read(row.name, None)
    ]
    role = session.role()
    searched = contents.names.keys() - renamed.names.keys()
    return Part(
        documents=as_ranges(contents.names),
        searched=as_ranges(searched),
        chunks=as_ranges(contents.chunks(searched)),
        hidden=as_array(hidden),
        unread=as_array(unread),
        role=role,
    )
