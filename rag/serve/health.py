"""/healthz and /readyz, for who watches over the server."""

from __future__ import annotations

from fastapi import APIRouter, Response

from rag.serve.services import ServicesOf

router = APIRouter()


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """It runs."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(services: ServicesOf, response: Response) -> dict[str, str]:
    """It can answer: 200 once a worker is ready, 503 before."""
    ready = services.workers.ready.is_set()
    response.status_code = 200 if ready else 503
    return {"status": "ready" if ready else "starting"}
