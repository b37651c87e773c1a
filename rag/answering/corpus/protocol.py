"""What answering needs of what it asks."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol

from rag.answering.answer import Answer
from rag.documents.document import Document
from rag.retrieval.filters import Where
from rag.retrieval.hit import Hit


class Opened(Protocol):
    """A corpus as one question finds it: it stays as it is until that is answered.

    ``identity`` and ``part`` tell it from all others; "" where nothing does. ``threshold`` is the confidence from
    which to answer, if one has been chosen for it. ``whole``: its documents are whole, and all there are.
    ``waited``: seconds that went by for the question before it was opened.
    """

    @property
    def generation(self) -> int:
        """The number of its generation; 0 where it has none."""
        ...

    @property
    def identity(self) -> str:
        """See the class."""
        ...

    @property
    def part(self) -> str:
        """See the class."""
        ...

    @property
    def threshold(self) -> float | None:
        """See the class."""
        ...

    @property
    def whole(self) -> bool:
        """See the class."""
        ...

    @property
    def waited(self) -> float:
        """See the class."""
        ...

    def asked_as(self, question: str) -> str:
        """The question with its misspelt words put right, as far as the corpus can tell."""
        ...

    def search(self, question: str, k: int, *, where: Where | None, diversity: float) -> list[Hit]:
        """The ``k`` chunks that match best, best first.

        Raises:
            QueryError: an empty question, or a k or filter that cannot be used.
            RetrieverError: a retriever fails.
        """
        ...

    def document(self, identity: int) -> Document:
        """The document that a hit or citation names, of whose text both are spans.

        Raises:
            IndexDamaged, NoDocument: there is no such document.
        """
        ...

    def of_whole(
        self, asked: str, *, where: Where | None, summaries: bool, read_orders: bool
    ) -> Answer | None:
        """The answer to a question about whole documents (:mod:`rag.answering.whole`); None for all others."""
        ...


class Corpus(Protocol):
    """What a chain asks. ``name`` is shown to people, ``address`` tells it from others of that name."""

    @property
    def name(self) -> str:
        """See the class."""
        ...

    @property
    def address(self) -> str:
        """See the class."""
        ...

    def opened(self) -> AbstractContextManager[Opened]:
        """The corpus as it is now, to be used in a ``with`` block.

        Raises:
            IndexClosed: an index was closed.
        """
        ...

    async def awaited(self, question: str) -> Corpus:
        """This corpus, with what has to be waited for to answer ``question`` already there.

        Raises:
            QueryError, RetrieverError: as :meth:`Opened.search`.
        """
        ...

    def settings(self) -> dict[str, Any]:
        """What an answer depends on besides what is in it."""
        ...
