"""Pictures: the text in them, by OCR; each frame of a TIFF is a page, of a moving picture what is new in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rag.documents.document import Document, Sight
from rag.documents.frames import MOST_FRAMES, MOST_SHOTS, moves, pages_of, shots, turn_to, unknown
from rag.documents.ocr import HARD, how_to_read, ocr_available, read_image
from rag.documents.pictures import (
    LEAST_SIDE,
    MOST_PIXELS,
    open_picture,
    upright,
    write_seen,
)
from rag.documents.source import Source
from rag.documents.writer import Writer
from rag.errors import LoadError


def load(source: Source) -> Document:
    """The text of a picture, in reading order, with the boxes of its words.

    Raises:
        LoadError: OCR is not installed, or it is no picture.
    """
    if not ocr_available(source.ocr_language):
        raise LoadError(
            f"text in pictures is read by OCR; to install it: {how_to_read(source.ocr_language)}"
        )
    writer = Writer()
    notes: list[str] = []
    badly: list[int] = []
    with open_picture(source.data) as image:
        frames = pages_of(image)
        numbers = shots(image) if moves(image) and frames > 1 else _pages(image, frames, notes)
        known = set[str]()
        for count, number in enumerate(numbers):
            if moves(image) and count == MOST_SHOTS:
                notes.append(
                    f"of its {frames} frames the first {MOST_SHOTS} different ones are read"
                )
                break
            try:
                seen = read_image(upright(image), source.ocr_language)
            except LoadError as error:
                if frames == 1:
                    raise
                notes.append(f"page {number} is not read: {error}")
                continue
            if moves(image):
                seen = unknown(seen, known)
            if frames > 1 and (seen.blocks or not moves(image)):
                writer.page(number)
            write_seen(seen, writer, number)
            if seen.badly:
                badly.append(number)
    if not writer.length:
        if not badly:
            notes.append("no text was found in the picture")
        writer.paragraph(f"[Picture: {source.name.rpartition('/')[2]}]")
    else:
        notes.append("read by OCR")
        writer.sight += Sight(pictures=1)
    if badly:
        where = f" on page {', '.join(map(str, badly))}" if frames > 1 else ""
        notes.append(f"the text{where} {HARD}")
    return writer.document("image", notes=notes)


def _pages(image: Any, count: int, notes: list[str]) -> Iterator[int]:
    """The numbers of the pages that can be looked at; the picture is at each."""
    for number in range(1, min(count, MOST_FRAMES) + 1):
        if not turn_to(image, number):
            notes.append(f"it is damaged from page {number} on")
            break
        if min(image.size) < LEAST_SIDE:
            continue
        if image.size[0] * image.size[1] > MOST_PIXELS:
            notes.append(f"page {number} is not read: it has more than {MOST_PIXELS:,} pixels")
            continue
        yield number
    if count > MOST_FRAMES:
        notes.append(f"only the first {MOST_FRAMES} of its {count} pages are read")
