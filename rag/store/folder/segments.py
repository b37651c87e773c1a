"""One file of vectors: made once, never changed, and shared by all generations that hold what is in it.

A small one keeps its vectors as fp16 and is searched exactly. A large one is an inverted file (IVF), of which only the
lists nearest to the question are looked at; it keeps a byte for each number, of what a vector differs by from its list's middle.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import faiss as _faiss
import numpy as np
from numpy.typing import NDArray

FLAT_LIMIT = 50_000  # vectors of a segment that are kept as they are
LISTS = 1.0  # lists of a large one, times the root of its count
TRAIN_PER_LIST = 48  # FAISS asks for 39 training vectors a list at least
PROBES = 80  # lists that a search visits; see BENCHMARKS.md for the recall
WIDER = 0.75  # the more of them as a filter lets fewer through: the power of its share

faiss: Any = _faiss  # its type stubs lag behind its bindings

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]
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
        in a ``sample`` of them; see :func:`sample_size`."""
        lists, dimension = lists_for(count), sample.shape[1]
        quantizer = faiss.IndexFlatIP(dimension)
        index = faiss.IndexIVFScalarQuantizer(
            quantizer, dimension, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        )
        index.own_fields = True
        quantizer.this.disown()
        index.train(sample)
        for ids, vectors in batches:
            index.add_with_ids(np.ascontiguousarray(vectors), ids)
        index.nprobe = min(lists, PROBES)
        return cls(index)

    @classmethod
    def load(cls, file: Path, dimension: int) -> Segment | None:
        """From a file, whose pages all processes share; None if it is none of this dimension."""
        try:
            index = faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError:
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

    def search(self, queries: Vectors, k: int, selector: Any, share: float) -> tuple[Vectors, Ids]:
        """Cosines and ids [n, k] of the nearest that ``selector`` (None: all) lets through, best first, and then ids of
        -1; ``share`` is how many that are, of all: the fewer they are, the more lists it takes to find them."""
        parameters: Any = None
        if self._ivf is not None:
            # Fewer than in proportion: what is near lies in the near lists, unless a filter follows a topic that
            # is not the question's. The power is such that recall stays above 0.98 then, too; see BENCHMARKS.md.
            wanted = max(self._ivf.nprobe, PROBES) / max(share, 1e-6) ** WIDER
            probe = min(self.lists, int(wanted))
            parameters = faiss.IVFSearchParameters(sel=selector, nprobe=probe)
        elif selector is not None:
            parameters = faiss.SearchParameters(sel=selector)
        scores, ids = self._index.search(queries, min(k, self.count), params=parameters)
        return scores, ids


def is_small(count: int) -> bool:
    """Whether so many vectors are kept as they are."""
    return count <= FLAT_LIMIT


def lists_for(count: int) -> int:
    """Into how many lists so many vectors are sorted."""
    return max(1, int(LISTS * math.sqrt(count)))


def sample_size(count: int) -> int:
    """How many of so many vectors are looked at to sort them."""
    return min(count, TRAIN_PER_LIST * lists_for(count))
