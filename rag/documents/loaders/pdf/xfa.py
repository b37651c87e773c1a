"""Forms of Adobe LiveCycle (XFA) that a viewer lays out itself: their pages say only "Please wait", the form
is a template in XML and what was filled in, data beside it."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from lxml import etree

from rag.documents.office.package import child, children, local, parse_xml
from rag.documents.text import one_line

MOST_LINES = 20_000
_UNSEEN = ("hidden", "invisible", "inactive")
_HOLDERS = frozenset("subform subformSet area pageSet pageArea exclGroup template".split())
_DEEPEST = 100


def is_dynamic(pdf: pdfium.PdfDocument) -> bool:
    """Whether a viewer lays out the document from a template."""
    return bool(pdf.get_formtype() == raw.FORMTYPE_XFA_FULL)


def form_lines(pdf: pdfium.PdfDocument) -> list[str]:
    """The texts of the form, and each field with its caption and value, in order."""
    parts = {name: parse_xml(data) for name, data in _packets(pdf)}
    template, data = parts.get("template"), child(parts.get("datasets"), "data")
    if template is None:
        return []
    lines: list[str] = []
    for line in _lines(template, data, 0):
        lines.append(line)
        if len(lines) >= MOST_LINES:
            break
    return lines


def _packets(pdf: pdfium.PdfDocument) -> Iterator[tuple[str, bytes]]:
    for number in range(raw.FPDF_GetXFAPacketCount(pdf.raw)):
        name = _bytes(raw.FPDF_GetXFAPacketName, pdf, number, sized=False).rstrip(b"\x00")
        yield name.decode("latin-1"), _bytes(raw.FPDF_GetXFAPacketContent, pdf, number, sized=True)


def _bytes(get: Callable[..., Any], pdf: pdfium.PdfDocument, number: int, *, sized: bool) -> bytes:
    """What PDFium writes into a buffer: it is asked for the length first."""
    length = ctypes.c_ulong(0)
    more = (ctypes.byref(length),) if sized else ()
    found = get(pdf.raw, number, None, 0, *more)
    size = length.value if sized else int(found)
    buffer = ctypes.create_string_buffer(max(1, size))
    get(pdf.raw, number, buffer, size, *more)
    return buffer.raw[:size]


def _lines(holder: etree._Element, data: etree._Element | None, depth: int) -> Iterator[str]:
    for one in holder:
        name = local(one)
        if (one.get("presence") or "") in _UNSEEN or depth > _DEEPEST:
            continue
        if name == "draw":
            if text := _text(child(one, "value")):
                yield text
        elif name == "field":
            yield from _field(one, _value(one, data))
        elif name == "exclGroup":
            chosen = _value(one, data)
            for field in children(one, "field"):
                yield from _field(field, chosen)
        elif name in _HOLDERS:
            for inner in _data_of(one, data):
                yield from _lines(one, inner, depth + 1)


def _data_of(subform: etree._Element, data: etree._Element | None) -> list[etree._Element | None]:
    """The data of a part of the form, once for each time that it is filled in."""
    named = list(children(data, subform.get("name") or "-"))
    if not named:
        return [data]
    repeats = child(subform, "occur")
    once = repeats is None or (repeats.get("max") or "1") == "1"
    return [named[0]] if once else [*named]


def _value(field: etree._Element, data: etree._Element | None) -> str:
    """What is filled in, by the name of the field or the path that it is bound to; else what it begins with."""
    bind = child(field, "bind")
    path = (bind.get("ref") or "") if bind is not None else ""
    names = [part.partition("[")[0] for part in path.split(".") if part not in ("$", "$record", "")]
    found = data
    for name in names or [field.get("name") or "-"]:
        found = child(found, name)
    if found is not None and (bind is None or bind.get("match") != "none"):
        return one_line("".join(found.itertext()))
    return _text(child(field, "value"))


def _field(field: etree._Element, value: str) -> Iterator[str]:
    if (field.get("presence") or "") in _UNSEEN:
        return
    caption = _text(child(field, "caption", "value"))
    lists = [[one_line("".join(one.itertext())) for one in items] for items in _items(field)]
    ui = child(field, "ui")
    kind = next((local(one) for one in ui), "") if ui is not None else ""
    if kind == "checkButton":
        on = lists[0][0] if lists and lists[0] else "1"
        yield f"{'☒' if value == on else '☐'} {caption}".rstrip()
        return
    if kind == "button":
        return
    if len(lists) == 2 and value in lists[1]:  # what is shown for what is saved
        at = lists[1].index(value)
        value = lists[0][at] if at < len(lists[0]) else value
    if caption or value:
        yield f"{caption.rstrip(' :')}: {value}" if caption else value


def _items(field: etree._Element) -> list[etree._Element]:
    """The lists of entries: those that are shown, then those that are saved."""
    return sorted(children(field, "items"), key=lambda one: one.get("save") == "1")


def _text(value: etree._Element | None) -> str:
    return one_line("".join(value.itertext())) if value is not None else ""
