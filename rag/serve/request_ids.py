"""Every request has an id: in its answer's header, in problems, in the log, in the audit."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from rag.serve.current import Door, enter

HEADER = b"x-request-id"


class RequestIds:
    """ASGI middleware: enters the request (:mod:`rag.serve.current`), sets ``request.state.id`` and the header
    ``X-Request-Id``. One that a client sends is not taken up: ids are ours, so that a log can be trusted."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on, with an id."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = dict(scope["headers"])
        parent = headers.get(b"traceparent", b"").decode("latin-1")
        identity = enter(_door(scope["path"], headers), traceparent=parent).id
        scope.setdefault("state", {})["id"] = identity

        async def with_id(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (HEADER, identity.encode())]
            await send(message)

        await self.app(scope, receive, with_id)


def _door(path: str, headers: Mapping[bytes, bytes]) -> Door:
    if path.startswith("/v1/"):
        return "openai"
    if path.startswith("/mcp"):
        return "mcp"
    # Browsers name the site that a request comes from; other programs do not.
    return "page" if b"origin" in headers else "api"
