"""The query chain: retrieve, draft, cite. A question in; an answer with its citations out, or an
abstention."""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.tools import StructuredTool

from rag.answer.draft import Draft, Span, Unsupported, quote, write
from rag.answer.passages import Passage, join, place, sentence_around
from rag.answer.prompts import load_prompt
from rag.answer.reader import Reader
from rag.errors import SettingsError
from rag.index import Index
from rag.index.search import Where
from rag.types import Answer, Citation, Document, Hit

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

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
    threshold: the confidence below which the reader abstains; None is its own, chosen on
    held-out data.
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
    ) -> None:
        if unsupported not in ("drop", "flag", "abstain"):
            raise SettingsError(
                f'unsupported is "{unsupported}"; it must be "drop", "flag" or "abstain".'
            )
        self.index = index
        self.k = k
        self.unsupported: Unsupported = unsupported
        self.reader: Reader | None = None
        self.model: BaseChatModel | None = None
        self.name = model if isinstance(model, str) else type(model).__name__
        if model == "reader":
            self.reader = Reader.load()
        elif isinstance(model, Reader):
            self.reader = model
        elif isinstance(model, str):
            from rag.answer.models import load_model

            self.model = load_model(model)
        else:
            self.model = model
        if self.reader is not None:
            own = self.reader.calibration.threshold
            self.threshold = own if threshold is None else threshold
        else:
            self.prompt = load_prompt(prompt)

    def ask(self, question: str, *, where: Where | None = None) -> Answer:
        """The answer, whose every citation is a span of a stored document, or an abstention.

        ``where`` narrows what is searched, as in :meth:`Index.search`.

        Raises:
            QueryError: an empty question, or a filter that cannot be used.
            ModelError: a model that is not the bundled reader cannot be reached.
        """
        begun = time.perf_counter()
        hits = self.retrieve(question, where=where)
        found = time.perf_counter()
        answer = self.answer(question, hits)
        timings = {"retrieve": found - begun, **answer.timings}
        return replace(answer, timings={**timings, "total": time.perf_counter() - begun})

    def retrieve(
        self, question: str, *, k: int | None = None, where: Where | None = None
    ) -> list[Hit]:
        """The ``k`` chunks that :meth:`answer` reads, best first.

        Raises:
            QueryError: an empty question, or a filter that cannot be used.
        """
        return self.index.search(question, k or self.k, where=where)

    def answer(self, question: str, hits: Sequence[Hit]) -> Answer:
        """The answer as far as these hits of the index tell.

        Raises:
            ModelError: a model that is not the bundled reader cannot be reached.
        """
        begun = time.perf_counter()
        documents = {h.document_id: self.index.document(h.document_id) for h in hits}
        passages = join(hits, {i: document.text for i, document in documents.items()})
        draft = self._draft(question, passages)
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
        )

    def settings(self) -> dict[str, Any]:
        """What an answer depends on besides the index and the question."""
        found: dict[str, Any] = {"model": self.name, "k": self.k}
        if self.reader is not None:
            return {**found, "threshold": self.threshold, "weights": self.reader.fingerprint}
        return {**found, "prompt": self.prompt.key, "unsupported": self.unsupported}

    def over(self, index: Index) -> QA:
        """The same chain over another index; the model is shared."""
        other = copy.copy(self)
        other.index = index
        return other

    def _draft(self, question: str, passages: list[Passage]) -> Draft:
        if self.reader is not None:
            return quote(self.reader, question, passages, self.threshold)
        assert self.model is not None
        return write(self.model, self.prompt, question, passages, self.unsupported)

    def invoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        return self._call_with_config(lambda question: self.ask(question, **kwargs), input, config)

    def as_tool(  # type: ignore[override]  # a Runnable's own takes schemas that we know
        self, *, name: str = "ask_documents", description: str = TOOL
    ) -> StructuredTool:
        """A tool for agents: a question in, the answer with its quotes as Markdown out."""

        def ask(question: str) -> str:
            return self.ask(question).to_markdown()

        return StructuredTool.from_function(ask, name=name, description=description)


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
