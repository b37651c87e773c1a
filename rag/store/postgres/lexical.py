"""Search by words: BM25 as an inner product of sparse vectors (:mod:`rag.store.bm25`), by postings.

The server gives the blocks of a question's terms (:mod:`rag.store.postgres.postings`), and their weights are added up here: some
nanoseconds each, where a row that the server scores costs it microseconds. Those of the last terms are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rag.store.bm25 import Sparse, dimension, question_vector, term_vector, whole
from rag.store.contents import Contents, Ids
from rag.store.postgres.catalog import Asking
from rag.store.postgres.postings import Postings
from rag.store.postgres.session import Part
from rag.store.terms import BOOSTS, asked_terms, terms_of

KEPT = 4_000_000  # postings: of 12 bytes each
Scores = NDArray[np.float32]
Having = tuple[Ids, Scores]
"""Where chunks that have a dimension stand among all that there are, sorted, and its weight in each."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """Chunks of documents that have fewer names in a part than in the whole: what they are searched by instead."""

    vectors: Mapping[int, Sparse] = field(default_factory=dict)
    documents: Mapping[int, int] = field(default_factory=dict)

    def postings(self, dims: Sequence[int]) -> Postings:
        """Theirs, of some dimensions."""
        found = [
            (dim, chunk, vector[dim])
            for chunk, vector in self.vectors.items()
            for dim in dims
            if dim in vector
        ]
        columns = zip(*found, strict=True) if found else ((), (), ())
        types = (np.int32, np.int64, np.float32)
        return Postings(*(np.array(c, t) for c, t in zip(columns, types, strict=True)))

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
        self,
        session: Asking,
        contents: Contents,
        part: Part | None = None,
        renamed: Renamed | None = None,
    ) -> None:
        """``contents``: what there is, ``renamed`` being some of it."""
        self._session = session
        self._contents = contents
        self._chunks = contents.chunks()
        self._part = part
        self.renamed = renamed or Renamed()
        self._known = _Known()

    @property
    def count(self) -> int:
        """How many chunks there are."""
        return len(self._chunks)

    def like(self, other: PostgresLexical) -> PostgresLexical:
        """This one, of the same generation as ``other``, of which more is known."""
        self._known = other._known
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
        return self._best(question_vector(question, self.having, self.count, also), k, documents)

    def whole(self, question: str) -> float:
        """About what a chunk of average length would score that has each word of ``question`` once."""
        terms = asked_terms(question)
        self._having([dimension(name, term) for term in terms for name in BOOSTS])  # all at once
        return whole(question, self.having, self.count)

    def terms(self, text: str) -> list[str]:
        """What the words of ``text`` are searched by."""
        return terms_of(text)

    def frequency(self, term: str, beside: Sequence[str] = ()) -> int:
        """How many chunks have this term in their text; of these terms ``beside`` it, one at least."""
        (at, _), *others = self._having([dimension("text", one) for one in (term, *beside)])
        if not beside:
            return len(at)
        return int(np.isin(at, np.concatenate([other for other, _ in others])).sum())

    def holding(self, term: str, most: int) -> Ids:
        """Ids of the chunks that have this term in their text, at most ``most``, those that have it most densely
        first."""
        return self._best(term_vector(term, self.having, self.count), most)[0]

    def having(self, dims: Sequence[int]) -> dict[int, int]:
        """How many chunks have each of these dimensions; those that none has are left out."""
        found = zip(dims, self._having(dims), strict=True)
        return {dim: len(at) for dim, (at, _) in found if len(at)}

    def _best(
        self, asked: Sparse, k: int, documents: Sequence[int] | None = None
    ) -> tuple[Ids, Scores]:
        """The chunks whose inner products with what is asked are largest; of equal ones, the oldest."""
        scores = np.zeros(self.count, np.float32)
        for weight, (at, weights) in zip(asked.values(), self._having([*asked]), strict=True):
            scores[at] += np.float32(weight) * weights
        if documents is None:
            found = np.flatnonzero(scores)
        else:
            among = self._contents.places(self._contents.chunks(documents))
            found = among[scores[among] > 0]
        if len(found) > k > 0:
            least = np.partition(scores[found], -k)[-k]
            found = found[scores[found] >= least]
        found = found[np.argsort(-scores[found], kind="stable")][: max(0, k)]
        return self._chunks[found], scores[found]

    def _having(self, dims: Sequence[int]) -> list[Having]:
        """The chunks that have each of these dimensions; what is not known of them is read, all at once."""
        known = self._known.found
        found = {dim: known[dim] for dim in dims if dim in known}
        unknown = sorted({*dims} - found.keys())
        if unknown:
            read, at = self._read(unknown)
            cuts = np.searchsorted(read.dims, [*unknown, unknown[-1] + 1]).tolist()
            for dim, first, last in zip(unknown, cuts, cuts[1:], strict=False):
                found[dim] = at[first:last], read.weights[first:last]
            self._known.keep({dim: found[dim] for dim in unknown}, len(at))
        return [found[dim] for dim in dims]

    def _read(self, dims: Sequence[int]) -> tuple[Postings, Ids]:
        """The postings of dimensions, of chunks that there are, and where these stand."""
        blocks = "postings_of(%s::integer[])" if self._part else "postings WHERE dim = ANY(%s)"
        asked = f"SELECT dim, first, packed FROM {blocks} ORDER BY dim, first"
        read = Postings.unpacked(self._session.rows(asked, (list(dims),), self._part))
        if self.renamed.vectors:
            read = Postings.joined((read, self.renamed.postings(dims)))
        at = self._contents.places(read.chunks)
        there = at >= 0
        return read.at(there), at[there]


class _Known:
    """The postings of the last dimensions that were asked for."""

    def __init__(self) -> None:
        self.found: dict[int, Having] = {}
        self._held = 0

    def keep(self, found: Mapping[int, Having], postings: int) -> None:
        """Keep these, and let go of the others if all were too many."""
        if self._held + postings > KEPT:
            self.found, self._held = {}, 0
        self.found.update(found)
        self._held += postings
