"""BM25 as an inner product of sparse vectors, for stores whose engine has those and no full text as ours.

A chunk has a dimension for each term in each of its fields; its weight there is what BM25 makes of how often the term
stands in how long a field. A question has the same dimensions, weighed by how rare a term is. Their inner product is the sum
of the BM25 scores in the fields (Robertson and Zaragoza 2009), as tantivy computes them in a folder; lengths are
compared with the average at the time when a chunk is written.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rag.store.rows import ChunkRow
from rag.store.terms import BOOSTS, asked_terms, idf, terms_of, weighed_terms

K1, B = 1.2, 0.75
DIMENSIONS = 999_999_937  # a prime below the billion that pgvector takes
Sparse = dict[int, float]
"""Weights by dimension, from 0."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """How many terms some chunks have in all, by field, and how many chunks they are: what averages are made of."""

    chunks: int = 0
    terms: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Lengths) -> Lengths:
        fields = {*self.terms, *other.terms}
        return Lengths(
            self.chunks + other.chunks,
            {f: self.terms.get(f, 0) + other.terms.get(f, 0) for f in fields},
        )

    def __sub__(self, other: Lengths) -> Lengths:
        return self + Lengths(-other.chunks, {f: -n for f, n in other.terms.items()})

    def average(self, name: str) -> float:
        """Terms a chunk in this field; at least 1, where nothing is known."""
        return max(1.0, self.terms.get(name, 0) / self.chunks) if self.chunks > 0 else 1.0


@lru_cache(100_000)  # an index is made of few words, over and over
def dimension(name: str, term: str) -> int:
    """The dimension of a term in the field of that name. Two that share one by chance, once in millions, are taken for the same."""
    data = f"{name} {term}".encode()
    return (zlib.crc32(data) << 32 | zlib.crc32(data[::-1])) % DIMENSIONS


def terms_in(row: ChunkRow, names: str) -> dict[str, Sequence[str]]:
    """The terms of a chunk, by field; ``names`` are those of its files, with blanks between."""
    return {
        "text": terms_of(row.text),
        "context": _terms_around(row.context),
        "source": _terms_around(names),
    }


@lru_cache(16)  # chunks that follow each other share these
def _terms_around(text: str) -> tuple[str, ...]:
    return tuple(terms_of(text))


def lengths_of(chunks: Iterable[Mapping[str, Sequence[str]]]) -> Lengths:
    """The lengths of these chunks, each given by its terms."""
    total: Counter[str] = Counter()
    count = 0
    for fields in chunks:
        count += 1
        total.update({name: len(terms) for name, terms in fields.items()})
    return Lengths(count, dict(total))


def chunk_vector(fields: Mapping[str, Sequence[str]], lengths: Lengths) -> Sparse:
    """A chunk, given by its terms, among chunks of these lengths."""
    vector: Sparse = {}
    for name, terms in fields.items():
        norm = K1 * (1 - B + B * len(terms) / lengths.average(name))
        for term, often in Counter(terms).items():
            vector[dimension(name, term)] = often * (K1 + 1) / (often + norm)
    return vector


def question_vector(
    question: str,
    having: Callable[[Sequence[int]], Mapping[int, int]],
    count: int,
    also: Sequence[str] = (),
) -> Sparse:
    """A question, with other names for what it speaks of, among ``count`` chunks; ``having`` says how many of them have
    each of some dimensions. A dimension that none has is left out."""
    return _weighed(weighed_terms(question, also), having, count, BOOSTS)


def term_vector(
    term: str, having: Callable[[Sequence[int]], Mapping[int, int]], count: int
) -> Sparse:
    """A single term, looked for in the text of chunks."""
    return _weighed([(term, 1.0)], having, count, {"text": 1.0})


def whole(question: str, having: Callable[[Sequence[int]], Mapping[int, int]], count: int) -> float:
    """About what a chunk of average length would score that has each word of ``question`` once, in its text."""
    dimensions = [dimension("text", term) for term in asked_terms(question)]
    known = having(dimensions)
    return sum(idf(known.get(one, 0), count) for one in dimensions)


def _weighed(
    terms: Sequence[tuple[str, float]],
    having: Callable[[Sequence[int]], Mapping[int, int]],
    count: int,
    boosts: Mapping[str, float],
) -> Sparse:
    asked = [
        (dimension(name, term), boost * weight)
        for term, weight in terms
        for name, boost in boosts.items()
    ]
    known = having([one for one, _ in asked])
    vector: Sparse = {}
    for one, weight in asked:
        if had := known.get(one, 0):
            vector[one] = vector.get(one, 0.0) + weight * idf(had, count)
    return vector
