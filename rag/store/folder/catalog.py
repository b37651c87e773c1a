"""The one truth on disk: files, documents, chunks and vectors in SQLite; here, how it is read.

Content and names are kept apart, as git keeps blobs and refs. Documents are stored by the
hash of their bytes, as soon as they are read; ``files`` says which of them the index holds,
and is changed only when a generation is published, in one transaction. A document that no
file names is invisible, and swept away at the next publication. See :mod:`rag.store.folder.writer`.

Every row is sealed with a checksum that is held against it when it is read, and each generation is
one sealed record (:mod:`rag.store.contents`) of what must be there: damage is an error, not an answer.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Self

from rag.codec import from_json, to_json
from rag.documents.document import Document
from rag.documents.traits import VERSION, Traits
from rag.errors import IndexDamaged, IndexMissing
from rag.store.catalog import Stated
from rag.store.conditions import Conditions
from rag.store.folder.columns import Columns
from rag.store.folder.connection import FILE_NAME, connect_reader, damaged, storage_errors
from rag.store.folder.schema import CHUNK, DOCUMENT, SEALED, VECTOR, seal_of_filtered
from rag.store.folder.seal import seal_of
from rag.store.kept import KeptCatalog
from rag.store.packing import outline, unpack, unpack_traits
from rag.store.rows import ChunkRow, FileRow, Origin

Sums = Mapping[str, tuple[int, int]]
"""Of each file that is derived from the catalog, by its name: its size and checksum."""


class FolderCatalog(KeptCatalog):
    """A reader's connection: it sees the index as it was when it was opened, to its end.

    Safe to share between threads; one statement runs at a time.
    """

    def __init__(self, connection: sqlite3.Connection, folder: Path) -> None:
        """Not for direct use: see :meth:`open`."""
        super().__init__(str(folder))
        self.folder = folder
        self.path = folder / FILE_NAME
        self._db = connection
        self._filtered: Columns | None = None
        self.beside: threading.Thread | None = None  # reads it still; see rag.store.folder.reading

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The catalog in ``folder``, as it is now.

        Raises:
            IndexMissing: there is none, or nothing has been published in it yet.
            IndexDamaged, IndexMismatch.
        """
        catalog = cls(connect_reader(folder), folder)
        try:
            if not catalog.generation():
                raise IndexMissing(
                    f"{folder}: nothing has been indexed yet; the first run was stopped, or is not "
                    f"done. Run rag index FOLDER --index {folder}"
                )
        except BaseException:
            catalog.close()
            raise
        return catalog

    def close(self) -> None:
        """End the connection; nothing can be read any more."""
        with self._lock:
            self._documents.clear()  # which read from here
            self._db.close()

    def damaged(self, what: str) -> IndexDamaged:
        """The error that says that ``what`` is not as it was written, what to do and what it costs."""
        return damaged(self.path, what)

    def __del__(self) -> None:
        # A connection is part of a cycle until it is closed, and would hold on to the log.
        self.close()

    def _rows(self, sql: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with self._lock, storage_errors(self.path):
            return self._db.execute(sql, values).fetchall()

    def _sealed(self, table: str, where: str = "1", values: tuple[Any, ...] = ()) -> list[Any]:
        """The rows of a table, its sealed columns, each held against its seal."""
        rows = self._rows(f"SELECT {SEALED[table]}, seal FROM {table} WHERE {where}", values)
        return [self._unsealed(table, row) for row in rows]

    def _unsealed(self, table: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
        values = row[:-1]
        if seal_of(*values) != row[-1]:
            raise self.damaged(f"a row of {table}: {values[0]!r}")
        return values

    # -- the index ------------------------------------------------------------------------

    def meta(self) -> dict[str, str]:
        """Whatever is kept by name: the generation, the recipe, the threshold.

        Raises:
            IndexDamaged: it is not what was written.
        """
        meta = dict(self._rows("SELECT key, value FROM meta"))
        seal = meta.pop("seal", None)
        if meta and str(seal_of(*sorted(meta.items(), key=repr))) != seal:
            raise self.damaged("its table meta")
        return meta

    def sums(self) -> Sums:
        """The files that were derived from this generation, as they were written."""
        return from_json(self.meta().get("derived", "{}"), dict[str, tuple[int, int]])

    def _packed_contents(self) -> bytes:
        rows = self._rows("SELECT packed, seal FROM contents")
        if len(rows) != 1 or seal_of(rows[0][0]) != rows[0][1]:
            raise self.damaged("the record of what it holds")
        packed: bytes = rows[0][0]
        return packed

    def like(self, other: FolderCatalog) -> FolderCatalog:
        """This one, of the same generation as ``other``, which has read its contents already, and is read by nobody
        any more."""
        if other.beside is not None:
            other.beside.join()
        self._contents, self._filtered = other._contents, other._filtered
        return self

    def roots(self) -> dict[int, str]:
        """The folders that were indexed, by their ids."""
        return dict(sorted(self._sealed("roots")))

    def files(self) -> list[FileRow]:
        """All files, also those that could not be read, by folder and name."""
        sql = f"SELECT {SEALED['files']}, seal FROM files ORDER BY root, name"
        with closing(self._each(sql)) as rows:
            return [FileRow(*self._unsealed("files", row)) for row in rows]

    def _count(self, table: str, where: str = "true") -> int:
        ((count,),) = self._rows(f"SELECT count(*) FROM {table} WHERE {where}")
        return int(count)

    def damage(self) -> list[str]:
        """What SQLite itself, and the seals, find wrong with the file, a line each."""
        lines = [line for (line,) in self._rows("PRAGMA integrity_check") if line != "ok"]
        rows = self._rows("PRAGMA foreign_key_check")
        lines += [f"a row of {table} points at nothing" for table, *_ in rows]
        for table, columns in SEALED.items():
            if table != "documents":  # each of which is looked at whole
                for row in self._each(f"SELECT {columns}, seal FROM {table}"):
                    if seal_of(*row[:-1]) != row[-1]:
                        lines.append(f"a row of {table} is damaged: {row[0]!r}")
        try:
            with self._lock, storage_errors(self.path):
                self._check_filtered(seal_of_filtered(self._db))
        except IndexDamaged as error:
            lines.append(str(error))
        return lines

    def _each(self, sql: str) -> Generator[Any, None, None]:
        """The rows of ``sql``, one by one, where there are too many to be held at once."""
        with self._lock, storage_errors(self.path), closing(self._db.execute(sql)) as rows:
            yield from rows

    # -- documents ------------------------------------------------------------------------

    def _read_documents(self, ids: Sequence[int]) -> dict[int, Document]:
        return {identity: self._unpacked(identity) for identity in ids}

    def _unpacked(self, identity: int) -> Document:
        rows = self._rows(f"SELECT {DOCUMENT}, seal, text FROM documents WHERE id = ?", (identity,))
        if not rows:
            raise self.damaged(f"document {identity} is missing")
        *row, seal, text = rows[0]
        document = dict(zip(DOCUMENT.split(", "), row, strict=True), text=text)
        if seal_of(*row) != seal or seal_of(text) != document["text_seal"]:
            raise self.damaged(f"document {identity} is damaged")
        return unpack(document, lambda number: self._block(identity, number), self.damaged)

    def _block(self, document: int, number: int) -> bytes:
        """A block of a document's text, behind the first."""
        where = "document = ? AND number = ?"
        rows = self._sealed("blocks", where, (document, number))
        if [row[:2] for row in rows] != [(document, number)]:
            raise self.damaged(f"a part of document {document} is missing")
        packed: bytes = rows[0][2]
        return packed

    def outlines(self, among: Iterable[int] | None = None) -> Iterator[tuple[int, Document]]:
        """Visible documents, all or these, by their ids, without their texts (""), which are not read.

        Raises:
            IndexDamaged: one is missing, or not what was written.
        """
        for identity in self.contents.names if among is None else among:
            rows = self._sealed("documents", "id = ?", (identity,))
            if not rows:
                raise self.damaged(f"document {identity} is missing")
            yield identity, outline(dict(zip(DOCUMENT.split(", "), rows[0], strict=True)))

    def kept_traits(self, documents: Collection[int]) -> dict[int, Traits]:
        """What these documents are known by, by their ids; of those of which it is kept.

        Raises:
            IndexDamaged: it is not what was written.
        """
        among, values = among_ids("document", documents)
        rows = self._sealed("traits", f"{among} AND version = ?", (*values, VERSION))
        return {document: unpack_traits(packed) for document, _, packed in rows}

    def origin(self, identity: int) -> Origin:
        """What a document was read from.

        Raises:
            IndexDamaged: there is no such document, or it is not what was written.
        """
        rows = self._sealed("documents", "id = ?", (identity,))
        if not rows:
            raise self.damaged(f"document {identity} is missing")
        return Origin(*rows[0][1:3])

    def files_where(self, conditions: Conditions) -> list[tuple[int, str]]:
        """(document, name) of each visible file that conditions admit."""
        names = self.contents.names
        rows = self._columns().where(conditions)
        return [(document, name) for document, name in rows if name in names.get(document, ())]

    def stated(self) -> dict[int, Stated]:
        """(kind, title, date, author, metadata as JSON) of each visible document, by its id, all in one reading."""
        rows = self._columns().stated()
        return {row[0]: row[1:] for row in rows if row[0] in self.contents.names}

    def _columns(self) -> Columns:
        """What filters look through, once it has been found to be what was written; once for each generation."""
        with self._lock:
            if self._filtered is None:
                with storage_errors(self.path):
                    found = Columns(self._db)
                self._check_filtered(found.seal)
                self._filtered = found
            return self._filtered

    def _check_filtered(self, found: int) -> None:
        if str(found) != self.meta().get("filtered"):
            raise self.damaged("files or documents are not those that were published")

    # -- chunks ---------------------------------------------------------------------------

    def chunk_rows(self, ids: Iterable[int]) -> dict[int, ChunkRow]:
        """Chunks by id, with their text.

        Raises:
            IndexDamaged: there is no such chunk, or it is not what was written.
        """
        wanted = set(ids)
        among, values = among_ids("id", wanted)
        rows = self._sealed("chunks", among, values)
        if len(rows) != len(wanted):
            raise self.damaged("chunks are missing")
        texts = self.documents(row[1] for row in rows)
        return {row[0]: _chunk(row, texts[row[1]]) for row in rows}

    def document_chunks(self, document: int) -> list[ChunkRow]:
        """The chunks of a document, in order.

        Raises:
            IndexDamaged: one is missing, or not what was written.
        """
        first, count = self.contents.ranges[document]
        rows = self._sealed("chunks", "id >= ? AND id < ? ORDER BY id", (first, first + count))
        if len(rows) != count:
            raise self.damaged(f"chunks of document {document} are missing")
        text = self.document(document)
        return [_chunk(row, text) for row in rows]

    def _read_vectors(self, ids: list[int]) -> list[bytes]:
        """Of chunks, ids sorted; their rows and those of their vectors are held against their seals."""
        condition, values = among_ids("c.id", ids)
        # A few of many are looked up one by one, most of a range is read in one go.
        if ids[-1] - ids[0] <= 4 * len(ids):
            condition, values = "c.id BETWEEN ? AND ?", (ids[0], ids[-1])
        rows = self._rows(
            f"SELECT {_CHUNK}, c.seal, {_VECTOR}, v.seal FROM chunks c CROSS JOIN vectors v "
            f"ON v.id = c.vector WHERE {condition} ORDER BY c.id",
            values,
        )
        exact, found = set(ids), []
        for row in rows:
            if row[0] in exact:
                self._unsealed("chunks", row[:_HALF])
                found.append(self._unsealed("vectors", row[_HALF:])[_BLOB])
        return found


def _chunk(row: tuple[Any, ...], text: Document) -> ChunkRow:
    identity, document, start, stop, context, _ = row
    return ChunkRow(identity, document, start, stop, context, text.span(start, stop))


def _of(alias: str, columns: str) -> str:
    return ", ".join(f"{alias}.{column}" for column in columns.split(", "))


_CHUNK, _VECTOR = _of("c", CHUNK), _of("v", VECTOR)
_HALF = len(CHUNK.split(", ")) + 1  # where the vector's columns begin
_BLOB = VECTOR.split(", ").index("vector")


def among_ids(column: str, ids: Iterable[int]) -> tuple[str, tuple[Any, ...]]:
    """The SQL condition that ``column`` is one of ``ids``, however many, and its value."""
    return f"{column} IN (SELECT value FROM json_each(?))", (to_json(list(ids)),)
