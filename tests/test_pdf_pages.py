"""PDF: the order of columns, what runs through the pages, what lies beside the text, what cannot be read."""

from __future__ import annotations

import io
import re

import pypdf
import pytest
from pypdf.annotations import FreeText, Text
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from rag.documents.document import Document
from rag.documents.formats import format_for, load
from rag.documents.source import Source

LEFT = "The ferry leaves from pier|four at a quarter past seven|and on Sundays an hour later|because of the service. Dogs|travel free on a short lead".split(
    "|"
)
RIGHT = "The museum shows the tools|of the old observatory, and|it opens in May and closes|in September. The ticket is|eleven euros, children free".split("|")  # fmt: skip


def read(data: bytes) -> Document:
    format = format_for("a.pdf", data[:1024])
    assert format
    return load(Source("a.pdf", data), format)


def pdf(*pages: list[tuple[float, float, str]]) -> bytes:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    for lines in pages:
        for x, y, line in lines:
            page.drawString(x, y, line)
        page.showPage()
    page.save()
    return out.getvalue()


def lines(*texts: str) -> list[tuple[float, float, str]]:
    return [(72, 780 - 16 * i, text) for i, text in enumerate(texts)]


def test_columns_painted_line_by_line_are_read_one_after_the_other() -> None:
    page = [(60.0, 800.0, "Day trips by ferry")]
    for i, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True)):
        page += [(60, 760 - 14 * i, left), (320, 760 - 14 * i, right)]
    text = read(pdf(page)).text
    assert text.startswith("Day trips by ferry")
    assert " ".join(LEFT) in text and " ".join(RIGHT) in text


def test_a_table_is_not_taken_for_columns() -> None:
    rows = [(f"Item {i}", f"{i}.50") for i in range(8)]
    page = [
        (x, 760.0 - 14 * i, text)
        for i, row in enumerate(rows)
        for x, text in zip((60, 320), row, strict=True)
    ]
    assert "Item 3 | 3.50" in read(pdf(page)).text


def test_what_differs_by_more_than_the_count_of_pages_is_no_running_line() -> None:
    slips = [
        lines(f"Payslip {m}", "Employee 4471", f"Net pay: {2300 + 37 * i}.40 euros")
        for i, m in enumerate(("May", "June", "July", "August"))
    ]
    text = read(pdf(*slips)).text
    for i in range(4):
        assert f"Net pay: {2300 + 37 * i}.40 euros" in text


def test_a_running_line_is_kept_once_where_it_says_what_nothing_else_does() -> None:
    bodies = [[f"Sentence {n} of page {p} is here." for n in range(8)] for p in range(1, 5)]
    pages = [
        lines("Manual, no. OM-5521", *body, f"Page {p} of 4", "Hotline 0800 7719")
        for p, body in enumerate(bodies, 1)
    ]
    text = read(pdf(*pages)).text
    assert text.count("OM-5521") == 1 and text.count("0800 7719") == 1
    assert not re.search(r"Page \d of 4", text)


@pytest.mark.parametrize(
    ("cut", "word"),
    [("well-|known", "well-known"), ("care-|taker", "caretaker"), ("self-|made", "self-made")],
)
def test_hyphens_at_line_ends(cut: str, word: str) -> None:
    first, second = cut.split("|")
    long = "This line is filled up to the margin of the page so that it goes on: the "
    assert word in read(pdf(lines(long + first, second + " canteen sells coffee."))).text


def test_values_of_forms_notes_links_and_attachments_are_read() -> None:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    page.drawString(72, 780, "Application")
    page.acroForm.textfield(name="applicant", value="Tove Olsen", x=72, y=700, width=200, height=20)
    page.acroForm.checkbox(name="member", checked=True, x=72, y=660)
    page.linkURL("https://example.org/rules", (72, 600, 200, 620))
    page.showPage()
    page.save()
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(out.getvalue()))
    writer.add_annotation(0, FreeText(text="Paid in cash", rect=(100, 400, 200, 450)))
    writer.add_annotation(0, Text(text="Ask the warden", rect=(100, 500, 120, 520)))
    writer.add_attachment("terms.txt", b"Three months.")
    filled = io.BytesIO()
    writer.write(filled)
    text = read(filled.getvalue()).text
    for part in (
        "applicant: Tove Olsen", "member: ", "Link: https://example.org/rules", "[Note: Paid in cash]",
        "[Note: Ask the warden]", "Attachment: terms.txt\n\nThree months.",
    ):  # fmt: skip
        assert part in text


