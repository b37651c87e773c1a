"""Where text is painted on a page: runs, put together to the cells of lines."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pypdfium2.raw as raw
from numpy.typing import NDArray

from rag.documents.loaders.pdf.columns import Box
from rag.documents.loaders.pdf.lines import page_lines
from rag.documents.loaders.pdf.objects import direct

MOST_RUNS = 3_000  # of a page; one of more is a drawing
LEAST_HEIGHT = 3.0  # points
SAME_LINE = 0.45  # of the height of a usual line: how far apart what stands on one line may be
LOOSE = 0.9  # of that height for each letter: what is wider has gaps in it
ACROSS = 0.5  # share of the width of a page's text that a line across it has
GAP = 0.9  # of that height: what is further apart stands in two cells
_object_of = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(
    ctypes.cast(raw.FPDFText_GetTextObject, ctypes.c_void_p).value or 0
)
_box_of = direct(raw.FPDFText_GetCharBox, ctypes.c_void_p, ctypes.c_int, *[ctypes.c_void_p] * 4)


class Run(NamedTuple):
    """What stands in one cell of one line: its box, its text, and the characters of the page (from, to)
    that it is made of."""

    box: Box
    text: str
    start: int
    end: int

    @property
    def middle(self) -> float:
        """How high it stands."""
        return (self.box.top + self.box.bottom) / 2


Line = list[Run]
"""What stands at one height, from left to right."""


def boxes_of(textpage: Any) -> list[Box]:
    """The boxes of a page's runs; none where there are too many."""
    count = textpage.count_rects()
    if count > MOST_RUNS:
        return []
    left, top, right, bottom = edges = [ctypes.c_double() for _ in range(4)]
    into = [ctypes.byref(edge) for edge in edges]
    handle, get = textpage.raw, raw.FPDFText_GetRect
    boxes: list[Box] = []
    for i in range(count):
        get(handle, i, *into)
        boxes.append(Box(left.value, bottom.value, right.value, top.value))
    return boxes


def char_boxes(textpage: Any) -> NDArray[np.float32]:
    """The box of each character of a page, float32 [n, 4]: left, bottom, right, top."""
    buffer = (ctypes.c_double * 4)()
    start = ctypes.addressof(buffer)
    into = start, start + 16, start + 8, start + 24  # left, right, bottom, top
    handle = ctypes.cast(textpage.raw, ctypes.c_void_p).value or 0
    count = textpage.count_chars()
    found = [bytes(buffer) if _box_of(handle, i, *into) else bytes(32) for i in range(count)]
    return np.frombuffer(b"".join(found), np.float64).reshape(-1, 4).astype(np.float32)


def characters_in(textpage: Any, parts: Iterable[Box]) -> list[tuple[int, int]]:
    """The characters (from, to) that PDFium finds in parts of a page, one part after the other: those whose boxes
    reach into it."""
    left, bottom, right, top = char_boxes(textpage).T
    solid = (right > left) & (top > bottom)
    spans: list[tuple[int, int]] = []
    for part in parts:
        low, foot, high, head = np.array(part, np.float32)
        inside = solid & (left < high) & (right > low) & (bottom < head) & (top > foot)
        edges = np.flatnonzero(np.diff(inside.astype(np.int8), prepend=0, append=0)).tolist()
        spans += zip(edges[::2], edges[1::2], strict=True)
    return spans


