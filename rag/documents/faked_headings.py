"""Headings that only look so: where no style makes any, short paragraphs that are bold or larger than the text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 100  # characters of a heading
LARGER = 4  # half points
MOST = 0.4  # of all paragraphs: a text that is bold throughout has no headings
DEEPEST = 6
USUAL = 22  # half points, where nothing says it


@dataclass(frozen=True, slots=True)
class Look:
    """How a paragraph looks: its text, whether all of it is bold, the size of its smallest letters in half points."""

    text: str
    bold: bool
    size: int


def faked_headings(looks: Sequence[Look]) -> dict[int, int]:
    """Levels of the paragraphs, by their places, that are headings by their looks; the largest letters are outermost."""
    sizes: Counter[int] = Counter()
    for look in looks:
        sizes[look.size] += len(look.text)
    usual = sizes.most_common(1)[0][0] if sizes else USUAL
    found = {
        at: look.size
        for at, look in enumerate(looks)
        if (look.bold or look.size >= usual + LARGER)
        and look.size >= usual
        and _is_short(look.text)
    }
    if len(found) > MOST * len(looks):
        return {}
    outermost = sorted(set(found.values()), reverse=True)
    return {at: min(outermost.index(size) + 1, DEEPEST) for at, size in found.items()}


def _is_short(text: str) -> bool:
    ends = text.endswith((".", ",", ";", ":", "!"))
    return len(text) <= LONGEST and not ends and any(map(str.isalpha, text))
