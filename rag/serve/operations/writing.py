"""What writes to an index: an update of its folder, and taking a file out. Run in a process of their own."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.codec import to_builtins
from rag.documents.addresses import is_address
from rag.documents.files import FileNote
from rag.errors import NoDocument, UploadError
from rag.index import Index
from rag.ingestion.progress import Progress
from rag.ingestion.report import UpdateReport
from rag.serve.opened import Library
from rag.serve.protocol import Said
from rag.serve.uploads.folder import keep_out, remove_file, upload_folder

LEFT_OUT = "it is left out: a .ragignore in the folder names it, or the folder is hidden"


def roots(library: Library, *, index: str) -> Iterator[Said]:
    """One event: the folders that an index is of. For the front, not for a caller."""
    yield Said("roots", list(library[index].index.folders))


def update(library: Library, *, index: str, root: str, names: Sequence[str]) -> Iterator[Said]:
    """Events "progress"; and, last, "updated": what became of the files of these ``names``, and of no others."""
    opened = library[index].index
    said: queue.SimpleQueue[Said | None] = queue.SimpleQueue()
    raised: list[BaseException] = []

    def run() -> None:
        try:
            report = opened.update(root, progress=lambda done: said.put(_progress(done)))
            said.put(Said("updated", _outcome(opened, report, names)))
        except BaseException as error:
            raised.append(error)
        finally:
            said.put(None)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while (event := said.get()) is not None:
        yield event
    thread.join()
    if raised:
        raise raised[0]


def remove(library: Library, *, index: str, source: str) -> Iterator[Said]:
    """One event, the names that were taken out. A file that was uploaded is deleted; another stays in its folder, whose
    ``.ragignore`` names it from now on.

    Raises:
        NoDocument: the index has no file of this name.
        UploadError: its folder is on a network.
    """
    opened = library[index]
    with opened.index.snapshot() as snapshot:
        folders = snapshot.catalog.roots()
        found = [folders[row.root] for row in snapshot.catalog.files() if row.name == source]
    if not found:
        raise NoDocument("There is no file of this name in this index. List them anew.")
    for root in found:
        if _was_uploaded(opened.served.uploads, root, source):
            remove_file(Path(root), source)
        elif is_address(root):
            raise UploadError(
                "The folder of this index is on a network: take the file out there, and update the index."
            )
        else:
            keep_out(Path(root), source)
    yield Said("removed", {"removed": list(opened.index.remove(source))})


def _was_uploaded(uploads: str, root: str, source: str) -> bool:
    return bool(uploads) and Path(root).is_dir() and upload_folder([root], uploads).holds(source)


def _progress(done: Progress) -> Said:
    left = done.seconds_left
    value = {
        "phase": done.phase,
        "files": done.files if done.files_total else 0,
        "files_total": done.files_total,
        "seconds": round(done.seconds, 1),
        "seconds_left": None if left is None else round(left, 1),
        "chunks_per_second": round(done.chunks_per_second, 1),
        "reading": done.reading,
        "looked": done.looked,
    }
    return Said("progress", value)


def _outcome(index: Index, report: UpdateReport, names: Sequence[str]) -> dict[str, Any]:
    wanted = set(names)

    def of_them(notes: Sequence[FileNote]) -> list[FileNote]:
        return [note for note in notes if note.path in wanted]

    known = {file.path for file in index.files()}
    failed = of_them((*report.failed, *report.stale, *report.skipped))
    told = {note.path for note in failed}
    lost = [FileNote(name, LEFT_OUT) for name in sorted(wanted - known - told)]
    moved = [new for _, new in report.moved]
    value = {
        "added": sorted(wanted.intersection((*report.added, *moved))),
        "changed": sorted(wanted.intersection(report.changed)),
        "failed": [*failed, *lost],
        "notes": of_them(report.notes),
    }
    built: dict[str, Any] = to_builtins(value)
    return built
