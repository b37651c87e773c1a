"""The request that the running code serves: its id, the door it came in by, and what it has waited.

Who opens a door (the HTTP middleware, the server for agents) enters a request here; whoever works for it
further down finds it without being told: a context variable goes along into tasks and threads.
"""

from __future__ import annotations

import uuid
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal

Door = Literal["page", "api", "openai", "mcp"]
"""The page, the native API, the API of OpenAI's clients, and that of agents."""


@dataclass(slots=True)
class Current:
    """One request. ``waited`` is for how many seconds its tasks were in the queue before a worker took them,
    ``traceparent`` what a client's trace calls it (https://www.w3.org/TR/trace-context/)."""

    door: Door = "api"
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:16])
    waited: float = 0.0
    traceparent: str = ""


_CURRENT: ContextVar[Current | None] = ContextVar("current", default=None)


def enter(door: Door, **known: Any) -> Current:
    """A new request by this door, the current one from here on; ``known`` are fields of it."""
    entered = Current(door, **known)
    _CURRENT.set(entered)
    return entered


def current() -> Current:
    """The current request; a new one where nobody has entered any."""
    return _CURRENT.get() or enter("api")


def current_id() -> str:
    """The id of the current request, "" outside of any."""
    found = _CURRENT.get()
    return found.id if found else ""
