"""The one truth in PostgreSQL: files, documents, chunks and vectors; here, how it is read.

Content and names are kept apart, as in a folder (:mod:`rag.store.folder.catalog`): documents are stored as soon as they are read,
``files`` says which of them the index holds, and is changed only when a generation is published. What must be there of a
generation is one record (:mod:`rag.store.contents`); the pages themselves are the server's to check.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from rag.codec import from_json
from rag.documents.document import Document
from rag.documents.traits import VERSION, Traits
from rag.errors import IndexDamaged
from rag.store.bm25 import Lengths
from rag.store.catalog import BATCH, Stated
from rag.store.conditions import Conditions
from rag.store.contents import Contents
from rag.store.kept import KeptCatalog
from rag.store.packing import COLUMNS, outline, unpack, unpack_traits
from rag.store.postgres.address import Address
from rag.store.postgres.conditions import as_sql
from rag.store.postgres.connection import damaged
from rag.store.postgres.session import Part, Session
from rag.store.postgres.values import from_text
from rag.store.rows import ChunkRow, FileRow, Origin

FILE = "root, name, size, mtime_ns, loader, document, failure"
_TEXTS = ("title", "author", "date")  # in which a NUL may stand
_OUTLINE = ", ".join(name for name in COLUMNS if name != "text")
OUTLINES = 500  # that are read at once


class Asking(Protocol):
    """What statements are run by: a reader's session, or a writer's."""

    address: Address

    def rows(
        self,
        statement: str,
        values: Any = (),
        part: Part | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> list[Any]:
        """What a statement gives."""

    def close(self) -> None:
        """End it."""


class PostgresCatalog(KeptCatalog):
    """A reader's view of one generation, or of a part of it: then the server itself keeps to the part."""

    def __init__(
        self, session: Asking, part: Part | None = None, contents: Contents | None = None
    ) -> None:
        """``part``: what may be read, whose ``contents`` are these."""
        super().__init__(session.address.shown, contents)
        self.session = session
        self._part = part

    def close(self) -> None:
        """End the session; nothing can be read any more."""
        self.session.close()

    def damaged(self, what: str) -> IndexDamaged:
        """The error that says that ``what`` is not as it was written, what to do and what it costs."""
        return damaged(self.session.address, what)

    def rows(self, statement: str, values: Any = ()) -> list[Any]:
        """What a statement gives, of what may be read."""
        return self.session.rows(statement, values, self._part)

    # -- the index ------------------------------------------------------------------------

    def meta(self) -> Mapping[str, str]:
        """Whatever is kept by name: the generation, the recipe, the threshold."""
        assert isinstance(self.session, Session)
        return self.session.meta

    def lengths(self) -> Lengths:
        """How long the chunks are that are searched by words."""
        return from_json(self.meta().get("lengths", "{}"), Lengths)

    def _packed_contents(self) -> bytes:
        rows = self.rows("SELECT packed FROM contents")
        if len(rows) != 1:
            raise self.damaged("the record of what it holds")
        packed: bytes = rows[0][0]
        return packed

    def like(self, other: PostgresCatalog) -> PostgresCatalog:
        """This one, of the same generation as ``other``, which has read its contents already."""
        self._contents = other._contents
        return self

    def roots(self) -> dict[int, str]:
        """The folders that were indexed, by their ids."""
        rows = self.rows("SELECT id, path FROM roots ORDER BY id")
        return {root: from_text(path) for root, path in rows}

    def files(self) -> list[FileRow]:
        """All files, also those that could not be read, by folder and name."""
        return [file_row(row) for row in self.rows(f"SELECT {FILE} FROM files ORDER BY root, name")]

    def _count(self, table: str, where: str = "true") -> int:
        ((count,),) = self.rows(f"SELECT count(*) FROM {table} WHERE {where}")
        return int(count)

    # -- documents ------------------------------------------------------------------------

    def _read_documents(self, ids: Sequence[int]) -> dict[int, Document]:
        columns = f"id, {', '.join(COLUMNS)}"
        rows = self.rows(f"SELECT {columns} FROM documents WHERE id = ANY(%s)", (list(ids),))
        return {row[0]: self._unpacked(row[0], row[1:]) for row in rows}

    def _unpacked(self, identity: int, values: Sequence[Any]) -> Document:
        try:
            return unpack(
                _row(COLUMNS, values), lambda number: self._block(identity, number), self.damaged
            )
        except ValueError:
            raise self.damaged(f"document {identity} is damaged") from None

    def _block(self, document: int, number: int) -> bytes:
        """A block of a document's text, behind the first."""
        asked = "SELECT packed FROM blocks WHERE document = %s AND number = %s"
        rows = self.rows(asked, (document, number))
        if not rows:
            raise self.damaged(f"a part of document {document} is missing")
        packed: bytes = rows[0][0]
        return packed

    def outlines(self, among: Iterable[int] | None = None) -> Iterator[tuple[int, Document]]:
        """Visible documents, all or these, by their ids, without their texts (""), which are not read.

        Raises:
            IndexDamaged: one is missing, or not what was written.
        """
        wanted = list(self.contents.names if among is None else among)
        asked = f"SELECT id, {_OUTLINE} FROM documents WHERE id = ANY(%s)"
        for i in range(0, len(wanted), OUTLINES):
            part = wanted[i : i + OUTLINES]
            rows = {row[0]: row[1:] for row in self.rows(asked, (part,))}
            for identity in part:
                if identity not in rows:
                    raise self.damaged(f"document {identity} is missing")
                yield identity, outline(_row(COLUMNS[:-1], rows[identity]))

    def kept_traits(self, documents: Collection[int]) -> dict[int, Traits]:
        """What these documents are known by, by their ids; of those of which it is kept.

        Raises:
            IndexDamaged: it is not what was written.
        """
        asked = "SELECT document, packed FROM traits WHERE document = ANY(%s) AND version = %s"
        rows = self.rows(asked, (list(documents), VERSION))
        try:
            return {document: unpack_traits(packed) for document, packed in rows}
        except ValueError as error:
            raise self.damaged(f"a row of traits: {error}") from None

    def origin(self, identity: int) -> Origin:
        """What a document was read from.

        Raises:
            IndexDamaged: there is no such document.
        """
        rows = self.rows("SELECT sha256, loader FROM documents WHERE id = %s", (identity,))
        if not rows:
            raise self.damaged(f"document {identity} is missing")
        return Origin(rows[0][0], from_text(rows[0][1]))

    def stated(self) -> dict[int, Stated]:
        """(kind, title, date, author, metadata as JSON) of each visible document, by its id, all in one reading."""
        rows = self.rows(
            "SELECT id, kind, title, date, author, metadata FROM documents d "
            "WHERE EXISTS (SELECT FROM files f WHERE f.document = d.id)"
        )
        return {
            row[0]: (row[1], *map(from_text, row[2:5]), row[5])
            for row in rows
            if row[0] in self.contents.names
        }

    def files_where(self, conditions: Conditions) -> list[tuple[int, str]]:
        """(document, name) of each visible file that conditions admit."""
        where, values = as_sql(conditions)
        rows = self.rows(
            f"SELECT d.id, f.name FROM files f JOIN documents d ON d.id = f.document WHERE {where} ORDER BY f.root, f.name",
            values,
        )
        names = self.contents.names
        found = ((document, from_text(name)) for document, name in rows)
        return [(document, name) for document, name in found if name in names.get(document, ())]

    # -- chunks ---------------------------------------------------------------------------

    def chunk_rows(self, ids: Iterable[int]) -> dict[int, ChunkRow]:
        """Chunks by id, with their text.

        Raises:
            IndexDamaged: there is no such chunk, or its document is not what was written.
        """
        wanted = list(set(ids))
        rows = self.rows(f"SELECT {_CHUNK} FROM chunks WHERE id = ANY(%s)", (wanted,))
        if len(rows) != len(wanted):
            raise self.damaged("chunks are missing")
        return {row.id: row for row in self._chunks(rows)}

    def document_chunks(self, document: int) -> list[ChunkRow]:
        """The chunks of a document, in order.

        Raises:
            IndexDamaged: one is missing, or the document is not what was written.
        """
        first, count = self.contents.ranges[document]
        rows = self.rows(
            f"SELECT {_CHUNK} FROM chunks WHERE id >= %s AND id < %s ORDER BY id",
            (first, first + count),
        )
        if len(rows) != count:
            raise self.damaged(f"chunks of document {document} are missing")
        return self._chunks(rows)

    def read(self, documents: Sequence[int]) -> list[tuple[int, Document, Iterator[ChunkRow]]]:
        """These documents with their chunks, in their order, all in two readings; but those of long ones, which are read as
        they are gone through."""
        texts, ranges = self.documents(documents), self.contents.ranges
        short = [one for one in documents if ranges[one][1] <= BATCH]
        rows = self.rows(
            f"SELECT {_CHUNK} FROM chunks WHERE document = ANY(%s) ORDER BY id", (short,)
        )
        chunks: dict[int, list[ChunkRow]] = {one: [] for one in short}
        for row in self._rows_of(rows, texts):
            chunks[row.document].append(row)
        for one in short:
            if len(chunks[one]) != ranges[one][1]:
                raise self.damaged(f"chunks of document {one} are missing")
        return [
            (one, texts[one], iter(chunks[one]) if one in chunks else self.each_chunk(one))
            for one in documents
        ]

    def _chunks(self, rows: Sequence[Any]) -> list[ChunkRow]:
        return self._rows_of(rows, self.documents(row[1] for row in rows))

    def _rows_of(self, rows: Sequence[Any], texts: Mapping[int, Document]) -> list[ChunkRow]:
        return [
            ChunkRow(
                identity,
                document,
                start,
                stop,
                from_text(context),
                texts[document].span(start, stop),
            )
            for identity, document, start, stop, context in rows
        ]

    def _read_vectors(self, chunks: list[int]) -> list[bytes]:
        asked = "SELECT v.vector FROM chunks c JOIN vectors v ON v.id = c.vector WHERE c.id = ANY(%s) ORDER BY c.id"
        return [row[0] for row in self.rows(asked, (chunks,))]


_CHUNK = "id, document, start, stop, context"


def _row(columns: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    row = dict(zip(columns, values, strict=True))
    return row | {name: from_text(row[name]) for name in _TEXTS}


def file_row(row: Sequence[Any]) -> FileRow:
    """A row of the columns :data:`FILE`."""
    root, name, size, mtime_ns, loader, document, failure = row
    said = failure if failure is None else from_text(failure)
    return FileRow(root, from_text(name), size, mtime_ns, from_text(loader), document, said)
