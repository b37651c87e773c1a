"""PDF: tables as rows with the names of their columns; what is no table stays running text; headings."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen import canvas
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Table

from rag.documents.document import Document
from rag.documents.formats import format_for, load
from rag.documents.source import Source

STYLES = getSampleStyleSheet()
RULES = [("GRID", (0, 0), (-1, -1), 0.5, colors.black)]
PUMPS = [
    ("PX-117", "31", "Monday", "needs a new gasket"),
    ("PX-118", "28", "Tuesday", "runs quietly"),
    ("PX-119", "35", "Friday", "was moved to the second hall"),
]
NAMES = ("Pump", "Pressure", "Service", "Remark")


def read(data: bytes) -> Document:
    format = format_for("a.pdf", data[:1024])
    assert format
    return load(Source("a.pdf", data), format)


def flowing(*parts: Flowable) -> Document:
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4).build(list(parts))
    return read(out.getvalue())


def painted(*pages: Sequence[tuple[float, float, str]], size: float = 11) -> Document:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    for lines in pages:
        page.setFont("Helvetica", size)
        for x, y, line in lines:
            page.drawString(x, y, line)
        page.showPage()
    page.save()
    return read(out.getvalue())


def in_columns(
    rows: Sequence[Sequence[str]], at: Sequence[float], top: float, step: float = 16
) -> list[tuple[float, float, str]]:
    return [
        (x, top - step * i, text)
        for i, row in enumerate(rows)
        for x, text in zip(at, row, strict=True)
        if text
    ]


@pytest.mark.parametrize("style", [[], RULES])
def test_rows_stand_as_rows_ruled_or_not(style: list[tuple[object, ...]]) -> None:
    document = flowing(
        Paragraph("Pumps of the mill", STYLES["Title"]), Table([NAMES, *PUMPS], style=style)
    )
    assert "Pump | Pressure | Service | Remark" in document.text
    assert "PX-118 | 28 | Tuesday | runs quietly" in document.text
    assert document.counts == {"tables": 1}


def test_a_long_table_names_its_columns_in_each_row() -> None:
    rows = [(f"PX-{i}", str(20 + i), "Monday", "in order") for i in range(20)]
    text = flowing(Table([NAMES, *rows])).text
    assert "Pump: PX-7 | Pressure: 27 | Service: Monday | Remark: in order" in text


def test_cells_on_several_lines_are_one_cell() -> None:
    def wrapped(text: str) -> Paragraph:
        return Paragraph(text, STYLES["BodyText"])

    long = "to be cleaned with warm water and a soft brush after each market day"
    rows = [["Part", "Interval", "Work"], [wrapped("Inlet sieve of the upper tank"), "weekly", wrapped(long)],
            [wrapped("Lid"), "monthly", wrapped("to be oiled")]]  # fmt: skip
    text = flowing(Table(rows, colWidths=[90, 70, 150], style=RULES)).text
    assert f"Inlet sieve of the upper tank | weekly | {long}" in text
    assert "Lid | monthly | to be oiled" in text


def test_a_wrapped_label_of_a_table_without_rules_keeps_its_values() -> None:
    rows = [
        ("In thousands", "2025", "2024"),
        ("Sales", "1,204", "1,100"),
        ("Other income, with sales of", "", ""),
        ("and gains on equipment", "37", "41"),
        ("Costs", "(804)", "(790)"),
        ("Profit", "437", "351"),
    ]
    text = painted(in_columns(rows, (72, 340, 440), 700, 14)).text
    assert "Other income, with sales of and gains on equipment | 37 | 41" in text
    assert "Costs | (804) | (790)" in text


def test_names_over_several_columns_stand_before_each_of_them() -> None:
    head = [(260.0, 700.0, "Three months"), (420.0, 700.0, "Twelve months")]
    rows = [("EUR million", "2025", "2024", "2025", "2024")]
    rows += [(f"Item {i}", f"{i}.1", f"{i}.2", f"{i}.3", f"{i}.4") for i in range(1, 16)]
    text = painted(head + in_columns(rows, (72, 250, 310, 410, 470), 684)).text
    assert (
        "Item 4 | Three months 2025: 4.1" in text
        or "EUR million: Item 4 | Three months 2025: 4.1" in text
    )
    assert "Twelve months 2024: 4.4" in text


def test_signs_of_money_belong_to_the_values_beside_them() -> None:
    rows = [
        ("Rent", "$", "1,450"),
        ("Heating", "$", "95"),
        ("Water", "$", "31"),
        ("Total", "$", "1,576"),
    ]
    text = painted(in_columns(rows, (72, 300, 330), 700)).text
    assert "Rent | $ 1,450" in text and "Total | $ 1,576" in text


def test_a_table_goes_on_over_a_page_break() -> None:
    rows = [(f"PX-{i}", str(20 + i), "Monday", "in order") for i in range(90)]
    for repeated in (0, 1):
        document = flowing(Table([NAMES, *rows], repeatRows=repeated))
        assert len(document.pages) > 1
        for i in (3, 60, 89):
            assert f"Pump: PX-{i} | Pressure: {20 + i} | Service: Monday" in document.text
        assert document.counts == {"tables": 1}
        at = document.text.index("PX-60 ")
        page = document.page_at(at)
        assert page and page.number == 2


def test_a_row_over_a_page_break_is_one_row() -> None:
    first = [
        ("Part", "Work"),
        ("Sieve", "to be cleaned"),
        ("Lid", "to be oiled"),
        ("Belt", "to be kept taut and"),
    ]
    second = [
        ("", "free of dust"),
        ("Wheel", "to be greased"),
        ("Axle", "to be checked"),
        ("Bell", "to be rung"),
    ]
    text = painted(in_columns(first, (72, 250), 120), in_columns(second, (72, 250), 780)).text
    assert "Belt | to be kept taut and free of dust" in text


def test_two_columns_of_running_text_are_no_table() -> None:
    words = ("The ferry leaves from pier four at a quarter past seven and on Sundays an hour later, since "
             "the crew has its service then. Dogs travel free on a short lead. ") * 5  # fmt: skip
    for across in (True, False):
        column = [words[i : i + 44] for i in range(0, 660, 44)]
        left = [(60.0, 760.0 - 14 * i, t) for i, t in enumerate(column)]
        right = [(320.0, 760.0 - 14 * i, t.upper()) for i, t in enumerate(column)]
        page = (
            [x for pair in zip(left, right, strict=True) for x in pair] if across else left + right
        )
        document = painted(page)
        assert not document.counts and " | " not in document.text


def test_items_of_a_list_contents_and_letters_are_no_tables() -> None:
    items = [("•", "Bring the key back to the office"), ("•", "Close the windows of the hall"),
             ("•", "Turn the heating down to two"), ("•", "Put the chairs on the tables")]  # fmt: skip
    contents = [(f"Chapter {i} " + ". " * 40, str(10 * i)) for i in range(1, 6)]
    for rows, at in ((items, (72, 90)), (contents, (72, 400))):
        assert not painted(in_columns(rows, at, 700)).counts


def test_a_row_painted_at_once_is_parted_at_its_gaps() -> None:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    page.setFont("Courier", 10)
    for i, row in enumerate(
        [("City", "Rent"), ("Aalborg", "700"), ("Odense", "810"), ("Ribe", "540")]
    ):
        page.drawString(72, 700 - 14 * i, f"{row[0]:<30}{row[1]:>10}")
    page.showPage()
    page.save()
    assert "Odense | 810" in read(out.getvalue()).text


def test_headings_are_told_by_their_size_where_there_is_no_outline() -> None:
    body = "Members may bring one guest to the hall, and the fee is paid at the desk. " * 4
    document = flowing(
        Paragraph("Rules of the hall", STYLES["Title"]),
        Paragraph("Guests", STYLES["Heading1"]),
        Paragraph(body, STYLES["BodyText"]),
        Paragraph("Fees for a guest", STYLES["Heading2"]),
        Paragraph(body, STYLES["BodyText"]),
        Paragraph("<b>Children</b>", STYLES["BodyText"]),
        Paragraph(body, STYLES["BodyText"]),
        PageBreak(),
        Paragraph("Keys", STYLES["Heading1"]),
        Paragraph(f"The hall has <b>two keys</b>. {body}", STYLES["BodyText"]),
    )
    assert [(h.level, h.title) for h in document.headings] == [
        (1, "Rules of the hall"),
        (1, "Guests"),
        (2, "Fees for a guest"),
        (3, "Children"),
        (1, "Keys"),
    ]
    for heading in document.headings:
        assert document.text[heading.start : heading.end] == heading.title


def test_a_heading_on_two_lines_is_one() -> None:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    page.setFont("Helvetica", 18)
    page.drawString(72, 780, "What members of the hall pay for the")
    page.drawString(72, 758, "guests that they bring along")
    page.setFont("Helvetica", 11)
    for i in range(20):
        page.drawString(
            72, 720 - 16 * i, f"Sentence {i} says what the fee of guest {i} is, and why it is so."
        )
    page.save()
    (heading,) = read(out.getvalue()).headings
    assert heading.title == "What members of the hall pay for the guests that they bring along"


def test_large_letters_of_a_whole_document_are_no_headings() -> None:
    document = painted(
        [(72, 780 - 30 * i, f"Line {i} of a poster for the fair") for i in range(12)], size=22
    )
    assert not document.headings


def test_an_outline_outweighs_sizes() -> None:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    page.bookmarkPage("a")
    page.addOutlineEntry("Fees", "a", 0)
    page.setFont("Helvetica", 20)
    page.drawString(72, 780, "A large line")
    page.setFont("Helvetica", 11)
    page.drawString(72, 740, "Fees")
    for i in range(12):
        page.drawString(72, 720 - 16 * i, f"Sentence {i} says what the fee of guest {i} is.")
    page.save()
    assert [h.title for h in read(out.getvalue()).headings] == ["Fees"]
