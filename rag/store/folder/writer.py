"""How the catalog is written: documents are staged some at a time, and published together.

staging:     some documents a transaction, while the run goes on; a crash keeps all of them
publishing:  files flip to their new documents, unnamed documents go, generation + 1 under a new identity
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import astuple
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from rag.codec import to_json
from rag.documents.traits import VERSION, Traits
from rag.store.contents import Contents
from rag.store.folder.catalog import FolderCatalog, Sums, among_ids
from rag.store.folder.connection import connect_writer, transaction
from rag.store.folder.schema import (
    BY_NAME,
    DOCUMENT,
    SEALED,
    key_of,
    seal_of_filtered,
    write_contents,
    write_meta,
)
from rag.store.folder.seal import seal_of
from rag.store.kept import KeptWriter
from rag.store.packing import blocks_of, further, pack, pack_traits
from rag.store.rows import FileRow, Origin
from rag.store.writer import NewDocument


class FolderWriter(FolderCatalog, KeptWriter):
    """The writer's connection: it sees what is there now, its own changes included.

    What it stages is in the catalog at once and invisible to readers until :meth:`publish`.
    """

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The catalog in ``folder``; made if there is none, brought up to date if it is older.

        Raises:
            StorageError, IndexDamaged, IndexMismatch.
        """
        return cls(connect_writer(folder), folder)

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing of what a block writes; see :func:`rag.store.folder.connection.transaction`."""
        return transaction(self._db, self.path)

    def take_back(self) -> None:
        """End a transaction that an interrupt has left open: Ctrl-C may come between any two steps of
        its own code."""
        if self._db.in_transaction:
            self._rows("ROLLBACK")

    def keep_sums(self, sums: Sums) -> None:
        """Keep the checksums of the files that are derived from the published generation."""
        self.put(derived=to_json(sums))

    def put(self, **values: str) -> None:
        """Keep these values by name, all or none."""
        with self.transaction():
            self._set(**values)

    def _set(self, **values: str) -> None:
        write_meta(self._db, {**self.meta(), **values})

    def _put(self, table: str, rows: Iterable[tuple[Any, ...]], how: str = "INSERT") -> None:
        """Keep rows of the table's sealed columns, each with its seal."""
        columns = SEALED[table]
        marks = ", ".join("?" * (columns.count(",") + 2))
        self._db.executemany(
            f"{how} INTO {table} ({columns}, seal) VALUES ({marks})",
            ((*row, seal_of(*row)) for row in rows),
        )

    def _next(self, table: str) -> int:
        """The id after all that the table has had, where it keeps count, else after all it has."""
        counted = "SELECT seq FROM sqlite_sequence WHERE name = ?"
        rows = self._rows(f"SELECT max(id) FROM {table} UNION ALL {counted}", (table,))
        return max(identity or 0 for (identity,) in rows) + 1

    # -- staging --------------------------------------------------------------------------

    def _add_root(self, path: str) -> int:
        identity = self._next("roots")
        self._put("roots", [(identity, path)])
        return identity

    def move_root(self, root: int, path: str) -> None:
        """The folder of that id is elsewhere now; its files keep their names."""
        self._put("roots", [(root, path)], "REPLACE")

    def staged(self) -> list[FileRow]:
        """What the files will be with the next publication, where it differs, by folder and
        name."""
        return [FileRow(*row) for row in self._sealed("staged", "1 ORDER BY root, name")]

    def stage(self, rows: Sequence[FileRow]) -> None:
        """Keep what these files will be with the next publication."""
        self._put("staged", map(astuple, rows), "REPLACE")

    def unstage(self, files: Iterable[tuple[int, str]]) -> None:
        """Forget what was staged for these files (root, name)."""
        with self.transaction():
            self._db.executemany("DELETE FROM staged WHERE root = ? AND name = ?", files)

    def find_documents(self, origins: Collection[Origin]) -> dict[Origin, int]:
        """The ids of the documents of these origins, of those that are here."""
        same = "sha256 = ? AND loader = ?"
        rows = (row for one in origins for row in self._sealed("documents", same, astuple(one)))
        return {Origin(*row[1:3]): row[0] for row in rows}

    def find_vectors(self, model: str, hashes: Sequence[bytes]) -> dict[bytes, int]:
        """Which of these texts have been embedded before: hash -> vector id."""
        found: dict[bytes, int] = {}
        for i in range(0, len(hashes), 500):
            part = {key_of(model, one): one for one in hashes[i : i + 500]}
            marks = ",".join("?" * len(part))
            rows = self._sealed("vectors", f"key IN ({marks})", tuple(part))
            found.update((part[key], identity) for identity, key, _ in rows)
        return found

    def add_vectors(
        self, model: str, hashes: Sequence[bytes], vectors: NDArray[np.float32]
    ) -> dict[bytes, int]:
        """Keep the vectors [n, dimension] of these texts, new ones, as fp16: hash -> vector id."""
        half = vectors.astype("<f2")
        with self.transaction():
            first = self._next("vectors")
            rows = enumerate(zip(hashes, half, strict=True), first)
            self._put("vectors", ((i, key_of(model, one), row.tobytes()) for i, (one, row) in rows))
        return {one: i for i, one in enumerate(hashes, first)}

    def add_documents(self, documents: Sequence[NewDocument]) -> list[int]:
        """Store documents with their chunks; their ids. Within a transaction, so that the ids of a document's chunks run
        in their order."""
        return [self._add(one) for one in documents]

    def _add(self, new: NewDocument) -> int:
        identity, first = self._next("documents"), self._next("chunks")
        blocks = blocks_of(new.document)
        packed = pack(new.document, blocks)
        text = packed.pop("text")
        origin, count = astuple(new.origin), len(new.chunks)
        row = (identity, *origin, *packed.values(), first, count, seal_of(text))
        self._db.execute(
            f"INSERT INTO documents ({DOCUMENT}, seal, text) "
            f"VALUES ({', '.join('?' * (len(row) + 2))})",
            (*row, seal_of(*row), text),
        )
        self._put("blocks", ((identity, *block) for block in further(blocks)))
        self._put(
            "chunks",
            (
                (i, identity, c.start, c.end, c.context, vector)
                for i, (c, vector) in enumerate(zip(new.chunks, new.vectors, strict=True), first)
            ),
        )
        if new.traits is not None:
            self.keep_traits({identity: new.traits})
        return identity

    def keep_traits(self, traits: Mapping[int, Traits]) -> None:
        """Keep what documents are known by, by their ids. Within a transaction."""
        rows = ((one, VERSION, pack_traits(found)) for one, found in traits.items())
        self._put("traits", rows, "REPLACE")

    def chunk_count(self, documents: Collection[int]) -> int:
        """How many chunks these documents have, published or staged."""
        return sum(len(self._sealed("chunks", "document = ?", (one,))) for one in documents)

    # -- publishing -----------------------------------------------------------------------

    def make_generation(
        self, removed: Iterable[tuple[int, str]], derive: Callable[[str], Sums]
    ) -> int:
        """Make what is staged visible and what is ``removed`` (root, name) not; one transaction.

        ``derive`` is called within it, with the identity of the generation that it makes, to write
        what is derived from the catalog as it is then: whoever sees the generation finds that, too.
        Returns the number of the generation that the index is now in.
        """
        generation, identity = self.generation() + 1, uuid4().hex
        try:
            with self.transaction():
                removed = list(removed)
                touched = sorted({*removed, *((row.root, row.name) for row in self.staged())})
                before, sealed = self._as_they_are(touched), self._sum_of(touched)
                self._db.executemany("DELETE FROM files WHERE root = ? AND name = ?", removed)
                self._flip()
                held = self._held_now(before, self._as_they_are(touched))
                self._contents, self._filtered = held, None
                write_contents(self._db, held)
                self._sweep_documents(held)
                # What is not touched is summed up as it was: should it be damaged, it stays known to be.
                filtered = int(self.meta().get("filtered", 0)) - sealed + self._sum_of(touched)
                self._set(generation=str(generation), identity=identity, filtered=str(filtered))
                self._set(derived=to_json(derive(identity)))
        except BaseException:
            self._contents = None  # to be read again
            raise
        return generation

    def _as_they_are(self, files: Iterable[tuple[int, str]]) -> list[FileRow]:
        """The rows of these files (root, name), of those that there are."""
        found = (self._sealed("files", "root = ? AND name = ?", file) for file in files)
        return [FileRow(*row) for rows in found for row in rows]

    def _sum_of(self, files: Iterable[tuple[int, str]]) -> int:
        return sum(seal_of_filtered(self._db, file) for file in files)

    def _held_now(self, before: Iterable[FileRow], after: Sequence[FileRow]) -> Contents:
        """What the files hold, where some were as ``before`` and are as ``after``, of documents that are what was written."""
        held = {row[0]: row[:3] for row in self.contents.held}
        names = dict(self.contents.names)
        for row in before:
            if row.document is not None:
                rest = list(names[row.document])
                rest.remove(row.name)
                names[row.document] = tuple(rest)
        for row in after:
            if row.document is not None:
                names[row.document] = tuple(sorted((*names.get(row.document, ()), row.name)))
        among, values = among_ids("id", names.keys() - held.keys())
        for new in self._sealed("documents", among, values):
            held[new[0]] = (new[0], *new[-3:-1])
        missing = next((document for document in names if document not in held), None)
        if missing is not None:
            raise self.damaged(f"document {missing} is missing")
        return Contents((*held[document], kept) for document, kept in names.items() if kept)

    def _sweep_documents(self, contents: Contents) -> None:
        """Forget documents and folders that no file names."""
        # Ids are in an index beside the table, whose pages need not be read.
        stored = self._rows("SELECT id FROM documents INDEXED BY sqlite_autoindex_documents_1")
        gone = [row for row in stored if row[0] not in contents.names]
        self._db.executemany("DELETE FROM documents WHERE id = ?", gone)
        self._db.execute(f"DELETE FROM roots WHERE id NOT IN (SELECT root FROM files {BY_NAME})")

    def restamp(self) -> None:
        """Take over what is staged where it is new time stamps on old content, and nothing that a
        reader could see."""
        with self.transaction():
            self._flip()

    def _flip(self) -> None:
        self._put("files", self._sealed("staged"), "REPLACE")
        self._db.execute("DELETE FROM staged")

    # -- space ----------------------------------------------------------------------------

    def sweep_vectors(self) -> int:
        """Forget the vectors of texts that are no longer in the index, and give the space back, if
        there is any. How many there were."""
        with self.transaction():
            gone = self._db.execute(
                "DELETE FROM vectors WHERE id NOT IN (SELECT vector FROM chunks NOT INDEXED)"
            ).rowcount
        if self._rows("PRAGMA freelist_count") != [(0,)]:
            self.vacuum()
        return gone

    def vacuum(self) -> None:
        """Write the catalog anew: no byte of what it no longer holds is in its pages."""
        self._rows("VACUUM")
