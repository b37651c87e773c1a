"""Headings of a PDF that has no outline: lines in larger letters than its text, or in bold ones."""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pypdfium2.raw as raw

from rag.documents.loaders.pdf.lines import is_row, numbered_lines

LARGER = 1.12  # times the size of the text: the least that a heading has
MOST_LETTERS = 120  # of a heading, and of one that is only bold:
MOST_BOLD = 80
MOST_LINES = 3  # that a heading may take
MOST_SHARE = 0.15  # of a document's letters in one size: more is text
MOST_LEVELS = 6
_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_OPENS_NONE = re.compile(
    r"[^\w\s\"'“„«(§¿¡#]|[ox¨]\s?[A-Z]"
)  # bullets, boxes, the rest of a sentence
_FORCED_BOLD = 1 << 18  # a flag of a font's descriptor


@dataclass(frozen=True, slots=True)
class Style:
    """How a line is painted: the size of its letters in points, and whether all of it is bold."""

    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Title:
    """A heading that is told by how it is painted."""

    level: int
    text: str


def styles_of(textpage: Any, text: str) -> dict[str, Style]:
    """How each line of a page is painted, by its words."""
    if len(text) != textpage.count_chars():
        return {}
    probe = Probe(textpage)
    styles: dict[str, Style] = {}
    lines, places = numbered_lines(text)
    for line, (begin, end) in zip(lines, places, strict=True):
        shown = text[begin:end]
        first = begin + len(shown) - len(shown.lstrip())
        last = begin + len(shown.rstrip()) - 1
        styles[line] = Style(probe.size(first), probe.bold(first) and probe.bold(last))
    return styles


def of_parts(lines: Sequence[str], styles: Mapping[str, Style]) -> Mapping[str, Style]:
    """The styles of lines that were painted as parts of others, over several columns."""
    cut = [line for line in lines if line not in styles]
    if not styles or not cut:
        return styles
    found = dict(styles)
    for line in cut:
        style = next((style for whole, style in styles.items() if line in whole), None)
        if style is not None:
            found[line] = style
    return found


class Probe:
    """Asks PDFium how a character of a page is painted; what it writes its answers into is made once."""

    def __init__(self, textpage: Any) -> None:
        """``textpage``: the text of the page."""
        self._handle = textpage.raw
        self._matrix, self._flags = raw.FS_MATRIX(), ctypes.c_int()
        self._name = ctypes.create_string_buffer(100)

    def size(self, at: int) -> float:
        """The size of its letters, in points."""
        scale = 1.0
        if raw.FPDFText_GetMatrix(self._handle, at, ctypes.byref(self._matrix)):
            scale = math.hypot(self._matrix.c, self._matrix.d)
        return round(2 * scale * float(raw.FPDFText_GetFontSize(self._handle, at))) / 2

    def bold(self, at: int) -> bool:
        """Whether it is bold."""
        if raw.FPDFText_GetFontWeight(self._handle, at) >= 600:
            return True
        flags = ctypes.byref(self._flags)
        raw.FPDFText_GetFontInfo(self._handle, at, self._name, len(self._name), flags)
        name = self._name.value.decode("latin-1")
        return bool(self._flags.value & _FORCED_BOLD or _BOLD.search(name))


Levels = Mapping[tuple[int, int], int]
"""The level of each line that is a heading, or goes on with one, by its page and number."""


def levels_of(pages: Sequence[Sequence[str]], styles: Sequence[Mapping[str, Style]]) -> Levels:
    """Which lines are headings, by what most of the document is painted in."""
    letters: Counter[float] = Counter()
    bold = 0
    for lines, found in zip(pages, styles, strict=True):
        for line in lines:
            if style := found.get(line):
                letters[style.size] += len(line)
                bold += style.bold * len(line)
    total = sum(letters.values())
    if not total:
        return {}
    usual = letters.most_common(1)[0][0]
    sizes = {
        size
        for size, count in letters.items()
        if size >= LARGER * usual and count <= MOST_SHARE * total
    }
    places: dict[float, list[tuple[int, int]]] = {}
    alone: list[tuple[int, int]] = []
    for number, (lines, found) in enumerate(zip(pages, styles, strict=True)):
        for i, line in enumerate(lines):
            style = found.get(line)
            if style is None:
                continue
            if style.size in sizes:
                held = places.setdefault(style.size, [])
                goes_on = held[-1:] == [(number, i - 1)]
                if _could_be(line, MOST_LETTERS) and (goes_on or not line[0].islower()):
                    held.append((number, i))
            elif style.bold and style.size >= usual and _stands_alone(lines, i, found):
                alone.append((number, i))
    ordered = (places[size] for size in sorted(places, reverse=True))
    by_size = [held for held in ordered if held and not _of_cover(held, len(pages))]
    ranks = by_size[: MOST_LEVELS - 1] + ([alone] if 0 < bold <= MOST_SHARE * total else [])
    return {place: level for level, held in enumerate(ranks, 1) for place in held}


def _of_cover(places: Sequence[tuple[int, int]], pages: int) -> bool:
    """Whether lines of one size stand on the first page alone, several apart: they name no parts."""
    apart = sum(1 for (_, a), (_, b) in pairwise(places) if b != a + 1)
    return pages > 2 and not any(number for number, _ in places) and apart > 0


def _could_be(line: str, most: int) -> bool:
    if len(line) > most or line.endswith((".", ",", ";")) or _OPENS_NONE.match(line):
        return False
    return bool(re.search(r"[^\W\d_]{2}", line)) and not is_row(line)


def _stands_alone(lines: Sequence[str], i: int, styles: Mapping[str, Style]) -> bool:
    """Whether a bold line opens what follows it: no other bold line is next to it."""
    beside = [styles.get(lines[k]) for k in (i - 1, i + 1) if 0 <= k < len(lines)]
    return (
        _could_be(lines[i], MOST_BOLD)
        and not lines[i].endswith(":")
        and lines[i][0].isupper() | lines[i][0].isdigit()
        and not any(style and style.bold for style in beside)
        and i + 1 < len(lines)
    )
