"""Every request is counted and logged, by the route that it took; what went wrong unforeseen is logged with it."""

from __future__ import annotations

import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

_log = structlog.get_logger("rag.serve")


class Observed:
    """ASGI middleware: tells :class:`rag.serve.watching.Watch` of each response. It stands before all that may refuse."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on, and count it."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        begun, status = time.monotonic(), 499  # who asked has gone, as nginx has it

        async def seen(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, seen)
        except Exception:
            status = 500
            _log.exception("a request failed", route=_route(scope))
            raise
        finally:
            watch = scope["app"].state.services.watch
            watch.responded(_route(scope), scope["method"], status, time.monotonic() - begun)


def _route(scope: Scope) -> str:
    """As it was declared, "/api/documents/{id}": a path may hold names, and be anything."""
    return getattr(scope.get("route"), "path", "") or "other"
