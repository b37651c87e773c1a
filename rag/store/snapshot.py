"""A snapshot: one generation of an index, and all that a question needs of it.

A question takes one snapshot at its start and does everything with it. An index that moves on to
another generation swaps the snapshot that it hands out; questions that are running keep theirs.
"""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from rag.codec import to_json
from rag.documents.document import Document
from rag.errors import IndexClosed, IndexMismatch, QueryError
from rag.store.folder.cards import Cards
from rag.store.folder.catalog import Catalog
from rag.store.folder.connection import log_size, write_back
from rag.store.folder.dense import DenseIndex, searched
from rag.store.folder.derived import load_derived
from rag.store.folder.lexical import LexicalIndex
from rag.store.folder.publish import named_entries, named_rows
from rag.store.folder.restricted import MayRead, RestrictedCatalog, said_by, tells

KEPT = 64  # parts of a snapshot, for those who may not read all of it
LOG_LIMIT = 4_000_000  # bytes; readers that move on by turns keep a log from being cut till then


@dataclass(frozen=True, eq=False, slots=True)
class Snapshot:
    """One generation of an index. It never changes, and may be shared between threads.

    ``identity`` tells this generation from every other, of this index and of all there ever were.
    ``threshold`` is the confidence from which to answer, if one has been chosen for the index.
    ``cards`` is what is known of each document as a whole; None in an index of an earlier version.
    ``part`` is a digest of what may be read, where that is not all; see :meth:`restricted`.
    """

    catalog: Catalog
    dense: DenseIndex
    lexical: LexicalIndex
    generation: int
    identity: str
    threshold: float | None
    cards: Cards | None = None
    part: str = ""
    _parts: dict[MayRead, Snapshot] = field(default_factory=dict, init=False, repr=False)
    _making: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def restricted(self, may_read: MayRead) -> Snapshot:
        """This generation, as if those files alone were in it that ``may_read`` admits: nothing that is searched,
        listed, counted or said by it depends on the others, but how long chunks are on average.

        It is open as long as this one is. It is made once for each ``may_read``, which must be hashable, and kept.

        Raises:
            IndexDamaged: a part of the catalog is not what was written.
        """
        made = self._parts.get(may_read)
        if made is None:
            with self._making:
                made = self._parts.get(may_read) or self._restricted(may_read)
                self._parts[may_read] = made
                while len(self._parts) > KEPT:
                    del self._parts[next(iter(self._parts))]
        return made

    def _restricted(self, may_read: MayRead) -> Snapshot:
        whole, says = self.catalog, said_by(self.catalog)
        names = whole.contents.names
        contents = whole.contents.of_files(lambda document, name: may_read(name, says[document]))
        # Of some, copies lie elsewhere: nothing must know them by these names.
        fewer = {d for d, kept in contents.names.items() if kept != names[d]}
        telling = {d for d in fewer if tells(whole.document(d), names[d], contents.names[d])}
        contents = contents.of_files(lambda document, _: document not in telling)
        renamed = contents.of_files(lambda document, _: document in fewer)
        under = RestrictedCatalog(whole, renamed, may_read)
        return replace(
            self,
            catalog=RestrictedCatalog(whole, contents, may_read),
            dense=self.dense.within(contents.chunks()),
            lexical=self.lexical.of_files(contents, named_rows(under)),
            cards=self.cards and self.cards.of_files(contents, named_entries(under)),
            part=hashlib.sha256(to_json(contents.held).encode()).hexdigest(),
        )

    def document(self, identity: int) -> Document:
        """The stored document that a hit or citation names.

        Raises:
            IndexDamaged: there is no such document.
        """
        return self.catalog.document(identity)

    def document_of(self, source: str) -> Document:
        """The stored document of a file, by its name as hits show it.

        Raises:
            QueryError: there is no such file in the index.
        """
        for row in self.catalog.files():
            if row.name == source and row.document is not None:
                return self.catalog.document(row.document)
        raise QueryError(f"{source} is not in {self.catalog.folder}.")

    def text(self, identity: int) -> str:
        """The text of a stored document, of which chunks and citations are spans.

        Raises:
            IndexDamaged: there is no such document.
        """
        return self.catalog.document(identity).text

    def sources(self) -> tuple[str, ...]:
        """The names of all files of this generation, sorted."""
        return tuple(sorted({name for names in self.catalog.names().values() for name in names}))


