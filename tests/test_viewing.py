"""A quote on its page: the words under the rectangles are its words, wherever and however they stand; or it is told."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pypdf
import pypdfium2 as pdfium
import pytest
import reportlab
from pypdf.annotations import Text
from pypdf.generic import RectangleObject
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

from rag.documents.boxes import WordBox, pack_boxes
from rag.documents.document import Document, Heading, Page
from rag.documents.formats import format_for, load
from rag.documents.ocr.seen import Word
from rag.documents.source import Source
from rag.documents.writer import Writer
from rag.errors import ViewError
from rag.viewing import PageView, has_pictures, page_picture, page_view, text_window

WIDE, HIGH = A4
Line = tuple[float, float, str]


def pdf(*pages: list[Line], size: float = 12) -> bytes:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    for lines in pages:
        page.setFont("Helvetica", size)
        for x, y, line in lines:
            page.drawString(x, y, line)
        page.showPage()
    page.save()
    return out.getvalue()


def below(*lines: str, x: float = 72, top: float = 760, step: float = 16) -> list[Line]:
    return [(x, top - step * i, line) for i, line in enumerate(lines)]


def stored(folder: Path, data: bytes) -> tuple[Document, Path]:
    path = folder / "a.pdf"
    path.write_bytes(data)
    format = format_for("a.pdf", data[:1024])
    assert format
    return load(Source("a.pdf", data), format), path


def span_of(document: Document, words: str, *, nth: int = 0) -> tuple[int, int]:
    at = -1
    for _ in range(nth + 1):
        at = document.text.index(words, at + 1)
    return at, at + len(words)


def under(view: PageView, path: Path) -> list[str]:
    """What stands under each rectangle, read by PDFium from the page as it is, letter by letter."""
    with pdfium.PdfDocument(path.read_bytes()) as file:
        page = file[view.number - 1]
        textpage = page.get_textpage()
        left, bottom, right, top = page.get_bbox()
        turn = page.get_rotation()
        said = ["" for _ in view.rectangles]
        for at, sign in enumerate(textpage.get_text_range()):
            a, b, c, d = textpage.get_charbox(at)
            x = ((a + c) / 2 - left) / (right - left)
            y = ((b + d) / 2 - bottom) / (top - bottom)
            x, y = {0: (x, 1 - y), 90: (y, x), 180: (1 - x, y), 270: (1 - y, 1 - x)}[turn]
            for i, (low, head, high, foot) in enumerate(view.rectangles):
                if not sign.isspace() and low <= x <= high and head <= y <= foot:
                    said[i] += sign
    return said


def dark(picture: bytes) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Where a PNG of ours is printed on, [height, width]; read by the standard alone."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    parts: dict[bytes, bytes] = {}
    at = 8
    while at < len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        kind, data = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        assert struct.unpack(">I", picture[at + 8 + length : at + 12 + length])[0] == zlib.crc32(
            kind + data
        )
        parts[kind] = data
        at += 12 + length
    width, height, _, colours = struct.unpack(">IIBB", parts[b"IHDR"][:10])
    rows = np.frombuffer(zlib.decompress(parts[b"IDAT"]), np.uint8).reshape(height, -1)[:, 1:]
    return rows.reshape(height, width, 3 if colours == 2 else 1).min(2) < 128


def shows(view: PageView, path: Path) -> None:
    """That the picture has ink under each rectangle, and none of it at its edges, where other letters would be cut."""
    ink = dark(page_picture(path, view.number, 800))
    high, wide = ink.shape
    assert abs(wide / high - view.width / view.height) < 0.01
    for left, top, right, bottom in view.rectangles:
        piece = ink[
            int(top * high) : int(bottom * high) + 1, int(left * wide) : int(right * wide) + 1
        ]
        assert piece.any()


def test_a_sentence_over_lines_is_marked_line_by_line(tmp_path: Path) -> None:
    lines = below("Boats may be hired from May on. The deposit is forty euros", "a day and is paid back. Dogs are welcome.")  # fmt: skip
    document, path = stored(tmp_path, pdf(lines))
    view = page_view(
        document, path, 1, span_of(document, "The deposit is forty euros a day and is paid back.")
    )
    assert view.marked == "rectangles" and view.reason == ""
    assert under(view, path) == ["Thedepositisfortyeuros", "adayandispaidback."]
    assert (view.width, view.height) == pytest.approx(A4, abs=0.1)
    shows(view, path)


def test_the_second_of_two_equal_sentences_is_marked(tmp_path: Path) -> None:
    lines = below("No smoking.", "Use the stairs.", "No smoking.", "Mind the step.")
    document, path = stored(tmp_path, pdf(lines))
    first, second = (
        page_view(document, path, 1, span_of(document, "No smoking.", nth=n)) for n in (0, 1)
    )
    assert under(first, path) == under(second, path) == ["Nosmoking."]
    assert first.rectangles[0][3] < (HIGH - 744) / HIGH < second.rectangles[0][1]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_is_turned_is_marked_as_it_is_shown(tmp_path: Path, turn: int) -> None:
    reader = pypdf.PdfReader(
        io.BytesIO(pdf(below("The north gate is locked at ten.", "Ring for the guard.")))
    )
    writer = pypdf.PdfWriter(clone_from=reader)
    writer.pages[0].rotate(turn)
    out = io.BytesIO()
    writer.write(out)
    document, path = stored(tmp_path, out.getvalue())
    view = page_view(document, path, 1, span_of(document, "The north gate is locked at ten."))
    assert under(view, path) == ["Thenorthgateislockedatten."]
    shows(view, path)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_text_on_its_side_is_shown_upright_and_marked_there(tmp_path: Path, turn: int) -> None:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    page.translate(300, 420)
    page.rotate(turn)
    for i in range(6):
        page.drawString(-150, 60 - 16 * i, f"Shed {i} belongs to the harbour master.")
    page.save()
    document, path = stored(tmp_path, out.getvalue())
    view = page_view(document, path, 1, span_of(document, "Shed 2 belongs to the harbour master."))
    ((left, top, right, bottom),) = view.rectangles
    assert (right - left) * view.width > 5 * (bottom - top) * view.height  # it lies
    assert (view.width > view.height) == (turn != 180)
    ink = dark(page_picture(path, 1, 800))
    high, wide = ink.shape
    rows = np.flatnonzero(ink.any(1))  # six lines, of which the third is marked
    middles = [part.mean() for part in np.split(rows, np.flatnonzero(np.diff(rows) > 3) + 1)]
    assert len(middles) == 6 and top * high < middles[2] < bottom * high
    assert not any(top * high < one < bottom * high for i, one in enumerate(middles) if i != 2)
    assert (
        abs(left * wide - np.flatnonzero(ink[int(top * high) : int(bottom * high)].any(0))[0]) < 4
    )


def test_a_crop_box_moves_what_is_shown(tmp_path: Path) -> None:
    data = pdf([(20, 820, "Cut away."), *below("The lamp is filled on Mondays.", x=150, top=600)])
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(data)))
    writer.pages[0].cropbox = RectangleObject((100, 500, 500, 700))
    out = io.BytesIO()
    writer.write(out)
    document, path = stored(tmp_path, out.getvalue())
    assert "Cut away" not in document.text
    view = page_view(document, path, 1, span_of(document, "The lamp is filled on Mondays."))
    assert (view.width, view.height) == (400, 200)
    assert under(view, path) == ["ThelampisfilledonMondays."]
    assert view.rectangles[0][0] == pytest.approx(50 / 400, abs=0.01)
    shows(view, path)


def test_columns_painted_line_by_line_are_marked_in_their_column(tmp_path: Path) -> None:
    left = ["The ferry leaves from pier", "four at a quarter past seven", "and on Sundays an hour later", "because of the service. Dogs", "travel free on a short lead"]  # fmt: skip
    right = ["The museum shows the tools", "of the old observatory, and", "it opens in May and closes", "in September. The ticket is", "eleven euros, children free"]  # fmt: skip
    lines: list[Line] = []
    for i, pair in enumerate(zip(left, right, strict=True)):
        lines += [(60, 760 - 14 * i, pair[0]), (320, 760 - 14 * i, pair[1])]
    document, path = stored(tmp_path, pdf(lines))
    view = page_view(document, path, 1, span_of(document, "Dogs travel free on a short lead"))
    assert under(view, path) == ["Dogs", "travelfreeonashortlead"]
    view = page_view(document, path, 1, span_of(document, "The ticket is eleven euros"))
    assert under(view, path) == ["Theticketis", "eleveneuros"]


def test_a_word_that_a_line_end_cuts_is_marked_in_both_lines(tmp_path: Path) -> None:
    lines = below("Every boat needs a certificate of its harbour master before the regis-", "tration of the season begins in the office of the port.")  # fmt: skip
    document, path = stored(tmp_path, pdf(lines))
    view = page_view(document, path, 1, span_of(document, "the registration of the season"))
    assert [one.rstrip("-\ufffe\x02") for one in under(view, path)] == [
        "theregis",
        "trationoftheseason",
    ]


def test_letters_that_are_printed_as_one_are_marked(tmp_path: Path) -> None:
    fonts = Path(reportlab.__file__).parent / "fonts"
    pdfmetrics.registerFont(TTFont("Vera", fonts / "Vera.ttf"))
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    page.setFont("Vera", 12)
    page.drawString(72, 760, "The \ufb01les of the soft\u00adware \ufb02oors.")
    page.drawString(72, 740, "Nothing else.")
    page.save()
    document, path = stored(tmp_path, out.getvalue())
    view = page_view(document, path, 1, span_of(document, "files of the software floors."))
    assert view.marked == "rectangles" and len(view.rectangles) == 1
    left = view.rectangles[0][0]
    assert left * WIDE == pytest.approx(72 + pdfmetrics.stringWidth("The ", "Vera", 12), abs=1.5)
    shows(view, path)


def test_a_span_over_two_pages_is_marked_on_both(tmp_path: Path) -> None:
    body = [
        f"Line {i} of the report on the locks and weirs of the river Glomma" for i in range(1, 8)
    ]
    data = pdf(
        below(*body, "The gates are inspected twice a year by two men, and the report of"),
        below("each of them is kept for ten years.", *body),
    )
    document, path = stored(tmp_path, data)
    span = span_of(
        document,
        "The gates are inspected twice a year by two men, and the report of each of them is kept for ten years.",
    )
    assert under(page_view(document, path, 1, span), path) == [
        "Thegatesareinspectedtwiceayearbytwomen,andthereportof"
    ]
    assert under(page_view(document, path, 2, span), path) == ["eachofthemiskeptfortenyears."]
    alone = page_view(document, path, 2, span_of(document, "The gates are inspected"))
    assert alone.marked == "none" and "does not stand on this page" in alone.reason


def test_of_a_row_its_cells_are_marked_and_not_the_names_of_its_columns(tmp_path: Path) -> None:
    rows = [("Berth", "2025", "2026")] + [(f"Quay {i}", f"{i}50", f"{i}75") for i in range(1, 15)]
    lines = [
        (72 + 150 * c, 760 - 18 * r, cell)
        for r, row in enumerate(rows)
        for c, cell in enumerate(row)
    ]
    document, path = stored(tmp_path, pdf(lines))
    view = page_view(document, path, 1, span_of(document, "Berth: Quay 7 | 2025: 750 | 2026: 775"))
    assert under(view, path) == ["Quay7", "750", "775"]
    view = page_view(document, path, 1, span_of(document, "Berth | 2025 | 2026"))
    assert under(view, path) == ["Berth", "2025", "2026"]


def test_a_comma_and_a_dash_are_marked_with_their_line(tmp_path: Path) -> None:
    document, path = stored(
        tmp_path, pdf(below("It costs 4,422 euros - a year, no more.", "And so on."))
    )
    view = page_view(
        document, path, 1, span_of(document, "It costs 4,422 euros - a year, no more.")
    )
    assert len(view.rectangles) == 1


def test_a_raised_number_between_the_words_is_left_out(tmp_path: Path) -> None:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    page.drawString(72, 760, "Sales of oars")
    page.drawString(160, 760, "rose by a third.")
    page.drawString(72, 700, "Nothing else is said here.")
    page.setFont("Helvetica", 7)
    page.drawString(150, 764, "2")
    page.save()
    document, path = stored(tmp_path, out.getvalue())
    begin, end = span_of(document, "Sales of oars rose by a third.")
    view = page_view(document, path, 1, (begin, end))
    assert "".join(under(view, path)) == "Salesofoarsrosebyathird."


def test_what_is_in_no_text_of_the_page_is_told(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(
        clone_from=pypdf.PdfReader(io.BytesIO(pdf(below("The crane lifts two tonnes."))))
    )
    writer.add_annotation(0, Text(rect=(50, 550, 200, 650), text="Check the crane first."))
    writer.add_attachment("winch.txt", b"The winch lifts one tonne.")
    out = io.BytesIO()
    writer.write(out)
    document, path = stored(tmp_path, out.getvalue())
    view = page_view(document, path, 1, span_of(document, "Check the crane first."))
    assert view.marked == "page" and not view.rectangles and "note" in view.reason
    view = page_view(document, path, 1, span_of(document, "The winch lifts one tonne."))
    assert view.marked == "page" and "attached" in view.reason
    assert page_view(document, path, 1, span_of(document, "The crane lifts")).marked == "rectangles"


def test_words_that_the_page_does_not_say_are_not_marked(tmp_path: Path) -> None:
    document, path = stored(tmp_path, pdf(below("The crane lifts two tonnes.", "It is green.")))
    other = Document(document.text.replace("two", "ten"), "pdf", pages=document.pages)
    view = page_view(other, path, 1, span_of(other, "The crane lifts ten tonnes."))
    assert view.marked == "page" and view.reason
    assert page_view(other, path, 1, span_of(other, "It is green.")).marked == "rectangles"


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


def test_an_encrypted_file_without_a_password_is_shown(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(
        clone_from=pypdf.PdfReader(io.BytesIO(pdf(below("The vault opens at nine."))))
    )
    writer.encrypt("", "owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    document, path = stored(tmp_path, out.getvalue())
    view = page_view(document, path, 1, span_of(document, "opens at nine"))
    assert under(view, path) == ["opensatnine"]
    shows(view, path)


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
