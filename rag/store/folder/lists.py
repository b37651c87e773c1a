"""Where to look in a large segment: its vectors in lists, each of those nearest to one middle.

So many middles as make the lists short cost much to find, and to compare each vector with. So they are sorted themselves:
each lies under a head, and what is near a vector is looked for under the heads that are nearest to it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import faiss as _faiss
import numpy as np
from numpy.typing import NDArray

LISTS = 4.0  # times the root of the vectors' count
SAMPLE = 32  # vectors for each middle that it is found by
ROUNDS = 8  # of k-means
WIDTH = 4  # heads that a vector's middle is looked for under

faiss: Any = _faiss  # its type stubs lag behind its bindings

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """The middles of all lists [n, dimension], those under head ``i`` [m, dimension] from ``starts[i]`` to
    ``starts[i + 1]``; unit vectors."""

    middles: Vectors
    heads: Vectors
    starts: Ids

    @classmethod
    def found(cls, sample: Vectors, count: int) -> Lists:
        """For ``count`` unit vectors, by a sample [n, dimension] of them; see :func:`sample_size`."""
        wanted = min(count_for(count), len(sample))
        heads = _middles(sample[: SAMPLE * wanted], max(1, math.isqrt(wanted)))
        under = np.argmax(sample @ heads.T, axis=1)
        parts = [np.ascontiguousarray(sample[under == head]) for head in range(len(heads))]
        found = [_middles(part, round(len(part) / len(sample) * wanted)) for part in parts]
        starts = np.cumsum([0, *map(len, found)])
        return cls(np.concatenate(found), heads, starts)

    def nearest(self, vectors: Vectors) -> Ids:
        """For each of these vectors [n, dimension] the number [n] of its list."""
        width = min(WIDTH, len(self.heads))
        heads = np.argpartition(vectors @ self.heads.T, -width, axis=1)[:, -width:]
        best = np.full(len(vectors), -np.inf, np.float32)
        lists = np.zeros(len(vectors), np.int64)
        for head, (start, end) in enumerate(zip(self.starts, self.starts[1:], strict=False)):
            rows = np.flatnonzero((heads == head).any(axis=1))
            if not len(rows) or start == end:
                continue
            cosines = vectors[rows] @ self.middles[start:end].T
            near = cosines.argmax(axis=1)
            cosines = cosines[np.arange(len(rows)), near]
            better = cosines > best[rows]
            best[rows[better]] = cosines[better]
            lists[rows[better]] = start + near[better]
        return lists


def count_for(count: int) -> int:
    """Into how many lists so many vectors are sorted."""
    return max(1, int(LISTS * math.sqrt(count)))


def sample_size(count: int) -> int:
    """How many of so many vectors are looked at to sort them."""
    return min(count, SAMPLE * count_for(count))


def _middles(vectors: Vectors, count: int) -> Vectors:
    """So many unit vectors, one at least where there is a vector, in the middle of what lies around them."""
    if not len(vectors):
        return vectors
    count = min(max(1, count), len(vectors))
    kmeans = faiss.Kmeans(
        vectors.shape[1],
        count,
        niter=ROUNDS,
        spherical=True,
        min_points_per_centroid=1,
        max_points_per_centroid=SAMPLE * 2,
    )
    kmeans.train(vectors)
    found: Vectors = kmeans.centroids
    return found
