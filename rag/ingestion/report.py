"""What an update did, file by file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rag.documents.document import NOTHING, Sight
from rag.documents.files import FileNote
from rag.ingestion.tally import KindRead, Unread
from rag.store.rows import FileRow


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """What an update did, file by file. ``moved`` pairs are (old name, new name).

    ``failed`` are files that are not in the index, ``stale`` those of which it holds the last good
    version, as they could not be read since; each with the reason. ``read`` is what was read of each
    kind of file by this run, ``unread`` what was not, of all that is skipped, failed, stale or noted,
    by reason. ``sight`` are the pages and pictures that OCR has read in this run, and those of the
    whole folder that wait for it.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    unchanged: int = 0
    skipped: tuple[FileNote, ...] = ()
    failed: tuple[FileNote, ...] = ()
    stale: tuple[FileNote, ...] = ()
    notes: tuple[FileNote, ...] = ()
    read: tuple[KindRead, ...] = ()
    unread: tuple[Unread, ...] = ()
    chunks: int = 0
    embedded: int = 0
    generation: int = 0
    seconds: float = 0.0
    interrupted: bool = False
    sight: Sight = NOTHING


def compare(
    before: Mapping[str, FileRow],
    after: Mapping[str, FileRow],
    *,
    listed: Collection[str],
    unread: Collection[str] = (),
    unseen: Sequence[FileNote] = (),
) -> UpdateReport:
    """What became of the files of one folder, from what the index held of them ``before`` and
    ``after``, by name. The rest of the report is left as it is by default.

    ``listed`` are the files that the folder has now; ``unread`` those of them that should have
    been read and were not, because the update was stopped; ``unseen`` what could not be looked at.
    A file that failed at another time, and has not changed since, is failed still.
    """
    was, now = _documents(before), _documents(after)
    added = now.keys() - was.keys()
    changed = {name for name in now.keys() & was.keys() if was[name] != now[name]}
    lost = was.keys() - now.keys()
    moved = _moves(was, now, sorted(lost - after.keys()), sorted(added))
    added -= {name for _, name in moved}
    lost -= {name for name, _ in moved}
    reasons = {name: after[name].failure for name in listed if name in after}
    notes = [FileNote(name, reason) for name, reason in sorted(reasons.items()) if reason]
    stale = [note for note in notes if note.path in now]
    told = {note.path for note in notes}
    failed = [note for note in notes if note.path not in now]
    failed += [note for note in unseen if note.path not in told]
    touched = {*added, *changed, *(name for _, name in moved), *told}
    return UpdateReport(
        added=tuple(sorted(added)),
        changed=tuple(sorted(changed)),
        removed=tuple(sorted(lost)),
        moved=tuple(moved),
        unchanged=len((now.keys() & listed) - touched - set(unread)),
        failed=tuple(sorted(failed, key=lambda note: note.path)),
        stale=tuple(stale),
    )


def _documents(rows: Mapping[str, FileRow]) -> dict[str, int]:
    """The documents of files, of those that have one."""
    return {name: row.document for name, row in rows.items() if row.document is not None}


def _moves(
    was: Mapping[str, int], now: Mapping[str, int], gone: Sequence[str], added: Sequence[str]
) -> list[tuple[str, str]]:
    """(old name, new name) of what is gone and stands elsewhere now, each new name used once."""
    places: dict[int, list[str]] = {}
    for name in reversed(added):
        places.setdefault(now[name], []).append(name)
    found = []
    for name in gone:
        if there := places.get(was[name]):
            found.append((name, there.pop()))
    return found
