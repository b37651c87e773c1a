"""Full-text search: BM25 by tantivy, derived from the catalog.

Weighed against SQLite FTS5, which would have lived in the catalog itself: on 100,000 passages
tantivy answers in 0.1 ms and FTS5 in 56 (BENCHMARKS.md). tantivy adds and removes single
documents, commits atomically, and a reader keeps its snapshot while a writer goes on.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from numpy.typing import NDArray

from rag.store import fulltext
from rag.store.catalog import ChunkRow
from rag.words import STOP, WORD

BOOSTS = {"text": 1.0, "context": 0.5, "source": 0.3}
MAX_TERMS = 256  # of a question; what is longer is a text, and its first words say enough
Ids = NDArray[np.int64]


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

    def __init__(self, index: Any) -> None:
        self._index = index
        self._searcher = index.searcher()
        self._analyzer = fulltext.analyzer()

    @classmethod
    def load(cls, path: Path) -> LexicalIndex | None:
        """From a folder whose files are what was written; None if it is missing."""
        index = fulltext.opened(path, _schema())
        return None if index is None else cls(index)

    @classmethod
    def in_memory(cls, rows: Iterable[tuple[ChunkRow, str]]) -> LexicalIndex:
        """Built anew, for a reader that finds none on disk of its generation."""
        return cls(fulltext.in_memory(_schema(), (_document(*row) for row in rows)))

    @classmethod
    def update(
        cls,
        path: Path,
        *,
        base: Path | None,
        gone: Iterable[int],
        rows: Iterable[tuple[ChunkRow, str]],
    ) -> None:
        """Write a new index at ``path``: the one at ``base`` less the documents ``gone`` plus
        ``rows``; from nothing when ``base`` is None.

        Raises:
            OSError, ValueError: it cannot be written.
        """
        documents = (_document(*row) for row in rows)
        fulltext.write(path, _schema(), base=base, gone=gone, documents=documents)

    def search(
        self,
        question: str,
        k: int,
        documents: list[int] | None = None,
        *,
        also: Sequence[str] = (),
    ) -> tuple[Ids, NDArray[np.float32]]:
        """Ids and BM25 scores of the ``k`` best chunks, best first; of these documents only.

        ``also`` are other names for what the question speaks of: the words of each together count as one more.

        Raises:
            IndexDamaged: its files were changed while it is open.
        """
        terms = self.terms(" ".join(_words(question)))
        if not terms or not k:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        weighed = [(term, 1.0) for term in terms]
        for name in also:
            parts = self.terms(name)
            weighed += [(part, 1.0 / len(parts)) for part in parts if part not in terms]
        # Built term by term: the query parser would make a phrase of a word that the analyzer
        # splits, and read syntax into what people type.
        query = tantivy.Query.boolean_query(
            [
                (
                    tantivy.Occur.Should,
                    tantivy.Query.boost_query(self._term(field, term), boost * weight),
                )
                for term, weight in weighed
                for field, boost in BOOSTS.items()
            ]
        )
        if documents is not None:
            among = tantivy.Query.term_set_query(self._index.schema, "document", documents)
            query = tantivy.Query.boolean_query(
                [
                    (tantivy.Occur.Must, query),
                    (tantivy.Occur.Must, tantivy.Query.const_score_query(among, 0.0)),
                ]
            )
        return self._found(query, k)

    def whole(self, question: str) -> float:
        """About what a chunk of average length would score that has each word of ``question`` once: the sum
        of their inverse document frequencies (Robertson and Zaragoza 2009)."""
        count = self._searcher.num_docs
        having = [self.frequency(term) for term in self.terms(" ".join(_words(question)))]
        return math.fsum(math.log1p((count - n + 0.5) / (n + 0.5)) for n in having)

    def _found(self, query: Any, k: int) -> tuple[Ids, NDArray[np.float32]]:
        with fulltext.while_open():
            hits = self._searcher.search(query, k, count=False).hits
            addresses = [address for _, address in hits]
            found = self._searcher.fast_field_values("id", addresses) if addresses else []
            ids = np.array(found, np.int64)  # of damage, None
        return ids, np.array([score for score, _ in hits], np.float32)

    def terms(self, text: str) -> list[str]:
        """What the words of ``text`` are searched by."""
        found: list[str] = self._analyzer.analyze(text)
        return found

    def frequency(self, term: str, beside: Sequence[str] = ()) -> int:
        """How many chunks have this term in their text; of these terms ``beside`` it, one at least."""
        with fulltext.while_open():
            if not beside:
                return int(self._searcher.doc_freq("text", term))
            others = tantivy.Query.boolean_query(
                [(tantivy.Occur.Should, self._term("text", other)) for other in beside]
            )
            both = [(tantivy.Occur.Must, self._term("text", term)), (tantivy.Occur.Must, others)]
            return int(self._searcher.search(tantivy.Query.boolean_query(both), 1).count)

    def holding(self, term: str, most: int) -> Ids:
        """Ids of the chunks that have this term in their text, at most ``most``, those that have it most
        densely first.

        Raises:
            IndexDamaged: its files were changed while it is open.
        """
        return self._found(self._term("text", term), most)[0]

    def _term(self, field: str, term: str) -> Any:
        return tantivy.Query.term_query(self._index.schema, field, term, index_option="freq")

    def ids(self) -> Ids:
        """All chunk ids in the index, sorted."""
        count = self._searcher.num_docs
        everything = tantivy.Query.all_query()
        hits = self._searcher.search(everything, max(1, count), count=False).hits
        values = self._searcher.fast_field_values("id", [address for _, address in hits])
        return np.sort(np.array([value for value in values if value is not None], np.int64))


def _document(row: ChunkRow, source: str) -> Any:
    return tantivy.Document(
        id=row.id, document=row.document, text=row.text, context=row.context, source=source
    )


def _words(question: str) -> list[str]:
    """The words that say what a question is about; all of them where nothing else is left."""
    words = [word.lower() for word in WORD.findall(question)[:MAX_TERMS]]
    return [word for word in words if word not in STOP] or words
