"""Where text is painted on a page: runs, put together to the cells of lines."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import pypdfium2.raw as raw
from numpy.typing import NDArray

from rag.documents.loaders.pdf.columns import Box
from rag.documents.loaders.pdf.lines import NOTHING, page_lines
from rag.documents.loaders.pdf.objects import direct

MOST_RUNS = 3_000  # of a page; one of more is a drawing
LEAST_HEIGHT = 3.0  # points
SAME_LINE = 0.45  # of the height of a usual line: how far apart what stands on one line may be
LOOSE = 0.9  # of that height for each letter: what is wider has gaps in it
ACROSS = 0.5  # share of the width of a page's text that a line across it has
AT_ONCE = 0.3  # share of that width that several cells painted at once have at least
MOST_AT_ONCE = 500  # pieces of a page whose rows may have been painted at once
CROSSED = (
    0.5  # pieces that may reach over the space between two columns, for each that has a gap there
)
GAP = 0.9  # of that height: what is further apart stands in two cells
_char_boxes: WeakKeyDictionary[Any, NDArray[np.float32]] = WeakKeyDictionary()  # by text page
_object_of = direct(
    raw.FPDFText_GetTextObject, ctypes.c_void_p, ctypes.c_int, result=ctypes.c_void_p
)
_rect_of = direct(raw.FPDFText_GetRect, ctypes.c_void_p, ctypes.c_int, *[ctypes.c_void_p] * 4)
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
    buffer = (ctypes.c_double * 4)()
    start = ctypes.addressof(buffer)
    into = start, start + 24, start + 16, start + 8  # left, top, right, bottom
    handle = ctypes.cast(textpage.raw, ctypes.c_void_p).value or 0
    found = [bytes(buffer) for i in range(count) if _rect_of(handle, i, *into)]
    return [
        Box(*edges) for edges in np.frombuffer(b"".join(found), np.float64).reshape(-1, 4).tolist()
    ]


def char_boxes(textpage: Any) -> NDArray[np.float32]:
    """The box of each character of a page, float32 [n, 4]: left, bottom, right, top. They are asked for once: that takes
    time, and several look at them."""
    known = _char_boxes.get(textpage)
    if known is None:
        known = _char_boxes[textpage] = _asked(textpage)
    return known


def _asked(textpage: Any) -> NDArray[np.float32]:
    buffer = (ctypes.c_double * 4)()
    start = ctypes.addressof(buffer)
    into = start, start + 16, start + 8, start + 24  # left, right, bottom, top
    handle = ctypes.cast(textpage.raw, ctypes.c_void_p).value or 0
    count = textpage.count_chars()
    found = [bytes(buffer) if _box_of(handle, i, *into) else bytes(32) for i in range(count)]
    boxes = np.frombuffer(b"".join(found), np.float64).reshape(-1, 4).astype(np.float32)
    boxes.flags.writeable = False
    return boxes


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
    return cells_of(textpage, text, pieces_of(textpage, text, boxes), height)


def parted(
    textpage: Any, text: str, pieces: Sequence[Run], height: float, foot: float, head: float
) -> list[Run]:
    """Pieces, of which those between two heights that may be rows painted at once are parted where a space is as wide as
    the gap between two cells."""
    if not 0 < len(pieces) <= MOST_AT_ONCE:
        return list(pieces)
    least = AT_ONCE * (max(one.box.right for one in pieces) - min(one.box.left for one in pieces))
    inside = [one for one in pieces if foot < one.middle < head]
    gaps = {
        one.start: _spaces(textpage, text, one, height)
        for one in inside
        if one.box.right - one.box.left > least
    }

    def parts(x: float) -> bool:
        """Whether columns part there, and not just words of a line that was stretched."""
        alike = sum(low < x < high for found in gaps.values() for low, high, _ in found)
        across = sum(one.box.left < x < one.box.right for one in inside) - alike
        return across <= CROSSED * alike

    return [
        part
        for one in pieces
        for part in _at(
            one,
            [gap for gap in gaps.get(one.start, ()) if any(map(parts, (gap[0] + 1, gap[1] - 1)))],
        )
    ]


def cells_of(textpage: Any, text: str, pieces: Sequence[Run], height: float) -> list[Run]:
    """Pieces put together to the cells of lines."""
    runs: list[Run] = []
    least, most = -4 * height, GAP * height
    left = bottom = right = top = 0.0
    begin = last = -1
    for (a, b, c, d), _, start, end in pieces:
        if least < a - right < most and begin >= 0 and "\n" not in text[last:start]:
            left, bottom, right, top = min(left, a), min(bottom, b), max(right, c), max(top, d)
        else:
            if begin >= 0:
                runs.append(Run(Box(left, bottom, right, top), "", begin, last))
            left, bottom, right, top, begin = a, b, c, d, start
        last = end
    if begin >= 0:
        runs.append(Run(Box(left, bottom, right, top), "", begin, last))
    apart = (part for run in runs for part in _apart(textpage, text, run, height))
    said = (run._replace(text=shown(text[run.start : run.end])) for run in apart)
    return [run for run in said if run.text]


def pieces_of(textpage: Any, text: str, boxes: Sequence[Box]) -> list[Run]:
    """Each box with the span of the page's text that it is around: pieces that one operator has painted; their
    texts are not taken yet."""
    count = textpage.count_chars()
    handle = ctypes.cast(textpage.raw, ctypes.c_void_p).value or 0
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
    if len(text) != count:
        return []
    if len(spans) != len(boxes):  # PDFium has no box for what is hardly high
        edges = char_boxes(textpage)
        found = ((extent(edges[start:end]), start, end) for start, end in spans)
        return [Run(box, "", start, end) for box, start, end in found if box]
    return [Run(box, "", start, end) for box, (start, end) in zip(boxes, spans, strict=True)]


def extent(edges: NDArray[np.float32]) -> Box | None:
    """The box around characters, [n, 4]; None where none of them has any extent."""
    seen = edges[(edges[:, 2] > edges[:, 0]) & (edges[:, 3] > edges[:, 1])]
    if not len(seen):
        return None
    return Box(*map(float, (*seen[:, :2].min(0), *seen[:, 2:].max(0))))


def _apart(textpage: Any, text: str, run: Run, height: float) -> list[Run]:
    """A run that is wide for its letters, by the gaps between them: a row that was painted at once."""
    inside = text[run.start : run.end]
    if NOTHING in inside or not _is_loose(run.box, inside, height):
        return [run]
    parts: list[Run] = []
    for i in range(run.start, run.end):
        if text[i].isspace():
            continue
        box = Box(*textpage.get_charbox(i))
        if parts and box.left - parts[-1].box.right < GAP * height:
            parts[-1] = Run(around(parts[-1].box, box), "", parts[-1].start, i + 1)
        else:
            parts.append(Run(box, "", i, i + 1))
    return parts


def _spaces(textpage: Any, text: str, piece: Run, height: float) -> list[tuple[float, float, int]]:
    """The spaces in a piece that are as wide as the gap between two cells: from, to, and their characters."""
    found: list[tuple[float, float, int]] = []
    for i in range(piece.start + 1, piece.end - 1):
        if text[i] == " ":
            low, high = textpage.get_charbox(i - 1)[2], textpage.get_charbox(i + 1)[0]
            if high - low >= GAP * height:
                found.append((low, high, i))
    return found


def _at(piece: Run, gaps: Sequence[tuple[float, float, int]]) -> list[Run]:
    """A piece parted at gaps."""
    parts: list[Run] = []
    begin, left = piece.start, piece.box.left
    for low, high, at in gaps:
        parts.append(Run(piece.box._replace(left=left, right=low), "", begin, at))
        begin, left = at + 1, high
    return [*parts, Run(piece.box._replace(left=left), "", begin, piece.end)] if parts else [piece]


def shown(text: str) -> str:
    """A stretch of a page's text as one line."""
    return " ".join(page_lines(text))


