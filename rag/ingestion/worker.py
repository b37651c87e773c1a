"""The process that files are parsed in: ``python -m rag.ingestion.worker``.

A parser may crash, hang or fill the memory on a hostile file. Here that costs one process and
one file, not the run. The process is started by name and not forked, so that it works under any
program (no ``if __name__ == "__main__"`` needed) and beside any threads. It is spoken to as
:mod:`rag.ingestion.protocol` says.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from typing import BinaryIO

from tokenizers import Tokenizer

from rag.chunking import Offsets, chunk
from rag.codec import DecodeError, from_json
from rag.documents.formats import format_for, load, register
from rag.documents.source import Source
from rag.documents.text import one_line
from rag.errors import LoadError
from rag.ingestion.protocol import Answer, Job, Parsed, Refused, Request, to_line

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


def parse(path: bytes, name: str, job: Job, offsets: Offsets) -> Parsed:
    """One file, read once: its hash, its document and its chunks are of the same bytes.

    Raises:
        LoadError: it cannot be read as what it is, or is too large.
        OSError: the system does not let us have it.
    """
    data, status = _read(path, job.max_file_mb)
    format = format_for(name, data[:HEAD])
    if format is None:
        raise LoadError("no loader for it")
    document = load(Source(name, data, job.ocr_language), format)
    chunks = chunk(
        document,
        offsets,
        max_tokens=job.chunk_tokens,
        overlap=job.overlap_tokens,
        context_tokens=job.context_tokens,
    )
    sha256 = hashlib.sha256(data).hexdigest()
    return Parsed(sha256, status.st_size, status.st_mtime_ns, document, chunks)


def _read(path: bytes, max_file_mb: int) -> tuple[bytes, os.stat_result]:
    """A file's bytes, and the stamp that they have."""
    before = os.stat(path)
    if before.st_size > max_file_mb * 1_000_000:
        raise LoadError(
            f"{before.st_size / 1e6:,.0f} MB is over the limit of {max_file_mb} MB a file; "
            "split it or raise max_file_mb"
        )
    data = Path(os.fsdecode(path)).read_bytes()
    after = os.stat(path)
    stamps = {(status.st_size, status.st_mtime_ns) for status in (before, after)}
    if len(stamps) > 1 or len(data) != after.st_size:
        raise LoadError("it was being written to while it was read; the next run will read it")
    return data, after


def _answer(request: Request, job: Job, offsets: Offsets) -> bytes:
    """The line that answers a request, whatever the file or its loader does."""
    try:
        return to_line(Answer(parsed=parse(request.path, request.name, job, offsets)))
    except LoadError as error:
        refused = Refused(one_line(str(error)))
    except PermissionError:
        refused = Refused("no permission to read it", passing=True)
    except FileNotFoundError:
        refused = Refused("it vanished while the folder was being indexed", passing=True)
    except OSError as error:
        refused = Refused(error.strerror or one_line(str(error)), passing=True)
    except MemoryError:
        refused = Refused("reading it takes more memory than max_memory_mb allows")
    except (DecodeError, TypeError, UnicodeEncodeError) as error:
        refused = Refused(one_line(f"its loader gave no valid Document: {error}"))
    return to_line(Answer(refused=refused))


def _limit_memory(megabytes: int) -> None:
    try:
        import resource

        limit = megabytes * 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    except (ImportError, ValueError, OSError):
        pass  # no such limit on this system: the time limit still holds


def _serve(lines: BinaryIO, answers: BinaryIO) -> None:
    job = from_json(lines.readline(), Job)
    for format in reversed(job.formats):
        register(format)
    _limit_memory(job.max_memory_mb)
    offsets = tokenizer_offsets(job.tokenizer)
    for line in lines:
        answers.write(_answer(from_json(line, Request), job, offsets))
        answers.flush()


if __name__ == "__main__":
    # Parsers written in C print to standard output at times; the answers get a pipe of their own.
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        _serve(sys.stdin.buffer, channel)
    except (KeyboardInterrupt, BrokenPipeError):
        os._exit(1)
