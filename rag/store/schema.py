"""The catalog's tables, and how an older format is brought up to date."""

from __future__ import annotations

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
)
FORMAT_VERSION = len(MIGRATIONS)
