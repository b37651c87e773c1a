"""The audit of one server: JSON Lines in files that are only appended to. They are ``audit/YYYY-MM-DD-NNN.jsonl`` in the state
folder, a new one each day and each ``max_mb``; the oldest beyond ``keep_files`` are removed. Processes take turns at them by
a lock."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from rag.codec import to_json
from rag.errors import StorageError
from rag.serve.audit.line import Line, line_of
from rag.serve.config import AuditSettings


class AuditFiles:
    """The files in a state folder; without ``settings`` none is ended or removed."""

    def __init__(self, state: Path, settings: AuditSettings | None = None) -> None:
        self.state, self.settings = state, settings
        self.folder = folder_of(state)
        self.name = str(self.folder)

    @classmethod
    def opened(cls, state: Path, settings: AuditSettings) -> AuditFiles:
        """Those of a server; their folder is made.

        Raises:
            StorageError: the folder cannot be made, or not be written to.
        """
        files = cls(state, settings)
        try:
            files.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not os.access(files.folder, os.W_OK):
                raise PermissionError(0, "it may not be written to")
        except OSError as error:
            raise StorageError(f"{files.folder}: cannot be used: {error.strerror}.") from None
        return files

    def append(self, lines: Sequence[Line]) -> None:
        """As :meth:`rag.serve.audit.line.Kept.append` says."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        data = "".join(to_json(line) + "\n" for line in lines).encode()
        append(self.folder, data, self.settings)

    def lines(self) -> Iterator[Line]:
        """As :meth:`rag.serve.audit.line.Kept.lines` says."""
        if not self.folder.is_dir():
            raise StorageError(
                f"{self.state}: no audit here. It is in a server's state folder (INDEX.serve)."
            )
        for file in files_of(self.folder):
            try:
                with file.open("rb") as opened:
                    yield from (
                        line_of(raw, f"{file}, line {n}") for n, raw in enumerate(opened, 1)
                    )
            except FileNotFoundError:  # removed meanwhile, as the oldest is
                continue
            except OSError as error:
                raise StorageError(f"{file}: cannot be read: {error.strerror}.") from None

    def rewrite(self, change: Callable[[Line], Line | None]) -> int:
        """As :meth:`rag.serve.audit.line.Kept.rewrite` says; in no byte of a file is what was before."""
        if not self.folder.is_dir():
            return 0
        try:
            with _lock(self.folder):
                return sum(_rewritten(file, change) for file in files_of(self.folder))
        except OSError as error:
            raise StorageError(f"{self.folder}: cannot be changed: {error.strerror}.") from None


def folder_of(state: Path) -> Path:
    """Where the audit is kept, inside a state folder."""
    return state / "audit"


def append(folder: Path, data: bytes, settings: AuditSettings | None) -> None:
    """Append whole lines to today's file, or a next one, and remove those that are too many; without ``settings`` to
    the file that is there."""
    today = datetime.now(UTC).date().isoformat()
    with _lock(folder):
        files = files_of(folder)
        newest = files[-1] if files and files[-1].name.startswith(today) else None
        most = settings.max_mb * 1_000_000 if settings else sys.maxsize
        if newest and newest.stat().st_size + len(data) > most:
            newest = folder / f"{today}-{int(newest.stem[-3:]) + 1:03}.jsonl"
        newest = newest or folder / f"{today}-001.jsonl"
        descriptor = os.open(newest, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            try:
                while data:
                    data = data[os.write(descriptor, data) :]
            except OSError:
                os.ftruncate(descriptor, size)  # no half of a line, and none twice
                raise
        finally:
            os.close(descriptor)
        kept = settings.keep_files if settings else sys.maxsize
        for old in files[: max(0, len(files) + (newest not in files) - kept)]:
            old.unlink(missing_ok=True)


def files_of(folder: Path) -> list[Path]:
    """The files of an audit, oldest first."""
    return sorted(folder.glob("????-??-??-???.jsonl"))


def _rewritten(file: Path, change: Callable[[Line], Line | None]) -> int:
    raw = file.read_bytes().splitlines()
    before = [line_of(one, f"{file}, line {n}") for n, one in enumerate(raw, 1)]
    after = [change(line) for line in before]
    if after == before:
        return 0
    data = "".join(to_json(line) + "\n" for line in after if line is not None).encode()
    # In place: the old bytes are overwritten, not left behind in a file without a name.
    with file.open("r+b") as opened:
        opened.write(data.ljust(file.stat().st_size))
        opened.flush()
        os.fsync(opened.fileno())
        opened.truncate(len(data))
    return sum(one is not other for one, other in zip(before, after, strict=True))


def _lock(folder: Path) -> FileLock:
    return FileLock(folder / "writing.lock", mode=0o600)
