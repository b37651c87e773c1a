"""Dense and lexical results made one ranking."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DENSE_WEIGHT = 0.5

Scored = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Chunk ids [n] and their scores [n], best first: what one search finds."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A chunk in a ranking: its score there, and the cosine and BM25 that it was made of; None from
    a search that did not find it."""

    chunk_id: int
    score: float
    dense: float | None
    lexical: float | None


def rank(dense: Scored | None, lexical: Scored | None) -> list[Ranked]:
    """One ranking of what the two searches found, best first. None: not searched in that way; the
    scores of the other are then taken as they are."""
    scores = _pairs(dense or lexical) if dense is None or lexical is None else fuse(dense, lexical)
    cosine, bm25 = dict(_pairs(dense)), dict(_pairs(lexical))
    return [Ranked(i, score, cosine.get(i), bm25.get(i)) for i, score in scores]


def fuse(dense: Scored, lexical: Scored, weight: float = DENSE_WEIGHT) -> list[tuple[int, float]]:
    """Convex combination of min-max normalised scores (Bruch, Gai and Ingber 2023): ids and fused
    scores in [0, 1], best first; ties go to the older chunk."""
    fused: dict[int, float] = {}
    for found, share in ((dense, weight), (lexical, 1.0 - weight)):
        scores = found[1]
        if not len(scores):
            continue
        low, high = float(scores.min()), float(scores.max())
        spread = high - low
        for identity, score in _pairs(found):
            normal = (score - low) / spread if spread > 1e-9 else 1.0
            fused[identity] = fused.get(identity, 0.0) + share * normal
    return sorted(fused.items(), key=lambda pair: (-pair[1], pair[0]))


def _pairs(found: Scored | None) -> list[tuple[int, float]]:
    return [] if found is None else list(zip(found[0].tolist(), found[1].tolist(), strict=True))
