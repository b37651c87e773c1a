"""The catalog's tables, and how an older format is brought up to date."""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from uuid import uuid4

from rag.store.contents import Contents
from rag.store.folder.seal import seal_of

# Each step takes the format one version up; an index of version n runs steps n, n+1, ...
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE documents (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        sha256 TEXT NOT NULL,
        loader TEXT NOT NULL,
        kind TEXT NOT NULL, title TEXT NOT NULL, author TEXT NOT NULL, date TEXT NOT NULL,
        page_kind TEXT NOT NULL, map TEXT NOT NULL, metadata TEXT NOT NULL, notes TEXT NOT NULL,
        text BLOB NOT NULL,
        UNIQUE (sha256, loader)
    );
    CREATE TABLE roots (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE);
    CREATE TABLE files (
        root INTEGER NOT NULL REFERENCES roots (id),
        name TEXT NOT NULL,
        size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, loader TEXT NOT NULL,
        document INTEGER REFERENCES documents (id),
        failure TEXT,
        PRIMARY KEY (root, name)
    ) WITHOUT ROWID;
    CREATE INDEX files_document ON files (document);
    CREATE TABLE staged (
        root INTEGER NOT NULL, name TEXT NOT NULL,
        size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, loader TEXT NOT NULL,
        document INTEGER REFERENCES documents (id),
        failure TEXT,
        PRIMARY KEY (root, name)
    ) WITHOUT ROWID;
    CREATE TABLE vectors (
        id INTEGER PRIMARY KEY,
        model TEXT NOT NULL, hash BLOB NOT NULL, vector BLOB NOT NULL,
        UNIQUE (model, hash)
    );
    CREATE TABLE chunks (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        start INTEGER NOT NULL, stop INTEGER NOT NULL, context TEXT NOT NULL,
        vector INTEGER NOT NULL REFERENCES vectors (id)
    );
    CREATE INDEX chunks_document ON chunks (document);
    CREATE INDEX chunks_vector ON chunks (vector);
    """,
    # Indexes of version 1 go on searching each chunk by its own vector alone.
    """
    INSERT INTO meta SELECT 'neighbour_share', '0.0' FROM meta WHERE key = 'fingerprint';
    """,
    # A seal on every row, and one record of what the published generation holds.
    """
    ALTER TABLE roots ADD COLUMN seal INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE files ADD COLUMN seal INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE staged ADD COLUMN seal INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE vectors ADD COLUMN seal INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE chunks ADD COLUMN seal INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE documents ADD COLUMN first_chunk INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE documents ADD COLUMN chunk_count INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE documents ADD COLUMN text_seal INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE documents ADD COLUMN seal INTEGER NOT NULL DEFAULT 0;
    UPDATE documents SET
        first_chunk = (SELECT coalesce(min(id), 0) FROM chunks WHERE document = documents.id),
        chunk_count = (SELECT count(*) FROM chunks WHERE document = documents.id),
        text_seal = seal_of(text);
    CREATE TABLE contents (packed BLOB NOT NULL, seal INTEGER NOT NULL);
    """,
    # One key for model and text, so that five vectors of 384 numbers fit into a page, not four.
    """
    CREATE TABLE keyed (
        id INTEGER PRIMARY KEY,
        key BLOB NOT NULL UNIQUE, vector BLOB NOT NULL, seal INTEGER NOT NULL DEFAULT 0
    );
    INSERT INTO keyed (id, key, vector) SELECT id, key_of(model, hash), vector FROM vectors;
    DROP TABLE vectors;
    ALTER TABLE keyed RENAME TO vectors;
    """,
    # What of a text comes behind its first block, which is in the document's row. A text of before is one block.
    """
    CREATE TABLE blocks (
        document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        number INTEGER NOT NULL, packed BLOB NOT NULL, seal INTEGER NOT NULL DEFAULT 0,
        UNIQUE (document, number)
    );
    """,
    # What was found in a document when it was read, by a version of what is looked for.
    """
    CREATE TABLE traits (
        document INTEGER PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
        version INTEGER NOT NULL, packed BLOB NOT NULL, seal INTEGER NOT NULL
    );
    """,
)
FORMAT_VERSION = len(MIGRATIONS)

FILE = "root, name, size, mtime_ns, loader, document, failure"
DOCUMENT = (
    "id, sha256, loader, kind, title, author, date, page_kind, map, metadata, notes, "
    "first_chunk, chunk_count, text_seal"
)
CHUNK = "id, document, start, stop, context, vector"
VECTOR = "id, key, vector"
BLOCK = "document, number, packed"
TRAITS = "document, version, packed"
SEALED = {
    "roots": "id, path",
    "files": FILE,
    "staged": FILE,
    "documents": DOCUMENT,
    "chunks": CHUNK,
    "vectors": VECTOR,
    "blocks": BLOCK,
    "traits": TRAITS,
}
"""Of each table, the columns that its rows' seals are over. A document's text has a seal of its own,
so that whoever looks through documents need not read their texts."""


def key_of(model: str, text: bytes) -> bytes:
    """What a vector is found by: 16 bytes of its model's fingerprint and its text's hash."""
    return hashlib.blake2b(model.encode() + b"\0" + text, digest_size=16).digest()


BY_NAME = "INDEXED BY sqlite_autoindex_files_1"
"""After the table of files: by its own order. NOT INDEXED would not keep SQLite from files_document,
which no seal is over."""

FILTERED = f"files f {BY_NAME} CROSS JOIN documents d ON d.id = f.document"
"""What a filter looks through, by no index but the ids."""


FILTERED_ROW = " || ".join(
    f"quote({column})"
    for column in (
        "f.root",
        "f.name",
        "d.id",
        "d.kind",
        "d.title",
        "d.author",
        "d.date",
        "d.metadata",
    )
)
"""What of it the seal is over; SQLite puts a row together."""


def seal_of_filtered(db: sqlite3.Connection, file: tuple[int, str] | None = None) -> int:
    """A seal over all that filters look at, or what of it is of one file (root, name): what does not fit a condition is
    left out unseen, so that no row can be held against its seal then. It is a sum, so that a file can be taken out of
    it and put into it."""
    where, values = ("1", ()) if file is None else ("f.root = ? AND f.name = ?", file)
    rows = db.execute(f"SELECT {FILTERED_ROW} FROM {FILTERED} WHERE {where}", values)
    return sum(zlib.crc32(line.encode()) for (line,) in rows)


def bring_up(db: sqlite3.Connection, version: int) -> None:
    """Take the format of the catalog from ``version`` to the newest, within a transaction. All rows
    are sealed as they stand, and the published generation gets a new identity."""
    for step in MIGRATIONS[version:]:
        for statement in step.split(";"):
            if statement.strip():
                db.execute(statement)
    for table, columns in SEALED.items():
        db.execute(f"UPDATE {table} SET seal = seal_of({columns})")
    meta = dict(db.execute("SELECT key, value FROM meta WHERE key <> 'seal'"))
    if "generation" in meta:
        meta |= {"identity": uuid4().hex, "filtered": str(seal_of_filtered(db))}
        ranges = {
            i: (first, n)
            for i, first, n in db.execute("SELECT id, first_chunk, chunk_count FROM documents")
        }
        files = db.execute("SELECT document, name FROM files WHERE document IS NOT NULL")
        write_contents(db, Contents.of(files, ranges))
    if meta:
        write_meta(db, meta)
    db.execute(f"PRAGMA user_version = {FORMAT_VERSION}")


def write_meta(db: sqlite3.Connection, meta: dict[str, str]) -> None:
    """Keep these values by name, all that there are, with a seal over them."""
    sealed = {**meta, "seal": str(seal_of(*sorted(meta.items(), key=repr)))}
    db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", sealed.items())


def write_contents(db: sqlite3.Connection, contents: Contents) -> None:
    """Keep the record of what the published generation holds, in the place of the one before."""
    packed = contents.pack()
    db.execute("DELETE FROM contents")
    db.execute("INSERT INTO contents VALUES (?, ?)", (packed, seal_of(packed)))
