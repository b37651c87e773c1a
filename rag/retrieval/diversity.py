"""Hits that differ from those before them: maximal marginal relevance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.retrieval.fusion import Ranked
from rag.store.catalog import Catalog


def diversify(catalog: Catalog, ranked: Sequence[Ranked], k: int, diversity: float) -> list[Ranked]:
    """The ``k`` of ``ranked`` that match well and differ from each other: maximal marginal relevance
    (Carbonell and Goldstein 1998) over scores scaled to [0, 1] and cosines. ``diversity`` 0 looks at
    the match alone, 1 at the difference alone."""
    if not ranked:
        return []
    ids = np.array([chunk.chunk_id for chunk in ranked], np.int64)
    stored = np.concatenate([vectors for _, vectors in catalog.vectors(ids)])  # sorted by id
    vectors = np.empty_like(stored)
    vectors[np.argsort(ids)] = stored
    scores = np.array([chunk.score for chunk in ranked])
    spread = scores.max() - scores.min()
    scores = (scores - scores.min()) / (spread if spread > 1e-9 else 1.0)
    nearest = np.zeros(len(ranked))
    chosen: list[int] = []
    while len(chosen) < min(k, len(ranked)):
        gain = (1 - diversity) * scores - diversity * nearest
        gain[chosen] = -np.inf
        best = int(np.argmax(gain))
        chosen.append(best)
        nearest = np.maximum(nearest, vectors @ vectors[best])
    return [ranked[i] for i in chosen]
