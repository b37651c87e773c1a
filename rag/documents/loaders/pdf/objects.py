"""What is painted on a page: its objects in the order in which they are painted, those inside of forms too, each
with its box.

PDFium is asked by functions that take and give addresses as numbers: a third of the time of those with pointers, for
pages of which every letter is an object.
"""

from __future__ import annotations

import ctypes
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2.raw as raw
from numpy.typing import NDArray

TEXT, PATH, IMAGE, SHADING, FORM = (
    raw.FPDF_PAGEOBJ_TEXT,
    raw.FPDF_PAGEOBJ_PATH,
    raw.FPDF_PAGEOBJ_IMAGE,
    raw.FPDF_PAGEOBJ_SHADING,
    raw.FPDF_PAGEOBJ_FORM,
)
DEEPEST = 3  # forms in forms
MOST_OBJECTS = 20_000  # of a page
LETTER = (3.0, 30.0)  # points: how high a letter that is drawn may be
LEAST_SEGMENTS = 12  # of its outline, most of which are curves
OF_A_BOX = 6  # segments, at most; a path of more may be many lines
SLOPE = 0.01  # units of the path
MOST_SEGMENTS = 4_000  # of a path; one of more is a drawing
NO_COLOUR = 1 << 16  # of what is painted with a pattern: near to no colour
_ADDRESS = ctypes.c_void_p


def direct(function: Any, *arguments: Any, result: Any = ctypes.c_int) -> Any:
    """A function of PDFium that takes and gives addresses as numbers."""
    address = ctypes.cast(function, _ADDRESS).value or 0
    return ctypes.CFUNCTYPE(result, *arguments)(address)


_of_page = direct(raw.FPDFPage_GetObject, _ADDRESS, ctypes.c_int, result=_ADDRESS)
_of_form = direct(raw.FPDFFormObj_GetObject, _ADDRESS, ctypes.c_ulong, result=_ADDRESS)
_count_of_page = direct(raw.FPDFPage_CountObjects, _ADDRESS)
_count_of_form = direct(raw.FPDFFormObj_CountObjects, _ADDRESS)
_kind = direct(raw.FPDFPageObj_GetType, _ADDRESS)
_bounds = direct(raw.FPDFPageObj_GetBounds, *[_ADDRESS] * 5)
_fill = direct(raw.FPDFPageObj_GetFillColor, *[_ADDRESS] * 5)
_matrix = direct(raw.FPDFPageObj_GetMatrix, _ADDRESS, _ADDRESS)
_mode = direct(raw.FPDFTextObj_GetTextRenderMode, _ADDRESS)
_size = direct(raw.FPDFTextObj_GetFontSize, _ADDRESS, _ADDRESS)
_drawn = direct(raw.FPDFPath_GetDrawMode, _ADDRESS, _ADDRESS, _ADDRESS)
_segments = direct(raw.FPDFPath_CountSegments, _ADDRESS)
_segment = direct(raw.FPDFPath_GetPathSegment, _ADDRESS, ctypes.c_int, result=_ADDRESS)
_point = direct(raw.FPDFPathSegment_GetPoint, _ADDRESS, _ADDRESS, _ADDRESS)
_step = direct(raw.FPDFPathSegment_GetType, _ADDRESS)
_NOWHERE = np.full(4, np.nan, np.float32).tobytes()


