"""Indexing on a Ray cluster against the plain path, and what 100 workers and 100 million chunks would take.

    python scripts/bench_ray.py DATA [documents] [runs]

DATA is the folder of the benchmark data; the documents are its health pages. The same folder is indexed by
the plain path and on a cluster of this machine with one worker and with two, in turns, each time by a process
of its own. Before that, alone in one process, the processor time that a chunk takes: to parse, to embed on one core,
and in the one writer (decoding what comes back, the catalog), with a crew that has everything ready. From
these, and a price, follows the rest. Processor time is stated where others may be using the machine. With no
runs (0), only that.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from data_sets import records
from tables import table

from rag.documents.files import Found
from rag.embedding.embedder import BundledEmbedder
from rag.ingestion import cluster
from rag.ingestion.crew import Array, job_of
from rag.ingestion.parsing import answer, tokenizer_offsets
from rag.ingestion.pool import News, result_of
from rag.ingestion.protocol import Job, Parsed, Request
from rag.ingestion.staging import _inputs
from rag.ingestion.update import update
from rag.settings import Settings

WAYS = {"plain": ("", 0), "one worker": ("local", 1), "two workers": ("local", 2)}
CHUNKS, WORKERS, CORE_HOUR = 100_000_000, 100, 0.05  # dollars
COPIES = 10  # of the documents, with other words, that the writer is measured on


def main() -> None:
    if sys.argv[1] == "--one":
        print(json.dumps(one(*sys.argv[2:5])))
        return
    count, runs = (int(argument) for argument in (*sys.argv[2:4], 120, 2)[:2])
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "docs"
        folder.mkdir()
        for n, page in enumerate(records(Path(sys.argv[1]) / "medquad_docs.jsonl.gz")[:count]):
            (folder / f"{n:05}.md").write_text(page["text"])
            os.utime(folder / f"{n:05}.md", (1_700_000_000, 1_700_000_000))
        arithmetic(*costs(folder, Path(scratch)))
        if runs:
            against(folder, Path(scratch), runs)


def against(folder: Path, scratch: Path, runs: int) -> None:
    found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for run in range(runs):
        for way in WAYS:
            arguments = [str(folder), str(scratch / f"{way}{run}"), way]
            said = subprocess.run(
                [sys.executable, __file__, "--one", *arguments],
                check=True,
                capture_output=True,
                text=True,
                env={k: v for k, v in os.environ.items() if k != "OMP_NUM_THREADS"},
            )
            found[way].append(json.loads(said.stdout.splitlines()[-1]))
            print(f"run {run + 1}, {way}: {found[way][-1]}", file=sys.stderr, flush=True)
    plain = median(one["seconds"] for one in found["plain"])
    rows = []
    for way, all_runs in found.items():
        seconds, start, load = (
            median(one[name] for one in all_runs) for name in ("seconds", "start", "load")
        )
        chunks = all_runs[0]["chunks"]
        rows.append([way, int(chunks), start, seconds, chunks / seconds, plain / seconds, load])
    head = ["by", "chunks", "start s", "then s", "chunks/s", "against plain", "load average"]
    table(f"Plain and on a cluster, median of {runs} runs in turns", head, rows)


def one(folder: str, index: str, way: str) -> dict[str, float]:
    """A first run: the seconds until the first worker has begun, and those after."""
    address, workers = WAYS[way]
    settings, embedder = Settings(workers=workers), BundledEmbedder()
    embedder.encode(["a"])
    started: list[float] = []
    check = cluster.ClusterCrew._check

    def checked(*given: Any) -> None:
        started.append(time.perf_counter())
        check(*given)

    cluster.ClusterCrew._check = checked  # type: ignore[method-assign]
    begun = time.perf_counter()
    with cluster.crew_of(address, settings, embedder) as crew:
        report = update(index, folder, settings=settings, embedder=embedder, crew=crew)
        ended = time.perf_counter()
    start = started[-1] if started else begun
    return {
        "start": start - begun,
        "seconds": ended - start,
        "chunks": report.chunks,
        "load": os.getloadavg()[0],
    }


class Ready:
    """A crew that has read and embedded everything before."""

    near, ahead = False, 8

    def __init__(self, lines: list[bytes], dimension: int) -> None:
        self.lines = lines
        self.random, self.dimension = np.random.default_rng(7), dimension

    def parse(self, files: Iterable[Found], job: Job, count: int) -> Generator[News, None, None]:
        parsed = [result_of(line) for line in self.lines]
        for n, file in enumerate(files):
            line = self.lines[n % len(self.lines)]
            result_of(line)  # as it comes back from a worker
            known = parsed[n % len(self.lines)]
            assert isinstance(known, Parsed)
            # Another text of the same length, so that nothing of it is known.
            copy = n // len(self.lines)
            text = known.document.text.translate({ord("e"): chr(0x100 + copy)})
            document = replace(known.document, text=text)
            yield file, replace(known, sha256=f"{n:064x}", document=document)

    def encode(self, texts: list[str]) -> Future[Array]:
        coming: Future[Array] = Future()
        coming.set_result(
            self.random.standard_normal((len(texts), self.dimension)).astype(np.float32) / 20
        )
        return coming


def timed(what: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of this process's processor time, and the result."""
    begun = time.process_time()
    result = what()
    return time.process_time() - begun, result


