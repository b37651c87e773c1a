"""An index in PostgreSQL beside one in a folder: publishing, opening, refreshing, searching, size.

    python scripts/bench_scale.py DATA --work lab/scale --against CHECKOUT       # once: makes the texts and vectors
    python scripts/bench_postgres.py lab/scale postgresql://user@host/database --sizes 10000 100000

Texts, vectors and questions are those of ``scripts/scale_data.py``. Times are of the processors, of this process
and, where the server is on this machine and belongs to who may see its processes, of the server's: other work on the machine
counts less. What waits for the network or a disk is not in them. The folder's index is made here, too, so that both
are of the same commit and the same moment.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import psycopg
import scale_data
from scale_parts import FILTERS, MODEL, add
from tables import table

from rag.retrieval.search import search
from rag.settings import Settings
from rag.store.addresses import is_server, store_at
from rag.store.neighbours import searched
from rag.store.recipe import Recipe
from rag.store.snapshot import Current, Snapshot, Store

QUESTIONS = 60  # that are timed, after as many others
ROWS = (
    "staged, s", "published, s", "size, MB", "one file published, ms", "opened, ms", "refreshed, nothing new, ms",
    "searched by words alone, ms", "by vectors alone", "by both", "with a filter", "with a filter of few files",
    "recall@10 of vectors", "with a filter: recall@10",
)  # fmt: skip


class Told(list[str]):
    """Figures, each told as soon as it is known: the rest may take minutes."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def append(self, figure: str) -> None:
        """Tell it, and keep it."""
        print(f"{time.strftime('%H:%M:%S')} {self._name}: {ROWS[len(self)]}: {figure}", file=sys.stderr)  # fmt: skip
        super().append(figure)


class Clock:
    """Seconds of the processors that this process and the server have used."""

    def __init__(self, address: str) -> None:
        self._server: psutil.Process | None = None
        if is_server(address):
            with psycopg.connect(address.partition("?")[0]) as db:
                row = db.execute("SELECT pg_backend_pid()").fetchone()
                assert row is not None
                self._server = psutil.Process(row[0]).parent()

    def now(self) -> float:
        used = time.process_time()
        if self._server is not None:
            for one in (self._server, *self._server.children()):
                try:
                    times = one.cpu_times()
                except psutil.NoSuchProcess:
                    continue
                used += times.user + times.system
                if one is self._server:
                    used += times.children_user + times.children_system
        return used

    def seconds(self, what: Callable[[], object]) -> float:
        begun = self.now()
        what()
        return self.now() - begun


def stage(store: Store, base: scale_data.Base, documents: Iterator[Any]) -> None:
    settings = Settings()
    with store.writing() as catalog:
        catalog.settle(
            Recipe(
                settings.model, MODEL, 384, settings.chunk_tokens, settings.overlap_tokens,
                settings.context_tokens, settings.neighbour_share,
            )
        )  # fmt: skip
        with catalog.transaction():
            root = catalog.root("/data")
        add(catalog, root, documents)


def publish(store: Store) -> None:
    with store.writing() as catalog:
        catalog.publish(())


def recall(snapshot: Snapshot, asked: Any, documents: list[int] | None = None) -> float:
    """Of the ten nearest, the share that is found."""
    ids = snapshot.catalog.chunk_ids(documents) if documents else snapshot.catalog.visible()
    best: list[Any] = []
    for part, vectors in searched(snapshot.catalog, ids):
        scores = asked @ vectors.T
        best.append((np.broadcast_to(part, scores.shape), scores))
    every, scores = (np.concatenate([one[i] for one in best], axis=1) for i in (0, 1))
    near = np.take_along_axis(every, np.argsort(-scores, axis=1)[:, :10], axis=1)
    found = snapshot.dense.search(asked, 10, documents)
    return statistics.mean(
        len(set(one) & set(ids.tolist())) / 10
        for one, (ids, _) in zip(near.tolist(), found, strict=True)
    )


def measure(address: str, work: Path, size: int) -> list[str]:
    base, questions, vectors = scale_data.load(work)
    before, questions = questions[:QUESTIONS], questions[QUESTIONS : 2 * QUESTIONS]
    of = dict(zip((*before, *questions), vectors, strict=False))
    vectors = vectors[:QUESTIONS]
    store, clock = store_at(address), Clock(address)
    figures = Told(address.rpartition("/")[2])
    documents = list(base.documents(size))  # copies take longer to be made than to be staged
    figures.append(f"{clock.seconds(lambda: stage(store, base, iter(documents))):.0f}")
    figures.append(f"{clock.seconds(lambda: publish(store)):.0f}")
    figures.append(f"{store.size() / 1e6:.0f}")
    ones = []
    for number in range(3):
        original = base.originals[number]
        document, chunks = original.copy(7000 + number, base.names)
        own = base.vectors[original.first : original.first + len(chunks)]
        stage(store, base, iter([(10**7 + number, document, chunks[:10], own[:10])]))
        ones.append(clock.seconds(lambda: publish(store)) * 1000)
    figures.append(f"{statistics.median(ones):.0f}")
    current = Current(store)

    def opened() -> None:
        Current(store).close()

    figures.append(f"{statistics.median(clock.seconds(opened) for _ in range(5)) * 1000:.0f}")
    refreshes = [clock.seconds(lambda: [current.refresh() for _ in range(20)]) for _ in range(3)]
    figures.append(f"{statistics.median(refreshes) / 20 * 1000:.1f}")
    with current.held() as snapshot:

        def per_question(**how: Any) -> str:
            def ask(some: Sequence[str]) -> None:
                for question in some:
                    vector = of[question]
                    search(snapshot, question, encode=lambda _, vector=vector: vector, **how)

            ask(before)
            return f"{clock.seconds(lambda: ask(questions)) / QUESTIONS * 1000:.1f}"

        for mode in ("lexical", "dense", "hybrid"):  # hybrid last, as it asks both
            figures.append(per_question(mode=mode))
        figures.append(per_question(where=FILTERS[0]))
        figures.append(per_question(where={"source": "folder-3/*"}))
        every = snapshot.catalog.documents_where([])
        figures.append(f"{recall(snapshot, vectors):.3f}")
        figures.append(f"{recall(snapshot, vectors, list(every[::3])):.3f}")
    current.close()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("work", type=Path)
    parser.add_argument(
        "address", help="of a database in which schemas may be made: rag_bench_SIZE"
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    given = parser.parse_args()
    columns: dict[str, list[str]] = {}
    for size in given.sizes:
        name = f"bench_{size}_{time.time_ns() % 10**6}"
        there = f"{given.address}?index={name}"
        columns[f"{size:,} chunks, PostgreSQL"] = measure(there, given.work, size)
        with tempfile.TemporaryDirectory() as folder:
            columns[f"{size:,}, folder"] = measure(folder + "/index", given.work, size)
    rows = [[row, *(column[i] for column in columns.values())] for i, row in enumerate(ROWS)]
    table("An index in PostgreSQL", ["", *columns], rows)


if __name__ == "__main__":
    main()
