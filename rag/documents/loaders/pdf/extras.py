"""What lies on a page beside its text: values of forms, notes that somebody put there, where links
lead; and the files that a document brings along."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from rag.documents.text import one_line

MOST_ANNOTATIONS = 2_000  # of a page
MOST_ATTACHED = 100
_NOTES = {
    raw.FPDF_ANNOT_TEXT, raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_HIGHLIGHT, raw.FPDF_ANNOT_UNDERLINE,
    raw.FPDF_ANNOT_STRIKEOUT, raw.FPDF_ANNOT_SQUIGGLY, raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_SQUARE,
    raw.FPDF_ANNOT_CIRCLE, raw.FPDF_ANNOT_CARET,
}  # fmt: skip


def beside(pdf: pdfium.PdfDocument, page: pdfium.PdfPage, text: str) -> list[str]:
    """The lines that a page's annotations add to its ``text``: what it shows already is not said
    twice."""
    count = raw.FPDFPage_GetAnnotCount(page)
    lines: list[str] = []
    for i in range(min(count, MOST_ANNOTATIONS)):
        annotation = raw.FPDFPage_GetAnnot(page, i)
        if not annotation:
            continue
        try:
            line = _line(pdf, annotation)
        finally:
            raw.FPDFPage_CloseAnnot(annotation)
        value = line.rpartition(": ")[2].removesuffix("]")
        if line and line not in lines and not (value and value in text):
            lines.append(line)
    return lines


def _line(pdf: pdfium.PdfDocument, annotation: Any) -> str:
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    if raw.FPDFAnnot_GetFlags(annotation) & (
        raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
    ):
        return ""
    if kind == raw.FPDF_ANNOT_WIDGET:
        return _field(pdf, annotation)
    if kind == raw.FPDF_ANNOT_LINK:
        return _link(pdf, annotation)
    if kind in _NOTES:
        text = one_line(_string(annotation, b"Contents"))
        author = one_line(_string(annotation, b"T"))
        return f"[Note{f' by {author}' if author else ''}: {text}]" if text else ""
    return ""


def _field(pdf: pdfium.PdfDocument, annotation: Any) -> str:
    """A field of a form with its label: what is chosen or written in it."""
    form = pdf.formenv
    if form is None:
        return ""
    name = one_line(_form_string(raw.FPDFAnnot_GetFormFieldAlternateName, form, annotation))
    name = name or one_line(_form_string(raw.FPDFAnnot_GetFormFieldName, form, annotation))
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in (raw.FPDF_FORMFIELD_PUSHBUTTON, raw.FPDF_FORMFIELD_SIGNATURE):
        return ""
    if kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
        if not raw.FPDFAnnot_IsChecked(form, annotation):
            return ""
        value = (
            one_line(_form_string(raw.FPDFAnnot_GetFormFieldExportValue, form, annotation)) or "yes"
        )
        return f"{name}: {value}"
    value = one_line(_form_string(raw.FPDFAnnot_GetFormFieldValue, form, annotation))
    return f"{name}: {value}" if value and name else value


def _link(pdf: pdfium.PdfDocument, annotation: Any) -> str:
    link = raw.FPDFAnnot_GetLink(annotation)
    action = raw.FPDFLink_GetAction(link) if link else None
    if not action or raw.FPDFAction_GetType(action) != raw.PDFACTION_URI:
        return ""
    size = raw.FPDFAction_GetURIPath(pdf, action, None, 0)
    buffer = ctypes.create_string_buffer(min(size, 4_096))
    raw.FPDFAction_GetURIPath(pdf, action, buffer, len(buffer))
    address = buffer.value.decode("utf-8", errors="replace")
    return f"Link: {address.removeprefix('mailto:')}" if address else ""


def _string(annotation: Any, key: bytes) -> str:
    size = raw.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFAnnot_GetStringValue(
        annotation, key, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size
    )
    return buffer.raw[: size - 2].decode("utf-16-le", errors="replace")


def _form_string(function: Any, form: Any, annotation: Any) -> str:
    size = function(form, annotation, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    function(form, annotation, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", errors="replace")


def attachments(pdf: pdfium.PdfDocument) -> Iterator[tuple[str, bytes]]:
    """The files that a document brings along, by name."""
    for i in range(min(pdf.count_attachments(), MOST_ATTACHED)):
        try:
            attachment = pdf.get_attachment(i)
            yield attachment.get_name() or f"attachment {i + 1}", bytes(attachment.get_data())
        except pdfium.PdfiumError:
            yield f"attachment {i + 1}", b""
