"""What is kept outside an index and may quote its documents: each is a name and a way to clean it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rag.errors import StorageError
from rag.forgetting.traces import Traces


@dataclass(frozen=True, slots=True)
class Keeping:
    """``name`` is what people call what it holds ("cached answers"), ``files`` are where it is kept, ``clean`` removes all
    that quotes forgotten documents, so that no byte of it is left, and says how much that was. ``texts`` are all that it
    holds, where that is in no file."""

    name: str
    files: tuple[Path, ...]
    clean: Callable[[Traces], int]
    texts: Callable[[], Iterable[str]] | None = None


def rows_store(name: str, path: Path, table: str, columns: Sequence[str]) -> Keeping:
    """The rows of a table in a SQLite file, of which ``columns`` hold text or JSON, the first its primary key's.

    Raises, when it is cleaned:
        StorageError: the file cannot be read or changed.
    """

    def clean(traces: Traces) -> int:
        if not path.is_file():
            return 0
        try:
            with closing(sqlite3.connect(path, timeout=30.0)) as db:
                return _cleaned(db, table, columns, traces)
        except sqlite3.Error as error:
            raise StorageError(f"{path}: cannot be cleaned: {error}.") from None

    return Keeping(name, (path, path.with_name(path.name + "-wal")), clean)


def _cleaned(db: sqlite3.Connection, table: str, columns: Sequence[str], traces: Traces) -> int:
    db.execute("PRAGMA secure_delete = ON")
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
        return 0
    with db:
        rows = db.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()
        told = [row[:1] for row in rows if any(traces.told_by(str(text)) for text in row[1:])]
        db.executemany(f"DELETE FROM {table} WHERE {columns[0]} = ?", told)
    # Also where nothing was found: what had been deleted before may still be in free pages.
    db.execute("VACUUM")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return len(told)