def test_a_value_that_stands_elsewhere_on_the_page_is_read_with_its_label() -> None:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    page.drawString(72, 780, "Sheet 2 of 2, for 2 persons")
    page.drawString(72, 704, "Number of rooms:")
    page.acroForm.textfield(name="f1_03", value="2", x=200, y=700, width=100, height=16)
    page.drawString(320, 704, "Floor")
    page.acroForm.textfield(name="f1_04", value="third", x=360, y=700, width=100, height=16)
    page.drawString(72, 662, "Cellar:")
    for i, (label, ticked) in enumerate((("dry", True), ("damp", False))):
        page.acroForm.checkbox(name=f"c{i}", checked=ticked, x=150 + 100 * i, y=660, size=12)
        page.drawString(166 + 100 * i, 662, label)
    page.drawString(72, 640, "Remarks")
    page.acroForm.textfield(name="f1_05", value="none", x=72, y=600, width=300, height=34)
    page.showPage()
    page.save()
    text = read(out.getvalue()).text
    assert text.splitlines()[1:] == [
        "Number of rooms: 2 Floor: third",
        "Cellar: ☒ dry ☐ damp",
        "Remarks: none",
    ]


def test_invisible_text_is_left_out_and_told() -> None:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    page.drawString(72, 780, "The gate opens at seven.")
    hidden = page.beginText(72, 700)
    hidden.setTextRenderMode(3)
    hidden.textLine("The gate opens at nine.")
    page.drawText(hidden)
    page.showPage()
    page.save()
    document = read(out.getvalue())
    assert document.text == "The gate opens at seven."
    assert document.notes == ("text painted invisibly is left out: 19 characters on page 1",)


@pytest.mark.parametrize("columns", [2, 3])
def test_columns_painted_across_are_read_down(columns: int) -> None:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    page.setFont("Helvetica", 9)
    for i in range(14):
        for k in range(columns):
            page.drawString(50 + k * 175, 760 - 12 * i, f"column {k} line {i} tells of the dam and")
    page.showPage()
    page.save()
    text = read(out.getvalue()).text
    places = [text.index(f"column {k} line {i} ") for k in range(columns) for i in range(14)]
    assert places == sorted(places)


