"""How often a key may come."""

from __future__ import annotations

import math
import time
from typing import Literal

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.strategies import MovingWindowRateLimiter

from rag.serve.access.caller import OWNER, Caller
from rag.serve.access.counts import counts_of
from rag.serve.access.headers import tell
from rag.serve.config import Limits
from rag.serve.problems import ProblemError
from rag.serve.state import State

What = Literal["asks", "searches", "uploads"]
_SETTINGS = {
    "asks": "asks_a_minute",
    "searches": "searches_a_minute",
    "uploads": "uploads_an_hour",
}


class Rates:
    """What each key has done of late, at all replicas of a server together. The window moves, so that there is no moment
    at which twice as much may come. The owner of a server without keys is not held up."""

    def __init__(self, limits: Limits, state: State) -> None:
        self._limits, self._state = limits, state
        self._window = MovingWindowRateLimiter(counts_of(state))

    async def take(self, caller: Caller, what: What) -> None:
        """Count one, and tell in the response's headers how many are left.

        Raises:
            ProblemError: 429, there are none left; Retry-After says when there is one again.
            StorageError: it is not known how many are left.
        """
        most = self.most(caller, what)
        if not most:
            return
        item: RateLimitItem
        item = RateLimitItemPerHour(most) if what == "uploads" else RateLimitItemPerMinute(most)
        name = (what, caller.name)
        taken, (until, left) = await self._state.beside(
            lambda: (self._window.hit(item, *name), self._window.get_window_stats(item, *name))
        )
        wait = max(1, math.ceil(until - time.time()))
        headers = {
            "RateLimit-Policy": f'"{what}";q={most};w={item.get_expiry()}',
            "RateLimit": f'"{what}";r={max(0, left)};t={wait}',
        }
        for header, value in headers.items():
            tell(header, value)
        if not taken:
            span = "an hour" if what == "uploads" else "a minute"
            said = f"This key may send {most:,} {what} {span}. Try again in {wait} s."
            raise ProblemError(429, "Too many", said, {"Retry-After": str(wait)})

    def most(self, caller: Caller, what: What) -> int:
        """How many it may send; 0 is as many as it likes."""
        if caller is OWNER:
            return 0
        own = self._limits.keys.get(caller.name)
        given = getattr(own, _SETTINGS[what], None)
        return int(getattr(self._limits, _SETTINGS[what]) if given is None else given)
