"""What has changed in a folder since its files were last read."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.documents.files import Found
from rag.documents.ocr import ocr_available
from rag.store.catalog import FileRow
from rag.store.writer import CatalogWriter


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


def known_files(catalog: CatalogWriter, folder: Path) -> Known:
    """What the index knows of ``folder``; nothing, if it is new to it."""
    with catalog.transaction():
        root = _root(catalog, folder)
    return Known(root, rows_of(catalog.files(), root), rows_of(catalog.staged(), root))


def rows_of(rows: Sequence[FileRow], root: int) -> dict[str, FileRow]:
    """Those of one folder, by name."""
    return {row.name: row for row in rows if row.root == root}


def changed(found: Sequence[Found], known: Known) -> list[Found]:
    """The files that are new, or differ in size, time or loader from what is known of them."""
    return [file for file in found if not _same(file, known.row(file.name))]


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


def _same(file: Found, row: FileRow | None) -> bool:
    return row is not None and (row.size, row.mtime_ns, row.loader) == (
        file.size,
        file.mtime_ns,
        loader_key(file),
    )
