"""Take documents out of an index for good, clean what quotes them, and look for what is left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.forgetting.proof import Looked, look, look_through
from rag.forgetting.stores import Keeping
from rag.forgetting.traces import Traces, folded, traces_of
from rag.ingestion.admission import digest_of_name
from rag.ingestion.update import meant
from rag.store.addresses import PathLike, store_at
from rag.store.rows import FileRow
from rag.store.snapshot import Store
from rag.store.writer import Writer


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was forgotten: ``names`` of files, ``documents`` and ``passages`` of them, ``cleaned`` by store. ``looked`` pairs what
    was read before and after, file by file; ``read_elsewhere``: a process that reads the index held on to it."""

    names: tuple[str, ...]
    documents: int = 0
    passages: int = 0
    cleaned: tuple[tuple[str, int], ...] = ()
    before: tuple[Looked, ...] = ()
    after: tuple[Looked, ...] = ()
    looked_for: tuple[int, int, int] = (0, 0, 0)
    read_elsewhere: bool = False
    allowed: tuple[str, ...] = ()

    @property
    def left(self) -> tuple[Looked, ...]:
        """Where something is left, or could not be looked for."""
        return tuple(one for one in self.after if one.found or one.read.startswith("cannot"))


def forget(
    index: PathLike | Store,
    patterns: Sequence[str] = (),
    *,
    containing: str = "",
    allow_again: bool = False,
    stores: Iterable[Keeping] = (),
    also: Iterable[Path] = (),
) -> Forgotten:
    """Forget the documents whose files' names are or match ``patterns`` (all, if there are none), and of these, those that
    contain a text, if one is given, in any case. Files with the very same content go with them.

    They stay out of the index, by name and by content, unless ``allow_again``; that takes exact names in ``patterns``
    off the list of what stays out, too. ``stores`` are cleaned of what quotes them; ``also`` are folders and files
    that are looked through afterwards besides the index and the stores.

    The files themselves are left where they are. A reader that has the index open keeps its snapshot until it moves on.

    Raises:
        IndexLocked, IndexMismatch, IndexDamaged, StorageError.
    """
    store, stores = store_at(index), list(stores)
    outside = [*also, *(file for store in stores for file in store.files)]
    with store.writing() as catalog:
        rows = [*catalog.files(), *catalog.staged()]
        chosen = _chosen(catalog, rows, patterns, containing)
        allowed = _allow(catalog, patterns) if allow_again else ()
        if not chosen:
            return Forgotten((), allowed=allowed)
        documents = {row.document for row in chosen if row.document is not None}
        traces = traces_of(catalog, documents, {row.name for row in chosen}, containing)
        passages = catalog.chunk_count(documents)
        before = _looked(store, outside, stores, traces)
        if not allow_again:
            catalog.forget(_digests(catalog, chosen))
        keys = {(row.root, row.name) for row in chosen}
        catalog.unstage(keys)
        catalog.publish(keys)
        alone = catalog.erase()
    cleaned = tuple((store.name, store.clean(traces)) for store in stores)
    after = _looked(store, outside, stores, traces)
    return Forgotten(
        names=tuple(sorted({row.name for row in chosen})),
        documents=len(documents),
        passages=passages,
        cleaned=cleaned,
        before=tuple(before),
        after=tuple(after),
        looked_for=_counts(traces),
        read_elsewhere=not alone,
        allowed=allowed,
    )


def _chosen(
    catalog: Writer, rows: Sequence[FileRow], patterns: Sequence[str], containing: str
) -> list[FileRow]:
    """The files that are meant, and all others with the same content."""
    named = meant(patterns, [row.name for row in rows])
    wanted = folded(containing)
    chosen = [
        row
        for row in rows
        if (not patterns or named(row.name)) and (not wanted or _contains(catalog, row, wanted))
    ]
    documents = {row.document for row in chosen if row.document is not None}
    return [row for row in rows if row in chosen or row.document in documents]


def _contains(catalog: Writer, row: FileRow, wanted: str) -> bool:
    if wanted in folded(row.name):
        return True
    if row.document is None:
        return False
    document = catalog.document(row.document)
    said = (document.text, document.title, document.author, *map(str, document.metadata.values()))
    return any(wanted in folded(text) for text in said)


def _digests(catalog: Writer, rows: Iterable[FileRow]) -> list[tuple[str, str]]:
    """Of each file, the digests of its name and of its content ("" if that was never read)."""
    return [
        (digest_of_name(row.name), catalog.origin(row.document).sha256 if row.document else "")
        for row in rows
    ]


def _allow(catalog: Writer, names: Sequence[str]) -> tuple[str, ...]:
    """Take files off the list of what stays out, by their exact names; those that were on it."""
    kept = catalog.forgotten()
    on = tuple(name for name in names if any(digest_of_name(name) == one for one, _ in kept))
    if on:
        gone = set(map(digest_of_name, on))
        catalog.forget([pair for pair in kept if pair[0] not in gone], instead=True)
    return on


def _looked(
    store: Store, outside: Iterable[Path], stores: Iterable[Keeping], traces: Traces
) -> list[Looked]:
    there = [place for place in dict.fromkeys(outside) if place.exists()]
    elsewhere = [
        look_through(one.name, one.texts(), traces.outside()) for one in stores if one.texts
    ]
    return [*look(store.places(), traces), *look(there, traces.outside()), *elsewhere]


def _counts(traces: Traces) -> tuple[int, int, int]:
    return len(traces.words), len(traces.sentences), len(traces.vectors)
