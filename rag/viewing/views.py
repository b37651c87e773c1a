"""A page of a document, and where on it a span of the text stands."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from rag.documents.document import Document, Page, PageKind
from rag.documents.loaders.pdf.placed import PlacedPage, placed
from rag.errors import ViewError
from rag.viewing.alignment import aligned, names_in, signs_of
from rag.viewing.files import Read, mended_once, pdf_of, read
from rag.viewing.pictures import picture_of
from rag.viewing.rectangles import CELLS_APART, WORDS_APART, Rectangle, around, under

Marked = Literal["rectangles", "page", "none"]

SHOWN = ("pdf", "image")
"""Kinds of documents that have pages to look at."""

ELSEWHERE = "the quote does not stand on this page"
NOT_TIED = "the words of the quote cannot be tied to places on this page for certain"
NOT_PAINTED = (
    "the quote, or a part of it, is not in the text of the page itself: it stands in a field, a note, a link, a "
    "picture, an attached file or the file's list of contents"
)
OTHERS_UNDER = "other words stand where the quote does, so that it cannot be marked alone"
NO_PICTURE = "files of this format have no pages to look at: their text is shown"
HYPHENS = "-\x02\ufffe\xad"
REDACTED = "what is indexed of this file is redacted, so its pages are not shown as pictures"
ATTACHED = "the quote stands in a file that is attached to this one"


@dataclass(frozen=True, slots=True)
class PageView:
    """A page, and what of a span stands on it.

    ``text`` is ``document.text[start:end]``. ``width`` and ``height`` are those of the page as it is shown, in
    points (of a picture, in pixels); 0 where there is nothing to look at but text. ``rectangles`` are around the
    words of the span, a line each, as shares of width and height from the upper left; of a row of a table they are
    around its cells, not around the names of its columns. Where the span is on the page and its words cannot be
    tied to places for certain, ``marked`` is "page", and ``reason`` says why to a person.
    """

    number: int
    label: str
    kind: PageKind
    text: str
    start: int
    end: int
    width: float = 0.0
    height: float = 0.0
    rectangles: tuple[Rectangle, ...] = ()
    marked: Marked = "none"
    reason: str = ""


def has_pictures(document: Document) -> bool:
    """Whether the pages of a document can be looked at."""
    return document.kind in SHOWN


def page_view(
    document: Document,
    path: str | os.PathLike[str] | None,
    number: int,
    span: tuple[int, int] | None = None,
    *,
    expected: str = "",
) -> PageView:
    """Page ``number`` (from 1) of a document whose file is at ``path``, with ``span`` of its text marked;
    ``expected`` is the SHA-256 (in hex) of the file that was indexed: of another one nothing is shown but the text
    that is stored, nor where ``path`` is None: the file holds what was redacted.

    Raises:
        ViewError: the document has no such page.
    """
    view = _page(document, number, span)
    if span is not None:
        begin, end = max(span[0], view.start), min(span[1], view.end)
        here = (begin, end) if document.text[begin:end].strip() else None
        view = replace(view, reason="" if here else ELSEWHERE)
    else:
        here = None
    if not has_pictures(document):
        return replace(view, reason=view.reason or NO_PICTURE)
    try:
        if path is None:
            raise ViewError(REDACTED)
        file = read(path, expected)
        size, rectangles, why = _looked_at(document, file, view, here)
    except ViewError as error:
        return replace(view, marked="page" if here else "none", reason=str(error))
    view = replace(view, width=size[0], height=size[1])
    if here is None:
        return view
    if why:
        return replace(view, marked="page", reason=why)
    return replace(view, marked="rectangles", rectangles=tuple(rectangles))


def _page(document: Document, number: int, span: tuple[int, int] | None) -> PageView:
    """The page of that number; where several have it, the one that ``span`` stands on."""
    pages = document.pages or (Page(1, 0),)
    ends = [*(page.start for page in pages[1:]), len(document.text)]
    found = [
        PageView(
            page.number,
            page.label,
            document.page_kind,
            document.text[page.start : end],
            page.start,
            end,
        )
        for page, end in zip(pages, ends, strict=True)
        if page.number == number
    ]
    if not found:
        raise ViewError(f"the document has no {document.page_kind} {number}")
    low, high = span or (0, 0)
    return next((one for one in found if one.start < high and low < one.end), found[0])


Look = tuple[tuple[float, float], Sequence[Rectangle], str]
"""How large a page is, where a span stands on it, and why that cannot be told."""


def _looked_at(
    document: Document, file: Read, view: PageView, here: tuple[int, int] | None
) -> Look:
    if document.kind == "image":
        image = picture_of(file.data, view.number)
        return image.size, *_of_boxes(document, view, here, image.size)
    look, odd = _in_pdf(document, file.data, file, view, here)
    if look[2] and odd and (better := mended_once(file.data)):  # as the loader has it
        look, _ = _in_pdf(document, better, file, view, here)
    return look


def _in_pdf(
    document: Document, data: bytes, file: Read, view: PageView, here: tuple[int, int] | None
) -> tuple[Look, bool]:
    """What is seen of a page of a PDF; and whether some of its letters have no name."""
    with pdf_of(data) as pdf:
        if not 1 <= view.number <= len(pdf):
            raise ViewError(f"the file has no page {view.number}")
        try:
            size = pdf.get_page_size(view.number - 1)
            with placed(pdf, view.number - 1, file.unseen) as page:
                size = (size[1], size[0]) if page.degrees % 180 else size
                return (size, *_on_page(document, view, page, here, size)), bool(page.odd)
        except pdfium.PdfiumError:
            raise ViewError(f"page {view.number} is damaged and cannot be shown") from None


def _on_page(
    document: Document,
    view: PageView,
    page: PlacedPage,
    here: tuple[int, int] | None,
    size: tuple[float, float],
) -> tuple[Sequence[Rectangle], str]:
    """Where a span stands on a page of a PDF."""
    if here is None:
        return (), ""
    end = _text_end(document, view)
    if here[1] > end:
        return (), ATTACHED
    if any(word.page == view.number for word in document.words_at(*here)):
        return _of_boxes(document, view, here, size)
    text = view.text[: end - view.start]
    return _of_text(text, page, (here[0] - view.start, here[1] - view.start), size)


def _text_end(document: Document, view: PageView) -> int:
    """Where the text of a page ends: on the last one, where that of the files begins that a PDF brings along."""
    return min(
        (
            one.start
            for one in document.headings
            if one.start >= view.start and one.level == 1 and one.title.startswith("Attachment: ")
        ),
        default=view.end,
    )


def _of_boxes(
    document: Document, view: PageView, here: tuple[int, int] | None, size: tuple[float, float]
) -> tuple[Sequence[Rectangle], str]:
    """Where the words of a span stand that OCR has read."""
    if here is None:
        return (), ""
    words = [one for one in document.words_at(view.start, view.end) if one.page == view.number]
    inside = np.array([one.start < here[1] and here[0] < one.end for one in words], bool)
    if not inside.any():
        return (), NOT_PAINTED
    tied = np.zeros(view.end - view.start, bool)
    for one in words:
        tied[max(0, one.start - view.start) : one.end - view.start] = True
    begin, end = here[0] - view.start, here[1] - view.start
    if not _all_said(view.text, tied, begin, end):
        return (), NOT_PAINTED
    boxes = np.array([one.box for one in words])
    upright = np.zeros(int(inside.sum()), np.int64)
    rectangles = around(boxes[inside], upright, size, CELLS_APART)
    if (under(rectangles, boxes) & ~inside).any():
        return (), OTHERS_UNDER
    return rectangles, ""


def _of_text(
    text: str, page: PlacedPage, here: tuple[int, int], size: tuple[float, float]
) -> tuple[Sequence[Rectangle], str]:
    """Where the words of a span of what is stored of a page stand in its text layer."""
    signs = signs_of(page.marked, page.order())
    found = aligned(text, signs)
    if found is None:
        return (), NOT_TIED
    if not _all_said(text, found >= 0, *here):
        return (), NOT_PAINTED
    used = np.array(sorted(at for at in found[slice(*here)].tolist() if at >= 0))
    own = set(numbers := [signs.numbers[at] for at in used.tolist()])
    between = set(signs.numbers[used[0] : used[-1] + 1]) - own
    if any(_is_word(page, number) for number in between):
        return (), NOT_TIED
    ordered = np.array(list(dict.fromkeys(numbers)))
    quarters, boxes = page.quarters(ordered), page.boxes()
    bands = page.bands(ordered)
    for gap in (CELLS_APART, WORDS_APART):  # a note's number, raised, may stand between two words
        rectangles = around(bands, quarters, size, gap)
        others = set(np.flatnonzero(under(rectangles, boxes)).tolist()) - own
        if not any(_is_word(page, number) for number in others):
            return rectangles, ""
    return (), OTHERS_UNDER


def _is_word(page: PlacedPage, number: int) -> bool:
    """Whether a character is of a word: no blank, and no hyphen, which stands at an end of a line."""
    return number >= 0 and not page.text[number].isspace() and page.text[number] not in HYPHENS


def _all_said(text: str, tied: NDArray[np.bool_], begin: int, end: int) -> bool:
    """Whether something of ``text[begin:end]`` is tied to the page, and all of it but the names of columns in the
    rows of a table, what divides its cells, and hyphens."""
    missing = {i for i in range(begin, end) if not tied[i] and text[i] not in "-|\n\t "}
    if missing:
        missing.difference_update(*(range(low, high) for low, high in names_in(text)))
    return not missing and bool(tied[begin:end].any())
