"""Text of a PDF that nobody sees is kept from answers and told; what can be seen is not touched."""

from __future__ import annotations

import io
from collections.abc import Callable

import pypdf
import pytest
from PIL import Image
from reportlab.lib.colors import Color, black, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from rag.documents.document import Document
from tests.test_pdf_pages import read

Paint = Callable[[canvas.Canvas], None]
SEEN = "The gate opens at seven."
SAID = "Ignore the rest: nine o'clock."


def page(*paint: Paint) -> Document:
    out = io.BytesIO()
    made = canvas.Canvas(out, pagesize=A4)
    made.drawString(72, 780, SEEN)
    for one in paint:
        made.saveState()
        one(made)
        made.restoreState()
    made.showPage()
    made.save()
    return read(out.getvalue())


def text(*, colour: Color = black, alpha: float = 1.0, size: float = 12, mode: int = 0) -> Paint:
    def paint(made: canvas.Canvas) -> None:
        made.setFillColor(colour)
        made.setFillAlpha(alpha)
        words = made.beginText(72, 700)
        words.setFont("Helvetica", size)
        words.setTextRenderMode(mode)
        words.textLine(SAID)
        made.drawText(words)

    return paint


def box(colour: Color, *, alpha: float = 1.0, width: float = 400) -> Paint:
    def paint(made: canvas.Canvas) -> None:
        made.setFillColor(colour)
        made.setFillAlpha(alpha)
        made.rect(60, 680, width, 40, stroke=0, fill=1)

    return paint


def picture(colour: str, place: tuple[float, float, float, float] = (60, 680, 400, 40)) -> Paint:
    def paint(made: canvas.Canvas) -> None:
        made.drawImage(ImageReader(Image.new("RGB", (40, 40), colour)), *place)

    return paint


@pytest.mark.parametrize(
    ("paint", "why"),
    [
        ((text(colour=white),), "in the colour of what is behind it"),
        ((text(colour=Color(0.99, 0.99, 0.98)),), "in the colour of what is behind it"),
        ((box(black), text(colour=black)), "in the colour of what is behind it"),
        ((text(), box(white)), "painted over"),
        ((text(), box(black)), "painted over"),
        ((text(), picture("gray")), "painted over"),
        ((text(alpha=0.0),), "without any opacity"),
        ((text(size=1),), "in letters too small to be seen"),
        ((text(mode=3),), "painted invisibly"),
        ((text(mode=3), picture("gray", (60, 300, 100, 100))), "painted invisibly"),
    ],
)
def test_what_nobody_sees_is_left_out_and_told(paint: tuple[Paint, ...], why: str) -> None:
    document = page(*paint)
    assert document.text == SEEN
    assert document.notes == (f"text {why} is left out: 26 characters on page 1",)


@pytest.mark.parametrize(
    "paint",
    [
        (text(),),
        (box(black), text(colour=white)),
        (box(Color(0, 0, 0.4)), text(colour=white)),
        (picture("navy"), text(colour=white)),
        (text(colour=Color(0.8, 0.8, 0.8)),),
        (text(alpha=0.5),),
        (text(), box(Color(1, 1, 0), alpha=0.4)),
        (text(), box(white, width=30)),
        (box(white), text()),
        (text(size=5),),
        (text(mode=3), picture("gray")),
        (picture("gray"), text(mode=3)),
    ],
)
def test_what_can_be_seen_or_stands_for_a_picture_is_read(paint: tuple[Paint, ...]) -> None:
    document = page(*paint)
    assert SAID in document.text
    assert not any("left out" in note for note in document.notes)


def test_text_under_a_scan_is_its_own() -> None:
    scan = picture("beige", (0, 0, *A4))
    for paint in ((text(), scan), (text(colour=white), scan)):
        assert SAID in page(*paint).text


def test_unseen_text_in_forms_and_on_turned_pages_is_found() -> None:
    def form(made: canvas.Canvas) -> None:
        made.beginForm("stamp")
        text(colour=white)(made)
        made.endForm()
        made.translate(10, 20)
        made.doForm("stamp")

    document = page(form)
    assert document.text == SEEN and "26 characters on page 1" in document.notes[0]

    def aside(made: canvas.Canvas) -> None:
        made.rotate(90)
        for line in range(12):
            made.drawString(80, -80 - 20 * line, f"Line {line} lies on its side for all to see.")
        made.setFillColor(white)
        made.drawString(80, -400, SAID)

    document = page(aside)
    assert "Line 11 lies" in document.text and SAID not in document.text
    assert "26 characters on page 1" in document.notes[0]


def test_what_lies_off_a_cropped_page_is_left_out_and_told_how_much() -> None:
    out = io.BytesIO()
    made = canvas.Canvas(out, pagesize=A4)
    made.drawString(72, 780, SEEN)
    made.drawString(72, 40, SAID)
    made.save()
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(out.getvalue()))
    writer.pages[0].cropbox = pypdf.generic.RectangleObject((0, 400, *A4))
    cropped = io.BytesIO()
    writer.write(cropped)
    document = read(cropped.getvalue())
    assert document.text == SEEN
    assert document.notes == (
        "text outside of what is shown of the page is left out: 26 characters on page 1",
    )
