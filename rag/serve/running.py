"""Run the server until it is told to stop: then what is being answered is answered first."""

from __future__ import annotations

import uvicorn
from fastapi import FastAPI

from rag.errors import SettingsError
from rag.serve.access import gate
from rag.serve.access.keys import Keys
from rag.serve.app import create_app
from rag.serve.config import ServeConfig
from rag.serve.http1 import Bounded
from rag.serve.state import State

GRACE_S = 30  # seconds that answers have to end, once it is told to stop
HEADER_BYTES = 32 * 1024  # of a request's line and headers together


def run(config: ServeConfig) -> None:
    """Serve ``config`` until the process is told to stop (SIGTERM, Ctrl-C).

    Raises:
        SettingsError: it listens to others than this machine, and there is no key.
        SystemExit: it could not start; the log says why.
    """
    check_keys(config)
    uvicorn.Server(http_server(create_app(config), config)).run()


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
        log_level="warning",
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
    folder = config.state_folder()
    state = State(folder, gate.SCHEMA)
    try:
        good = any(key.state == "good" for key in Keys(state).list())
    finally:
        state.close()
    if not good:
        raise SettingsError(
            f"{config.server.host} is open to others, and there is no key yet. Make one first: "
            f"rag key create NAME --state {folder}"
        )
