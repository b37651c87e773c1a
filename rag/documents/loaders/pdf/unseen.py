"""Text that nobody sees on a page: taken from it before it is read, and told.

What could be unseen is found by where things stand and how they are painted; whether it is, by painting the page with
it and without: text that makes no difference is not seen. So nothing that is visible is lost, and a page on which nothing
looks odd is not painted.
"""

from __future__ import annotations

import ctypes
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from numpy.typing import NDArray

from rag.documents.loaders.pdf.layers import layer_of, layers_off
from rag.documents.loaders.pdf.objects import (
    IMAGE,
    NO_COLOUR,
    PATH,
    SHADING,
    TEXT,
    Objects,
    objects_on,
)

NEAR = 24  # of 255: colours so near to each other may be one to the eye
CLEAR = 13  # of 255: an opacity that may be none to the eye
OPAQUE = 230  # of 255: what is filled with less covers nothing
DIFFERENCE = 10  # of 255: the least that a letter changes of what is painted, where it is seen
TINY = 1.5  # points: the most that letters have which nobody can read,
TINY_SHARE = 1 / 600  # and the most as a share of the longer side of the page
LEAST_COVER = 3.0  # points: what is lower or narrower is a line
MOST_COVERS = 400  # of a page, the largest
SCAN = 0.6  # share of a page that pictures cover where it is a scan: text on or beneath them is its own
MOST_PIXELS = 2_000_000  # of a page that is painted to look for text

CROPPED, INVISIBLE = "outside of what is shown of the page", "painted invisibly"
TINY_LETTERS, CLEARED = "in letters too small to be seen", "without any opacity"
SAME, COVERED = "in the colour of what is behind it", "painted over"

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(slots=True)
class Unseen:
    """Takes from pages what nobody sees on them, and remembers it: for each reason how many characters on which
    page (from 1), and by name the pages of layers that are switched off."""

    data: bytes
    left_out: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    layers: dict[str, list[int]] = field(default_factory=dict)
    _off: frozenset[str] | None = None

    def remove(self, page: pdfium.PdfPage, number: int) -> Objects:
        """Take what is unseen from a page, before its text is read; what is left on it."""
        objects = objects_on(page)
        if self._off is None:
            self._off = layers_off(self.data)
        layers = _on_layers(objects, self._off) if self._off else {}
        for name in dict.fromkeys(layers.values()):
            pages = self.layers.setdefault(name, [])
            pages.extend([number] if number not in pages else [])
        reasons = _Page(page, objects.without(layers.keys())).reasons()
        if reasons:
            textpage = page.get_textpage()
            counts: dict[str, int] = defaultdict(int)
            for handle, reason in reasons.items():
                counts[reason] += _characters(handle, textpage)
            textpage.close()
            for reason, count in counts.items():
                if count:
                    self.left_out[reason][number] = count
        gone = {*layers, *reasons}
        for handle, form in zip(objects.handles, objects.forms, strict=True):
            if handle in gone:
                _remove(page, handle, form)
        return objects.without(gone)


def _on_layers(objects: Objects, off: frozenset[str]) -> dict[int, str]:
    """The texts that are on one of these layers, each with its name."""
    found: dict[int, str] = {}
    of_forms = {form: layer_of(_object(form)) for form in set(objects.forms) if form}
    for i in objects.of(TEXT):
        own, form = layer_of(_object(objects.handles[i])), objects.forms[i]
        name = own if own in off else of_forms.get(form, "")
        if name in off:
            found[objects.handles[i]] = name
    return found


