"""The vector index: FAISS, derived from the catalog and never trusted more than it.

Up to ``FLAT_LIMIT`` vectors it is exact: a flat scan of fp16 vectors, which on an ordinary
CPU answers in a few milliseconds and needs no training. Beyond, it is an inverted file
(IVF) over the same fp16 vectors, which scans only the lists nearest to the question.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import faiss as _faiss
import numpy as np
from numpy.typing import NDArray

from rag.store.contents import Contents

FLAT_LIMIT = 400_000
TRAIN_PER_LIST = 48  # FAISS asks for 39 training vectors a list at least
PROBE_SHARE = 1 / 32  # of the lists that a search visits; see BENCHMARKS.md for the recall

faiss: Any = _faiss  # its type stubs lag behind its bindings

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]
Batches = Iterable[tuple[Ids, Vectors]]


class DenseIndex:
    """Inner-product search over unit vectors, by chunk id."""

    def __init__(self, index: Any, among: Ids | None = None) -> None:
        """``among``: the chunks that there are, sorted; None: all of ``index``."""
        self._index = index
        self._ivf = faiss.try_extract_index_ivf(index)
        self._among = among
        self._selector = None if among is None else _selector(among)

    def within(self, chunks: Ids) -> DenseIndex:
        """What is of these chunks alone, of those that are here."""
        kept = chunks if self._among is None else np.intersect1d(chunks, self._among)
        return DenseIndex(self._index, np.sort(kept))

    @classmethod
    def build(cls, batches: Batches, count: int, dimension: int) -> DenseIndex:
        """From (ids, vectors) batches, ``count`` vectors in all."""
        if count <= FLAT_LIMIT:
            index: Any = faiss.IndexIDMap2(_flat(dimension))
            self = cls(index)
            self.add(batches)
            return self
        lists = int(4 * math.sqrt(count))
        quantizer = faiss.IndexFlatIP(dimension)
        index = faiss.IndexIVFScalarQuantizer(
            quantizer,
            dimension,
            lists,
            faiss.ScalarQuantizer.QT_fp16,
            faiss.METRIC_INNER_PRODUCT,
            False,
        )
        index.own_fields = True
        quantizer.this.disown()
        held = list(batches)
        sample = np.concatenate([vectors for _, vectors in held])
        if len(sample) > TRAIN_PER_LIST * lists:
            rows = np.random.default_rng(0).choice(len(sample), TRAIN_PER_LIST * lists, False)
            sample = sample[np.sort(rows)]
        index.train(sample)
        del sample
        self = cls(index)
        self.add(held)
        index.nprobe = max(8, int(lists * PROBE_SHARE))
        return self

    @classmethod
    def load(
        cls, file: Path, ids: Ids, dimension: int, *, mapped: bool = False
    ) -> DenseIndex | None:
        """From a file that is what was written; None if it is missing or of other chunks. ``mapped``: to be
        searched alone; its memory is the file's, which all processes share."""
        try:
            index = faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC if mapped else 0)
        except RuntimeError:
            return None
        self = cls(index)
        if index.d != dimension or not np.array_equal(self.ids(), ids):
            return None
        return self

    def save(self, file: Path) -> None:
        """Write the file whole or not at all."""
        scratch = file.with_name("vectors.tmp")
        faiss.write_index(self._index, str(scratch))
        with scratch.open("r+b") as written:
            os.fsync(written.fileno())
        scratch.replace(file)

    def ids(self) -> Ids:
        """All chunk ids in the index, sorted."""
        if self._among is not None:
            return self._among
        if self._ivf is None:
            return np.sort(faiss.vector_to_array(self._index.id_map).astype(np.int64))
        lists = self._ivf.invlists
        parts = [
            faiss.rev_swig_ptr(lists.get_ids(i), lists.list_size(i)).copy()
            for i in range(self._ivf.nlist)
        ]
        return np.sort(np.concatenate(parts).astype(np.int64))

    def add(self, batches: Batches) -> None:
        """Take in vectors under new ids."""
        for ids, vectors in batches:
            self._index.add_with_ids(np.ascontiguousarray(vectors), ids)

    def remove(self, ids: Ids) -> None:
        """Take out the vectors of these ids."""
        if len(ids):
            self._index.remove_ids(faiss.IDSelectorBatch(ids))

    def search(
        self, queries: Vectors, k: int, only: Ids | None = None
    ) -> Iterator[tuple[Ids, Vectors]]:
        """For each query the ids and cosines of its ``k`` nearest, best first; ``only`` among
        these chunks, if given."""
        selector = self._selector
        if only is None:
            only = self._among
        else:
            only = only if self._among is None else np.intersect1d(only, self._among)
            selector = _selector(only)
        count = self._index.ntotal if only is None else len(only)
        if not count or not k:
            for _ in queries:
                yield np.empty(0, np.int64), np.empty(0, np.float32)
            return
        parameters: Any = None
        if only is not None:
            if self._ivf is None:
                parameters = faiss.SearchParameters(sel=selector)
            else:
                # The fewer chunks are left, the more lists it takes to find k of them.
                share = len(only) / self._index.ntotal
                probe = min(self._ivf.nlist, int(self._ivf.nprobe / max(share, 1e-6)))
                parameters = faiss.IVFSearchParameters(sel=selector, nprobe=probe)
        scores, found = self._index.search(queries, min(k, count), params=parameters)
        for row_ids, row_scores in zip(found, scores, strict=True):
            real = row_ids >= 0
            yield row_ids[real], row_scores[real]

    def fits(self, count: int) -> bool:
        """Whether this kind of index, and its number of lists, is still right for ``count``."""
        if self._ivf is None:
            return count <= FLAT_LIMIT
        return count > FLAT_LIMIT // 2 and count <= 4 * (self._ivf.nlist / 4) ** 2

    @property
    def kind(self) -> str:
        """For people: how it is searched."""
        if self._ivf is None:
            return "flat fp16 (exact)"
        # The number of lists says how many chunks there are in all.
        return f"IVF{self._ivf.nlist if self._among is None else ''} fp16"


class DenseSearch:
    """The dense search of one generation, or of a part of it: the index, and which chunks are whose."""

    def __init__(self, index: DenseIndex, contents: Contents) -> None:
        self.index = index
        self._contents = contents

    @property
    def kind(self) -> str:
        """For people: how it is searched."""
        return self.index.kind

    def within(self, contents: Contents) -> DenseSearch:
        """What is of these contents, a part of those here."""
        return DenseSearch(self.index.within(contents.chunks()), contents)

    def search(
        self, queries: Vectors, k: int, documents: Sequence[int] | None = None
    ) -> Iterator[tuple[Ids, Vectors]]:
        """For each query the ids and cosines of its ``k`` nearest chunks, best first; of these documents only."""
        only = None if documents is None else self._contents.chunks(documents)
        return self.index.search(queries, k, only)


def _selector(ids: Ids) -> Any:
    """What tells FAISS to look at these chunks alone: a bit each, as most may be among them."""
    bits = np.zeros(int(ids[-1]) + 1 if len(ids) else 1, bool)
    bits[ids] = True
    return faiss.IDSelectorBitmap(np.packbits(bits, bitorder="little"))


def _flat(dimension: int) -> Any:
    return faiss.IndexScalarQuantizer(
        dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )
