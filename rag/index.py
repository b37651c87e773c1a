"""Index: build, update, open, search. One writer at a time, any number of readers."""

from __future__ import annotations

import os
import threading
from contextlib import AbstractContextManager
from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.documents.document import Document
from rag.embedding.embedder import Embedder, load_embedder
from rag.errors import FolderError, SettingsError
from rag.ingestion.report import ProgressCallback, UpdateReport
from rag.ingestion.update import remove, update
from rag.retrieval.filters import Where
from rag.retrieval.hit import Hit
from rag.retrieval.search import Mode, asked_as, search
from rag.settings import Settings
from rag.store.publish import repair
from rag.store.recipe import check_model, encoder_to_load
from rag.store.snapshot import Current, Snapshot
from rag.store.status import FileStatus, Status, files_of, status_of
from rag.store.verify import problems
from rag.store.writer import recipe_at, writing

PathLike = str | os.PathLike[str]


class Index:
    """An index on disk, opened at one generation.

    It goes on answering from that generation while other processes update the index;
    :meth:`refresh` moves it to the newest one. It may be shared between threads.

    path: the folder that it is kept in.
    settings: how it was made, and how :meth:`update` runs.
    report: what the last build or update by this object did; None if it was only opened.

    >>> index = Index.build("data", "indexes/demo")  # doctest: +SKIP
    >>> index.search("How do I connect to the VPN?", k=1)[0].place  # doctest: +SKIP
    'it/vpn-guide.md'
    """

    def __init__(self, path: Path, settings: Settings | None, embedder: Embedder | None) -> None:
        """Not for direct use: see :meth:`build` and :meth:`open`."""
        self.path = path
        self.report: UpdateReport | None = None
        self._current = Current(path)
        self._embedder: Embedder | None = None
        self._loading = threading.Lock()
        try:
            with self.snapshot() as snapshot:
                self._recipe = snapshot.catalog.recipe()
            given = settings or Settings.load()
            self._named = given.model
            self.settings = replace(given, **self._recipe.settings())
            if embedder is not None:
                self._take(embedder)
        except BaseException:
            self.close()
            raise

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
        made = recipe_at(path) if settings is None else None
        if settings is None:
            settings = Settings.load(**{**(made.settings() if made else {}), **given})
        if embedder is None:
            model = settings.model
            if made and "model" not in given:
                model = encoder_to_load(path, made, Settings.load(**given).model)
            embedder = load_embedder(model, precision=settings.precision)
        report = update(path, Path(folder), settings=settings, embedder=embedder, progress=progress)
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
        return cls(Path(path), settings, embedder)

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
            IndexMismatch: it was built anew, with another model or other chunks.
        """
        return self._current.refresh()

    def close(self) -> None:
        """Let go of the index's files, as soon as no question is running any more."""
        self._current.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

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
        settings, embedder = self.settings, self.embedder
        self.report = update(
            self.path, Path(folder), settings=settings, embedder=embedder, progress=progress
        )
        self.refresh()
        return self.report

    def remove(self, *patterns: str) -> tuple[str, ...]:
        """Take files out of the index, by name or glob. Their names are returned.

        A file that is still in its folder comes back with the next update, unless a
        ``.ragignore`` names it.

        Raises:
            IndexLocked: another process is writing to the index.
        """
        removed = remove(self.path, patterns)
        self.refresh()
        return removed

    def compact(self) -> int:
        """Forget vectors of texts that are no longer in the index and give the disk space back;
        how many there were.

        Until then they are kept, so that a text that comes back is not embedded again.

        Raises:
            IndexLocked: another process is writing to the index.
        """
        with writing(self.path) as catalog:
            gone = catalog.sweep_vectors()
            repair(catalog)
            self._current.renew()
        return gone

    def set_threshold(self, value: float) -> None:
        """Store the confidence from which to answer questions on this index.

        Raises:
            SettingsError: it is not a number.
            IndexLocked: another process is writing to the index.
        """
        if not isfinite(value):
            raise SettingsError(f"threshold is {value}; it must be a number from 0 to 1.")
        with writing(self.path) as catalog:
            if catalog.threshold() != value:
                catalog.set_threshold(value)
        self.refresh()

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
            return snapshot.document(document_id)

    def document_of(self, source: str) -> Document:
        """The stored document of a file, by its name as hits show it.

        Raises:
            QueryError: there is no such file in the index.
        """
        with self.snapshot() as snapshot:
            return snapshot.document_of(source)

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

    def verify(self) -> list[str]:
        """Check everything that can be checked; what is wrong, a line each, or nothing.

        Read fresh from disk, at the newest generation.
        """
        return problems(self.path)

    @property
    def embedder(self) -> Embedder:
        """The model of this index, loaded when it is first needed.

        Raises:
            ModelError: it cannot be loaded, or only the index names it; see
                :func:`rag.store.recipe.encoder_to_load`.
            IndexMismatch: it is not the one that the index was built with.
        """
        with self._loading:
            if self._embedder is None:
                model = encoder_to_load(self.path, self._recipe, self._named)
                self._take(load_embedder(model, precision=self.settings.precision))
            assert self._embedder is not None
            return self._embedder

    def _take(self, embedder: Embedder) -> None:
        check_model(self.path, self._recipe, embedder)
        self._embedder = embedder
