"""A reply's words back to the documents that they stand in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.answering.answer import ABSTENTION, Answer, Citation
from rag.answering.items import items, wants_items
from rag.answering.reply import Reply
from rag.answering.seen import Seen
from rag.documents.document import Document
from rag.documents.sentences import sentence_around
from rag.retrieval.passages import Passage, PassageSpan


def cited(
    question: str, asked: str, reply: Reply, looked: Seen, documents: Mapping[int, Document]
) -> Answer:
    """A reply to ``question``, which was read as ``asked``, as an answer with its citations; an abstention where
    the reply has no text."""
    citations = tuple(cite(span, looked.passages, documents) for span in reply.spans)
    return Answer(
        question=question,
        text=reply.text or " ".join(filter(None, (ABSTENTION, reply.why))),
        citations=citations if reply.text else (),
        confidence=reply.confidence,
        abstained=not reply.text,
        closest=citations[0] if citations and not reply.text else None,
        nearest=citations if not reply.text else (),
        kind=reply.kind,
        tier=reply.tier if reply.text else "none",
        passage_confidence=reply.passage_confidence,
        span_confidence=reply.span_confidence,
        unsupported=reply.unsupported,
        usage=reply.usage,
        flagged=tuple(looked.flagged),
        asked_as=asked if asked != question else "",
        verdict=reply.verdict if reply.text else "",
        items=cite_items(asked, reply, looked.passages, documents),
    )


def cite(
    span: PassageSpan, passages: Sequence[Passage], documents: Mapping[int, Document]
) -> Citation:
    """The span in its stored document, with the sentence or line around it and its page."""
    passage = passages[span.passage]
    hit = passage.hit
    begin, stop = sentence_around(passage.text, span.start, span.end)
    low, high = span.likely or (span.start, span.end)
    return citation(
        documents[hit.document_id],
        hit.document_id,
        hit.sources or (hit.source,),
        (passage.start + begin, passage.start + stop),
        (passage.start + low, passage.start + high),
    )


def cite_items(
    question: str, reply: Reply, passages: Sequence[Passage], documents: Mapping[int, Document]
) -> tuple[Citation, ...]:
    """The items of the list that the first span of an extract holds around its likeliest unit, if several things are
    asked for: each in its stored document."""
    if reply.unit is None or not reply.text or not wants_items(question, reply.kind):
        return ()
    span = reply.spans[0]
    passage = passages[span.passage]
    hit = passage.hit
    found = items(passage.text, reply.unit, question)
    return tuple(
        citation(
            documents[hit.document_id],
            hit.document_id,
            hit.sources or (hit.source,),
            (passage.start + start, passage.start + end),
            (passage.start + start, passage.start + end),
        )
        for start, end in found
        if span.start <= start and end <= span.end
    )


def citation(
    document: Document,
    identity: int,
    sources: tuple[str, ...],
    quote: tuple[int, int],
    answer: tuple[int, int],
    *,
    label: str = "",
) -> Citation:
    """A quote of a stored document with its page: [start, end) of all of it, and of the answer inside it.
    ``sources`` are the names of the files with this document, one at least."""
    start, end = quote
    place = document.place_at(*answer)
    return Citation(
        document_id=identity,
        source=sources[0],
        sources=sources,
        place=place.shown(sources[0]),
        start=start,
        end=end,
        quote=document.span(start, end),
        answer_start=answer[0],
        answer_end=answer[1],
        page=place.page,
        label=label,
    )
