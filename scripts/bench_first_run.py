"""Measure what a first run costs beside parsing and embedding, as the number of files grows.

    python scripts/bench_first_run.py [10000 20000 40000]

Makes folders of so many files of one sentence each, and indexes each folder once. Two things are not
the real ones, as they take the same time for each file however many there are: a file's text is taken
as it is, in this process, and not parsed in a worker; its vector is made from its hash, and not by the
encoder. All else is: the walk, hashing, the catalog, FAISS, tantivy, the report. Then the folder, in
which nothing has changed, is indexed again.

A run that looked at all files for each would take four times as long for twice as many. Seconds, of
one run; the time of each step is that of the function which makes it.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from tables import table

from rag.chunking import Chunk
from rag.documents import origins
from rag.documents.document import Document
from rag.documents.files import Found
from rag.documents.traits import traits_of
from rag.embedding.embedder import BundledEmbedder
from rag.ingestion import crew, update
from rag.ingestion.protocol import Job, Parsed
from rag.ingestion.staging import Staging
from rag.settings import Settings


class Hashed(BundledEmbedder):
    """Vectors of nothing but the text's hash."""

    def encode(self, texts: list[str]) -> np.ndarray:
        seeds = [
            int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") for text in texts
        ]
        rows = np.stack([np.random.default_rng(s).standard_normal(self.dimension) for s in seeds])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    encode_queries = encode


def taken_as_it_is(files: Iterable[Found], job: Job, **_: Any) -> Iterator[tuple[Found, Any]]:
    for file in files:
        data = Path(file.path).read_bytes()
        document = Document(data.decode(), "text")
        sha256 = hashlib.sha256(data).hexdigest()
        chunks = [Chunk(0, len(document.text))]
        yield file, Parsed(sha256, file.size, file.mtime_ns, document, chunks, traits_of(document))


def make(folder: Path, count: int) -> None:
    """Files of one sentence, a hundred a folder, older than time stamps are coarse."""
    before = time.time_ns() - 60_000_000_000
    for n in range(count):
        file = folder / f"{n // 100:04}" / f"{n:06}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"Kettle number {n} stands on shelf {n % 97} and holds {n % 7} litres.\n")
        os.utime(file, ns=(before, before))


class Clock:
    """Seconds spent in functions, by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def on(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            begun = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds[name] = time.perf_counter() - begun

        return timed


def measure(count: int, clock: Clock) -> list[Any]:
    with tempfile.TemporaryDirectory() as scratch:
        folder, index = Path(scratch) / "docs", Path(scratch) / "index"
        make(folder, count)
        seconds, processor = [], time.process_time()
        steps: dict[str, float] = {}
        for _ in range(2):
            begun = time.perf_counter()
            report = update.update(index, folder, settings=Settings(), embedder=Hashed())
            seconds.append(time.perf_counter() - begun)
            steps = steps or {"processor": time.process_time() - processor, **clock.seconds}
        assert report.unchanged == count
    each = 1000 * seconds[0] / count
    return [f"{count:,}", *seconds[:1], each, *steps.values(), seconds[1]]


def main() -> None:
    clock = Clock()
    crew.parse_files = taken_as_it_is
    origins.walk = clock.on("walk", origins.walk)
    Staging.stage = clock.on("stage", Staging.stage)  # type: ignore[method-assign]
    update.publish = clock.on("publish", update.publish)
    update.compare = clock.on("report", update.compare)
    counts = [int(argument) for argument in sys.argv[1:]] or [10_000, 20_000, 40_000]
    head = [
        "files",
        "seconds",
        "ms a file",
        "of processors",
        "walk",
        "stage",
        "publish",
        "report",
        "nothing changed",
    ]
    rows = (measure(count, clock) for count in counts)
    table("A first run without parsing and embedding", head, rows)


if __name__ == "__main__":
    main()
