"""Who reads files and embeds texts in a run: processes of this machine, or those of a cluster. Either way what they
make comes back here, to the one writer."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable
from concurrent.futures import Future
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.documents.files import Found
from rag.documents.formats import formats
from rag.embedding.embedder import Embedder
from rag.ingestion.admission import what_of
from rag.ingestion.pool import News, parse_files
from rag.ingestion.protocol import Job
from rag.settings import Settings

Array = NDArray[np.float32]


class Coming(Protocol):
    """Vectors that are being made."""

    def done(self) -> bool:
        """Whether they are there."""
        ...

    def result(self) -> Array:
        """The vectors, float32 [texts, dimension]; they are waited for.

        Raises:
            ModelError: the texts cannot be embedded.
        """
        ...


class Crew(Protocol):
    """What a run is done by.

    near: whether files are read on this machine, so that a look at what is in them costs little here.
    ahead: how many batches of texts are to be embedded at once.
    """

    @property
    def near(self) -> bool:
        """See above."""
        ...

    @property
    def ahead(self) -> int:
        """See above."""
        ...

    def parse(self, files: Iterable[Found], job: Job, count: int) -> Generator[News, None, None]:
        """What becomes of these files, at most ``count``, as they are done. ``files`` is read from as it is gone on
        with: what is in flight is bounded."""
        ...

    def encode(self, texts: list[str]) -> Coming:
        """Have passages embedded."""
        ...


class LocalCrew:
    """Processes of this machine that parse, and this one, which embeds."""

    near = True
    ahead = 0

    def __init__(self, embedder: Embedder, workers: int) -> None:
        self.embedder = embedder
        self.workers = workers

    def parse(self, files: Iterable[Found], job: Job, count: int) -> Generator[News, None, None]:
        """See :func:`rag.ingestion.pool.parse_files`."""
        if not count:
            return
        workers = min(self.workers, count)
        job = replace(
            job,
            tokenizer=self.embedder.tokenizer_file(),
            ocr_threads=max(1, (os.cpu_count() or 1) // workers),
        )
        yield from parse_files(files, job, workers=workers)

    def encode(self, texts: list[str]) -> Future[Array]:
        """The vectors of passages, made at once."""
        coming: Future[Array] = Future()
        coming.set_result(self.embedder.encode(texts))
        return coming


def job_of(settings: Settings) -> Job:
    """What is the same for every file of a run, but for what each machine finds out for itself: ``tokenizer`` and
    ``ocr_threads``."""
    return Job(
        tokenizer="",
        chunk_tokens=settings.chunk_tokens,
        overlap_tokens=settings.overlap_tokens,
        context_tokens=settings.context_tokens,
        max_file_mb=settings.max_file_mb,
        max_memory_mb=settings.max_memory_mb,
        file_timeout_s=settings.file_timeout_s,
        ocr_language=settings.ocr_language,
        formats=formats(),
        redact=what_of(settings),
        countries=settings.countries(),
    )
