"""Connections to the catalog's file: the writer's, and a reader's that sees one moment of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import IndexDamaged, IndexMismatch, IndexMissing, StorageError
from rag.store.schema import FORMAT_VERSION, MIGRATIONS

FILE_NAME = "catalog.sqlite"
TIMEOUT_S = 60.0  # how long another connection's lock is waited for


def connect_writer(folder: Path) -> sqlite3.Connection:
    """A connection that may change the catalog in ``folder``: made if there is none, brought up to
    date if its format is older.

    Raises:
        StorageError: it cannot be written.
        IndexDamaged: it is no catalog.
        IndexMismatch: a newer version of rag made it.
    """
    path = folder / FILE_NAME
    with storage_errors(path):
        folder.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, isolation_level=None, timeout=TIMEOUT_S, check_same_thread=False)
        with _closed_on_error(db):
            db.execute("PRAGMA journal_mode = WAL")
            # A commit may be undone by a power cut, never torn: the next run does it again.
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("PRAGMA foreign_keys = ON")
            _migrate(db, path)
    return db


def connect_reader(folder: Path) -> sqlite3.Connection:
    """A connection that goes on seeing the catalog in ``folder`` as it is now.

    Raises:
        IndexMissing: there is none, or one in which nothing has been written yet.
        IndexDamaged: it is no catalog.
        IndexMismatch: its format is newer, or older and not yet brought up to date.
    """
    path = folder / FILE_NAME
    missing = IndexMissing(
        f"{folder}: there is no index here. Make one: rag index FOLDER --index {folder}"
    )
    if not path.is_file():
        raise missing
    with storage_errors(path):
        try:
            return _reading(folder, path, missing, "mode=rw")
        except sqlite3.OperationalError as error:
            # A medium that cannot be written: nobody else writes there either.
            if not any(word in str(error) for word in ("readonly", "unable to open")):
                raise
            return _reading(folder, path, missing, "mode=ro&immutable=1")


def _reading(folder: Path, path: Path, missing: IndexMissing, mode: str) -> sqlite3.Connection:
    """A connection that writes nothing of its own. "mode=rw", since what a killed writer left in its
    journal must be taken in or back before anything can be read."""
    db = sqlite3.connect(
        f"{path.resolve().as_uri()}?{mode}",
        uri=True,
        isolation_level=None,
        timeout=TIMEOUT_S,
        check_same_thread=False,
    )
    with _closed_on_error(db):
        db.execute("PRAGMA query_only = ON")
        version = _version(db, path)
        if version == 0:  # its first writer was stopped before there was anything in it
            raise missing
        if version < FORMAT_VERSION:
            raise IndexMismatch(
                f"{folder}: made by an older version of rag. Run rag index on it once, "
                "which brings it up to date."
            )
        db.execute("BEGIN")
        # The first read is what fixes the moment.
        if db.execute("SELECT 1 FROM meta WHERE key = 'fingerprint'").fetchone() is None:
            raise missing
    return db


@contextmanager
def transaction(db: sqlite3.Connection, path: Path) -> Iterator[None]:
    """All or nothing of what the block writes.

    Raises:
        StorageError: the disk is full.
        IndexDamaged: the file is not what it was.
    """
    with storage_errors(path):
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """SQLite's errors within the block, in words for a person; ``path`` is the catalog's.

    Raises:
        StorageError: the disk is full, or the file cannot be opened, read or written.
        IndexDamaged: the file is no catalog, or not what it was.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        text = str(error)
        if "full" in text or "disk I/O" in text:
            raise StorageError(
                f"{path}: the disk is full or cannot be written ({text}). What was indexed so far "
                "is safe; make room and run the same command again."
            ) from error
        if "readonly" in text or "unable to open" in text:
            raise StorageError(f"{path}: cannot be written or opened ({text}).") from error
        if isinstance(error, sqlite3.OperationalError) and "locked" in text:
            raise StorageError(f"{path}: another program holds it ({text}).") from error
        if "malformed" in text or "not a database" in text:
            raise IndexDamaged(
                f"{path}: the catalog is damaged ({text}). Delete the index folder and build it "
                "again; the documents themselves are untouched."
            ) from error
        raise
    except OSError as error:
        raise StorageError(f"{path.parent}: cannot be written: {error.strerror}.") from error


def _version(db: sqlite3.Connection, path: Path) -> int:
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > FORMAT_VERSION:
        raise IndexMismatch(
            f"{path.parent}: made by a newer version of rag (index format {version}, "
            f"this version reads up to {FORMAT_VERSION}). Update rag: pip install -U rag-folder"
        )
    return version


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    """To the newest format, all steps or none: a half-made catalog would be one of an older format
    to whoever opens it."""
    version = _version(db, path)
    if version == FORMAT_VERSION:
        return
    with transaction(db, path):
        for step in MIGRATIONS[version:FORMAT_VERSION]:
            for statement in step.split(";"):
                if statement.strip():
                    db.execute(statement)
        db.execute(f"PRAGMA user_version = {FORMAT_VERSION}")


@contextmanager
def _closed_on_error(db: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        db.close()
        raise
