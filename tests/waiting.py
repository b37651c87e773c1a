"""What comes about in its own time is waited for: neither a fixed time, nor without end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE_S = 120.0  # on a machine that has more to do
OFTEN_S = 0.02

_Seen = TypeVar("_Seen")


def until(so: Callable[[_Seen], bool], look: Callable[[], _Seen]) -> _Seen:
    """What is seen, as soon as it is so."""
    end = time.monotonic() + PATIENCE_S
    while not so(seen := look()):
        assert time.monotonic() < end, seen
        time.sleep(OFTEN_S)
    return seen
