"""/api/session: the page signs in with a key, and out."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import Field

from rag.serve.access.caller import Caller
from rag.serve.access.sessions import COOKIE
from rag.serve.problems import ProblemError
from rag.serve.services import ServicesOf
from rag.serve.shapes import Shape

router = APIRouter(prefix="/api")


class SignIn(Shape):
    """The key to sign in with."""

    key: str = Field(max_length=200, repr=False)


class Session(Shape):
    """Who is signed in: ``name`` is "", and there are no roles, where nobody is. ``needs_key``: this server wants keys."""

    name: str
    roles: list[str]
    needs_key: bool


@router.get("/session")
async def who(request: Request, services: ServicesOf) -> Session:
    """Who asks."""
    try:
        caller = await services.gate.caller(request)
    except ProblemError as problem:
        if problem.status != 401:
            raise
        return Session(name="", roles=[], needs_key=True)
    return _session(caller, needs_key=await services.gate.needs_key(request))


@router.post("/session")
async def sign_in(
    shown: SignIn, request: Request, response: Response, services: ServicesOf
) -> Session:
    """Begin a session with a key, which a cookie then stands for."""
    token, key = await services.gate.enter(request, shown.key.strip())
    response.set_cookie(
        COOKIE,
        token,
        max_age=services.gate.sessions.seconds,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return _session(key.caller, needs_key=await services.gate.needs_key(request))


@router.delete("/session", status_code=204)
async def sign_out(request: Request, response: Response, services: ServicesOf) -> None:
    """End the session of the cookie, if there is one."""
    await services.gate.leave(request)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")


def _session(caller: Caller, *, needs_key: bool) -> Session:
    return Session(name=caller.name, roles=sorted(caller.roles), needs_key=needs_key)
