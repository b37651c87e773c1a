"""What a reader can ask of one generation of an index, wherever it is kept: a catalog.

It is the truth of which searches are derived: files, documents, chunks and vectors. A store implements it
(:mod:`rag.store.folder`, :mod:`rag.store.postgres`); :mod:`rag.store.restricted` is a view of another one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rag.documents.document import Document
from rag.documents.traits import Traits, traits_of
from rag.errors import RagError
from rag.store.conditions import Condition, Conditions
from rag.store.contents import Contents, Ids, Names
from rag.store.recipe import Recipe
from rag.store.rows import ChunkRow, FileRow, Origin

KEPT = 16  # filters whose documents are kept
BATCH = 4096  # chunks of a long document that are read at once
Stated = tuple[str, str, str, str, str]
"""Kind, title, date, author, and the other fields of a document, as JSON."""


class Catalog(ABC):
    """One generation, as it was when the catalog was opened, to its end. Safe to share between threads.

    address: where it is kept, as errors name it: no password is in it.
    """

    address: str

    @abstractmethod
    def close(self) -> None:
        """Let go of it; nothing can be read any more."""

    @abstractmethod
    def damaged(self, what: str) -> RagError:
        """The error that says that ``what`` is not as it was written, and what to do."""

    # -- the index ------------------------------------------------------------------------

    @abstractmethod
    def generation(self) -> int:
        """How many generations have been published; 0 before the first."""

    @abstractmethod
    def identity(self) -> str:
        """What tells this generation from every other, of this index and of all there ever were; "" before the first."""

    @abstractmethod
    def threshold(self) -> float | None:
        """The confidence from which to answer, if one has been chosen."""

    @abstractmethod
    def forgotten(self) -> list[tuple[str, str]]:
        """Digests of name and content of each file that is kept out: see :meth:`rag.store.writer.Writer.forget`."""

    @abstractmethod
    def recipe(self) -> Recipe:
        """How the index is made.

        Raises:
            IndexDamaged: the catalog does not say.
        """

    @property
    @abstractmethod
    def contents(self) -> Contents:
        """What the generation holds: documents, names of files, ids of chunks."""

    @abstractmethod
    def roots(self) -> dict[int, str]:
        """The folders that were indexed, by their ids."""

    @abstractmethod
    def files(self) -> list[FileRow]:
        """All files, also those that could not be read, by folder and name."""

    @abstractmethod
    def counts(self) -> Mapping[str, int]:
        """files, failed, documents, chunks (visible ones), and vectors (all that are kept)."""

    def names(self, documents: Iterable[int] | None = None) -> dict[int, Names]:
        """The names of the files that hold each of ``documents`` (else: each there is), sorted."""
        names = self.contents.names
        if documents is None:
            return dict(names)
        return {document: names[document] for document in documents if document in names}

    # -- documents ------------------------------------------------------------------------

    @abstractmethod
    def document(self, identity: int) -> Document:
        """A stored document, as its loader made it. The last few are kept. Of a long one, a stretch of the text is read when
        it is asked for (:meth:`rag.documents.document.Document.span`), as long as the catalog is open.

        Raises:
            IndexDamaged: there is no such document, or it is not what was written.
        """

    def documents(self, ids: Iterable[int]) -> dict[int, Document]:
        """These documents, read together where that is quicker.

        Raises:
            As :meth:`document`.
        """
        return {identity: self.document(identity) for identity in ids}

    @abstractmethod
    def outlines(self, among: Iterable[int] | None = None) -> Iterator[tuple[int, Document]]:
        """Visible documents, all or these, by their ids, without their texts (""), which are not read."""

    @abstractmethod
    def kept_traits(self, documents: Collection[int]) -> dict[int, Traits]:
        """What these documents are known by, by their ids; of those of which it is kept.

        Raises:
            IndexDamaged: it is not what was written.
        """

    def traits(self, documents: Collection[int]) -> dict[int, Traits]:
        """What these documents are known by, by their ids: as it was found when they were read, or else, where an earlier
        version read them, now.

        Raises:
            IndexDamaged: one is missing, or not what was written.
        """
        kept = self.kept_traits(documents)
        return kept | self.found_traits([one for one in documents if one not in kept])

    def found_traits(self, documents: Collection[int]) -> dict[int, Traits]:
        """What is found in these documents now, by their ids."""
        return {one: traits_of(self.document(one)) for one in documents}

    @abstractmethod
    def origin(self, identity: int) -> Origin:
        """What a document was read from.

        Raises:
            IndexDamaged: there is no such document.
        """

    @abstractmethod
    def stated(self) -> dict[int, Stated]:
        """What each visible document says of itself, by its id, all in one reading."""

    @abstractmethod
    def files_where(self, conditions: Conditions) -> list[tuple[int, str]]:
        """(document, name) of each visible file that conditions admit."""

    def described(self) -> dict[int, tuple[str, str, str]]:
        """(kind, title, date) of each visible document, by its id, all in one reading."""
        return {identity: row[:3] for identity, row in self.stated().items()}

    def documents_where(self, conditions: Conditions) -> Sequence[int]:
        """Ids of visible documents that conditions admit by one of their files. Of the last few conditions they are kept,
        and the same ones given out."""
        key = tuple(map(tuple, conditions))
        found = self._admitted.get(key)
        if found is None:
            found = tuple(dict.fromkeys(document for document, _ in self.files_where(conditions)))
            while len(self._admitted) >= KEPT:
                self._admitted.pop(next(iter(self._admitted)), None)
            self._admitted[key] = found
        return found

    @cached_property
    def _admitted(self) -> dict[tuple[tuple[Condition, ...], ...], tuple[int, ...]]:
        return {}

    # -- chunks ---------------------------------------------------------------------------

    @abstractmethod
    def chunk_rows(self, ids: Iterable[int]) -> dict[int, ChunkRow]:
        """Chunks by id, with their text.

        Raises:
            IndexDamaged: there is no such chunk, or it is not what was written.
        """

    @abstractmethod
    def document_chunks(self, document: int) -> list[ChunkRow]:
        """The chunks of a visible document, in order.

        Raises:
            IndexDamaged: one is missing, or not what was written.
        """

    def each_chunk(self, document: int) -> Iterator[ChunkRow]:
        """The same one by one, of a long document some at a time."""
        first, count = self.contents.ranges[document]
        if count <= BATCH:
            yield from self.document_chunks(document)
            return
        for i in range(first, first + count, BATCH):
            rows = self.chunk_rows(range(i, min(i + BATCH, first + count)))
            yield from (rows[one] for one in sorted(rows))

    @abstractmethod
    def vectors(
        self, chunk_ids: NDArray[np.int64], batch: int = 8192
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """(ids, float32 [n, dimension]) of these chunks, ``batch`` at a time, ids sorted: as the encoder made them.

        Raises:
            IndexDamaged: a vector is missing, or not what was written.
        """

    def visible(self) -> Ids:
        """Ids of all chunks that a file of this generation holds, sorted; int64 [n]."""
        return self.contents.chunks()

    def chunk_ids(self, documents: Iterable[int]) -> Ids:
        """Ids of all chunks of these documents, sorted; int64 [n]."""
        return self.contents.chunks(documents)
