"""Raised digits: powers, and the marks of notes. PDFium reads them as digits of the number, or letters of the word, that
they stand behind, or begins a line with them.

They are told by their boxes, and marked in the text of a page sign by sign, so that places in it stay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.documents.loaders.pdf.bidi import RIGHT_TO_LEFT
from rag.documents.loaders.pdf.columns import Box
from rag.documents.loaders.pdf.lines import NOTHING, RAISED
from rag.documents.loaders.pdf.runs import char_boxes

LOW = 0.85  # of the height of what they stand behind: what is higher is no raised digit
UP = 0.25  # of that height: how far above its foot they begin
NEAR = 0.3  # of that height: how far from it
MOST_WIDE = 2.5  # of that height
_POWER = re.compile(r"[-−+]?\d{1,3}")


def with_powers(textpage: Any, text: str, boxes: Sequence[Box]) -> str:
    """The text of a page with its raised digits marked (:data:`RAISED`), as long as before; as it is where it runs from
    right to left, since its signs have been put into another order."""
    found = _raised_boxes(np.array(boxes, np.float32).reshape(-1, 4))
    if not found or len(text) != textpage.count_chars() or RIGHT_TO_LEFT.search(text):
        return text
    places = char_boxes(textpage)
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
        signs[first:last] = [RAISED[sign] for sign in text[first:last]]
        _unbroken(signs, text, places, first, last)
    return "".join(signs)


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
        signs[before:first] = NOTHING * 2
    after = last + 2
    if text[last:after] == "\r\n" and after < len(text) and before >= 0:
        stands = places[before - 1 if text[before:first] == "\r\n" else first - 1]
        follows = places[after]
        same = (
            follows[1] < stands[3] and follows[3] > stands[1] and follows[0] > places[last - 1, 0]
        )
        if same:
            signs[last:after] = " ", NOTHING
