"""Words whose letters are set apart, as those of headings are: PDFium reads "C O N TAC T". They are told by their gaps, and
their spaces marked in the text of a page sign by sign, so that places in it stay."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.documents.loaders.pdf.bidi import RIGHT_TO_LEFT
from rag.documents.loaders.pdf.lines import NOTHING
from rag.documents.loaders.pdf.runs import char_boxes

_LINE = re.compile(r"[^\r\n]*\b[^\W\d_] [^\W\d_] [^\r\n]*")
LEAST_PARTS = 4  # of a line, most of which are a letter or two
FARTHEST = 1.0  # heights of a letter that two letters of a word are apart: what is farther stands in columns
OF_WORDS = 2.0  # gaps of usual width, from which on one is between words


def together(textpage: Any, text: str) -> str:
    """The text of a page with ``NOTHING`` for the spaces within words whose letters are set apart, as long as before."""
    if not _LINE.search(text) or len(text) != textpage.count_chars() or RIGHT_TO_LEFT.search(text):
        return text
    signs = list(text)
    places: NDArray[np.float32] | None = None
    for line in _LINE.finditer(text):
        parts = line[0].split()
        if len(parts) < LEAST_PARTS or 2 * sum(len(part) < 3 for part in parts) < len(parts):
            continue
        letters = [at for at in range(*line.span()) if not text[at].isspace()]
        said = [text[at] for at in letters]
        if not all(map(str.isalpha, said)) or said == sorted(said):
            continue
        places = char_boxes(textpage) if places is None else places
        _put_together(signs, letters, places)
    return "".join(signs)


def _put_together(signs: list[str], letters: list[int], places: NDArray[np.float32]) -> None:
    gaps = places[letters[1:], 0] - places[letters[:-1], 2]
    height = float(np.max(places[letters, 3] - places[letters, 1]))
    usual = float(np.median(gaps))
    if not 0 < usual < FARTHEST * height:
        return
    for (one, other), gap in zip(pairwise(letters), gaps.tolist(), strict=True):
        if gap < OF_WORDS * usual:
            signs[one + 1 : other] = NOTHING * (other - one - 1)
