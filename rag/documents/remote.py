"""Files on a network: in a bucket, in a container, behind a web server's listing; wherever fsspec reads.

Credentials are found where fsspec and its file systems look for them (the environment, their own files), and are no
part of an address: that is kept in the index, and printed.
"""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from rag.documents.text import one_line
from rag.errors import ExtraMissing, FolderError

SAID = 200  # characters of what a server says went wrong
VERSIONS = ("ETag", "etag", "md5Hash", "generation")
"""What a file system may call that which is another for other content, the best first."""
TIMES = ("mtime", "LastModified", "last_modified", "updated", "Last-Modified", "created")
"""What it may call the time of the last change."""


@contextmanager
def fetched(address: str, *, most: int, until: Callable[[], None]) -> Iterator[str]:
    """A file on a network as a file of this machine, for as long as the block lasts. ``until`` is called while it comes,
    and may raise.

    Raises:
        OSError: it cannot be fetched, or (EFBIG) has more than ``most`` bytes.
    """
    handle, path = tempfile.mkstemp(prefix="rag-")
    os.close(handle)
    try:
        try:
            files, there = file_system(address)
            files.get_file(there, path, callback=_limits(most, until))
        except OSError:
            raise
        except Exception as error:  # of the libraries of servers, each its own
            raise OSError(said(error)) from error
        yield path
    finally:
        with suppress(OSError):
            os.unlink(path)


def _limits(most: int, until: Callable[[], None]) -> Any:
    from fsspec.callbacks import Callback

    class Limits(Callback):  # type: ignore[misc]
        """Is told of every part that has come."""

        def relative_update(self, inc: int = 1) -> None:
            super().relative_update(inc)
            until()
            if self.value > most:
                raise OSError(errno.EFBIG, "it is larger than it was listed")

    return Limits()


def version(info: Mapping[str, Any]) -> int:
    """A number that is another where a file's content is: of what its server calls its version, below -1; else the time
    of its last change in nanoseconds, or where nobody says that, the time now.

    >>> version({"ETag": '"d41d8cd9"'}) == version({"ETag": '"d41d8cd9"', "LastModified": "later"}) < -1
    True
    >>> version({"Last-Modified": "Thu, 01 Jan 1970 00:00:02 GMT"})
    2000000000
    """
    named = next((info[key] for key in VERSIONS if info.get(key)), None)
    if named is not None:
        digest = hashlib.sha256(str(named).encode()).digest()
        return -2 - int.from_bytes(digest[:7], "big")
    for key in TIMES:
        when = info.get(key)
        with suppress(ValueError, TypeError):
            if isinstance(when, str):
                when = parsedate_to_datetime(when) if "," in when else datetime.fromisoformat(when)
            if isinstance(when, datetime):
                when = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
            if isinstance(when, int | float):
                return int(when * 1e9)
    return time.time_ns()


def file_system(address: str) -> tuple[Any, str]:
    """The file system of an address, and the path in it.

    Raises:
        FolderError: there is none for such addresses.
        ExtraMissing: fsspec is not installed.
    """
    scheme = address.partition("://")[0]
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise ExtraMissing(f"To read {scheme}:// addresses", "remote") from None
    try:
        files, path = url_to_fs(address)
    except ImportError as error:
        raise FolderError(f"{address}: takes one more package: {one_line(str(error))}") from None
    except ValueError as error:
        raise FolderError(f"{address}: cannot be read: {said(error)}") from None
    return files, path


@contextmanager
def in_words(address: str) -> Iterator[None]:
    """A block that looks at what is at an address.

    Raises:
        FolderError: it could not.
    """
    try:
        yield
    except FolderError:
        raise
    except FileNotFoundError:
        raise FolderError(f"{address}: there is no such folder.") from None
    except Exception as error:  # of the libraries of servers, each its own
        raise FolderError(f"{address}: cannot be read: {said(error)}") from None


def said(error: Exception) -> str:
    """Why a file cannot be read."""
    if isinstance(error, PermissionError):
        return "no permission to read it"
    if isinstance(error, FileNotFoundError) and isinstance(error.__cause__, Exception):
        error = error.__cause__  # a web server's answer, whatever it was
    if isinstance(error, FileNotFoundError):
        return "it vanished while the folder was read"
    words = one_line(str(error)) or type(error).__name__
    return words if len(words) <= SAID else f"{words[:SAID]} ..."
