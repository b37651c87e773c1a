"""/api/usage: what a key has spent today, and what is left."""

from __future__ import annotations

from fastapi import APIRouter

from rag.serve.access.caller import CallerOf
from rag.serve.services import ServicesOf
from rag.serve.shapes import Shape

router = APIRouter(prefix="/api")


class Today(Shape):
    """Tokens and money that the caller has used today on models of providers, and may use; None is without limit."""

    tokens: int
    money: float
    tokens_left: int | None
    money_left: float | None


@router.get("/usage")
async def usage(services: ServicesOf, caller: CallerOf) -> Today:
    """What the caller has spent today, and has left."""
    tokens, money = await services.ledger.spent(caller.name)
    left = await services.budgets.left(caller.name)
    return Today(
        tokens=tokens,
        money=round(money, 6),
        tokens_left=None if "tokens_left" not in left else int(left["tokens_left"]),
        money_left=left.get("money_left"),
    )
