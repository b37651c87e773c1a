"""What a browser is told with every response: to run, embed, guess and keep as little as can be."""

from __future__ import annotations

from contextvars import ContextVar

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ALWAYS = {
    # The page is its own modules and style sheet, and asks nobody but this server.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_PAGE = ("/static/",)
_told: ContextVar[dict[str, str] | None] = ContextVar("told", default=None)


class SecurityHeaders:
    """ASGI middleware. Answers are kept by no cache, unless their route says so; the page's own files are asked for
    again, so that a new version is seen."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on, with these headers in what comes back."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        told: dict[str, str] = {}
        _told.set(told)
        page = scope["path"] == "/" or scope["path"].startswith(_PAGE)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(ALWAYS)
                headers.setdefault("Cache-Control", "no-cache" if page else "no-store")
                for name, value in told.items():
                    headers[name] = value
            await send(message)

        await self.app(scope, receive, with_headers)


def tell(name: str, value: str) -> None:
    """Have the response to the request that is being answered carry a header."""
    if (told := _told.get()) is not None:
        told[name] = value
