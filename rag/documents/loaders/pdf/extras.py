"""What lies on a page beside its text: values of forms, notes that somebody put there, where links
lead; and the files that a document brings along."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from rag.documents.loaders.pdf.forms import Form, Place, buttons_of, place_of, text_at
from rag.documents.loaders.pdf.struck import parts_of
from rag.documents.text import one_line

MOST_ANNOTATIONS = 2_000  # of a page
MOST_ATTACHED = 100
LONGEST_MARKED = 80  # characters of the text that a note is put on
_ON_TEXT = {
    raw.FPDF_ANNOT_HIGHLIGHT, raw.FPDF_ANNOT_UNDERLINE, raw.FPDF_ANNOT_STRIKEOUT, raw.FPDF_ANNOT_SQUIGGLY,
}  # fmt: skip
_NOTES = {
    raw.FPDF_ANNOT_TEXT, raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_HIGHLIGHT, raw.FPDF_ANNOT_UNDERLINE,
    raw.FPDF_ANNOT_STRIKEOUT, raw.FPDF_ANNOT_SQUIGGLY, raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_SQUARE,
    raw.FPDF_ANNOT_CIRCLE, raw.FPDF_ANNOT_CARET, raw.FPDF_ANNOT_FILEATTACHMENT,
}  # fmt: skip


@dataclass(slots=True)
class Beside:
    """What lies on a page beside its text: lines, those of fields of a form, and files that are attached to a
    place on it."""

    fields: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    attached: list[tuple[str, bytes]] = field(default_factory=list)


def beside(
    pdf: pdfium.PdfDocument, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, text: str
) -> Beside:
    """What a page's annotations add to its ``text``: what it shows at their place is not said twice."""
    found = Beside()
    annotations = _shown(page)
    places = [place for one in annotations if (place := place_of(one)) is not None]
    form = Form(pdf, textpage, places, buttons_of(pdf, annotations))
    try:
        for annotation in annotations:
            kind = raw.FPDFAnnot_GetSubtype(annotation)
            place = place_of(annotation)
            if kind == raw.FPDF_ANNOT_WIDGET and place is not None:
                form.add(annotation, place)
            elif kind == raw.FPDF_ANNOT_LINK:
                address = _link(pdf, annotation)
                if address and address.partition("://")[2].rstrip("/") not in text:
                    found.lines.append(f"Link: {address}")
            elif kind in _NOTES:
                found.lines.append(_note(annotation, textpage, place))
            if kind == raw.FPDF_ANNOT_FILEATTACHMENT:
                found.attached.extend(_attached(pdf, annotation))
    finally:
        for annotation in annotations:
            raw.FPDFPage_CloseAnnot(annotation)
    found.fields = form.said()
    found.lines = list(dict.fromkeys(filter(None, found.lines)))
    return found


def _shown(page: pdfium.PdfPage) -> list[Any]:
    """The annotations of a page that are not hidden, to be closed."""
    found: list[Any] = []
    for i in range(min(raw.FPDFPage_GetAnnotCount(page), MOST_ANNOTATIONS)):
        annotation = raw.FPDFPage_GetAnnot(page, i)
        if not annotation:
            continue
        flags = raw.FPDFAnnot_GetFlags(annotation)
        if flags & (raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW):
            raw.FPDFPage_CloseAnnot(annotation)
        else:
            found.append(annotation)
    return found


def _note(annotation: Any, textpage: pdfium.PdfTextPage, place: Place | None) -> str:
    text = one_line(_string(annotation, b"Contents"))
    if not text or (place is not None and text in text_at(textpage, place)):
        return ""
    author = one_line(_string(annotation, b"T"))
    on = _marked(annotation, textpage)
    return f"[Note{f' by {author}' if author else ''}{f' on “{on}”' if on else ''}: {text}]"


def _marked(annotation: Any, textpage: pdfium.PdfTextPage) -> str:
    """The text that a note is put on; of a long one its beginning."""
    if raw.FPDFAnnot_GetSubtype(annotation) not in _ON_TEXT:
        return ""
    said = one_line(" ".join(text_at(textpage, Place(*part)) for part in parts_of(annotation)))
    if len(said) <= LONGEST_MARKED:
        return said
    return said[:LONGEST_MARKED].rpartition(" ")[0] + " …"


def _attached(pdf: pdfium.PdfDocument, annotation: Any) -> Iterator[tuple[str, bytes]]:
    handle = raw.FPDFAnnot_GetFileAttachment(annotation)
    if handle:
        yield from _file(pdfium.PdfAttachment(handle, pdf), "attachment")


def _link(pdf: pdfium.PdfDocument, annotation: Any) -> str:
    link = raw.FPDFAnnot_GetLink(annotation)
    action = raw.FPDFLink_GetAction(link) if link else None
    if not action or raw.FPDFAction_GetType(action) != raw.PDFACTION_URI:
        return ""
    size = raw.FPDFAction_GetURIPath(pdf, action, None, 0)
    buffer = ctypes.create_string_buffer(min(size, 4_096))
    raw.FPDFAction_GetURIPath(pdf, action, buffer, len(buffer))
    address = buffer.value.decode("utf-8", errors="replace")
    return address.removeprefix("mailto:")


def _string(annotation: Any, key: bytes) -> str:
    size = raw.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFAnnot_GetStringValue(
        annotation, key, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size
    )
    return buffer.raw[: size - 2].decode("utf-16-le", errors="replace")


def attachments(pdf: pdfium.PdfDocument) -> Iterator[tuple[str, bytes]]:
    """The files that a document brings along, by name."""
    for i in range(min(pdf.count_attachments(), MOST_ATTACHED)):
        try:
            attachment = pdf.get_attachment(i)
        except pdfium.PdfiumError:
            yield f"attachment {i + 1}", b""
            continue
        yield from _file(attachment, f"attachment {i + 1}")


def _file(attachment: pdfium.PdfAttachment, name: str) -> Iterator[tuple[str, bytes]]:
    try:
        name = attachment.get_name() or name
        yield name, bytes(attachment.get_data())
    except pdfium.PdfiumError:
        yield name, b""