@dataclass(frozen=True, slots=True)
class Objects:
    """The objects of a page by the addresses that PDFium knows them by, ``kinds`` int [n], ``boxes`` float32
    [n, 4] (left, bottom, right, top on the page, in points; not a number where there is none), and the
    form that each is in, 0 for the page itself."""

    handles: list[int]
    kinds: NDArray[np.int64]
    boxes: NDArray[np.float32]
    forms: list[int]

    def of(self, *kinds: int) -> list[int]:
        """The numbers of the objects of these kinds, in the order of painting."""
        found: list[int] = np.flatnonzero(np.isin(self.kinds, kinds)).tolist()
        return found

    def places(self, kind: int) -> list[list[float]]:
        """The boxes of the objects of a kind, those that have one."""
        found: list[list[float]] = self.boxes_of(kind).tolist()
        return found

    def boxes_of(self, kind: int) -> NDArray[np.float32]:
        """The same, float32 [n, 4]."""
        boxes: NDArray[np.float32] = self.boxes[self.kinds == kind]
        found: NDArray[np.float32] = boxes[np.isfinite(boxes).all(1)]
        return found

    def letters_drawn(self) -> int:
        """How many of the paths look like the outlines of letters."""
        wide, high = (self.boxes[:, 2:] - self.boxes[:, :2]).T
        low = (high > LETTER[0]) & (high < LETTER[1]) & (wide < 2 * high)
        likely = np.flatnonzero((self.kinds == PATH) & low).tolist()
        return sum(_segments(self.handles[i]) >= LEAST_SEGMENTS for i in likely)

    def without(self, handles: Collection[int]) -> Objects:
        """All but those at these addresses."""
        if not handles:
            return self
        kept = [i for i, handle in enumerate(self.handles) if handle not in handles]
        return Objects(
            [self.handles[i] for i in kept],
            self.kinds[kept],
            self.boxes[kept],
            [self.forms[i] for i in kept],
        )

    def fills(self, numbers: list[int]) -> NDArray[np.int64]:
        """Red, green, blue, opacity from 0 to 255 that objects are filled with, int [n, 4]; ``NO_COLOUR``
        and full opacity where it is a pattern."""
        buffer = (ctypes.c_uint * 4)()
        into = _places(buffer, 4)
        none = np.array([NO_COLOUR] * 3 + [255], np.uint32).tobytes()
        handles = self.handles
        found = [bytes(buffer) if _fill(handles[i], *into) else none for i in numbers]
        return np.frombuffer(b"".join(found), np.uint32).reshape(-1, 4).astype(np.int64)

    def modes(self, numbers: list[int]) -> NDArray[np.int64]:
        """How texts are painted: PDF's render modes."""
        return np.array([_mode(self.handles[i]) for i in numbers], np.int64)

    def letters(self, number: int) -> float:
        """The size of a text's letters, in points of the form or page that it is in."""
        size, matrix = ctypes.c_float(), (ctypes.c_float * 6)()
        handle = self.handles[number]
        if not _size(handle, ctypes.addressof(size)) or not _matrix(
            handle, ctypes.addressof(matrix)
        ):
            return float("inf")
        return float(size.value * np.hypot(matrix[2], matrix[3]))

    def is_filled(self, number: int) -> bool:
        """Whether a path is filled, and not just drawn."""
        how = (ctypes.c_int * 2)()
        return bool(_drawn(self.handles[number], *_places(how, 4)[:2]) and how[0])

    def is_stroked(self, number: int) -> bool:
        """Whether the outline of a path is drawn."""
        how = (ctypes.c_int * 2)()
        return bool(_drawn(self.handles[number], *_places(how, 4)[:2]) and how[1])

    def pieces(self, number: int) -> NDArray[np.float32]:
        """The lines that a path of more than a box is made of, float32 [n, 4] (from x, y to x, y, in points on the page); none where one of
        them is curved, or goes neither across nor down in the path's own measure."""
        handle, matrix = self.handles[number], (ctypes.c_float * 6)()
        count = _segments(handle)
        if not OF_A_BOX < count <= MOST_SEGMENTS or not _matrix(handle, ctypes.addressof(matrix)):
            return np.empty((0, 4), np.float32)
        place = (ctypes.c_float * 2)()
        points = np.empty((count, 2), np.float32)
        drawn = np.zeros(count, bool)
        for at in range(count):
            one = _segment(handle, at)
            step = _step(one)
            if step == raw.FPDF_SEGMENT_BEZIERTO or not _point(one, *_places(place, 4)[:2]):
                return np.empty((0, 4), np.float32)
            points[at], drawn[at] = place[:], step == raw.FPDF_SEGMENT_LINETO
            if drawn[at] and np.abs(points[at] - points[at - 1]).min() > SLOPE:
                return np.empty((0, 4), np.float32)
        points = points @ np.array([matrix[:2], matrix[2:4]], np.float32)
        # Where the path stands its box says: it may be in a form, which has a matrix of its own.
        low, size = points.min(0), np.ptp(points, 0)
        box = self.boxes[number]
        points = box[:2] + (points - low) * (box[2:] - box[:2]) / np.where(size > 0, size, 1)
        found: NDArray[np.float32] = np.hstack([points[:-1], points[1:]])[drawn[1:]]
        return found

    def data(self, number: int) -> bytes:
        """A picture as it is stored."""
        one = ctypes.cast(self.handles[number], raw.FPDF_PAGEOBJECT)
        size = raw.FPDFImageObj_GetImageDataRaw(one, None, 0)
        buffer = ctypes.create_string_buffer(size)
        raw.FPDFImageObj_GetImageDataRaw(one, buffer, size)
        return buffer.raw


