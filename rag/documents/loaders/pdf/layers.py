"""Layers of a PDF that are switched off when it is opened; PDFium does not tell them."""

from __future__ import annotations

import ctypes
import re
import zlib
from io import BytesIO
from itertools import islice
from typing import Any

import pypdfium2.raw as raw

_LAYERS = b"/OCProperties"
_PACKED = re.compile(rb"/ObjStm[^>]{0,300}>>\s*stream\r?\n")
MOST_PACKED = 2_000  # object streams of a file, and bytes of each
LONGEST_PACKED = 1_000_000


def layer_of(one: Any) -> str:
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


def layers_off(data: bytes) -> frozenset[str]:
    """The names of a file's layers that are off when it is opened."""
    try:
        return _layers_off(data) if _names_layers(data) else frozenset()
    except Exception:  # pypdf raises whatever a broken file makes it raise
        return frozenset()


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
