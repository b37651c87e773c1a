"""Run the server until it is told to stop: then what is being answered is answered first."""

from __future__ import annotations

import uvicorn

from rag.serve.app import create_app
from rag.serve.config import ServeConfig

GRACE_S = 30  # seconds that answers have to end, once it is told to stop


def run(config: ServeConfig) -> None:
    """Serve ``config`` until the process is told to stop (SIGTERM, Ctrl-C).

    Raises:
        SystemExit: it could not start; the log says why.
    """
    uvicorn.run(
        create_app(config),
        host=config.server.host,
        port=config.server.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )
