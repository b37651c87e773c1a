"""/v1/models: the indexes that a key may use, each a model."""

from __future__ import annotations

import time
from typing import Any

from fastapi import APIRouter

from rag.serve.access.caller import Caller, CallerOf, index_named
from rag.serve.problems import ProblemError
from rag.serve.services import Services, ServicesOf

router = APIRouter(prefix="/v1")
STARTED = int(time.time())


@router.get("/models")
async def models(services: ServicesOf, caller: CallerOf) -> dict[str, Any]:
    """The names of the indexes that the caller may use."""
    names = [name for name in services.config.index if caller.may_use(name)]
    return {"object": "list", "data": [_model(name) for name in names]}


@router.get("/models/{model:path}")
async def model(model: str, services: ServicesOf, caller: CallerOf) -> dict[str, Any]:
    """One of them."""
    return _model(model_named(model, caller, services))


def model_named(name: str, caller: Caller, services: Services) -> str:
    """The index that a model's name is.

    Raises:
        ProblemError: 404, there is none for this caller.
    """
    try:
        return index_named(name, caller, services.config.index)
    except ProblemError as error:
        said = error.detail.replace("There is no index", "There is no model", 1)
        raise ProblemError(404, "Model not found", said) from None


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": STARTED, "owned_by": "rag"}
