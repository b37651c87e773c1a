"""What runs on each core of a cluster that indexes: it parses files and embeds texts, and has its models loaded once."""

from __future__ import annotations

import os
from dataclasses import replace
from queue import SimpleQueue
from threading import Event

from rag import __version__
from rag.codec import from_json, to_line
from rag.embedding.embedder import Embedder, load_embedder
from rag.ingestion.fetching import read_where_it_lies
from rag.ingestion.pool import IN_FLIGHT, ParserProcess
from rag.ingestion.protocol import Answer, Job, Refused, Request

PARSE, ENCODE = "parse", "encode"
AT_ONCE = {PARSE: IN_FLIGHT, ENCODE: 1}
"""Calls that are worked on at the same time, by method: one file is fetched while another is parsed, and neither keeps
texts waiting."""


class ClusterWorker:
    """Parses files in a process of its own, within its limits, as :mod:`rag.ingestion.pool` does; embeds texts here.

    What goes in and out is JSON, and vectors as their bytes.
    """

    def __init__(self, job: str, model: str, precision: str) -> None:
        self.embedder: Embedder = load_embedder(model, precision=precision)
        tokenizer = self.embedder.tokenizer_file()
        self.job = replace(from_json(job, Job), tokenizer=tokenizer, ocr_threads=1)
        self._idle: SimpleQueue[ParserProcess] = SimpleQueue()
        self._idle.put(ParserProcess(self.job))

    def begin(self) -> tuple[str, str]:
        """The version of this package here, and the fingerprint of the model. When this is answered, the worker is at
        work, and has its model loaded."""
        self.embedder.encode(["a"])
        return __version__, self.embedder.fingerprint

    def parse(self, path: bytes, name: str, size: int) -> bytes:
        """The lines of a parser that say what became of a file (:class:`rag.ingestion.protocol.Answer`)."""

        def ask(here: str) -> bytes | Refused:
            process = self._idle.get()
            try:
                return b"".join(process.lines(Request(os.fsencode(here), name), lambda _: None))
            finally:
                self._idle.put(process)

        lines = read_where_it_lies(os.fsdecode(path), size, self.job, Event(), ask)
        return bytes(to_line(Answer(refused=lines))) if isinstance(lines, Refused) else lines

    def encode(self, texts: list[str]) -> bytes:
        """The vectors of passages: float32, row by row."""
        return self.embedder.encode(texts).tobytes()
