"""Text that is struck out: by a thin line through the middle of its letters, or by an annotation. Its first and its last
sign are marked in the text of a page, so that places in it stay; :func:`page_lines` writes out what that says."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pypdfium2.raw as raw
from numpy.typing import NDArray

from rag.documents.loaders.pdf.bidi import RIGHT_TO_LEFT
from rag.documents.loaders.pdf.columns import Box
from rag.documents.loaders.pdf.lines import struck
from rag.documents.loaders.pdf.objects import PATH, Objects
from rag.documents.loaders.pdf.runs import GAP, char_boxes

THIN = 4.0  # points, and the share of a letter's height, that a line through it is thick at most:
THIN_SHARE = 0.3
LEAST_WIDE = 4.0  # points
INNER = 0.2  # of the height of letters: how far from their head and their foot such a line is
MOST = 0.7  # of the letters under a line, through whose middle it goes
BESIDE = (
    1.0  # of their height: how far it may go beyond them: a line of a table, or of a chart, goes on
)
EDGE = 0.1  # points
TOUCH = 1.5  # points between pieces of one line
MOST_LINES = 4_000  # of a page; one of more is a drawing
MOST_ANNOTATIONS = 2_000

Edges = NDArray[np.float32]


def without_struck(
    page: Any, objects: Objects, textpage: Any, text: str, boxes: Sequence[Box]
) -> tuple[str, Objects]:
    """The text of a page with what is struck out marked, as long as before, and its objects without the lines that do so: they
    are none of a table. ``boxes``: those of its runs."""
    lines = _lines(objects, boxes)
    quads = _annotated(page)
    if not (len(lines) or quads) or len(text) != textpage.count_chars():
        return text, objects
    if RIGHT_TO_LEFT.search(text):
        return text, objects
    places = char_boxes(textpage)
    found: list[tuple[int, int]] = []
    strokes: set[int] = set()
    for line in lines:
        if spans := _through(line, text, places):
            found += spans
            strokes |= _in(line, objects)
    found += [span for quad in quads for span in _within(quad, text, places)]
    signs = list(text)
    for first, last in _joined(found, text):
        signs[first], signs[last] = struck(text[first], text[last])
    return "".join(signs), objects.without(strokes)


def _in(line: Edges, objects: Objects) -> set[int]:
    """The addresses of the paths that a line is made of."""
    inside = (objects.kinds == PATH) & (objects.boxes[:, :2] >= line[:2] - EDGE).all(1)
    inside &= (objects.boxes[:, 2:] <= line[2:] + EDGE).all(1)
    return {objects.handles[at] for at in np.flatnonzero(inside).tolist()}


def _lines(objects: Objects, boxes: Sequence[Box]) -> Edges:
    """The lines across a page that go through some text between its head and its foot, float32 [n, 4]."""
    none = np.empty((0, 4), np.float32)
    paths = objects.boxes_of(PATH)
    thin = (paths[:, 3] - paths[:, 1] <= THIN) & (paths[:, 2] - paths[:, 0] >= LEAST_WIDE)
    thin &= paths[:, 2] - paths[:, 0] > paths[:, 3] - paths[:, 1]
    lines = paths[thin]
    if not 0 < len(lines) <= MOST_LINES or not boxes:
        return none
    runs = np.array(boxes, np.float32)
    inner = INNER * (runs[:, 3] - runs[:, 1])
    levels, where = np.unique(np.rint(2 * (lines[:, 1] + lines[:, 3])), return_inverse=True)
    at = levels[:, None] / 4
    within = (at > runs[:, 1] + inner) & (at < runs[:, 3] - inner)
    lines = lines[np.any(within, axis=1)[where]]
    over = [
        bool(((runs[:, 0] < b) & (runs[:, 2] > a) & (runs[:, 1] < y) & (runs[:, 3] > z)).any())
        for a, z, b, y in lines.tolist()
    ]
    return _pieced(lines) if any(over) else none


def _pieced(lines: Edges) -> Edges:
    """Lines, those that go on in another at their height put together."""
    ordered = lines[np.lexsort((lines[:, 0], np.rint(lines[:, 1] + lines[:, 3])))].tolist()
    whole = [ordered[0]]
    for a, bottom, b, top in ordered[1:]:
        last = whole[-1]
        level = abs(last[1] + last[3] - bottom - top) < 1
        if level and last[0] <= a <= last[2] + TOUCH:
            whole[-1] = [last[0], min(last[1], bottom), max(last[2], b), max(last[3], top)]
        else:
            whole.append([a, bottom, b, top])
    return np.array(whole, np.float32)


def _through(line: Edges, text: str, places: Edges) -> list[tuple[int, int]]:
    """The characters (first, last) that a line strikes out."""
    left, bottom, right, top = places.T
    high, level = top - bottom, (line[1] + line[3]) / 2
    middle = (left + right) / 2
    under = (right > left) & (bottom < level) & (top > level)
    under &= (middle > line[0]) & (middle < line[2])
    at = [i for i in np.flatnonzero(under).tolist() if text[i].isalnum()]
    if not at:
        return []
    inside = np.abs(level - (top + bottom)[at] / 2) < (0.5 - INNER) * high[at]
    height = float(high[at].max())
    if inside.sum() < MOST * len(at) or line[3] - line[1] > THIN_SHARE * height:
        return []
    if left[at].min() - line[0] > BESIDE * height or line[2] - right[at].max() > BESIDE * height:
        return []
    return _runs(np.flatnonzero(under).tolist(), text, places)


def _within(quad: Box, text: str, places: Edges) -> list[tuple[int, int]]:
    """The characters (first, last) in a part of a page."""
    across, up = places[:, [0, 2]].mean(1), places[:, [1, 3]].mean(1)
    inside = (across > quad.left) & (across < quad.right) & (up > quad.bottom) & (up < quad.top)
    inside &= places[:, 2] > places[:, 0]
    return _runs(np.flatnonzero(inside).tolist(), text, places)


def _runs(at: Sequence[int], text: str, places: Edges) -> list[tuple[int, int]]:
    """Characters as spans of the text (first, last), each of what stands on one line without a gap."""
    at = [i for i in at if not text[i].isspace() and text[i].isprintable()]
    spans: list[tuple[int, int]] = []
    for i in at:
        first, last = spans[-1] if spans else (i, i)
        gap = places[i, 0] - places[last, 2]
        near = gap < GAP * max(places[last, 3] - places[first, 1], places[i, 3] - places[i, 1])
        if spans and near and not _parts(text[last + 1 : i]):
            spans[-1] = first, i
        else:
            spans.append((i, i))
    return spans


def _parts(between: str) -> bool:
    """Whether what stands between two letters is more than low or high signs, such as a comma, and blanks."""
    return "\n" in between or any(map(str.isalnum, between))


def _joined(spans: Iterable[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Spans in order, those of which nothing is between put together; a single sign is too little to be told by."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if joined and not _parts(text[joined[-1][1] + 1 : first]):
            joined[-1] = joined[-1][0], max(joined[-1][1], last)
        else:
            joined.append((first, last))
    return [(a, b) for a, b in joined if a < b and any(map(str.isalnum, text[a : b + 1]))]


def _annotated(page: Any) -> list[Box]:
    """The parts of a page that annotations strike out."""
    found: list[Box] = []
    for number in range(min(raw.FPDFPage_GetAnnotCount(page), MOST_ANNOTATIONS)):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        if not annotation:
            continue
        hidden = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
        if (
            raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_STRIKEOUT
            and not raw.FPDFAnnot_GetFlags(annotation) & hidden
        ):
            found += parts_of(annotation)
        raw.FPDFPage_CloseAnnot(annotation)
    return found


def parts_of(annotation: Any) -> list[Box]:
    """The parts of a page, in each of which a stretch of one line stands, that an annotation is put on."""
    points = raw.FS_QUADPOINTSF()
    found: list[Box] = []
    for number in range(min(raw.FPDFAnnot_CountAttachmentPoints(annotation), MOST_ANNOTATIONS)):
        if raw.FPDFAnnot_GetAttachmentPoints(annotation, number, ctypes.byref(points)):
            across = points.x1, points.x2, points.x3, points.x4
            up = points.y1, points.y2, points.y3, points.y4
            found.append(Box(min(across), min(up), max(across), max(up)))
    return found
