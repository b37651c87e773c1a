"""The writer's session: the lock that makes it the only one, and its transactions."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from rag.errors import IndexLocked
from rag.store.postgres.address import Address
from rag.store.postgres.connection import Database, connect, look_in, storage_errors
from rag.store.postgres.schema import bring_up, guard
from rag.store.postgres.session import Part

WAIT_S = 1.0  # for another writer that is just ending
_SETTINGS = (
    # A commit may be undone by a power cut, never torn: the next run does it again. Publishing waits for the disk.
    "SET synchronous_commit = off",
    "SET jit = off",
    "SET plan_cache_mode = force_custom_plan",
    # Publishing is one transaction, however long it takes: limits for questions and forgotten sessions are not meant for it.
    "SET statement_timeout = 0",
    "SET transaction_timeout = 0",
    "SET idle_in_transaction_session_timeout = 0",
    "SET idle_session_timeout = 0",
    # A statement whose client has died is ended, so that it doesn't hold the lock.
    "SET client_connection_check_interval = '2s'",
)


class WritingSession:
    """Runs statements of the one writer, from any thread, each in a transaction of its own, or in :meth:`transaction`."""

    def __init__(self, address: Address) -> None:
        """Takes the lock, which the server frees when the connection ends, however it ends; makes the index if there is none.

        Raises:
            IndexLocked: another process is writing to it.
            StorageError, IndexMismatch.
        """
        self.address = address
        self._lock = threading.RLock()
        self.db: Database = connect(address)
        try:
            self._take_lock()
            vectors_in = look_in(self.db, address)
            with storage_errors(address):
                for setting in _SETTINGS:
                    with suppress(
                        psycopg.errors.UndefinedObject, psycopg.errors.InvalidParameterValue
                    ):
                        self.db.execute(setting)
                with self.db.transaction():
                    self.db.execute("SET LOCAL lock_timeout = '10s'")
                    bring_up(self.db, address, vectors_in)
                guard(self.db, address)
        except BaseException:
            self.db.close()
            raise

    def _take_lock(self) -> None:
        until = time.monotonic() + WAIT_S
        with storage_errors(self.address):
            while True:
                taken = self.db.execute("SELECT pg_try_advisory_lock(%s)", (self.address.lock,))
                if taken.fetchone() == (True,):
                    return
                if time.monotonic() > until:
                    raise IndexLocked(
                        f"{self.address.shown}: another process is writing to this index. Wait until it is done; "
                        "readers are not held up."
                    )
                time.sleep(0.05)

    def rows(
        self,
        statement: str,
        values: Any = (),
        part: Part | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> list[Any]:
        """What a statement gives; nothing, if it is not one that gives something."""
        with self._lock, storage_errors(self.address):
            cursor = self.db.cursor(binary=True)
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def copy(self, table: str, types: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """Write many rows of a table's columns, all of them, of these types."""
        into = f"COPY {table} FROM STDIN (FORMAT binary)"
        with self._lock, storage_errors(self.address), self.db.cursor().copy(into) as copy:
            copy.set_types(list(types))
            for row in rows:
                copy.write_row(row)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what the block writes.

        Raises:
            StorageError: it cannot be written.
        """
        with storage_errors(self.address):
            # Not psycopg's own, which remembers that it is open where an interrupt has come between its steps.
            try:
                self.db.execute("BEGIN")
                yield
            except BaseException:
                self.take_back()
                raise
            self.db.execute("COMMIT")

    def take_back(self) -> None:
        """End a transaction that an interrupt has left open."""
        if self.db.info.transaction_status not in (
            TransactionStatus.IDLE,
            TransactionStatus.UNKNOWN,
        ):
            with storage_errors(self.address):
                self.db.execute("ROLLBACK")

    def close(self) -> None:
        """End it, and let go of the lock."""
        with suppress(psycopg.Error):
            # Not only by ending: the server may notice that a little later.
            self.db.execute("SELECT pg_advisory_unlock_all()")
        with suppress(psycopg.Error):
            self.db.close()

    def __del__(self) -> None:
        if hasattr(self, "db"):
            self.close()
