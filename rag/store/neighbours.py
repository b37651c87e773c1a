"""The vectors that chunks are searched by: each with a share of those of the chunks beside it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rag.store.catalog import Catalog
from rag.store.contents import Ids

Vectors = NDArray[np.float32]


def with_neighbours(
    vectors: Vectors, documents: Ids, share: float, *, ids: Ids | None = None
) -> Vectors:
    """Unit vectors [n, d]: of each chunk with ``share`` of those of the chunks before and after it
    in its document. ``documents`` [n] are theirs, in order; where some chunks are left out, ``ids``
    [n] tell which stand next to each other. A chunk is found by what it stands among, too."""
    next_to = np.diff(documents) == 0
    if ids is not None:
        next_to &= np.diff(ids) == 1
    shares = (share * next_to).astype(np.float32)[:, None]
    blended = vectors.copy()
    blended[1:] += shares * vectors[:-1]
    blended[:-1] += shares * vectors[1:]
    blended /= np.sqrt(np.einsum("ij,ij->i", blended, blended))[:, None]
    return blended


def searched(catalog: Catalog, chunk_ids: Ids, batch: int = 8192) -> Iterator[tuple[Ids, Vectors]]:
    """(ids, vectors [n, dimension]) that these chunks are searched by, ``batch`` at a time, ids
    sorted: their stored vectors, with the index's share of their neighbours'.

    Raises:
        IndexDamaged: a chunk or vector is missing, or not what was written.
    """
    share = catalog.recipe().neighbour_share
    if not share:
        yield from catalog.vectors(chunk_ids, batch)
        return
    ids = np.sort(chunk_ids)
    for i in range(0, len(ids), batch):
        part = ids[i : i + batch]
        around = np.unique(np.concatenate((part - 1, part, part + 1)))
        # A document is stored in one transaction: the ids of its chunks run in their order.
        documents = catalog.contents.owners(around)
        known, documents = around[documents >= 0], documents[documents >= 0]
        own = np.concatenate([vectors for _, vectors in catalog.vectors(known, batch)])
        blended = with_neighbours(own, documents, share, ids=known)
        yield part, blended[np.searchsorted(known, part)]
