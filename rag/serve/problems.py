"""What goes wrong, as HTTP says it: problem+json with what to do; on /v1 in the shape of OpenAI's API."""

from __future__ import annotations

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import Scope

from rag import errors
from rag.serve.workers import Busy, Failed, TookTooLong, WorkerLost

UNKNOWN = (
    "Something went wrong that should not. The server's log says what, under the request's id."
)
PROBLEM = "application/problem+json"
LATER = "30"  # seconds until what took too long may be worth another try
# The class of an error of ours, or of one that it derives from, the status that it is, and what is said of it: its own
# words, or others where those are for who runs the server, who finds them in the log.
_OURS: tuple[tuple[type[Exception], int, str], ...] = (
    (errors.NoDocument, 404, ""),
    (errors.ViewError, 404, ""),
    (errors.QueryError, 400, ""),
    (errors.UploadError, 409, ""),
    (
        errors.IndexLocked,
        409,
        "Another process is writing to this index. Try again when that is done.",
    ),
    (
        errors.IndexMissing,
        503,
        "This index is not there at the moment. Try again later, or ask who runs this server.",
    ),
    (
        errors.StorageError,
        503,
        "The server can keep nothing at the moment: its disk may be full. Try again later, or ask who runs it.",
    ),
    (
        errors.SettingsError,
        503,
        "What the owner has set for this cannot be read at the moment. Ask who runs this server.",
    ),
    (
        errors.ModelError,
        502,
        "The model that answers cannot be used at the moment. Try again later, or ask who runs this server.",
    ),
)


class ProblemError(Exception):
    """A problem with a status of its own; ``detail`` says what to do."""

    def __init__(
        self, status: int, title: str, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.title, self.detail = status, title, detail
        self.headers = dict(headers or {})


def problem_of(error: BaseException) -> ProblemError:
    """What any error is to a client. Of one that is not foreseen nothing is told."""
    match error:
        case ProblemError():
            return error
        case Busy(after=after):
            wait = math.ceil(after)
            said = f"Too many questions wait already. Try again in {wait} s."
            return ProblemError(503, "Busy", said, {"Retry-After": str(wait)})
        case TookTooLong():
            said = "It took longer than this server lets a question take. Ask for less, or again later."
            return ProblemError(504, "Took too long", said, {"Retry-After": LATER})
        case WorkerLost():
            said = "The process that was answering died; another takes its place. Ask again."
            return ProblemError(503, "Lost", said, {"Retry-After": "1"})
        case Failed(kind=kind):
            return _of_ours(kind, str(error))
        case errors.RagError():
            return _of_ours(type(error).__name__, str(error))
        case RequestValidationError():
            return ProblemError(422, "Not understood", _fields(error))
        case HTTPException(status_code=status, detail=detail, headers=headers):
            return ProblemError(status, HTTPStatus(status).phrase, str(detail), headers)
    return ProblemError(500, "Internal error", UNKNOWN)


def problem_logged(error: BaseException) -> ProblemError:
    """The same; what the client is not told goes into the log."""
    problem, log = problem_of(error), structlog.get_logger("rag.serve")
    if isinstance(error, Failed | errors.RagError):
        if str(error) != problem.detail:
            kind = error.kind if isinstance(error, Failed) else type(error).__name__
            log.error("error", kind=kind, why=str(error))
    elif problem.status == 500:
        log.error("error", exc_info=error)
    return problem


def problem_json(problem: ProblemError, request_id: str) -> dict[str, Any]:
    """As :class:`rag.serve.shapes.Problem` has it."""
    return {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "request": request_id,
    }


def openai_json(problem: ProblemError) -> dict[str, Any]:
    """As clients of OpenAI's API read it."""
    kind = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}.get(
        problem.status, "server_error" if problem.status >= 500 else "invalid_request_error"
    )
    code = {401: "invalid_api_key", 413: "context_length_exceeded", 429: "rate_limit_exceeded"}.get(
        problem.status, problem.title.lower().replace(" ", "_")
    )
    return {"error": {"message": problem.detail, "type": kind, "param": None, "code": code}}


def problem_response(scope: Scope, problem: ProblemError) -> JSONResponse:
    """The response to a request that has come to this."""
    if scope["path"].startswith("/v1/"):
        status = 400 if problem.status in (413, 422) else problem.status  # as OpenAI has it
        return JSONResponse(openai_json(problem), status, headers=problem.headers)
    return JSONResponse(
        problem_json(problem, scope.get("state", {}).get("id", "")),
        problem.status,
        headers=problem.headers,
        media_type=PROBLEM,
    )


def handle_problems(app: FastAPI) -> None:
    """Have the application answer every error by :func:`problem_of`."""

    async def handle(request: Request, error: Exception) -> JSONResponse:
        return problem_response(request.scope, problem_logged(error))

    async def unforeseen(request: Request, error: Exception) -> JSONResponse:
        return problem_response(request.scope, problem_of(error))  # it is raised on, and logged

    kinds = (ProblemError, errors.RagError, Busy, TookTooLong, WorkerLost, Failed)
    for kind in (*kinds, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, handle)
    app.add_exception_handler(Exception, unforeseen)


def _of_ours(kind: str, said: str) -> ProblemError:
    found = getattr(errors, kind, None)
    for known, status, instead in _OURS:
        if isinstance(found, type) and issubclass(found, known):
            return ProblemError(status, HTTPStatus(status).phrase, instead or said)
    return ProblemError(500, "Internal error", UNKNOWN)


def _fields(error: RequestValidationError) -> str:
    said = [
        f"{'.'.join(str(part) for part in one['loc'] if part != 'body') or 'the body'}: {one['msg']}"
        for one in error.errors()[:5]
    ]
    return "; ".join(said) + "."