def usual_height(boxes: Sequence[Box]) -> float:
    """The height of a line on a page: that of what has tall letters, as pieces of words may have none."""
    heights = sorted(box.top - box.bottom for box in boxes if box.top - box.bottom >= LEAST_HEIGHT)
    return heights[len(heights) * 3 // 4] if heights else LEAST_HEIGHT


def runs_of(textpage: Any, text: str, boxes: Sequence[Box], height: float) -> list[Run]:
    """The cells of a page's lines, in PDFium's order: what it puts on one line, without a gap between."""
    pieces = _pieces(textpage, text, boxes)
    runs: list[Run] = []
    for box, start, end in pieces:
        if runs:
            last = runs[-1]
            between = text[last.end : start]
            gap = box.left - last.box.right
            if "\n" not in between and -4 * height < gap < GAP * height:
                runs[-1] = Run(_around(last.box, box), "", last.start, end)
                continue
        runs.append(Run(box, "", start, end))
    apart = (part for run in runs for part in _apart(textpage, text, run, height))
    shown = (run._replace(text=_shown(text[run.start : run.end])) for run in apart)
    return [run for run in shown if run.text]


def _pieces(textpage: Any, text: str, boxes: Sequence[Box]) -> list[tuple[Box, int, int]]:
    """Each box with the span of the page's text that it is around: pieces that one operator has painted."""
    count = textpage.count_chars()
    handle = ctypes.cast(textpage.raw, ctypes.c_void_p)
    spans: list[tuple[int, int]] = []
    known, begin = None, 0
    for i in range(count):
        found = _object_of(handle, i)
        if found != known:
            if known is not None:
                spans.append((begin, i))
            known, begin = found, i
    if known is not None:
        spans.append((begin, count))
    if len(spans) != len(boxes) or len(text) != count:
        return []
    return [(box, start, end) for box, (start, end) in zip(boxes, spans, strict=True)]


def _apart(textpage: Any, text: str, run: Run, height: float) -> list[Run]:
    """A run that is wide for its letters, by the gaps between them: a row that was painted at once."""
    if not _is_loose(run.box, text[run.start : run.end], height):
        return [run]
    parts: list[Run] = []
    for i in range(run.start, run.end):
        if text[i].isspace():
            continue
        box = Box(*textpage.get_charbox(i))
        if parts and box.left - parts[-1].box.right < GAP * height:
            parts[-1] = Run(_around(parts[-1].box, box), "", parts[-1].start, i + 1)
        else:
            parts.append(Run(box, "", i, i + 1))
    return parts


def _shown(text: str) -> str:
    return " ".join(text.split() if text.isascii() else page_lines(text))


def _is_loose(box: Box, text: str, height: float) -> bool:
    return box.right - box.left > LOOSE * height * (len("".join(text.split())) + 1)


def _around(a: Box, b: Box) -> Box:
    return Box(
        min(a.left, b.left), min(a.bottom, b.bottom), max(a.right, b.right), max(a.top, b.top)
    )


def lines_of(runs: Sequence[Run], height: float) -> list[Line]:
    """Runs by the heights they stand at, the highest line first, from left to right."""
    lines: list[Line] = []
    for run in sorted(runs, key=lambda run: -run.middle):
        if lines and lines[-1][0].middle - run.middle < SAME_LINE * height:
            lines[-1].append(run)
        else:
            lines.append([run])
    return [sorted(line, key=lambda run: run.box.left) for line in lines]


def looks_tabular(boxes: Sequence[Box], text: str, height: float) -> bool:
    """Whether a page may hold a table: lines of several cells follow each other, or lines that were
    painted at once are wide for their letters."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) == len(boxes):
        loose = (_is_loose(box, line, height) for box, line in zip(boxes, lines, strict=True))
        if sum(loose) >= 3:
            return True
    places = sorted(
        ((box.top + box.bottom) / 2, box.left, box.right)
        for box in boxes
        if box.top - box.bottom > 0.4 * height
    )
    several = 0
    line: list[tuple[float, float]] = []
    at = places[-1][0] if places else 0.0
    for middle, left, right in [*reversed(places), (-math.inf, 0.0, 0.0)]:
        if at - middle >= SAME_LINE * height:
            line.sort()
            apart = any(b[0] - a[1] > GAP * height for a, b in pairwise(line))
            several = several + 1 if apart else max(0, several - 1)
            if several >= 3:
                return True
            line, at = [], middle
        line.append((left, right))
    return False


def rules_of(paths: Iterable[Sequence[float]], boxes: Sequence[Box]) -> list[float]:
    """The heights at which ``paths``, each a box, are drawn across half of a page's text at least, in one piece or in
    many; edges of filled fields are lines, too."""
    width = max(box.right for box in boxes) - min(box.left for box in boxes)
    drawn: dict[int, float] = {}
    for left, bottom, right, top in paths:
        for y in {round(bottom), round(top)}:
            drawn[y] = drawn.get(y, 0.0) + right - left
    ordered: list[float] = []
    for y in sorted(drawn):
        if drawn[y] >= ACROSS * width and (not ordered or y - ordered[-1] > 2):
            ordered.append(float(y))
    return ordered
