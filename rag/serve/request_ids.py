"""Every request has an id: in its answer's header, in problems, in the log."""

from __future__ import annotations

import uuid
from collections.abc import MutableMapping
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

HEADER = b"x-request-id"


class RequestIds:
    """ASGI middleware: sets ``request.state.id`` and the header ``X-Request-Id``. One that a client sends is not
    taken up: ids are ours, so that a log can be trusted."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on, with an id."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        identity = uuid.uuid4().hex[:16]
        scope.setdefault("state", {})["id"] = identity

        async def with_id(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (HEADER, identity.encode())]
            await send(message)

        await self.app(scope, receive, with_id)