def _is_loose(box: Box, text: str, height: float) -> bool:
    return box.right - box.left > LOOSE * height * (len("".join(text.split())) + 1)


def around(a: Box, b: Box) -> Box:
    """The box around two."""
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
    """Whether a page may hold a table: lines of several cells follow each other, on the page or in the order in which they
    are painted, or lines that were painted at once are wide for their letters."""
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
    return _rows_painted(boxes, height)


def _rows_painted(boxes: Sequence[Box], height: float) -> bool:
    """Whether three lines of three cells or more are painted one after the other, as those of a table beside something else."""
    rows, cells = 0, 1
    for before, box in pairwise(boxes):
        level = abs(box.bottom + box.top - before.bottom - before.top) < height * SAME_LINE * 2
        if level and box.left - before.right > GAP * height:
            cells += 1
            continue
        rows = rows + 1 if cells > 2 else 0
        cells = 1
        if rows > 2:
            return True
    return rows + (cells > 2) > 2


def rules_of(paths: NDArray[np.float32], boxes: Sequence[Box]) -> list[float]:
    """The heights at which ``paths``, float32 [n, 4] (left, bottom, right, top), are drawn across half of a page's text
    at least, in one piece or in many; edges of filled fields are lines, too."""
    if not len(paths):
        return []
    width = max(box.right for box in boxes) - min(box.left for box in boxes)
    feet, heads = np.rint(paths[:, 1]).astype(np.int64), np.rint(paths[:, 3]).astype(np.int64)
    wide = (paths[:, 2] - paths[:, 0]).astype(np.float64)
    high = heads != feet
    levels, where = np.unique(np.concatenate([feet, heads[high]]), return_inverse=True)
    drawn = np.bincount(where, np.concatenate([wide, wide[high]]))
    ordered: list[float] = []
    for y in levels[drawn >= ACROSS * width].tolist():
        if not ordered or y - ordered[-1] > 2:
            ordered.append(float(y))
    return ordered
