"""A state in one SQLite file, for one server."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from rag.errors import StorageError
from rag.serve.state.protocol import Db, State

T = TypeVar("T")
FILE = "state.sqlite"
ANSWERS = "answers.sqlite"
"""Beside it: answers of models that are paid for, so that none is paid for twice."""


class SqliteState(State):
    """The file, and its tables."""

    shared = False

    def __init__(self, folder: Path, *schemas: str) -> None:
        """Opens the file in ``folder``, which is made, readable by its owner alone.

        Raises:
            StorageError: it cannot be used.
        """
        self.folder = folder
        self.path = folder / FILE
        self.name = str(folder)
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
    def existing(cls, folder: Path, *schemas: str) -> SqliteState:
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

    def run(self, work: Callable[[Db], T], *, alone: str = "") -> T:
        """As :meth:`State.run` says."""
        with self._in_words(), self._lock, self._db:
            if alone:  # no other process writes from here on: what is read now is so until the end
                self._db.execute("BEGIN IMMEDIATE")
            return work(self._db)

    def look(self, work: Callable[[Db], T]) -> T:
        """As :meth:`State.look` says; the event loop may call it."""
        with self._in_words(), self._look_lock:
            return work(self._looking)

    def erase(self, work: Callable[[Db], T]) -> T:
        """As :meth:`State.erase` says: not in the file's log, either."""
        with self._in_words(), self._lock:
            with self._db:
                result = work(self._db)
            self._compact()
            return result

    def compact(self) -> None:
        """As :meth:`State.compact` says."""
        with self._in_words(), self._lock:
            self._compact()

    def close(self) -> None:
        """Close the file."""
        self._looking.close()
        self._db.close()

    def _compact(self) -> None:
        self._db.execute("VACUUM")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _take(self, name: str) -> Callable[[], None]:
        return lambda: None  # one server has this file

    def _connected(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=5.0, check_same_thread=False)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise StorageError(f"{self.path}: cannot be used: {error}.") from None
