"""Where the text of a marked-up file stands in the file: which of its lines each line of the stored text comes from.

Markup, tables and front matter are written otherwise than they stand in the file, but in its order and its words. So
both are taken as words in a row; runs of three that each has once are tied to each other (patience diff), and what lies
between two of them is looked for between them alone. A line of which hardly a word is found has no place.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from rag.documents.document import Document, Rows

MOST_CHARACTERS = 5_000_000  # of a file whose lines are looked for
RUN = 3  # words that are tied where both have them once
FARTHEST = 400  # words between two ties within which a word is looked for
LEAST = 0.25  # share of a line's words that must be found: names of columns stand in each row
_WORD = re.compile(r"\w+")

Pair = tuple[int, int]


def in_lines(document: Document, source: str) -> Document:
    r"""The document with the lines of the file that its text comes from; ``source`` is all of the file.

    >>> text = "Kettle\n\nIt holds 1.7 litres."
    >>> in_lines(Document(text, "markdown"), "# Kettle\n\n\nIt *holds*\n1.7 litres.\n").rows
    (Rows(start=0, row=1, left='', right='', height=1), Rows(start=8, row=4, left='', right='', height=2))
    """
    if "\n" not in source.strip() or max(len(source), len(document.text)) > MOST_CHARACTERS:
        return document
    words = [(found[0], found.start()) for found in _WORD.finditer(document.text)]
    breaks = [found.start() for found in re.finditer("\n", source)]
    filed = [(found[0], bisect_left(breaks, found.start()) + 1) for found in _WORD.finditer(source)]
    tied = _tied([word for word, _ in words], [word for word, _ in filed])
    lines: dict[int, list[int]] = defaultdict(list)  # by where a stored line starts
    counts: Counter[int] = Counter()
    starts = [0, *(found.end() for found in re.finditer("\n", document.text))]
    for i, (_, offset) in enumerate(words):
        start = starts[bisect_right(starts, offset) - 1]
        counts[start] += 1
        if (at := tied.get(i)) is not None:
            lines[start].append(filed[at][1])
    return replace(document, rows=tuple(_rows(starts, counts, lines)))


def _rows(
    starts: Sequence[int], counts: Counter[int], lines: dict[int, list[int]]
) -> Iterator[Rows]:
    """A line that stands right below the one before needs no entry of its own."""
    below, last = None, -2
    for number, start in enumerate(starts):
        if not counts[start]:
            continue
        found = lines[start]
        if len(found) < LEAST * counts[start]:
            if below is not None:
                yield Rows(start, 0)
            below = None
            continue
        first, height = found[0], found[-1] - found[0] + 1
        if (first, height, number) != (below, 1, last + 1):
            yield Rows(start, first, height=height)
        below, last = (first + 1 if height == 1 else -1), number


def _tied(words: Sequence[str], filed: Sequence[str]) -> dict[int, int]:
    """Which word of the file each word of the text is, by their numbers, in the order of both."""
    ties = _increasing(_once(words, filed))
    tied: dict[int, int] = {}
    for (i, j), (i_end, j_end) in pairwise([(-1, -1), *ties, (len(words), len(filed))]):
        if i >= 0:
            tied[i] = j
        at = j + 1
        for k in range(i + 1, i_end):
            stop = min(j_end, at + FARTHEST)
            try:
                found = filed.index(words[k], at, stop) if at < stop else -1
            except ValueError:
                continue
            # A word alone may be any; the first of many must have its neighbour beside it.
            near = found - at <= RUN or k + 1 >= i_end
            if found >= 0 and (near or words[k + 1] in filed[found + 1 : found + 2 + RUN]):
                tied[k], at = found, found + 1
    return tied


def _once(words: Sequence[str], filed: Sequence[str]) -> list[Pair]:
    """Where the runs of words stand that both have once, by their first and by their last words."""
    places: list[dict[tuple[str, ...], int]] = []
    for sequence in (words, filed):
        runs = list(zip(*(sequence[n:] for n in range(RUN)), strict=False))
        count = Counter(runs)
        places.append({run: i for i, run in enumerate(runs) if count[run] == 1})
    ours, theirs = places
    return [(i, theirs[run]) for run, i in ours.items() if run in theirs]


def _increasing(pairs: Sequence[Pair]) -> list[Pair]:
    """The most of these pairs, sorted by the first, whose second numbers rise."""
    ends: list[int] = []  # the second number that the best row of each length ends with
    best: list[int] = []  # and its place in pairs
    before = [-1] * len(pairs)
    for place, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        before[place] = best[length - 1] if length else -1
        ends[length : length + 1] = [j]
        best[length : length + 1] = [place]
    found: list[Pair] = []
    at = best[-1] if best else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]
