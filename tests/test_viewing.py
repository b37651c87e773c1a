"""A quote on its page: the words under the rectangles are its words, wherever and however they stand; or it is told."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pypdf
import pytest
import reportlab
from pypdf.annotations import Text
from pypdf.generic import RectangleObject
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

from rag.documents.document import Document
from rag.viewing import page_picture, page_view
from tests.painting import Line, below, dark, pdf, shows, span_of, stored, under

WIDE, HIGH = A4


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


def test_a_sentence_with_raised_digits_is_marked_with_them(tmp_path: Path) -> None:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    x = 60.0
    for text, size, up in (("Teachers", 11, 0), ("3", 7, 4.5), (" may keep 10", 11, 0), ("6", 7, 4.5), (" germs. Bye.", 11, 0)):  # fmt: skip
        page.setFont("Helvetica", size)
        page.drawString(x, 700 + up, text)
        x += page.stringWidth(text, "Helvetica", size)
    page.save()
    document, path = stored(tmp_path, out.getvalue())
    view = page_view(document, path, 1, span_of(document, "Teachers [3] may keep 10^6 germs."))
    assert view.marked == "rectangles"
    assert under(view, path) == ["Teachers3maykeep106germs."]
