"""/api/indexes, /api/ask, /api/search."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from rag.codec import to_json
from rag.serve.access.caller import CallerOf
from rag.serve.asking import ask, search
from rag.serve.problems import problem_json, problem_logged
from rag.serve.protocol import Said
from rag.serve.services import ServicesOf
from rag.serve.shapes import (
    AskRequest,
    Hits,
    Indexes,
    SearchRequest,
    ShownAnswer,
)

router = APIRouter(prefix="/api")


@router.get("/indexes")
async def indexes(services: ServicesOf, caller: CallerOf) -> Indexes:
    """The indexes that the caller may use, with the owner's words for them."""
    found = []
    for name, served in services.config.index.items():
        if caller.may_use(name):
            about = await services.workers.call("about", index=name, groups=caller.groups)
            same = {one: getattr(served, one) for one in ("title", "greeting", "abstention")}
            found.append({"name": name, **same, **about, "roles": sorted(caller.roles)})
    return Indexes.model_validate({"indexes": found})


@router.post("/ask", response_model=ShownAnswer)
async def answer(
    asked: AskRequest, request: Request, services: ServicesOf, caller: CallerOf
) -> Response | dict[str, Any]:
    """The answer, or an abstention; with ``stream`` as server-sent events: hits, text, and last the answer."""
    events = ask(services, caller, asked)
    if asked.stream:
        first = await anext(events)  # what cannot be asked is a status, not an event
        streamed = _streamed(first, events, getattr(request.state, "id", ""))
        return StreamingResponse(streamed, media_type="text/event-stream", headers=UNBUFFERED)
    value: dict[str, Any] = {}
    async with contextlib.aclosing(events):
        async for said in events:
            value = said.value
    return value


@router.post("/search")
async def found(asked: SearchRequest, services: ServicesOf, caller: CallerOf) -> Hits:
    """What a search finds, without an answer."""
    return Hits.model_validate(await search(services, caller, asked))


UNBUFFERED = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


async def _streamed(
    first: Said, rest: AsyncGenerator[Said, None], request_id: str
) -> AsyncIterator[str]:
    def event(kind: str, value: Any) -> str:
        return f"event: {kind}\ndata: {to_json(value)}\n\n"

    async with contextlib.aclosing(rest):
        yield event(first.kind, first.value)
        try:
            async for said in rest:
                yield event(said.kind, said.value)
        except Exception as error:
            yield event("problem", problem_json(problem_logged(error), request_id))
