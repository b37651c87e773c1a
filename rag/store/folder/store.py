"""The store that is a folder: opened, written, checked."""

from __future__ import annotations

import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag.codec import from_json
from rag.errors import StorageError
from rag.store.catalog import Catalog
from rag.store.contents import Contents
from rag.store.folder import publish
from rag.store.folder.cards import Cards
from rag.store.folder.catalog import FolderCatalog
from rag.store.folder.connection import FILE_NAME, log_size, write_back
from rag.store.folder.dense import DenseSearch
from rag.store.folder.lexical import LexicalIndex
from rag.store.folder.lock import is_writing, locked
from rag.store.folder.owned import form_of, own_vectors
from rag.store.folder.reading import open_derived
from rag.store.folder.sources import named_entries, named_rows
from rag.store.folder.verify import problems
from rag.store.folder.writer import FolderWriter
from rag.store.recipe import Recipe
from rag.store.restricted import MayRead, RestrictedCatalog
from rag.store.snapshot import Snapshot, Stamp

LOG_LIMIT = 4_000_000  # bytes; readers that move on by turns keep a log from being cut till then


class Publishing(FolderWriter):
    """The writer of a folder, with what is derived from its catalog."""

    def publish(self, removed: Iterable[tuple[int, str]]) -> int:
        """See :func:`rag.store.folder.publish.publish`."""
        return publish.publish(self, removed)

    def repair(self) -> None:
        """See :func:`rag.store.folder.publish.repair`."""
        publish.repair(self)

    def erase(self) -> bool:
        """See :func:`rag.store.folder.publish.erase`."""
        return publish.erase(self)

    def own_vectors(self, documents: Collection[int], most: int) -> list[bytes]:
        """See :func:`rag.store.folder.owned.own_vectors`."""
        return own_vectors(self, documents, most)

    def form(self) -> str:
        """See :func:`rag.store.folder.owned.form_of`."""
        return form_of(self)

    def compact(self) -> int:
        """Forget vectors of texts that are no longer in the index, and give the space back; how many there were."""
        gone = self.sweep_vectors()
        self.repair()
        return gone


@dataclass(frozen=True, slots=True)
class FolderStore:
    """An index in a folder on disk. See :class:`rag.store.snapshot.Store`."""

    path: Path

    @property
    def address(self) -> str:
        """The folder's path."""
        return str(self.path)

    def snapshot(self, known: Snapshot | None = None) -> Snapshot:
        """The newest generation, with its derived indexes: those of ``known`` if it is of the same generation, else
        from disk, else made in memory.

        Raises:
            IndexMissing, IndexDamaged, IndexMismatch.
        """
        while True:
            catalog = FolderCatalog.open(self.path)
            try:
                if known is not None and catalog.identity() == known.identity:
                    dense, before = known.dense, known.catalog
                    assert isinstance(before, FolderCatalog) and isinstance(dense, DenseSearch)
                    catalog.like(before)
                    dense = dense.on(catalog)
                    return replace(
                        known, catalog=catalog, dense=dense, threshold=catalog.threshold()
                    )
                made = self._opened(catalog)
                if made is not None:
                    return made
            except BaseException:
                catalog.close()
                raise
            catalog.close()  # a writer has published the next, and removed what belonged to this one

    def _opened(self, catalog: FolderCatalog) -> Snapshot | None:
        """The catalog's generation; None where what is derived of it has gone since, for the next."""
        identity, threshold = stamp = catalog.identity(), catalog.threshold()
        held = open_derived(catalog)
        if not held.whole and self.stamp() != stamp:
            return None
        search = DenseSearch(held.dense, catalog, lambda: catalog.contents)
        return Snapshot(
            self,
            catalog,
            search,
            held.lexical,
            catalog.generation(),
            identity,
            threshold,
            held.cards,
        )

    def stamp(self) -> Stamp:
        """Identity and threshold of what is on disk now.

        Raises:
            IndexMissing, IndexDamaged, IndexMismatch.
        """
        catalog = FolderCatalog.open(self.path)
        try:
            return catalog.identity(), catalog.threshold()
        finally:
            catalog.close()

    def published(self) -> tuple[int, float] | None:
        """As the manifest says."""
        manifest = self.path / "manifest.json"
        try:
            known = from_json(manifest.read_text("utf-8"), dict[str, Any])
            return int(known["generation"]), manifest.stat().st_mtime
        except (OSError, ValueError, KeyError, TypeError):  # away for now
            return None

    def narrowed(
        self, whole: Snapshot, contents: Contents, renamed: Contents, may_read: MayRead
    ) -> tuple[Catalog, DenseSearch, LexicalIndex, Cards | None]:
        """What of a snapshot is of these documents alone; those of fewer names get full text and cards of their own."""
        dense, lexical, cards = whole.dense, whole.lexical, whole.cards
        assert isinstance(dense, DenseSearch) and isinstance(lexical, LexicalIndex)
        assert cards is None or isinstance(cards, Cards)
        under = RestrictedCatalog(whole.catalog, renamed, may_read)
        return (
            RestrictedCatalog(whole.catalog, contents, may_read),
            dense.within(contents),
            lexical.of_files(contents, named_rows(under)),
            cards and cards.of_files(contents, named_entries(under)),
        )

    def overgrown(self) -> bool:
        """Whether the catalog's log, which readers hold on to, is long."""
        return log_size(self.path) > LOG_LIMIT

    def renew(self, swap: Callable[[], None]) -> None:
        """Swap to a new connection, and have the catalog's log, which the old one held on to, written back and cut."""
        swap()
        write_back(self.path)
        swap()  # to a connection that reads nothing of the log
        write_back(self.path, empty=True)

    def recipe(self) -> Recipe | None:
        """How the index was made, which is brought up to date if its format is older; None if there is none.

        Raises:
            IndexLocked, StorageError, IndexDamaged, IndexMismatch: see :meth:`writing`.
        """
        if not (self.path / FILE_NAME).is_file():
            return None
        with self.writing() as catalog:
            return catalog.stored_recipe()

    @contextmanager
    def writing(self) -> Iterator[Publishing]:
        """The one writer of the index, for as long as the block lasts.

        Raises:
            IndexLocked: another process is writing to it, or the folder cannot be written.
            StorageError, IndexDamaged, IndexMismatch.
        """
        if any("\ud800" <= character <= "\udfff" for character in str(self.path)):
            raise StorageError(
                f"{self.path}: the path of an index must be valid UTF-8, for the libraries that write it. "
                "Name another folder."
            )
        with locked(self.path):
            catalog = Publishing.open(self.path)
            try:
                yield catalog
            finally:
                catalog.close()

    def is_writing(self) -> bool:
        """Whether a process is writing to it right now."""
        return is_writing(self.path)

    def size(self) -> int:
        """Bytes that the folder's files take; one that a writer has just replaced counts nothing."""
        total = 0
        for file in self.path.rglob("*"):
            with suppress(OSError):
                found = file.stat()
                total += found.st_size if stat.S_ISREG(found.st_mode) else 0
        return total

    def problems(self) -> list[str]:
        """What is wrong with the newest generation on disk, a line each; see :mod:`rag.store.folder.verify`."""
        return problems(self.path)

    def places(self) -> Sequence[Path]:
        """The folder."""
        return (self.path,)
