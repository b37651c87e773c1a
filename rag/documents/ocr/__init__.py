"""Text of scanned pages and pictures: words with their boxes, in reading order.

The ``ocr`` extra brings RapidOCR; tesseract takes its place where that is not installed, and where the
language set is one that RapidOCR's models do not know.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

from rag.documents.ocr import tesseract
from rag.documents.ocr.seen import Block, Line, Seen, Word
from rag.errors import DISTRIBUTION, LoadError

__all__ = [
    "DPI", "HARD", "Block", "Line", "Seen", "Word", "how_to_read", "ocr_available", "ocr_key", "read_image",
    "use",
]  # fmt: skip

DPI = 200  # dots an inch at which pages are painted to be read
PAGE_SECONDS = 120.0  # of the processor that one page may take
INSTALL = f'pip install "{DISTRIBUTION}[ocr]"'
HARD = (
    "was hard to read: check it; letters that are not Latin, Chinese or Japanese take tesseract and the "
    "setting ocr_language"
)
VERSION = 2  # raise it when pictures read differently: files read by OCR are then read anew

_OTHER_SCRIPTS = frozenset(
    "amh ara asm aze_cyrl bel ben bod bul chr div dzo ell fas grc guj heb hin hye iku kan kat kaz khm kir kor "
    "lao mal mar mkd mon mya nep ori pan pus rus san sin snd srp syr tam tat tel tgk tha tir uig ukr "
    "urd uzb_cyrl vie yid".split()
)
"""Languages, as tesseract names them, whose letters RapidOCR's models were never shown."""

_threads = 1
_before_each: Callable[[], None] = lambda: None  # noqa: E731


def use(*, threads: int, before_each: Callable[[], None]) -> None:
    """How many threads reading one picture may use (one, unless something is said), and what is to be
    called before each."""
    global _threads, _before_each
    _threads, _before_each = max(1, threads), before_each


def ocr_available(language: str = "eng") -> bool:
    """Whether scanned pages and pictures in a language can be read."""
    return bool(ocr_key(language))


def ocr_key(language: str = "eng") -> str:
    """What reads pictures in a language, with its version ("rapidocr/1"); "" where nothing does."""
    if importlib.util.find_spec("PIL") is None:
        return ""
    if importlib.util.find_spec("rapidocr") is not None and not _other_script(language):
        return f"rapidocr/{VERSION}"
    if not tesseract.installed():
        return ""
    return f"tesseract/{VERSION}" + (f":{language}" if language != "eng" else "")


def how_to_read(language: str = "eng") -> str:
    """The command after which they can be read."""
    if _other_script(language) and importlib.util.find_spec("rapidocr") is not None:
        return f'install tesseract with its language "{language}"'
    return INSTALL


def read_image(image: Any, language: str) -> Seen:
    """What is on a picture (of Pillow). ``language`` is tesseract's name of it ("eng+deu").

    Raises:
        LoadError: it cannot be read, as without the program for its language.
        MemoryError: there is too little memory for it.
    """
    import numpy as np  # a process that reads text alone starts in three quarters of the time without

    _before_each()
    pixels = np.asarray(image.convert("RGB"))[:, :, ::-1].copy()
    if not ocr_key(language).startswith("rapidocr"):
        if not tesseract.installed():
            raise LoadError(f"no text is read in pictures: {how_to_read(language)}")
        return tesseract.look(pixels, language, seconds=PAGE_SECONDS, threads=_threads)
    from rag.documents.ocr import rapid

    return rapid.look(pixels, seconds=PAGE_SECONDS, threads=_threads)


def _other_script(language: str) -> bool:
    return any(name in _OTHER_SCRIPTS for name in language.lower().split("+"))