def costs(folder: Path, scratch: Path) -> tuple[float, float, float, float]:
    """Processor milliseconds a chunk: to parse, to embed, to write; and bytes a chunk that go through the writer."""
    os.environ["OMP_NUM_THREADS"] = "1"
    settings, embedder = Settings(), BundledEmbedder()
    embedder.encode(["a"])
    offsets = tokenizer_offsets(embedder.tokenizer_file())
    requests = [Request(os.fsencode(path), path.name) for path in sorted(folder.iterdir())]
    job = job_of(settings)
    parse, lines = timed(lambda: [answer(request, job, offsets) for request in requests])
    parsed = [found for line in lines if isinstance(found := result_of(line), Parsed)]
    texts = [text for found in parsed for text in _inputs(found)]
    embed, _ = timed(lambda: embedder.encode(texts))
    many = scratch / "many"
    many.mkdir()
    for n in range(COPIES * len(lines)):
        (many / f"{n:06}.md").touch()
        os.utime(many / f"{n:06}.md", (1_700_000_000, 1_700_000_000))
    written: list[tuple[float, int]] = []

    def progress(now: Any) -> None:
        if now.phase == "reading":
            written.append((time.process_time(), now.chunks))

    crew = Ready(lines, embedder.dimension)
    update(
        scratch / "written",
        many,
        settings=settings,
        embedder=embedder,
        crew=crew,
        progress=progress,
    )
    (first, before), (last, after) = written[0], written[-1]
    write = (last - first) / (after - before)
    size = (
        sum(map(len, lines)) / len(texts)
        + 4 * embedder.dimension
        + sum(map(len, texts)) / len(texts)
    )
    rows = [
        ["parse and chunk, a worker", len(texts), 1000 * parse / len(texts), len(texts) / parse],
        ["embed, a worker", len(texts), 1000 * embed / len(texts), len(texts) / embed],
        ["decode and stage, the one writer", after - before, 1000 * write, 1 / write],
    ]
    head = ["step", "chunks", "ms of one core a chunk", "chunks/s"]
    table("What a chunk costs", head, rows)
    return parse / len(texts), embed / len(texts), write, size


def arithmetic(parse: float, embed: float, write: float, size: float) -> None:
    worker = parse + embed
    work, writer = CHUNKS * worker / WORKERS / 3600, CHUNKS * write / 3600
    hours = max(work, writer)
    rows = [
        [f"{WORKERS} workers of one core: parse and embed", f"{work:.1f} h"],
        ["the one writer: decode and stage", f"{writer:.1f} h"],
        ["saturates first", "the writer" if writer > work else "the workers"],
        ["workers that keep the writer busy", f"{worker / write:.0f}"],
        ["through the writer's network", f"{size * CHUNKS / hours / 3600 / 1e6:.1f} MB/s"],
        ["all in all", f"{hours:.1f} h, without publishing"],
        [
            f"cores, at ${CORE_HOUR:.2f} a core and hour",
            f"${(WORKERS + 1) * hours * CORE_HOUR:,.0f}",
        ],
        ["vectors, half precision", f"{CHUNKS * 384 * 2 / 1e9:,.0f} GB"],
    ]
    table(f"{CHUNKS:,} chunks by {WORKERS} workers: arithmetic", ["", ""], rows)


if __name__ == "__main__":
    main()