class _Page:
    """The texts of a page, each beside what lies behind and before it."""

    def __init__(self, page: pdfium.PdfPage, objects: Objects) -> None:
        self.page, self.objects = page, objects
        wide, high = (objects.boxes[:, 2:] - objects.boxes[:, :2]).T
        printed = objects.kinds == TEXT
        self.texts: Numbers = np.flatnonzero(printed & (wide > 0) & (high > 0))
        self.boxes = objects.boxes[self.texts]
        self.centres = (self.boxes[:, :2] + self.boxes[:, 2:]) / 2
        solid = (wide >= LEAST_COVER) & (high >= LEAST_COVER)
        covers = np.flatnonzero(solid & np.isin(objects.kinds, (PATH, IMAGE, SHADING)))
        if len(covers) > MOST_COVERS:
            largest = np.argsort(-(wide * high)[covers], kind="stable")[:MOST_COVERS]
            covers = np.sort(covers[largest])
        self.covers = covers

    def reasons(self) -> dict[int, str]:
        """Why nobody sees them, for those texts that nobody sees, by their addresses."""
        if not len(self.texts):
            return {}
        left, bottom, right, top = self.page.get_bbox()
        a, b, c, d = self.boxes.T
        certain = {CROPPED: (c <= left) | (a >= right) | (d <= bottom) | (b >= top)}
        certain[TINY_LETTERS] = self._tiny()
        invisible = self.objects.modes(self.texts.tolist()) == raw.FPDF_TEXTRENDERMODE_INVISIBLE
        alike, covered, on_picture = self._between()
        clear = (self.objects.fills(self.texts.tolist())[:, 3] < CLEAR) & ~invisible
        # What a picture says is laid over it unseen by those who read pictures; over or under all of a scan.
        own = (invisible | clear) & on_picture
        if on_picture.any() and self._is_scan():
            own |= on_picture
        suspected = {INVISIBLE: invisible & ~own, CLEARED: clear & ~own}
        visible = ~(invisible | clear | own)
        suspected |= {SAME: alike & visible, COVERED: covered & visible}
        known = np.logical_or.reduce(list(certain.values()))
        odd = np.logical_or.reduce(list(suspected.values())) & ~known
        if odd.any():
            unseen = self._unseen(np.flatnonzero(odd), invisible)
            suspected = {reason: flags & unseen for reason, flags in suspected.items()}
        found: dict[int, str] = {}
        for reason, flags in {**suspected, **certain}.items():
            found |= {
                self.objects.handles[i]: reason for i in self.texts[flags & (known | odd)].tolist()
            }
        return found

    def _tiny(self) -> Flags:
        low = (self.boxes[:, 3] - self.boxes[:, 1] <= TINY) | (
            self.boxes[:, 2] - self.boxes[:, 0] <= TINY
        )
        most = min(TINY, TINY_SHARE * max(self.page.get_size()))
        for i in np.flatnonzero(low).tolist():
            low[i] = self.objects.letters(int(self.texts[i])) <= most
        return low

    def _between(self) -> tuple[Flags, Flags, Flags]:
        """Which texts have the colour of what is behind them, which are covered, which are on or under a picture."""
        count = len(self.texts)
        fills = self.objects.fills(self.texts.tolist())
        ground = np.full((count, 3), 255)
        covered, on_picture = np.zeros(count, bool), np.zeros(count, bool)
        x, y = self.centres.T
        for i in self.covers.tolist():
            left, bottom, right, top = self.objects.boxes[i].tolist()
            inside = (x > left) & (x < right) & (y > bottom) & (y < top)
            if not inside.any():
                continue
            colour = np.array([NO_COLOUR] * 3 + [255])
            if self.objects.kinds[i] == PATH:
                if not self.objects.is_filled(i):
                    continue
                colour = self.objects.fills([i])[0]
            elif self.objects.kinds[i] == IMAGE:
                on_picture |= inside
            before = self.texts < i
            covered |= inside & before & bool(colour[3] >= OPAQUE)
            ground[inside & ~before] = colour[:3] if colour[3] >= OPAQUE else NO_COLOUR // 2
        return np.abs(fills[:, :3] - ground).max(1) <= NEAR, covered, on_picture

    def _is_scan(self) -> bool:
        boxes = self.objects.boxes[self.objects.of(IMAGE)]
        left, bottom, right, top = self.page.get_bbox()
        wide = np.minimum(boxes[:, 2], right) - np.maximum(boxes[:, 0], left)
        high = np.minimum(boxes[:, 3], top) - np.maximum(boxes[:, 1], bottom)
        pictured = float((np.maximum(wide, 0) * np.maximum(high, 0)).sum())
        return bool(pictured >= SCAN * (right - left) * (top - bottom))

    def _unseen(self, odd: Numbers, invisible: Flags) -> Flags:
        """Which of these texts nobody sees: the page is the same without them. Of text that is painted invisibly:
        nothing is painted where it stands, so that it does not stand for what is."""
        unseen = np.zeros(len(self.texts), bool)
        handles = [_object(self.objects.handles[i]) for i in self.texts[odd].tolist()]
        try:
            before = self._painted()
            for one in handles:
                raw.FPDFPageObj_SetIsActive(one, False)
            after = self._painted()
        except pdfium.PdfiumError:
            return unseen
        finally:
            for one in handles:
                raw.FPDFPageObj_SetIsActive(one, True)
        changed = np.abs(after - before).max(2)
        for i in odd.tolist():
            rows, columns = self._pixels(self.boxes[i].tolist(), changed.shape)
            piece = after[rows, columns].reshape(-1, after.shape[2])
            if not piece.size:
                continue
            marked = int((piece.max(0) - piece.min(0)).max()) > DIFFERENCE
            seen = marked if invisible[i] else int(changed[rows, columns].max()) > DIFFERENCE
            unseen[i] = not seen
        return unseen

    def _painted(self) -> NDArray[np.int16]:
        """The page as it is seen, [height, width, 3]."""
        width, height = self.page.get_size()
        scale = min(1.0, (MOST_PIXELS / max(1.0, width * height)) ** 0.5)
        bitmap = self.page.render(scale=scale, may_draw_forms=False, draw_annots=False)
        return np.asarray(bitmap.to_numpy()[:, :, :3], np.int16)

    def _pixels(self, box: list[float], shape: tuple[int, ...]) -> tuple[slice, slice]:
        """Where a box of the page is painted."""
        left, bottom, right, top = box
        high, wide = shape
        at = [ctypes.c_int(), ctypes.c_int()]
        found: list[tuple[int, int]] = []
        for x, y in ((left, bottom), (right, top)):
            into = map(ctypes.byref, at)
            raw.FPDF_PageToDevice(self.page, 0, 0, wide, high, 0, x, y, *into)
            found.append((at[0].value, at[1].value))
        (a, b), (c, d) = found
        rows = slice(max(0, min(b, d) - 1), min(high, max(b, d) + 2))
        return rows, slice(max(0, min(a, c) - 1), min(wide, max(a, c) + 2))


def _object(handle: int) -> Any:
    return ctypes.cast(handle, raw.FPDF_PAGEOBJECT)


def _characters(handle: int, textpage: pdfium.PdfTextPage) -> int:
    """How many characters a text has, blanks not counted; none where it has neither letter nor digit."""
    size = raw.FPDFTextObj_GetText(_object(handle), textpage, None, 0)
    buffer = ctypes.create_string_buffer(2 * size)
    raw.FPDFTextObj_GetText(
        _object(handle), textpage, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size
    )
    said = "".join(buffer.raw.decode("utf-16-le", errors="replace").strip("\0").split())
    return len(said) if any(map(str.isalnum, said)) else 0


def _remove(page: pdfium.PdfPage, handle: int, form: int) -> None:
    one = _object(handle)
    removed = (
        raw.FPDFFormObj_RemoveObject(_object(form), one)
        if form
        else raw.FPDFPage_RemoveObject(page, one)
    )
    if removed:
        raw.FPDFPageObj_Destroy(one)
