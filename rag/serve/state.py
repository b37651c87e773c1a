"""What a server keeps besides indexes: keys, conversations, feedback, usage. One SQLite file."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from rag.errors import StorageError

T = TypeVar("T")
FILE = "state.sqlite"
ANSWERS = "answers.sqlite"
"""Beside it: answers of models that are paid for, so that none is paid for twice."""


def now() -> str:
    """The time as the file keeps it: UTC, to the microsecond, so that it sorts."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


class State:
    """The file, and its tables: each room that keeps something names its own in a schema of
    "CREATE TABLE IF NOT EXISTS"."""

    def __init__(self, folder: Path, *schemas: str) -> None:
        """Opens the file in ``folder``, which is made, readable by its owner alone.

        Raises:
            StorageError: it cannot be used.
        """
        self.folder = folder
        self.path = folder / FILE
        self._lock, self._look_lock = threading.Lock(), threading.Lock()
        with self._in_words():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._db = self._connected()
            self.path.chmod(0o600)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA secure_delete = ON")
            for schema in schemas:
                self._db.executescript(schema)
            self._looking = self._connected()

    @classmethod
    def existing(cls, folder: Path, *schemas: str) -> State:
        """The file in ``folder``, which a server has made.

        Raises:
            StorageError: there is none, or it cannot be used.
        """
        if not (folder / FILE).is_file():
            raise StorageError(
                f"{folder}: rag serve has kept nothing here. Name its state folder, which is the "
                "index's with .serve behind it, or what --state said."
            )
        return cls(folder, *schemas)

    def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """``work`` in one transaction.

        Raises:
            StorageError: the disk is full, or the file damaged.
        """
        with self._in_words(), self._lock, self._db:
            return work(self._db)

    async def arun(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """As :meth:`run`, beside the event loop."""
        return await asyncio.to_thread(self.run, work)

    def look(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """``work`` that only reads, and little. It waits for no writer, so the event loop may call it.

        Raises:
            StorageError: the file is damaged.
        """
        with self._in_words(), self._look_lock:
            return work(self._looking)

    def erase(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """As :meth:`run`, for ``work`` that deletes: what it deletes is in no byte of the file, nor of its log,
        when this returns, unless another process is reading them.

        Raises:
            StorageError: as :meth:`run`.
        """
        with self._in_words(), self._lock:
            with self._db:
                result = work(self._db)
            self._db.execute("VACUUM")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return result

    async def aerase(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """As :meth:`erase`, beside the event loop."""
        return await asyncio.to_thread(self.erase, work)

    def close(self) -> None:
        """Close the file."""
        self._looking.close()
        self._db.close()

    def _connected(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=5.0, check_same_thread=False)
        db.row_factory = sqlite3.Row
        return db

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise StorageError(f"{self.path}: cannot be used: {error}.") from None
