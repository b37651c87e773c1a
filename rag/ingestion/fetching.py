"""Files on a network, brought here one by one to be read: each lies on the disk no longer than that takes."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from dataclasses import replace
from threading import Event
from typing import TypeVar

from rag.documents.addresses import is_address
from rag.documents.files import Found
from rag.documents.remote import fetched
from rag.documents.text import one_line
from rag.ingestion.protocol import Job, Parsed, Refused

T = TypeVar("T")


MEMORY, SECONDS = 4.0, 0.3
"""What a megabyte of text may take: megabytes, and time until the first part of it is heard of, on a busy machine."""


class _Late(OSError):
    """It takes too long, or nobody waits for it any more."""


def read_where_it_lies(
    path: str, size: int, job: Job, stopped: Event, read: Callable[[str], T]
) -> T | Refused:
    """What ``read`` makes of a file, which it is given the path of. One on a network, at the address ``path``, is fetched
    first, within the limits of any file's time and size; ``size`` is what it was listed with."""
    if not is_address(path):
        return read(path)
    most, end = job.max_file_mb * 1_000_000, time.monotonic() + job.file_timeout_s
    if size > most:
        return too_large(size, job)

    def until() -> None:
        if stopped.is_set() or time.monotonic() > end:
            raise _Late

    try:
        with fetched(path, most=most, until=until) as here:
            return read(here)
    except _Late:
        return too_late(job)
    except FileNotFoundError:
        return Refused("it vanished while the folder was being indexed")
    except PermissionError:
        return Refused("no permission to read it")
    except OSError as error:
        if error.errno == errno.EFBIG:
            return too_large(size, job)
        return Refused(f"it cannot be fetched: {one_line(error.strerror or str(error))}")


def as_listed(file: Found, result: Parsed | Refused) -> Parsed | Refused:
    """A file on a network is stamped as it was listed, before it was read: if it has changed since, the next run sees that."""
    if isinstance(result, Parsed) and is_address(file.path):
        return replace(result, size=file.size, mtime_ns=file.mtime_ns)
    return result


def too_large(size: int, job: Job) -> Refused:
    """Why a file of that size is not read; and which limits it would run into next, were it text."""
    megabytes = size / 1e6
    needs = {"max_memory_mb": MEMORY * megabytes, "file_timeout_s": SECONDS * megabytes}
    also = [name for name, needed in needs.items() if needed > getattr(job, name)]
    reason = (
        f"{megabytes:,.0f} MB is over the limit of {job.max_file_mb} MB a file; "
        f"split it or raise {' and '.join(['max_file_mb', *also])}"
    )
    return Refused(reason, limit="max_file_mb")


def too_late(job: Job) -> Refused:
    """Why a file is not read that takes too long."""
    return Refused(
        f"reading it took longer than {job.file_timeout_s:g} s; raise file_timeout_s "
        "to wait longer",
        limit="file_timeout_s",
    )
