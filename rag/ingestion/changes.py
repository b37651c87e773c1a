"""What has changed in a folder since its files were last read."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag.documents.files import FileNote, Found
from rag.documents.ocr import ocr_available
from rag.ingestion.protocol import Refused
from rag.settings import Settings
from rag.store.catalog import FileRow
from rag.store.writer import CatalogWriter

NEVER = -1
"""A time stamp that no file has: the file will be looked at again."""


@dataclass(frozen=True, slots=True)
class Known:
    """What an index knows of one folder: its id, and its files by name, as they are published and
    as they were staged by a run that was stopped before it could publish."""

    root: int
    published: Mapping[str, FileRow]
    staged: Mapping[str, FileRow]

    def row(self, name: str) -> FileRow | None:
        """What is known last of a file."""
        return self.staged.get(name) or self.published.get(name)

    def document(self, name: str) -> int | None:
        """The last good version of a file, if there is one."""
        rows = (self.staged.get(name), self.published.get(name))
        return next((row.document for row in rows if row and row.document is not None), None)


def known_files(catalog: CatalogWriter, folder: Path) -> Known:
    """What the index knows of ``folder``; nothing, if it is new to it."""
    with catalog.transaction():
        root = _root(catalog, folder)
    return Known(root, rows_of(catalog.files(), root), rows_of(catalog.staged(), root))


def rows_of(rows: Sequence[FileRow], root: int) -> dict[str, FileRow]:
    """Those of one folder, by name."""
    return {row.name: row for row in rows if row.root == root}


def changed(found: Sequence[Found], known: Known, settings: Settings) -> list[Found]:
    """The files that are new, or differ in size, time or loader from what is known of them; and those
    that ran into a limit which has been raised."""
    return [file for file in found if not _same(file, known.row(file.name), settings)]


def gone(found: Sequence[Found], unseen: Collection[str], known: Known) -> set[str]:
    """The names of files that are known and not in the folder any more.

    ``unseen`` are names of files, and of folders ("drafts/", or "." for all), that could not be
    looked at: what is in them may be there still.
    """
    if "." in unseen:
        return set()
    there = {file.name for file in found}.union(unseen)
    closed = tuple(name for name in unseen if name.endswith("/"))
    return {
        name
        for name in (*known.published, *known.staged)
        if name not in there and not name.startswith(closed)
    }


def loader_key(file: Found) -> str:
    """The loader and its version; with OCR there, scanned pages read differently."""
    ocr = "+ocr" if file.format.name == "pdf" and ocr_available() else ""
    return file.format.key + ocr


def failed_key(file: Found, refused: Refused, settings: Settings) -> str:
    """What is kept as the loader of a file that it could not read: beside it, what another try hangs
    on ("pdf/1 sha256=...", "pdf/1 max_memory_mb=2048")."""
    if refused.limit:
        return f"{loader_key(file)} {refused.limit}={getattr(settings, refused.limit)}"
    return f"{loader_key(file)} sha256={refused.sha256}" if refused.sha256 else loader_key(file)


def stale_rows(unseen: Sequence[FileNote], found: Sequence[Found], known: Known) -> list[FileRow]:
    """The known files that could not be looked at: as they are known, and why that may be old.

    ``unseen`` are names of files, and of folders ("drafts/", or "." for all).
    """
    seen = {file.name for file in found}
    rows = {**known.published, **known.staged}
    stale = {}
    for note in unseen:
        prefix = "" if note.path == "." else note.path
        if prefix and not prefix.endswith("/"):
            names = [prefix] if prefix in rows else []
        else:
            names = [name for name in rows if name.startswith(prefix)]
        for name in names:
            if name not in seen and (document := known.document(name)) is not None:
                stale[name] = replace(
                    rows[name], mtime_ns=NEVER, document=document, failure=note.reason
                )
    return list(stale.values())


def _root(catalog: CatalogWriter, folder: Path) -> int:
    """The id of the folder that names are relative to. When the only known one is gone from
    the disk, the folder has been moved, and its files keep their names."""
    path = os.fsencode(os.path.realpath(folder)).decode("utf-8", "backslashreplace")
    roots = catalog.roots()
    if path not in roots.values() and len(roots) == 1:
        identity, old = next(iter(roots.items()))
        if not os.path.exists(old):
            catalog.move_root(identity, path)
    return catalog.root(path)


def _same(file: Found, row: FileRow | None, settings: Settings) -> bool:
    if row is None or (row.size, row.mtime_ns) != (file.size, file.mtime_ns):
        return False
    key, _, hangs_on = row.loader.partition(" ")
    name, _, value = hangs_on.partition("=")
    raised = name not in ("", "sha256") and getattr(settings, name) > float(value)
    return key == loader_key(file) and not raised
