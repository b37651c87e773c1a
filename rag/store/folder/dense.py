"""The vector index: FAISS, derived from the catalog and never trusted more than it.

It is some segments (:mod:`rag.store.folder.segments`), files that are never changed. A publication writes one of the new
chunks, into which it takes those that are not much larger, so that there are few of them and each vector is written a few
times at most. What is gone stays in its segment, unseen, until that is written anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from functools import cached_property
from typing import Any

import faiss as _faiss
import numpy as np

from rag.store.catalog import Catalog
from rag.store.contents import Contents
from rag.store.folder.lists import Ids, Vectors, sample_size
from rag.store.folder.recent import Recent
from rag.store.folder.segments import Batches, Segment, bitmap, is_small
from rag.store.neighbours import searched

EXACT = 16  # of what a large index finds: those whose vectors are looked at
FEW = 2000  # chunks that FAISS is told one by one

faiss: Any = _faiss  # its type stubs lag behind its bindings


class DenseIndex:
    """Inner-product search over unit vectors, by chunk id. Safe to use from many threads."""

    def __init__(self, segments: Sequence[Segment], among: Ids | None = None) -> None:
        """``among``: the chunks that there are, sorted; None: all of the segments."""
        self._segments = segments
        self._among = among
        self._told = Recent[list[tuple[Segment, Any]]]()
        self._later: Future[DenseIndex] | None = None

    @classmethod
    def later(cls, future: Future[DenseIndex]) -> DenseIndex:
        """One that is not known to be sound yet: who looks for something in it waits."""
        made = cls(())
        made._later = future
        return made

    @cached_property
    def _known(self) -> DenseIndex:
        return self if self._later is None else self._later.result()

    def within(self, chunks: Ids) -> DenseIndex:
        """What is of these chunks alone, of those that are here."""
        known = self._known
        kept = chunks if known._among is None else np.intersect1d(chunks, known._among)
        return DenseIndex(known._segments, np.sort(kept))

    @classmethod
    def build(cls, batches: Batches, count: int, dimension: int) -> DenseIndex:
        """From (ids, vectors) batches, ``count`` vectors in all; kept nowhere."""
        if is_small(count):
            return cls([Segment.flat(batches, dimension)])
        held = list(batches)
        every = np.concatenate([vectors for _, vectors in held])
        rows = np.random.default_rng(0).choice(len(every), sample_size(count), False)
        return cls([Segment.coded(held, every[np.sort(rows)], count)])

    def ids(self) -> Ids:
        """All chunk ids in the index, sorted."""
        known = self._known
        if known._among is not None:
            return known._among
        return np.sort(np.concatenate([np.empty(0, np.int64), *(s.ids() for s in known._segments)]))

    def search(
        self, queries: Vectors, k: int, only: Ids | None = None
    ) -> Iterator[tuple[Ids, Vectors]]:
        """For each query the ids and cosines of its ``k`` nearest, best first; ``only`` among
        these chunks, if given, an array that is not changed afterwards."""
        known = self._known
        parts = known._told.of(only, lambda: known._parts(only)) if k else []
        if not parts:
            for _ in queries:
                yield np.empty(0, np.int64), np.empty(0, np.float32)
            return
        found = [segment.search(queries, k, parameters) for segment, parameters in parts]
        scores = np.concatenate([some for some, _ in found], axis=1)
        ids = np.concatenate([some for _, some in found], axis=1)
        scores[ids < 0] = -np.inf
        order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        for row_ids, row_scores, best in zip(ids, scores, order, strict=True):
            real = best[row_ids[best] >= 0]
            yield row_ids[real], row_scores[real]

    def _parts(self, only: Ids | None) -> list[tuple[Segment, Any]]:
        """The segments that are looked at for these chunks, each with what it is told."""
        segments = [one for one in self._segments if one.count]
        if only is None:
            only = self._among
        elif self._among is not None:
            only = np.intersect1d(only, self._among)
        if only is None:
            return [(one, None) for one in segments]
        if not len(only):
            return []
        selector = faiss.IDSelectorBatch(only) if len(only) <= FEW else bitmap(only)
        told = [(one, one.only(only, selector)) for one in segments]
        return [(one, parameters) for one, parameters in told if parameters is not None]

    @property
    def exact(self) -> bool:
        """Whether all vectors are looked at, as they are."""
        return not any(one.lists for one in self._known._segments)

    @property
    def kind(self) -> str:
        """For people: how it is searched."""
        known = self._known
        largest = max(known._segments, key=lambda one: one.count, default=None)
        if largest is None or not largest.lists:
            return "flat fp16 (exact)"
        # The number of lists says how many chunks there are in all.
        return f"IVF{largest.lists if known._among is None else ''} 8 bit"


class DenseSearch:
    """The dense search of one generation, or of a part of it: the index, which chunks are whose, and their vectors."""

    def __init__(
        self, index: DenseIndex, catalog: Catalog, contents: Callable[[], Contents]
    ) -> None:
        """``contents``: what there is of the catalog's."""
        self.index = index
        self._catalog = catalog
        self._contents = contents
        self._chunks = Recent[Ids]()

    @property
    def kind(self) -> str:
        """For people: how it is searched."""
        return self.index.kind

    def within(self, contents: Contents) -> DenseSearch:
        """What is of these contents, a part of those here."""
        return DenseSearch(self.index.within(contents.chunks()), self._catalog, lambda: contents)

    def on(self, catalog: Catalog) -> DenseSearch:
        """The same, with another connection to the same generation."""
        return DenseSearch(self.index, catalog, lambda: catalog.contents)

    def search(
        self, queries: Vectors, k: int, documents: Sequence[int] | None = None
    ) -> Iterator[tuple[Ids, Vectors]]:
        """For each query the ids and cosines of its ``k`` nearest chunks, best first; of these documents only. Of a large
        index the cosines of the first ``EXACT`` are exact, and those behind right to a thousandth or two."""
        only = None if documents is None else self._of(documents)
        if self.index.exact:
            yield from self.index.search(queries, k, only)
            return
        for query, (ids, scores) in zip(
            queries, self.index.search(queries, max(k, EXACT), only), strict=True
        ):
            scores[:EXACT] = self._cosines(query, ids[:EXACT])
            best = np.argsort(-scores, kind="stable")[:k]
            yield ids[best], scores[best]

    def _cosines(self, query: Vectors, ids: Ids) -> Vectors:
        """By the catalog's vectors."""
        order = np.argsort(ids)
        exact = np.empty(len(ids), np.float32)
        parts = [vectors for _, vectors in searched(self._catalog, ids)]
        exact[order] = np.concatenate(parts) @ query if parts else ()
        return exact

    def _of(self, documents: Sequence[int]) -> Ids:
        """Their chunks; those of the last few sets of documents are kept."""
        if len(documents) <= FEW:
            return self._contents().chunks(documents)
        return self._chunks.of(documents, lambda: self._contents().chunks(documents))
