"""The query chain: retrieve, draft, cite. A question in; an answer with its citations out, or an
abstention."""

from __future__ import annotations

import asyncio
import copy
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.tools import StructuredTool

from rag.answering.answer import Answer, Citation, Event
from rag.answering.orders import quiet
from rag.answering.prompts import load_prompt
from rag.answering.reply import Draft, Span, Unsupported, quote, write, write_in_pieces
from rag.answering.versions import newest
from rag.documents.document import Document
from rag.documents.sentences import sentence_around
from rag.errors import SettingsError
from rag.index import Index
from rag.reading import Reader
from rag.retrieval.filters import Where
from rag.retrieval.hit import Hit
from rag.retrieval.passages import MAX_CHARACTERS, READER_CHARACTERS, Passage, join, place, widened
from rag.retrieval.rerank import CANDIDATES, Reranker, load_reranker, rerank

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from rag.answering.cache import AnswerCache

ABSTENTION = "The documents don't say."
TOOL = (
    "Answers a question from the indexed documents with a verbatim quote and its source, "
    "or says that the documents do not tell."
)


class QA(Runnable[str, Answer]):
    """Answers questions from an index. A LangChain ``Runnable``.

    model: "reader" (the bundled one), "hf:" and a folder or hub name, "provider:model" as
    LangChain names it, a LangChain chat model, or a :class:`Reader`.
    k: how many chunks are read.
    threshold: the confidence below which the reader abstains; None is the index's (see rag
    calibrate), else the reader's own, chosen on held-out data.
    diversity: from 0 to 1, how much hits must differ from those before them (maximal marginal
    relevance); see :meth:`Index.search`.
    reranker: "reader", or the name of a sentence-transformers cross-encoder.
    read_orders: whether sentences of documents that give orders to a model are read like others.
    cache: keeps answers, and counts tokens; see :class:`rag.answering.cache.AnswerCache`.
    prompt, unsupported: for other models: which prompt, and what becomes of a sentence that its
    quotes do not bear ("drop", "flag" or "abstain").

    Raises:
        ModelError, SettingsError: there is no such model or prompt.
    """

    def __init__(
        self,
        index: Index,
        *,
        model: str | Reader | BaseChatModel = "reader",
        k: int = 8,
        threshold: float | None = None,
        prompt: str = "answer",
        unsupported: Unsupported = "drop",
        read_orders: bool = False,
        diversity: float = 0.0,
        reranker: str | Reranker | None = None,
        cache: AnswerCache | None = None,
    ) -> None:
        if unsupported not in ("drop", "flag", "abstain"):
            raise SettingsError(
                f'unsupported is "{unsupported}"; it must be "drop", "flag" or "abstain".'
            )
        self.index = index
        self.k = k
        self.unsupported: Unsupported = unsupported
        self.read_orders = read_orders
        self.diversity = diversity
        self.cache = cache
        self.reader: Reader | None = None
        self.model: BaseChatModel | None = None
        self.name: str = model if isinstance(model, str) else type(model).__name__
        if model == "reader":
            self.reader = Reader.load()
        elif isinstance(model, Reader):
            self.reader = model
        elif isinstance(model, str):
            from rag.answering.models import load_model

            self.model = load_model(model)
        else:
            self.model = model
        if isinstance(reranker, str):
            reranker = load_reranker(reranker, self.reader)
        self.reranker = reranker
        if self.reader is not None:
            chosen = index.threshold if threshold is None else threshold
            self.threshold = self.reader.calibration.threshold if chosen is None else chosen
        else:
            self.prompt = load_prompt(prompt)

    def ask(self, question: str, *, where: Where | None = None) -> Answer:
        """The answer, whose every citation is a span of a stored document, or an abstention.

        ``where`` narrows what is searched, as in :meth:`Index.search`.

        Raises:
            QueryError: an empty question, or a filter that cannot be used.
            ModelError: a model that is not the bundled reader cannot be reached.
        """
        found = None
        for event in self._steps(question, where, False):
            found = event.answer
        assert found is not None
        return found

    async def aask(self, question: str, *, where: Where | None = None) -> Answer:
        """As :meth:`ask`, beside other work."""
        return await asyncio.to_thread(self.ask, question, where=where)

    def stream(  # type: ignore[override]  # events; composed with |, an Answer (see transform)
        self,
        input: str,
        config: RunnableConfig | None = None,
        *,
        where: Where | None = None,
        pieces: bool = True,
        **kwargs: Any,
    ) -> Iterator[Event]:
        """What :meth:`ask` does, step by step: hits, what a larger model writes (``pieces``), and
        the answer. Callbacks of ``config`` see one run, whose output is the last event."""

        def events(given: Iterator[str]) -> Iterator[Any]:
            return self._steps(next(given), where, pieces)

        found: Iterator[Any] = self._transform_stream_with_config(iter([input]), events, config)
        yield from found

    def _steps(self, question: str, where: Where | None, pieces: bool) -> Iterator[Event]:
        begun = time.perf_counter()
        key = None
        if self.cache is not None:
            key = self.cache.key(self.index, self.settings(), question, where)
            if (known := self.cache.get(key)) is not None:
                total = time.perf_counter() - begun
                yield Event("answer", answer=replace(known, cached=True, timings={"total": total}))
                return
        hits = self.retrieve(question, where=where)
        retrieved = time.perf_counter() - begun
        yield Event("hits", hits=tuple(hits))
        answer = yield from self._answering(question, hits, pieces)
        total = time.perf_counter() - begun
        answer = replace(answer, timings={"retrieve": retrieved, **answer.timings, "total": total})
        if self.cache is not None and key is not None:
            self.cache.put(key, answer)
        yield Event("answer", answer=answer)

    def transform(
        self, input: Iterator[str], config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[Answer]:
        """In a chain that is streamed, the answer is one piece."""
        yield self.invoke("".join(input), config, **kwargs)

    def retrieve(
        self, question: str, *, k: int | None = None, where: Where | None = None
    ) -> list[Hit]:
        """The ``k`` chunks that :meth:`answer` reads, best first.

        Raises:
            QueryError: an empty question, or a filter that cannot be used.
        """
        k = k or self.k
        if self.reranker is None:
            return self.index.search(question, k, where=where, diversity=self.diversity)
        many = self.index.search(question, k * CANDIDATES, where=where, diversity=self.diversity)
        return rerank(self.reranker, question, many, k)

    def answer(self, question: str, hits: Sequence[Hit]) -> Answer:
        """The answer as far as these hits of the index tell.

        Raises:
            ModelError: a model that is not the bundled reader cannot be reached.
        """
        steps = self._answering(question, hits, False)
        while True:
            try:
                next(steps)
            except StopIteration as done:
                answer: Answer = done.value
                return answer

    def _answering(
        self, question: str, hits: Sequence[Hit], pieces: bool
    ) -> Generator[Event, None, Answer]:
        begun = time.perf_counter()
        documents = {h.document_id: self.index.document(h.document_id) for h in hits}
        most = MAX_CHARACTERS if self.reader is None else READER_CHARACTERS
        texts = {i: document.text for i, document in documents.items()}
        passages = join(hits, texts, most)
        if self.reader is not None:
            passages = widened(passages, documents, most)
        passages = newest(passages, question)
        flagged: list[str] = []
        if not self.read_orders:
            passages, flagged = quiet(passages)
        if self.reader is not None:
            draft = quote(self.reader, question, passages, self.threshold)
        else:
            assert self.model is not None
            given = self.model, self.prompt, question, passages, self.unsupported
            if pieces:
                draft = yield from _as_events(write_in_pieces(*given))
            else:
                draft = write(*given)
        citations = tuple(_citation(span, passages, documents) for span in draft.spans)
        elapsed = time.perf_counter() - begun
        return Answer(
            question=question,
            text=draft.text or ABSTENTION,
            citations=citations if draft.text else (),
            confidence=draft.confidence,
            abstained=not draft.text,
            closest=citations[0] if citations and not draft.text else None,
            unsupported=draft.unsupported,
            model=self.name,
            prompt=draft.prompt,
            usage=draft.usage,
            generation=self.index.generation,
            timings={"answer": elapsed, "total": elapsed},
            flagged=tuple(flagged),
        )

    def settings(self) -> dict[str, Any]:
        """What an answer depends on besides the index and the question."""
        found: dict[str, Any] = {"model": self.name, "k": self.k}
        if self.diversity:
            found["diversity"] = self.diversity
        if self.reranker is not None:
            found["reranker"] = self.reranker.name
        if self.read_orders:
            found["read_orders"] = True
        if self.reader is not None:
            return {**found, "threshold": self.threshold, "weights": self.reader.fingerprint}
        assert self.model is not None
        # Two models of one class differ in their parameters alone.
        own = {k: str(v) for k, v in self.model._identifying_params.items()}
        return {
            **found,
            "parameters": own,
            "prompt": self.prompt.key,
            "unsupported": self.unsupported,
        }

    def over(self, index: Index) -> QA:
        """The same chain over another index; the model is shared."""
        other = copy.copy(self)
        other.index = index
        return other

    def invoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        return self._call_with_config(lambda question: self.ask(question, **kwargs), input, config)

    def batch(
        self,
        inputs: list[str],
        config: RunnableConfig | list[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        **kwargs: Any,
    ) -> list[Answer]:
        """The answers, in the order of the questions. Equal questions are answered once; passages
        of several questions are not read in one pass, which would save nothing (BENCHMARKS.md)."""
        once = inputs if isinstance(config, list) else list(dict.fromkeys(inputs))
        answers = super().batch(once, config, return_exceptions=return_exceptions, **kwargs)
        if len(once) == len(inputs):
            return answers
        known = dict(zip(once, answers, strict=True))
        return [known[question] for question in inputs]

    def as_tool(  # type: ignore[override]  # a Runnable's own takes schemas that we know
        self, *, name: str = "ask_documents", description: str = TOOL
    ) -> StructuredTool:
        """A tool for agents: a question in, the answer with its quotes as Markdown out."""

        def ask(question: str) -> str:
            return self.ask(question).to_markdown()

        return StructuredTool.from_function(ask, name=name, description=description)


def _as_events(writing: Generator[str, None, Draft]) -> Generator[Event, None, Draft]:
    while True:
        try:
            yield Event("text", text=next(writing))
        except StopIteration as done:
            draft: Draft = done.value
            return draft


def _citation(span: Span, passages: list[Passage], documents: dict[int, Document]) -> Citation:
    """The span in its document, with the sentence around it."""
    passage = passages[span.passage]
    hit, document = passage.hit, documents[passage.hit.document_id]
    begin, stop = sentence_around(passage.text, span.start, span.end)
    start, end = passage.start + begin, passage.start + stop
    where, page = place(document, hit, passage.start + span.start)
    return Citation(
        document_id=hit.document_id,
        source=hit.source,
        sources=hit.sources,
        place=where,
        start=start,
        end=end,
        quote=document.text[start:end],
        answer_start=passage.start + span.start,
        answer_end=passage.start + span.end,
        page=page,
    )
