"""One part of ``bench_scale.py``, in a process of its own; prints its figures as one line of JSON."""

from __future__ import annotations

import hashlib
import itertools
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import scale_data

from rag.answering.qa import QA
from rag.chunking import Chunk
from rag.documents.document import Document
from rag.index import Index
from rag.retrieval.search import search
from rag.settings import Settings
from rag.store.recipe import Recipe

try:
    from rag.store.folder.store import FolderStore
    from rag.store.neighbours import searched
    from rag.store.rows import FileRow

    def writing(path: Path) -> Any:
        return FolderStore(path).writing()

    def publish(catalog: Any, removed: Any) -> None:
        catalog.publish(removed)

except ImportError:  # the checkout that is compared is older
    from rag.store.dense import searched
    from rag.store.publish import publish

    from rag.store.catalog import FileRow
    from rag.store.writer import writing

try:
    from rag.store.rows import Origin
    from rag.store.writer import NewDocument
except ImportError:
    NewDocument = None  # type: ignore[assignment, misc]

try:
    from rag.documents.traits import traits_of

    def found_in(document: Document) -> tuple[Any, ...]:
        """What is found in a document when it is read, in the place that it has there."""
        return (traits_of(document),)

except ImportError:  # it was found at publication

    def found_in(document: Document) -> tuple[Any, ...]:
        return ()


WINDOW = 256  # chunks that are staged at a time
MODEL = "all-MiniLM-L6-v2/53aa51172d142c89"
FILTERS: tuple[dict[str, Any], ...] = (
    {"type": "pdf"},
    {"date": ">=2012-01-01"},
    {"source": "folder-3/*"},
    {"type": ["text", "markdown"], "date": "<2010-01-01"},
    {"source": "*7.txt"},
    {"date": ["2003-*", "2007-*"]},
)
Figures = dict[str, float]
Staged = tuple[int, Document, list[Chunk], Any]
"""A document's number, itself, its chunks, and their vectors."""


def memory(name: str, file: str = "status") -> float:
    """MB, by a name of /proc/self."""
    lines = Path("/proc/self", file).read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))


def private() -> float:
    return memory("Anonymous", "smaps_rollup")


