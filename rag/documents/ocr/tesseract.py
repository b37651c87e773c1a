"""OCR by tesseract, where that program is installed: the alternative, and what reads scripts that
RapidOCR's models do not know."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rag.documents.ocr.seen import Block, Line, Seen, Word
from rag.documents.text import one_line
from rag.errors import LoadError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

UNSURE = 0.3  # confidence below which a word is none
_COLUMNS = ("level", "page", "block", "paragraph", "line", "word", "left", "top", "width", "height")


def installed() -> bool:
    """Whether the program can be called."""
    return shutil.which("tesseract") is not None


@cache
def languages() -> frozenset[str]:
    """The names of the languages that are installed with it."""
    try:
        told = subprocess.run(
            ["tesseract", "--list-langs"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    return frozenset(told.stdout.split("\n")[1:]) - {""}


def look(pixels: npt.NDArray[np.uint8], language: str, *, seconds: float, threads: int) -> Seen:
    """The text on a picture (height, width, 3), upright or turned, within ``seconds``.

    Raises:
        LoadError: tesseract failed, as it does without the files of that language.
    """
    height, width = pixels.shape[:2]
    grey = pixels.mean(axis=2).astype("uint8")
    way = "1" if "osd" in languages() else "3"
    try:
        done = subprocess.run(
            ["tesseract", "stdin", "stdout", "-l", language, "--psm", way, "tsv"],
            input=b"P5 %d %d 255\n" % (width, height) + grey.tobytes(),
            capture_output=True,
            timeout=seconds,
            env={**os.environ, "OMP_THREAD_LIMIT": str(threads)},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Seen(cut=True)
    if done.returncode:
        said = one_line(done.stderr.decode("utf-8", "replace"))
        raise LoadError(f"tesseract failed: {said[:200]}")
    table = done.stdout.decode("utf-8", "replace").splitlines()
    rows = [
        r for r in csv.reader(table[1:], delimiter="\t", quoting=csv.QUOTE_NONE) if len(r) == 12
    ]
    return Seen(tuple(_blocks(rows, width, height)))


def _blocks(rows: list[list[str]], width: int, height: int) -> Any:
    """Its paragraphs, with the words that it is sure enough of."""
    for _, paragraph in groupby(rows, key=lambda row: tuple(row[1:4])):
        lines: list[Line] = []
        for _, line in groupby(paragraph, key=lambda row: row[4]):
            words = [word for row in line if (word := _word(row, width, height))]
            if words:
                lines.append(Line(tuple(words)))
        if lines:
            yield Block(tuple(lines))


def _word(row: list[str], width: int, height: int) -> Word | None:
    text, sure = one_line(row[11]), float(row[10]) / 100
    if not text or sure < UNSURE:
        return None
    left, top, wide, high = (int(n) for n in row[6:10])
    box = (left / width, top / height, (left + wide) / width, (top + high) / height)
    return Word(text, box, sure)
