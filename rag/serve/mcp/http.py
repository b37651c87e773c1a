"""Agents over HTTP: /mcp, behind the same gate as everything else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from rag.serve.access.caller import Caller, caller_of
from rag.serve.mcp.server import AgentServer, Context
from rag.serve.services import Services

MOST_SESSIONS = 200  # of one key


class AgentEndpoint:
    """The ASGI application at ``path``, within one that has its sessions (:func:`agents_over_http`) and its gate."""

    path = "/mcp"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, once it is known who sends it.

        Raises:
            ProblemError: 401, 403.
        """
        request = Request(scope, receive)
        caller = await caller_of(request)
        caller.demand("ask")
        request.state.caller = caller
        scope["route"] = self  # by which requests are counted
        sessions: Sessions = request.app.state.agents
        manager = await sessions.of(caller.name)
        await manager.handle_request(scope, receive, send)


class Sessions:
    """Those of agents, of each key by itself: one key's is not there for another, and takes no room from it."""

    def __init__(self, server: Server[Any], tasks: asyncio.TaskGroup, *, replicas: bool) -> None:
        """``replicas``: others answer for the same agents, so that no message may count on one before it."""
        self._server, self._tasks, self._replicas = server, tasks, replicas
        self._keys: dict[str, asyncio.Future[StreamableHTTPSessionManager]] = {}
        self._running: list[asyncio.Task[None]] = []

    async def of(self, key: str) -> StreamableHTTPSessionManager:
        """What holds those of the key of this name."""
        if key not in self._keys:
            self._keys[key] = asyncio.get_running_loop().create_future()
            self._running.append(self._tasks.create_task(self._run(self._keys[key])))
        return await asyncio.shield(self._keys[key])  # others may wait for it, too

    def close(self) -> None:
        """End them all."""
        for one in self._running:
            one.cancel()

    async def _run(self, ready: asyncio.Future[StreamableHTTPSessionManager]) -> None:
        manager = StreamableHTTPSessionManager(
            self._server, stateless=self._replicas, max_sessions=MOST_SESSIONS
        )
        async with manager.run():
            ready.set_result(manager)
            await asyncio.Event().wait()


@asynccontextmanager
async def agents_over_http(app: Starlette, services: Services) -> AsyncIterator[None]:
    """The sessions of agents with ``app``, for as long as the block lasts."""
    async with asyncio.TaskGroup() as tasks:
        app.state.agents = sessions = Sessions(
            AgentServer(services, _caller).protocol(), tasks, replicas=services.state.shared
        )
        try:
            yield
        finally:
            sessions.close()


def _caller(ctx: Context) -> Caller:
    """Who sent the very request that a message came in: not who began its session."""
    assert ctx.request is not None
    caller: Caller = ctx.request.state.caller
    return caller
