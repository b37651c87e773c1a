"""What hybrid search brings for each question from its collection, for all questions at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.embedding.embedder import BundledEmbedder
from rag.retrieval.fusion import fuse
from rag.store.folder.lexical import LexicalIndex
from rag.store.rows import ChunkRow
from training.across.data import Source

POOL = 30
Found = list[tuple[int, float, float]]  # passage, fused score, cosine; best first


def embedded(
    sources: Sequence[Source], embedder: BundledEmbedder, cache: Path | None
) -> NDArray[np.float32]:
    """Vectors of the passages, [n, dimension]; from ``cache`` where it holds as many."""
    if cache is not None and cache.is_file():
        stored: NDArray[np.float32] = np.load(cache)
        if len(stored) == len(sources):
            return stored
    vectors = embedder.encode([source.text for source in sources])
    if cache is not None:
        np.save(cache, vectors)
    return vectors


def nearest(
    questions: Sequence[str],
    sources: Sequence[Source],
    embedder: BundledEmbedder,
    *,
    cache: Path | None = None,
    k: int = 16,
) -> list[Found]:
    """The ``k`` best passages of each question. ``cache`` keeps the passages' vectors."""
    vectors = embedded(sources, embedder, cache)
    asked = embedder.encode_queries(list(questions))
    lexical = LexicalIndex.in_memory(
        (ChunkRow(i, i, 0, len(source.text), source.text, source.title), "")
        for i, source in enumerate(sources)
    )
    found: list[Found] = []
    for low in range(0, len(questions), 256):
        cosines: NDArray[np.float32] = asked[low : low + 256] @ vectors.T
        pool = min(POOL, len(sources) - 1)
        best = (
            np.argpartition(-cosines, pool, axis=1)[:, :pool]
            if pool
            else cosines[:, :0].astype(int)
        )
        for row, question in enumerate(questions[low : low + 256]):
            ids = best[row][np.argsort(-cosines[row, best[row]])]
            dense = ids.astype(np.int64), cosines[row, ids]
            ranked = fuse(dense, lexical.search(question, POOL), lexical.whole(question))[:k]
            found.append([(i, round(s, 4), round(float(cosines[row, i]), 4)) for i, s in ranked])
    return found