class Current:
    """The snapshot that an index hands out now, and those that questions still hold.

    One that was swapped for another is closed when the last question lets go of it.
    """

    def __init__(self, path: Path) -> None:
        """Opens the newest generation of the index at ``path``; see :func:`open_snapshot`."""
        self.path = path
        self._lock = threading.RLock()  # of the two below
        self._newest: Snapshot | None = open_snapshot(path)
        self._holders: Counter[Snapshot] = Counter({self._newest: 1})
        self._swapping = threading.RLock()  # one swap after the other, so that none goes back

    @contextmanager
    def held(self) -> Iterator[Snapshot]:
        """The snapshot of now, kept open until the block ends.

        Raises:
            IndexClosed: :meth:`close` was called.
        """
        with self._lock:
            if self._newest is None:
                raise IndexClosed(f"{self.path}: this index was closed. Open it again.")
            snapshot = self._newest
            self._holders[snapshot] += 1
        try:
            yield snapshot
        finally:
            self._let_go(snapshot)

    def refresh(self) -> bool:
        """Swap to what is on disk now; False if that is what is handed out already, which is seen
        before anything large is opened.

        Raises:
            IndexClosed: :meth:`close` was called.
            IndexMismatch: the index was built anew in another way, or in another format.
            IndexMissing, IndexDamaged: it is not there any more.
        """
        with self._swapping:
            with self.held() as before:
                news = _stamp_on_disk(self.path) != _stamp(before.catalog)
            if news or log_size(self.path) > LOG_LIMIT:
                self.renew()
            return news

    def renew(self) -> None:
        """Take up what is on disk now by a new connection, and have the catalog's log, which the old
        one held on to, written back and cut; unless a question, or another process, still reads it.

        Raises:
            As :meth:`refresh`.
        """
        with self._swapping:
            self._swap()
            write_back(self.path)
            self._swap()  # to a connection that reads nothing of the log
            write_back(self.path, empty=True)

    def _swap(self) -> None:
        with self.held() as before:
            newest = open_snapshot(self.path, known=before)
            if newest.catalog.recipe() != before.catalog.recipe():
                newest.catalog.close()
                raise IndexMismatch(
                    f"{self.path}: since it was opened, it was built anew with another model or "
                    "other chunks. Open it again."
                )
            with self._lock:
                if self._newest is None:  # closed while the new one was opened
                    newest.catalog.close()
                    return
                self._let_go(before)
                self._newest = newest
                self._holders[newest] = 1

    def close(self) -> None:
        """Hand out nothing any more. Questions that run go on to their end."""
        with self._lock:
            if self._newest is not None:
                self._let_go(self._newest)
                self._newest = None

    def _let_go(self, snapshot: Snapshot) -> None:
        with self._lock:
            self._holders[snapshot] -= 1
            if not self._holders[snapshot]:
                del self._holders[snapshot]
                snapshot.catalog.close()


def open_snapshot(path: Path, *, known: Snapshot | None = None) -> Snapshot:
    """The newest generation at ``path``, with its derived indexes: those of ``known`` if it is of
    the same generation, else from disk, else made in memory.

    Raises:
        IndexMissing, IndexDamaged, IndexMismatch.
    """
    while True:
        catalog = Catalog.open(path)
        try:
            identity, threshold = stamp = _stamp(catalog)
            if known is not None and identity == known.identity:
                return replace(known, catalog=catalog.like(known.catalog), threshold=threshold)
            held = load_derived(catalog, mapped=True)
            dense, lexical, cards = held.dense, held.lexical, held.cards
            lost_cards = held.made_cards and cards is None
            if (dense is None or lexical is None or lost_cards) and _stamp_on_disk(path) != stamp:
                catalog.close()
                continue  # a writer has published the next, and removed what belonged to this one
            if dense is None:
                ids, dimension = catalog.visible(), catalog.recipe().dimension
                dense = DenseIndex.build(searched(catalog, ids), len(ids), dimension)
            if lexical is None:
                lexical = LexicalIndex.in_memory(named_rows(catalog))
            if lost_cards:
                cards = Cards.in_memory(named_entries(catalog))
            generation = catalog.generation()
            return Snapshot(catalog, dense, lexical, generation, identity, threshold, cards)
        except BaseException:
            catalog.close()
            raise


def _stamp(catalog: Catalog) -> tuple[str, float | None]:
    """Identity and threshold: what tells one snapshot from another."""
    return catalog.identity(), catalog.threshold()


def _stamp_on_disk(path: Path) -> tuple[str, float | None]:
    catalog = Catalog.open(path)
    try:
        return _stamp(catalog)
    finally:
        catalog.close()
