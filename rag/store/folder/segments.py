"""One file of vectors: made once, never changed, and shared by all generations that hold what is in it.

A small one keeps its vectors as fp16 and is searched exactly. A large one is an inverted file (IVF), of which only the
lists nearest to the question are looked at; it keeps a byte for each number, of what a vector differs by from its list's middle.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import faiss as _faiss
import numpy as np
from numpy.typing import NDArray

from rag.store.folder.lists import Ids, Lists, Vectors

FLAT_LIMIT = 50_000  # vectors of a segment that are kept as they are
PROBES = 144  # lists that a search visits; see BENCHMARKS.md for the recall
WIDER = 0.75  # the more of them as a filter lets fewer through: the power of its share
RANGES = 20_000  # vectors by which a large one learns what its bytes stand for

faiss: Any = _faiss  # its type stubs lag behind its bindings

Batches = Iterable[tuple[Ids, Vectors]]


class Segment:
    """Vectors by chunk id, in one FAISS index."""

    def __init__(self, index: Any) -> None:
        """Not for direct use: see :meth:`flat`, :meth:`coded` and :meth:`load`."""
        self._index = index
        self._ivf = faiss.try_extract_index_ivf(index)
        self.count = int(index.ntotal)

    @classmethod
    def flat(cls, batches: Batches, dimension: int) -> Segment:
        """Of (ids, vectors), kept as fp16."""
        index = faiss.IndexIDMap(
            faiss.IndexScalarQuantizer(
                dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
            )
        )
        for ids, vectors in batches:
            index.add_with_ids(np.ascontiguousarray(vectors), ids)
        return cls(index)

    @classmethod
    def coded(cls, batches: Batches, sample: Vectors, count: int) -> Segment:
        """Of ``count`` (ids, vectors), of which no more than a batch is held at a time. What they are sorted by is found
        in a ``sample`` of them; see :func:`rag.store.folder.lists.sample_size`."""
        lists = Lists.found(sample, count)
        number, dimension = lists.middles.shape
        quantizer = faiss.IndexFlatIP(dimension)
        quantizer.add(lists.middles)
        index = faiss.IndexIVFScalarQuantizer(
            quantizer, dimension, number, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        )
        index.own_fields = True
        quantizer.this.disown()
        index.train(sample[:: math.ceil(len(sample) / RANGES)])
        pointer = faiss.swig_ptr
        for ids, vectors in batches:
            rows, found = np.ascontiguousarray(vectors), lists.nearest(vectors)
            index.add_core(len(ids), pointer(rows), pointer(ids), pointer(found), None)
        index.nprobe = min(number, PROBES)
        return cls(index)

    @classmethod
    def load(cls, file: Path, dimension: int) -> Segment | None:
        """From a file, whose pages all processes share; None if it is none of this dimension."""
        try:
            index = faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC)
        except (RuntimeError, MemoryError):  # a damaged one may say that it is endless
            return None
        return cls(index) if index.d == dimension else None

    def save(self, file: Path) -> None:
        """Write the file whole or not at all."""
        scratch = file.with_name("vectors.tmp")
        faiss.write_index(self._index, str(scratch))
        with scratch.open("r+b") as written:
            os.fsync(written.fileno())
        scratch.replace(file)

    @property
    def lists(self) -> int:
        """How many lists it has; 0 where it is searched whole."""
        return 0 if self._ivf is None else int(self._ivf.nlist)

    def ids(self) -> Ids:
        """All chunk ids in it, in its order."""
        if self._ivf is None:
            found: Ids = faiss.vector_to_array(self._index.id_map).astype(np.int64)
            return found
        lists = self._ivf.invlists
        parts = [
            faiss.rev_swig_ptr(lists.get_ids(i), lists.list_size(i)).copy()
            for i in range(self.lists)
        ]
        return np.concatenate(parts).astype(np.int64)

    def vectors(self) -> Vectors:
        """All vectors of one that is searched whole, in its order; float32 [count, dimension]."""
        found: Vectors = self._index.index.reconstruct_n(0, self.count)
        return found

    @cached_property
    def _list_of(self) -> NDArray[np.int32]:
        """Of each chunk, by its id, the list that it is in; -1: none."""
        ids, lists = self.ids(), self._ivf.invlists
        found = np.full(int(ids.max(initial=-1)) + 1, -1, np.int32)
        sizes = [lists.list_size(i) for i in range(self.lists)]
        found[ids] = np.repeat(np.arange(self.lists, dtype=np.int32), sizes)
        return found

    def only(self, ids: Ids, selector: Any) -> Any:
        """What :meth:`search` is told to look among these chunks alone, which ``selector`` lets through; None where none
        of them is here. Of a large one the lists that hold some are looked at, the more as there are fewer such chunks."""
        if self._ivf is None:
            return faiss.SearchParameters(sel=selector)
        lists = self._list_of[ids[ids < len(self._list_of)]]
        held = np.bincount(lists[lists >= 0], minlength=self.lists)
        there = int(np.count_nonzero(held))
        if not there:
            return None
        # Fewer lists than in proportion: what is near lies in the near ones, unless a filter follows a topic that
        # is not the question's. The power is such that recall stays above 0.98 then, too; see BENCHMARKS.md.
        wider = (int(held.sum()) / self.count) ** -WIDER
        return faiss.IVFSearchParameters(
            sel=selector,
            nprobe=min(there, math.ceil(self._ivf.nprobe * wider * there / self.lists)),
            quantizer_params=faiss.SearchParameters(sel=bitmap(np.flatnonzero(held))),
        )

    def search(self, queries: Vectors, k: int, parameters: Any = None) -> tuple[Vectors, Ids]:
        """Cosines and ids [n, k] of the nearest of all, or as ``parameters`` of :meth:`only` say; best first, and then ids
        of -1."""
        scores, ids = self._index.search(queries, min(k, self.count), params=parameters)
        return scores, ids


def bitmap(numbers: Ids) -> Any:
    """What tells FAISS these numbers, sorted, by a bit each."""
    bits = np.zeros(int(numbers[-1]) + 1, bool)
    bits[numbers] = True
    return faiss.IDSelectorBitmap(np.packbits(bits, bitorder="little"))


def is_small(count: int) -> bool:
    """Whether so many vectors are kept as they are."""
    return count <= FLAT_LIMIT
