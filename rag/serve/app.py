"""The application: routes and what stands before them, put together for one configuration."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp

from rag import __version__
from rag.errors import ModelError, RagError
from rag.serve import api, health, logs, tracing
from rag.serve.access.guard import guarded
from rag.serve.config import ServeConfig
from rag.serve.mcp.http import AgentEndpoint, agents_over_http
from rag.serve.observed import Observed
from rag.serve.openai import chat, embeddings, models
from rag.serve.openapi import openapi
from rag.serve.problems import handle_problems
from rag.serve.request_ids import RequestIds
from rag.serve.starting import opened
from rag.serve.workers import Failed, WorkerLost

PAGE = Path(str(files("rag.serve") / "page"))


class _Guarded(FastAPI):
    """With what stands before every route, and before what answers for an error that no route foresaw."""

    def __init__(self, config: ServeConfig, **settings: Any) -> None:
        super().__init__(**settings)
        self.config = config

    def openapi(self) -> dict[str, Any]:
        """What the routes take and give."""
        self.openapi_schema = self.openapi_schema or openapi(self)
        return self.openapi_schema

    def build_middleware_stack(self) -> ASGIApp:
        """The routes, guarded, and each request watched, with an id."""
        return RequestIds(Observed(guarded(super().build_middleware_stack(), self.config)))


def create_app(config: ServeConfig) -> FastAPI:
    """The ASGI application that serves ``config``; its lifespan starts and ends the workers."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        logs.configure(config.log)
        tracing.start()
        with _failing_in_words(app):
            async with opened(config) as services:
                app.state.services, app.state.gate = services, services.gate
                async with agents_over_http(app, services):
                    yield

    app = _Guarded(
        config,
        title=config.server.name,
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        # Its own would export query strings and messages of errors, which hold names and questions.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    handle_problems(app)
    app.include_router(health.router)
    for resource in (*api.RESOURCES, models, chat, embeddings):
        app.include_router(resource.router)
    agents = AgentEndpoint()
    app.router.routes.append(Route(agents.path, agents, include_in_schema=False))
    static = GZipMiddleware(StaticFiles(directory=PAGE), compresslevel=6)  # nothing secret is in it
    app.mount("/static", static, name="page")

    @app.get("/", include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(PAGE / "index.html")

    return app


@contextmanager
def _failing_in_words(app: FastAPI) -> Iterator[None]:
    """Why it cannot start is kept as ``app.state.failure``, for who runs it: uvicorn tells that to a log alone."""
    try:
        yield
    except Failed as error:
        app.state.failure = RagError(str(error))
        raise
    except WorkerLost:
        app.state.failure = ModelError(
            "A process that answers ended while it started: is there memory for it?"
        )
        raise
    except Exception as error:
        app.state.failure = error
        raise
