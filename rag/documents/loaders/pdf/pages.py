"""What is painted on the pages: PDFium reads text, outline, labels and metadata; pypdf repairs what
PDFium cannot open.

PDFium's text is some ten times faster to get than pypdf's with the same words, and keeps a
table row on one line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pypdfium2 as pdfium

from rag.documents.loaders.pdf.lines import page_lines
from rag.documents.ocr import DPI, ocr_available, read_image
from rag.documents.source import Source
from rag.documents.text import one_line
from rag.errors import DISTRIBUTION, LoadError

OUTLINE_DEPTH = 8  # levels; what is deeper divides no document that people read
_POINTS = 72  # an inch, in PDF's unit
_LOCKED = "it is protected by a password; save a copy without one"


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """An entry of the outline: its level (0 is the outermost), its title, its page (from 0)."""

    level: int
    title: str
    page: int


@dataclass(frozen=True, slots=True)
class Pages:
    """What was read of a file: its pages, each as its lines; the labels of the pages (none, or one
    a page); its outline; the entries of its metadata; and notes for the person who indexes it."""

    lines: list[list[str]]
    info: dict[str, str]
    notes: list[str]
    labels: tuple[str, ...] = ()
    outline: tuple[OutlineItem, ...] = ()

    def label(self, page: int) -> str:
        """What is printed on a page (from 0), where that differs from its number."""
        label = self.labels[page] if page < len(self.labels) else ""
        return "" if label == str(page + 1) else label


def read_pages(source: Source) -> Pages:
    """The pages of a PDF, however broken.

    Raises:
        LoadError: it is no PDF, protected by a password, or past repair.
    """
    try:
        pdf = pdfium.PdfDocument(source.data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise LoadError(_LOCKED) from None
        if b"%PDF" not in source.data[:4096]:
            raise LoadError("not a PDF: it does not start as one") from None
        return _repaired(source)
    try:
        notes: list[str] = []
        return Pages(
            lines=list(_painted(pdf, source, notes)),
            info=pdf.get_metadata_dict(),
            notes=notes,
            labels=tuple(pdf.get_page_label(i) for i in range(len(pdf))),
            outline=tuple(_outline(pdf)),
        )
    finally:
        pdf.close()


def _outline(pdf: pdfium.PdfDocument) -> Iterator[OutlineItem]:
    for item in pdf.get_toc(max_depth=OUTLINE_DEPTH):
        title, target = one_line(item.get_title()), item.get_dest()
        if title and target is not None and (page := target.get_index()) is not None:
            yield OutlineItem(item.level, title, page)


def _painted(pdf: pdfium.PdfDocument, source: Source, notes: list[str]) -> Iterator[list[str]]:
    unread: list[int] = []
    by_ocr: list[int] = []
    for i in range(len(pdf)):
        try:
            page = pdf[i]
            text = page.get_textpage().get_text_range(errors="ignore")
        except pdfium.PdfiumError:
            notes.append(f"page {i + 1} is damaged and was left out")
            yield []
            continue
        if not text.strip():
            scanned = _scanned(page, source.ocr_language)
            if scanned is None:
                unread.append(i + 1)
            elif scanned.strip():
                by_ocr.append(i + 1)
            text = scanned or ""
        page.close()
        yield page_lines(text)
    if unread:
        notes.append(
            f"no text layer on page {_ranges(unread)}: scanned? To read such pages, install "
            f'tesseract, then: pip install "{DISTRIBUTION}[ocr]"'
        )
    if by_ocr:
        notes.append(f"page {_ranges(by_ocr)} read by OCR")


def _scanned(page: pdfium.PdfPage, language: str) -> str | None:
    """The text of a page without a text layer: "" if it is empty; None if it cannot be read."""
    try:
        if next(iter(page.get_objects(max_depth=2)), None) is None:
            return ""
        if not ocr_available():
            return None
        return read_image(page.render(scale=DPI / _POINTS, grayscale=True).to_pil(), language)
    except pdfium.PdfiumError:
        return None


def _ranges(numbers: list[int]) -> str:
    """[1, 2, 3, 7] as "1-3, 7"."""
    runs: list[list[int]] = []
    for n in numbers:
        if runs and runs[-1][1] == n - 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def _repaired(source: Source) -> Pages:
    """What pypdf can still read of a file that PDFium refuses."""
    import pypdf

    reader = pypdf.PdfReader(BytesIO(source.data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise LoadError(_LOCKED)
    lines: list[list[str]] = []
    notes: list[str] = []
    for i, page in enumerate(reader.pages):
        try:
            lines.append(page_lines(page.extract_text()))
        except Exception:  # one broken page must not lose the others
            notes.append(f"page {i + 1} is damaged and was left out")
            lines.append([])
    notes.append("the file is damaged; what could be repaired was read")
    info: Any = reader.metadata or {}
    entries = ("Title", "Author", "CreationDate")
    return Pages(lines, {name: str(info.get(f"/{name}") or "") for name in entries}, notes)
