"""Every error a user can meet: what is wrong, where, and what to do about it.

All derive from :class:`RagError`, so a program can catch one type and print it.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

DISTRIBUTION = "rag-folder"
"""The name to install this package by; ``rag`` is what it is imported and called as."""


class RagError(Exception):
    """Base of all errors that are meant to be read by a person."""


class SettingsError(RagError):
    """A setting is unknown or has a value that cannot be used."""


class ExtraMissing(RagError):
    """What was asked for needs packages that are installed only on demand.

    >>> print(ExtraMissing("A local language model", "hf"))
    A local language model needs more packages: pip install "rag-folder[hf]"
    """

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f'{what} needs more packages: pip install "{DISTRIBUTION}[{extra}]"')


class FolderError(RagError):
    """The folder to index does not exist or cannot be read."""


class ClusterError(RagError):
    """A cluster that is to index cannot be reached, or its workers cannot be used."""


class LoadError(RagError):
    """A file cannot be turned into a document. Reported for that file; the run goes on."""


class ModelError(RagError):
    """A model is missing, damaged, or not the one that was asked for."""


class IndexMissing(RagError):
    """There is no index at the path given, or nothing has been published in it yet."""


class IndexDamaged(RagError):
    """The index is not what was written; the message says what to do, and what is lost."""


class IndexMismatch(RagError):
    """The index was made by another model, with other settings, or by a newer version."""


class IndexClosed(RagError):
    """The index was closed by the program that uses it."""


class IndexLocked(RagError):
    """Another process is writing to the index."""


class StorageError(RagError):
    """The disk is full or cannot be written."""


class QueryError(RagError):
    """A search was asked for in a way that cannot be answered."""


class RetrieverError(RagError):
    """A retriever that is asked in the place of an index fails, or gives what are no documents."""


class NoDocument(QueryError):
    """There is no such document in the index, or none for who asks."""


class ViewError(RagError):
    """A page of a document cannot be shown: there is none of its number, or its file is not what was indexed."""


class UploadError(RagError):
    """A file cannot be added to the folder of an index, or taken out of it."""


class GoldError(RagError):
    """A gold set, or a report, cannot be read; the lines at fault are named."""


_NO_ROOM = "Make room and run the same command again."
_ADVICE = {
    errno.ENOSPC: _NO_ROOM,
    errno.EDQUOT: _NO_ROOM,
    errno.EFBIG: _NO_ROOM,
    errno.ENOENT: "Make its folder first, or name another.",
    errno.EACCES: "Name one that you may use.",
    errno.EPERM: "Name one that you may use.",
    errno.EROFS: "Name one that can be written.",
}


def in_words(error: OSError, path: str | os.PathLike[str] | None = None) -> str:
    """What the system says went wrong, with which file, and what to do about it.

    >>> in_words(OSError(errno.ENOSPC, "No space left on device"), "out.jsonl")
    'out.jsonl: No space left on device. Make room and run the same command again.'
    """
    place = error.filename if isinstance(error.filename, str | bytes) else path
    name = "standard output" if place is None else os.fsdecode(place)
    return f"{name}: {error.strerror or error}. {_ADVICE.get(error.errno or 0, '')}".rstrip()


@contextmanager
def writing_to(path: str | os.PathLike[str]) -> Iterator[None]:
    """A block that writes a file or folder at ``path``.

    Raises:
        StorageError: the disk is full, or nothing can be written there.
    """
    try:
        yield
    except OSError as error:
        raise StorageError(in_words(error, path)) from error
