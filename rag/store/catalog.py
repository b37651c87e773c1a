"""The one truth on disk: files, documents, chunks and vectors in SQLite; here, how it is read.

Content and names are kept apart, as git keeps blobs and refs. Documents are stored by the
hash of their bytes, as soon as they are read; ``files`` says which of them the index holds,
and is changed only when a generation is published, in one transaction. A document that no
file names is invisible, and swept away at the next publication. See :mod:`rag.store.writer`.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.codec import to_json
from rag.documents.document import Document
from rag.errors import IndexDamaged
from rag.store.connection import FILE_NAME, connect_reader, storage_errors
from rag.store.packing import COLUMNS, unpack
from rag.store.recipe import Recipe

FILE_COLUMNS = "root, name, size, mtime_ns, loader, document, failure"  # as FileRow has them
KEPT = 16  # documents that are kept unpacked: hits tend to share documents
_VISIBLE = "(SELECT document FROM files WHERE document IS NOT NULL)"


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
    """A reader's connection: it sees the index as it was when it was opened, to its end.

    Safe to share between threads; one statement runs at a time.
    """

    def __init__(self, connection: sqlite3.Connection, folder: Path) -> None:
        """Not for direct use: see :meth:`open`."""
        self.folder = folder
        self.path = folder / FILE_NAME
        self._db = connection
        self._lock = threading.RLock()
        self._documents: dict[int, Document] = {}

    @classmethod
    def open(cls, folder: Path) -> Catalog:
        """The catalog in ``folder``, as it is now.

        Raises:
            IndexMissing, IndexDamaged, IndexMismatch.
        """
        return cls(connect_reader(folder), folder)

    def close(self) -> None:
        """End the connection; nothing can be read any more."""
        with self._lock:
            self._db.close()

    def _rows(self, sql: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with self._lock, storage_errors(self.path):
            return self._db.execute(sql, values).fetchall()

    def _ids(self, sql: str, values: tuple[Any, ...] = ()) -> NDArray[np.int64]:
        """The one column of ``sql``; a million ids are never a million Python objects at once."""
        with self._lock, storage_errors(self.path):
            return np.fromiter((row[0] for row in self._db.execute(sql, values)), np.int64)

    # -- the index ------------------------------------------------------------------------

    def meta(self) -> dict[str, str]:
        """Whatever is kept by name: the generation, the recipe, the threshold."""
        return dict(self._rows("SELECT key, value FROM meta"))

    def generation(self) -> int:
        """How many generations have been published; 0 before the first."""
        return int(self.meta().get("generation", 0))

    def identity(self) -> str:
        """What tells this index from every other, also from one built at the same place later."""
        return self.meta().get("identity") or str(self.folder.resolve())

    def threshold(self) -> float | None:
        """The confidence from which to answer, if one has been chosen."""
        stored = self.meta().get("threshold")
        return None if stored is None else float(stored)

    def recipe(self) -> Recipe:
        """How the index is made.

        Raises:
            IndexDamaged: the catalog does not say.
        """
        recipe = Recipe.from_meta(self.meta())
        if recipe is None:
            raise IndexDamaged(f"{self.path}: it does not say which model it was built with.")
        return recipe

    def roots(self) -> dict[int, str]:
        """The folders that were indexed, by their ids."""
        return dict(self._rows("SELECT id, path FROM roots ORDER BY id"))

    def files(self) -> list[FileRow]:
        """All files, also those that could not be read, by folder and name."""
        return [
            FileRow(*row)
            for row in self._rows(f"SELECT {FILE_COLUMNS} FROM files ORDER BY root, name")
        ]

    def names(self, documents: Iterable[int] | None = None) -> dict[int, tuple[str, ...]]:
        """The names of the files that hold each of ``documents`` (else: each there is), sorted."""
        everything: tuple[str, tuple[Any, ...]] = ("document IS NOT NULL", ())
        among, values = everything if documents is None else _among("document", documents)
        found: dict[int, list[str]] = {}
        for document, name in self._rows(
            f"SELECT document, name FROM files WHERE {among} ORDER BY name", values
        ):
            found.setdefault(document, []).append(name)
        return {document: tuple(names) for document, names in found.items()}

    def counts(self) -> Mapping[str, int]:
        """files, failed, documents, chunks (visible ones), and vectors (all that are kept)."""
        counted = {
            "files": "files WHERE document IS NOT NULL",
            "failed": "files WHERE document IS NULL",
            "documents": f"documents WHERE id IN {_VISIBLE}",
            "chunks": f"chunks WHERE document IN {_VISIBLE}",
            "vectors": "vectors",
        }
        return {
            name: int(self._rows(f"SELECT count(*) FROM {what}")[0][0])
            for name, what in counted.items()
        }

    def damage(self) -> list[str]:
        """What SQLite itself finds wrong with the file, a line each."""
        lines = [line for (line,) in self._rows("PRAGMA integrity_check") if line != "ok"]
        rows = self._rows("PRAGMA foreign_key_check")
        return [*lines, *(f"a row of {table} points at nothing" for table, *_ in rows)]

    # -- documents ------------------------------------------------------------------------

    def document(self, identity: int) -> Document:
        """A stored document, as its loader made it. The last few are kept unpacked.

        Raises:
            IndexDamaged: there is no such document, or it cannot be unpacked.
        """
        with self._lock:
            if identity not in self._documents:
                while len(self._documents) >= KEPT:
                    del self._documents[next(iter(self._documents))]
                self._documents[identity] = self._unpacked(identity)
            return self._documents[identity]

    def _unpacked(self, identity: int) -> Document:
        rows = self._rows(f"SELECT {COLUMNS} FROM documents WHERE id = ?", (identity,))
        if not rows:
            raise IndexDamaged(f"{self.path}: document {identity} is missing.")
        try:
            return unpack(rows[0])
        except ValueError as error:
            raise IndexDamaged(f"{self.path}: document {identity} is damaged ({error}).") from None

    def documents_where(self, condition: str, values: tuple[Any, ...]) -> list[int]:
        """Ids of visible documents that an SQL condition over ``d`` (documents) and ``f`` (their
        files) admits."""
        rows = self._rows(
            "SELECT DISTINCT d.id FROM documents d JOIN files f ON f.document = d.id "
            f"WHERE {condition}",
            values,
        )
        return [row[0] for row in rows]

    # -- chunks ---------------------------------------------------------------------------

    def visible(self) -> NDArray[np.int64]:
        """Ids of all chunks that a file of this generation holds, sorted; int64 [n]."""
        return self._ids(f"SELECT id FROM chunks WHERE document IN {_VISIBLE} ORDER BY id")

    def chunk_ids(self, documents: Iterable[int]) -> NDArray[np.int64]:
        """Ids of all chunks of these documents, sorted; int64 [n]."""
        among, values = _among("document", documents)
        return self._ids(f"SELECT id FROM chunks WHERE {among} ORDER BY id", values)

    def chunk_rows(self, ids: Iterable[int]) -> dict[int, ChunkRow]:
        """Chunks by id, with their text; those that do not exist are left out."""
        among, values = _among("id", ids)
        return {
            i: ChunkRow(i, doc, start, stop, context, self.document(doc).text[start:stop])
            for i, doc, start, stop, context in self._rows(
                f"SELECT id, document, start, stop, context FROM chunks WHERE {among}", values
            )
        }

    def document_chunks(self, document: int) -> list[ChunkRow]:
        """The chunks of a document, in order."""
        text = self.document(document).text
        return [
            ChunkRow(i, document, start, stop, context, text[start:stop])
            for i, start, stop, context in self._rows(
                "SELECT id, start, stop, context FROM chunks WHERE document = ? ORDER BY id",
                (document,),
            )
        ]

    def owners(self, chunk_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """(chunk id, document id) of those of the sorted ids that exist, in order; int64 [n, 2]."""
        rows = self._of_chunks(chunk_ids, "c.id, c.document FROM chunks c")
        return np.array(rows, np.int64).reshape(-1, 2)

    def vectors(
        self, chunk_ids: NDArray[np.int64], batch: int = 8192
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """(ids, float32 [n, dimension]) of these chunks, ``batch`` at a time, ids sorted.

        Raises:
            IndexDamaged: a vector is missing, or has another length.
        """
        ids, dimension = np.sort(chunk_ids), self.recipe().dimension
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

    def _of_chunks(self, ids: NDArray[np.int64], columns: str) -> list[tuple[Any, ...]]:
        """``SELECT columns`` for those of the sorted ``ids`` that exist, the id first."""
        wanted = ids.tolist()
        condition, values = _among("c.id", wanted)
        # A few of many are looked up one by one, most of a range is read in one go.
        if wanted[-1] - wanted[0] <= 4 * len(wanted):
            condition, values = "c.id BETWEEN ? AND ?", (wanted[0], wanted[-1])
        rows = self._rows(f"SELECT {columns} WHERE {condition} ORDER BY c.id", values)
        exact = set(wanted)
        return [row for row in rows if row[0] in exact]


def _among(column: str, ids: Iterable[int]) -> tuple[str, tuple[Any, ...]]:
    """The SQL condition that ``column`` is one of ``ids``, however many, and its value."""
    return f"{column} IN (SELECT value FROM json_each(?))", (to_json(list(ids)),)
