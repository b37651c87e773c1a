"""Measure the store alone: publishing, opening, refreshing, and what a question takes of it.

    python scripts/bench_store.py --documents 20000

Documents are made of random words, five chunks each, and their vectors are random: nothing is parsed
or embedded. Times are of the processor, so that other work on the machine counts less. To compare with
another commit, run this file with PYTHONPATH at a checkout of that one.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from tables import table

from rag.chunking import Chunk
from rag.documents.document import Document
from rag.retrieval.search import search
from rag.store.folder.publish import publish
from rag.store.folder.store import FolderStore
from rag.store.folder.writer import FolderWriter
from rag.store.recipe import Recipe
from rag.store.rows import FileRow, Origin
from rag.store.snapshot import Current
from rag.store.writer import NewDocument

CHUNKS, DIMENSION = 5, 384  # chunks of a document, numbers of a vector
RECIPE = Recipe("random", "random/1", DIMENSION, 150, 25, 32, 0.3)
WORDS = [f"word{i}" for i in range(20_000)]
WHERE = {"date": ">=2024-01-01", "source": "folder/file1*"}


def milliseconds(what: Callable[[], object], times: int = 1) -> float:
    """Of the processor: the median of some runs."""
    found = []
    for _ in range(times):
        begun = time.process_time()
        what()
        found.append((time.process_time() - begun) * 1000)
    return statistics.median(found)


def stage(catalog: FolderWriter, number: int, chance: random.Random) -> None:
    parts = [" ".join(chance.choices(WORDS, k=90)) for _ in range(CHUNKS)]
    text, chunks = "\n\n".join(parts), []
    for part in parts:
        start = text.index(part)
        chunks.append(Chunk(start, start + len(part), f"Heading {number}"))
    document = Document(text=text, kind="text", title=f"title {number}", date="2024-01-01")
    hashes = [hashlib.sha256(part.encode()).digest()[:16] for part in parts]
    vectors = np.random.default_rng(chance.randrange(2**32)).standard_normal((CHUNKS, DIMENSION))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    catalog.add_vectors("random/1", hashes, vectors.astype(np.float32))
    ids = catalog.find_vectors("random/1", hashes)
    with catalog.transaction():
        root = catalog.root("/data")
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        new = NewDocument(Origin(sha256, "text/1"), document, chunks, [ids[key] for key in hashes])
        (identity,) = catalog.add_documents([new])
        name = f"folder/file{number}.txt"
        catalog.stage([FileRow(root, name, len(text), 1, "text/1", identity, None)])


def measure(path: Path, documents: int) -> list[list[object]]:
    chance, rows = random.Random(0), []
    with FolderStore(path).writing() as catalog:
        catalog.settle(RECIPE)

        def stage_all() -> None:
            for number in range(documents):
                stage(catalog, number, chance)

        def publish_one() -> None:
            stage(catalog, 7, chance)
            publish(catalog, [])

        rows.append(["stage all documents", milliseconds(stage_all)])
        rows.append(["first publication", milliseconds(lambda: publish(catalog, []))])
        rows.append(["publication of one file", milliseconds(publish_one, 5)])
    rows.append(["open", milliseconds(lambda: FolderStore(path).snapshot().catalog.close(), 9)])
    current = Current(FolderStore(path))
    rows.append(["refresh, nothing new", milliseconds(current.refresh, 9)])
    query = np.full(DIMENSION, DIMENSION**-0.5, np.float32)
    with current.held() as snapshot:

        def ask(where: dict[str, str] | None = None) -> None:
            words = " ".join(chance.choices(WORDS, k=6))
            search(snapshot, words, 8, encode=lambda _: query, where=where)

        ask()
        rows.append(["search", milliseconds(ask, 200)])
        rows.append(["first search with a filter", milliseconds(lambda: ask(WHERE))])
        rows.append(["search with a filter", milliseconds(lambda: ask(WHERE), 20)])
    current.close()
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=20_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        rows = measure(Path(name) / "index", arguments.documents)
    title = f"The store, {arguments.documents:,} documents, {arguments.documents * CHUNKS:,} chunks"
    table(title, ["", "ms"], rows)


if __name__ == "__main__":
    main()
