"""What its author has hidden (a sheet, a slide) falls behind what is shown and matches about as well."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.retrieval.fusion import Ranked
from rag.store.catalog import Catalog

FALL = 0.3  # of a score: by how much what is hidden falls


def fallen(score: float) -> float:
    """What a score in a hidden part counts for; of any scale, cosines below 0 too.

    >>> fallen(1.0), fallen(-0.5)
    (0.7, -0.65)
    """
    return score - FALL * abs(score)


def hidden_behind(catalog: Catalog, ranked: Sequence[Ranked], k: int) -> list[Ranked]:
    """The first ``k`` of a ranking after what is hidden has fallen. Only as many are looked at as could be among them:
    no score rises."""
    seen: list[Ranked] = []
    while len(seen) < len(ranked):
        best = sorted(seen, key=_by_score)[:k]
        lacking = k - sum(chunk.score >= ranked[len(seen)].score for chunk in best)
        if lacking <= 0:
            return best
        seen += _looked_at(catalog, ranked[len(seen) : len(seen) + lacking])
    return sorted(seen, key=_by_score)[:k]


def _by_score(chunk: Ranked) -> float:
    return -chunk.score


def _looked_at(catalog: Catalog, ranked: Sequence[Ranked]) -> list[Ranked]:
    ids = [chunk.chunk_id for chunk in ranked]
    owners = catalog.contents.owners(np.array(ids, np.int64)).tolist()
    documents = catalog.documents(owners)
    some = [i for i, owner in zip(ids, owners, strict=True) if documents[owner].hidden]
    hidden = {
        i
        for i, row in (catalog.chunk_rows(some) if some else {}).items()
        if catalog.document(row.document).hides(row.start, row.stop)
    }
    return [
        chunk._replace(score=fallen(chunk.score)) if chunk.chunk_id in hidden else chunk
        for chunk in ranked
    ]
