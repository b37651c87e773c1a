"""A page as a picture: PDFium paints those of PDFs, Pillow reads pictures that OCR has read."""

from __future__ import annotations

import importlib.util
import os
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from rag.documents.frames import turn_to
from rag.documents.loaders.pdf.pages import opened
from rag.documents.pictures import open_picture, upright
from rag.errors import ExtraMissing, LoadError, ViewError
from rag.viewing.files import pdf_of, read
from rag.viewing.png import png

WIDEST = 4_000  # pixels of a picture's width
MOST_PIXELS = 12_000_000  # of a picture; a page that is too high for its width is painted smaller


def page_picture(
    path: str | os.PathLike[str], number: int, width: int, *, expected: str = ""
) -> bytes:
    """Page ``number`` (from 1) of the PDF or picture at ``path`` as a PNG, ``width`` pixels wide where it is not too
    high for that; upright as :func:`rag.viewing.page_view` has it. ``expected`` is the SHA-256 of what was indexed.

    Raises:
        ViewError: there is no such page, or the file cannot be shown, or has changed.
    """
    file = read(path, expected)
    width = max(16, min(width, WIDEST))
    if b"%PDF" not in file.data[:4096]:
        return png(np.asarray(_small(picture_of(file.data, number), width)))
    try:
        with pdf_of(file.data) as pdf:
            if not 1 <= number <= len(pdf):
                raise ViewError(f"it has no page {number}: its pages go from 1 to {len(pdf)}")
            page, _, textpage, degrees = opened(pdf, number - 1, file.unseen)
            textpage.close()
            page.close()
        with pdf_of(file.data) as pdf:  # the page was changed by that
            return _painted(pdf, number, width, degrees)
    except (pdfium.PdfiumError, ValueError):
        raise ViewError(f"page {number} is damaged and cannot be painted") from None


def _painted(pdf: pdfium.PdfDocument, number: int, width: int, degrees: int) -> bytes:
    if pdf.get_formtype() == raw.FORMTYPE_ACRO_FORM:
        pdf.init_forms()
    page = pdf[number - 1]
    wide, high = page.get_size()
    if degrees % 180:
        wide, high = high, wide
    scale = min(width / max(wide, 1.0), (MOST_PIXELS / max(1.0, wide * high)) ** 0.5)
    bitmap = page.render(scale=scale, rotation=degrees, rev_byteorder=True)
    return png(np.asarray(bitmap.to_numpy()[:, :, :3], np.uint8))


def picture_of(data: bytes, number: int) -> Any:
    """A frame (from 1) of a picture, upright, as OCR has read it.

    Raises:
        ViewError: it is no picture, or has no such frame, or what reads pictures is not installed.
    """
    if importlib.util.find_spec("PIL") is None:
        raise ViewError(str(ExtraMissing("Showing a picture", "ocr")))
    try:
        image = open_picture(data)
        if not turn_to(image, number):
            raise ViewError(f"the picture has no page {number}")
        return upright(image)
    except LoadError as error:
        raise ViewError(f"the picture cannot be shown: {error}") from None


def _small(image: Any, width: int) -> Any:
    image.thumbnail((width, max(1, MOST_PIXELS // width)))
    return image
