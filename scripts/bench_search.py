"""Measure search as collections grow: dense and lexical, each alone.

    python scripts/bench_search.py DATA [scale] [fulltext] [--counts N ...]

DATA is the folder of benchmark data (its README names the sets); nothing of it is part of
this project. Without section names all are run. Tables are printed as Markdown. fulltext is
measured at the middle one of the counts.

All sections measure time, so run them on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import math
import re
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from data_sets import records
from tables import table

from rag.embedding.embedder import BundledEmbedder
from rag.store.folder.dense import DenseIndex
from rag.store.folder.lexical import LexicalIndex
from rag.store.rows import ChunkRow

COUNTS = [10_000, 100_000, 1_000_000]
Part = tuple[np.ndarray, np.ndarray]  # ids and vectors


def passages_and_questions(data: Path) -> tuple[list[str], list[str]]:
    wiki = records(data / "reading_new_wiki_dev.jsonl.gz")
    passages = list(dict.fromkeys(r["context"] for r in wiki))
    passages += [d["text"] for d in records(data / "nfcorpus/corpus.jsonl.gz")]
    return passages, [r["question"] for r in wiki][:200]


def chunks_of(passages: list[str], count: int) -> Iterable[tuple[ChunkRow, str]]:
    """As many chunks as asked for, made of the passages' beginnings."""
    for i in range(count):
        text = passages[(i * 7919) % len(passages)][: 200 + i % 400]
        yield ChunkRow(i, i, 0, 1, "", text), ""


def milliseconds(ask: Callable[[Any], object], questions: Iterable[Any]) -> list[float]:
    times = []
    for question in questions:
        begun = time.perf_counter()
        ask(question)
        times.append((time.perf_counter() - begun) * 1000)
    return times


def scale(data: Path, counts: list[int]) -> None:
    """Search as collections grow: real passages' vectors, and more of them made by adding noise."""
    passages, asked = passages_and_questions(data)
    embedder = BundledEmbedder()
    real = embedder.encode(passages)
    queries = embedder.encode_queries(asked)
    random = np.random.default_rng(0)
    rows = []
    for count in counts:
        parts = noisy_copies(real, count, random)
        begun = time.perf_counter()
        index = DenseIndex.build(parts, count, 384)
        built = time.perf_counter() - begun
        found: list[set[int]] = []
        times = milliseconds(
            lambda q, index=index, found=found: found.append(
                set(next(iter(index.search(q[None], 10)))[0].tolist())
            ),
            queries,
        )
        exact = [nearest(q, parts) for q in queries]
        recall = statistics.mean(len(a & b) / 10 for a, b in zip(found, exact, strict=True))
        begun = time.perf_counter()
        lexical = LexicalIndex.in_memory(chunks_of(passages, count))
        indexed = time.perf_counter() - begun
        full_text = milliseconds(lambda q, index=lexical: index.search(q, 100), asked)
        dense, words = statistics.median(times), statistics.median(full_text)
        rows.append(
            [f"{count:,}", index.kind, f"{built:.1f}", f"{dense:.1f}", recall, f"{indexed:.1f}",
             f"{words:.1f}"]
        )  # fmt: skip
        del index, parts, lexical
    table(
        "Search as the collection grows",
        ["vectors", "index", "build s", "dense p50 ms", "recall@10 against exact",
         "full text build s", "full text p50 ms"],
        rows,
    )  # fmt: skip


def noisy_copies(real: np.ndarray, count: int, random: np.random.Generator) -> list[Part]:
    """So many vectors near real ones, in parts, of length 1."""
    parts = []
    for start in range(0, count, 20_000):
        n = min(20_000, count - start)
        base = real[random.integers(0, len(real), n)]
        noisy = base + random.normal(0, 0.6 / math.sqrt(384), base.shape).astype(np.float32)
        noisy /= np.linalg.norm(noisy, axis=1, keepdims=True)
        parts.append((np.arange(start, start + n, dtype=np.int64), noisy.astype(np.float32)))
    return parts


def nearest(query: np.ndarray, parts: list[Part]) -> set[int]:
    """The ids of the ten nearest vectors, found by looking at all of them."""
    best: list[tuple[float, int]] = []
    for ids, vectors in parts:
        s = vectors @ query
        top = np.argpartition(-s, 10)[:10]
        best += zip(s[top].tolist(), ids[top].tolist(), strict=True)
    return {i for _, i in sorted(best, reverse=True)[:10]}


def fulltext(data: Path, counts: list[int]) -> None:
    """tantivy, as the index uses it, beside SQLite's own FTS5, both ranking by BM25."""
    passages, asked = passages_and_questions(data)
    count = counts[len(counts) // 2]
    words = list(chunks_of(passages, count))
    lexical = LexicalIndex.in_memory(words)
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE chunks USING fts5(text, tokenize='porter unicode61')")
    db.executemany("INSERT INTO chunks VALUES (?)", ((row.text,) for row, _ in words))

    def fts5(question: str) -> object:
        any_word = " OR ".join(f'"{w}"' for w in re.findall(r"\w+", question))
        query = "SELECT rowid, bm25(chunks) FROM chunks WHERE chunks MATCH ? ORDER BY 2 LIMIT 100"
        return db.execute(query, (any_word,)).fetchall()

    rows = []
    ask: Callable[[str], object]
    for name, ask in (("tantivy", lambda q: lexical.search(q, 100)), ("FTS5", fts5)):
        times = milliseconds(ask, asked)
        rows.append([name, statistics.median(times), float(np.percentile(times, 95))])
    table(f"Full text, {count:,} passages, 200 questions", ["", "p50 ms", "p95 ms"], rows)


SECTIONS = {"scale": scale, "fulltext": fulltext}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []], metavar="section")
    parser.add_argument("--counts", type=int, nargs="+", default=COUNTS, help="vectors, passages")
    given = parser.parse_args()
    for section in given.sections or SECTIONS:
        SECTIONS[section](given.data, given.counts)


if __name__ == "__main__":
    main()
