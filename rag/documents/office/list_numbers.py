"""List numbers as Word prints them: levels, restarts, letters, roman numbers, "1.2.3"; of its new files and its old ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rag.documents.counting import counted

LEVELS = 9
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    """How a level of a list is numbered: style, text ("%1.%2)"), first number, the level that
    starts it anew (None: each one above), and whether all its numbers are in digits."""

    style: str = "bullet"
    text: str = ""
    start: int = 1
    restart: int | None = None
    legal: bool = False


class Numbering:
    """The lists of a document, and how far each has counted."""

    def __init__(
        self,
        lists: Mapping[str, tuple[str, Mapping[int, Level]]],
        restarts: set[tuple[str, int]] | None = None,
    ) -> None:
        """``lists`` are their levels by their number, with the definition they count on in: lists of one count on.
        ``restarts`` are lists and levels that start anew, once."""
        self._lists = lists
        self._restarts = restarts or set()
        self._counts: dict[str, list[int | None]] = {}

    def label(self, number: str, indent: int) -> str | None:
        """What stands before the next item of a list: "3.", "b)", "-" for a bullet, "" for a level
        without; None where there is no such list."""
        if number not in self._lists or number == "0":
            return None
        counter, levels = self._lists[number]
        indent = max(0, min(indent, LEVELS - 1))
        level = levels.get(indent)
        if level is None:
            return None
        counts = self._counts.setdefault(counter, [None] * LEVELS)
        if (number, indent) in self._restarts:
            self._restarts.remove((number, indent))
            counts[indent] = None
        now = counts[indent]
        counts[indent] = level.start if now is None else now + 1
        for below in range(indent + 1, LEVELS):
            restart = levels[below].restart if below in levels else None
            if restart is None or (restart > 0 and indent < restart):
                counts[below] = None
        if level.style == "bullet":
            return "-"

        def put(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            one = levels.get(at, Level("decimal"))
            count = counts[at]
            if count is None:
                count = counts[at] = one.start
            legal = level.legal and one.style != "decimalZero"
            return counted(count, "decimal" if legal else one.style)

        return _PLACE.sub(put, level.text).strip()
