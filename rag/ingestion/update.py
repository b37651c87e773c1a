"""The write side: bring an index up to date with a folder, or take files out of it.

Files are compared by size and time, then by content; what is new is parsed in worker
processes, embedded here, and staged file by file; at the end all of it is published as the
next generation, and the derived indexes follow. A crash at any point leaves the published
generation as it was and the staged work for the next run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from rag.documents.document import Sight
from rag.documents.files import WAITS, FileNote, Found
from rag.documents.origins import origin_at
from rag.embedding.embedder import Embedder
from rag.ingestion.admission import admitted
from rag.ingestion.changes import (
    Files,
    by_folder,
    changed,
    gone,
    known_files,
    stale_rows,
    waiting,
)
from rag.ingestion.crew import Crew, LocalCrew
from rag.ingestion.progress import Meter, ProgressCallback
from rag.ingestion.report import UpdateReport, compare
from rag.ingestion.staging import Staging
from rag.ingestion.tally import by_reason
from rag.settings import Settings
from rag.store.addresses import PathLike, store_at
from rag.store.recipe import recipe_of
from rag.store.rows import FileRow
from rag.store.snapshot import Store
from rag.store.writer import Writer


def update(
    index: PathLike | Store,
    folder: PathLike,
    *,
    settings: Settings,
    embedder: Embedder,
    crew: Crew | None = None,
    progress: ProgressCallback | None = None,
) -> UpdateReport:
    """Bring the index at an address, or in a store, up to date with ``folder`` (or one file): a path, or an address.

    ``crew`` is what reads and embeds: this machine, if it is not given. Ctrl-C ends it early: what is done by then is
    published, and the report says ``interrupted``.

    Raises:
        FolderError, ExtraMissing, IndexLocked, IndexMismatch, IndexDamaged, StorageError, ModelError.
    """
    begun = time.monotonic()
    origin = origin_at(folder)
    meter = Meter(progress)
    walked, skipped, unseen = origin.walk(meter.listed)
    meter.comparing(len(walked))
    with store_at(index).writing() as catalog:
        recipe = recipe_of(settings, embedder)
        catalog.settle(recipe)
        known = known_files(catalog, origin, settings)
        catalog.adopt(recipe)
        found, kept_out = admitted(walked, catalog.forgotten(), settings, known.row)
        skipped = [*skipped, *kept_out]
        removed = known.outdated - {file.name for file in found}
        removed |= {note.path for note in kept_out} & {*known.published, *known.staged}
        if origin.alone is None:  # of one file, nothing is said of the others of its folder
            removed |= gone(found, [note.path for note in unseen], known)
        to_read = changed(found, known, settings)
        stale = stale_rows(unseen, found, known)
        crew = crew or LocalCrew(embedder, settings.worker_count())
        staging = Staging(catalog, known, settings, embedder.fingerprint, crew=crew, meter=meter)
        interrupted = _interrupted(staging, to_read, stale)
        meter.publishing()
        keys = [(known.root, name) for name in sorted(removed)]
        after = publish(catalog, known.everywhere, keys).get(known.root, {})
        if settings.redact != "none" and known.outdated:
            catalog.erase()  # what was kept before
        listed = {file.name for file in found}.union(row.name for row in stale)
        unread = {file.name for file in to_read} - staging.done
        report = compare(known.published, after, listed=listed, unread=unread, unseen=unseen)
        missing = (*skipped, *report.failed, *report.stale, *staging.notes)
        return replace(
            report,
            skipped=tuple(skipped),
            notes=tuple(staging.notes),
            read=staging.tally.kinds(),
            unread=by_reason(missing, origin.size),
            chunks=staging.chunks,
            embedded=staging.embedded,
            generation=catalog.generation(),
            seconds=time.monotonic() - begun,
            interrupted=interrupted,
            sight=staging.sight + _waiting([after[one] for one in listed & after.keys()], skipped),
        )


def _interrupted(staging: Staging, to_read: Sequence[Found], stale: Sequence[FileRow]) -> bool:
    """Stage what is to be read and what is known of files that cannot be; whether Ctrl-C has ended it early."""
    catalog = staging.catalog
    with catalog.transaction():
        catalog.stage(stale)
    try:
        staging.stage(to_read)
    except KeyboardInterrupt:
        catalog.take_back()
        return True
    return False


def _waiting(rows: Iterable[FileRow], skipped: Iterable[FileNote]) -> Sight:
    """The pages and pictures of a folder that wait for OCR."""
    pictures = sum(note.reason == WAITS for note in skipped)
    sights = (waiting(row) for row in rows if " " in row.loader)  # few files wait for anything
    return sum(sights, Sight(waiting_pictures=pictures))


def remove(index: PathLike | Store, patterns: Sequence[str]) -> tuple[str, ...]:
    """Take files out of an index, by name or glob; also what is staged of them. The
    names that were there, sorted. What is the exact name of a file means that file and no other.

    Raises:
        IndexLocked, IndexMismatch, IndexDamaged, StorageError.
    """
    with store_at(index).writing() as catalog:
        rows = (*catalog.files(), *catalog.staged())
        named = meant(patterns, [row.name for row in rows])
        removed = [(row.root, row.name) for row in catalog.files() if named(row.name)]
        catalog.unstage((row.root, row.name) for row in catalog.staged() if named(row.name))
        if removed:
            catalog.publish(removed)
    return tuple(sorted(name for _, name in removed))


def meant(patterns: Sequence[str], names: Sequence[str]) -> Callable[[str], bool]:
    """Which of ``names`` patterns mean: what is the exact name of a file means that file and no other."""
    exact = set(names).intersection(patterns)
    globs = [pattern for pattern in patterns if pattern not in exact]
    return lambda name: name in exact or any(fnmatchcase(name, glob) for glob in globs)


def publish(catalog: Writer, files: Files, removed: Collection[tuple[int, str]]) -> Files:
    """Publish what is staged less what is ``removed`` (root, name); a generation only where a reader would see a
    difference. ``files`` are those that are published by now; those that are then are given back."""
    catalog.unstage(removed)
    staged = by_folder(catalog.staged())  # of all folders: a run may have been stopped before this
    after = {root: {**files.get(root, {}), **staged.get(root, {})} for root in {*files, *staged}}
    for root, name in removed:
        after.get(root, {}).pop(name, None)
    visible = [(root, name) for root, name in removed if name in files.get(root, {})]
    news = any(
        (old := files.get(root, {}).get(name)) is None
        or (old.document, old.failure) != (row.document, row.failure)
        for root, named in staged.items()
        for name, row in named.items()
    )
    if news or visible or not catalog.generation():
        catalog.publish(visible)
    else:
        catalog.restamp()
        catalog.repair()
    return after
