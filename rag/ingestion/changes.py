"""What has changed in a folder since its files were last read."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from rag.documents.document import NOTHING, Document, Sight
from rag.documents.files import FileNote, Found
from rag.documents.ocr import ocr_key
from rag.documents.origins import Origin, is_gone
from rag.errors import IndexMismatch
from rag.ingestion.admission import how_kept, how_read
from rag.ingestion.protocol import Refused
from rag.settings import Settings
from rag.store.rows import FileRow
from rag.store.writer import Writer

NEVER = -1
"""A time stamp that no file has: the file will be looked at again."""

Files = Mapping[int, Mapping[str, FileRow]]
"""Of each folder, by its id, the files by their names."""


def by_folder(rows: Iterable[FileRow]) -> Files:
    """Files by folder and name."""
    files: dict[int, dict[str, FileRow]] = {}
    for row in rows:
        files.setdefault(row.root, {})[row.name] = row
    return files


@dataclass(frozen=True, slots=True)
class Known:
    """What an index knows of one folder: its id, and its files by name, as they are published (``everywhere``: those of all
    folders) and as they were staged by a run that was stopped before it could publish."""

    root: int
    everywhere: Files
    staged: Mapping[str, FileRow]
    how: str = ""  # documents are to be kept; see :func:`rag.ingestion.admission.how_kept`
    forgotten: frozenset[str] = frozenset()  # SHA-256 of content that stays out

    @property
    def published(self) -> Mapping[str, FileRow]:
        """The files that are published."""
        return self.everywhere.get(self.root, {})

    def row(self, name: str) -> FileRow | None:
        """What is known last of a file."""
        return self.staged.get(name) or self.published.get(name)

    def document(self, name: str) -> int | None:
        """The last good version of a file, if there is one that is kept as it is to be."""
        rows = (self.staged.get(name), self.published.get(name))
        kept = (row.document for row in rows if row and how_read(row) == self.how)
        return next((document for document in kept if document is not None), None)

    @property
    def outdated(self) -> set[str]:
        """The names of files that are kept otherwise than they are to be: redacted, or not, or less."""
        rows = (*self.published.values(), *self.staged.values())
        return {row.name for row in rows if row.document is not None and how_read(row) != self.how}


def known_files(catalog: Writer, origin: Origin, settings: Settings) -> Known:
    """What the index knows of a folder, or the folder of one file; nothing, if it is new to it.

    Raises:
        IndexMismatch: it holds files besides, which are redacted otherwise.
    """
    how, alone = how_kept(settings), origin.alone
    with catalog.transaction():
        root = _root(catalog, origin.address)
        published, staged = by_folder(catalog.files()), by_folder(catalog.staged())
        if any(
            row.document is not None and how_read(row) != how
            for files in (published, staged)
            for row in _others(files, root, alone)
        ):
            raise IndexMismatch(
                f"{catalog.address}: holds other files, too, which are not redacted so. Make a new index, index the "
                "whole folder, or give redact as it was."
            )
    forgotten = frozenset(content for _, content in catalog.forgotten() if content)
    return Known(root, published, staged.get(root, {}), how, forgotten)


def _others(files: Files, root: int, alone: str | None) -> Iterator[FileRow]:
    """The files of other folders, and where one file alone is meant, the others of its own."""
    for folder, named in files.items():
        if folder != root or alone is not None:
            yield from (row for name, row in named.items() if folder != root or name != alone)


def changed(found: Sequence[Found], known: Known, settings: Settings) -> list[Found]:
    """The files that are new, or differ in size, time or loader from what is known of them; and those
    that ran into a limit which has been raised."""
    reader = ocr_key(settings.ocr_language)
    return [file for file in found if not _same(file, known.row(file.name), settings, reader)]


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


def read_key(file: Found, sight: Sight, reader: str) -> str:
    """What is kept as the loader of a file that was read: the loader and its version; behind it, where
    pages or pictures wait for OCR, how many ("pdf/1 waiting=3+0"), and else what has read them
    ("pdf/1 ocr=rapidocr/1"): only files that have any are read again when it changes. ``reader`` is that which
    reads them now (:func:`rag.documents.ocr.ocr_key`)."""
    if sight.waiting:
        return f"{file.format.key} {_waiting(sight)}"
    if sight.pages or sight.pictures:
        return f"{file.format.key} ocr={reader}"
    return file.format.key


def read_keys(file: Found, row: FileRow | None, reader: str) -> tuple[str, ...]:
    """The keys under which a file's content may be known, as well as it could be read now."""
    key = file.format.key
    if reader:
        return key, f"{key} ocr={reader}"
    known = (
        (row.loader,)
        if row and row.document is not None and row.loader.startswith(f"{key} ")
        else ()
    )
    return key, *known


