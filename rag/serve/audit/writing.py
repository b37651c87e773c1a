"""What writes the audit: a line is made in the event loop and written by a thread, scrubbed, so that no question waits for
a disk or a database; closing writes all that is left."""

from __future__ import annotations

import queue
import threading

import structlog

from rag.errors import StorageError
from rag.serve.audit.line import Kept, Line, scrubbed_line

HELD = 10_000  # lines that wait for a disk that is full, or away
BATCH = 500
GATHER_S = (
    0.1  # for lines that come together, and so that the answer is on its way before it is scrubbed
)
_log = structlog.get_logger("rag.serve.audit")


class Audit:
    """The audit of one server, and the thread that writes it."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        self.lost = 0
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
                self._write([scrubbed_line(line) for line in lines])

    def _write(self, lines: list[Line]) -> None:
        """Write them; where nothing can be written, try until it can, or the server ends."""
        while True:
            try:
                return self.kept.append(lines)
            except (OSError, StorageError) as error:
                _log.error(
                    "the audit cannot be written",
                    reason=getattr(error, "strerror", None) or str(error),
                )
                if self._closing.wait(1.0):
                    return self._lose(len(lines))

    def _lose(self, lines: int) -> None:
        self.lost += lines
        _log.error("lines of the audit were lost", lost=self.lost)