def objects_on(page: Any) -> Objects:
    """All objects of a page; the first of many."""
    handle = ctypes.cast(page.raw, _ADDRESS).value or 0
    return _walked(handle, _of_page, _count_of_page(handle), 0, DEEPEST)


def _walked(holder: int, get: Any, count: int, form: int, deeper: int) -> Objects:
    handles = [get(holder, i) for i in range(min(count, MOST_OBJECTS))]
    kinds = np.array([_kind(one) for one in handles], np.int64)
    whole = Objects(handles, kinds, _boxes(handles), [form] * len(handles))
    forms = whole.of(FORM) if deeper else []
    if not forms:
        return whole
    parts: list[Objects] = []
    begin = 0
    for number in forms:
        parts.append(_part(whole, begin, number))
        begin, one = number + 1, handles[number]
        inner = _walked(one, _of_form, _count_of_form(one), one, deeper - 1)
        parts.append(Objects(inner.handles, inner.kinds, _placed(inner.boxes, one), inner.forms))
    parts.append(_part(whole, begin, len(handles)))
    return Objects(
        [handle for part in parts for handle in part.handles][:MOST_OBJECTS],
        np.concatenate([part.kinds for part in parts])[:MOST_OBJECTS],
        np.concatenate([part.boxes for part in parts])[:MOST_OBJECTS],
        [form for part in parts for form in part.forms][:MOST_OBJECTS],
    )


def _part(whole: Objects, begin: int, end: int) -> Objects:
    return Objects(
        whole.handles[begin:end],
        whole.kinds[begin:end],
        whole.boxes[begin:end],
        whole.forms[begin:end],
    )


def _boxes(handles: list[int]) -> NDArray[np.float32]:
    buffer = (ctypes.c_float * 4)()
    into = _places(buffer, 4)
    found = [bytes(buffer) if _bounds(one, *into) else _NOWHERE for one in handles]
    return np.frombuffer(b"".join(found), np.float32).reshape(-1, 4)


def _placed(boxes: NDArray[np.float32], form: int) -> NDArray[np.float32]:
    """The boxes of what is in a form, where that stands."""
    matrix = (ctypes.c_float * 6)()
    if not _matrix(form, ctypes.addressof(matrix)):
        return boxes
    a, b, c, d, e, f = matrix
    x, y = boxes[:, [0, 0, 2, 2]], boxes[:, [1, 3, 1, 3]]
    across, up = a * x + c * y + e, b * x + d * y + f
    edges = (across.min(1), up.min(1), across.max(1), up.max(1))
    return np.stack(edges, axis=1).astype(np.float32)


def _places(buffer: Any, size: int) -> list[int]:
    start = ctypes.addressof(buffer)
    return [start + size * i for i in range(len(buffer))]
