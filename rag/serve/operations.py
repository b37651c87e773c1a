"""What workers do: each operation is a generator of events, over an opened index. No HTTP here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rag.answering.conversation import Conversation
from rag.answering.followup import Turn
from rag.codec import from_builtins
from rag.retrieval.filters import Where
from rag.retrieval.search import Mode
from rag.serve.opened import Library
from rag.serve.protocol import Said
from rag.serve.shapes import shown_answer, shown_hit

Operation = Callable[..., Iterator[Said]]
CLOSEST = 3  # passages that are offered with an abstention


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
    qa = opened.chain(groups)
    talk = Conversation(qa, turns=[from_builtins(turn, Turn) for turn in turns])
    hits: Sequence[Any] = ()
    for event in talk.stream(question, where=where):
        if event.kind == "hits":
            hits = event.hits
            yield Said("hits", {"hits": [shown_hit(hit) for hit in hits]})
        elif event.kind == "text":
            yield Said("text", {"text": event.text})
        elif event.answer is not None:
            closest = [event.answer.closest] if event.answer.closest else []
            yield Said("answer", shown_answer(event.answer, question, closest[:CLOSEST]))


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
    qa = library[index].chain(groups)
    asked = qa.index.asked_as(question)
    hits = qa.index.search(asked, k, where=where, mode=mode)
    changed = asked if asked != question else ""
    yield Said("hits", {"hits": [shown_hit(hit) for hit in hits], "asked_as": changed})


def about(library: Library, *, index: str, groups: Sequence[str] | None = None) -> Iterator[Said]:
    """One event: how many documents of an index these groups may read, of which generation, answered by which model."""
    qa = library[index].chain(groups)
    with qa.index.snapshot() as snapshot:
        documents = len(snapshot.sources())
        value = {"documents": documents, "generation": snapshot.generation, "model": qa.model}
    yield Said("about", value)


OPERATIONS: Mapping[str, Operation] = {"ask": ask, "search": search, "about": about}
"""By the name that a :class:`rag.serve.protocol.Task` calls them."""
