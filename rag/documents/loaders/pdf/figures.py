"""Pictures on pages that have text: the words in them, where no text lies over them; those too that are as high as a
line, as the names on letterheads are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pypdfium2 as pdfium

from rag.documents.loaders.pdf.objects import IMAGE, Objects
from rag.documents.ocr import DPI, Seen
from rag.documents.ocr.seen import Box
from rag.documents.pictures import Pictures

LEAST, MOST = (
    0.015,
    0.9,
)  # share of the page: a logo or a rule is less, what lies behind all is more
LEAST_SIDE = 24.0  # points
MOST_FIGURES = 20  # of a page; where there are more, they are tiles or strips of one
LEAST_HEIGHT, LEAST_WIDTH, TIMES = (
    10.0,
    60.0,
    3.0,
)  # points of a line; by how much it is wider than high
MOST_LINES = 4  # of a page; where there are more, they are formulas, buttons, ornaments
CONTRAST, CHANGES = (
    64,
    8,
)  # between ink and ground, of 255; how often a row of dots changes from one to the other
SAID = 12  # characters of the page's text that lie over a picture which has been read by whoever made it
_POINTS = 72
_Place = tuple[float, float, float, float]  # left, bottom, right, top on the page, in points


def figures(
    page: pdfium.PdfPage, objects: Objects, textpage: pdfium.PdfTextPage, pictures: Pictures
) -> list[Seen]:
    """What is written in the pictures of a page, in the order in which they were painted; boxes are shares of the
    page."""
    found: list[Seen] = []
    for key, place in _places(page, objects, textpage):
        if _is_low(place) and (pictures.has_seen(key) or not _is_written(page, place)):
            continue
        seen = pictures.see(key, lambda place=place: _painted(page, place))  # type: ignore[misc]
        if seen is not None:
            found.append(seen.within(_shares(page, place)))
    return found


def _shares(page: pdfium.PdfPage, place: _Place) -> Box:
    width, height = page.get_size()
    left, bottom, right, top = place
    return left / width, 1 - top / height, right / width, 1 - bottom / height


def _places(
    page: pdfium.PdfPage, objects: Objects, textpage: pdfium.PdfTextPage
) -> Iterator[tuple[bytes, _Place]]:
    """The pictures by their content, with their places."""
    width, height = page.get_size()
    images = objects.of(IMAGE)
    try:
        found: list[tuple[int, _Place]] = []
        for image in images if len(images) <= MOST_FIGURES else ():
            left, bottom, right, top = objects.boxes[image].tolist()
            place = max(0.0, left), max(0.0, bottom), min(width, right), min(height, top)
            if _is_low(place) or _is_large(place, width * height):
                found.append((image, place))
        lines = sum(_is_low(place) for _, place in found)
        for image, place in found:
            if _is_low(place) and lines > MOST_LINES:
                continue
            left, bottom, right, top = place
            over = textpage.get_text_bounded(left=left, bottom=bottom, right=right, top=top)
            if len(over.strip()) < SAID:
                data = objects.data(image)
                yield hashlib.sha1(data, usedforsecurity=False).digest(), place
    except pdfium.PdfiumError:
        return


def _is_large(place: _Place, page: float) -> bool:
    """Whether a picture on a page of this size is neither a logo or a rule nor what lies behind all."""
    left, bottom, right, top = place
    if not min(right - left, top - bottom) >= LEAST_SIDE:
        return False
    return LEAST <= (right - left) * (top - bottom) / page <= MOST


def _is_low(place: _Place) -> bool:
    """Whether a picture is too low to be one of something, and may be a line of text."""
    left, bottom, right, top = place
    wide, high = right - left, top - bottom
    return LEAST_HEIGHT <= high < LEAST_SIDE and wide >= max(LEAST_WIDTH, TIMES * high)


def _is_written(page: pdfium.PdfPage, place: _Place) -> bool:
    """Whether a low picture may hold letters: a rule, or a field of colour, changes little from its left to its right."""
    shown = _rendered(page, place, grayscale=True).to_numpy()
    dots = shown.reshape(shown.shape[:2]).astype(np.int64)
    if not dots.size or dots.max() - dots.min() < CONTRAST:
        return False
    ink = dots < (dots.max() + dots.min()) / 2
    return bool((ink[:, 1:] != ink[:, :-1]).sum(axis=1).max(initial=0) >= CHANGES)


def _painted(page: pdfium.PdfPage, place: _Place) -> Any:
    """A part of a page as it is seen."""
    return _rendered(page, place).to_pil()


def _rendered(page: pdfium.PdfPage, place: _Place, *, grayscale: bool = False) -> Any:
    width, height = page.get_size()
    left, bottom, right, top = place
    margins = (left, bottom, width - right, height - top)
    return page.render(scale=DPI / _POINTS, crop=margins, grayscale=grayscale)
