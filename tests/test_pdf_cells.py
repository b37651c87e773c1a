"""PDF: tables whose cells hold many lines, drawn or not, over pages; a row is a row, and nothing is lost or said twice."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import pytest
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfgen import canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from rag.documents.document import Document
from rag.documents.formats import format_for, load
from rag.documents.loaders.pdf.lines import page_lines
from rag.documents.source import Source

BODY = ParagraphStyle("cell", parent=getSampleStyleSheet()["BodyText"], fontSize=9, leading=11)
BOLD = ParagraphStyle("name", parent=BODY, fontName="Helvetica-Bold")
NAMES = ("Area", "What is required", "Who")
ROWS = (
    ("Gateway", "Staff who work from home connect through the gateway only. Connections from shared "
     "computers in hotels are not allowed, even for short tasks.", "Head of operations, with managers"),
    ("Visitors", "Visitors sign in at the desk, wear a badge that can be seen, and are accompanied at "
     "all times beyond the lobby.", "Reception"),
    ("Gifts", "Gifts worth more than 35 EUR are declined or handed to the officer, who raffles them "
     "in December.", "Ethics officer"),
    ("Desk", "Papers are locked away.", "Every member of staff"),
)  # fmt: skip
GRID = ("GRID", (0, 0), (-1, -1), 0.5, colors.black)
TOP = ("VALIGN", (0, 0), (-1, -1), "TOP")
Rows = Sequence[Sequence[str]]


def read(data: bytes) -> Document:
    format = format_for("a.pdf", data[:1024])
    assert format
    return load(Source("a.pdf", data), format)


def laid_out(
    names: Sequence[str],
    rows: Rows,
    *style: object,
    space: float = 0,
    split: bool = False,
    foot: str = "",
) -> Document:
    """A table of wrapped texts below ``space`` points; ``foot`` stands at the foot of each page."""
    data = [[Paragraph(name, BOLD) for name in names]]
    data += [[Paragraph(cell, BODY) for cell in row] for row in rows]
    table = Table(
        data, colWidths=[80, 240, 120], style=[TOP, *style], repeatRows=1, splitInRow=int(split)
    )
    out = io.BytesIO()
    parts: list[Flowable] = [Paragraph("What stands above the table is a sentence.", BODY)]
    parts += [Spacer(1, space), table, Spacer(1, 14), Paragraph("And this stands below.", BODY)]

    def footed(page: canvas.Canvas, document: object) -> None:
        page.drawString(72, 30, foot)

    SimpleDocTemplate(out, pagesize=A4).build(parts, onFirstPage=footed, onLaterPages=footed)
    return read(out.getvalue())


def painted(paint: Callable[[canvas.Canvas], None], size: float = 10) -> Document:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    page.setFont("Helvetica", size)
    paint(page)
    page.showPage()
    page.save()
    return read(out.getvalue())


def holds(document: Document, rows: Rows, names: Sequence[str] = NAMES) -> None:
    lines = document.text.split("\n")
    for row in rows:
        named = " | ".join(f"{name}: {cell}" for name, cell in zip(names, row, strict=True))
        assert named in lines or " | ".join(row) in lines, row
    assert lines.count(" | ".join(names)) == 1
    assert document.counts == {"tables": 1}


@pytest.mark.parametrize(
    "style",
    [
        (GRID,),
        (("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.black),),
        (("LINEBELOW", (0, 0), (-1, 0), 1, colors.black),),
        (("ROWBACKGROUNDS", (0, 1), (-1, -1), [colors.lightgrey, colors.white]),),
        (),
    ],
    ids=["grid", "between rows", "below the names", "every other row filled", "no lines"],
)
def test_cells_of_many_lines_are_cells_however_they_are_ruled(style: tuple[object, ...]) -> None:
    document = laid_out(NAMES, ROWS, *style)
    holds(document, ROWS)
    assert document.text.endswith("And this stands below.")


def test_labels_in_the_middle_of_their_rows() -> None:
    lines = ("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.black)
    holds(laid_out(NAMES, ROWS, lines, ("VALIGN", (0, 0), (-1, -1), "MIDDLE")), ROWS)


def test_values_beside_texts_of_many_lines() -> None:
    names, texts = ("Flow", "What it is for", "Power"), [row[1] for row in ROWS[:3]]
    rows = [(f"{2 * i}.5 m", text, f"{i}.25 kW") for i, text in enumerate(texts, 1)]
    holds(laid_out(names, rows, ("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.black)), rows, names)


@pytest.mark.parametrize("style", [(GRID,), ()], ids=["grid", "no lines"])
def test_a_table_goes_on_over_pages_whatever_stands_at_their_feet(
    style: tuple[object, ...],
) -> None:
    rows = [(f"{row[0]} {i}", *row[1:]) for i in range(8) for row in ROWS]
    document = laid_out(NAMES, rows, *style, foot="Rules of the house")
    assert len(document.pages) > 1
    holds(document, rows)


def test_a_row_that_a_page_cuts_is_one_row() -> None:
    rows = [(name, f"{text} {ROWS[0][1]} {ROWS[1][1]}", who) for name, text, who in ROWS]
    for space in (400, 420, 440, 460):
        document = laid_out(NAMES, rows, GRID, space=space, split=True, foot="Rules of the house")
        assert len(document.pages) == 2
        holds(document, rows)


def test_what_reaches_over_rows_and_columns_stands_in_each() -> None:
    data = [
        ["Field", "Risk", "Score", ""],
        ["", "", "Odds", "Harm"],
        ["Works", "Cracks in the lid of the tank", "low", "high"],
        ["", "Wrong values of the flow meter", "some", "some"],
        ["Money", "Rate of the krone", "high", "low"],
    ]
    spans = [((0, 0), (0, 1)), ((1, 0), (1, 1)), ((2, 0), (3, 0)), ((0, 2), (0, 3))]
    out = io.BytesIO()
    table = Table(data, style=[GRID, *(("SPAN", *span) for span in spans)])
    SimpleDocTemplate(out, pagesize=A4).build([table])
    text = read(out.getvalue()).text
    assert "Field | Risk | Score Odds | Score Harm" in text
    assert "Field: Works | Risk: Wrong values of the flow meter | Score Odds: some" in text or (
        "Works | Wrong values of the flow meter | some | some" in text
    )


def test_rows_of_values_in_one_drawn_field_stay_rows() -> None:
    rows = [
        ("Rent", "1,450", "1,400"),
        ("Heating", "95", "90"),
        ("Water", "31", "30"),
        ("Sum", "1,576", "1,520"),
    ]
    box = [("BOX", (0, 0), (-1, -1), 1, colors.black), ("INNERGRID", (0, 0), (-1, 0), 1, colors.black),
           ("LINEAFTER", (0, 0), (-1, -1), 1, colors.black)]  # fmt: skip
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4).build([Table([("", "2025", "2024"), *rows], style=box)])
    text = read(out.getvalue()).text
    assert "Heating | 95 | 90" in text and "Sum | 1,576 | 1,520" in text


def test_rows_painted_at_once_between_rules_are_parted() -> None:
    stops = [("Harbour, ferry pier", "06:12", "07:12", "08:12"), ("Market square", "06:19", "07:20", "08:20"),
             ("Hospital, main entrance", "06:29", "07:33", "08:32")]  # fmt: skip

    def paint(page: canvas.Canvas) -> None:
        for y in (712, 694, 638):
            page.line(72, y, 330, y)
        for i, row in enumerate([("Stop", "101", "103", "105"), *stops]):
            line, width = "", 0.0  # as TeX does: one operator, its pieces moved apart
            for at, cell in zip((0, 140, 190, 240), row, strict=True):
                line += f"{-100 * (at - width)} ({cell}) "
                width = at + page.stringWidth(cell, "Helvetica", 10)
            y = 700 - 18 * bool(i) - 14 * max(0, i - 1)
            text = page.beginText(72, y)
            text._code.append(f"[{line}] TJ")
            page.drawText(text)

    text = painted(paint).text
    assert "Stop | 101 | 103 | 105" in text
    assert "Hospital, main entrance | 06:29 | 07:33 | 08:32" in text


def test_no_space_between_rows_a_label_begins_them() -> None:
    cells = [
        ("Invoices, with the delivery", "Ten years from the end of the year in which they were"),
        ("notes of the goods", "sent. Paper may be destroyed after scanning."),
        ("Minutes of the board", "For good, since the statutes say so, and in two copies"),
        ("", "that lie in different houses."),
        ("Visitor book", "A month: it is kept for the fire brigade, who asks who is"),
        ("", "in the building."),
    ]

    def paint(page: canvas.Canvas) -> None:
        for y in (714, 696, 610):
            page.line(72, y, 520, y)
        for i, row in enumerate([("Record", "Kept for"), *cells]):
            for x, cell in zip((72, 230), row, strict=True):
                page.drawString(x, 701 - 13 * i - 4 * bool(i), cell)

    text = painted(paint).text
    assert (
        "Invoices, with the delivery notes of the goods | Ten years from the end of the year in which "
        "they were sent. Paper may be destroyed after scanning." in text
    )
    assert "Visitor book | A month: it is kept for the fire brigade, who asks who is in the" in text


def test_items_on_many_lines_are_no_table() -> None:
    item = "Close the windows of the hall, and look whether somebody is still in the rooms above before you"
    more = "turn the key and leave by the door to the yard."

    def paint(page: canvas.Canvas) -> None:
        for i in range(5):
            page.drawString(72, 700 - 36 * i, f"{i + 1}.")
            page.drawString(92, 700 - 36 * i, item)
            page.drawString(92, 687 - 36 * i, more)

    assert not painted(paint).counts


def test_letters_that_tex_keeps_in_the_places_of_control_characters() -> None:
    assert page_lines("the o\x1ece \x15 \x1cfty \x1doors") == ["the office – fifty floors"]


def comb(page: canvas.Canvas, signs: str, y: float, beside: str = "") -> None:
    """Signs in little boxes, one for each."""
    page.drawString(60, y + 5, beside)
    for i, sign in enumerate(signs):
        page.rect(300 + 18 * i, y, 18, 18)
        page.drawString(306 + 18 * i, y + 5, sign.strip())


def test_a_number_in_little_boxes_is_one_word_and_their_lines_part_no_table() -> None:
    def paint(page: canvas.Canvas) -> None:
        for x, y, wide, high in ((50, 700, 240, 20), (290, 700, 260, 20), (50, 660, 240, 40), (290, 660, 260, 40)):  # fmt: skip
            page.rect(x, y, wide, high)
        page.drawString(55, 706, "Berth")
        page.drawString(295, 706, "Licence")
        comb(page, "KQ70415 ", 671, "Quay 4")
        comb(page, "NB8826", 500, "Number of the keel:")

    text = painted(paint).text
    assert "KQ70415" in text and "Number of the keel: NB8826" in text
    assert text.count("Licence") == 1 and "\x00" not in text


def test_scales_and_tables_of_single_signs_are_no_words() -> None:
    def paint(page: canvas.Canvas) -> None:
        comb(page, "12345", 700, "How content are you?")
        for n, row in enumerate(("3140", "1592", "6535")):
            comb(page, row, 500 - 18 * n, f"Pier {n}")

    text = painted(paint).text
    assert "1 2 3 4 5" in text and "3140" not in text and "1592" not in text
