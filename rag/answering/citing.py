"""A reply's words back to the documents that they stand in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.answering.answer import Citation
from rag.documents.document import Document
from rag.documents.sentences import sentence_around
from rag.retrieval.passages import Passage, PassageSpan


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
    where, page = place(document, sources[0], answer[0])
    if cells := document.cells_at(*answer):
        where = f"{where}, {cells}"
    return Citation(
        document_id=identity,
        source=sources[0],
        sources=sources,
        place=where,
        start=start,
        end=end,
        quote=document.text[start:end],
        answer_start=answer[0],
        answer_end=answer[1],
        page=page,
        label=label,
    )


def place(document: Document, source: str, offset: int) -> tuple[str, int | None]:
    """For people, where in a file an offset stands: ("leave.pdf, page 3", 3)."""
    page = document.page_at(offset)
    if page is None:
        return source, None
    label = f" ({page.label})" if page.label not in ("", str(page.number)) else ""
    return f"{source}, {document.page_kind} {page.number}{label}", page.number
