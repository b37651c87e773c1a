"""The one truth on disk: files, documents, chunks and vectors in SQLite.

Content and names are kept apart, as git keeps blobs and refs. Documents are stored by the
hash of their bytes, as soon as they are read; ``files`` says which of them the index holds,
and is changed only when a generation is published, in one transaction. A document that no
file names is invisible, and swept away at the next publication.

    staging:     a document a transaction, while the run goes on; a crash keeps all of them
    publishing:  files flip to their new documents, unnamed documents go, generation + 1
"""

from __future__ import annotations

import json
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from rag.chunking import Chunk
from rag.documents.document import Document, Heading, Page
from rag.errors import IndexDamaged, IndexMismatch, IndexMissing, StorageError
from rag.store.dense import with_neighbours
from rag.store.schema import FORMAT_VERSION, MIGRATIONS

FILE_NAME = "catalog.sqlite"

# Settings that an index keeps.
FIXED = ("chunk_tokens", "overlap_tokens", "context_tokens", "neighbour_share")


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of the index: its stamp, and the document that it holds or why it holds none."""

    root: int
    name: str
    size: int
    mtime_ns: int
    loader: str
    document: int | None
    failure: str | None


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """A chunk with what is needed to show it."""

    id: int
    document: int
    start: int
    stop: int
    context: str
    text: str


class Catalog:
    """A connection to the catalog; the writer's, or a reader's fixed snapshot of one generation."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.db = connection
        self.path = path
        self._texts: dict[int, str] = {}
        self._lock = threading.Lock()

    # -- opening --------------------------------------------------------------------------

    @classmethod
    def create_or_open(cls, folder: Path) -> Catalog:
        """The writer's connection; makes the catalog, or brings an older format up to date.

        Raises:
            StorageError, IndexDamaged, IndexMismatch.
        """
        path = folder / FILE_NAME
        with _storage_errors(path):
            folder.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(path, isolation_level=None, timeout=60, check_same_thread=False)
            db.execute("PRAGMA journal_mode = WAL")
            # A commit may be undone by a power cut, never torn: the next run does it again.
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("PRAGMA foreign_keys = ON")
            catalog = cls(db, path)
            catalog._check_version()
            catalog._migrate()
        return catalog

    @classmethod
    def open_snapshot(cls, folder: Path) -> Catalog:
        """A reader's connection that goes on seeing the index as it is now.

        Raises:
            IndexMissing, IndexDamaged, IndexMismatch.
        """
        path = folder / FILE_NAME
        missing = IndexMissing(
            f"{folder}: there is no index here. Make one: rag index FOLDER --index {folder}"
        )
        if not path.is_file():
            raise missing
        with _storage_errors(path):
            db = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro",
                uri=True,
                isolation_level=None,
                timeout=60,
                check_same_thread=False,
            )
            catalog = cls(db, path)
            catalog._check_version()
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:  # its first writer was stopped before there was anything in it
                db.close()
                raise missing
            if version < FORMAT_VERSION:
                raise IndexMismatch(
                    f"{folder}: made by an older version of rag. Run rag index on it once, "
                    "which brings it up to date."
                )
            db.execute("BEGIN")
            catalog.generation()  # the first read is what fixes the snapshot
        return catalog

    def _check_version(self) -> None:
        version = self.db.execute("PRAGMA user_version").fetchone()[0]
        if version > FORMAT_VERSION:
            raise IndexMismatch(
                f"{self.path.parent}: made by a newer version of rag (index format {version}, "
                f"this version reads up to {FORMAT_VERSION}). Update rag: pip install -U rag-folder"
            )

    def _migrate(self) -> None:
        """To the newest format, all steps or none: a half-made catalog would be one of an older format
        to whoever opens it."""
        version = self.db.execute("PRAGMA user_version").fetchone()[0]
        if version == FORMAT_VERSION:
            return
        with self.transaction():
            for step in MIGRATIONS[version:FORMAT_VERSION]:
                for statement in step.split(";"):
                    if statement.strip():
                        self.db.execute(statement)
            self.db.execute(f"PRAGMA user_version = {FORMAT_VERSION}")

    def close(self) -> None:
        self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing.

        Raises:
            StorageError: the disk is full.
            IndexDamaged: the file is not what it was.
        """
        with _storage_errors(self.path):
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")

    # -- meta -----------------------------------------------------------------------------

    def get(self, key: str) -> str | None:
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def set(self, **values: str) -> None:
        self.db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def generation(self) -> int:
        return int(self.get("generation") or 0)

    # -- staging --------------------------------------------------------------------------

    def root(self, path: str) -> int:
        self.db.execute("INSERT OR IGNORE INTO roots (path) VALUES (?)", (path,))
        row = self.db.execute("SELECT id FROM roots WHERE path = ?", (path,)).fetchone()
        return int(row[0])

    def roots(self) -> dict[int, str]:
        return dict(self.db.execute("SELECT id, path FROM roots ORDER BY id"))

    def files(self, table: str = "files") -> Iterator[FileRow]:
        """Rows of ``files`` (what is published) or of ``staged`` (what will be)."""
        assert table in ("files", "staged")
        for row in self.db.execute(
            f"SELECT root, name, size, mtime_ns, loader, document, failure FROM {table} "
            "ORDER BY root, name"
        ):
            yield FileRow(*row)

    def stage(self, row: FileRow) -> None:
        self.db.execute(
            "INSERT OR REPLACE INTO staged VALUES (?, ?, ?, ?, ?, ?, ?)",
            (row.root, row.name, row.size, row.mtime_ns, row.loader, row.document, row.failure),
        )

    def find_document(self, sha256: str, loader: str) -> int | None:
        row = self.db.execute(
            "SELECT id FROM documents WHERE sha256 = ? AND loader = ?", (sha256, loader)
        ).fetchone()
        return int(row[0]) if row else None

    def find_vectors(self, model: str, hashes: list[bytes]) -> dict[bytes, int]:
        """Which of these texts have been embedded before: hash -> vector id."""
        found: dict[bytes, int] = {}
        for i in range(0, len(hashes), 500):
            part = hashes[i : i + 500]
            marks = ",".join("?" * len(part))
            found.update(
                self.db.execute(
                    f"SELECT hash, id FROM vectors WHERE model = ? AND hash IN ({marks})",
                    (model, *part),
                )
            )
        return found

    def add_vectors(self, model: str, hashes: list[bytes], vectors: NDArray[np.float32]) -> None:
        half = vectors.astype("<f2")
        self.db.executemany(
            "INSERT OR IGNORE INTO vectors (model, hash, vector) VALUES (?, ?, ?)",
            ((model, key, row.tobytes()) for key, row in zip(hashes, half, strict=True)),
        )

    def add_document(
        self, sha256: str, loader: str, document: Document, chunks: list[Chunk], vectors: list[int]
    ) -> int:
        """Store a document with its chunks, ``vectors[i]`` being the vector id of ``chunks[i]``."""
        headings = [[h.level, h.start, h.end, h.title] for h in document.headings]
        pages = [[p.number, p.start, p.label] for p in document.pages]
        cursor = self.db.execute(
            "INSERT INTO documents (sha256, loader, kind, title, author, date, page_kind, map, "
            "metadata, notes, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                sha256,
                loader,
                document.kind,
                document.title,
                document.author,
                document.date,
                document.page_kind,
                json.dumps({"pages": pages, "headings": headings, "code": document.code}),
                json.dumps(dict(document.metadata)),
                json.dumps(document.notes),
                zlib.compress(document.text.encode("utf-8"), 1),
            ),
        )
        identity = int(cursor.lastrowid or 0)
        self.db.executemany(
            "INSERT INTO chunks (document, start, stop, context, vector) VALUES (?, ?, ?, ?, ?)",
            (
                (identity, c.start, c.end, c.context, vector)
                for c, vector in zip(chunks, vectors, strict=True)
            ),
        )
        return identity

    # -- publishing -----------------------------------------------------------------------

    def publish(self, removed: Iterable[tuple[int, str]]) -> int:
        """Make what is staged visible and what is ``removed`` (root, name) not; one transaction.

        Returns the generation that the index is now in.
        """
        with self.transaction():
            self.db.executemany("DELETE FROM files WHERE root = ? AND name = ?", removed)
            self.db.execute("INSERT OR REPLACE INTO files SELECT * FROM staged")
            self.db.execute("DELETE FROM staged")
            self.db.execute(
                "DELETE FROM documents WHERE id NOT IN "
                "(SELECT document FROM files WHERE document IS NOT NULL)"
            )
            self.db.execute("DELETE FROM roots WHERE id NOT IN (SELECT root FROM files)")
            generation = self.generation() + 1
            self.set(generation=str(generation))
            if not self.identity():
                self.set(identity=uuid4().hex)
        return generation

    def identity(self) -> str:
        """What tells this index from every other, also from one built at the same place later."""
        return self.get("identity") or ""

    def sweep_vectors(self) -> int:
        """Forget the vectors of texts that are no longer in the index, and give the space back."""
        with self.transaction():
            gone = self.db.execute(
                "DELETE FROM vectors WHERE id NOT IN (SELECT vector FROM chunks)"
            ).rowcount
        with _storage_errors(self.path):
            self.db.execute("VACUUM")
        return gone

    def empty_log(self) -> None:
        """Write the log back and cut it to nothing, unless a reader still needs it."""
        self.db.execute("PRAGMA busy_timeout = 0")  # a reader is not waited for
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    # -- reading --------------------------------------------------------------------------

    def visible(self) -> NDArray[np.int64]:
        """Ids of all chunks that a file of this generation holds, sorted; int64 [n]."""
        rows = self.db.execute(
            "SELECT id FROM chunks WHERE document IN "
            "(SELECT document FROM files WHERE document IS NOT NULL) ORDER BY id"
        )
        return np.fromiter((row[0] for row in rows), np.int64)

    def vectors(
        self, chunk_ids: NDArray[np.int64], dimension: int, batch: int = 8192
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """(ids, float32 [n, dimension]) of these chunks, some thousands at a time, ids sorted.

        Raises:
            IndexDamaged: a vector has another length.
        """
        ids = np.sort(chunk_ids)
        for i in range(0, len(ids), batch):
            part = ids[i : i + batch]
            rows = self._of_chunks(
                part, "c.id, v.vector FROM chunks c JOIN vectors v ON v.id = c.vector"
            )
            blob = b"".join(vector for _, vector in rows)
            if len(blob) != len(part) * dimension * 2 or len(rows) != len(part):
                raise IndexDamaged(
                    f"{self.path}: vectors are missing or not of length {dimension}. "
                    "Delete the index folder and build it again."
                )
            matrix = np.frombuffer(blob, "<f2").reshape(len(part), dimension).astype(np.float32)
            yield part, matrix

    def search_vectors(
        self, chunk_ids: NDArray[np.int64], dimension: int, batch: int = 8192
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """As ``vectors``, with ``neighbour_share`` of their neighbours': see
        :func:`rag.store.dense.with_neighbours`.

        Raises:
            IndexDamaged: a chunk is missing, or a vector has another length.
        """
        share = float(self.get("neighbour_share") or 0)
        if not share:
            yield from self.vectors(chunk_ids, dimension, batch)
            return
        ids = np.sort(chunk_ids)
        for i in range(0, len(ids), batch):
            part = ids[i : i + batch]
            around = np.unique(np.concatenate((part - 1, part, part + 1)))
            # A document is stored in one transaction: the ids of its chunks run in their order.
            rows = self._of_chunks(around, "c.id, c.document FROM chunks c")
            known, documents = np.array(rows, np.int64).reshape(-1, 2).T
            if not np.isin(part, known).all():
                raise IndexDamaged(
                    f"{self.path}: chunks are missing. Delete the index folder and build it again."
                )
            own = np.concatenate([vectors for _, vectors in self.vectors(known, dimension, batch)])
            blended = with_neighbours(own, documents, share, ids=known)
            yield part, blended[np.searchsorted(known, part)]

    def _of_chunks(self, ids: NDArray[np.int64], columns: str) -> list[tuple[Any, ...]]:
        """``SELECT columns`` for those of the sorted ``ids`` that exist, the id first."""
        condition = "BETWEEN ? AND ?"
        values: tuple[Any, ...] = (int(ids[0]), int(ids[-1]))
        # A few of many are looked up one by one, most of a range is read in one go.
        if values[1] - values[0] > 4 * len(ids):
            condition, values = "IN (SELECT value FROM json_each(?))", (json.dumps(ids.tolist()),)
        wanted = set(ids.tolist())
        rows = self.db.execute(
            f"SELECT {columns} WHERE c.id {condition} ORDER BY c.id",
            values,
        )
        return [row for row in rows if row[0] in wanted]

    def chunk_rows(self, ids: Iterable[int]) -> dict[int, ChunkRow]:
        """Chunks by id, with their text; those that do not exist are left out."""
        wanted = list(ids)
        marks = ",".join("?" * len(wanted))
        rows = self.db.execute(
            f"SELECT id, document, start, stop, context FROM chunks WHERE id IN ({marks})", wanted
        ).fetchall()
        return {
            i: ChunkRow(i, document, start, stop, context, self.text(document)[start:stop])
            for i, document, start, stop, context in rows
        }

    def document_chunks(self, document: int) -> Iterator[ChunkRow]:
        """The chunks of a document, in order."""
        text = self.text(document)
        for i, start, stop, context in self.db.execute(
            "SELECT id, start, stop, context FROM chunks WHERE document = ? ORDER BY id",
            (document,),
        ).fetchall():
            yield ChunkRow(i, document, start, stop, context, text[start:stop])

    def text(self, document: int) -> str:
        """A document's whole text (the last few are kept, as hits tend to share documents)."""
        with self._lock:
            if document not in self._texts:
                row = self.db.execute(
                    "SELECT text FROM documents WHERE id = ?", (document,)
                ).fetchone()
                if row is None:
                    raise IndexDamaged(f"{self.path}: document {document} is missing.")
                while len(self._texts) >= 16:
                    del self._texts[next(iter(self._texts))]
                try:
                    self._texts[document] = zlib.decompress(row[0]).decode("utf-8")
                except (zlib.error, UnicodeDecodeError):
                    raise IndexDamaged(
                        f"{self.path}: the text of document {document} is damaged."
                    ) from None
            return self._texts[document]

    def document(self, identity: int) -> Document:
        """A stored document, as its loader made it."""
        row = self.db.execute(
            "SELECT kind, title, author, date, page_kind, map, metadata, notes FROM documents "
            "WHERE id = ?",
            (identity,),
        ).fetchone()
        if row is None:
            raise IndexDamaged(f"{self.path}: document {identity} is missing.")
        kind, title, author, date, page_kind, places, metadata, notes = row
        where = json.loads(places)
        return Document(
            text=self.text(identity),
            kind=kind,
            title=title,
            author=author,
            date=date,
            page_kind=page_kind,
            pages=tuple(Page(*page) for page in where["pages"]),
            headings=tuple(Heading(*heading) for heading in where["headings"]),
            code=tuple((a, b) for a, b in where["code"]),
            metadata=json.loads(metadata),
            notes=tuple(json.loads(notes)),
        )

    def sources(self, documents: Iterable[int]) -> dict[int, tuple[str, ...]]:
        """The names of the files that hold each document, sorted."""
        wanted = list(documents)
        marks = ",".join("?" * len(wanted))
        names: dict[int, list[str]] = {}
        for document, name in self.db.execute(
            f"SELECT document, name FROM files WHERE document IN ({marks}) ORDER BY name", wanted
        ):
            names.setdefault(document, []).append(name)
        return {document: tuple(found) for document, found in names.items()}

    def documents_where(self, condition: str, values: list[Any]) -> list[int]:
        """Ids of visible documents that an SQL condition over ``d`` and ``f`` admits."""
        rows = self.db.execute(
            "SELECT DISTINCT d.id FROM documents d JOIN files f ON f.document = d.id "
            f"WHERE {condition}",
            values,
        )
        return [row[0] for row in rows]

    def chunk_ids(self, documents: Iterable[int]) -> NDArray[np.int64]:
        wanted = json.dumps(list(documents))
        rows = self.db.execute(
            "SELECT id FROM chunks WHERE document IN (SELECT value FROM json_each(?)) ORDER BY id",
            (wanted,),
        )
        return np.fromiter((row[0] for row in rows), np.int64)

    def counts(self) -> Mapping[str, int]:
        """files, failed, documents, chunks (visible ones), and vectors (all that are kept)."""
        one = self.db.execute
        visible = "(SELECT document FROM files WHERE document IS NOT NULL)"
        return {
            "files": one("SELECT count(*) FROM files WHERE document IS NOT NULL").fetchone()[0],
            "failed": one("SELECT count(*) FROM files WHERE document IS NULL").fetchone()[0],
            "documents": one(f"SELECT count(*) FROM documents WHERE id IN {visible}").fetchone()[0],
            "chunks": one(f"SELECT count(*) FROM chunks WHERE document IN {visible}").fetchone()[0],
            "vectors": one("SELECT count(*) FROM vectors").fetchone()[0],
        }

    def dump(self) -> dict[str, Any]:
        """All content that a user could see, free of ids and times: two builds of the same folder
        give equal dumps, whatever happened on the way."""
        files: dict[str, Any] = {}
        for row in self.files():
            if row.document is None:
                files[row.name] = row.failure
                continue
            document = self.document(row.document)
            files[row.name] = {
                **asdict(document),
                "chunks": [
                    (c.start, c.stop, c.context) for c in self.document_chunks(row.document)
                ],
            }
        return files


@contextmanager
def _storage_errors(path: Path) -> Iterator[None]:
    """SQLite's errors, in words for a person."""
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
