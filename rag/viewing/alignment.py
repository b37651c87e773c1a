"""Stored words tied to the characters of the page that they were read from: both stand in one order, and nearly all
words of one are words of the other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rag.documents.loaders.pdf.lines import ARE_RAISED, LOWERED
from rag.documents.text import MOST_OF_WORD, clean, raised

MOST_PAIRS = 24_000_000  # words of the page times words of the text that are compared
LEAST_ALIKE = (
    30  # words at a beginning or an end that are compared, though they are the same in both
)
MOST_EQUAL = 2_000_000  # of these pairs those of equal words
_WORD = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]|[^\W_]+|[^\w\s]|_")
_HYPHENS = "\x02\ufffe"  # how PDFium writes those at line ends
_PLAIN = re.compile("[ -~\u00a1-\u00ac\u00ae-\u00ff\u2010-\u2027]+")  # stored as they are
_LINE = re.compile(r"[^\n]+")
_NAME = re.compile(r"(?:^|(?<=\| ))[^|]*?: ")

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Signs:
    """Characters of a page as they are stored (blanks and breaks between words), and the number of each on the
    page; -1 for breaks between what does not follow each other there."""

    text: str
    numbers: Sequence[int]


def signs_of(text: str, spans: Sequence[tuple[int, int]]) -> Signs:
    """The characters of a page in the order of ``spans``, in the form in which text is stored: letters that are
    printed as one apart, soft hyphens left out."""
    out: list[str] = []
    numbers: list[int] = []
    for begin, end in spans:
        at = begin
        while at < end:
            if plain := _PLAIN.match(text, at, end):
                out.extend(plain[0])
                numbers.extend(range(at, plain.end()))
                at = plain.end()
                continue
            if up := ARE_RAISED.match(text, at, end):
                digits = up[0].translate(LOWERED)
                said = raised("".join(out[-MOST_OF_WORD:]), digits)
                first = said.index(digits)  # what is written around them stands where they do
                out.extend(said)
                numbers.extend(
                    at + min(max(i - first, 0), len(digits) - 1) for i in range(len(said))
                )
                at = up.end()
                continue
            sign = text[at]
            joined = unicodedata.normalize("NFC", out[-1] + sign) if out else ""
            if unicodedata.combining(sign) and len(joined) == 1:
                out[-1] = joined
            else:
                said = "-" if sign in _HYPHENS else " " if sign.isspace() else clean(sign)
                out.extend(said)
                numbers.extend([at] * len(said))
            at += 1
        out.append("\n")
        numbers.append(-1)
    return Signs("".join(out), numbers)


def names_in(text: str) -> list[tuple[int, int]]:
    """Where names of columns may stand in rows of tables: before each value."""
    return [
        (line.start() + name.start(), line.start() + name.end())
        for line in _LINE.finditer(text)
        if " | " in line[0]
        for name in _NAME.finditer(line[0])
    ]


def aligned(text: str, signs: Signs) -> Numbers | None:
    """For each character of the stored ``text`` the index of its sign, -1 where it has none; None where there is
    too much text to be compared."""
    stored = [found.span() for found in _WORD.finditer(text)]
    painted = [found.span() for found in _WORD.finditer(signs.text)]
    found = np.full(len(text), -1, np.int64)
    if not stored or not painted:
        return found
    known: dict[str, int] = {}
    left = np.array([known.setdefault(text[a:b], len(known)) for a, b in stored])
    right = np.array([known.setdefault(signs.text[a:b], len(known)) for a, b in painted])
    equal = np.bincount(left, minlength=len(known)) @ np.bincount(right, minlength=len(known))
    if len(stored) * len(painted) > MOST_PAIRS or equal > MOST_EQUAL:
        return None
    weights = np.array([4 * (b - a) + 2 * text[a].isalnum() for a, b in stored])
    names = names_in(text)
    starts = [a for a, _ in stored]
    for begin, end in names:
        weights[slice(*np.searchsorted(starts, (begin, end)))] -= 2
    pairs = _matched(left, right, weights)
    for i, j in pairs:
        (a, b), (c, d) = stored[i], painted[j]
        found[a:b] = np.arange(c, d)
    _fill(text, signs, found)
    for begin, end in names:  # said in the first row, and with each value: there it is not painted
        if any(found[i] < 0 and text[i].isalnum() for i in range(begin, end)):
            found[begin:end] = -1
    return found


def _matched(left: Numbers, right: Numbers, weights: Numbers) -> list[tuple[int, int]]:
    """The pairs of equal words, in order in both, that weigh most; words that follow each other in both weigh a
    little more. The longest common subsequence, by rows, each of which knows the best up to each word; what both
    begin and end with is in it."""
    head = _alike(left, right)
    foot = _alike(left[head:][::-1], right[head:][::-1])
    n, m = len(left) - foot, len(right) - foot
    inner = _inner(left[head:n], right[head:m], weights[head:n])
    return [
        *((i, i) for i in range(head)),
        *((i + head, j + head) for i, j in inner),
        *((n + i, m + i) for i in range(foot)),
    ]


def _alike(left: Numbers, right: Numbers) -> int:
    """How many words both begin with, that need no comparing."""
    length = min(len(left), len(right))
    differ = np.flatnonzero(left[:length] != right[:length])
    alike = int(differ[0]) if len(differ) else length
    return max(0, alike - LEAST_ALIKE)  # the last of them may be those of a word further on


def _inner(left: Numbers, right: Numbers, weights: Numbers) -> list[tuple[int, int]]:
    n, m = len(left), len(right)
    if not n or not m:
        return []
    where, nowhere = _places(right), np.zeros(0, np.int64)
    best = np.zeros((n + 1, m + 1), np.int32)
    last = np.full(m + 1, -1, np.int32)  # the best that ends in a pair of the row before
    ends: list[Ends] = [(nowhere, nowhere.astype(np.int32), nowhere.astype(bool))]
    for i, (word, weight) in enumerate(zip(left.tolist(), weights.tolist(), strict=True), 1):
        row, above = best[i], best[i - 1]
        row[:] = above
        columns = where.get(word, nowhere)
        alone, follows = above[columns], last[columns] + 1
        on = (follows > 0) & (follows >= alone)
        here = np.where(on, follows, alone) + weight
        last[ends[-1][0]] = -1
        if len(columns):
            row[columns + 1] = np.maximum(row[columns + 1], here)
            np.maximum.accumulate(row, out=row)
            last[columns + 1] = here
        ends.append((columns + 1, here, on))
    return _traced(best, ends)


Ends = tuple[Numbers, NDArray[np.int32], NDArray[np.bool_]]
"""By row of the comparison: the columns of its pairs, the best that ends in each, and whether that comes from the
pair before it in both."""


def _places(words: Numbers) -> dict[int, Numbers]:
    """Where each word stands."""
    order = np.argsort(words, kind="stable")
    edges = np.flatnonzero(np.diff(words[order], prepend=-1))
    return {int(words[part[0]]): part for part in np.split(order, edges[1:])}


def _traced(best: NDArray[np.int32], ends: Sequence[Ends]) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    i, j = (size - 1 for size in best.shape)
    forced = False
    while i and j:
        columns, values, on = ends[i]
        k = int(np.searchsorted(columns, j))
        paired = k < len(columns) and columns[k] == j
        if paired and (forced or values[k] == best[i, j]):
            pairs.append((i - 1, j - 1))
            forced = bool(on[k])
            i, j = i - 1, j - 1
        elif best[i - 1, j] == best[i, j]:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def _fill(text: str, signs: Signs, found: Numbers) -> None:
    """Words between those that are tied: of parts that a hyphen or a blank divides on the page."""
    tied = np.flatnonzero(found >= 0)
    edges = [(-1, -1), *((int(at), int(found[at])) for at in tied), (len(text), len(signs.text))]
    for (a, low), (b, high) in pairwise(edges):
        if b - a < 2 or high - low < 2 or not text[a + 1 : b].strip():
            continue
        rest = [i for i in range(low + 1, high) if signs.text[i] not in "- \n"]
        bare = "".join(signs.text[i] for i in rest)
        at = 0
        for word in re.finditer(r"\S+", text[a + 1 : b]):
            letters = [i for i in range(*word.span()) if word[0][i - word.start()] != "-"]
            said = "".join(text[a + 1 + i] for i in letters)
            hit = bare.find(said, at) if said else -1
            if hit < 0:
                continue
            for offset, i in enumerate(letters):
                found[a + 1 + i] = rest[hit + offset]
            at = hit + len(said)
