"""Where the text of a page stands: its characters in the order in which the loader stores them, and the box of each.

The loader's own steps are run again, so that text lies here as it lies there.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from numpy.typing import NDArray

from rag.documents.loaders.pdf.arranged import arranged
from rag.documents.loaders.pdf.bidi import RIGHT_TO_LEFT, in_order
from rag.documents.loaders.pdf.columns import Box
from rag.documents.loaders.pdf.maps import nameless, text_of
from rag.documents.loaders.pdf.objects import Objects, direct
from rag.documents.loaders.pdf.pages import opened
from rag.documents.loaders.pdf.runs import boxes_of, char_boxes
from rag.documents.loaders.pdf.signs import as_meant
from rag.documents.loaders.pdf.struck import without_struck
from rag.documents.loaders.pdf.unseen import Unseen

MOST_CHARACTERS = 100_000  # of a page
MORE = 0.25  # heights of a line that a letter's band goes beyond the letter
_ADDRESS = ctypes.c_void_p
_angle_of = direct(raw.FPDFText_GetCharAngle, _ADDRESS, ctypes.c_int, result=ctypes.c_float)
_loose_of = direct(raw.FPDFText_GetLooseCharBox, _ADDRESS, ctypes.c_int, _ADDRESS)

Boxes = NDArray[np.float64]
"""[n, 4]: left, top, right, bottom, as shares of the width and height of a page as it is shown, upright."""
Numbers = NDArray[np.int64]


class PlacedPage:
    """The text layer of a page that is open.

    text: its characters, one for each, "" where they cannot be told apart.
    degrees: by how much the page has to be turned, clockwise and beyond what the file says, to be upright.
    odd: the numbers of the characters in it that no map of a font names.
    """

    def __init__(
        self, page: pdfium.PdfPage, objects: Objects, textpage: pdfium.PdfTextPage, degrees: int
    ) -> None:
        """``page`` as :func:`rag.documents.loaders.pdf.pages.opened` has it, with its ``textpage``."""
        self.degrees = degrees
        self._page, self._objects, self._textpage = page, objects, textpage
        self._handle = ctypes.cast(textpage.raw, _ADDRESS).value or 0
        text, count = text_of(textpage), textpage.count_chars()
        if len(text) != count or count > MOST_CHARACTERS:
            text = ""
        self._at = np.arange(len(text))
        if RIGHT_TO_LEFT.search(text):
            spans = in_order(textpage, text)
            text = "".join(text[a:b] for a, b in spans)
            self._at = np.concatenate([np.arange(a, b) for a, b in spans])
        self.odd = frozenset(nameless(textpage, text)) if text else frozenset()
        self.text = "".join("\ufffd" if at in self.odd else sign for at, sign in enumerate(text))

    def order(self) -> Sequence[tuple[int, int]]:
        """The spans of the text in the order in which the loader stores them."""
        if not self.text.strip():
            return ()
        page, text, runs = self._textpage, self.marked, self._runs
        _, objects = without_struck(self._page, self._objects, page, text, runs)
        return arranged(objects, page, text, runs).spans()

    @cached_property
    def _runs(self) -> list[Box]:
        return boxes_of(self._textpage)

    @cached_property
    def marked(self) -> str:
        """Its text with its signs as they are meant, as the loader has it before it makes lines of it."""
        return as_meant(self._textpage, self.text, self._runs)

    @cached_property
    def _boxes(self) -> Boxes:
        return char_boxes(self._textpage).astype(np.float64)[self._at]

    def boxes(self) -> Boxes:
        """Where each character stands."""
        return self._shares(self._boxes)

    def quarters(self, numbers: Numbers) -> Numbers:
        """By how many quarters of a circle characters are turned as they are shown, int [n]."""
        of_page = int(self._page.get_rotation()) // 90
        return (self._quarters(numbers) + of_page) % 4

    def _quarters(self, numbers: Numbers) -> Numbers:
        angles = np.array([_angle_of(self._handle, i) for i in self._at[numbers].tolist()])
        return np.rint(angles / (math.pi / 2)).astype(np.int64) % 4

    def bands(self, numbers: Numbers) -> Boxes:
        """Where characters stand, as high as their font says that a line is, so that a comma is as high as a
        capital, and as wide as it moves on: as far as that goes, as some fonts say what is far from it."""
        buffer = (ctypes.c_float * 4)()
        into, nowhere = ctypes.addressof(buffer), bytes(16)
        found = [
            bytes(buffer) if _loose_of(self._handle, i, into) else nowhere
            for i in self._at[numbers].tolist()
        ]
        left, top, right, bottom = np.frombuffer(b"".join(found), np.float32).reshape(-1, 4).T
        sideways = self._quarters(numbers) % 2 == 1
        more = MORE * np.where(sideways, right - left, top - bottom).astype(np.float64)
        bands = self._boxes[numbers].copy()
        for at, loose in ((0, left), (1, bottom)):
            bands[:, at] = np.minimum(bands[:, at], np.maximum(loose, bands[:, at] - more))
        for at, loose in ((2, right), (3, top)):
            bands[:, at] = np.maximum(bands[:, at], np.minimum(loose, bands[:, at] + more))
        return self._shares(bands)

    def _shares(self, boxes: Boxes) -> Boxes:
        """Boxes (left, bottom, right, top in points of the page) as the page is shown."""
        left, bottom, right, top = self._page.get_bbox()
        wide, high = max(right - left, 1e-6), max(top - bottom, 1e-6)
        a, b = (boxes[:, 0] - left) / wide, (boxes[:, 2] - left) / wide
        c, d = (boxes[:, 1] - bottom) / high, (boxes[:, 3] - bottom) / high
        shown = {
            0: (a, 1 - d, b, 1 - c),
            90: (c, a, d, b),
            180: (1 - b, c, 1 - a, d),
            270: (1 - d, 1 - b, 1 - c, 1 - a),
        }[self._page.get_rotation()]
        return np.stack(shown, axis=1)


@contextmanager
def placed(pdf: pdfium.PdfDocument, number: int, unseen: Unseen) -> Iterator[PlacedPage]:
    """A page (from 0) of a PDF that was just opened; it stays turned there.

    Raises:
        pdfium.PdfiumError: it is damaged.
    """
    page, objects, textpage, degrees = opened(pdf, number, unseen)
    try:
        yield PlacedPage(page, objects, textpage, degrees)
    finally:
        textpage.close()
        page.close()
