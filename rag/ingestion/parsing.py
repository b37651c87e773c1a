"""What a worker does with a file: bytes to document to chunks, or why not."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Generator, Iterator
from dataclasses import replace
from itertools import pairwise

from tokenizers import Tokenizer

from rag.chunking import Chunk, Offsets, chunks_by_stretch
from rag.codec import DecodeError, to_line
from rag.documents.blocks import BLOCK, ends_of, packed
from rag.documents.document import Document, WaitsForOcr
from rag.documents.files import open_regular
from rag.documents.formats import format_for, load
from rag.documents.redacting import redacted_document
from rag.documents.source import Source
from rag.documents.text import one_line
from rag.documents.traits import traits_of
from rag.errors import LoadError
from rag.ingestion.fetching import too_large
from rag.ingestion.protocol import Answer, Job, Parsed, Part, Refused, Request
from rag.privacy import redacted

CUTTING = 0.9  # of the time that a long text takes: the rest goes into packing it
HEAD = 1024  # bytes in which the signature of a format is looked for


def tokenizer_offsets(file: str) -> Offsets:
    """The encoder's tokenizer (a ``tokenizer.json``), without truncation or special tokens."""
    tokenizer = Tokenizer.from_file(file)
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def offsets(text: str) -> list[tuple[int, int]]:
        spans: list[tuple[int, int]] = tokenizer.encode(text, add_special_tokens=False).offsets
        return spans

    return offsets


def answers(request: Request, job: Job, offsets: Offsets) -> Iterator[bytearray]:
    """The lines that answer a request, whatever the file or its loader does: of a long document its parts, and the answer."""
    begun = time.monotonic()
    try:
        found = yield from _read(request, job, offsets)
        if isinstance(found, Parsed):
            yield to_line(Answer(parsed=replace(found, seconds=time.monotonic() - begun)))
            return
    except PermissionError:
        found = Refused("no permission to read it")
    except FileNotFoundError:
        found = Refused("it vanished while the folder was being indexed")
    except OSError as error:
        found = Refused(error.strerror or one_line(str(error)))
    except MemoryError:
        found = Refused(
            "reading it takes more memory than max_memory_mb allows", limit="max_memory_mb"
        )
    yield to_line(Answer(refused=replace(found, seconds=time.monotonic() - begun)))


def _read(
    request: Request, job: Job, offsets: Offsets
) -> Generator[bytearray, None, Parsed | Refused]:
    """One file, read once: its hash, its document and its chunks are of the same bytes."""
    with open_regular(os.fsdecode(request.path)) as file:
        before = os.fstat(file.fileno())
        if before.st_size > job.max_file_mb * 1_000_000:
            return too_large(before.st_size, job)
        source = Source(request.name, file.read(before.st_size + 1), job.ocr_language)
        after = os.fstat(file.fileno())
    sizes = {len(source.data), after.st_size}
    if sizes != {before.st_size} or before.st_mtime_ns != after.st_mtime_ns:
        reason = "it was being written to while it was read; the next run will read it"
        return Refused(reason)
    sha256 = hashlib.sha256(source.data).hexdigest()
    try:
        document = _document(source, job)
        del source  # its bytes are not needed any more, and may be many
        parsed = Parsed(sha256, after.st_size, after.st_mtime_ns, document, [], traits_of(document))
        chunks = chunks_by_stretch(
            document,
            offsets,
            max_tokens=job.chunk_tokens,
            overlap=job.overlap_tokens,
            context_tokens=job.context_tokens,
        )
        if document.length <= BLOCK:
            return replace(parsed, chunks=[one for some in chunks for one in some])
        ends = yield from _parts(document.text, chunks)
        return replace(parsed, document=replace(document, text=""), ends=ends)
    except WaitsForOcr as error:
        return Refused(_said(error, job), sha256, sight=error.sight)
    except LoadError as error:
        return Refused(_said(error, job), sha256)
    except (DecodeError, TypeError, UnicodeEncodeError) as error:
        return Refused(f"its loader gave no valid Document: {_said(error, job)}", sha256)


def _said(error: Exception, job: Job) -> str:
    """What an error says, which may quote the file."""
    return redacted(one_line(str(error)), job.redact, countries=job.countries)


def _document(source: Source, job: Job) -> Document:
    format = format_for(source.name, source.data[:HEAD])
    if format is None:
        raise LoadError("no loader for it")
    return redacted_document(load(source, format), job.redact, job.countries)


def _parts(text: str, chunks: Iterator[list[Chunk]]) -> Generator[bytearray, None, tuple[int, ...]]:
    """The lines that say the chunks and the text of a long document; where the blocks of the text end."""
    for some in chunks:
        share = CUTTING * some[-1].end / len(text) if some else 0.0
        yield to_line(Answer(part=Part(chunks=tuple(some), share=share)))
    ends = ends_of(text)
    for begin, end in pairwise((0, *ends)):
        share = CUTTING + (1 - CUTTING) * end / len(text)
        yield to_line(Answer(part=Part(packed(text[begin:end]), share=share)))
    return ends
