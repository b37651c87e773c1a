"""What filters look at, in memory: a row for each file, as the published generation has it."""

from __future__ import annotations

import sqlite3
import threading
import zlib

from rag.store.conditions import Conditions
from rag.store.folder.conditions import as_sql
from rag.store.folder.schema import FILTERED, FILTERED_ROW

_NAMES = "name, id, kind, title, author, date, metadata"


class Columns:
    """Read once for a generation, and held against its seal: what is looked through is what was written. A filter then
    goes through some megabytes of memory, not through the catalog. Safe to share between threads."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Of the catalog that ``db`` is open on."""
        self._lock = threading.Lock()
        self._db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._db.execute(f"CREATE TABLE columns ({_NAMES})")
        self.seal = 0
        rows = []
        columns = "f.name, d.id, d.kind, d.title, d.author, d.date, d.metadata"
        for line, *row in db.execute(
            f"SELECT {FILTERED_ROW}, {columns} FROM {FILTERED} ORDER BY f.root, f.name"
        ):
            self.seal += zlib.crc32(line.encode())
            rows.append(row)
        self._db.execute("BEGIN")
        self._db.executemany("INSERT INTO columns VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        self._db.execute("COMMIT")

    def __del__(self) -> None:
        self._db.close()

    def where(self, conditions: Conditions) -> list[tuple[int, str]]:
        """(document, name) of each file that they admit."""
        where, values = as_sql(conditions)
        with self._lock:
            return self._db.execute(
                f"SELECT d.id, f.name FROM columns f CROSS JOIN columns d ON d.rowid = f.rowid WHERE {where}",
                values,
            ).fetchall()

    def stated(self) -> list[tuple[int, str, str, str, str, str]]:
        """Id, kind, title, date, author and metadata of each document."""
        with self._lock:
            return self._db.execute(
                "SELECT DISTINCT id, kind, title, date, author, metadata FROM columns"
            ).fetchall()
