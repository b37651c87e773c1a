"""Where the text of a page stands: its characters in the order in which the loader stores them, each with its box.

The loader's own steps are run again, so that text lies here as it lies there.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from numpy.typing import NDArray

from rag.documents.loaders.pdf.arranged import arranged
from rag.documents.loaders.pdf.bidi import RIGHT_TO_LEFT, in_order
from rag.documents.loaders.pdf.maps import nameless
from rag.documents.loaders.pdf.objects import direct
from rag.documents.loaders.pdf.pages import opened
from rag.documents.loaders.pdf.runs import char_boxes
from rag.documents.loaders.pdf.unseen import Unseen

MOST_CHARACTERS = 100_000  # of a page
_angle_of = direct(raw.FPDFText_GetCharAngle, ctypes.c_void_p, ctypes.c_int, result=ctypes.c_float)


@dataclass(frozen=True, slots=True)
class PlacedPage:
    """The text layer of a page as it is shown, upright.

    ``text`` has its characters, one for each; ``boxes``, float64 [n, 4], where each stands: left, top, right,
    bottom, as shares of the page's width and height; ``quarters``, int [n], by how many quarters of a circle it is
    turned. ``order`` lists spans of ``text`` in the order in which the loader stores them. ``degrees``: by how much
    the page has to be turned, clockwise and beyond what the file says, to be shown like that.
    """

    text: str
    boxes: NDArray[np.float64]
    quarters: NDArray[np.int64]
    order: Sequence[tuple[int, int]]
    degrees: int


def placed(pdf: pdfium.PdfDocument, number: int, unseen: Unseen) -> PlacedPage:
    """The characters of a page (from 0) of a PDF that was just opened; its page is turned afterwards.

    Raises:
        pdfium.PdfiumError: it is damaged.
    """
    before = _rotation(pdf, number)
    page, objects, textpage, turned = opened(pdf, number, unseen)
    try:
        painted = textpage.get_text_range(errors="ignore")
        count = textpage.count_chars()
        if len(painted) != count or count > MOST_CHARACTERS:
            empty = np.zeros((0, 4))
            return PlacedPage("", empty, np.zeros(0, np.int64), (), 0)
        order: list[tuple[int, int]] = [(0, count)]
        text = painted
        if RIGHT_TO_LEFT.search(text):
            order = in_order(textpage, text)
            text = "".join(text[a:b] for a, b in order)
        if odd := frozenset(nameless(textpage, text)):
            text = "".join("\ufffd" if at in odd else sign for at, sign in enumerate(text))
        at = np.concatenate([np.arange(a, b) for a, b in order])
        handle = ctypes.cast(textpage.raw, ctypes.c_void_p).value or 0
        angles = np.array([_angle_of(handle, i) for i in range(count)])
        quarters = np.rint(angles / (math.pi / 2)).astype(np.int64) % 4
        return PlacedPage(
            text,
            _shares(page, char_boxes(textpage).astype(np.float64))[at],
            quarters[at],
            arranged(objects, textpage, text).spans() if text.strip() else (),
            (turned - before) % 360 if turned else 0,
        )
    finally:
        textpage.close()
        page.close()


def _rotation(pdf: pdfium.PdfDocument, number: int) -> int:
    page = pdf[number]
    try:
        return int(page.get_rotation())
    finally:
        page.close()


def _shares(page: Any, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Boxes (left, bottom, right, top in points of the page) as they are shown: left, top, right, bottom as shares
    of what is shown of the page."""
    left, bottom, right, top = page.get_bbox()
    wide, high = max(right - left, 1e-6), max(top - bottom, 1e-6)
    a, b = (boxes[:, 0] - left) / wide, (boxes[:, 2] - left) / wide
    c, d = (boxes[:, 1] - bottom) / high, (boxes[:, 3] - bottom) / high
    shown = {
        0: (a, 1 - d, b, 1 - c),
        90: (c, a, d, b),
        180: (1 - b, c, 1 - a, d),
        270: (1 - d, 1 - b, 1 - c, 1 - a),
    }[page.get_rotation()]
    return np.stack(shown, axis=1)
