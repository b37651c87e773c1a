"""Accents that are painted apart from their letters, as TeX does with its old fonts: PDFium reads "caf´e". Where an accent
stands over or under a letter both are one sign; in the text of a page it takes the place of the letter, and the accent's
is marked, so that places in it stay."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.documents.loaders.pdf.bidi import RIGHT_TO_LEFT
from rag.documents.loaders.pdf.lines import MERGED
from rag.documents.loaders.pdf.runs import char_boxes

_OVER = dict(zip("`´ˆ˜¨ˇ˘˙˚˝¯", "\u0300\u0301\u0302\u0303\u0308\u030c\u0306\u0307\u030a\u030b\u0304", strict=True))  # fmt: skip
_UNDER = {"¸": "\u0327", "˛": "\u0328"}
_ACCENTS = {**_OVER, **_UNDER}
_ACCENT = re.compile(f"[{''.join(_ACCENTS)}]")
_DOTLESS = str.maketrans({"ı": "i", "ȷ": "j"})

NEAR = 0.45  # of the height of a letter: how far from it its accent is, at most
INTO = 0.35  # of that height: how far it may reach into it
OFF = 0.25  # of that height: how far beside a letter the middle of its accent may be
BLANK = 0.3  # of that height: from how far on two letters are of two words
MOST = 2_000  # accents of a page; one of more is a drawing

Edges = NDArray[np.float32]


def composed(textpage: Any, text: str) -> str:
    """The text of a page with one sign for a letter and its accent, and ``MERGED`` for the other, as long as before."""
    found = [at.start() for at in _ACCENT.finditer(text)]
    if not 0 < len(found) <= MOST or len(text) != textpage.count_chars():
        return text
    if RIGHT_TO_LEFT.search(text):
        return text
    places = char_boxes(textpage)
    letters = np.array([at for at, sign in enumerate(text) if sign.isalpha()], np.int64)
    if not len(letters):
        return text
    signs = list(text)
    put: list[int] = []
    for at in found:
        of = _letter_of(places[at], text[at] in _UNDER, letters, places[letters])
        if of is None or signs[of] != text[of]:
            continue
        whole = unicodedata.normalize("NFC", text[of].translate(_DOTLESS) + _ACCENTS[text[at]])
        if len(whole) == 1:
            signs[of], signs[at] = whole, MERGED
            put.append(at)
    for at in put:
        _close_up(signs, text, places, at)
    return "".join(signs)


def _letter_of(accent: Edges, under: bool, letters: NDArray[np.int64], boxes: Edges) -> int | None:
    """The number of the letter that an accent stands over or under; None where it stands by itself."""
    left, bottom, right, top = boxes.T
    high = top - bottom
    middle = (accent[0] + accent[2]) / 2
    apart = bottom - accent[3] if under else accent[1] - top
    fits = (
        (high > 0)
        & (middle > left - OFF * high)
        & (middle < right + OFF * high)
        & (accent[0] < right)
        & (accent[2] > left)
        & (apart < NEAR * high)
        & (apart > -INTO * high)
    )
    where = np.flatnonzero(fits)
    if not len(where) or accent[2] <= accent[0]:
        return None
    nearest = np.argmin(np.abs((left[where] + right[where]) / 2 - middle))
    return int(letters[where[nearest]])


def _close_up(signs: list[str], text: str, places: Edges, at: int) -> None:
    """Without the blanks and line ends that PDFium puts around an accent because it is higher than the line, or further left."""
    begin, end = at, at + 1
    while begin and (text[begin - 1] in " \r\n" or signs[begin - 1] == MERGED):
        begin -= 1
    while end < len(text) and (text[end] in " \r\n" or signs[end] == MERGED):
        end += 1
    if end - begin == 1 or not begin or end == len(text):
        return
    before, after = places[begin - 1], places[end]
    level = before[1] < after[3] and after[1] < before[3] and after[0] > before[0]
    high = max(float(before[3] - before[1]), float(after[3] - after[1]))
    if level and after[0] - before[2] < high:
        blank = after[0] - before[2] > BLANK * high
        signs[begin:end] = [MERGED] * (end - begin)
        if blank:
            signs[begin] = " "
