"""The door before everything but the page's own files: nobody comes in, and nothing of a body is read, without a caller."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.errors import StorageError
from rag.serve.access.gate import Gate
from rag.serve.problems import ProblemError, problem_logged, problem_response

INSIDE = ("/api", "/v1", "/mcp")
OUTSIDE = ("/api/session", "/api/openapi.json")


class Door:
    """ASGI middleware: ``request.state.caller`` is who asks, as :meth:`rag.serve.access.gate.Gate.caller` knows it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on with its caller, or refuse it."""
        if scope["type"] == "http" and _inside(scope["path"]):
            gate: Gate = scope["app"].state.gate
            try:
                scope.setdefault("state", {})["caller"] = await gate.caller(HTTPConnection(scope))
            except (ProblemError, StorageError) as error:
                return await problem_response(scope, problem_logged(error))(scope, receive, send)
        await self.app(scope, receive, send)


def _inside(path: str) -> bool:
    return path not in OUTSIDE and any(path == one or path.startswith(f"{one}/") for one in INSIDE)
