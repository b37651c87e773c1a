"""Hits that differ from those before them: maximal marginal relevance."""

from __future__ import annotations

import numpy as np

from rag.store.catalog import Catalog

Ranked = tuple[int, float, float | None, float | None]


def diversify(catalog: Catalog, ranked: list[Ranked], k: int, diversity: float) -> list[Ranked]:
    """The ``k`` of ``ranked`` that match well and differ from each other: maximal marginal relevance
    (Carbonell and Goldstein 1998) over scores scaled to [0, 1] and cosines."""
    if not ranked:
        return []
    ids = np.array([identity for identity, *_ in ranked], np.int64)
    order = np.argsort(ids)
    dimension = int(catalog.get("dimension") or 0)
    stored = np.concatenate([v for _, v in catalog.vectors(ids[order], dimension)])
    vectors = np.empty_like(stored)
    vectors[order] = stored
    scores = np.array([score for _, score, *_ in ranked])
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
