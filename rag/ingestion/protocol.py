"""What the program and its parsing processes say to each other, a line of JSON each.

First line in: a :class:`Job`. Then, for each file, a :class:`Request` in and an :class:`Answer`
out; before that, of a long document, its text and chunks part by part, so that neither side has to hold them in one
message. The protocol is JSON and not pickle: an answer comes from a process that has read a hostile
file, and is checked against its type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from rag.chunking import Chunk
from rag.codec import DecodeError, from_json, to_line
from rag.documents.blocks import BlockDocument, Blocks
from rag.documents.document import NOTHING, Document, Sight
from rag.documents.formats import Format
from rag.documents.text import one_line
from rag.documents.traits import Traits
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
class Part:
    """Of a long document, before the answer that it is of: a block of its text, packed, or chunks, each in their order.
    ``share``: how much of what parsing takes is done by then, from 0 to 1."""

    block: bytes = b""
    chunks: tuple[Chunk, ...] = ()
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file as read: the stamp of the very bytes that were parsed, what they say, what that is known by, and the seconds
    that it took.
    ``ends``: where the blocks of its text end, if that and its chunks have come in parts."""

    sha256: str
    size: int
    mtime_ns: int
    document: Document
    chunks: list[Chunk]
    traits: Traits
    seconds: float = 0.0
    ends: tuple[int, ...] = ()


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
    """What became of a file: one of the first two. Else the file is being read still: here is a ``part`` of it, or, with
    nothing, a page of it is about to be read by OCR. For either its limit of time starts anew."""

    parsed: Parsed | None = None
    refused: Refused | None = None
    part: Part | None = None


STILL_READING = bytes(to_line(Answer()))
"""What comes before an answer, once for each page that takes OCR."""

_PART = STILL_READING.removesuffix(b"null}\n") + b"{"


def is_part(line: bytes) -> bool:
    """Whether a line has a part of a document, so that others follow."""
    return line.startswith(_PART)


def result_of(
    lines: Iterable[bytes], heard: Callable[[float], None] = lambda _: None
) -> Parsed | Refused:
    """What lines say became of a file, those with its parts and the last; a loader may have put anything into them.
    ``heard`` is told the share of the work that is done with each part."""
    blocks: list[bytes] = []
    chunks: list[Chunk] = []
    for line in lines:
        try:
            answer = from_json(line, Answer)
        except DecodeError as error:
            return Refused(one_line(f"its loader gave no valid Document: {error}"))
        if answer.part:
            heard(answer.part.share)
            chunks += answer.part.chunks
            if answer.part.block:
                blocks.append(answer.part.block)
        elif answer.refused:
            return answer.refused
        elif answer.parsed:
            return _whole(answer.parsed, blocks, chunks)
    raise AssertionError("lines end with an answer")


def _whole(parsed: Parsed, blocks: list[bytes], chunks: list[Chunk]) -> Parsed | Refused:
    if not parsed.ends:
        return parsed
    if len(blocks) != len(parsed.ends):
        return Refused("its parser has left out parts of its text")
    document = BlockDocument.of(parsed.document, Blocks(parsed.ends, blocks.__getitem__))
    return replace(parsed, document=document, chunks=chunks)
