"""A reader's session: one transaction that sees one generation for as long as it is open.

The server may end it: by a timeout, a restart, a failover. Then the next statement opens another, if the generation is
still the newest.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from rag.errors import IndexClosed, IndexMismatch, IndexMissing, StorageError
from rag.store.postgres.address import Address
from rag.store.postgres.connection import connect, in_words, look_in, missing, storage_errors
from rag.store.postgres.schema import FORMAT_VERSION, is_held

_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# What a question looks up has an index; by its own reckoning the server reads whole tables too soon, and is 3 times as slow.
_SETTINGS = (
    "SELECT set_config('enable_seqscan', 'off', true), "
    "set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true), "
    "set_config('hnsw.iterative_scan', 'strict_order', true)"
)


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """The documents that may be read, as settings of the session which the server's policies go by: ``documents`` and
    those that may be ``searched`` by names, too, and the ``chunks`` of these, as multiranges; the names that are ``hidden`` of them, and those of
    files that are ``unread``, as arrays. ``role`` is who reads them; "" where there is none."""

    documents: str
    searched: str
    chunks: str
    hidden: str
    unread: str
    role: str = ""

    def settings(self) -> dict[str, str]:
        """Values by name."""
        return {
            "rag.documents": self.documents,
            "rag.searched": self.searched,
            "rag.chunks": self.chunks,
            "rag.hidden": self.hidden,
            "rag.unread": self.unread,
            "role": self.role or "none",
        }


class Session:
    """Runs statements one by one, from any thread, all in one generation.

    Raises:
        IndexClosed: from all, once it is closed.
        StorageError: the server is away; or it has ended the session, and the generation is no longer the newest.
    """

    def __init__(self, address: Address) -> None:
        """Opens the newest generation.

        Raises:
            IndexMissing: there is none.
            IndexMismatch: its format is another one's.
        """
        self.address = address
        self.begun = time.monotonic()
        self._lock = threading.RLock()
        self._closed = False
        self._role: str | None = None
        self._now: dict[str, str] = {}
        self._db = connect(address)
        try:
            look_in(self._db, address)
            self.meta = self._begin()
        except BaseException:
            self._db.close()
            raise
        if not int(self.meta.get("generation", 0)):
            self._db.close()
            raise IndexMissing(
                f"{address.shown}: nothing has been indexed yet; the first run was stopped, or is not done. Run rag "
                f"index FOLDER --index '{address.shown}'"
            )

    @property
    def is_open(self) -> bool:
        """Whether it has not been closed."""
        return not self._closed

    def role(self) -> str:
        """The role that the server's policies hold to a part; "" where there is none, or this user may not take it on."""
        with self._lock:
            if self._role is None:
                name = self.address.role(self._db.info.dbname)
                with storage_errors(self.address):
                    self._role = name if is_held(self._db, self.address, name) else ""
            return self._role

    def rows(
        self,
        statement: str,
        values: Sequence[Any] | Mapping[str, Any] = (),
        part: Part | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> list[Any]:
        """What a statement gives, as who may read this ``part`` alone; ``settings`` of the server hold for it."""
        wanted = {**(part.settings() if part else _WHOLE), **(settings or {})}
        with self._lock:
            if self._closed:
                raise IndexClosed(f"{self.address.shown}: this index was closed. Open it again.")
            if self._db.info.transaction_status == TransactionStatus.INERROR:  # by an interrupt
                self._again()
            try:
                return self._run(statement, values, wanted)
            except psycopg.Error as error:
                if not self._db.closed:
                    self._again()
                    raise in_words(self.address, error) from None
            self._again()
            with storage_errors(self.address):
                return self._run(statement, values, wanted)

    def close(self) -> None:
        """End the session."""
        with self._lock:
            self._closed = True
            with suppress(psycopg.Error):
                self._db.close()

    def __del__(self) -> None:
        if hasattr(self, "_db"):
            self.close()

    def _run(self, statement: str, values: Any, wanted: Mapping[str, str]) -> list[Any]:
        news = {name: value for name, value in wanted.items() if self._now.get(name) != value}
        if news:
            calls = ", ".join(["set_config(%s, %s, true)"] * len(news))
            self._db.execute(f"SELECT {calls}", [one for pair in news.items() for one in pair])
            self._now |= news
        cursor = self._db.cursor(binary=True)
        return cursor.execute(statement, values or None).fetchall()

    def _begin(self) -> dict[str, str]:
        """Start the transaction; whatever is kept by name. The first read is what fixes the moment."""
        with storage_errors(self.address):
            self._db.execute(_BEGIN)
            self._db.execute(_SETTINGS)
            self._now = dict(_WHOLE)
            there = self._db.execute("SELECT to_regclass('meta')::text").fetchone()
            if there == (None,):
                raise missing(self.address)
            meta: dict[str, str] = dict(self._db.execute("SELECT key, value FROM meta").fetchall())
        check_format(self.address, meta)
        return meta

    def _again(self) -> None:
        """Another transaction in the place of one that has ended, if it sees the same generation."""
        try:
            if self._db.closed:
                self._db = connect(self.address)
                look_in(self._db, self.address)
            else:
                with storage_errors(self.address):
                    self._db.execute("ROLLBACK")
            meta = self._begin()
        except BaseException:
            self._db.close()
            raise
        if meta.get("identity") != self.meta["identity"]:
            self._db.close()
            raise StorageError(
                f"{self.address.shown}: the server has ended the connection, and the index has been updated since. Ask "
                "again after Index.refresh(), or open it again."
            )


UNDERIVED = "underived"
"""The name under which it is kept that what is derived from the catalog has to be made anew."""

_WHOLE = {
    "rag.documents": "",
    "rag.searched": "",
    "rag.chunks": "",
    "rag.hidden": "",
    "rag.unread": "",
    "role": "none",
}


def check_searched_in(address: Address, meta: Mapping[str, str], place: str) -> None:
    """That what is derived from the catalog is at this place, or nowhere yet; "" is the catalog's own database.

    Raises:
        IndexMismatch: it is elsewhere.
    """
    kept = meta.get("searched_in", "")
    if kept not in ("", place):
        raise IndexMismatch(
            f"{address.shown}: this is the catalog of an index that is searched in {kept}. Name it by its address there."
        )


def check_format(address: Address, meta: Mapping[str, str]) -> None:
    """That this version reads the format.

    Raises:
        IndexMismatch: it is newer, or older and not yet brought up to date.
        IndexMissing: its first writer was stopped before there was anything in it.
    """
    version = int(meta.get("format", 0))
    if not version:
        raise missing(address)
    if version > FORMAT_VERSION:
        raise IndexMismatch(
            f"{address.shown}: made by a newer version of rag (index format {version}, this version reads up to "
            f"{FORMAT_VERSION}). Update rag: pip install -U rag-folder"
        )
    if version < FORMAT_VERSION or (UNDERIVED in meta and "generation" in meta):
        raise IndexMismatch(
            f"{address.shown}: made by an older version of rag. Run rag index on it once, which brings it up to date."
        )
