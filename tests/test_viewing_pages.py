"""Pages and their pictures: of the file that was indexed alone, not larger than is of use; scans by their boxes, other
formats by their text."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from reportlab.pdfgen import canvas

from rag.documents.boxes import WordBox, pack_boxes
from rag.documents.document import Document, Heading, Page
from rag.documents.ocr.seen import Block, Line, Seen, Word
from rag.documents.pictures import write_seen
from rag.documents.writer import Writer
from rag.errors import ViewError
from rag.viewing import has_pictures, page_picture, page_view, text_window
from tests.painting import below, dark, pdf, span_of, stored


def test_a_file_that_has_changed_is_not_shown(tmp_path: Path) -> None:
    data = pdf(below("The crane lifts two tonnes."))
    document, path = stored(tmp_path, data)
    sha256, span = hashlib.sha256(data).hexdigest(), span_of(document, "two tonnes")
    assert page_view(document, path, 1, span, expected=sha256).marked == "rectangles"
    path.write_bytes(pdf(below("The crane lifts six tonnes now.")))
    view = page_view(document, path, 1, span, expected=sha256)
    assert (view.marked, view.width, view.rectangles) == (
        "page",
        0,
        (),
    ) and "has changed" in view.reason
    assert view.text == "The crane lifts two tonnes."
    with pytest.raises(ViewError, match="has changed"):
        page_picture(path, 1, 300, expected=sha256)
    path.unlink()
    assert "no longer there" in page_view(document, path, 1, span, expected=sha256).reason


def test_words_that_ocr_has_read_are_marked_by_their_boxes(tmp_path: Path) -> None:
    text = "Gate closes at 17:45\nRing the bell"
    places = [(0, 4, 0.1), (5, 11, 0.2), (12, 14, 0.35), (15, 20, 0.4)]
    words = [WordBox(a, b, 1, (x, 0.1, x + 0.08, 0.12)) for a, b, x in places]
    words += [
        WordBox(21, 25, 1, (0.1, 0.2, 0.18, 0.22)),
        WordBox(26, 29, 1, (0.2, 0.2, 0.26, 0.22)),
    ]
    document = Document(text, "pdf", pages=(Page(1, 0),), boxes=pack_boxes(words))
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdf([]))
    view = page_view(document, path, 1, (12, 20))
    assert view.marked == "rectangles"
    assert view.rectangles[0] == pytest.approx((0.35, 0.1, 0.48, 0.12), abs=1e-3)
    unread = page_view(document, path, 1, (21, 34))  # "bell" has no box
    assert unread.marked == "page" and unread.reason


def test_a_number_that_ocr_has_read_is_not_found_within_another() -> None:
    writer = Writer()
    writer.line("Article: Oar | 2024: 4 | 2025: 24")
    boxes = [
        Word(text, (0.1 * i, 0.1, 0.1 * i + 0.05, 0.12), 1.0)
        for i, text in enumerate(("Oar", "4", "24"))
    ]
    writer.boxes(boxes, 0, 1)
    document = writer.document("image")
    assert [
        (document.text[one.start : one.end], one.start) for one in document.words_at(0, 99)
    ] == [("Oar", 9), ("4", 21), ("24", 31)]


def test_a_page_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    document, path = stored(tmp_path, pdf(below("One page.")))
    with pytest.raises(ViewError, match="no page 2"):
        page_view(document, path, 2)
    with pytest.raises(ViewError, match="no page 2"):
        page_picture(path, 2, 300)
    (tmp_path / "b.txt").write_text("No picture.")
    with pytest.raises(ViewError):
        page_picture(tmp_path / "b.txt", 1, 300)


def test_a_picture_is_as_wide_as_is_asked_but_not_larger_than_is_of_use(tmp_path: Path) -> None:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=(20, 14_000))
    page.drawString(1, 7_000, "x")
    page.save()
    _, path = stored(tmp_path, out.getvalue())
    high, wide = dark(page_picture(path, 1, 50_000)).shape
    assert high * wide <= 12_100_000
    path.write_bytes(pdf(below("A page.")))
    assert dark(page_picture(path, 1, 640)).shape[1] == 640


def test_formats_without_pages_to_look_at_have_their_text(tmp_path: Path) -> None:
    document = Document("# One\n\nThe quay is long.", "markdown")
    view = page_view(document, tmp_path / "a.md", 1, (7, 24))
    assert (view.text, view.width, view.marked) == (document.text, 0, "none")
    assert "no pages" in view.reason and not has_pictures(document)


def test_a_window_of_a_text_keeps_lines_whole() -> None:
    lines = [f"Row: {i} | Price: {i}0" for i in range(1_000)]
    text = "\n".join(lines)
    headings = (
        Heading(1, 0, 6, "Row: 0"),
        Heading(1, text.index("Row: 500"), text.index("Row: 500") + 8, "Row: 500"),
    )
    document = Document(text, "csv", headings=headings)
    begin = text.index("Row: 500")
    window = text_window(document, begin, begin + 8, most=2_000)
    assert window.text == text[window.start : window.end] and window.characters == len(text)
    assert window.start <= begin and begin + 8 <= window.end and len(window.text) <= 2_000
    assert set(window.text.split("\n")) <= set(lines)
    assert [one.title for one in window.headings] == ["Row: 500"]
    assert text_window(document).text == text


def test_words_of_a_picture_on_a_page_are_marked_on_the_page(tmp_path: Path) -> None:
    seen = Seen(
        (
            Block(
                (
                    Line(
                        (
                            Word("Oars", (0.0, 0.0, 0.5, 1.0), 1.0),
                            Word("12", (0.5, 0.0, 1.0, 1.0), 1.0),
                        )
                    ),
                )
            ),
        )
    )
    writer = Writer()
    writer.page(1)
    writer.paragraph("The stock of the boat house.")
    write_seen(seen.within((0.2, 0.4, 0.6, 0.5)), writer, 1)
    document = writer.document("pdf")
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(below("The stock of the boat house.")))
    picture = page_view(document, path, 1, span_of(document, "Oars 12"))
    assert picture.rectangles[0] == pytest.approx((0.2, 0.4, 0.6, 0.5), abs=1e-3)
    text = page_view(document, path, 1, span_of(document, "the boat house"))
    assert text.marked == "rectangles" and text.rectangles != picture.rectangles
