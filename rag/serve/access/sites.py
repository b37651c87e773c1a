"""Whether a request that changes something comes from the server's own page, where a browser sends it.

What names its key in a header was meant: no other site's page can have a browser send that unasked. All else (the page's
cookie; on loopback nothing at all) a browser would send for anybody.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.serve.access.sessions import COOKIE
from rag.serve.problems import ProblemError, problem_response

SAFE = ("GET", "HEAD", "OPTIONS")
# What a form of another site cannot send without asking first, and files.
BODIES = ("application/json", "multipart/form-data")
_PORTS = {"http": 80, "https": 443}


class SameSite:
    """ASGI middleware: refuses with 403 what a page of another site sends, and with 415 what no page of this one would.
    ``origins`` are other sites that may."""

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self.app = app
        self.origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on, if it is the page's, or no browser's."""
        if scope["type"] == "http" and scope["method"] not in SAFE:
            request = HTTPConnection(scope)
            if "authorization" not in request.headers and (problem := self._problem(request)):
                return await problem_response(scope, problem)(scope, receive, send)
        await self.app(scope, receive, send)

    def _problem(self, request: HTTPConnection) -> ProblemError | None:
        headers = request.headers
        if not self._own(headers, cookie=COOKIE in request.cookies):
            said = (
                "This came from another site's page. Use the server's own, or send the key in an "
                "Authorization header."
            )
            return ProblemError(403, "Another site", said)
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        empty = headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers
        if kind not in BODIES and not (empty and not kind):
            said = 'Send JSON, with "Content-Type: application/json"; files as multipart/form-data.'
            return ProblemError(415, "Not JSON", said)
        return None

    def _own(self, headers: Headers, *, cookie: bool) -> bool:
        """A browser says where a request comes from; only without a cookie may it be no browser."""
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if origin is not None and origin in self.origins:
            return True
        if site is None and origin is None:
            return not cookie
        if site not in (None, "same-origin", "none"):
            return False
        return origin is None or _same_place(origin, headers.get("host", ""))


def _same_place(origin: str, host: str) -> bool:
    """Whether an origin is this host. The scheme is not looked at: a proxy may have ended TLS."""
    try:
        own, of = urlsplit(f"//{host}"), urlsplit(origin)
        port = _PORTS.get(of.scheme, 0)
        return (of.hostname, of.port or port) == (own.hostname, own.port or port) and port > 0
    except ValueError:
        return False
