"""Search by words in Milvus: BM25 as an inner product of sparse vectors; see :mod:`rag.store.bm25`.

How many chunks have a term is the catalog's to say: it is counted there for each generation, and for each part of one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from rag.store.bm25 import Sparse, question_vector, term_vector
from rag.store.contents import Ids
from rag.store.milvus.collection import Found
from rag.store.milvus.view import NONE, View, best


class Counted(Protocol):
    """What the catalog knows of the words of the chunks that there are."""

    @property
    def count(self) -> int:
        """How many chunks there are."""

    def having(self, dims: Sequence[int]) -> Mapping[int, int]:
        """How many of them have each of these dimensions; those that none has are left out."""

    def renamed(self, asked: Sparse, documents: Sequence[int] | None) -> list[tuple[int, float]]:
        """Ids and scores of chunks that have something of what is asked, of documents that have fewer names in a part than
        in the whole, and are not in the view."""

    def whole(self, question: str) -> float:
        """As of :class:`rag.store.searched.Lexical`."""

    def terms(self, text: str) -> list[str]:
        """As of :class:`rag.store.searched.Lexical`."""

    def frequency(self, term: str, beside: Sequence[str] = ()) -> int:
        """As of :class:`rag.store.searched.Lexical`."""


@dataclass(frozen=True, slots=True)
class MilvusLexical:
    """See :class:`rag.store.searched.Lexical`."""

    view: View
    counted: Counted

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
        own = self.counted.renamed(asked, documents)
        ids = np.array([chunk for chunk, _ in own], np.int64)
        return best([found, (ids, np.array([score for _, score in own], np.float32))], k)