def named_key(key: str, name: str) -> str:
    """What is kept as the loader of a document that holds the name of its file, as programs do for a title: a file of
    another name has another document, if it has the same content."""
    return f"{key} name={PurePosixPath(name).name}"


def holds_name(document: Document, name: str) -> bool:
    """Whether a document says what its file is called."""
    own = PurePosixPath(name).name
    return own in document.title or any(own in piece for piece in document.pieces())


def failed_key(file: Found, refused: Refused, settings: Settings) -> str:
    """What is kept as the loader of a file that it could not read: beside it, what another try hangs
    on ("pdf/1 sha256=...", "pdf/1 max_memory_mb=2048", "pdf/1 sha256=... waiting=3+0")."""
    parts = [file.format.key]
    if refused.limit:
        parts.append(f"{refused.limit}={getattr(settings, refused.limit)}")
    elif refused.sha256:
        parts.append(f"sha256={refused.sha256}")
    if refused.sight.waiting:
        parts.append(_waiting(refused.sight))
    return " ".join(parts)


def waiting(row: FileRow) -> Sight:
    """The pages and pictures of a known file that wait for OCR."""
    pages, plus, pictures = _hangs_on(row.loader).get("waiting", "").partition("+")
    if not (plus and pages.isdigit() and pictures.isdigit()):
        return NOTHING
    return Sight(waiting_pages=int(pages), waiting_pictures=int(pictures))


def ocr_helps(row: FileRow, settings: Settings, reader: str) -> bool:
    """Whether a known file has pages or pictures that can be read now, or better than they were."""
    return any(
        _better(name, value, settings, reader)
        for name, value in _hangs_on(row.loader).items()
        if name in ("waiting", "ocr")
    )


def _waiting(sight: Sight) -> str:
    return f"waiting={sight.waiting_pages}+{sight.waiting_pictures}"


def _hangs_on(loader: str) -> dict[str, str]:
    """What stands behind a loader's key, by name."""
    return {
        name: value for part in loader.split(" ")[1:] for name, _, value in (part.partition("="),)
    }


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


def _root(catalog: Writer, path: str) -> int:
    """The id of the folder that names are relative to. When the only known one is gone from the disk, and one of its
    files is here, the folder has been moved, and its files keep their names; one that is on another machine has not."""
    roots = catalog.roots()
    if path not in roots.values() and len(roots) == 1:
        identity, old = next(iter(roots.items()))
        names = (row.name for row in catalog.files() if row.root == identity)
        if is_gone(old) and any(os.path.exists(os.path.join(path, *n.split("/"))) for n in names):
            catalog.move_root(identity, path)
    return catalog.root(path)


def _same(file: Found, row: FileRow | None, settings: Settings, reader: str) -> bool:
    if row is None or (row.size, row.mtime_ns) != (file.size, file.mtime_ns):
        return False
    key, _, more = row.loader.partition(" ")
    if key != file.format.key:
        return False
    hangs_on = _hangs_on(row.loader) if more else {}  # most files on nothing
    return not any(_better(name, value, settings, reader) for name, value in hangs_on.items())


def _better(name: str, value: str, settings: Settings, reader: str) -> bool:
    """Whether what another try hangs on has changed for the better."""
    if name == "sha256":
        return False
    if name in ("waiting", "ocr"):
        worse = reader.startswith("tesseract") and value.startswith("rapidocr")
        return bool(reader) and reader != value and not worse
    return bool(getattr(settings, name) > float(value))
