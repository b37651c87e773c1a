"""Pages as a person sees them: turned until their text is upright, without what is off the page or on
a layer that is switched off."""

from __future__ import annotations

import ctypes
import math
import re
import zlib
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

SAMPLE = 60  # characters by which it is told how a page lies
MOST = 0.7  # share of them that lie in one direction, on a page that is turned
NEAR = 0.1  # radians that they may be off
MOST_OBJECTS = 3_000  # of a page, among which layers are looked for
MARGIN = 1.0  # points that a page is smaller than its paper by at least, where it is cropped

_LAYERS = b"/OCProperties"
_PACKED = re.compile(rb"/ObjStm[^>]{0,300}>>\s*stream\r?\n")
MOST_PACKED = 2_000  # object streams of a file, and bytes of each
LONGEST_PACKED = 1_000_000


def turned(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage) -> bool:
    """Turn a page whose text lies on its side or its head; whether it has been, and is to be loaded
    anew."""
    quarters = _quarters(textpage)
    if not quarters:
        return False
    left, bottom, right, top = page.get_cropbox(fallback_ok=True)
    width, height = right - left, top - bottom
    matrix = {
        3: (0, -1, 1, 0, -bottom, right),
        2: (-1, 0, 0, -1, right, top),
        1: (0, 1, -1, 0, top, -left),
    }[quarters]
    if quarters != 2:
        width, height = height, width
    raw.FPDFPage_TransFormWithClip(page, raw.FS_MATRIX(*matrix), raw.FS_RECTF(0, height, width, 0))
    raw.FPDFPage_TransformAnnots(page, *matrix)
    page.set_mediabox(0, 0, width, height)
    page.set_cropbox(0, 0, width, height)
    page.set_rotation(0)
    return True


def _quarters(textpage: pdfium.PdfTextPage) -> int:
    """By how many quarters of a circle most of a page's text is turned to the right."""
    count = textpage.count_chars()
    angles: Counter[int] = Counter()
    for i in range(0, count, max(1, count // SAMPLE)):
        angle = raw.FPDFText_GetCharAngle(textpage, i)
        quarter = round(angle / (math.pi / 2))
        if angle >= 0 and not raw.FPDFText_IsGenerated(textpage, i):
            angles[quarter % 4 if abs(angle - quarter * math.pi / 2) < NEAR else -1] += 1
    quarter, times = angles.most_common(1)[0] if angles else (0, 0)
    return quarter if quarter > 0 and times > MOST * angles.total() else 0


@dataclass(slots=True)
class Unseen:
    """Takes from pages what nobody sees on them, and remembers where: pages (from 1) with text outside of
    what is shown of them, with text that is painted invisibly though there is no scan over it, and by
    name the pages of layers that are switched off."""

    data: bytes
    cropped: list[int] = field(default_factory=list)
    invisible: list[int] = field(default_factory=list)
    layers: dict[str, list[int]] = field(default_factory=dict)
    _off: frozenset[str] | None = None

    def remove(self, page: pdfium.PdfPage, number: int) -> None:
        """Take what is unseen from a page, before its text is read."""
        count = raw.FPDFPage_CountObjects(page)
        shown = self._cut(page)
        if count > MOST_OBJECTS and shown is None:
            return
        off = self._switched_off()
        unseen: list[Any] = []
        pictures: bool | None = None
        for i in range(count):
            one = raw.FPDFPage_GetObject(page, i)
            if raw.FPDFPageObj_GetType(one) != raw.FPDF_PAGEOBJ_TEXT:
                continue
            if off and (layer := _layer(one)) in off:
                pages = self.layers.setdefault(layer, [])
            elif shown is not None and _is_off(one, shown):
                pages = self.cropped
            elif raw.FPDFTextObj_GetTextRenderMode(one) == raw.FPDF_TEXTRENDERMODE_INVISIBLE:
                if pictures is None:
                    pictures = _has_pictures(page)
                if pictures:  # whoever scanned it has put its text behind it
                    continue
                pages = self.invisible
            else:
                continue
            unseen.append(one)
            if number not in pages:
                pages.append(number)
        for one in unseen:
            if raw.FPDFPage_RemoveObject(page, one):
                raw.FPDFPageObj_Destroy(one)

    def _cut(self, page: pdfium.PdfPage) -> tuple[float, float, float, float] | None:
        """What is shown of a page, where that is less than its paper."""
        paper, shown = page.get_mediabox(fallback_ok=True), page.get_cropbox(fallback_ok=True)
        smaller = any(abs(a - b) > MARGIN for a, b in zip(paper, shown, strict=True))
        return shown if smaller else None

    def _switched_off(self) -> frozenset[str]:
        """The names of the layers that are off when the file is opened; PDFium does not tell them."""
        if self._off is None:
            self._off = frozenset()
            try:
                if _names_layers(self.data):
                    self._off = _layers_off(self.data)
            except Exception:  # pypdf raises whatever a broken file makes it raise
                return self._off
        return self._off


def _is_off(one: Any, shown: tuple[float, float, float, float]) -> bool:
    """Whether an object lies outside of what is shown of its page."""
    edges = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPageObj_GetBounds(one, *(ctypes.byref(edge) for edge in edges)):
        return False
    left, bottom, right, top = (edge.value for edge in edges)
    low, foot, high, head = shown
    return right <= low or left >= high or top <= foot or bottom >= head


def _has_pictures(page: pdfium.PdfPage) -> bool:
    images = page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)
    return next(iter(images), None) is not None


def _layer(one: Any) -> str:
    """The layer that an object is on; "" for none."""
    for i in range(raw.FPDFPageObj_CountMarks(one)):
        mark = raw.FPDFPageObj_GetMark(one, i)
        if _utf16(lambda *to, mark=mark: raw.FPDFPageObjMark_GetName(mark, *to)) == "OC":
            return _utf16(
                lambda *to, mark=mark: raw.FPDFPageObjMark_GetParamStringValue(mark, b"Name", *to)
            )
    return ""


def _utf16(call: Any) -> str:
    size = ctypes.c_ulong()
    if not call(None, 0, ctypes.byref(size)) or size.value <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size.value)
    call(ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size.value, ctypes.byref(size))
    return buffer.raw[: size.value - 2].decode("utf-16-le", errors="replace")


def _names_layers(data: bytes) -> bool:
    """Whether a file has layers, by what stands in it or in its packed objects: pypdf need not be asked."""
    if _LAYERS in data:
        return True
    for found in islice(_PACKED.finditer(data), MOST_PACKED):
        try:
            if _LAYERS in zlib.decompressobj().decompress(
                data[found.end() : found.end() + LONGEST_PACKED], LONGEST_PACKED
            ):
                return True
        except zlib.error:
            continue
    return False


def _layers_off(data: bytes) -> frozenset[str]:
    import pypdf

    properties: Any = pypdf.PdfReader(BytesIO(data), strict=False).root_object["/OCProperties"]
    default = properties.get_object()["/D"].get_object()

    def names(key: str, of: Any) -> set[str]:
        listed = of.get(key)
        entries = listed.get_object() if listed is not None else ()
        return {str(one.get_object().get("/Name", "")) for one in entries}

    on, off = names("/ON", default), names("/OFF", default)
    if default.get("/BaseState") == "/OFF":
        off |= names("/OCGs", properties.get_object())
    return frozenset(off - on)
