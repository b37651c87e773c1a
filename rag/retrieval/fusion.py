"""Dense and lexical results made one ranking."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DENSE_WEIGHT = 0.5


def fuse(
    dense: tuple[NDArray[np.int64], NDArray[np.float32]],
    lexical: tuple[NDArray[np.int64], NDArray[np.float32]],
    weight: float = DENSE_WEIGHT,
) -> list[tuple[int, float]]:
    """Convex combination of min-max normalised scores (Bruch, Gai and Ingber 2023): ids and fused
    scores in [0, 1], best first; ties go to the older chunk."""
    fused: dict[int, float] = {}
    for (ids, scores), share in ((dense, weight), (lexical, 1.0 - weight)):
        if not len(ids):
            continue
        low, high = float(scores.min()), float(scores.max())
        spread = high - low
        for identity, score in zip(ids.tolist(), scores.tolist(), strict=True):
            normal = (score - low) / spread if spread > 1e-9 else 1.0
            fused[identity] = fused.get(identity, 0.0) + share * normal
    return sorted(fused.items(), key=lambda pair: (-pair[1], pair[0]))
