"""Whether a request means this server: by the name that it calls it.

A page of anybody's can have its own name lead to this machine (DNS rebinding), and would then be same-origin with
what answers here. So the server answers to no name that it was not given.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.serve.problems import ProblemError, problem_response

_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::(\d{1,5}))?", re.ASCII | re.IGNORECASE)


class Hosts:
    """ASGI middleware: "localhost", addresses in digits (which no name server can change) and ``names`` are answered
    to, on any port; other names are refused with 421, what is no name with 400. Only the header Host counts."""

    def __init__(self, app: ASGIApp, names: Iterable[str]) -> None:
        self.app = app
        self.names = {"localhost", *(name_of(name) or name.lower() for name in names)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on, if it is meant."""
        if scope["type"] == "http" and (problem := self._problem(scope)) is not None:
            return await problem_response(scope, problem)(scope, receive, send)
        await self.app(scope, receive, send)

    def _problem(self, scope: Scope) -> ProblemError | None:
        if not scope["path"].startswith("/"):
            said = "Send the path alone in the request's first line, and the host in Host."
            return ProblemError(400, "Bad request", said)
        shown = Headers(scope=scope).getlist("host")
        name = name_of(shown[0]) if len(shown) == 1 else None
        if name is None:
            said = "Send one Host header, with a name or an address."
            return ProblemError(400, "Bad request", said)
        if name in self.names or _is_address(name):
            return None
        said = (
            "This server does not go by that name. Call it by its address, or have who runs it put the "
            "name into hosts of serve.toml."
        )
        return ProblemError(421, "Not this server", said)


def name_of(host: str) -> str | None:
    """The name, or address, of a Host header: lower case, without its port; None if it is neither.

    >>> name_of("Docs.Example.org.:8000"), name_of("[::1]:80"), name_of("a b")
    ('docs.example.org', '::1', None)
    """
    match = _HOST.fullmatch(host)
    if match is None or int(match[3] or 0) > 65_535:
        return None
    return (match[1] or match[2].removesuffix(".")).lower() or None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
