"""What can be read of an index: all of it, or the part of it that somebody may read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.documents.blocks import whole
from rag.documents.document import Document
from rag.embedding.embedder import Embedder
from rag.errors import StorageError
from rag.retrieval.filters import Where
from rag.retrieval.hit import Hit
from rag.retrieval.search import Mode, asked_as, search
from rag.store.restricted import MayRead
from rag.store.snapshot import Snapshot, Store
from rag.store.status import FileStatus, Status, files_of, status_of


class Readable(ABC):
    """What can be asked of an index, whoever asks: an :class:`rag.Index`, or a :class:`RestrictedIndex` of it.

    store: where it is kept.
    """

    store: Store

    @property
    def address(self) -> str:
        """Where it is kept: a folder's path, or a server's URL without its password."""
        return self.store.address

    @property
    def path(self) -> Path:
        """The folder that it is kept in.

        Raises:
            StorageError: it is kept on a server.
        """
        places = self.store.places()
        if not places:
            raise StorageError(f"{self.address} is not a folder.")
        return places[0]

    @abstractmethod
    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """The generation that this index is at, to be used in a ``with`` block: it stays as it is,
        and open, to the end of the block, whatever is refreshed or compacted meanwhile.

        Raises:
            IndexClosed: the index was closed.
        """

    @property
    @abstractmethod
    def embedder(self) -> Embedder:
        """The model of this index, loaded when it is first needed."""

    @abstractmethod
    def refresh(self) -> bool:
        """Move to the newest generation; False if this was the newest already.

        Raises:
            IndexMismatch: it was built anew, with another model or other chunks.
        """

    def restricted(self, may_read: MayRead) -> RestrictedIndex:
        """This index, as if those files alone were in it that ``may_read`` admits, by a file's name and what its
        document says of itself. It shares all that this one has open, and is open as long.

        ``Rights.load("rights.toml").for_groups(["hr"])`` is such a rule; see :mod:`rag.rights`. What it admits is worked
        out once for each generation, so that a question costs hardly more.
        """
        return RestrictedIndex(self, may_read)

    def search(
        self,
        question: str,
        k: int = 5,
        *,
        where: Where | None = None,
        mode: Mode = "hybrid",
        diversity: float = 0.0,
        spelling: bool = True,
    ) -> list[Hit]:
        """The ``k`` chunks that match best, best first; see :func:`rag.retrieval.search.search`.

        ``where`` narrows the search before anything is ranked: {"source": "*.pdf",
        "date": ">=2024-01-01", "type": ["pdf", "docx"]}. ``diversity``, from 0 to 1, gives up some
        of the match for chunks that differ from each other. ``spelling``: a word that the documents
        don't have is put right after one that they have; :meth:`asked_as` says what comes of it.

        Raises:
            QueryError: an empty question, or a k, filter or mode that cannot be used.
        """
        with self.snapshot() as held:
            return search(
                held,
                question,
                k,
                encode=self.encode,
                where=where,
                mode=mode,
                diversity=diversity,
                spelling=spelling,
            )

    def asked_as(self, question: str) -> str:
        """The question that :meth:`search` looks for: a misspelt word as the documents spell it. Names and
        codes, and what stands in quotation marks, are left alone.

        >>> index.asked_as("who pays for the mortage?")  # doctest: +SKIP
        'who pays for the mortgage?'
        """
        with self.snapshot() as held:
            return asked_as(held, question)

    def encode(self, question: str) -> NDArray[np.float32]:
        """The vector that ``question`` is searched by, float32 [dimension], of length 1."""
        vector: NDArray[np.float32] = self.embedder.encode_queries([question])[0]
        return vector

    def document(self, document_id: int) -> Document:
        """The stored document that a hit or citation names, of the generation this index is at.

        Raises:
            IndexDamaged: there is no such document.
        """
        with self.snapshot() as snapshot:
            return whole(snapshot.document(document_id))

    def document_of(self, source: str) -> Document:
        """The stored document of a file, by its name as hits show it.

        Raises:
            QueryError: there is no such file in the index.
        """
        with self.snapshot() as snapshot:
            return whole(snapshot.document_of(source))

    def sources(self) -> tuple[str, ...]:
        """The names of all files in the index, sorted."""
        with self.snapshot() as snapshot:
            return snapshot.sources()

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that were indexed."""
        with self.snapshot() as snapshot:
            return tuple(snapshot.catalog.roots().values())

    @property
    def identity(self) -> str:
        """What tells this generation from every other, of this index and of all there ever were. A
        copy of the index has the same until one of the two is changed."""
        with self.snapshot() as snapshot:
            return snapshot.identity

    @property
    def generation(self) -> int:
        """The number of the generation that this index is at: 1 for the first that was published."""
        with self.snapshot() as snapshot:
            return snapshot.generation

    @property
    def threshold(self) -> float | None:
        """The confidence from which to answer, if ``rag calibrate`` has chosen one for it."""
        with self.snapshot() as snapshot:
            return snapshot.threshold

    def status(self) -> Status:
        """What the index holds, how it was made, and what it takes on disk."""
        with self.snapshot() as snapshot:
            return status_of(snapshot)

    def files(self) -> tuple[FileStatus, ...]:
        """Every file that the index knows, with what was read of it and what was not."""
        with self.snapshot() as snapshot:
            return files_of(snapshot)


class RestrictedIndex(Readable):
    """The part of an index that somebody may read; see :meth:`Readable.restricted`."""

    def __init__(self, whole: Readable, may_read: MayRead) -> None:
        self.store = whole.store
        self.may_read = may_read
        self._whole = whole

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """As of the whole index, without what may not be read."""
        with self._whole.snapshot() as snapshot:
            yield snapshot.restricted(self.may_read)

    @property
    def embedder(self) -> Embedder:
        """That of the whole index."""
        return self._whole.embedder

    def refresh(self) -> bool:
        """Move the whole index to the newest generation."""
        return self._whole.refresh()
