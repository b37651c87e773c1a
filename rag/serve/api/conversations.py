"""/api/conversations: what was asked and answered, kept for the key that asked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from rag.codec import to_builtins
from rag.serve.access.caller import Caller, CallerOf, index_named
from rag.serve.asking import no_conversation
from rag.serve.conversations import MOST, Conversations, Kept, to_markdown
from rag.serve.problems import ProblemError
from rag.serve.services import Services, ServicesOf
from rag.serve.shapes import Shape, ShownAnswer

router = APIRouter(prefix="/api/conversations")
Name = Annotated[str, Field(max_length=200)]


class NewConversation(Shape):
    """A conversation to begin. Without a name it goes by its first question."""

    index: str = ""
    name: Name = ""


class Renamed(Shape):
    """The name that a conversation is to go by."""

    name: Annotated[str, Field(min_length=1, max_length=200)]


class ListedConversation(Shape):
    """A conversation without its turns; times are UTC, ISO 8601."""

    id: str
    name: str
    index: str
    created: str
    updated: str


class ShownTurn(Shape):
    """A question as it was asked, and its answer."""

    question: str
    answer: ShownAnswer


class ShownConversation(ListedConversation):
    """A conversation, its oldest turn first."""

    turns: list[ShownTurn]


class ListedConversations(Shape):
    """Those of the caller, the latest first."""

    conversations: list[ListedConversation]


@router.get("")
async def listed(
    services: ServicesOf,
    caller: CallerOf,
    index: Annotated[str, Query(description="Only those about this index.")] = "",
) -> ListedConversations:
    """The caller's conversations, the latest first."""
    caller.demand("ask")
    kept = [
        to_builtins(one)
        for one in await Conversations(services.state, caller).all()
        if caller.may_use(one.index) and index in ("", one.index)
    ]
    return ListedConversations.model_validate({"conversations": kept})


@router.post("", status_code=201)
async def begin(
    asked: NewConversation, services: ServicesOf, caller: CallerOf
) -> ShownConversation:
    """Begin one; its id is what /api/ask takes as "conversation"."""
    caller.demand("ask")
    index = index_named(asked.index, caller, services.config.index)
    kept = await Conversations(services.state, caller).begin(index, asked.name.strip())
    if kept is None:
        said = f"{MOST:,} conversations are kept, which is all that a key may have. Delete some."
        raise ProblemError(409, "Too many", said)
    return ShownConversation.model_validate({**to_builtins(kept), "turns": []})


@router.get("/{conversation}")
async def shown(conversation: str, services: ServicesOf, caller: CallerOf) -> ShownConversation:
    """One of them, with its turns."""
    kept = await _kept(services, caller, conversation)
    answers = await Conversations(services.state, caller).turns(kept.id)
    turns = [{"question": one["question"], "answer": one} for one in answers]
    return ShownConversation.model_validate({**to_builtins(kept), "turns": turns})


@router.patch("/{conversation}")
async def rename(
    conversation: str, to: Renamed, services: ServicesOf, caller: CallerOf
) -> ListedConversation:
    """Give it another name."""
    await _kept(services, caller, conversation)
    kept = await Conversations(services.state, caller).rename(conversation, to.name.strip())
    if kept is None:
        raise no_conversation()
    return ListedConversation.model_validate(to_builtins(kept))


@router.delete("/{conversation}", status_code=204)
async def delete(conversation: str, services: ServicesOf, caller: CallerOf) -> None:
    """Delete it; nothing of it is left in the server's file."""
    await _kept(services, caller, conversation)
    if not await Conversations(services.state, caller).delete(conversation):
        raise no_conversation()


@router.get(
    "/{conversation}/markdown",
    response_class=Response,
    responses={200: {"content": {"text/markdown": {"schema": {"type": "string"}}}}},
)
async def markdown(conversation: str, services: ServicesOf, caller: CallerOf) -> Response:
    """All of it as Markdown, with places and quotes."""
    kept = await _kept(services, caller, conversation)
    answers = await Conversations(services.state, caller).turns(kept.id)
    return Response(
        to_markdown(kept, answers),
        media_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="conversation.md"'},
    )


async def _kept(services: Services, caller: Caller, identity: str) -> Kept:
    caller.demand("ask")
    kept = await Conversations(services.state, caller).get(identity)
    if kept is None or not caller.may_use(kept.index):
        raise no_conversation()
    return kept
