"""PDF: PDFium reads text, outline, labels and metadata; pypdf repairs what PDFium cannot open.

PDFium's text is some ten times faster to get than pypdf's with the same words, and keeps a
table row on one line. Text that is painted in lines is put back into paragraphs here.
"""

from __future__ import annotations

import re
import shutil
import statistics
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pypdfium2 as pdfium

from rag.documents.document import Document
from rag.documents.source import Source
from rag.documents.text import clean, one_line
from rag.documents.writer import Writer
from rag.errors import DISTRIBUTION, LoadError

_HYPHEN = "\x02"  # what PDFium writes for a hyphen that ends a line
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
_BULLET = re.compile(r"^(?:[•●▪■◦‣·–—*]|[-o]\s|\(?[0-9a-zA-Z]{1,3}[.)]\s|[ivxIVX]+[.)]\s)")
_NUMBER = re.compile(r"^[($€£+-]*\d[\d.,]*[)%]*$|^[—–-]$|^[$€£]$")
EDGE_LINES = 3  # running headers and footers stand in the first or last three lines


def _is_row(line: str) -> bool:
    """A table row: it ends in at least two numbers."""
    words = line.split()
    return len(words) >= 3 and all(_NUMBER.match(word) for word in words[-2:])


def _running_lines(pages: list[list[str]]) -> set[str]:
    """Edge lines, with digits masked, that stand on more than half of the pages (three at least)."""
    if len(pages) < 3:
        return set()
    counts: Counter[str] = Counter()
    for lines in pages:
        counts.update({_mask(line) for line in lines[:EDGE_LINES] + lines[-EDGE_LINES:]})
    filled = sum(1 for lines in pages if lines)
    return {line for line, count in counts.items() if count > max(2, filled / 2)}


def _mask(line: str) -> str:
    return re.sub(r"\d+|\b[ivxl]+\b", "#", one_line(line).casefold())


def _without_running(lines: list[str], running: set[str]) -> list[str]:
    """The page without its running lines; a line in the middle of a page is never touched.

    A page of nothing else (a receipt, a certificate, one of many alike) keeps them.
    """
    last = len(lines) - EDGE_LINES
    return [
        line
        for i, line in enumerate(lines)
        if not ((i < EDGE_LINES or i >= last) and _mask(line) in running)
    ] or lines


def _join_hyphens(text: str, words: Counter[str]) -> str:
    """Join words cut at a line end; the hyphen stays where the document writes it elsewhere."""

    def join(found: re.Match[str]) -> str:
        left, right = found[1], found[2]
        together, hyphened = (left + right).casefold(), f"{left}-{right}".casefold()
        keep = words[hyphened] > words[together] or not right[0].islower()
        return f"{left}-{right}" if keep else left + right

    text = re.sub(rf"(\w+)(?:{_HYPHEN}\n?|-\n)(\w+)", join, text)
    return text.replace(_HYPHEN, "-")


def _reflow(lines: list[str]) -> list[str]:
    """Blocks from painted lines: running text joined, rows and list items left alone.

    A line goes on in the next when it is about as long as the page's full lines are and
    the next does not open something new.
    """
    lengths = [len(line) for line in lines if not _is_row(line)]
    full = statistics.quantiles(lengths, n=10)[-1] if len(lengths) > 1 else 80.0
    blocks: list[str] = []
    goes_on = False
    for line in lines:
        if goes_on and not _BULLET.match(line) and not _is_row(line):
            blocks[-1] += " " + line
        else:
            blocks.append(line)
        ended = line.endswith((".", "!", "?", ":", ";"))
        goes_on = not _is_row(line) and (
            len(line) >= 0.85 * full or (len(line) >= 0.6 * full and not ended)
        )
        if len(line) < 40 and full > 60:
            goes_on = False
    return blocks


def _ocr(page: pdfium.PdfPage, language: str) -> str | None:
    """The page's text by tesseract; None where the extra or the program is not installed."""
    if not ocr_available():
        return None
    import pytesseract

    image = page.render(scale=300 / 72, grayscale=True).to_pil()
    try:
        return str(pytesseract.image_to_string(image, lang=language, timeout=120))
    except pytesseract.TesseractError as error:
        raise LoadError(f"tesseract failed: {one_line(str(error))[:200]}") from None


def ocr_available() -> bool:
    """Whether scanned pages can be read: the ``ocr`` extra, and tesseract itself."""
    import importlib.util

    return bool(importlib.util.find_spec("pytesseract") and shutil.which("tesseract"))


def _pdfium_pages(pdf: pdfium.PdfDocument, source: Source, notes: list[str]) -> Iterator[list[str]]:
    empty: list[int] = []
    read: list[int] = []
    for i in range(len(pdf)):
        try:
            page = pdf[i]
            text = page.get_textpage().get_text_range(errors="ignore")
        except pdfium.PdfiumError:
            notes.append(f"page {i + 1} is damaged and was left out")
            yield []
            continue
        if not text.strip():
            try:
                scanned = _ocr(page, source.ocr_language) if _has_content(page) else ""
            except pdfium.PdfiumError:
                scanned = None
            if scanned is None:
                empty.append(i + 1)
            elif scanned.strip():
                read.append(i + 1)
            text = scanned or ""
        page.close()
        yield _lines(text)
    if empty:
        notes.append(
            f"no text layer on page {_ranges(empty)}: scanned? To read such pages, install "
            f'tesseract, then: pip install "{DISTRIBUTION}[ocr]"'
        )
    if read:
        notes.append(f"page {_ranges(read)} read by OCR")


