"""Search by words in Milvus: BM25 as an inner product of sparse vectors; see :mod:`rag.store.bm25`.

How many chunks have a term is the catalog's to say: it is counted there for each generation, and for each part of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.store.bm25 import Sparse, question_vector, term_vector
from rag.store.contents import Ids
from rag.store.milvus.collection import Found
from rag.store.milvus.view import NONE, View, best
from rag.store.postgres.lexical import PostgresLexical


@dataclass(frozen=True, slots=True)
class MilvusLexical:
    """See :class:`rag.store.searched.Lexical`."""

    view: View
    counted: PostgresLexical

    def search(
        self,
        question: str,
        k: int,
        documents: Sequence[int] | None = None,
        *,
        also: Sequence[str] = (),
    ) -> Found:
        """Ids and BM25 scores of the ``k`` best chunks, best first; of these documents only. ``also`` are other names for
        what the question speaks of: the words of each together count as one more.

        Raises:
            IndexDamaged, StorageError: see :meth:`rag.store.milvus.view.View.search`.
        """
        asked = question_vector(question, self.counted.having, self.counted.count, also)
        return self._found(asked, k, documents)

    def whole(self, question: str) -> float:
        """About what a chunk of average length would score that has each word of ``question`` once."""
        return self.counted.whole(question)

    def terms(self, text: str) -> list[str]:
        """What the words of ``text`` are searched by."""
        return self.counted.terms(text)

    def frequency(self, term: str, beside: Sequence[str] = ()) -> int:
        """How many chunks have this term in their text; of these terms ``beside`` it, one at least."""
        return self.counted.frequency(term, beside)

    def holding(self, term: str, most: int) -> Ids:
        """Ids of the chunks that have this term in their text, at most ``most``, those that have it most densely first.

        Raises:
            IndexDamaged, StorageError: see :meth:`rag.store.milvus.view.View.search`.
        """
        return self._found(term_vector(term, self.counted.having, self.counted.count), most)[0]

    def _found(self, asked: Sparse, k: int, documents: Sequence[int] | None = None) -> Found:
        if not asked:
            return NONE
        (found,) = self.view.search("words", [asked], k, documents)
        own = self.counted.renamed.scored(asked, documents)
        ids = np.array([chunk for chunk, _ in own], np.int64)
        return best([found, (ids, np.array([score for _, score in own], np.float32))], k)