def written() -> float:
    """MB that this process has written to files."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return int(lines[1].split()[1]) / 1e6


def milliseconds(what: Callable[[], object]) -> float:
    """Of the processors, so that other work on the machine counts less."""
    begun = time.process_time()
    what()
    return (time.process_time() - begun) * 1000


def add(catalog: Any, root: int, documents: Iterable[Staged]) -> None:
    """Documents, a window of chunks at a time, as ingestion stages them."""
    window: list[Staged] = []
    for one in documents:
        window.append(one)
        if sum(len(chunks) for _, _, chunks, _ in window) >= WINDOW:
            _add(catalog, root, window)
            window = []
    _add(catalog, root, window)


def _add(catalog: Any, root: int, window: Sequence[Staged]) -> None:
    keys = [
        hashlib.sha256(f"{number}.{c.start}.{document.text[c.start : c.end]}".encode()).digest()[
            :16
        ]
        for number, document, chunks, _ in window
        for c in chunks
    ]
    if not keys:
        return
    ids = catalog.add_vectors(MODEL, keys, np.concatenate([own for *_, own in window]))
    vectors = iter([ids[key] for key in keys])
    found = [
        (
            hashlib.sha256(f"{number}{document.text}".encode()).hexdigest(),
            "text/1",
            document,
            chunks,
        )
        for number, document, chunks, _ in window
    ]
    own = [[next(vectors) for _ in chunks] for _, _, chunks, _ in window]
    with catalog.transaction():
        if NewDocument is None:  # the checkout that is compared is older
            ids = [catalog.add_document(*one, of) for one, of in zip(found, own, strict=True)]
        else:
            ids = catalog.add_documents(
                [
                    NewDocument(Origin(sha256, loader), document, chunks, of, *found_in(document))
                    for (sha256, loader, document, chunks), of in zip(found, own, strict=True)
                ]
            )
        rows = [
            FileRow(
                root,
                f"folder-{number % 40}/file-{number}.txt",
                len(document.text),
                number,
                "text/1",
                identity,
                None,
            )
            for identity, (number, document, *_) in zip(ids, window, strict=True)
        ]
        if NewDocument is None:
            for row in rows:
                catalog.stage(row)
        else:
            catalog.stage(rows)


def stage(work: Path, target: Path, size: int) -> Figures:
    base, *_ = scale_data.load(work)
    begun = time.perf_counter()
    with writing(target) as catalog:
        settings = Settings()
        catalog.settle(
            Recipe(
                settings.model, MODEL, 384, settings.chunk_tokens, settings.overlap_tokens,
                settings.context_tokens, settings.neighbour_share,
            )
        )  # fmt: skip
        with catalog.transaction():
            root = catalog.root("/data")
        add(catalog, root, base.documents(size))
    return {"staged_s": time.perf_counter() - begun}


def publish_all(work: Path, target: Path, size: int) -> Figures:
    begun, used, before = time.perf_counter(), time.process_time(), written()
    with writing(target) as catalog:
        publish(catalog, ())
    return {
        "publish_s": time.perf_counter() - begun,
        "publish_cpu_s": time.process_time() - used,
        "publish_mb": memory("VmHWM"),
        "publish_wrote_mb": written() - before,
    }


def add_one(work: Path, target: Path, size: int) -> Figures:
    """The median of three: a new file of ten chunks, each beside those of before, staged and published."""
    base, *_ = scale_data.load(work)
    seconds, megabytes = [], []
    for turn in range(3):
        number = 10_000_000 + time.time_ns() // 1_000_000 % 10_000_000 + turn
        original = base.originals[number % len(base.originals)]
        document, chunks = original.copy(5000 + number % 1000, base.names)
        chunks = chunks[:10]
        own = base.vectors[original.first : original.first + len(chunks)]
        with writing(target) as catalog:
            add(catalog, 1, [(number, document, chunks, own)])
            begun, before = time.perf_counter(), written()
            publish(catalog, ())
        seconds.append(time.perf_counter() - begun)
        megabytes.append(written() - before)
    return {
        "add_s": statistics.median(seconds),
        "add_mb": statistics.median(megabytes),
        "add_peak_mb": memory("VmHWM"),
    }


def open_one(work: Path, target: Path, size: int) -> Figures:
    for file in target.rglob("*"):  # into the cache
        if file.is_file():
            with file.open("rb") as opened:
                while opened.read(1 << 24):
                    pass
    Index.open(target).close()
    times = []
    for _ in range(5):
        before = private()
        begun = time.perf_counter()
        index = Index.open(target)
        times.append((time.perf_counter() - begun) * 1000)
        grown = private() - before
        index.close()
        del index
    index = Index.open(target)
    refreshed = [milliseconds(index.refresh) for _ in range(20)]
    return {
        "open_ms": statistics.median(times),
        "open_mb": grown,
        "refresh_ms": statistics.median(refreshed),
    }


def better(queries: Any, best: Any, found: Any, part: Any, vectors: Any) -> tuple[Any, Any]:
    """The ten best scores and ids of each query, with these vectors."""
    scores = np.concatenate((best, queries @ vectors.T), axis=1)
    every = np.concatenate((found, np.broadcast_to(part, (len(queries), len(part)))), axis=1)
    top = np.argpartition(-scores, 10, axis=1)[:, :10]
    return np.take_along_axis(scores, top, 1), np.take_along_axis(every, top, 1)


def exact(work: Path, index: Index, queries: Any, size: int) -> Any:
    """The ten nearest chunks of each query, by looking at all that were there at first."""
    kept = work / f"exact-{size}.npy"
    if not kept.is_file():
        with index.snapshot() as snapshot:
            ids = snapshot.catalog.visible()[:size]
            best = np.full((len(queries), 10), -2.0, np.float32)
            found = np.zeros((len(queries), 10), np.int64)
            for part, vectors in searched(snapshot.catalog, ids):
                best, found = better(queries, best, found, part, vectors)
        np.save(kept, found)
    return np.load(kept)


def searches(work: Path, target: Path, size: int) -> Figures:
    before = private()
    _, questions, queries = scale_data.load(work)
    index = Index.open(target)
    of = dict(zip(questions, queries, strict=True))
    with index.snapshot() as snapshot:

        def ask(question: str, where: Any = None) -> float:
            vector = of[question]  # whatever names the documents have for what it speaks of
            return milliseconds(
                lambda: search(snapshot, question, 5, encode=lambda _: vector, where=where)
            )

        for question in questions[:3]:
            ask(question)
        plain = [ask(question) for question in questions]
        used = private() - before
        first = [ask(questions[0], where) for where in FILTERS]
        filtered = list(map(ask, questions, itertools.cycle(FILTERS)))
        nearest = exact(work, index, queries, size)
        recall = recall_of(snapshot, queries, nearest)
        narrow = narrowed(snapshot, queries[:40])
    return {
        "search_ms": statistics.median(plain),
        "filter_ms": statistics.median(filtered),
        "filter_first_ms": statistics.median(first),
        "used_mb": used,
        "recall": recall,
        "recall_filter": narrow,
    }


def recall_of(snapshot: Any, queries: Any, nearest: Any) -> float:
    found = (set(ids.tolist()) for ids, _ in snapshot.dense.search(queries, 10))
    shares = [len(a & set(b.tolist())) / len(b) for a, b in zip(found, nearest, strict=True)]
    return statistics.mean(shares)


def narrowed(snapshot: Any, queries: Any) -> float:
    """Recall among the chunks of every seventh document."""
    documents = list(snapshot.catalog.names())[::7]
    only = snapshot.catalog.chunk_ids(documents)
    best = np.full((len(queries), 10), -2.0, np.float32)
    nearest = np.zeros((len(queries), 10), np.int64)
    for part, vectors in searched(snapshot.catalog, only):
        best, nearest = better(queries, best, nearest, part, vectors)
    # Before, chunks were given, and not documents.
    given = documents if hasattr(snapshot, "store") else only
    found = snapshot.dense.search(queries, 10, given)
    return statistics.mean(
        len(set(ids.tolist()) & set(b.tolist())) / 10
        for (ids, _), b in zip(found, nearest, strict=True)
    )


def question(work: Path, target: Path, size: int) -> Figures:
    _, questions, _ = scale_data.load(work)
    qa = QA(Index.open(target))
    for asked in questions[:3]:
        qa.ask(asked)
    times = [milliseconds(lambda asked=asked: qa.ask(asked)) for asked in questions[3:43]]  # type: ignore[misc]
    return {"question_ms": statistics.median(times)}


def disk(work: Path, target: Path, size: int) -> Figures:
    found = dict.fromkeys(("bytes", "catalog", "vectors", "lexical", "cards"), 0.0)
    for file in target.rglob("*"):
        if file.is_file():
            taken = file.stat().st_size / size
            found["bytes"] += taken
            for name in found:
                if str(file.relative_to(target)).startswith(name):
                    found[name] += taken
    return found


PARTS: dict[str, Callable[[Path, Path, int], Figures]] = {
    "stage": stage,
    "publish": publish_all,
    "add": add_one,
    "open": open_one,
    "search": searches,
    "question": question,
    "disk": disk,
}

if __name__ == "__main__":
    name, work, target, size = sys.argv[1:]
    print(json.dumps(PARTS[name](Path(work), Path(target), int(size))))
