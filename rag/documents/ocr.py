"""Text of scanned pages: tesseract, if the ``ocr`` extra and the program are installed."""

from __future__ import annotations

import importlib.util
import shutil
from typing import Any

from rag.documents.text import one_line
from rag.errors import LoadError

DPI = 300  # dots an inch; what tesseract is trained on
PAGE_SECONDS = 120  # what one page may take


def ocr_available() -> bool:
    """Whether scanned pages can be read: the ``ocr`` extra, and tesseract itself."""
    return bool(importlib.util.find_spec("pytesseract") and shutil.which("tesseract"))


def read_image(image: Any, language: str) -> str:
    """The text on a picture (of Pillow). ``language`` is tesseract's name of it.

    Raises:
        LoadError: tesseract failed, as it does without the files of that language.
    """
    import pytesseract

    try:
        return str(pytesseract.image_to_string(image, lang=language, timeout=PAGE_SECONDS))
    except pytesseract.TesseractError as error:
        raise LoadError(f"tesseract failed: {one_line(str(error))[:200]}") from None