def unmapped() -> bytes:
    """A page whose font maps its codes to nothing."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(lines("Readable first page."), lines("x"))))
    page = writer.pages[1]
    stream = pypdf.generic.DecodedStreamObject()
    stream.set_data(
        b"BT /F9 12 Tf 72 700 Td (\x01\x02\x03\x04\x05\x06\x07\x0b\x0e\x0f\x10\x11) Tj ET"
    )
    page[NameObject("/Contents")] = writer._add_object(stream)
    names = ["/Differences", 0, *[f"/g{n}" for n in range(32)]]
    encoding = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Encoding"),
            NameObject("/Differences"): ArrayObject(
                [NumberObject(n) if isinstance(n, int) else NameObject(n) for n in names[1:]]
            ),
        }
    )
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Custom"),
            NameObject("/Encoding"): encoding,
        }
    )
    page[NameObject("/Resources")][NameObject("/Font")] = DictionaryObject(
        {NameObject("/F9"): font}
    )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_page_whose_letters_nobody_can_tell_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.documents.loaders.pdf.pages.ocr_available", lambda language: False)
    document = read(unmapped())
    assert document.text.strip() == "Readable first page."
    assert any("page 2 cannot be read" in note for note in document.notes)


def test_a_page_that_is_a_picture_with_a_stamp_on_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    monkeypatch.setattr("rag.documents.loaders.pdf.pages.ocr_available", lambda language: False)
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    page.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 0, 0, *A4)
    page.drawString(400, 20, "Scanned by copier 3")
    page.save()
    document = read(out.getvalue())
    assert "Scanned by copier 3" in document.text and "page 1" in document.notes[0]


def test_the_text_of_notes_is_plain() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(lines("Body."))))
    note = Text(text="Twice", rect=(1, 1, 9, 9))
    note[NameObject("/T")] = TextStringObject("Ann")
    writer.add_annotation(0, note)
    out = io.BytesIO()
    writer.write(out)
    assert "[Note by Ann: Twice]" in read(out.getvalue()).text


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("untitled", ""),
        ("Microsoft Word - Leave policy", "Leave policy"),
        ("Leave policy", "Leave policy"),
    ],
)
def test_what_a_program_writes_where_there_is_no_title_is_none(written: str, title: str) -> None:
    data = io.BytesIO()
    page = canvas.Canvas(data)
    page.setTitle(written)
    page.drawString(72, 700, "Thirty days of leave.")
    page.save()
    assert read(data.getvalue()).title == title


def follow(text: str, *parts: str) -> bool:
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


def test_a_form_painted_in_any_order_is_read_from_top_to_bottom() -> None:
    form = pdf(
        [
            (400, 40, "Form K-7"),
            (340, 700, "Born: 2 June"),
            (340, 640, "Berth: north quay"),
            (60, 430, "3. Sign here"),
            (60, 560, "2. Length of the boat"),
            (60, 700, "Owner: Ivo Brandt"),
            (60, 640, "Mast: 9 m"),
            (60, 760, "Mooring permit"),
        ]
    )
    assert follow(
        read(form).text, "Mooring permit", "Owner", "Born", "Mast", "Berth", "2. Length", "3. Sign", "Form K-7"
    )  # fmt: skip


def test_labels_on_the_right_that_were_painted_first_follow_those_on_the_left() -> None:
    right = [(380.0, 700.0, "Born: 2 June"), (380, 640, "Berth: north quay")]
    left = [(60.0, 700.0, "Owner: Ivo Brandt"), (60, 640, "Mast: 9 m"), (60, 580, "Hull: oak")]
    assert follow(read(pdf(right + left)).text, "Owner", "Born", "Mast", "Berth", "Hull")


def side_by_side() -> list[tuple[float, float, str]]:
    """Two paragraphs of four lines, too short to be columns of a page."""
    left = [(60.0, 700.0 - 16 * i, line) for i, line in enumerate(LEFT[:4])]
    return left + [(320.0, 693.0 - 16 * i, line) for i, line in enumerate(RIGHT[:4])]


def test_the_foot_of_a_page_painted_first_and_its_head_painted_last_stand_where_they_are() -> None:
    page = [(60.0, 40.0, "Foot of it"), *side_by_side(), (60.0, 800.0, "Head of it")]
    text = read(pdf(page)).text
    assert follow(text, "Head of it", *LEFT[:4], *RIGHT[:4], "Foot of it")


def test_notes_beside_a_text_and_paragraphs_side_by_side_stay_as_painted() -> None:
    text = lines("The ferry leaves from pier four,", "on Sundays an hour later.")
    page = pdf([(430.0, 772.0, "Since 1911."), *text])
    assert follow(read(page).text, "Since 1911.", "The ferry leaves", "on Sundays")
    below = [(60.0, 500.0, "Painted first, read last"), (60.0, 560.0, "Painted last")]
    assert follow(read(pdf([*side_by_side(), *below])).text, *LEFT[:4], *RIGHT[:4], "Painted")


def test_a_table_stands_where_its_upper_edge_is_whatever_of_it_was_painted_first() -> None:
    rows = [("Quay", "Boats", "Depth"), ("North", "14", "3.5"), ("South", "9", "2.1"), ("East", "21", "4.0")]  # fmt: skip
    cells = [
        (x, 500.0 - 16 * i, cell)
        for i, row in enumerate(rows)
        for x, cell in zip((60, 200, 340), row, strict=True)
    ]
    page = [cells[-1], *lines("Register of the quays", "It is kept by the warden."), *cells[:-1]]
    text = read(pdf(page)).text
    assert follow(text, "Register of the quays", "kept by the warden", "North", "South", "East")
    assert "Quay: East | Boats: 21 | Depth: 4.0" in text or "East | 21 | 4.0" in text
