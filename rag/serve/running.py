"""Run the server until it is told to stop: then what is being answered is answered first."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from dataclasses import replace

import uvicorn
from fastapi import FastAPI

from rag.errors import SettingsError
from rag.serve.access import gate
from rag.serve.access.keys import Keys
from rag.serve.app import create_app
from rag.serve.config import ServeConfig
from rag.serve.http1 import Bounded
from rag.serve.listening import BACKLOG, address_of, listen
from rag.serve.state import masked, open_state
from rag.store.addresses import store_at, within

GRACE_S = 30  # seconds that answers have to end, once it is told to stop
HEADER_BYTES = 32 * 1024  # of a request's line and headers together


def run(config: ServeConfig, ready: Callable[[str], None] = lambda _: None) -> None:
    """Serve ``config`` until the process is told to stop (SIGTERM, Ctrl-C); ``ready`` is told the address, once
    questions are answered there.

    Raises:
        SettingsError: it listens to others than this machine, and there is no key; or it cannot listen there.
        RagError: an index cannot be opened, a model not loaded, a folder not be written to.
    """
    for served in config.index.values():  # before anything is made for it
        store_at(within(config.folder, served.path)).stamp()
    check_keys(config)
    listening = listen(config.server.host, config.server.port)
    port = listening.getsockname()[1]
    config = replace(config, server=replace(config.server, port=port))
    app = create_app(config)
    server = _Server(http_server(app, config))
    server.ready = lambda: ready(address_of(config.server.host, port))
    # The server raises it again once it has done what it asks for: all is answered, and that is success.
    signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        server.run(sockets=[listening])
    except SystemExit:  # it did not start
        raise app.state.failure from None
    finally:
        listening.close()


class _Server(uvicorn.Server):
    """One that tells when it is ready."""

    ready: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready()


def http_server(app: FastAPI, config: ServeConfig) -> uvicorn.Config:
    """How HTTP is spoken for ``app``."""
    return uvicorn.Config(
        app,
        host=config.server.host,
        port=config.server.port,
        http=Bounded,  # on h11, which bounds headers and refuses what a proxy could read another way
        ws="none",
        h11_max_incomplete_event_size=HEADER_BYTES,
        proxy_headers=bool(config.server.proxies),
        forwarded_allow_ips=list(config.server.proxies),
        log_config=None,
        backlog=BACKLOG,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )


def check_keys(config: ServeConfig) -> None:
    """That who is not on this machine needs a key, and that there is one.

    Raises:
        SettingsError: there is none.
    """
    if config.loopback:
        return
    place = config.state_place()
    state = open_state(place, gate.SCHEMA)
    try:
        good = any(key.state == "good" for key in Keys(state).list())
    finally:
        state.close()
    if not good:
        raise SettingsError(
            f"{config.server.host} is open to others, and there is no key yet. Make one first: "
            f"rag key create NAME --state {masked(place)}"
        )
