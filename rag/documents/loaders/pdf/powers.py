"""Raised digits: powers, and the marks of notes. PDFium reads them as digits of the number, or letters of the word, that
they stand behind, or begins a line with them.

They are told by their boxes, and marked in the text of a page sign by sign, so that places in it stay; what makes
lines of it writes the marks out.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.documents.loaders.pdf.columns import Box
from rag.documents.text import raised

LOW = 0.85  # of the height of what they stand behind: what is higher is no raised digit
UP = 0.25  # of that height: how far above its foot they begin
NEAR = 0.3  # of that height: how far from it
MOST_WIDE = 2.5  # of that height
_FIRST = 0xF8C0  # of the marks, in Unicode's private area
_DIGITS = "0123456789+-−"
_MARKED = {digit: chr(_FIRST + i) for i, digit in enumerate(_DIGITS)}
_PLAIN = str.maketrans({mark: digit for digit, mark in _MARKED.items()})
_MARKS = re.compile(f"[{chr(_FIRST)}-{chr(_FIRST + len(_DIGITS) - 1)}]+")
_POWER = re.compile(r"[-−+]?\d{1,3}")
_NOTHING = "\x00"  # stands for signs that are left out


def with_powers(boxes: list[Box], text: str, characters: Any) -> str:
    """The text of a page with its raised digits marked, as long as before. ``characters`` gives the box of each sign,
    float32 [n, 4]: left, bottom, right, top; it is asked only where there may be some."""
    if not (found := _raised_boxes(np.array(boxes, np.float32).reshape(-1, 4))):
        return text
    places: NDArray[np.float32] = characters()
    if len(places) != len(text):
        return text
    signs = list(text)
    across, middle = places[:, [0, 2]].mean(1), places[:, [1, 3]].mean(1)
    for low, foot, high, head in found:
        inside = (across > low) & (across < high) & (middle > foot) & (middle < head)
        at = np.flatnonzero(inside).tolist()
        if not at or at[-1] - at[0] >= len(at):
            continue
        first, last = at[0], at[-1] + 1
        if not _POWER.fullmatch(text[first:last]):
            continue
        signs[first:last] = [_MARKED[sign] for sign in text[first:last]]
        _unbroken(signs, text, places, first, last)
    return "".join(signs)


def written_out(line: str) -> str:
    """A line in which marks stand, with what they mark.

    >>> written_out("Germs: 10" + chr(0xF8C6))
    'Germs: 10^6'
    """
    return _MARKS.sub(lambda up: raised(line[: up.start()], up[0].translate(_PLAIN)), line)


def _raised_boxes(boxes: NDArray[np.float32]) -> list[tuple[float, float, float, float]]:
    """Those that stand close behind another, are lower than it and begin above its foot."""
    found = []
    heights = boxes[:, 3] - boxes[:, 1]
    usual = np.percentile(heights, 75) if len(heights) else 0.0
    small = (heights < usual) & (boxes[:, 2] - boxes[:, 0] < MOST_WIDE * usual)
    for low, foot, high, head in boxes[small].tolist():
        high_by = head - foot
        apart = low - boxes[:, 2]
        of = (
            (high_by < LOW * heights)
            & (high - low < MOST_WIDE * heights)
            & (np.abs(apart) < NEAR * heights)
            & (foot > boxes[:, 1] + UP * heights)
            & (foot < boxes[:, 3])
            & (head > boxes[:, 3] - UP * heights)
        )
        if of.any():
            found.append((low, foot, high, head))
    return found


def _unbroken(
    signs: list[str], text: str, places: NDArray[np.float32], first: int, last: int
) -> None:
    """Without the ends of lines that were put before and after raised digits in the midst of one."""
    before = first - 2
    if text[max(0, before) : first] == "\r\n":
        signs[before:first] = _NOTHING * 2
    after = last + 2
    if text[last:after] == "\r\n" and after < len(text) and before >= 0:
        stands = places[before - 1 if text[before:first] == "\r\n" else first - 1]
        follows = places[after]
        same = (
            follows[1] < stands[3] and follows[3] > stands[1] and follows[0] > places[last - 1, 0]
        )
        if same:
            signs[last:after] = " ", _NOTHING
