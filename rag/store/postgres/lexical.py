"""Search by words: BM25 as an inner product of sparse vectors (:mod:`rag.store.bm25`).

The chunks that have rare words of a question are looked up by an inverted index (GIN) over their dimensions, and scored. Those
that have its common words alone would be most chunks of the index, and score less: they are looked up only where there are
too few of the others, or the best of these score less than such a chunk would (after MaxScore, Turtle and Flood 1995).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rag.store.bm25 import DIMENSIONS, Sparse, dimension, question_vector, term_vector, whole
from rag.store.contents import Ids
from rag.store.postgres.catalog import Asking
from rag.store.postgres.dense import among
from rag.store.postgres.session import Part
from rag.store.postgres.values import arrays, as_sparse
from rag.store.terms import terms_of

ENOUGH = 5  # times as many chunks as are wanted are scored before common words are left out
SURE = 10  # of the best: they score more than a chunk of average length with each of the other words once
MOST = 10_000  # chunks that are scored for a question, unless its rarest word alone has more
KEPT = 20_000  # terms whose frequencies are kept
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Renamed:
    """Chunks of documents that have fewer names in a part than in the whole: what they are searched by instead."""

    vectors: Mapping[int, Sparse] = field(default_factory=dict)
    documents: Mapping[int, int] = field(default_factory=dict)

    def having(self, dim: int, beside: Sequence[int] = ()) -> int:
        """How many have this dimension, and one at least of those ``beside`` it, if there are any."""
        return sum(
            dim in vector and (not beside or any(other in vector for other in beside))
            for vector in self.vectors.values()
        )

    def scored(self, asked: Sparse, documents: Sequence[int] | None) -> list[tuple[int, float]]:
        """Ids and scores of those that have something of what is asked."""
        only = None if documents is None else set(documents)
        found = [
            (identity, sum(asked[dim] * vector[dim] for dim in asked.keys() & vector.keys()))
            for identity, vector in self.vectors.items()
            if only is None or self.documents[identity] in only
        ]
        return [(identity, score) for identity, score in found if score > 0]


class PostgresLexical:
    """The full text of one generation, or of a part of it."""

    def __init__(
        self, session: Asking, count: int, part: Part | None = None, renamed: Renamed | None = None
    ) -> None:
        """``count``: how many chunks there are, ``renamed`` among them."""
        self._session = session
        self.count = count
        self._part = part
        self.renamed = renamed or Renamed()
        self._frequencies: dict[int, int] = {}

    def like(self, other: PostgresLexical) -> PostgresLexical:
        """This one, of the same generation as ``other``, whose frequencies are known."""
        self._frequencies = other._frequencies
        return self

    def search(
        self,
        question: str,
        k: int,
        documents: Sequence[int] | None = None,
        *,
        also: Sequence[str] = (),
    ) -> tuple[Ids, Scores]:
        """Ids and BM25 scores of the ``k`` best chunks, best first; of these documents only.

        ``also`` are other names for what the question speaks of: the words of each together count as one more.
        """
        return self._found(question_vector(question, self.having, self.count, also), k, documents)

    def whole(self, question: str) -> float:
        """About what a chunk of average length would score that has each word of ``question`` once."""
        return whole(question, self.having, self.count)

    def terms(self, text: str) -> list[str]:
        """What the words of ``text`` are searched by."""
        return terms_of(text)

    def frequency(self, term: str, beside: Sequence[str] = ()) -> int:
        """How many chunks have this term in their text; of these terms ``beside`` it, one at least."""
        dim = dimension("text", term)
        if not beside:
            return self.having([dim]).get(dim, 0)
        others = [dimension("text", other) for other in beside]
        if self._part:
            asked = "SELECT count_of(%s::integer, %s::integer[])"
        else:
            asked = "SELECT count(*) FROM words WHERE dims @> ARRAY[%s::integer] AND dims && %s::integer[]"
        ((count,),) = self._session.rows(asked, (dim, others), self._part)
        return int(count) + self.renamed.having(dim, others)

    def holding(self, term: str, most: int) -> Ids:
        """Ids of the chunks that have this term in their text, at most ``most``, those that have it most densely
        first."""
        return self._found(term_vector(term, self.having, self.count), most)[0]

    def having(self, dims: Sequence[int]) -> dict[int, int]:
        """How many chunks have each of these dimensions; those that none has are left out."""
        known = {dim: n for dim in dims if (n := self._frequencies.get(dim)) is not None}
        unknown = sorted(set(dims) - known.keys())
        if unknown:
            if self._part:
                asked = "SELECT d, count_of(d, NULL) FROM unnest(%s::integer[]) d"
            else:
                asked = "SELECT dim, chunks FROM terms WHERE dim = ANY(%s::integer[])"
            found = dict(self._session.rows(asked, (unknown,), self._part))
            if len(self._frequencies) > KEPT:
                self._frequencies.clear()
            known |= {d: found.get(d, 0) + self.renamed.having(d) for d in unknown}
            self._frequencies |= known
        return {dim: count for dim, count in known.items() if count}

    def _found(
        self, asked: Sparse, k: int, documents: Sequence[int] | None = None
    ) -> tuple[Ids, Scores]:
        """The chunks whose inner products with what is asked are largest."""
        if not asked or k <= 0:
            return arrays([])
        dims = sorted(asked, key=lambda dim: -asked[dim])
        few = len(dims)
        if documents is None:
            having = self.having(dims)
            counts = np.cumsum([having.get(dim, 0) for dim in dims])
            dims = dims[: max(1, int(np.searchsorted(counts, MOST, side="right")))]
            few = int(np.searchsorted(counts, ENOUGH * k)) + 1
        found = self._scored(asked, dims[:few], k, documents)
        if few < len(dims):
            others = sum(asked[dim] for dim in dims[few:])  # has a chunk that has each once
            least = min(SURE, k)
            if len(found) < least or found[least - 1][1] < others:
                found = self._scored(asked, dims, k, documents)
        if self.renamed.vectors:
            found += self.renamed.scored(asked, documents)
            found = sorted(found, key=lambda row: (-row[1], row[0]))[:k]
        return arrays(found)

    def _scored(
        self, asked: Sparse, dims: list[int], k: int, documents: Sequence[int] | None
    ) -> list[tuple[int, float]]:
        where, values = among(documents, self._part is not None and "searchable")
        have = (
            "id IN (SELECT chunks_with(%(dims)s::integer[]))"
            if self._part
            else "dims && %(dims)s::integer[]"
        )
        return self._session.rows(
            "WITH found AS MATERIALIZED (SELECT id, -(weights <#> %(asked)s::sparsevec) AS score FROM words "
            f"WHERE {have} AND {where}) SELECT id, score FROM found ORDER BY score DESC, id LIMIT %(k)s",
            {**values, "asked": as_sparse(asked, DIMENSIONS), "dims": dims, "k": k},
            self._part,
        )
