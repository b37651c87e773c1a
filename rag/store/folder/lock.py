"""One writer at a time: a lock file in the index folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import IndexLocked

LOCK = "writer.lock"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds the writer's lock. The system lets go of it when the process ends, however it ends.

    Raises:
        IndexLocked: another process holds it, or the folder cannot be written.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        # Not at once: a reader that looks whether there is a writer holds the lock for a moment.
        lock = FileLock(path / LOCK, timeout=1)
        lock.acquire()
    except Timeout:
        raise IndexLocked(
            f"{path}: another process is writing to this index. Wait until it is done; readers "
            "are not held up."
        ) from None
    except OSError as error:
        raise IndexLocked(f"{path}: cannot be written: {error.strerror}.") from None
    try:
        yield
    finally:
        lock.release()


def is_writing(path: Path) -> bool:
    """Whether a process holds the lock right now."""
    if not (path / LOCK).exists():
        return False
    lock = FileLock(path / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        return True
    except OSError:  # a folder that cannot be written to is written by nobody
        return False
    lock.release()
    return False
