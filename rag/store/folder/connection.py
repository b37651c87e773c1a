"""Connections to the catalog's file: the writer's, and a reader's that sees one moment of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rag.errors import IndexDamaged, IndexMismatch, IndexMissing, StorageError
from rag.store.folder.schema import FORMAT_VERSION, bring_up, key_of
from rag.store.folder.seal import seal_of

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
            db.create_function("seal_of", -1, seal_of, deterministic=True)
            db.create_function("key_of", 2, key_of, deterministic=True)
            _migrate(db, path)
            db.execute(
                "PRAGMA foreign_keys = ON"
            )  # not before: a step may put a table in another's place
    return db


def connect_reader(folder: Path) -> sqlite3.Connection:
    """A connection that goes on seeing the catalog in ``folder`` as it is now.

    Raises:
        IndexMissing: there is none.
        IndexDamaged: it is no catalog.
        IndexMismatch: its format is newer, or older and not yet brought up to date.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        raise _missing(folder)
    with storage_errors(path):
        try:
            return _reading(folder, path, "mode=rw")
        except sqlite3.OperationalError as error:
            # A medium that cannot be written: nobody else writes there either.
            if not any(word in str(error) for word in ("readonly", "unable to open")):
                raise
            return _reading(folder, path, "mode=ro&immutable=1")


def write_back(folder: Path, *, empty: bool = False) -> None:
    """Bring the log's pages into the catalog in ``folder``, as far as readers let; and, to ``empty``
    it, cut it to nothing, if none reads it. Nobody is waited for, and what cannot be done is left."""
    path = folder / FILE_NAME
    with suppress(sqlite3.Error):
        db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=0)
        try:
            db.execute(f"PRAGMA wal_checkpoint({'TRUNCATE' if empty else 'PASSIVE'})")
        finally:
            db.close()


def log_size(folder: Path) -> int:
    """The bytes of the catalog's log; 0 if there is none."""
    with suppress(OSError):
        return (folder / f"{FILE_NAME}-wal").stat().st_size
    return 0


def damaged(path: Path, what: str) -> IndexDamaged:
    """The error that says what is wrong with the catalog at ``path``, what to do and what it costs."""
    folder = path.parent
    what = "".join(c if c.isprintable() else "?" for c in what)  # it may quote what is damaged
    return IndexDamaged(
        f"{path}: the catalog is damaged ({what}): delete the folder {folder} and run rag index "
        f"FOLDER --index {folder} again, which reads and embeds all files anew; lost are the "
        "threshold of rag calibrate, what rag remove took out, and old versions of files that "
        "cannot be read any more."
    )


def _missing(folder: Path) -> IndexMissing:
    return IndexMissing(
        f"{folder}: there is no index here. Make one: rag index FOLDER --index {folder}"
    )


def _reading(folder: Path, path: Path, mode: str) -> sqlite3.Connection:
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
        # A page is looked at before it is gone by, and the file's own schema runs nothing.
        db.execute("PRAGMA cell_size_check = ON")
        db.execute("PRAGMA trusted_schema = OFF")
        version = _version(db, path)
        if version == 0:  # its first writer was stopped before there was anything in it
            raise _missing(folder)
        if version < FORMAT_VERSION:
            raise IndexMismatch(
                f"{folder}: made by an older version of rag. Run rag index on it once, "
                "which brings it up to date."
            )
        db.execute("BEGIN")  # the first read is what fixes the moment
    return db


@contextmanager
def transaction(db: sqlite3.Connection, path: Path) -> Iterator[None]:
    """All or nothing of what the block writes.

    Raises:
        StorageError: the disk is full.
        IndexDamaged: the file is not what it was.
    """
    with storage_errors(path):
        try:
            db.execute("BEGIN IMMEDIATE")
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
        if isinstance(error, sqlite3.ProgrammingError):  # such as a connection that was closed
            raise
        # Whatever else SQLite says of tables and statements that are always the same.
        raise damaged(path, text) from error
    except UnicodeDecodeError as error:  # of a message that quotes what is damaged
        raise damaged(path, "its schema is not readable") from error
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
        bring_up(db, version)


@contextmanager
def _closed_on_error(db: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        db.close()
        raise