def _has_content(page: pdfium.PdfPage) -> bool:
    """A page on which something is painted, so that an empty one is not taken for a scan."""
    return next(iter(page.get_objects(max_depth=2)), None) is not None


def _ranges(numbers: list[int]) -> str:
    """[1, 2, 3, 7] as "1-3, 7"."""
    runs: list[list[int]] = []
    for n in numbers:
        if runs and runs[-1][1] == n - 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def _lines(text: str) -> list[str]:
    text = text.replace("\ufffe", _HYPHEN).replace("\r\n", "\n").replace("\r", "\n")
    text = text.translate(_LIGATURES)
    # clean() drops control characters; the hyphen mark is needed until lines are joined.
    text = clean(text.replace(_HYPHEN, "\ue0fe")).replace("\ue0fe", _HYPHEN)
    return [stripped for line in text.split("\n") if (stripped := " ".join(line.split()))]


def _pypdf_pages(source: Source, notes: list[str]) -> tuple[list[list[str]], dict[str, str]]:
    """What pypdf can still read of a file that PDFium refuses."""
    import pypdf

    reader = pypdf.PdfReader(BytesIO(source.data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise LoadError("it is protected by a password; save a copy without one")
    pages = []
    for i, page in enumerate(reader.pages):
        try:
            pages.append(_lines(page.extract_text()))
        except Exception:  # one broken page must not lose the others
            notes.append(f"page {i + 1} is damaged and was left out")
            pages.append([])
    notes.append("the file is damaged; what could be repaired was read")
    info: Any = reader.metadata or {}
    return pages, {k: str(info.get(f"/{k}") or "") for k in ("Title", "Author", "CreationDate")}


def _mark_outline(
    outline: list[tuple[int, str, int]], pages: list[tuple[int, int]], text: str, writer: Writer
) -> None:
    """Headings from the outline: each at the line of its page that reads as its title does."""
    after = 0
    for level, title, index in outline:
        if not 0 <= index < len(pages):
            continue
        start, end = pages[index]
        low = max(start, after)
        words = [re.escape(word) for word in title.split()[:30]]
        found = re.compile(r"\s+".join(words), re.IGNORECASE).search(text, low, end)
        at = (found.start(), found.end()) if found else (low, low)
        writer.mark_heading(level + 1, *at, title)
        after = at[1]


def load(source: Source) -> Document:
    notes: list[str] = []
    outline: list[tuple[int, str, int]] = []
    labels: list[str] = []
    info: dict[str, str]
    try:
        pdf = pdfium.PdfDocument(source.data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise LoadError("it is protected by a password; save a copy without one") from None
        if b"%PDF" not in source.data[:4096]:
            raise LoadError("not a PDF: it does not start as one") from None
        pages, info = _pypdf_pages(source, notes)
    else:
        try:
            pages = list(_pdfium_pages(pdf, source, notes))
            info = pdf.get_metadata_dict()
            labels = [pdf.get_page_label(i) for i in range(len(pdf))]
            outline = [
                (item.level, title, dest.get_index())
                for item in pdf.get_toc(max_depth=8)
                if (dest := item.get_dest()) is not None
                and (title := one_line(item.get_title()))
                and dest.get_index() is not None
            ]
        finally:
            pdf.close()
    if not pages:
        raise LoadError("it has no pages")
    running = _running_lines(pages)
    pages = [_without_running(lines, running) for lines in pages]
    words = Counter(
        word.casefold()
        for lines in pages
        for line in lines
        for word in re.findall(r"\w+(?:-\w+)*", line)
    )
    writer = Writer()
    spans: list[tuple[int, int]] = []
    for i, lines in enumerate(pages):
        label = labels[i] if i < len(labels) else ""
        writer.page(i + 1, label if label != str(i + 1) else "")
        begin = writer.length
        joined = _join_hyphens("\n".join(lines), words).split("\n")
        blocks = _reflow([line for line in joined if line])
        if i and blocks and spans[-1][1] > spans[-1][0] and _continues(pages[i - 1], blocks[0]):
            writer.glue()
        for block in blocks:
            # A block of one line is a row, a heading or a list item: they stay together.
            if len(block) > 120 or block.endswith((".", "!", "?")):
                writer.paragraph(block)
            else:
                writer.line(block)
        spans.append((begin, writer.length))
    text = writer.document("pdf").text
    _mark_outline(outline, spans, text, writer)
    return writer.document(
        "pdf",
        title=_title(info.get("Title", "")),
        author=info.get("Author", ""),
        date=info.get("ModDate", "") or info.get("CreationDate", ""),
        metadata={"subject": info.get("Subject", ""), "keywords": info.get("Keywords", "")},
        notes=notes,
    )


def _title(text: str) -> str:
    """The title in the metadata, if it is one: many are file names or numbers of a system."""
    text = re.sub(r"^Microsoft (?:Word|PowerPoint|Excel) - ", "", one_line(text))
    letters = sum(1 for c in text if c.isalpha())
    is_file_name = re.search(r"\.\w{2,4}$", text) and " " not in text
    return "" if letters < 4 or letters < len(text) / 3 or is_file_name else text


def _continues(previous: list[str], block: str) -> bool:
    """Whether a page's first block goes on with the last sentence of the page before."""
    return bool(previous) and block[0].islower() and previous[-1][-1] not in ".!?:;"
