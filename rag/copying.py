"""An index from one store to another: what is kept is copied as it is, and nothing is embedded.

Documents are staged at the target batch by batch, and published there together: who reads the target sees what it held
before, or all that the source holds. A copy that is stopped goes on where it was, and one that is done is brought up to
date by another: documents that the target has are not copied again.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag.chunking import Chunk
from rag.documents.files import FileNote
from rag.errors import IndexMismatch, SettingsError
from rag.ingestion.admission import FORGOTTEN, digest_of_name
from rag.ingestion.changes import by_folder
from rag.ingestion.progress import Phase, Progress, ProgressCallback
from rag.ingestion.staging import embedding_input, text_hash
from rag.ingestion.update import publish
from rag.store.addresses import PathLike, store_at
from rag.store.catalog import Catalog
from rag.store.rows import ChunkRow, FileRow
from rag.store.snapshot import Snapshot, Store
from rag.store.writer import NewDocument, Writer

BATCH = 1024  # chunks after which documents are written; vectors that are written at a time


@dataclass(frozen=True, slots=True)
class CopyReport:
    """What a copy did, and what the target holds then.

    ``copied`` documents and ``vectors`` were written to the target, all others were there already. ``removed`` are the
    names of files that it held and the source does not; ``kept_out`` those that were forgotten at the target, and stay
    out. An ``interrupted`` copy has published nothing.
    """

    source: str
    target: str
    files: int
    documents: int
    chunks: int
    copied: int
    vectors: int
    removed: tuple[str, ...]
    kept_out: tuple[FileNote, ...]
    generation: int
    seconds: float
    interrupted: bool = False


def copy_index(
    source: PathLike | Store,
    target: PathLike | Store,
    *,
    progress: ProgressCallback | None = None,
) -> CopyReport:
    """Have the index at ``target``, a folder or a server's address, hold what the one at ``source`` holds; it is made if
    there is none. Nothing is embedded, and no file is read: both may be elsewhere.

    A target that exists must have been made in the same way, of the same folders: files that the source has not are taken
    out of it, but those that were forgotten there stay out. What another run has staged at the source and not published
    is not copied.

    Ctrl-C ends it early: nothing is published by then, the report says ``interrupted``, and another call goes on.

    Raises:
        IndexMissing: there is no index at ``source``.
        IndexMismatch: the one at ``target`` was made in another way, or of other folders.
        IndexLocked, IndexDamaged, StorageError, SettingsError.
    """
    origin, goal = store_at(source), store_at(target)
    if origin.address == goal.address:
        raise SettingsError(f"{goal.address} is where the index is. Name another place to copy to.")
    snapshot = origin.snapshot()
    try:
        return copy_snapshot(snapshot, goal, progress=progress)
    finally:
        snapshot.catalog.close()


def copy_snapshot(
    snapshot: Snapshot, target: Store, *, progress: ProgressCallback | None = None
) -> CopyReport:
    """The same of one generation, or the part of it that somebody may read."""
    begun = time.monotonic()
    catalog = snapshot.catalog
    with target.writing() as writer:
        _agree(catalog, writer)
        kept_out = _kept_out(catalog, writer)
        copying = _Copying(catalog, writer, kept_out, progress)
        removed: tuple[str, ...] = ()
        interrupted = False
        try:
            copying.stage()
            removed = copying.publish(snapshot.threshold)
        except KeyboardInterrupt:
            writer.take_back()
            interrupted = True
        counts = writer.counts()
        return CopyReport(
            source=catalog.address,
            target=target.address,
            files=counts["files"],
            documents=counts["documents"],
            chunks=counts["chunks"],
            copied=copying.copied,
            vectors=copying.vectors,
            removed=removed,
            kept_out=tuple(FileNote(row.name, FORGOTTEN) for row in kept_out),
            generation=writer.generation(),
            seconds=time.monotonic() - begun,
            interrupted=interrupted,
        )


def _agree(catalog: Catalog, writer: Writer) -> None:
    """That the target is new, or is made of the same folders in the same way.

    Raises:
        IndexMismatch: it is another index.
    """
    writer.settle(catalog.recipe())
    known = writer.roots()
    used = {known[row.root] for row in (*writer.files(), *writer.staged())}
    others = sorted(used.difference(catalog.roots().values()))
    if others:
        raise IndexMismatch(
            f"{writer.address}: holds an index of other folders ({', '.join(others)}), which a copy would replace. "
            "Copy to another place."
        )


def _kept_out(catalog: Catalog, writer: Writer) -> list[FileRow]:
    """The files that were forgotten at the target."""
    digests = {digest for pair in writer.forgotten() for digest in pair if digest}
    if not digests:
        return []
    return [
        row
        for row in catalog.files()
        if digest_of_name(row.name) in digests
        or (row.document is not None and catalog.origin(row.document).sha256 in digests)
    ]


class _Copying:
    """Documents, vectors and files of a catalog, on their way into another.

    copied, vectors: how many were written.
    """

    def __init__(
        self,
        catalog: Catalog,
        writer: Writer,
        kept_out: Iterable[FileRow],
        progress: ProgressCallback | None,
    ) -> None:
        self.catalog, self.writer, self.progress = catalog, writer, progress
        self.copied = self.vectors = 0
        self._model = catalog.recipe().fingerprint
        out = set(kept_out)
        self._rows = [row for row in catalog.files() if row not in out]
        self._held = by_folder(writer.files())
        self._known = {
            (root, name): row
            for files in (self._held, by_folder(writer.staged()))
            for root, named in files.items()
            for name, row in named.items()
        }
        self._roots: dict[int, int] = {}
        self._begun = time.monotonic()
        self._files = self._chunks = 0
        self._whole = len(catalog.visible())

    def stage(self) -> None:
        """Write to the target what it lacks, a batch at a time; stopped at any point, what was written is kept."""
        with self.writer.transaction():
            folders = self.catalog.roots()
            used = {row.root for row in self._rows}
            self._roots = {root: self.writer.root(folders[root]) for root in sorted(used)}
        files: dict[int | None, list[FileRow]] = {}
        for row in self._rows:
            files.setdefault(row.document, []).append(row)
        self._stage({None: None}, files)
        for batch in self._batches(sorted(one for one in files if one is not None)):
            ids = self._written(batch)
            self._stage(ids, files)

    def publish(self, threshold: float | None) -> tuple[str, ...]:
        """Make visible what is staged; the names of files that the target held, and does not hold any more."""
        writer, recipe = self.writer, self.catalog.recipe()
        if threshold is not None and threshold != writer.threshold():
            writer.set_threshold(threshold)
        here = {(self._roots[row.root], row.name) for row in self._rows}
        self._tell("publishing")
        publish(writer, self._held, set(self._known) - here)
        before, forgotten = writer.recipe(), set(self.catalog.forgotten()) - {*writer.forgotten()}
        how = (recipe.redact, recipe.redact_countries)
        if forgotten or (before.redact, before.redact_countries) != how:
            writer.erase()  # what was kept of it here; when that is done, it is said to be
            writer.forget(forgotten)
            writer.adopt(recipe)
        held = ((root, name) for root, named in self._held.items() for name in named)
        return tuple(sorted(name for root, name in held if (root, name) not in here))

    def _batches(self, documents: Iterable[int]) -> Iterator[list[int]]:
        ranges = self.catalog.contents.ranges
        batch: list[int] = []
        chunks = 0
        for document in documents:
            batch.append(document)
            chunks += ranges[document][1] + 1
            if chunks >= BATCH:
                yield batch
                batch, chunks = [], 0
        if batch:
            yield batch

    def _written(self, documents: Sequence[int]) -> dict[int | None, int | None]:
        """The ids that documents have at the target, by those at the source; those that it has not are written."""
        origins = {document: self.catalog.origin(document) for document in documents}
        known = self.writer.find_documents([*origins.values()])
        ids: dict[int | None, int | None] = {
            document: known.get(origin) for document, origin in origins.items()
        }
        new = [document for document in documents if ids[document] is None]
        chunks = {document: self.catalog.document_chunks(document) for document in new}
        vectors = self._vectors([row for rows in chunks.values() for row in rows])
        traits = self.catalog.traits(new)
        with self.writer.transaction():
            added = self.writer.add_documents(
                [
                    NewDocument(
                        origins[document],
                        self.catalog.document(document),
                        [Chunk(row.start, row.stop, row.context) for row in rows],
                        [vectors[row.id] for row in rows],
                        traits[document],
                    )
                    for document, rows in chunks.items()
                ]
            )
        ids.update(zip(new, added, strict=True))
        self.copied += len(new)
        return ids

    def _vectors(self, rows: Sequence[ChunkRow]) -> dict[int, int]:
        """The ids of the vectors of chunks at the target, by the chunks' at the source; those that it has not are
        written as they are."""
        keys = {row.id: text_hash(embedding_input(row.context, row.text)) for row in rows}
        found = self.writer.find_vectors(self._model, list(set(keys.values())))
        missing = {key: chunk for chunk, key in keys.items() if key not in found}
        wanted = np.array(sorted(missing.values()), np.int64)
        for ids, vectors in self.catalog.vectors(wanted, BATCH) if len(wanted) else ():
            hashes = [keys[chunk] for chunk in ids.tolist()]
            found.update(self.writer.add_vectors(self._model, hashes, vectors))
        self.vectors += len(wanted)
        return {chunk: found[key] for chunk, key in keys.items()}

    def _stage(
        self, ids: Mapping[int | None, int | None], files: Mapping[int | None, Sequence[FileRow]]
    ) -> None:
        """Have the files of these documents staged, where they are not as they are to be."""
        rows = [row for document in ids for row in files.get(document, ())]
        meant = [
            replace(row, root=self._roots[row.root], document=ids[row.document]) for row in rows
        ]
        with self.writer.transaction():
            self.writer.stage(
                [row for row in meant if row != self._known.get((row.root, row.name))]
            )
        ranges = self.catalog.contents.ranges
        self._files += len(rows)
        self._chunks += sum(ranges[document][1] for document in ids if document is not None)
        self._tell("reading")

    def _tell(self, phase: Phase) -> None:
        if not self.progress:
            return
        spent = time.monotonic() - self._begun
        share = self._chunks / self._whole if self._whole else 1.0
        self.progress(
            Progress(
                phase=phase,
                files=self._files,
                files_total=len(self._rows),
                chunks=self._chunks,
                seconds=spent,
                chunks_per_second=self._chunks / spent if spent else 0.0,
                share=share,
                seconds_left=spent * (1 - share) / share if share and spent > 1 else None,
            )
        )
