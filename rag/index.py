"""Index: build, update, open, search. One writer at a time, any number of readers."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from rag.documents.document import Document
from rag.documents.files import FileNote
from rag.embedding.embedder import Embedder, load_embedder
from rag.errors import FolderError, IndexMismatch, IndexMissing, QueryError
from rag.ingestion.report import UpdateReport
from rag.ingestion.update import ProgressCallback, update
from rag.retrieval import search as searching
from rag.retrieval.filters import Where
from rag.retrieval.hit import Hit
from rag.retrieval.search import Mode
from rag.settings import Settings
from rag.store.catalog import FILE_NAME, FIXED, Catalog
from rag.store.dense import DenseIndex
from rag.store.lexical import LexicalIndex
from rag.store.lock import is_writing, writer
from rag.store.publish import publish, repair, rows_of
from rag.store.snapshot import Snapshot
from rag.store.verify import problems

WAIT_FOR_WRITER_S = 30.0  # how long opening waits for a writer that is publishing right now

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
        self, path: Path, settings: Settings, snapshot: Snapshot, embedder: Embedder | None
    ) -> None:
        """Not for direct use: see :meth:`build` and :meth:`open`."""
        self.path = path
        self.settings = settings
        self.last_report: UpdateReport | None = None
        self._snapshot = snapshot
        self._embedder = embedder
        self._lock = threading.RLock()

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
        ``last_report`` of the result says what was done.

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
        index.last_report = report
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
        index = cls(path, settings, _open_snapshot(path), embedder)
        if embedder is not None:
            index._check(embedder)
        return index

    def refresh(self) -> bool:
        """Move to the newest generation; False if this was the newest already."""
        newest = _open_snapshot(self.path)
        with self._lock:
            if newest.generation == self._snapshot.generation:
                newest.catalog.close()
                return False
            self._snapshot.catalog.close()
            self._snapshot = newest
            return True

    def close(self) -> None:
        with self._lock:
            self._snapshot.catalog.close()

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
        self.last_report = report
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
            self._snapshot.catalog.close()
            catalog = Catalog.create_or_open(self.path)
            try:
                gone = catalog.sweep_vectors()
                repair(catalog, self.path, self._dimension(catalog))
            finally:
                catalog.close()
                self._snapshot = _open_snapshot(self.path)
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
        if not question.strip():
            raise QueryError("The question is empty.")
        if not 1 <= k <= searching.MAX_K:
            raise QueryError(f"k is {k}; it must be from 1 to {searching.MAX_K}.")
        if mode not in ("hybrid", "dense", "lexical"):
            raise QueryError(f'mode is "{mode}"; it must be "hybrid", "dense" or "lexical".')
        if not 0 <= diversity <= 1:
            raise QueryError(f"diversity is {diversity}; it must be from 0 to 1.")
        vector = None
        if mode != "lexical":
            vector = self.embedder.encode_queries([question])[0]
        with self._lock:
            many = max(searching.POOL, k) if diversity else k
            ranked = searching.rank(self._snapshot, question, vector, many, where=where, mode=mode)
            if diversity:
                ranked = searching.diversify(self._snapshot.catalog, ranked, k, diversity)
            return searching.hits(self._snapshot.catalog, ranked)

    def document(self, document_id: int) -> Document:
        """The stored document that a hit or citation names, of the generation this reader sees.

        Raises:
            IndexDamaged: there is no such document.
        """
        with self._lock:
            return self._snapshot.catalog.document(document_id)

    def document_of(self, source: str) -> Document:
        """The stored document of a file, by its name as hits show it.

        Raises:
            QueryError: there is no such file in the index.
        """
        with self._lock:
            for row in self._snapshot.catalog.files():
                if row.name == source and row.document is not None:
                    return self._snapshot.catalog.document(row.document)
        raise QueryError(f"{source} is not in {self.path}.")

    @property
    def embedder(self) -> Embedder:
        """The model of this index, loaded when it is first needed.

        Raises:
            ModelError, IndexMismatch.
        """
        with self._lock:
            if self._embedder is None:
                embedder = load_embedder(self.settings.model, precision=self.settings.precision)
                self._check(embedder)
                self._embedder = embedder
            return self._embedder

    @property
    def identity(self) -> str:
        """What tells this index from every other, also from one built at the same place later."""
        with self._lock:
            return self._snapshot.catalog.identity() or str(self.path.resolve())

    @property
    def generation(self) -> int:
        return self._snapshot.generation

    @property
    def threshold(self) -> float | None:
        """The confidence from which to answer, if ``rag calibrate`` has chosen one for it."""
        with self._lock:
            stored = self._snapshot.catalog.get("threshold")
        return None if stored is None else float(stored)

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
        with self._lock:
            self._snapshot.catalog.close()
            self._snapshot = _open_snapshot(self.path)

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that were indexed."""
        with self._lock:
            return tuple(self._snapshot.catalog.roots().values())

    def sources(self) -> tuple[str, ...]:
        """The names of all files in the index, sorted."""
        with self._lock:
            return tuple(
                sorted({r.name for r in self._snapshot.catalog.files() if r.document is not None})
            )

    def status(self) -> Status:
        with self._lock:
            catalog = self._snapshot.catalog
            counts = catalog.counts()
            failed = tuple(
                FileNote(row.name, row.failure) for row in catalog.files() if row.failure
            )
        return Status(
            path=str(self.path),
            generation=self.generation,
            files=counts["files"],
            failed=failed,
            documents=counts["documents"],
            chunks=counts["chunks"],
            vectors=counts["vectors"],
            model=self.settings.model,
            chunk_tokens=self.settings.chunk_tokens,
            vector_index=self._snapshot.vectors.kind,
            bytes=sum(f.stat().st_size for f in self.path.rglob("*") if f.is_file()),
            folders=self.folders,
            writing=is_writing(self.path),
        )

    def verify(self) -> list[str]:
        """Check everything that can be checked; what is wrong, a line each, or nothing.

        Read fresh from disk, at the newest generation.
        """
        return problems(self.path)

    def _check(self, embedder: Embedder) -> None:
        with self._lock:
            stored = self._snapshot.catalog.get("fingerprint")
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


def _open_snapshot(path: Path, *, wait: bool = True) -> Snapshot:
    """The newest generation, with its derived indexes: from disk, or made in memory.

    While a writer is publishing, the derived files may be a moment behind the catalog; that
    moment is waited for.
    """
    deadline = time.monotonic() + (WAIT_FOR_WRITER_S if wait else 0.0)
    while True:
        catalog = Catalog.open_snapshot(path)
        generation, dimension = catalog.generation(), int(catalog.get("dimension") or 0)
        ids = catalog.visible()
        vectors = DenseIndex.load(path, generation, ids, dimension)
        lexical = LexicalIndex.load(path, generation)
        if generation == 0 or (vectors is not None and lexical is not None):
            break
        if time.monotonic() >= deadline or not is_writing(path):
            break
        catalog.close()
        time.sleep(0.05)
    if vectors is None:
        searched = catalog.search_vectors(ids, dimension)
        vectors = DenseIndex.build(searched, len(ids), max(1, dimension))
    if lexical is None:
        lexical = LexicalIndex.in_memory(rows_of(catalog))
    return Snapshot(catalog, vectors, lexical, generation)


__all__ = ["Index", "Status"]
