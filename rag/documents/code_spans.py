"""Code between backticks in running text: it stands as it is, whatever its signs mean elsewhere on the page."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

# A span ends at as many backticks as it begins with, in the same paragraph. How far that is looked for is bounded.
_SPAN = re.compile(r"(?<![`\\])(`{1,3})(?!`)(?:(?!\n[ \t]*\n).){1,1000}?(?<!`)\1(?!`)", re.DOTALL)


def outside(
    pattern: re.Pattern[str], shown: str | Callable[[re.Match[str]], str], text: str
) -> str:
    """``pattern.sub(shown, text)``, but for what begins within code.

    >>> outside(re.compile("<[A-Z]+>"), "", "Call `get<T>`<T> now")
    'Call `get<T>` now'
    """
    spans = [found.span() for found in _SPAN.finditer(text)]
    begins = [begin for begin, _ in spans]

    def one(found: re.Match[str]) -> str:
        before = bisect_right(begins, found.start())
        if before and found.start() < spans[before - 1][1]:
            return found[0]
        return found.expand(shown) if isinstance(shown, str) else shown(found)

    return pattern.sub(one if spans else shown, text)
