"""The audit: who asked what, and what was answered from which passages. JSON Lines in files that are only appended to.

A line is made in the event loop and written by a thread, scrubbed, so that no question waits for a disk; closing
writes all that is left. The files are ``audit/YYYY-MM-DD-NNN.jsonl`` in the state folder, a new one each day and each
``max_mb``; the oldest beyond ``keep_files`` are removed. Processes take turns at them by a lock.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import structlog
from filelock import FileLock

from rag.codec import DecodeError, from_json, to_json
from rag.errors import StorageError
from rag.serve.config import AuditSettings
from rag.serve.scrubbing import scrubbed

Outcome = Literal["answered", "refused", "problem", "left", "done"]
"""An answer or abstention was given; the caller may not ask this, or so much; something went wrong; the caller went
away before the answer; something other than a question was done."""

HELD = 10_000  # lines that wait for a disk that is full, or away
BATCH = 500
GATHER_S = (
    0.1  # for lines that come together, and so that the answer is on its way before it is scrubbed
)
_log = structlog.get_logger("rag.serve.audit")


@dataclass(frozen=True, slots=True)
class Read:
    """A passage that was found for a question: ``text[start:end]`` of the document."""

    source: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One question, search, upload, removal or change of keys.

    ``time`` is UTC, ``key`` the name of the key, ``prompt`` name, version and hash of the prompt, ``cost`` what a paid
    model took, in the price table's currency, ``seconds`` those of each stage. ``status`` and ``problem`` say how it was
    refused or went wrong. ``about`` are names: of files that were uploaded or removed, of keys.
    """

    time: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds"))
    what: str = "question"
    request: str = ""
    door: str = ""
    key: str = ""
    index: str = ""
    outcome: Outcome = "done"
    generation: int = 0
    question: str = ""
    passages: tuple[Read, ...] = ()
    prompt: str = ""
    model: str = ""
    answer: str = ""
    tier: str = ""
    confidence: float | None = None
    abstained: bool = False
    tokens: Mapping[str, int] = field(default_factory=dict)
    cost: float | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    status: int = 200
    problem: str = ""
    about: tuple[str, ...] = ()


class Audit:
    """The files of one server, and the thread that writes to them."""

    def __init__(self, state: Path, settings: AuditSettings) -> None:
        """Opens the audit of a state folder.

        Raises:
            StorageError: the folder cannot be made, or not be written to.
        """
        self.folder, self.settings = folder_of(state), settings
        self.lost = 0
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not os.access(self.folder, os.W_OK):
                raise PermissionError(0, "it may not be written to")
        except OSError as error:
            raise StorageError(f"{self.folder}: cannot be used: {error.strerror}.") from None
        self._lines: queue.Queue[Line | None] = queue.Queue(HELD)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="audit", daemon=True)
        self._thread.start()

    def write(self, line: Line) -> None:
        """Have a line written; this does not wait."""
        try:
            self._lines.put_nowait(line)
        except queue.Full:
            self._lose(1)

    def close(self) -> None:
        """Write all that is left, and end."""
        self._closing.set()
        self._lines.put(None)
        self._thread.join()

    def _work(self) -> None:
        ended = False
        while not ended:
            lines: list[Line] = []
            waiting: Line | None = self._lines.get()
            self._closing.wait(GATHER_S)
            while waiting is not None:
                lines.append(waiting)
                if len(lines) == BATCH or self._lines.empty():
                    break
                waiting = self._lines.get()
            ended = waiting is None
            if lines:
                self._write("".join(to_json(_scrubbed(line)) + "\n" for line in lines), len(lines))

    def _write(self, text: str, lines: int) -> None:
        """Write them; on a disk that takes nothing, try until it does, or the server ends."""
        while True:
            try:
                return append(self.folder, text.encode(), self.settings)
            except OSError as error:
                _log.error("the audit cannot be written", reason=error.strerror)
                if self._closing.wait(1.0):
                    return self._lose(lines)

    def _lose(self, lines: int) -> None:
        self.lost += lines
        _log.error("lines of the audit were lost", lost=self.lost)


def note(state: Path, what: str, *about: str, key: str = "owner") -> None:
    """Write now that something was done, outside of a running server: by whom, to which names.

    Raises:
        StorageError: it cannot be written.
    """
    folder = folder_of(state)
    line = Line(what=what, key=key, about=about)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        append(folder, (to_json(line) + "\n").encode(), None)
    except OSError as error:
        raise StorageError(f"{folder}: cannot be written to: {error.strerror}.") from None


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


def lines_of(state: Path) -> Iterator[Line]:
    """The lines of the audit in a state folder, oldest first.

    Raises:
        StorageError: there is none, or a line is not one.
    """
    folder = folder_of(state)
    if not folder.is_dir():
        raise StorageError(
            f"{state}: no audit here. It is in a server's state folder (INDEX.serve)."
        )
    for file in files_of(folder):
        try:
            with file.open("rb") as opened:
                yield from (_line(raw, f"{file}, line {n}") for n, raw in enumerate(opened, 1))
        except FileNotFoundError:  # removed meanwhile, as the oldest is
            continue
        except OSError as error:
            raise StorageError(f"{file}: cannot be read: {error.strerror}.") from None


def rewrite(state: Path, change: Callable[[Line], Line | None]) -> int:
    """Change lines that are written, or remove them where ``change`` gives None; how many there were. For what must
    be forgotten alone: an audit is not changed otherwise.

    Raises:
        StorageError: a line is not one, or a file cannot be written.
    """
    folder, changed = folder_of(state), 0
    if not folder.is_dir():
        return 0
    try:
        with _lock(folder):
            for file in files_of(folder):
                raw = file.read_bytes().splitlines()
                before = [_line(one, f"{file}, line {n}") for n, one in enumerate(raw, 1)]
                after = [change(line) for line in before]
                if after == before:
                    continue
                changed += sum(one is not other for one, other in zip(before, after, strict=True))
                data = "".join(to_json(line) + "\n" for line in after if line is not None).encode()
                # In place: the old bytes are overwritten, not left behind in a file without a name.
                with file.open("r+b") as opened:
                    opened.write(data.ljust(file.stat().st_size))
                    opened.flush()
                    os.fsync(opened.fileno())
                    opened.truncate(len(data))
    except OSError as error:
        raise StorageError(f"{folder}: cannot be changed: {error.strerror}.") from None
    return changed


def _line(raw: bytes, place: str) -> Line:
    try:
        return from_json(raw, Line)
    except DecodeError as error:
        raise StorageError(f"{place}: not a line of an audit: {error}.") from None


def _scrubbed(line: Line) -> Line:
    return replace(
        line,
        question=scrubbed(line.question),
        answer=scrubbed(line.answer),
        problem=scrubbed(line.problem),
    )


def _lock(folder: Path) -> FileLock:
    return FileLock(folder / "writing.lock", mode=0o600)
