"""Search by vectors in Milvus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.store.contents import Contents
from rag.store.milvus.collection import Found
from rag.store.milvus.view import MOST, View

LOOKED_AT = (
    200  # candidates that a walk of the graph keeps, at least; see BENCHMARKS.md for the recall
)


@dataclass(frozen=True, slots=True)
class MilvusDense:
    """See :class:`rag.store.searched.Dense`."""

    view: View

    @property
    def kind(self) -> str:
        """For people: how it is searched."""
        return "HNSW (Milvus)"

    def within(self, contents: Contents) -> MilvusDense:
        """What is of these contents, a part of those here."""
        return MilvusDense(self.view.within(contents))

    def search(
        self, queries: NDArray[np.float32], k: int, documents: Sequence[int] | None = None
    ) -> Iterator[Found]:
        """For each query the ids and cosines of its ``k`` nearest chunks, best first; of these documents only.

        Raises:
            IndexDamaged, StorageError: see :meth:`rag.store.milvus.view.View.search`.
        """
        looked_at = min(MOST, max(LOOKED_AT, 2 * k))
        yield from self.view.search("dense", list(queries), k, documents, ef=looked_at)
