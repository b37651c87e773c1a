"""The chain that answers questions: retrieve, read, cite. A question in; an answer with citations out, or an abstention."""

from __future__ import annotations

import copy
import time
from collections.abc import AsyncGenerator, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import replace
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.answering.answer import INSTEAD, Answer, Event
from rag.answering.by_reader import ByReader
from rag.answering.citing import cited
from rag.answering.corpus import corpus_of
from rag.answering.corpus.indexed import IndexCorpus
from rag.answering.corpus.protocol import Corpus, Opened
from rag.answering.replier import bundled_reader, replier_of
from rag.answering.reply import Replier, Reply, Unsupported
from rag.answering.sections import completed
from rag.answering.seen import Seen, seen
from rag.answering.steps import events, returned
from rag.answering.tables import by_table
from rag.documents.blocks import whole
from rag.documents.document import Document
from rag.errors import SettingsError
from rag.readable import Readable
from rag.reading import Reader
from rag.retrieval.filters import Where
from rag.retrieval.hit import Hit
from rag.retrieval.passages import Passage
from rag.retrieval.rerank import CANDIDATES, Reranker, load_reranker, rerank
from rag.retrieval.search import MAX_K

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from rag.answering.cache import AnswerCache
    from rag.answering.corpus.retrieved import Retriever, VectorStore

AT_ONCE = 8  # questions of a batch
LOOKED_AT = 12  # chunks, if nothing else is said; by the reader in a model's place, at least


