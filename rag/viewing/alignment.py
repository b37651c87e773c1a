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

from rag.documents.text import clean

MOST_PAIRS = 12_000_000  # words of the page times words of the text that are compared
_WORD = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]|[^\W_]+|[^\w\s]|_")
_HYPHENS = "\x02\ufffe"  # how PDFium writes those at line ends
_ROW_NAME = re.compile(r"(?:^|(?<=\| ))[^|\n]*?: ", re.MULTILINE)

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Signs:
    """Characters of a page as they are stored (blanks and breaks between words), and the number of each on the
    page; -1 for what is not painted."""

    text: str
    numbers: Sequence[int]


def signs_of(text: str, spans: Sequence[tuple[int, int]]) -> Signs:
    """The characters of a page in the order of ``spans``, in the form in which text is stored: letters that are
    printed as one apart, soft hyphens left out."""
    out: list[str] = []
    numbers: list[int] = []
    for begin, end in spans:
        for number in range(begin, min(end, len(text))):
            sign = text[number]
            if out and unicodedata.combining(sign):
                joined = unicodedata.normalize("NFC", out[-1] + sign)
                if len(joined) == 1:
                    out[-1] = joined
                    continue
            said = "-" if sign in _HYPHENS else sign if sign.isspace() else clean(sign)
            out.extend(said)
            numbers.extend([-1 if said.isspace() else number] * len(said))
        out.append("\n")
        numbers.append(-1)
    return Signs("".join(out), numbers)


def names_in(text: str) -> list[tuple[int, int]]:
    """Where names of columns may stand in the rows of tables: before each value."""
    return [found.span() for found in _ROW_NAME.finditer(text)]


def aligned(text: str, signs: Signs) -> Numbers | None:
    """For each character of the stored ``text`` the index of its sign, -1 where it has none; None where there is
    too much text to be compared."""
    stored = [found.span() for found in _WORD.finditer(text)]
    painted = [found.span() for found in _WORD.finditer(signs.text)]
    found = np.full(len(text), -1, np.int64)
    if not stored or not painted:
        return found
    if len(stored) * len(painted) > MOST_PAIRS:
        return None
    known: dict[str, int] = {}
    left = np.array([known.setdefault(text[a:b], len(known)) for a, b in stored])
    right = np.array([known.setdefault(signs.text[a:b], len(known)) for a, b in painted])
    weights = np.array([4 * (b - a) + 2 * text[a].isalnum() for a, b in stored])
    for begin, end in names_in(text):
        for i in range(*np.searchsorted([a for a, _ in stored], (begin, end))):
            weights[i] -= 2
    pairs = _matched(left, right, weights)
    for i, j in pairs:
        (a, b), (c, d) = stored[i], painted[j]
        found[a:b] = np.arange(c, d)
    _fill(text, signs, found)
    return found


def _matched(left: Numbers, right: Numbers, weights: Numbers) -> list[tuple[int, int]]:
    """The pairs of equal words, in order in both, that weigh most; words that follow each other in both weigh a
    little more. Longest common subsequence by rows, [words left, words right] flags are kept."""
    n, m = len(left), len(right)
    best = np.zeros(m + 1, np.int64)
    last = np.full(m + 1, -1, np.int64)  # the best that ends in this pair
    taken, on, up = (np.zeros((n + 1, m + 1), bool) for _ in range(3))
    for i in range(1, n + 1):
        equal = right == left[i - 1]
        follows = np.where(last[:-1] >= 0, last[:-1] + 1, -1)
        here = np.full(m + 1, -1, np.int64)
        here[1:] = np.where(equal, np.maximum(best[:-1], follows) + weights[i - 1], -1)
        on[i, 1:] = equal & (follows >= best[:-1]) & (follows >= 0)
        now = np.maximum.accumulate(np.maximum(best, here))
        taken[i] = (here == now) & (here >= 0)
        up[i] = best == now
        best, last = now, here
    pairs: list[tuple[int, int]] = []
    i, j, forced = n, m, False
    while i and j:
        if forced or taken[i, j]:
            pairs.append((i - 1, j - 1))
            forced = bool(on[i, j])
            i, j = i - 1, j - 1
        elif up[i, j]:
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
        rest = [i for i in range(low + 1, high) if signs.numbers[i] >= 0 and signs.text[i] != "-"]
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
