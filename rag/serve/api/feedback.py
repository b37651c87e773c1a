"""/api/feedback: whether answers are right, from those who read them."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from rag.codec import to_builtins
from rag.serve.access.caller import CallerOf
from rag.serve.api.named import Offset
from rag.serve.conversations import Conversations
from rag.serve.feedback import Feedbacks
from rag.serve.problems import ProblemError
from rag.serve.services import ServicesOf
from rag.serve.shapes import Shape, ShownAnswer

router = APIRouter(prefix="/api/feedback")
Words = Annotated[str, Field(max_length=10_000)]


class Given(Shape):
    """What the caller says of an answer that they were given."""

    answer: str
    right: bool
    right_answer: Words = ""
    comment: Words = ""


class Noted(Shape):
    """That it is kept."""

    answer: str


class ShownFeedback(Shape):
    """What the key ``key`` said of an answer; ``time`` is UTC."""

    key: str
    time: str
    index: str
    right: bool
    right_answer: str
    comment: str
    answer: ShownAnswer


class AllFeedback(Shape):
    """A part of it, the latest first, and how much there is in all."""

    feedback: list[ShownFeedback]
    total: int


@router.post("", status_code=201)
async def give(said: Given, services: ServicesOf, caller: CallerOf) -> Noted:
    """Say whether an answer is right: one of a conversation of the caller, or of the last that the server gave it. What
    was said of it before is replaced."""
    caller.demand("ask")
    answer = await services.recent.get(caller.name, said.answer)
    answer = answer or await Conversations(services.state, caller).answer(said.answer)
    if answer is None or not caller.may_use(answer["index"]):
        raise ProblemError(
            404,
            "No such answer",
            "This answer is not known any more. Ask again, or in a conversation, which is kept.",
        )
    await Feedbacks(services.state).add(
        caller.name,
        answer,
        right=said.right,
        right_answer=said.right_answer,
        comment=said.comment,
    )
    return Noted(answer=said.answer)


@router.get("")
async def all_of_it(
    services: ServicesOf,
    caller: CallerOf,
    offset: Offset = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> AllFeedback:
    """What was said of answers on the indexes that the caller may use, the latest first. For admins."""
    caller.demand("admin")
    found = await asyncio.to_thread(Feedbacks(services.state).all)
    usable = [one for one in found if caller.may_use(one.index)]
    part = [to_builtins(one) for one in usable[offset : offset + limit]]
    return AllFeedback.model_validate({"feedback": part, "total": len(usable)})
