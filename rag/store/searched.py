"""What is derived from a catalog to be searched: by vectors, by words, and by what is known of whole documents.

Each is of one generation, never changes, and may be shared between threads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.store.contents import Ids

Scores = NDArray[np.float32]


class Dense(Protocol):
    """Search by vectors: cosines of unit vectors, a chunk's with its share of its neighbours'."""

    @property
    def kind(self) -> str:
        """For people: how it is searched."""

    def search(
        self, queries: NDArray[np.float32], k: int, documents: Sequence[int] | None = None
    ) -> Iterator[tuple[Ids, Scores]]:
        """For each query [n, dimension] the ids and cosines of its ``k`` nearest chunks, best first; of these documents
        only, if any are given."""


class Lexical(Protocol):
    """Search by words: BM25 over the text of chunks, the headings above them, and the names of their files."""

    def search(
        self,
        question: str,
        k: int,
        documents: Sequence[int] | None = None,
        *,
        also: Sequence[str] = (),
    ) -> tuple[Ids, Scores]:
        """Ids and BM25 scores of the ``k`` best chunks, best first; of these documents only. ``also`` are other names for
        what the question speaks of: the words of each together count as one more."""

    def whole(self, question: str) -> float:
        """About what a chunk of average length would score that has each word of ``question`` once."""

    def terms(self, text: str) -> list[str]:
        """What the words of ``text`` are searched by."""

    def frequency(self, term: str, beside: Sequence[str] = ()) -> int:
        """How many chunks have this term in their text; of these terms ``beside`` it, one at least."""

    def holding(self, term: str, most: int) -> Ids:
        """Ids of the chunks that have this term in their text, at most ``most``, those that have it most densely first."""


class Cards(Protocol):
    """What is known of each document as a whole: all its words, the names and years it goes by, other names it defines."""

    @property
    def count(self) -> int:
        """How many documents there are."""

    def has(self, word: str) -> bool:
        """Whether a document has ``word``, in lower case without accents, in just this form."""

    def holders(self, word: str) -> int:
        """How many documents have ``word`` somewhere."""

    def forms(self, start: str) -> Sequence[str]:
        """All words of documents that begin so, in lower case without accents."""

    def aliases(self, stems: str) -> list[str]:
        """Other names for what goes by a name with these stems, a blank between them: those that most documents give first."""

    def called(self, name: str, *, first_lines: bool = False) -> list[int]:
        """Documents that go by ``name``, in lower case: by their file's name or title, or else ``first_lines``. None where
        too many do."""

    def of_year(
        self, year: str, *, near: bool = False, among: Collection[int] | None = None
    ) -> list[int]:
        """Documents of ``year`` by their file's name, or else title; ``near``: by any of title, date and first lines.
        ``among`` these only; else none where too many are."""
