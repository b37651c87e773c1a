"""Questions asked and searched, and what an index is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rag.answering.conversation import Conversation
from rag.answering.followup import Turn
from rag.answering.redacting import redacted_answer
from rag.codec import from_builtins
from rag.retrieval.filters import Where
from rag.retrieval.search import Mode
from rag.serve.hiding import masked_hits
from rag.serve.opened import Library
from rag.serve.protocol import Said
from rag.serve.shapes import shown_answer, shown_hit


def ask(
    library: Library,
    *,
    index: str,
    question: str,
    where: Where | None = None,
    turns: Sequence[Mapping[str, str]] = (),
    groups: Sequence[str] | None = None,
) -> Iterator[Said]:
    """Events "hits", "text" and, last, "answer", as :class:`rag.serve.shapes.ShownAnswer` without its id."""
    opened = library[index]
    qa, what = opened.chain(groups), opened.served.redact
    talk = Conversation(qa, turns=[from_builtins(turn, Turn) for turn in turns])
    for event in talk.stream(question, where=where):
        if event.kind == "hits":
            yield Said("hits", {"hits": masked_hits(map(shown_hit, event.hits), what)})
        elif event.kind == "text" and what == "none":  # pieces cannot be looked through
            yield Said("text", {"text": event.text})
        elif event.answer is not None:
            answer = redacted_answer(event.answer, what)
            yield Said("answer", shown_answer(answer, question))


def search(
    library: Library,
    *,
    index: str,
    question: str,
    k: int,
    where: Where | None = None,
    mode: Mode = "hybrid",
    groups: Sequence[str] | None = None,
) -> Iterator[Said]:
    """One event, as :class:`rag.serve.shapes.Hits`."""
    opened = library[index]
    qa = opened.chain(groups)
    asked = qa.index.asked_as(question)
    hits = qa.index.search(asked, k, where=where, mode=mode)
    changed = asked if asked != question else ""
    shown = masked_hits(map(shown_hit, hits), opened.served.redact)
    yield Said("hits", {"hits": shown, "asked_as": changed})


def about(library: Library, *, index: str, groups: Sequence[str] | None = None) -> Iterator[Said]:
    """One event: how many documents of an index these groups may read, of which generation, answered by which model."""
    qa = library[index].chain(groups)
    with qa.index.snapshot() as snapshot:
        documents = len(snapshot.sources())
        value = {"documents": documents, "generation": snapshot.generation, "model": qa.model}
    yield Said("about", value)
