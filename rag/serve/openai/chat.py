"""/v1/chat/completions: a question is asked of the index that is named as the model."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, StreamingResponse

from rag.codec import to_json
from rag.serve.access.caller import Caller, CallerOf
from rag.serve.asking import ask
from rag.serve.openai.marked import marked
from rag.serve.openai.messages import question_and_turns
from rag.serve.openai.models import model_named
from rag.serve.openai.shapes import ChatRequest
from rag.serve.pauses import PAUSE, with_pauses
from rag.serve.problems import ProblemError, openai_json, problem_logged
from rag.serve.protocol import Said
from rag.serve.services import Services, ServicesOf
from rag.serve.shapes import AskRequest

router = APIRouter(prefix="/v1")
ENDS_OF_LINES = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
"""What some clients take for the end of a line, and so of an event's data; as JSON has it otherwise."""
UNBUFFERED = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@router.post("/chat/completions")
async def complete(asked: ChatRequest, services: ServicesOf, caller: CallerOf) -> Response:
    """The answer as the message of an assistant; as server-sent events with ``stream``."""
    _refuse(asked)
    index = model_named(asked.model, caller, services)
    question, turns = question_and_turns(asked.messages)
    request = AskRequest(question=question, index=index, where=asked.rag.where)
    events = ask(services, caller, request, turns=turns)
    if asked.rag.rectangles:
        events = _with_rectangles(events, services, caller, index)
    abstention = services.config.index[index].abstention
    completion = _Completion(index, marks=asked.rag.marks, abstention=abstention)
    if asked.stream:
        first = await anext(events)  # what cannot be asked is a status
        usage = asked.stream_options is not None and asked.stream_options.include_usage
        streamed = _streamed(completion, first, events, with_usage=usage)
        return StreamingResponse(streamed, media_type="text/event-stream", headers=UNBUFFERED)
    answer: Mapping[str, Any] = {}
    async with contextlib.aclosing(events):
        async for said in events:
            answer = said.value
    return JSONResponse(completion.whole(answer))


def _refuse(asked: ChatRequest) -> None:
    """What would be answered otherwise than it is asked for."""
    if asked.n is not None and asked.n != 1:
        said = "There is one answer to a question: leave n out, or give 1."
    elif asked.response_format and asked.response_format.get("type") not in (None, "text"):
        said = "Answers are text, with their citations as JSON in the field rag: leave response_format out."
    elif asked.tool_choice not in (None, "auto", "none") or asked.function_call not in (
        None,
        "auto",
        "none",
    ):
        said = "No tools are called here: leave tool_choice out."
    else:
        return
    raise ProblemError(400, "Not supported", said)


async def _with_rectangles(
    events: AsyncGenerator[Said, None], services: Services, caller: Caller, index: str
) -> AsyncGenerator[Said, None]:
    """The events; in the answer each citation has ``pages``: where on each of them it stands."""
    answer: dict[str, Any] = {}
    async with contextlib.aclosing(events):
        async for said in events:
            if said.kind == "answer":  # the worker that gave it is free only when they have ended
                answer = said.value
            else:
                yield said
    citations = answer["citations"]
    marks = await services.workers.call(
        "marks", index=index, citations=citations, groups=caller.groups
    )
    placed = [{**one, "pages": pages} for one, pages in zip(citations, marks, strict=True)]
    yield Said("answer", {**answer, "citations": placed})


@dataclass(frozen=True, slots=True)
class _Completion:
    """One answer in the shapes of this API."""

    model: str
    marks: bool
    abstention: str

    def text(self, answer: Mapping[str, Any]) -> str:
        return marked(answer, self.abstention) if self.marks else str(answer["text"])

    def whole(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        message = {
            "role": "assistant",
            "content": self.text(answer),
            "refusal": None,
            "rag": answer,
        }
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {**self.head("chat.completion"), "choices": [choice], "usage": _usage(answer)}

    def head(self, kind: str) -> dict[str, Any]:
        identity = f"chatcmpl-{uuid.uuid4().hex}"
        return {"id": identity, "object": kind, "created": int(time.time()), "model": self.model}


async def _streamed(
    completion: _Completion, first: Said, rest: AsyncGenerator[Said, None], *, with_usage: bool
) -> AsyncIterator[str]:
    """The events: the role, nothing but comments while it is thought, the text, the end, what it used. Only what
    was held against the documents goes out: this API has no way to take a word back."""
    head = completion.head("chat.completion.chunk")
    usage = {"usage": None} if with_usage else {}

    def chunk(delta: Mapping[str, Any], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _event({**head, "choices": [choice], **usage})

    yield chunk({"role": "assistant", "content": ""})
    try:
        answer = first.value
        async with contextlib.aclosing(with_pauses(rest)) as events:
            async for said in events:
                if said is PAUSE:
                    yield ": reading\n\n"
                else:
                    answer = said.value
        for line in completion.text(answer).splitlines(keepends=True):
            yield chunk({"content": line})
        yield chunk({"rag": answer}, "stop")
        if with_usage:
            yield _event({**head, "choices": [], "usage": _usage(answer)})
    except Exception as error:
        yield _event(openai_json(problem_logged(error)))
    yield "data: [DONE]\n\n"


def _event(value: Mapping[str, Any]) -> str:
    return f"data: {to_json(value).translate(ENDS_OF_LINES)}\n\n"


def _usage(answer: Mapping[str, Any]) -> dict[str, int]:
    used = answer["usage"]
    names = {"prompt_tokens": "input_tokens", "completion_tokens": "output_tokens"}
    counts = {ours: int(used.get(theirs, 0)) for ours, theirs in names.items()}
    return {**counts, "total_tokens": sum(counts.values())}
