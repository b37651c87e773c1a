"""A snapshot: one generation of an index, and all that a question needs of it; and the store that it is of.

A question takes one snapshot at its start and does everything with it. An index that moves on to
another generation swaps the snapshot that it hands out; questions that are running keep theirs.
"""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from rag.codec import to_json
from rag.documents.document import Document
from rag.errors import IndexClosed, IndexMismatch, QueryError
from rag.store.catalog import Catalog
from rag.store.contents import Contents
from rag.store.recipe import Recipe
from rag.store.restricted import MayRead, said_by, tells
from rag.store.searched import Cards, Dense, Lexical
from rag.store.writer import Writer

KEPT = 64  # parts of a snapshot, for those who may not read all of it
Stamp = tuple[str, float | None]
"""Identity and threshold: what tells one snapshot from another."""


class Store(Protocol):
    """Where an index is kept: in a folder, or on a database server. Nothing is open."""

    @property
    def address(self) -> str:
        """As a person names it and messages show it: a path, or a URL without its password."""

    def snapshot(self, known: Snapshot | None = None) -> Snapshot:
        """The newest generation, open; what is derived is that of ``known``, if it is of the same generation.

        Raises:
            IndexMissing: there is none, or nothing has been published in it yet.
            IndexDamaged, IndexMismatch.
        """

    def stamp(self) -> Stamp:
        """That of the newest generation, at little cost.

        Raises:
            As :meth:`snapshot`.
        """

    def published(self) -> tuple[int, float] | None:
        """The number of the newest generation and when it was published, in seconds since 1970, at little cost; None where
        that can't be told."""

    def narrowed(
        self, whole: Snapshot, contents: Contents, renamed: Contents, may_read: MayRead
    ) -> tuple[Catalog, Dense, Lexical, Cards | None]:
        """What can be read and searched of a snapshot where there is only what ``contents`` says; the documents of
        ``renamed``, some of these, have fewer names there than in the whole."""

    def overgrown(self) -> bool:
        """Whether readers should let go of what they hold, though nothing is new."""

    def renew(self, swap: Callable[[], None]) -> None:
        """Have a reader take up what is there now, by ``swap``, so that nothing old is held on to."""

    def recipe(self) -> Recipe | None:
        """How the index was made, which is brought up to date if its format is older; None if there is none.

        Raises:
            IndexLocked, StorageError, IndexDamaged, IndexMismatch.
        """

    def writing(self) -> AbstractContextManager[Writer]:
        """The one writer of the index, for as long as the block lasts; an index is made if there is none.

        Raises:
            IndexLocked: another process is writing to it, or it cannot be written.
            StorageError, IndexDamaged, IndexMismatch.
        """

    def is_writing(self) -> bool:
        """Whether a process is writing to it right now."""

    def size(self) -> int:
        """Bytes that the index takes."""

    def problems(self) -> list[str]:
        """Everything about the newest generation that can be checked; what is wrong, a line each.

        Raises:
            IndexMissing, IndexDamaged, IndexMismatch: there is nothing that could be checked.
        """

    def places(self) -> Sequence[Path]:
        """The files and folders on this machine that it is kept in; none of a server."""


@dataclass(frozen=True, eq=False, slots=True)
class Snapshot:
    """One generation of an index. It never changes, and may be shared between threads.

    ``identity`` tells this generation from every other, of this index and of all there ever were.
    ``threshold`` is the confidence from which to answer, if one has been chosen for the index.
    ``cards`` is what is known of each document as a whole; None in an index of an earlier version.
    ``part`` is a digest of what may be read, where that is not all; see :meth:`restricted`.
    """

    store: Store
    catalog: Catalog
    dense: Dense
    lexical: Lexical
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
        catalog, dense, lexical, cards = self.store.narrowed(self, contents, renamed, may_read)
        part = hashlib.sha256(to_json(contents.held).encode()).hexdigest()
        return Snapshot(
            self.store,
            catalog,
            dense,
            lexical,
            self.generation,
            self.identity,
            self.threshold,
            cards,
            part,
        )

    @property
    def stamp(self) -> Stamp:
        """What tells it from other snapshots of its index."""
        return self.identity, self.threshold

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
        document = self.catalog.contents.sources.get(source)
        if document is None:
            raise QueryError(f"{source} is not in {self.catalog.address}.")
        return self.catalog.document(document)

    def text(self, identity: int) -> str:
        """The text of a stored document, of which chunks and citations are spans.

        Raises:
            IndexDamaged: there is no such document.
        """
        return self.catalog.document(identity).text

    def sources(self) -> tuple[str, ...]:
        """The names of all files of this generation, sorted."""
        return tuple(sorted(self.catalog.contents.sources))


class Current:
    """The snapshot that an index hands out now, and those that questions still hold.

    One that was swapped for another is closed when the last question lets go of it.
    """

    def __init__(self, store: Store) -> None:
        """Opens the newest generation of the index in ``store``; see :meth:`Store.snapshot`."""
        self._store = store
        self._lock = threading.RLock()  # of the two below
        self._newest: Snapshot | None = store.snapshot()
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
                raise IndexClosed(f"{self._store.address}: this index was closed. Open it again.")
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
                news = self._store.stamp() != before.stamp
            if news or self._store.overgrown():
                self.renew()
            return news

    def renew(self) -> None:
        """Take up what is there now, and let go of what was held, so that its space can be given back; unless a
        question, or another process, still reads it.

        Raises:
            As :meth:`refresh`.
        """
        with self._swapping:
            self._store.renew(self._swap)

    def _swap(self) -> None:
        with self.held() as before:
            newest = self._store.snapshot(before)
            if newest.catalog.recipe() != before.catalog.recipe():
                newest.catalog.close()
                raise IndexMismatch(
                    f"{self._store.address}: since it was opened, it was built anew with another model or "
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
