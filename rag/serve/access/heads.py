"""How much a request may say before its body: its path and query, and its headers."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from rag.serve.problems import ProblemError, problem_response

MOST_HEADERS = 100
MOST_BYTES = 32 * 1024


class Heads:
    """ASGI middleware: more than ``MOST_HEADERS``, or than ``MOST_BYTES`` in all, is refused with 431. (h11 alone refuses
    only what comes in pieces.)"""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on, if it is not too much."""
        if scope["type"] == "http":
            headers = scope["headers"]
            said = sum(len(name) + len(value) for name, value in headers)
            said += len(scope["path"]) + len(scope["query_string"])
            if len(headers) > MOST_HEADERS or said > MOST_BYTES:
                most = f"at most {MOST_HEADERS} headers, and {MOST_BYTES:,} bytes with the address."
                problem = ProblemError(431, "Headers too large", f"A request may have {most}")
                return await problem_response(scope, problem)(scope, receive, send)
        await self.app(scope, receive, send)
