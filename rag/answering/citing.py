"""A reply's words back to the documents that they stand in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.answering.answer import Citation
from rag.documents.document import Document
from rag.documents.sentences import sentence_around
from rag.retrieval.hit import Hit
from rag.retrieval.passages import Passage, PassageSpan


def cite(
    span: PassageSpan, passages: Sequence[Passage], documents: Mapping[int, Document]
) -> Citation:
    """The span in its stored document, with the sentence or line around it and its page."""
    passage = passages[span.passage]
    hit, document = passage.hit, documents[passage.hit.document_id]
    begin, stop = sentence_around(passage.text, span.start, span.end)
    start, end = passage.start + begin, passage.start + stop
    low, high = span.likely or (span.start, span.end)
    where, page = place(document, hit, passage.start + low)
    return Citation(
        document_id=hit.document_id,
        source=hit.source,
        sources=hit.sources,
        place=where,
        start=start,
        end=end,
        quote=document.text[start:end],
        answer_start=passage.start + low,
        answer_end=passage.start + high,
        page=page,
    )


def place(document: Document, hit: Hit, offset: int) -> tuple[str, int | None]:
    """For people, where in a file an offset stands: ("leave.pdf, page 3", 3)."""
    page = document.page_at(offset)
    if page is None:
        return hit.source, None
    label = f" ({page.label})" if page.label not in ("", str(page.number)) else ""
    return f"{hit.source}, {document.page_kind} {page.number}{label}", page.number
