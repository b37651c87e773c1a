"""Index: build, update, open, search. One writer at a time, any number of readers."""

from __future__ import annotations

import os
import stat
import threading
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.documents.document import Document
from rag.documents.files import FileNote
from rag.embedding.embedder import Embedder, load_embedder
from rag.errors import FolderError, IndexMismatch, IndexMissing
from rag.ingestion.report import UpdateReport
from rag.ingestion.update import ProgressCallback, update
from rag.retrieval.filters import Where
from rag.retrieval.hit import Hit
from rag.retrieval.search import Mode, search
from rag.settings import Settings
from rag.store.catalog import FILE_NAME, FIXED, Catalog
from rag.store.lock import is_writing, writer
from rag.store.publish import publish, repair
from rag.store.snapshot import Current, Snapshot
from rag.store.verify import problems

PathLike = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Status:
    """What an index holds, and how it was made."""

    path: str
    generation: int
    files: int
    failed: tuple[FileNote, ...]
    documents: int
    chunks: int
    vectors: int
    model: str
    chunk_tokens: int
    vector_index: str
    bytes: int
    folders: tuple[str, ...]
    writing: bool


class Index:
    """An index on disk, opened at one generation.

    It goes on answering from that generation while other processes update the index;
    :meth:`refresh` moves it to the newest one. It may be shared between threads.
    """

    def __init__(
        self, path: Path, settings: Settings, current: Current, embedder: Embedder | None
    ) -> None:
        """Not for direct use: see :meth:`build` and :meth:`open`."""
        self.path = path
        self.settings = settings
        self.report: UpdateReport | None = None
        self._current = current
        self._embedder = embedder
        self._loading = threading.Lock()

    # -- making and opening -----------------------------------------------------------------

    @classmethod
    def build(
        cls,
        folder: PathLike,
        path: PathLike,
        *,
        settings: Settings | None = None,
        embedder: Embedder | None = None,
        progress: ProgressCallback | None = None,
        **given: Any,
    ) -> Index:
        """The index of ``folder`` at ``path``: made if there is none, else brought up to date.

        ``given`` are single settings by name; what is not given is as the index was made, else
        as :meth:`Settings.load` finds it. ``settings`` replaces all of that.
        ``report`` of the result says what was done.

        Raises:
            RagError: the folder cannot be read, or the index cannot be written.
        """
        path = Path(path)
        if (path / FILE_NAME).is_file():
            with writer(path):  # brings an older format up to date, before it is read
                Catalog.create_or_open(path).close()
        settings = settings or Settings.load(**{**_stored(path), **given})
        embedder = embedder or load_embedder(settings.model, precision=settings.precision)
        with writer(path):
            report = update(
                path, Path(folder), settings=settings, embedder=embedder, progress=progress
            )
        index = cls.open(path, embedder=embedder, settings=settings)
        index.report = report
        return index

    @classmethod
    def open(
        cls,
        path: PathLike,
        *,
        settings: Settings | None = None,
        embedder: Embedder | None = None,
    ) -> Index:
        """Open an index as it is now. The model is loaded at the first search.

        Raises:
            IndexMissing, IndexDamaged, IndexMismatch.
        """
        path = Path(path)
        stored = _stored(path)
        if not stored:
            raise IndexMissing(
                f"{path}: there is no index here. Make one: rag index FOLDER --index {path}"
            )
        settings = replace(settings or Settings.load(), **stored)
        index = cls(path, settings, Current(path), embedder)
        if embedder is not None:
            with index.snapshot() as snapshot:
                index._check(snapshot, embedder)
        return index

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """The generation that this index is at, to be used in a ``with`` block: it stays as it is,
        and open, to the end of the block, whatever is refreshed or compacted meanwhile.

        Raises:
            IndexClosed: :meth:`close` was called.
        """
        return self._current.held()

    def refresh(self) -> bool:
        """Move to the newest generation; False if this was the newest already.

        Raises:
            IndexMismatch: it was built anew, with another model.
        """

        def accept(newest: Snapshot) -> None:
            if self._embedder is not None:
                self._check(newest, self._embedder)

        return self._current.refresh(accept)

    def close(self) -> None:
        """Let go of the index's files, as soon as no question is running any more."""
        self._current.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- writing ----------------------------------------------------------------------------

    def update(
        self, folder: PathLike | None = None, *, progress: ProgressCallback | None = None
    ) -> UpdateReport:
        """Bring the index up to date with ``folder`` (without one: with the folder it was built
        from), and refresh this reader.

        Raises:
            RagError: the folder cannot be read, another process is writing, or the disk is full.
        """
        if folder is None:
            folders = self.folders
            if len(folders) != 1:
                raise FolderError(f"{self.path} holds {len(folders)} folders; say which to update.")
            folder = folders[0]
        with writer(self.path):
            report = update(
                self.path,
                Path(folder),
                settings=self.settings,
                embedder=self.embedder,
                progress=progress,
            )
        self.refresh()
        self.report = report
        return report

    def remove(self, *patterns: str) -> tuple[str, ...]:
        """Take files out of the index, by name or glob. Their names are returned.

        A file that is still in its folder comes back with the next update, unless a
        ``.ragignore`` names it.
        """
        with writer(self.path):
            catalog = Catalog.create_or_open(self.path)
            try:
                rows = [
                    row
                    for row in catalog.files()
                    if any(row.name == p or fnmatchcase(row.name, p) for p in patterns)
                ]
                if rows:
                    publish(
                        catalog,
                        self.path,
                        self._dimension(catalog),
                        [(row.root, row.name) for row in rows],
                    )
            finally:
                catalog.close()
        self.refresh()
        return tuple(sorted(row.name for row in rows))

    def compact(self) -> int:
        """Forget vectors of texts that are no longer in the index and give the disk space back.

        Until then they are kept, so that a text that comes back is not embedded again.
        """
        with writer(self.path):
            catalog = Catalog.create_or_open(self.path)
            try:
                gone = catalog.sweep_vectors()
                repair(catalog, self.path, self._dimension(catalog))
                self._current.reopen(between=catalog.empty_log)
            finally:
                catalog.close()
        return gone

    # -- reading ----------------------------------------------------------------------------

    def search(
        self,
        question: str,
        k: int = 5,
        *,
        where: Where | None = None,
        mode: Mode = "hybrid",
        diversity: float = 0.0,
    ) -> list[Hit]:
        """The ``k`` chunks that match best, best first.

        ``diversity`` above 0, and up to 1, gives up some of the match for chunks that differ from
        those before them (maximal marginal relevance): near-duplicates do not fill the k.

        ``where`` narrows the search before anything is ranked: {"source": "*.pdf",
        "date": ">=2024-01-01", "type": ["pdf", "docx"]}.

        Raises:
            QueryError: an empty question, or a k, filter or mode that cannot be used.
        """
        with self.snapshot() as snapshot:
            return search(
                snapshot,
                question,
                k,
                encode=self.encode,
                where=where,
                mode=mode,
                diversity=diversity,
            )

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
            return snapshot.document(document_id)

    def document_of(self, source: str) -> Document:
        """The stored document of a file, by its name as hits show it.

        Raises:
            QueryError: there is no such file in the index.
        """
        with self.snapshot() as snapshot:
            return snapshot.document_of(source)

    @property
    def embedder(self) -> Embedder:
        """The model of this index, loaded when it is first needed.

        Raises:
            ModelError, IndexMismatch.
        """
        with self._loading:
            if self._embedder is None:
                embedder = load_embedder(self.settings.model, precision=self.settings.precision)
                with self.snapshot() as snapshot:
                    self._check(snapshot, embedder)
                self._embedder = embedder
            return self._embedder

    @property
    def identity(self) -> str:
        """What tells this index from every other, also from one built at the same place later."""
        with self.snapshot() as snapshot:
            return snapshot.identity

    @property
    def generation(self) -> int:
        """How often the index had been changed when this generation of it was published."""
        with self.snapshot() as snapshot:
            return snapshot.generation

    @property
    def threshold(self) -> float | None:
        """The confidence from which to answer, if ``rag calibrate`` has chosen one for it."""
        with self.snapshot() as snapshot:
            return snapshot.threshold

    def set_threshold(self, value: float) -> None:
        """Store the confidence from which to answer questions on this index.

        Raises:
            IndexLocked: another process is writing to the index.
        """
        with writer(self.path):
            catalog = Catalog.create_or_open(self.path)
            try:
                with catalog.transaction():
                    catalog.set(threshold=repr(float(value)))
            finally:
                catalog.close()
        self.refresh()

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that were indexed."""
        with self.snapshot() as snapshot:
            return tuple(snapshot.catalog.roots().values())

    def sources(self) -> tuple[str, ...]:
        """The names of all files in the index, sorted."""
        with self.snapshot() as snapshot:
            return snapshot.sources()

    def status(self) -> Status:
        """What the index holds, how it was made, and what it takes on disk."""
        with self.snapshot() as snapshot:
            catalog = snapshot.catalog
            counts = catalog.counts()
            return Status(
                path=str(self.path),
                generation=snapshot.generation,
                files=counts["files"],
                failed=tuple(
                    FileNote(row.name, row.failure) for row in catalog.files() if row.failure
                ),
                documents=counts["documents"],
                chunks=counts["chunks"],
                vectors=counts["vectors"],
                model=self.settings.model,
                chunk_tokens=self.settings.chunk_tokens,
                vector_index=snapshot.dense.kind,
                bytes=_bytes(self.path),
                folders=tuple(catalog.roots().values()),
                writing=is_writing(self.path),
            )

    def verify(self) -> list[str]:
        """Check everything that can be checked; what is wrong, a line each, or nothing.

        Read fresh from disk, at the newest generation.
        """
        return problems(self.path)

    def _check(self, snapshot: Snapshot, embedder: Embedder) -> None:
        stored = snapshot.catalog.get("fingerprint")
        if stored != embedder.fingerprint:
            raise IndexMismatch(
                f"{self.path}: built with the model {stored}, but the one given is "
                f"{embedder.fingerprint}. Use the model it was built with, or build a new index."
            )

    def _dimension(self, catalog: Catalog) -> int:
        return int(catalog.get("dimension") or 0)


def _stored(path: Path) -> dict[str, Any]:
    """The model and chunking that the index at ``path`` was made with; empty without an index."""
    if not (path / FILE_NAME).is_file():
        return {}
    catalog = Catalog.open_snapshot(path)
    try:
        model = catalog.get("model")
        if model is None:
            return {}
        default = Settings()
        fixed = {name: type(getattr(default, name))(catalog.get(name) or 0) for name in FIXED}
        return {"model": model, **fixed}
    finally:
        catalog.close()


def _bytes(folder: Path) -> int:
    """What the files in a folder take; one that a writer just replaced counts nothing."""
    total = 0
    for file in folder.rglob("*"):
        with suppress(OSError):
            status = file.stat()
            total += status.st_size if stat.S_ISREG(status.st_mode) else 0
    return total


__all__ = ["Index", "Status"]
