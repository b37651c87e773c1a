"""An index as what a chain asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rag.answering.answer import Answer
from rag.answering.whole.answers import answer_of_whole
from rag.documents.document import Document
from rag.readable import Readable
from rag.retrieval.filters import Where
from rag.retrieval.hit import Hit
from rag.retrieval.search import asked_as, search
from rag.store.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class OpenedIndex:
    """One snapshot of an index as a :class:`rag.answering.corpus.protocol.Opened`."""

    index: Readable
    snapshot: Snapshot
    whole: bool = True
    waited: float = 0.0

    @property
    def generation(self) -> int:
        """The snapshot's."""
        return self.snapshot.generation

    @property
    def identity(self) -> str:
        """The snapshot's."""
        return self.snapshot.identity

    @property
    def part(self) -> str:
        """The snapshot's: what of it may be read."""
        return self.snapshot.part

    @property
    def threshold(self) -> float | None:
        """The one that ``rag calibrate`` has chosen."""
        return self.snapshot.threshold

    def asked_as(self, question: str) -> str:
        """As :func:`rag.retrieval.search.asked_as`."""
        return asked_as(self.snapshot, question)

    def search(self, question: str, k: int, *, where: Where | None, diversity: float) -> list[Hit]:
        """As :func:`rag.retrieval.search.search`."""
        encode = self.index.encode
        return search(self.snapshot, question, k, encode=encode, where=where, diversity=diversity)

    def document(self, identity: int) -> Document:
        """The stored document."""
        return self.snapshot.document(identity)

    def of_whole(
        self, asked: str, *, where: Where | None, summaries: bool, read_orders: bool
    ) -> Answer | None:
        """As :func:`rag.answering.whole.answers.answer_of_whole`."""
        return answer_of_whole(
            self.snapshot,
            asked,
            lambda texts: self.index.embedder.encode(texts),
            where=where,
            summaries=summaries,
            read_orders=read_orders,
        )


@dataclass(frozen=True, slots=True)
class IndexCorpus:
    """An index as a :class:`rag.answering.corpus.protocol.Corpus`: a question is one snapshot's."""

    index: Readable

    @property
    def name(self) -> str:
        """The index's address, as it was given."""
        return self.index.address

    @property
    def address(self) -> str:
        """The same; of a folder, its path from the root."""
        places = self.index.store.places()
        return str(places[0].resolve()) if places else self.index.address

    @contextmanager
    def opened(self) -> Iterator[OpenedIndex]:
        """The snapshot of now."""
        with self.index.snapshot() as snapshot:
            yield OpenedIndex(self.index, snapshot)

    async def awaited(self, question: str) -> IndexCorpus:
        """Itself: nothing is waited for."""
        return self

    def settings(self) -> dict[str, Any]:
        """None: all is in the snapshot."""
        return {}
