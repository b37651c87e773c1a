"""A question on its way through the front: the one path for the page, the APIs and agents.

Who asks may ask, the question is not too long, a conversation's turns go along; the workers answer; what was
answered, or refused, is kept and counted (:mod:`rag.serve.watching`).
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any

from rag.answering.followup import Turn
from rag.serve.access.caller import Caller, index_named
from rag.serve.conversations import MOST_TURNS, Conversations, earlier
from rag.serve.problems import ProblemError
from rag.serve.protocol import Said
from rag.serve.services import Services
from rag.serve.shapes import AskRequest, SearchRequest


async def ask(
    services: Services, caller: Caller, request: AskRequest, *, turns: Sequence[Turn] = ()
) -> AsyncGenerator[Said, None]:
    """Events "hits", "text" and, last, "answer" (:class:`rag.serve.shapes.ShownAnswer`, as JSON values). ``turns``
    are what was said before, where the client keeps it.

    Raises:
        ProblemError: the caller may not, or asks too much.
        Busy, TookTooLong, WorkerLost, Failed: as :meth:`rag.serve.workers.Workers.stream`.
    """
    with services.watch.asked(caller.name, request.question) as asked:
        caller.demand("ask")
        talk = await _talk(services, caller, request)
        asked.index = index = index_named(talk.index, caller, services.config.index)
        check_length(services, request.question)
        await services.rates.take(caller, "asks")
        async with services.budgets.spending(caller.name, index) as spending:
            events = services.workers.stream(
                "ask",
                index=index,
                question=request.question,
                where=request.where,
                turns=talk.turns or turns,
                groups=caller.groups,
            )
            async with contextlib.aclosing(events):
                async for said in events:
                    if said.kind == "hits":
                        asked.hits = said.value["hits"]
                    if said.kind != "answer":
                        yield said
                        continue
                    answer: dict[str, Any] = {
                        **said.value,
                        "id": uuid.uuid4().hex,
                        "index": index,
                        "conversation": request.conversation,
                        "usage": await spending.settle(said.value),
                    }
                    asked.answer, asked.cost = answer, spending.cost
                    await services.recent.add(caller.name, answer)
                    if request.conversation:
                        await talk.kept.add(request.conversation, answer)
                    yield Said("answer", answer)


async def search(services: Services, caller: Caller, request: SearchRequest) -> dict[str, Any]:
    """What a search finds, without an answer: :class:`rag.serve.shapes.Hits`, as JSON values.

    Raises:
        ProblemError: the caller may not, or asks too much.
        Busy, TookTooLong, WorkerLost, Failed: as :meth:`rag.serve.workers.Workers.call`.
    """
    with services.watch.asked(caller.name, request.question, "search") as asked:
        caller.demand("ask")
        asked.index = index = index_named(request.index, caller, services.config.index)
        check_length(services, request.question)
        await services.rates.take(caller, "searches")
        found: dict[str, Any] = await services.workers.call(
            "search",
            index=index,
            question=request.question,
            k=request.k,
            where=request.where,
            mode=request.mode,
            groups=caller.groups,
        )
        asked.hits = found["hits"]
        return found


@dataclass(frozen=True, slots=True)
class _Talk:
    """What a question goes on from: its index, the conversations of who asks, the earlier turns."""

    index: str
    kept: Conversations
    turns: Sequence[Turn]


async def _talk(services: Services, caller: Caller, request: AskRequest) -> _Talk:
    """The conversation that a request names, or none.

    Raises:
        ProblemError: 404, it is not there for this caller; 409, it is about another index, or full.
    """
    kept = Conversations(services.state, caller)
    if not request.conversation:
        return _Talk(request.index, kept, ())
    found = await kept.get(request.conversation)
    if found is None or not caller.may_use(found.index):
        raise no_conversation()
    if request.index not in ("", found.index):
        said = f'This conversation is about the index "{found.index}". Begin another, or leave "index" out.'
        raise ProblemError(409, "Another index", said)
    answers = await kept.turns(found.id)
    if len(answers) >= MOST_TURNS:
        said = f"This conversation has {MOST_TURNS} turns, which is all that it may have. Begin another."
        raise ProblemError(409, "Full", said)
    return _Talk(found.index, kept, earlier(answers))


def no_conversation() -> ProblemError:
    """That a conversation is not there, for this caller at least."""
    return ProblemError(
        404, "No such conversation", "There is no such conversation here for you. Begin another."
    )


def check_length(services: Services, question: str) -> None:
    """That a question is no longer than this server takes.

    Raises:
        ProblemError: 413.
    """
    most = services.config.server.max_question_characters
    if len(question) > most:
        raise ProblemError(
            413,
            "Too long",
            f"The question has {len(question):,} characters; at most {most:,} are taken.",
        )
