"""How much of a request's body is read, and how long it may take to come."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.serve.problems import ProblemError, problem_response

MB = 1_000_000
SLOWEST = 16_000  # bytes a second that a body must come with, after the first seconds
UPLOADS = "/api/documents"


class Bodies:
    """ASGI middleware: a body of more than ``most_mb``, of an upload more than ``most_upload_mb``, is refused with 413 before
    it is read, or where it doesn't say how long it is, as soon as it is longer; one that comes too slowly, with 408.
    It has ``patience_s`` seconds, and one more for each 16 kB that have come."""

    def __init__(
        self, app: ASGIApp, *, most_mb: int, most_upload_mb: int, patience_s: float
    ) -> None:
        self.app = app
        self.most_mb, self.most_upload_mb = most_mb, most_upload_mb
        self.patience_s = patience_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on, as far as it is read."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        upload = scope["path"] == UPLOADS
        most = self.most_upload_mb if upload else self.most_mb
        if int(headers.get("content-length", "0")) > most * MB:
            problem = ProblemError(413, "Too large", _too_large(most))
            return await problem_response(scope, problem)(scope, receive, send)
        await self.app(scope, _Bounded(receive, most, self.patience_s), send)


class _Bounded:
    """``receive``, for one request. What it raises becomes a response where a route reads the body."""

    def __init__(self, receive: Receive, most_mb: int, patience_s: float) -> None:
        self._receive, self._most_mb, self._patience_s = receive, most_mb, patience_s
        self._read, self._begun, self._ended = 0, 0.0, False

    async def __call__(self) -> Message:
        if self._ended:  # what is waited for now is that the client goes
            return await self._receive()
        self._begun = self._begun or asyncio.get_running_loop().time()
        until = self._begun + self._patience_s + self._read / SLOWEST
        try:
            async with asyncio.timeout_at(until):
                message = await self._receive()
        except TimeoutError:
            said = "The request's body came too slowly, or stopped. Send it again."
            raise HTTPException(408, said, {"Connection": "close"}) from None
        self._read += len(message.get("body", b""))
        self._ended = not message.get("more_body", False)
        if self._read > self._most_mb * MB:
            raise HTTPException(413, _too_large(self._most_mb))
        return message


def _too_large(most_mb: int) -> str:
    return f"The request's body has more than {most_mb} MB, which is the most that is taken here."