class QA:
    """Answers questions from an index, or over a retriever.

    Example::

        qa = QA(Index.open("indexes/handbook"))
        answer = qa.ask("How long is the notice period in probation?")
        print(answer.text, answer.citations[0].place)

    retriever: in an index's place, a LangChain retriever or vector store, or what has ``invoke(question)`` as they
    do; docs/retrievers.md says what cannot be had over one.
    model: "reader" (the bundled one, with a second look where that is installed, see docs/models.md; "reader-fast" takes none),
    "hf:" and a folder, GGUF file or hub name, "provider:model" as LangChain names it, a LangChain chat model, or a :class:`Reader`.
    adapter: a folder with a LoRA adapter of an "hf:" model, as rag train-adapter makes one.
    k: how many chunks are looked at; those whose scores lie far behind the best one's are not read.
    threshold: the confidence below which it abstains. None is, for the reader, the index's (see rag
    calibrate), else its own, chosen on held-out data; for other models the least support that a
    sentence must have in what it quotes.
    prompt, unsupported: for other models: which prompt, and what becomes of a sentence that its
    quotes do not support ("drop", "flag" or "abstain").
    read_orders: whether sentences of documents that are plainly orders to a model are read like others.
    spelling: whether misspelt words are put right after the documents; the answer's ``asked_as`` says so.
    diversity: from 0 to 1, how much hits must differ from those before them (maximal marginal
    relevance); see :meth:`Index.search`.
    reranker: "reader", or the name of a sentence-transformers cross-encoder.
    cache: keeps answers, and counts tokens; see :class:`rag.AnswerCache`.

    Raises:
        ModelError, ExtraMissing, SettingsError: there is no such model or prompt, or its packages
            are not installed.
    """

    def __init__(
        self,
        index: Readable | None = None,
        *,
        retriever: Retriever | VectorStore | None = None,
        model: str | Reader | BaseChatModel = "reader",
        adapter: str | Path | None = None,
        k: int = LOOKED_AT,
        threshold: float | None = None,
        prompt: str = "answer",
        unsupported: Unsupported = "drop",
        read_orders: bool = False,
        spelling: bool = True,
        diversity: float = 0.0,
        reranker: str | Reranker | None = None,
        cache: AnswerCache | None = None,
    ) -> None:
        self.corpus: Corpus = corpus_of(index, retriever, k=k, diversity=diversity, cache=cache)
        self.k = k
        self.read_orders = read_orders
        self.spelling = spelling
        self.diversity = diversity
        self.cache = cache
        self.replier = replier_of(model, adapter, prompt, unsupported)
        if isinstance(reranker, str):
            reranker = load_reranker(reranker, self.reader)
        self.reranker = reranker
        self._threshold = _finite(threshold)

    @property
    def index(self) -> Readable:
        """The index that is asked.

        Raises:
            SettingsError: a retriever is asked, which has none.
        """
        if not isinstance(self.corpus, IndexCorpus):
            raise SettingsError(f"This takes an index; {self.corpus.name} is a retriever.")
        return self.corpus.index

    @property
    def model(self) -> str:
        """The name of what answers: "reader", or the chat model's."""
        return self.replier.name

    @property
    def reader(self) -> Reader | None:
        """The bundled reader, if it is what answers."""
        return self.replier.reader if isinstance(self.replier, ByReader) else None

    @property
    def prompt(self) -> str:
        """The prompt's name, version and hash, as in answers; "" for the reader."""
        return self.replier.prompt

    @property
    def threshold(self) -> float:
        """The confidence below which it abstains on the index as it is now."""
        with self.corpus.opened() as opened:
            return self._threshold_on(opened)

    def settings(self) -> dict[str, Any]:
        """What an answer depends on besides the index and the question, as JSON can hold it."""
        with self.corpus.opened() as opened:
            return self._settings(opened)

    def over(self, index: Readable | None = None, *, threshold: float | None = None) -> QA:
        """The same chain over another index, or with another threshold; the model is shared.

        Raises:
            SettingsError: the threshold is not a number.
        """
        other = copy.copy(self)
        if index is not None:
            other.corpus = IndexCorpus(index)
        if threshold is not None:
            other._threshold = _finite(threshold)
        return other

    def ask(self, question: str, *, where: Where | None = None) -> Answer:
        """The answer, whose every citation is a span of a stored document, or an abstention.

        ``where`` narrows what is searched, as in :meth:`Index.search`.

        Raises:
            QueryError: an empty question, or a filter that cannot be used.
            ModelError: a model that is not the bundled reader cannot be reached.
            RetrieverError: a retriever cannot be reached.
        """
        *_, last = self._asked(question, where, in_pieces=False)
        assert last.answer is not None
        return last.answer

    def stream(self, question: str, *, where: Where | None = None) -> Iterator[Event]:
        """What :meth:`ask` does, step by step: the hits, what a larger model writes while it writes
        it, and the answer, which is the last. Raises what :meth:`ask` does, at the step where it is.
        """
        return self._asked(question, where, in_pieces=True)

    async def aask(self, question: str, *, where: Where | None = None) -> Answer:
        """As :meth:`ask`, in a thread of its own, beside other work; a retriever's ``ainvoke`` is awaited."""
        import asyncio

        there = await self._awaited(question)
        return await asyncio.to_thread(there.ask, question, where=where)

    async def astream(
        self, question: str, *, where: Where | None = None
    ) -> AsyncGenerator[Event, None]:
        """As :meth:`stream`, in a thread of its own, beside other work. Abandoned, it stops."""
        from rag.answering.threads import in_thread

        there = await self._awaited(question)
        async with aclosing(in_thread(there._asked(question, where, in_pieces=True))) as events:
            async for event in events:
                yield event

    def batch(self, questions: Sequence[str], *, where: Where | None = None) -> list[Answer]:
        """The answers, in the order of the questions. Equal questions are answered once; passages
        of several questions are not read in one pass, which would save nothing (BENCHMARKS.md).

        Raises:
            QueryError, ModelError: as :meth:`ask`, of the first question that has no answer.
        """
        once = dict.fromkeys(questions)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = pool.map(lambda question: self.ask(question, where=where), once)
            known = dict(zip(once, answers, strict=True))
        return [known[question] for question in questions]

    def retrieve(
        self, question: str, *, k: int | None = None, where: Where | None = None
    ) -> list[Hit]:
        """The ``k`` chunks that :meth:`answer` reads, best first.

        Raises:
            QueryError: an empty question, or a filter that cannot be used.
        """
        with self.corpus.opened() as opened:
            asked = self._spelt(opened, question)
            return self._retrieve(opened, asked, self.k if k is None else k, where)

    def answer(self, question: str, hits: Sequence[Hit]) -> Answer:
        """The answer as far as these hits, of :meth:`retrieve`, state it.

        Raises:
            ModelError: a model that is not the bundled reader cannot be reached.
        """
        with self.corpus.opened() as opened:
            return returned(self._answer(opened, question, hits, None, in_pieces=False))

    def document(self, document_id: int) -> Document:
        """The document that a hit or citation quotes as ``text[start:end]``; of a retriever's, the last ones.

        Raises:
            IndexDamaged, NoDocument: there is no such document.
        """
        with self.corpus.opened() as opened:
            return whole(opened.document(document_id))

    # -- inside -----------------------------------------------------------------------------

    def _asked(
        self, question: str, where: Where | None, *, in_pieces: bool
    ) -> Generator[Event, None, None]:
        """One question, on what the corpus is as it begins."""
        with self.corpus.opened() as opened:
            begun = time.perf_counter() - opened.waited
            cache, key = self.cache, ""
            if cache is not None:
                key = cache.key(opened, self._settings(opened), question, where)
                if (known := cache.get(key)) is not None:
                    total = {"total": time.perf_counter() - begun}
                    yield Event("answer", answer=replace(known, cached=True, timings=total))
                    return
            asked = self._spelt(opened, question)
            hits = self._retrieve(opened, asked, self.k, where)
            retrieved = time.perf_counter() - begun
            yield Event("hits", hits=tuple(hits))
            answer = yield from self._answer(
                opened, question, hits, where, in_pieces=in_pieces, again=True
            )
            total = {"total": time.perf_counter() - begun}
            answer = replace(answer, timings={"retrieve": retrieved, **answer.timings, **total})
            if cache is not None:
                cache.put(key, answer)
        yield Event("answer", answer=answer)

    async def _awaited(self, question: str) -> QA:
        """This chain, with what has to be waited for already there."""
        other = copy.copy(self)
        other.corpus = await self.corpus.awaited(question)
        return other

    def _spelt(self, opened: Opened, question: str) -> str:
        return opened.asked_as(question) if self.spelling else question

    def _retrieve(self, opened: Opened, question: str, k: int, where: Where | None) -> list[Hit]:
        wanted = k if self.reranker is None else min(MAX_K, k * CANDIDATES)
        hits = opened.search(question, wanted, where=where, diversity=self.diversity)
        return hits if self.reranker is None else rerank(self.reranker, question, hits, k)

    def _answer(
        self,
        opened: Opened,
        question: str,
        hits: Sequence[Hit],
        where: Where | None,
        *,
        in_pieces: bool,
        again: bool = False,
    ) -> Generator[Event, None, Answer]:
        """Hits to passages, passages to a reply, the reply to an answer; or one of whole documents. ``again``:
        the reader in a model's place may look at more than the model did."""
        begun = time.perf_counter()
        asked = self._spelt(opened, question)
        summaries, read_orders = self.replier.verbatim, self.read_orders
        answer = opened.of_whole(asked, where=where, summaries=summaries, read_orders=read_orders)
        if answer is not None:
            elapsed = time.perf_counter() - begun
            return replace(
                answer,
                question=question,
                model=self.model,
                timings={"answer": elapsed, "total": elapsed},
                asked_as=asked if asked != question else "",
            )
        documents = {i: opened.document(i) for i in dict.fromkeys(h.document_id for h in hits)}
        reply, looked = yield from self._reply(
            self.replier, opened, asked, hits, documents, in_pieces=in_pieces
        )
        instead = reply.refused
        if instead:
            said = reply
            if again and self.k < LOOKED_AT:
                hits = self._retrieve(opened, asked, LOOKED_AT, where)
                documents = {hit.document_id: opened.document(hit.document_id) for hit in hits}
            reply, looked = yield from self._reply(
                self._instead, opened, asked, hits, documents, in_pieces=False
            )
            reply = replace(reply, unsupported=said.unsupported, usage=said.usage)

        made = cited(question, asked, reply, looked, documents)
        elapsed = time.perf_counter() - begun
        return replace(
            made,
            model=self.model,
            prompt=self.prompt,
            generation=opened.generation,
            timings={"answer": elapsed, "total": elapsed},
            lead=INSTEAD if instead and reply.text else "",
        )

    def _reply(
        self,
        replier: Replier,
        opened: Opened,
        asked: str,
        hits: Sequence[Hit],
        documents: Mapping[int, Document],
        *,
        in_pieces: bool,
    ) -> Generator[Event, None, tuple[Reply, Seen]]:
        """What a replier says of these hits, and what it has seen of them; whole tables are the reader's to ask."""
        threshold = self._threshold_on(opened, replier)
        looked = seen(
            hits,
            documents,
            asked,
            most=replier.most,
            widen=replier.verbatim,
            near_alone=self.reranker is None,  # its scores are no measure of distance
            read_orders=self.read_orders,
        )
        passages: Sequence[Passage] = looked.passages
        tables = opened.whole and isinstance(replier, ByReader)
        table = by_table(asked, passages, documents) if tables else None
        if table is not None and table.reply.confidence >= threshold:
            reply, passages = table.reply, table.passages
        elif in_pieces:
            reply = yield from events(replier.in_pieces(asked, passages, threshold))
        else:
            reply = replier.reply(asked, passages, threshold)
        reply, passages = completed(reply, passages, documents)
        return reply, replace(looked, passages=list(passages))

    @cached_property
    def _instead(self) -> ByReader:
        """What answers where nothing of what a model says is supported."""
        return bundled_reader()

    def _threshold_on(self, opened: Opened, replier: Replier | None = None) -> float:
        """Of the chain's own replier, or of another."""
        replier = replier or self.replier
        if self._threshold is not None:
            return self._threshold
        # An index's is chosen on the reader's confidence; a model's support is another measure.
        chosen = opened.threshold if isinstance(replier, ByReader) else None
        return replier.threshold if chosen is None else chosen

    def _settings(self, opened: Opened) -> dict[str, Any]:
        found: dict[str, Any] = {"model": self.model, "k": self.k, **self.corpus.settings()}
        found["threshold"] = self._threshold_on(opened)
        if self.reader is None and opened.threshold is not None:
            found["reader's threshold"] = opened.threshold
        if self.diversity:
            found["diversity"] = self.diversity
        if self.reranker is not None:
            found["reranker"] = self.reranker.name
        if not self.spelling:
            found["spelling"] = False
        if self.read_orders:
            found["read_orders"] = True
        return {**found, **self.replier.settings()}


def _finite(threshold: float | None) -> float | None:
    if threshold is not None and not isfinite(threshold):
        raise SettingsError(f"threshold is {threshold}; it must be a number from 0 to 1.")
    return threshold
