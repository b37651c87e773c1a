"""/healthz, /readyz and /metrics, for who watches over the server."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from rag.serve.access.caller import caller_of
from rag.serve.services import ServicesOf

router = APIRouter()


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """It runs."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(services: ServicesOf, response: Response) -> dict[str, str]:
    """It can answer: 200 once a worker is ready, 503 before, and while what it keeps cannot be had."""
    status = "ready" if services.workers.ready.is_set() else "starting"
    if status == "ready" and not await services.state.there():
        status = "state away"
    response.status_code = 200 if status == "ready" else 503
    return {"status": status}


@router.get("/metrics", response_class=Response)
async def metrics(services: ServicesOf, request: Request) -> Response:
    """What was counted, as Prometheus reads it; for an admin of all indexes, unless ``open_metrics`` is set."""
    if not services.config.server.open_metrics:
        (await caller_of(request)).demand_all()
    return Response(services.watch.metrics.text(), media_type=CONTENT_TYPE_LATEST)
