"""What a retriever of somebody else's brings, as what a chain asks: LangChain's, or anything that is called like one."""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, runtime_checkable

from rag.answering.answer import Answer
from rag.answering.corpus.foreign import ForeignDocument, Retrieved, retrieved
from rag.answering.corpus.ranking import hits_of_retrieved
from rag.documents.document import Document
from rag.documents.text import one_line
from rag.errors import NoDocument, QueryError, RagError, RetrieverError, SettingsError
from rag.retrieval.filters import Where
from rag.retrieval.hit import Hit
from rag.retrieval.search import check_question

KEPT = 20_000_000  # characters of documents that can be looked at after a question was answered
SAID = 300  # characters of what an error of a retriever says


@runtime_checkable
class Retriever(Protocol):
    """What finds documents for a question, as LangChain's retrievers do. Where it has an ``ainvoke`` too, that is
    awaited by whoever awaits an answer."""

    def invoke(self, input: str, /) -> Iterable[ForeignDocument]:
        """The documents, best first."""
        ...


@runtime_checkable
class VectorStore(Protocol):
    """What a retriever can be made of, as of LangChain's vector stores."""

    def as_retriever(self, *, search_kwargs: dict[str, Any]) -> Retriever:
        """A retriever that finds ``search_kwargs["k"]`` documents."""
        ...


class Kept:
    """The documents that were retrieved last, by their ids, as many as have :data:`KEPT` characters. Safe between
    threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._documents: dict[int, Document] = {}
        self._size = 0

    def keep(self, found: Iterable[Retrieved]) -> None:
        """These are the last; what there is no more room for is forgotten, the oldest first."""
        with self._lock:
            for one in found:
                self._drop(one.identity)
                self._documents[one.identity] = one.document
                self._size += len(one.document.text)
            while self._size > KEPT and len(self._documents) > 1:
                self._drop(next(iter(self._documents)))

    def get(self, identity: int) -> Document | None:
        """The document of that id, if it is among them."""
        with self._lock:
            return self._documents.get(identity)

    def _drop(self, identity: int) -> None:
        if (gone := self._documents.pop(identity, None)) is not None:
            self._size -= len(gone.text)


class OpenedRetriever:
    """What is found for one question as a :class:`rag.answering.corpus.protocol.Opened`: it is asked once."""

    generation = 0
    identity = ""
    part = ""
    threshold: float | None = None
    whole = False

    def __init__(self, corpus: RetrieverCorpus) -> None:
        self.waited = corpus.waited
        self._corpus = corpus
        self._hits: dict[str, list[Hit]] = {}
        self._documents: dict[int, Document] = {}

    def asked_as(self, question: str) -> str:
        """As it is asked: which words the retriever's documents have, nobody knows."""
        return question

    def search(self, question: str, k: int, *, where: Where | None, diversity: float) -> list[Hit]:
        """The ``k`` best chunks of what the retriever finds.

        Raises:
            QueryError: an empty question, a k that cannot be used, or a filter, which is the retriever's.
            RetrieverError: the retriever fails.
        """
        check_question(question, k)
        if where:
            raise QueryError(
                "A retriever takes no filter from here. Give it its own: "
                'as_retriever(search_kwargs={"filter": {...}}).'
            )
        if question not in self._hits:
            found = self._corpus.found(question)
            self._documents |= {one.identity: one.document for one in found}
            self._hits[question] = hits_of_retrieved(question, found)
        return self._hits[question][:k]

    def document(self, identity: int) -> Document:
        """A document that was retrieved for this question, or lately.

        Raises:
            NoDocument: it was not, or has been forgotten since.
        """
        known = self._documents.get(identity) or self._corpus.kept.get(identity)
        if known is None:
            raise NoDocument(
                f"Document {identity} is not among the last {KEPT // 1_000_000} million characters "
                "that were retrieved. Ask the question again."
            )
        return known

    def of_whole(
        self, asked: str, *, where: Where | None, summaries: bool, read_orders: bool
    ) -> Answer | None:
        """None: no document is known to be whole."""
        return None


@dataclass(frozen=True, slots=True)
class RetrieverCorpus:
    """A retriever as a :class:`rag.answering.corpus.protocol.Corpus`. ``before`` is what it has already found, by
    question, and ``waited`` the seconds that it took."""

    retriever: Retriever
    name: str
    kept: Kept = field(default_factory=Kept)
    before: Mapping[str, list[Retrieved]] = field(default_factory=dict)
    waited: float = 0.0

    @property
    def address(self) -> str:
        """Its name: where it looks, only it knows."""
        return self.name

    @contextmanager
    def opened(self) -> Iterator[OpenedRetriever]:
        """Nothing is found yet."""
        yield OpenedRetriever(self)

    async def awaited(self, question: str) -> RetrieverCorpus:
        """With what the retriever's ``ainvoke`` finds for the question, if it has one."""
        ainvoke = getattr(self.retriever, "ainvoke", None)
        if ainvoke is None:
            return self
        check_question(question)
        begun = time.perf_counter()
        with self._in_words():
            given = await ainvoke(question)
        # Not in the event loop: a great many documents take their time.
        found = await asyncio.to_thread(self._taken, given)
        waited = time.perf_counter() - begun
        return replace(self, before={question: found}, waited=waited)

    def settings(self) -> dict[str, Any]:
        """Which retriever it is, by its name."""
        return {"retriever": self.name}

    def found(self, question: str) -> list[Retrieved]:
        """What the retriever finds.

        Raises:
            RetrieverError: it fails, or gives what are no documents.
        """
        if question in self.before:
            return self.before[question]
        with self._in_words():
            given = self.retriever.invoke(question)
        return self._taken(given)

    def _taken(self, given: Any) -> list[Retrieved]:
        try:
            found = retrieved(given)
        except (TypeError, AttributeError, ValueError) as error:
            raise RetrieverError(
                f"{self.name} gave what are no documents with a page_content and metadata: {error}."
            ) from error
        self.kept.keep(found)
        return found

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except RagError:
            raise
        except Exception as error:  # a server that is away, a key, a filter: each store has its own
            detail = one_line(f"{type(error).__name__}: {error}")[:SAID]
            raise RetrieverError(
                f"{self.name} could not be asked: {detail} (Does its server run, and is what it was "
                "given right?)"
            ) from error


def retriever_corpus(retriever: Any, k: int) -> RetrieverCorpus:
    """The corpus of a retriever, or of a vector store, which is then asked for ``k`` documents.

    Raises:
        SettingsError: it is neither.
    """
    name = type(retriever).__name__
    store = getattr(retriever, "vectorstore", None)  # of LangChain's VectorStoreRetriever
    if not isinstance(retriever, Retriever) and isinstance(retriever, VectorStore):
        retriever = retriever.as_retriever(search_kwargs={"k": k})
    elif store is not None:
        name = type(store).__name__
    if not isinstance(retriever, Retriever) or inspect.isclass(retriever):
        raise SettingsError(
            f"retriever is a {name}; it must be a LangChain retriever or vector store, or have "
            "invoke(question), which gives documents with page_content and metadata."
        )
    return RetrieverCorpus(retriever, name)
