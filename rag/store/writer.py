"""How the catalog is written: documents are staged one by one, and published together.

staging:     a document a transaction, while the run goes on; a crash keeps all of them
publishing:  files flip to their new documents, unnamed documents go, generation + 1
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import astuple
from pathlib import Path
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from rag.chunking import Chunk
from rag.documents.document import Document
from rag.store.catalog import FILE_COLUMNS, Catalog, FileRow
from rag.store.connection import FILE_NAME, connect_writer, storage_errors, transaction
from rag.store.lock import locked
from rag.store.packing import COLUMNS, pack
from rag.store.recipe import Recipe, check_recipe


class CatalogWriter(Catalog):
    """The writer's connection: it sees what is there now, its own changes included.

    What it stages is in the catalog at once and invisible to readers until :meth:`publish`.
    """

    @classmethod
    def open(cls, folder: Path) -> CatalogWriter:
        """The catalog in ``folder``; made if there is none, brought up to date if it is older.

        Raises:
            StorageError, IndexDamaged, IndexMismatch.
        """
        return cls(connect_writer(folder), folder)

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing of what a block writes; see :func:`rag.store.connection.transaction`."""
        return transaction(self._db, self.path)

    def settle(self, given: Recipe) -> None:
        """A new index takes on this recipe; an old one must have been made by it.

        Raises:
            IndexMismatch: it was made otherwise.
        """
        stored = Recipe.from_meta(self.meta())
        if stored is not None:
            check_recipe(self.folder, stored, given)
        else:
            with self.transaction():
                self._set(**given.to_meta())

    def set_threshold(self, value: float) -> None:
        """Keep the confidence from which to answer."""
        with self.transaction():
            self._set(threshold=repr(float(value)))

    def _set(self, **values: str) -> None:
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    # -- staging --------------------------------------------------------------------------

    def root(self, path: str) -> int:
        """The id of a folder that file names are relative to; a new one if it is not known."""
        self._db.execute("INSERT OR IGNORE INTO roots (path) VALUES (?)", (path,))
        return int(self._rows("SELECT id FROM roots WHERE path = ?", (path,))[0][0])

    def move_root(self, root: int, path: str) -> None:
        """The folder of that id is elsewhere now; its files keep their names."""
        self._db.execute("UPDATE roots SET path = ? WHERE id = ?", (path, root))

    def staged(self) -> list[FileRow]:
        """What the files will be with the next publication, where it differs, by folder and
        name."""
        return [
            FileRow(*row)
            for row in self._rows(f"SELECT {FILE_COLUMNS} FROM staged ORDER BY root, name")
        ]

    def stage(self, row: FileRow) -> None:
        """Keep what a file will be with the next publication."""
        self._db.execute(
            f"INSERT OR REPLACE INTO staged ({FILE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
            astuple(row),
        )

    def unstage(self, files: Iterable[tuple[int, str]]) -> None:
        """Forget what was staged for these files (root, name)."""
        with self.transaction():
            self._db.executemany("DELETE FROM staged WHERE root = ? AND name = ?", files)

    def find_document(self, sha256: str, loader: str) -> int | None:
        """The id of the document that this loader made of bytes with this hash, if it is here."""
        rows = self._rows(
            "SELECT id FROM documents WHERE sha256 = ? AND loader = ?", (sha256, loader)
        )
        return int(rows[0][0]) if rows else None

    def find_vectors(self, model: str, hashes: Sequence[bytes]) -> dict[bytes, int]:
        """Which of these texts have been embedded before: hash -> vector id."""
        found: dict[bytes, int] = {}
        for i in range(0, len(hashes), 500):
            part = hashes[i : i + 500]
            marks = ",".join("?" * len(part))
            found.update(
                self._rows(
                    f"SELECT hash, id FROM vectors WHERE model = ? AND hash IN ({marks})",
                    (model, *part),
                )
            )
        return found

    def add_vectors(
        self, model: str, hashes: Sequence[bytes], vectors: NDArray[np.float32]
    ) -> None:
        """Keep the vectors [n, dimension] of these texts, as fp16."""
        half = vectors.astype("<f2")
        with self.transaction():
            self._db.executemany(
                "INSERT OR IGNORE INTO vectors (model, hash, vector) VALUES (?, ?, ?)",
                ((model, key, row.tobytes()) for key, row in zip(hashes, half, strict=True)),
            )

    def add_document(
        self,
        sha256: str,
        loader: str,
        document: Document,
        chunks: Sequence[Chunk],
        vectors: Sequence[int],
    ) -> int:
        """Store a document with its chunks, ``vectors[i]`` being the vector id of ``chunks[i]``.
        Within a transaction, so that the ids of a document's chunks run in their order."""
        values = (sha256, loader, *pack(document))
        cursor = self._db.execute(
            f"INSERT INTO documents (sha256, loader, {COLUMNS}) "
            f"VALUES ({','.join('?' * len(values))})",
            values,
        )
        identity = int(cursor.lastrowid or 0)
        self._db.executemany(
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
            self._db.executemany("DELETE FROM files WHERE root = ? AND name = ?", removed)
            self._flip()
            self._db.execute(
                "DELETE FROM documents WHERE id NOT IN "
                "(SELECT document FROM files WHERE document IS NOT NULL)"
            )
            self._db.execute("DELETE FROM roots WHERE id NOT IN (SELECT root FROM files)")
            generation = self.generation() + 1
            self._set(generation=str(generation))
            if "identity" not in self.meta():
                self._set(identity=uuid4().hex)
        return generation

    def restamp(self) -> None:
        """Take over what is staged where it is new time stamps on old content, and nothing that a
        reader could see."""
        with self.transaction():
            self._flip()

    def _flip(self) -> None:
        self._db.execute(
            f"INSERT OR REPLACE INTO files ({FILE_COLUMNS}) SELECT {FILE_COLUMNS} FROM staged"
        )
        self._db.execute("DELETE FROM staged")

    # -- space ----------------------------------------------------------------------------

    def sweep_vectors(self) -> int:
        """Forget the vectors of texts that are no longer in the index, and give the space back.
        How many there were."""
        with self.transaction():
            gone = self._db.execute(
                "DELETE FROM vectors WHERE id NOT IN (SELECT vector FROM chunks)"
            ).rowcount
        with storage_errors(self.path):
            self._db.execute("VACUUM")
        return gone

    def write_back(self) -> None:
        """Bring the log's pages into the catalog, as far as readers let. None is waited for."""
        with storage_errors(self.path):
            self._db.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def empty_log(self) -> None:
        """Bring the log's pages into the catalog and cut the log to nothing, unless a reader still
        needs it. None is waited for."""
        with storage_errors(self.path):
            self._db.execute("PRAGMA busy_timeout = 0")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def writing(folder: Path) -> Iterator[CatalogWriter]:
    """The one writer of the index in ``folder``, for as long as the block lasts.

    Raises:
        IndexLocked: another process is writing to it, or the folder cannot be written.
        StorageError, IndexDamaged, IndexMismatch.
    """
    with locked(folder):
        catalog = CatalogWriter.open(folder)
        try:
            yield catalog
        finally:
            catalog.close()


def recipe_at(folder: Path) -> Recipe | None:
    """How the index in ``folder`` was made, which is brought up to date if its format is older; None
    if there is none.

    Raises:
        IndexLocked, StorageError, IndexDamaged, IndexMismatch: see :func:`writing`.
    """
    if not (folder / FILE_NAME).is_file():
        return None
    with writing(folder) as catalog:
        return Recipe.from_meta(catalog.meta())
