"""What a catalog's rows of files and chunks are to those who read them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of the index: its stamp, its document, and why it could not be read. A file with both
    is stale: the document is its last good version.

    ``loader`` is the key of what reads it, and beside that what another try hangs on, if it failed.
    """

    root: int
    name: str
    size: int
    mtime_ns: int
    loader: str
    document: int | None
    failure: str | None


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """A chunk with what is needed to show it."""

    id: int
    document: int
    start: int
    stop: int
    context: str
    text: str


@dataclass(frozen=True, slots=True)
class Origin:
    """What a document was read from: the SHA-256 of the bytes, in hex, and the key of the loader that read them."""

    sha256: str
    loader: str
