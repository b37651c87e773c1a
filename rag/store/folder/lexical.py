"""Full-text search: BM25 by tantivy, derived from the catalog.

Weighed against SQLite FTS5, which would have lived in the catalog itself: on 100,000 passages
tantivy answers in 0.1 ms and FTS5 in 56 (BENCHMARKS.md). tantivy adds and removes single
documents, commits atomically, and a reader keeps its snapshot while a writer goes on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from numpy.typing import NDArray

from rag.store.contents import Contents
from rag.store.folder import fulltext
from rag.store.folder.recent import Recent
from rag.store.rows import ChunkRow
from rag.store.terms import BOOSTS, asked_terms, idf, terms_of, weighed_terms

FEW = 200  # documents that tantivy looks for as terms
Ids = NDArray[np.int64]


@cache
def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", stored=False, indexed=True, fast=True)
    builder.add_integer_field("document", stored=False, indexed=True)
    # Positions are left out: BM25 needs frequencies alone.
    for field in BOOSTS:
        builder.add_text_field(field, stored=False, tokenizer_name="words", index_option="freq")
    return builder.build()


class LexicalIndex:
    """A snapshot of the full-text index, safe to search from many threads."""

    def __init__(
        self, *parts: fulltext.Part, contents: Callable[[], Contents] | None = None
    ) -> None:
        """Of parts with one schema, each document in one of them. ``contents``: what there is, if that is known."""
        self._own = parts
        self._contents = contents
        self._later: Future[LexicalIndex] | None = None
        self._wanted = Recent[NDArray[np.bool_]]()

    @classmethod
    def later(cls, future: Future[LexicalIndex], contents: Callable[[], Contents]) -> LexicalIndex:
        """One that is not known to be sound yet: who looks for something in it waits."""
        made = cls(contents=contents)
        made._later = future
        return made

    @cached_property
    def _parts(self) -> tuple[fulltext.Part, ...]:
        return self._own if self._later is None else self._later.result()._own

    def of_files(self, kept: Contents, renamed: Iterable[tuple[ChunkRow, str]]) -> LexicalIndex:
        """The full text of the documents that are ``kept``; ``renamed`` are the chunks of those of them that have
        fewer names than in here, with these."""
        rows = list(renamed)
        as_here = kept.names.keys() - {row.document for row, _ in rows}
        parts = [part.within(as_here) for part in self._parts]
        made = LexicalIndex.in_memory(rows)._parts if rows else ()
        return LexicalIndex(*parts, *made, contents=lambda: kept)

    @classmethod
    def load(cls, path: Path) -> LexicalIndex | None:
        """From a folder whose files are what was written; None if it is missing."""
        index = fulltext.opened(path, _schema())
        return None if index is None else cls(fulltext.Part(index))

    @classmethod
    def in_memory(cls, rows: Iterable[tuple[ChunkRow, str]]) -> LexicalIndex:
        """Built anew, for a reader that finds none on disk of its generation."""
        index = fulltext.in_memory(_schema(), (_document(*row) for row in rows))
        return cls(fulltext.Part(index))

    @classmethod
    @contextmanager
    def writing(
        cls, path: Path, *, base: Path | None, gone: Iterable[int]
    ) -> Iterator[Callable[[ChunkRow, str], object]]:
        """Write a new index at ``path``: the one at ``base`` less the documents ``gone``, plus the rows that the block
        adds, by what is yielded; from nothing when ``base`` is None.

        Raises:
            OSError, ValueError: it cannot be written.
        """
        with fulltext.writing(path, _schema(), base=base, gone=gone) as add:
            yield lambda row, source: add(_document(row, source))

    def search(
        self,
        question: str,
        k: int,
        documents: Sequence[int] | None = None,
        *,
        also: Sequence[str] = (),
    ) -> tuple[Ids, NDArray[np.float32]]:
        """Ids and BM25 scores of the ``k`` best chunks, best first; of these documents only.

        ``also`` are other names for what the question speaks of: the words of each together count as one more.

        Raises:
            IndexDamaged: its files were changed while it is open.
        """
        weighed = weighed_terms(question, also)
        if not weighed or not k:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        return self._found(weighed, BOOSTS, k, documents)

    def whole(self, question: str) -> float:
        """About what a chunk of average length would score that has each word of ``question`` once: the sum
        of their inverse document frequencies (Robertson and Zaragoza 2009)."""
        count = self._count
        having = [self.frequency(term) for term in asked_terms(question)]
        return math.fsum(idf(n, count) for n in having)

    def _found(
        self,
        weighed: Sequence[tuple[str, float]],
        boosts: Mapping[str, float],
        k: int,
        documents: Sequence[int] | None = None,
    ) -> tuple[Ids, NDArray[np.float32]]:
        """The chunks that have these terms in these fields, with the sum of their BM25 scores."""
        found: list[tuple[list[int], list[float]]] = []
        for part in self._parts:
            # Built term by term: the query parser would make a phrase of a word that the analyzer
            # splits, and read syntax into what people type.
            terms = [
                tantivy.Query.boost_query(
                    _term(field, term), boost * weight * self._share(part, field, term)
                )
                for term, weight in weighed
                for field, boost in boosts.items()
            ]
            query = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
            found.append(self._within(part, query, k, documents))
        ids = np.array([i for ids, _ in found for i in ids], np.int64)
        scores = np.array([score for _, scores in found for score in scores], np.float32)
        if len(found) == 1:
            return ids, scores
        best = np.argsort(-scores, kind="stable")[:k]
        return ids[best], scores[best]

    def _within(
        self, part: fulltext.Part, query: Any, k: int, documents: Sequence[int] | None
    ) -> tuple[list[int], list[float]]:
        """The best ``k`` of these documents. For tantivy each of them is one more term: where they are many, more chunks
        are fetched than asked for, and those of others are left out."""
        if documents is None or len(documents) <= FEW or self._contents is None:
            return part.find(query, k, "id", documents)
        contents, wanted = self._contents(), self._wanted.of(documents, lambda: _flags(documents))
        fetched = int(2 * k * max(1.0, len(contents.held) / len(documents)))
        while True:
            ids, scores = part.find(query, min(fetched, part.count), "id")
            owners = contents.owners(np.array(ids, np.int64))
            real = wanted[np.minimum(owners, len(wanted) - 1)]
            if real.sum() >= k or len(ids) < fetched:
                at = np.flatnonzero(real)[:k].tolist()
                return [ids[i] for i in at], [scores[i] for i in at]
            fetched *= 4

    def _share(self, part: fulltext.Part, field: str, term: str) -> float:
        """What a part's scores for a term have to be multiplied by. tantivy weighs it by how rare it is among all
        chunks of the part, those of documents that are not here too: it is to be weighed by those that are."""
        if part.among is None and len(self._parts) == 1:
            return 1.0
        having = sum(one.frequency(field, term) for one in self._parts)
        return idf(having, self._count) / idf(*part.raw(field, term))

    @cached_property
    def _count(self) -> int:
        return sum(part.count for part in self._parts)

    def terms(self, text: str) -> list[str]:
        """What the words of ``text`` are searched by."""
        return terms_of(text)

    def frequency(self, term: str, beside: Sequence[str] = ()) -> int:
        """How many chunks have this term in their text; of these terms ``beside`` it, one at least."""
        if not beside:
            return sum(part.frequency("text", term) for part in self._parts)
        others = tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, _term("text", other)) for other in beside]
        )
        both = [(tantivy.Occur.Must, _term("text", term)), (tantivy.Occur.Must, others)]
        return sum(part.matching(tantivy.Query.boolean_query(both)) for part in self._parts)

    def holding(self, term: str, most: int) -> Ids:
        """Ids of the chunks that have this term in their text, at most ``most``, those that have it most
        densely first.

        Raises:
            IndexDamaged: its files were changed while it is open.
        """
        return self._found([(term, 1.0)], {"text": 1.0}, most)[0]

    def ids(self) -> Ids:
        """All chunk ids in the index, sorted."""
        found = [value for part in self._parts for value in part.everything() if value is not None]
        return np.sort(np.array(found, np.int64))


def _flags(numbers: Sequence[int]) -> NDArray[np.bool_]:
    """For each number from nought on whether it is one of these, and behind them a False."""
    flags = np.zeros(max(numbers, default=-1) + 2, np.bool_)
    flags[np.array(numbers, np.int64)] = True
    return flags


def _term(field: str, term: str) -> Any:
    return tantivy.Query.term_query(_schema(), field, term, index_option="freq")


def _document(row: ChunkRow, source: str) -> Any:
    return tantivy.Document(
        id=row.id, document=row.document, text=row.text, context=row.context, source=source
    )
