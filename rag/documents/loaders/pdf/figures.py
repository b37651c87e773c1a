"""Pictures on pages that have text: the words in them, where no text lies over them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

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
SAID = 12  # characters of the page's text that lie over a picture which has been read by whoever made it
_POINTS = 72


def figures(
    page: pdfium.PdfPage, objects: Objects, textpage: pdfium.PdfTextPage, pictures: Pictures
) -> list[Seen]:
    """What is written in the pictures of a page, in the order in which they were painted; boxes are shares of the
    page."""
    found: list[Seen] = []
    for key, place in _places(page, objects, textpage):
        seen = pictures.see(key, lambda place=place: _painted(page, place))  # type: ignore[misc]
        if seen is not None:
            found.append(seen.within(_shares(page, place)))
    return found


def _shares(page: pdfium.PdfPage, place: tuple[float, float, float, float]) -> Box:
    width, height = page.get_size()
    left, bottom, right, top = place
    return left / width, 1 - top / height, right / width, 1 - bottom / height


def _places(
    page: pdfium.PdfPage, objects: Objects, textpage: pdfium.PdfTextPage
) -> Iterator[tuple[bytes, tuple[float, float, float, float]]]:
    """The pictures by their content, with left, bottom, right, top on the page, in points."""
    width, height = page.get_size()
    images = objects.of(IMAGE)
    try:
        for image in images if len(images) <= MOST_FIGURES else ():
            left, bottom, right, top = objects.boxes[image].tolist()
            left, bottom = max(0.0, left), max(0.0, bottom)
            right, top = min(width, right), min(height, top)
            if not min(right - left, top - bottom) >= LEAST_SIDE:
                continue
            if not LEAST <= (right - left) * (top - bottom) / (width * height) <= MOST:
                continue
            over = textpage.get_text_bounded(left=left, bottom=bottom, right=right, top=top)
            if len(over.strip()) < SAID:
                data = objects.data(image)
                yield hashlib.sha1(data, usedforsecurity=False).digest(), (left, bottom, right, top)
    except pdfium.PdfiumError:
        return


def _painted(page: pdfium.PdfPage, place: tuple[float, float, float, float]) -> Any:
    """A part of a page as it is seen."""
    width, height = page.get_size()
    left, bottom, right, top = place
    margins = (left, bottom, width - right, height - top)
    return page.render(scale=DPI / _POINTS, crop=margins).to_pil()
