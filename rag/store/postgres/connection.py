"""Connections to the server: how they are made, and what goes wrong with them, in words for a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import conninfo, errors, sql

from rag.errors import IndexDamaged, IndexMissing, RagError, StorageError
from rag.store.postgres.address import Address

OLDEST = 140000  # of the server: from here on it has multiranges
OLDEST_VECTOR = (
    0,
    8,
)  # of the extension: from here on a filtered search goes on until it has enough
DEFAULTS = {
    "application_name": "rag",
    "client_encoding": "utf8",
    "connect_timeout": "10",
    "keepalives_idle": "30",
}

Database = psycopg.Connection[tuple[Any, ...]]


def connect(address: Address) -> Database:
    """A connection in which every statement is a transaction of its own. Nothing is prepared: a pooler may stand between.

    Raises:
        StorageError: there is no such server or database, or it lets nobody in under that name.
    """
    with storage_errors(address):
        try:
            given = {**DEFAULTS, **conninfo.conninfo_to_dict(address.dsn)}
        except psycopg.ProgrammingError:  # whose message quotes what may be a password
            raise StorageError(
                f"{address.shown}: this address cannot be read. In a password, : / @ ? # % are written as %3A %2F %40 "
                "%3F %23 %25."
            ) from None
        db = psycopg.connect(**given, autocommit=True, prepare_threshold=None)  # type: ignore[arg-type]
    if db.info.server_version < OLDEST:
        db.close()
        raise StorageError(
            f"{address.shown}: PostgreSQL {db.info.parameter_status('server_version')} is too old; {OLDEST // 10000} "
            "or later is needed."
        )
    return db


def look_in(db: Database, address: Address) -> str:
    """From now on names mean the index's tables, and what the extension brings; the schema that this is in.

    Raises:
        StorageError: the extension is missing, or too old.
    """
    with storage_errors(address):
        found = db.execute(
            "SELECT n.nspname, e.extversion FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace "
            "WHERE e.extname = 'vector'"
        ).fetchone()
        if found is None:
            raise StorageError(
                f"{address.shown}: the database lacks the extension pgvector. Let its administrator run, in this "
                "database: CREATE EXTENSION vector"
            )
        if tuple(int(n) for n in found[1].split(".")[:2]) < OLDEST_VECTOR:
            raise StorageError(
                f"{address.shown}: pgvector {found[1]} is too old. Let the administrator install 0.8 or later and run, "
                "in this database: ALTER EXTENSION vector UPDATE"
            )
        path = sql.SQL("SET search_path = {}, {}, pg_temp").format(
            sql.Identifier(address.schema), sql.Identifier(found[0])
        )
        db.execute(path)
        return str(found[0])


def missing(address: Address) -> IndexMissing:
    """The error that says that there is no index."""
    return IndexMissing(
        f"{address.shown}: there is no index here. Make one: rag index FOLDER --index '{address.shown}'"
    )


def damaged(address: Address, what: str) -> IndexDamaged:
    """The error that says what is not as it was written, what to do and what it costs."""
    what = "".join(c if c.isprintable() else "?" for c in what)  # it may quote what is damaged
    return IndexDamaged(
        f'{address.shown}: the index is damaged ({what}): restore the schema "{address.schema}" from a backup, or drop '
        "it and run rag index again, which reads and embeds all files anew; lost are then the threshold of rag "
        "calibrate, what rag remove took out, and old versions of files that cannot be read any more."
    )


@contextmanager
def storage_errors(address: Address) -> Iterator[None]:
    """The server's errors within the block, in words for a person.

    Raises:
        IndexMissing: the tables are not there.
        StorageError: the server is away, full, read-only, or does not let this role do it.
        IndexDamaged: the server cannot read what it has written.
    """
    try:
        yield
    except psycopg.Error as error:
        raise in_words(address, error) from None


def in_words(address: Address, error: psycopg.Error) -> RagError:
    """What went wrong, and what to do about it. It quotes no password."""
    where, said = address.shown, _said(address, error)
    match error:
        case errors.DiskFull() | errors.OutOfMemory() | errors.ConfigurationLimitExceeded():
            return StorageError(
                f"{where}: the server has no room left ({said}). What was indexed so far is safe; make room and run the "
                "same command again."
            )
        case errors.InsufficientPrivilege():
            return StorageError(
                f"{where}: this role may not do that ({said}). To index, it must own the schema {address.schema}, or "
                "be allowed to create one: GRANT CREATE ON DATABASE ... TO ...; to read, it must be granted that "
                "(docs/postgresql.md)."
            )
        case errors.ReadOnlySqlTransaction():
            return StorageError(
                f"{where}: this server only reads; it is a standby, or default_transaction_read_only is on. "
                "Name the primary server to write to it."
            )
        case errors.InvalidSchemaName() | errors.UndefinedTable():
            return missing(address)
        case errors.LockNotAvailable():
            return StorageError(
                f"{where}: readers hold on to tables that must be changed. Close them (rag serve, rag ask), and run the "
                "same command again."
            )
        case errors.QueryCanceled():
            return StorageError(
                f"{where}: the server stopped a statement ({said}). Raise statement_timeout for this role."
            )
        case errors.DataCorrupted() | errors.IndexCorrupted():
            return damaged(address, said)
    return _not_there(where, said)


_ENDED = (
    "What was indexed so far is safe: see that the server is up, and run the same command again."
)


def _not_there(where: str, said: str) -> StorageError:
    """The error of a connection, of whose kind there is nothing but the words."""
    advice = "Check the address, and that the server is up."
    for words, what in (
        ("authentication failed", "Check user and password; PGPASSWORD or ~/.pgpass may give it."),
        ("no password supplied", "Give a password: in the address, PGPASSWORD or ~/.pgpass."),
        ("does not exist", "Make it first, or name another."),
        ("too many", "Let clients go, or raise max_connections."),
        ("starting up", "Wait a moment, and run the same command again."),
        ("recovery mode", "Wait a moment, and run the same command again."),
        ("not yet accepting", "Wait a moment, and run the same command again."),
        ("shutting down", "Wait until it is up again, and run the same command again."),
        ("terminating connection", _ENDED),
        ("closed the connection", _ENDED),
        ("connection is closed", _ENDED),
        ("connection is lost", _ENDED),
        ("pg_hba.conf", "Let the administrator allow this host, user and database in pg_hba.conf."),
    ):
        if words in said:
            advice = what
            break
    return StorageError(f"{where}: {said}. {advice}")


def _said(address: Address, error: psycopg.Error) -> str:
    """What the server says, on one line, without a password."""
    said = " ".join((error.diag.message_primary or str(error)).split()).rstrip(".?")
    try:
        password = conninfo.conninfo_to_dict(address.dsn).get("password")
    except psycopg.ProgrammingError:
        password = None
    return said.replace(str(password), "***") if password else said
