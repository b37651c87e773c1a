"""Where a text begins to repeat itself without end, as small models do."""

from __future__ import annotations

import re

LONGEST = 600  # characters of what is repeated
# The shorter what is repeated, the more often it has to be: "very, very" is emphasis, a rule is one line.
_TIMES = ((12, LONGEST, 3), (2, 11, 6), (1, 1, 40))
_LOOPS = [re.compile(rf"(?s)(.{{{low},{high}}}?)\1{{{n - 1},}}") for low, high, n in _TIMES]


def cut_short(text: str) -> str:
    """The text up to the end of the first of what is then repeated; all of it where nothing is.

    >>> cut_short("Ask the desk. " * 5)
    'Ask the desk. '
    """
    ends = [m.end(1) for loop in _LOOPS for m in loop.finditer(text) if _says(m[1])]
    return text[: min(ends, default=len(text))]


def loops(text: str) -> bool:
    """Whether a text that is being written ends with one thing said over and over. Quick enough to be
    asked after each word."""
    return any(
        _says(text[-size:]) and text.endswith(text[-size:] * times)
        for low, high, times in _TIMES
        for size in range(low, min(high, len(text) // times) + 1)
    )


def _says(part: str) -> bool:
    """Whether there is a word in it: a rule of dashes is no repetition, but a long one of one sign is."""
    return len(part) == 1 or any(character.isalnum() for character in part)
