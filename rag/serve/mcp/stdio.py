"""Agents over pipes: they start ``rag mcp``, speak on its standard input, and close that when they are done."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from dataclasses import replace

import structlog
from mcp.server.stdio import stdio_server

from rag.serve import logs
from rag.serve.access.caller import OWNER, Caller
from rag.serve.config import ServeConfig
from rag.serve.current import enter
from rag.serve.mcp.server import AgentServer, Context
from rag.serve.services import Services
from rag.serve.starting import services_for


def run(config: ServeConfig) -> None:
    """Serve until standard input ends. On standard output there is nothing but the protocol.

    Raises:
        StorageError: what is kept cannot be kept.
    """
    asyncio.run(_serve(replace(config, server=replace(config.server, workers=1))))


async def _serve(config: ServeConfig) -> None:
    logs.configure(config.log)
    services = services_for(config)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, _leave, services, number)
    # Agents wait for an answer to their greeting before they show anything: it does not wait for the models.
    opening = asyncio.create_task(services.workers.open())
    opening.add_done_callback(_log_failure)
    server = AgentServer(services, _owner, ready=lambda: asyncio.shield(opening)).protocol()
    try:
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())
    finally:
        opening.cancel()
        await services.close(grace_s=0.0)


def _leave(services: Services, number: int) -> None:
    """End at once: the thread that waits for input could not be told to. The worker sees that its own has ended."""
    services.watch.audit.close()
    os._exit(128 + number)


def _owner(_ctx: Context) -> Caller:
    """Whoever has started it can read the index's files too."""
    enter("mcp")
    return OWNER


def _log_failure(opening: asyncio.Task[None]) -> None:
    with suppress(asyncio.CancelledError):
        if error := opening.exception():
            structlog.get_logger("rag.serve").error("the index cannot be served", why=str(error))
