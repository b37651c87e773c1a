"""The gate: a request's key or cookie, and who that is."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import time

from limits import RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter
from starlette.requests import HTTPConnection

from rag.errors import StorageError
from rag.serve.access import keys, sessions
from rag.serve.access.caller import OWNER, Caller
from rag.serve.access.counts import counts_of
from rag.serve.access.keys import USED_EVERY_S, Key, Keys
from rag.serve.access.sessions import COOKIE, Sessions
from rag.serve.problems import ProblemError
from rag.serve.state import State

SCHEMA = keys.SCHEMA + sessions.SCHEMA
# Headers by which a proxy says that a request is not its own: it comes from elsewhere, whatever its address says.
PASSED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
IPV6_NETWORK = 64  # bits: whoever has one address of it has all


class Gate:
    """Who may come in. ``loopback``: the server listens to this machine alone, so that as long as no key was made
    who uses it is its owner. ``tries``: failed ones that an address has a minute, before it has to wait."""

    def __init__(self, state: State, *, loopback: bool, session_hours: float, tries: int) -> None:
        self.keys = Keys(state)
        self.sessions = Sessions(state, self.keys, hours=session_hours)
        self.loopback = loopback
        self._state = state
        self._tries = RateLimitItemPerMinute(tries)
        self._failed = FixedWindowRateLimiter(counts_of(state))  # which forget addresses again

    async def needs_key(self, request: HTTPConnection) -> bool:
        """Whether this request must show a key."""
        return await self._state.beside(lambda: self._needs_key(request))

    async def caller(self, request: HTTPConnection) -> Caller:
        """Who sent it: by its key, else by the page's cookie, else the owner.

        Raises:
            ProblemError: 401, with what to do; 429, where its address has failed too often.
        """
        key = await self._state.beside(
            lambda: self._key(request) if self._needs_key(request) else None
        )
        if key is None:
            return OWNER
        if key.used is None or key.used < time.time() - USED_EVERY_S:
            await self._note_use(key)
        return key.caller

    async def enter(self, request: HTTPConnection, text: str) -> tuple[str, Key]:
        """Begin a session with a key: the token that its cookie holds, and the key.

        Raises:
            ProblemError: as :meth:`caller`.
        """
        key = await self._state.beside(lambda: self._good(request, self.keys.found(text)))
        return await asyncio.to_thread(self.sessions.begin, key), key

    async def leave(self, request: HTTPConnection) -> None:
        """End the session of a request's cookie, if it has one."""
        if token := request.cookies.get(COOKIE):
            await asyncio.to_thread(self.sessions.end, token)

    # -- inside -----------------------------------------------------------------------------

    def _needs_key(self, request: HTTPConnection) -> bool:
        passed_on = any(name in request.headers for name in PASSED_ON)
        return not self.loopback or passed_on or self.keys.made()

    def _key(self, request: HTTPConnection) -> Key:
        shown = request.headers.getlist("authorization")
        if len(shown) > 1:
            raise _refused("Send one Authorization header, not several.")
        if shown:
            scheme, _, text = shown[0].partition(" ")
            if scheme.lower() != "bearer":
                raise _refused('Send the key as "Authorization: Bearer rag_...".')
            return self._good(request, self.keys.found(text.strip()))
        token = request.cookies.get(COOKIE)
        if not token:
            raise _refused(
                'This server wants a key: send it as "Authorization: Bearer rag_...", or sign in on the '
                'page. Who runs the server makes one with "rag key create NAME".'
            )
        key = self.sessions.key(token)
        if key is None:  # no failed try: a page that was left open has such a one
            raise _refused("This session has ended. Sign in again.")
        return self._good(request, key)

    def _good(self, request: HTTPConnection, key: Key | None) -> Key:
        if key is None:  # a good one is let in, whoever else fails at the same address
            self._may_try(request)
            self._count_failure(request)
            raise _refused(
                "This is no key of this server. Look whether it was copied whole.", bad=True
            )
        if key.state != "good":  # who shows it had it: that it was one is no secret
            said = f"This key is {key.state}. Ask who runs the server for another."
            raise _refused(said, bad=True)
        return key

    def _may_try(self, request: HTTPConnection) -> None:
        address = _network(request)
        if not self._failed.test(self._tries, address):
            until, _ = self._failed.get_window_stats(self._tries, address)
            wait = str(max(1, round(until - time.time())))
            said = f"Too many keys from this address were none. Try again in {wait} s."
            raise ProblemError(429, "Too many tries", said, {"Retry-After": wait})

    def _count_failure(self, request: HTTPConnection) -> None:
        self._failed.hit(self._tries, _network(request))

    async def _note_use(self, key: Key) -> None:
        with contextlib.suppress(StorageError):  # a full disk is no reason to keep anybody out
            await asyncio.to_thread(self.keys.used, key)


def _refused(said: str, *, bad: bool = False) -> ProblemError:
    how = 'Bearer realm="rag"' + (', error="invalid_token"' if bad else "")
    return ProblemError(401, "Key needed", said, {"WWW-Authenticate": how})


def _network(request: HTTPConnection) -> str:
    """The address of who asks, or the network that an IPv6 one surely has all of."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 6:
        return str(ipaddress.ip_network((address, IPV6_NETWORK), strict=False))
    return host
