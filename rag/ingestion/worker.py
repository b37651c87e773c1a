"""The process that files are parsed in: ``python -m rag.ingestion.worker``, spoken to in JSON lines.

A parser may crash, hang or fill the memory on a hostile file. Here that costs one process and
one file, not the run. The protocol is JSON and not pickle, and the process is started by name
and not forked, so that it works under any program (no ``if __name__ == "__main__"`` needed)
and beside any threads.

First line in: a :class:`Job`. Then a line in and a line out for each file.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any, TextIO

from tokenizers import Tokenizer

from rag.chunking import Offsets, chunk
from rag.documents.formats import Format, format_for, load, register
from rag.documents.source import Source
from rag.errors import LoadError


@dataclasses.dataclass(frozen=True, slots=True)
class Job:
    """What is the same for every file of a run. ``formats`` are those registered from outside."""

    tokenizer: str
    chunk_tokens: int
    overlap_tokens: int
    context_tokens: int
    max_file_mb: int
    max_memory_mb: int
    ocr_language: str
    formats: list[list[Any]]


def tokenizer_offsets(file: str) -> Offsets:
    """The encoder's tokenizer (a ``tokenizer.json``), without truncation or special tokens."""
    tokenizer = Tokenizer.from_file(file)
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def offsets(text: str) -> list[tuple[int, int]]:
        spans: list[tuple[int, int]] = tokenizer.encode(text, add_special_tokens=False).offsets
        return spans

    return offsets


def parse(path: str, name: str, job: Job, offsets: Offsets) -> dict[str, Any]:
    """One file, read once: its hash, its document and its chunks are of the same bytes."""
    before = os.stat(path)
    if before.st_size > job.max_file_mb * 1_000_000:
        raise LoadError(
            f"{before.st_size / 1e6:,.0f} MB is over the limit of {job.max_file_mb} MB a file; "
            "split it or raise max_file_mb"
        )
    data = Path(path).read_bytes()
    after = os.stat(path)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(
        data
    ) != after.st_size:
        raise LoadError("it was being written to while it was read; the next run will read it")
    format = format_for(name, data[:1024])
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
    return {
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": after.st_size,
        "mtime_ns": after.st_mtime_ns,
        "document": dataclasses.asdict(document),
        "chunks": [[c.start, c.end, c.context] for c in chunks],
    }


def _limit_memory(megabytes: int) -> None:
    try:
        import resource

        limit = megabytes * 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    except (ImportError, ValueError, OSError):
        pass  # no such limit on this system: the time limit still holds


def _serve(lines: TextIO, answers: TextIO) -> None:
    job = Job(**json.loads(lines.readline()))
    for name, version, suffixes, loader in job.formats:
        register(Format(name, version, tuple(suffixes), loader))
    _limit_memory(job.max_memory_mb)
    offsets = tokenizer_offsets(job.tokenizer)
    for line in lines:
        request = json.loads(line)
        try:
            answer = parse(request["path"], request["name"], job, offsets)
        except LoadError as error:
            answer = {"error": str(error)}
        except PermissionError:
            answer = {"error": "no permission to read it", "passing": True}
        except FileNotFoundError:
            answer = {"error": "it vanished while the folder was being indexed", "passing": True}
        except OSError as error:
            answer = {"error": error.strerror or str(error), "passing": True}
        except MemoryError:
            answer = {"error": "reading it takes more memory than max_memory_mb allows"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    # Parsers written in C print to standard output at times; the answers get a pipe of their own.
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        _serve(sys.stdin, channel)
    except (KeyboardInterrupt, BrokenPipeError):
        os._exit(1)
