"""Pictures (PNG, JPEG, TIFF, WebP, BMP, GIF): the text in them, by OCR; each frame of a TIFF is a page."""

from __future__ import annotations

import importlib
from io import BytesIO

from rag.documents.document import Document
from rag.documents.ocr import ocr_available, read_image
from rag.documents.source import Source
from rag.documents.writer import Writer
from rag.errors import DISTRIBUTION, LoadError

MOST_FRAMES = 500
MOST_PIXELS = 100_000_000  # of one frame; beyond it a picture is taken for a bomb
SMALLEST = 40  # pixels; what is lower or narrower holds no line of text


def load(source: Source) -> Document:
    """The text of a picture, line by line.

    Raises:
        LoadError: OCR is not installed, or it is no picture.
    """
    if not ocr_available():
        raise LoadError(
            "text in pictures is read by OCR; to install it: install tesseract, then: "
            f'pip install "{DISTRIBUTION}[ocr]"'
        )
    pillow = importlib.import_module("PIL.Image")
    writer = Writer()
    notes: list[str] = []
    with pillow.open(BytesIO(source.data)) as image:
        frames = getattr(image, "n_frames", 1) if image.format in ("TIFF", "WEBP") else 1
        if image.size[0] * image.size[1] > MOST_PIXELS:
            raise LoadError(f"it has more than {MOST_PIXELS:,} pixels")
        for number in range(min(frames, MOST_FRAMES)):
            image.seek(number)
            if frames > 1:
                writer.page(number + 1)
            if min(image.size) < SMALLEST:
                continue
            text = read_image(image.convert("RGB"), source.ocr_language)
            writer.paragraph(text)
        if frames > MOST_FRAMES:
            notes.append(f"only the first {MOST_FRAMES} of its {frames} pages are read")
    if not writer.length:
        notes.append("no text was found in the picture")
        writer.paragraph(f"[Picture: {source.name.rpartition('/')[2]}]")
    else:
        notes.append("read by OCR")
    return writer.document("image", notes=notes)
