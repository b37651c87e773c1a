"""What the program and its parsing processes say to each other, a line of JSON each.

First line in: a :class:`Job`. Then, for each file, a :class:`Request` in and an :class:`Answer`
out. The protocol is JSON and not pickle: an answer comes from a process that has read a hostile
file, and is checked against its type.
"""

from __future__ import annotations

from dataclasses import dataclass

from rag.chunking import Chunk
from rag.codec import to_line
from rag.documents.document import NOTHING, Document, Sight
from rag.documents.formats import Format
from rag.privacy import What


@dataclass(frozen=True, slots=True)
class Job:
    """What is the same for every file of a run.

    ``tokenizer`` is the encoder's file; the numbers are those of :class:`rag.settings.Settings`;
    ``formats`` are all that the program knows, the first that has a suffix wins it.
    """

    tokenizer: str
    chunk_tokens: int
    overlap_tokens: int
    context_tokens: int
    max_file_mb: int
    max_memory_mb: int
    file_timeout_s: float
    ocr_language: str
    formats: tuple[Format, ...]
    ocr_threads: int = 1
    redact: What = "none"
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """A file to read. ``path`` is in bytes, as it need not be valid UTF-8; ``name`` is."""

    path: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file as read: the stamp of the very bytes that were parsed, what they say, and the seconds that it took."""

    sha256: str
    size: int
    mtime_ns: int
    document: Document
    chunks: list[Chunk]
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that could not be read, why, and what another try hangs on: other bytes than those of
    ``sha256``, which its loader cannot read; more of the setting ``limit``, which it ran into; with
    neither, nothing: the next run may find things as they should be. ``sight`` counts the pages and
    pictures of it that wait for OCR.
    """

    reason: str
    sha256: str = ""
    limit: str = ""
    sight: Sight = NOTHING
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a file: one of the two. With neither, the file is being read still: a page of it
    is about to be read by OCR, for which its limit of time starts anew."""

    parsed: Parsed | None = None
    refused: Refused | None = None


STILL_READING = bytes(to_line(Answer()))
"""What comes before an answer, once for each page that takes OCR."""
