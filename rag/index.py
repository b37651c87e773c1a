"""Index: build, update, open, search. One writer at a time, any number of readers."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from dataclasses import replace
from math import isfinite
from typing import Any

from rag.embedding.embedder import Embedder, load_embedder
from rag.errors import FolderError, SettingsError
from rag.ingestion.cluster import crew_of
from rag.ingestion.progress import ProgressCallback
from rag.ingestion.report import UpdateReport
from rag.ingestion.update import remove, update
from rag.readable import Readable
from rag.settings import Settings
from rag.store.addresses import PathLike, store_at
from rag.store.recipe import check_model, encoder_to_load
from rag.store.snapshot import Current, Snapshot, Store


class Index(Readable):
    """An index on disk, opened at one generation.

    It goes on answering from that generation while other processes update the index;
    :meth:`refresh` moves it to the newest one. It may be shared between threads.

    address: where it is kept: a folder's path, or a server's URL without its password.
    settings: how it was made, and how :meth:`update` runs.
    report: what the last build or update by this object did; None if it was only opened.

    >>> index = Index.build("data", "indexes/demo")  # doctest: +SKIP
    >>> index.search("How do I connect to the VPN?", k=1)[0].place  # doctest: +SKIP
    'it/vpn-guide.md'
    """

    def __init__(self, store: Store, settings: Settings | None, embedder: Embedder | None) -> None:
        """Not for direct use: see :meth:`build` and :meth:`open`."""
        self.store = store
        self.report: UpdateReport | None = None
        self._current = Current(store)
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
        path: PathLike | Store,
        *,
        settings: Settings | None = None,
        embedder: Embedder | None = None,
        ray: str = "",
        progress: ProgressCallback | None = None,
        **given: Any,
    ) -> Index:
        """The index of ``folder`` at ``path``, a folder or a server's address: made if there is none, else brought up to
        date. What is indexed may be on a network: "s3://bucket/handbook", "https://host/docs/", whatever fsspec reads.

        ``given`` are single settings by name; what is not given is as the index was made, else
        as :meth:`Settings.load` finds it. ``settings`` replaces all of that.
        ``ray`` is the address of a Ray cluster whose workers parse and embed, or "local": see docs/ray.md.
        ``report`` of the result says what was done.

        Raises:
            RagError: the folder cannot be read, or the index cannot be written.
        """
        store = store_at(path)
        made = store.recipe() if settings is None else None
        if settings is None:
            settings = Settings.load(**{**(made.settings() if made else {}), **given})
        if embedder is None:
            model = settings.model
            if made and "model" not in given:
                model = encoder_to_load(store.address, made, Settings.load(**given).model)
            embedder = load_embedder(model, precision=settings.precision)
        with crew_of(ray, settings, embedder) as crew:
            report = update(
                store, folder, settings=settings, embedder=embedder, crew=crew, progress=progress
            )
        index = cls.open(store, embedder=embedder, settings=settings)
        index.report = report
        return index

    @classmethod
    def open(
        cls,
        path: PathLike | Store,
        *,
        settings: Settings | None = None,
        embedder: Embedder | None = None,
    ) -> Index:
        """Open an index as it is now, in a folder or at a server's address. The model is loaded at the first search.

        Raises:
            IndexMissing, IndexDamaged, IndexMismatch.
        """
        return cls(store_at(path), settings, embedder)

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
        self,
        folder: PathLike | None = None,
        *,
        ray: str = "",
        progress: ProgressCallback | None = None,
    ) -> UpdateReport:
        """Bring the index up to date with ``folder`` (without one: with the folder it was built
        from), by the workers of the Ray cluster at an address if one is given, and refresh this reader.

        Raises:
            RagError: the folder cannot be read, another process is writing, or the disk is full.
        """
        if folder is None:
            folders = self.folders
            if len(folders) != 1:
                raise FolderError(
                    f"{self.address} holds {len(folders)} folders; say which to update."
                )
            folder = folders[0]
        settings, embedder = self.settings, self.embedder
        with crew_of(ray, settings, embedder) as crew:
            self.report = update(
                self.store,
                folder,
                settings=settings,
                embedder=embedder,
                crew=crew,
                progress=progress,
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
        removed = remove(self.store, patterns)
        self.refresh()
        return removed

    def compact(self) -> int:
        """Forget vectors of texts that are no longer in the index and give the disk space back;
        how many there were.

        Until then they are kept, so that a text that comes back is not embedded again.

        Raises:
            IndexLocked: another process is writing to the index.
        """
        with self.store.writing() as catalog:
            gone = catalog.compact()
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
        with self.store.writing() as catalog:
            if catalog.threshold() != value:
                catalog.set_threshold(value)
        self.refresh()

    def verify(self) -> list[str]:
        """Check everything that can be checked; what is wrong, a line each, or nothing.

        Read fresh, at the newest generation.
        """
        return self.store.problems()

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
                model = encoder_to_load(self.address, self._recipe, self._named)
                self._take(load_embedder(model, precision=self.settings.precision))
            assert self._embedder is not None
            return self._embedder

    def _take(self, embedder: Embedder) -> None:
        check_model(self.address, self._recipe, embedder)
        self._embedder = embedder
