"""What was made of the filters that were asked for last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

KEPT = 16  # objects of which something is kept

T = TypeVar("T")


class Recent(Generic[T]):
    """What was made of the last few of some objects, which are never changed. Each is kept with it, so that its id stays its
    own: to compare thousands of numbers would take as long as to make it anew. Safe to share between threads."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[object, T]] = {}

    def of(self, source: object, make: Callable[[], T]) -> T:
        """What was made of ``source``, or is made now."""
        known = self._made.get(id(source))
        if known is not None:
            return known[1]
        made = make()
        while len(self._made) >= KEPT:
            self._made.pop(next(iter(self._made)), None)
        self._made[id(source)] = source, made
        return made
