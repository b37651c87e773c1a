"""Agents over HTTP: /mcp, behind the same gate as everything else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from rag.serve.access.caller import Caller, caller_of
from rag.serve.mcp.server import AgentServer, Context
from rag.serve.services import Services

MOST_SESSIONS = 1_000


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
        # So that a session is used with the key that began it alone.
        scope["user"] = AuthenticatedUser(AccessToken(token="", client_id=caller.name, scopes=[]))
        manager: StreamableHTTPSessionManager = request.app.state.agents
        await manager.handle_request(scope, receive, send)


@asynccontextmanager
async def agents_over_http(app: Starlette, services: Services) -> AsyncIterator[None]:
    """The sessions of agents with ``app``, for as long as the block lasts."""
    server = AgentServer(services, _caller).protocol()
    manager = StreamableHTTPSessionManager(server, max_sessions=MOST_SESSIONS)
    app.state.agents = manager
    async with manager.run():
        yield


def _caller(ctx: Context) -> Caller:
    """Who sent the very request that a message came in: not who began its session."""
    assert ctx.request is not None
    caller: Caller = ctx.request.state.caller
    return caller
