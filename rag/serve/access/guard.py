"""What stands before every route, put together."""

from __future__ import annotations

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from rag.serve.access.bodies import Bodies
from rag.serve.access.door import Door
from rag.serve.access.headers import SecurityHeaders
from rag.serve.access.heads import Heads
from rag.serve.access.hosts import Hosts
from rag.serve.access.sites import SameSite
from rag.serve.config import ServeConfig

EXPOSED = ("RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id")


def guarded(app: ASGIApp, config: ServeConfig) -> ASGIApp:
    """``app`` behind all of it. What comes in meets first what is written last: is it short, is this server meant, does its own page
    ask, who asks, how much is sent."""
    server = config.server
    app = Bodies(
        app,
        most_mb=server.max_body_mb,
        most_upload_mb=server.max_upload_mb,
        patience_s=server.body_patience_s,
    )
    app = Door(app)
    app = SameSite(app, server.origins)
    if server.origins:
        app = CORSMiddleware(
            app,
            allow_origins=server.origins,
            allow_methods=("GET", "POST", "PATCH", "DELETE"),
            allow_headers=("Authorization",),
            expose_headers=EXPOSED,
        )
    app = Hosts(app, (server.host, *server.hosts))
    return SecurityHeaders(Heads(app))
