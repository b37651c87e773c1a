"""Dense and lexical results made one ranking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

DENSE_WEIGHT = 0.45

Scored = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Chunk ids [n] and their scores [n], best first: what one search finds."""


class Ranked(NamedTuple):
    """A chunk in a ranking: its score there, and the cosine and BM25 that it was made of; None from
    a search that did not find it."""

    chunk_id: int
    score: float
    dense: float | None
    lexical: float | None


def rank(dense: Scored | None, lexical: Scored | None, whole: float) -> list[Ranked]:
    """One ranking of what the two searches found, best first; ``whole`` as in :func:`fuse`. None: not
    searched in that way; the scores of the other are then taken as they are."""
    if dense is None or lexical is None:
        scores = _pairs(dense or lexical)
    else:
        scores = fuse(dense, lexical, whole)
    cosine, bm25 = dict(_pairs(dense)), dict(_pairs(lexical))
    return [Ranked(i, score, cosine.get(i), bm25.get(i)) for i, score in scores]


def fuse(
    dense: Scored, lexical: Scored, whole: float, weight: float = DENSE_WEIGHT
) -> list[tuple[int, float]]:
    """Convex combination of scores (Bruch, Gai and Ingber 2023): ids and fused scores in [0, 1], best
    first; ties go to the older chunk.

    Cosines are min-max normalised. BM25 is divided by ``whole``, what a chunk would score that has all words of the
    question: where the best has few of them, sharing these says little, and the cosines decide.
    """
    fused: dict[int, float] = {}
    if len(dense[1]):
        low, high = float(dense[1].min()), float(dense[1].max())
        spread = high - low
        for identity, score in _pairs(dense):
            fused[identity] = weight * ((score - low) / spread if spread > 1e-9 else 1.0)
    for identity, score in _pairs(lexical):
        share = min(1.0, score / whole) if whole > 0 else 0.0
        fused[identity] = fused.get(identity, 0.0) + (1.0 - weight) * share
    return sorted(fused.items(), key=lambda pair: (-pair[1], pair[0]))


def joined(one: Scored | None, other: Scored | None) -> Scored | None:
    """What two searches of one kind found, once each, best first."""
    if one is None or other is None:
        return one or other
    ids, first = np.unique(np.concatenate((one[0], other[0])), return_index=True)
    scores = np.concatenate((one[1], other[1]))[first]
    order = np.argsort(-scores, kind="stable")
    return ids[order], scores[order]


def put_back(ranked: Sequence[Ranked], behind: Sequence[float]) -> list[Ranked]:
    """The ranking after its scores have fallen by these, though not below 0."""
    fallen = [(chunk.score - by, chunk) for chunk, by in zip(ranked, behind, strict=True)]
    fallen.sort(key=lambda pair: -pair[0])
    return [chunk._replace(score=max(0.0, score)) for score, chunk in fallen]


def _pairs(found: Scored | None) -> list[tuple[int, float]]:
    return [] if found is None else list(zip(found[0].tolist(), found[1].tolist(), strict=True))
