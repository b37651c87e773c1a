"""Whether a gold set still fits an index: its files are there, its quotes on their pages."""

from __future__ import annotations

from collections.abc import Iterator

from rag.documents.document import Document
from rag.evaluation.gold import Evidence, GoldSet
from rag.evaluation.relevance import same_file
from rag.index import Index


def check(gold: GoldSet, index: Index) -> list[str]:
    """What is wrong, a line each with the line of the gold set; nothing if all is well."""
    sources = index.sources()
    documents: dict[str, Document] = {}
    faults = []
    for question in gold.questions:
        for evidence in question.evidence:
            for fault in _faults(evidence, index, sources, documents):
                faults.append(f'line {question.line}, "{question.id}": {fault}')
    return faults


def _faults(
    evidence: Evidence, index: Index, sources: tuple[str, ...], documents: dict[str, Document]
) -> Iterator[str]:
    names = [s for s in sources if same_file(s, evidence.source)] if evidence.source else sources
    if not names:
        yield f"{evidence.source} is not in the index"
        return
    pages: list[int | None] = []
    for name in names:
        if name not in documents:
            documents[name] = index.document_of(name)
        pages += _pages(evidence.quote, documents[name])
    shown = " ".join(evidence.quote.split())
    shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
    if evidence.quote and not pages:
        yield f'"{shown}" is not in {evidence.source or "any file"}'
    elif evidence.quote and evidence.page is not None and evidence.page not in pages:
        yield f'"{shown}" is on page {pages[0]}, not on page {evidence.page}'


def _pages(quote: str, document: Document) -> list[int | None]:
    """The pages of a document that a quote begins on; white space may differ."""
    words, places = _folded(document.text)
    wanted, _ = _folded(quote)
    found: list[int | None] = []
    at = words.find(wanted) if wanted else -1
    while at >= 0:
        page = document.page_at(places[at])
        found.append(page.number if page else None)
        at = words.find(wanted, at + 1)
    return found


def _folded(text: str) -> tuple[str, list[int]]:
    """A text without white space, and where each of its characters stood."""
    places = [i for i, c in enumerate(text) if not c.isspace()]
    return "".join(text[i] for i in places), places
