"""The query chain: retrieve, read, ground. A question in; an answer with its citations out, or an
abstention."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.tools import StructuredTool

from rag.answer.passages import Passage, join, place, sentence_around
from rag.answer.reader import Quote, Reader
from rag.index import Index
from rag.index.search import Where
from rag.types import Answer, Citation, Document

ABSTENTION = "The documents don't say."
TOOL = (
    "Answers a question from the indexed documents with a verbatim quote and its source, "
    "or says that the documents do not tell."
)
TIE = 0.8  # quotes at least this share as probable as the best are ranked by retrieval


class QA(Runnable[str, Answer]):
    """Answers questions from an index with the bundled reader. A LangChain ``Runnable``.

    k: how many chunks are read. threshold: the confidence below which it abstains; None is the
    reader's own, chosen on held-out data.
    """

    def __init__(
        self,
        index: Index,
        *,
        reader: Reader | None = None,
        k: int = 8,
        threshold: float | None = None,
    ) -> None:
        self.index = index
        self.reader = reader or Reader.load()
        self.k = k
        self.threshold = self.reader.calibration.threshold if threshold is None else threshold

    def ask(self, question: str, *, where: Where | None = None) -> Answer:
        """The answer, whose every citation is a span of a stored document, or an abstention.

        ``where`` narrows what is searched, as in :meth:`Index.search`.

        Raises:
            QueryError: an empty question, or a filter that cannot be used.
        """
        begun = time.perf_counter()
        hits = self.index.search(question, self.k, where=where)
        documents = {h.document_id: self.index.document(h.document_id) for h in hits}
        passages = join(hits, {i: document.text for i, document in documents.items()})
        found = time.perf_counter()
        reading = self.reader.read(
            question,
            [p.text for p in passages],
            contexts=[p.hit.context for p in passages],
        )
        done = time.perf_counter()
        citations = [
            _citation(q, passages, documents) for q in _by_retrieval(reading.quotes, passages)
        ]
        abstained = not citations or reading.confidence < self.threshold
        text = ABSTENTION
        if not abstained:
            best = citations[0]
            text = documents[best.document_id].text[best.answer_start : best.answer_end]
            text = " ".join(text.split())
        return Answer(
            question=question,
            text=text,
            citations=() if abstained else tuple(citations[:1]),
            confidence=reading.confidence,
            abstained=abstained,
            closest=citations[0] if abstained and citations else None,
            model="reader",
            generation=self.index.generation,
            timings={"retrieve": found - begun, "read": done - found, "total": done - begun},
        )

    def invoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        return self._call_with_config(lambda question: self.ask(question, **kwargs), input, config)

    def as_tool(  # type: ignore[override]  # a Runnable's own takes schemas that we know
        self, *, name: str = "ask_documents", description: str = TOOL
    ) -> StructuredTool:
        """A tool for agents: a question in, the answer with its quotes as Markdown out."""

        def ask(question: str) -> str:
            return self.ask(question).to_markdown()

        return StructuredTool.from_function(ask, name=name, description=description)


def _by_retrieval(quotes: Sequence[Quote], passages: Sequence[Passage]) -> list[Quote]:
    """Quotes that are about as probable as the best come in the order of retrieval."""
    if not quotes:
        return []
    bar = TIE * quotes[0].probability
    ties = [q for q in quotes if q.probability >= bar]
    ties.sort(key=lambda q: -passages[q.passage].hit.score)
    return ties + [q for q in quotes if q.probability < bar]


def _citation(
    quote: Quote, passages: Sequence[Passage], documents: dict[int, Document]
) -> Citation:
    passage = passages[quote.passage]
    hit, document = passage.hit, documents[passage.hit.document_id]
    begin, stop = sentence_around(passage.text, quote.start, quote.end)
    start, end = passage.start + begin, passage.start + stop
    where, page = place(document, hit, passage.start + quote.start)
    return Citation(
        document_id=hit.document_id,
        source=hit.source,
        sources=hit.sources,
        place=where,
        start=start,
        end=end,
        quote=document.text[start:end],
        answer_start=passage.start + quote.start,
        answer_end=passage.start + quote.end,
        page=page,
    )
