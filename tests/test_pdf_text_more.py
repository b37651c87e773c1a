"""Text of a PDF that says more than its letters one after the other: what stands beside what, accents, what is struck
out, what runs from right to left, the labels of fields."""

from __future__ import annotations

import io

import pypdf
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    TextStringObject,
)
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from rag.documents.formats import format_for, load
from rag.documents.loaders.pdf.lines import is_row
from rag.documents.source import Source
from tests.painting import Line, below, pdf

SENTENCE = "A line that reaches over all of the page, from one margin to the other one, says this."


def read(data: bytes) -> str:
    format = format_for("a.pdf", data[:1024])
    assert format
    return load(Source("a.pdf", data), format).text


def by_hand(content: str, *annotations: DictionaryObject) -> bytes:
    """A page of these operators, with Helvetica as /F."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(595, 842)
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    encoding = {NameObject("/Encoding"): NameObject("/WinAnsiEncoding")}
    named = {NameObject(key): NameObject(value) for key, value in font.items()}
    fonts = DictionaryObject({NameObject("/F"): DictionaryObject({**named, **encoding})})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    stream = DecodedStreamObject()
    stream.set_data(content.encode("cp1252"))
    page[NameObject("/Contents")] = writer._add_object(stream)
    if annotations:
        page[NameObject("/Annots")] = ArrayObject(map(writer._add_object, annotations))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def shown(x: float, y: float, text: str, size: float = 12) -> str:
    return f"BT /F {size} Tf {x} {y} Td ({text}) Tj ET\n"


def said(x: float, y: float, sign: str, glyph: str = "n") -> str:
    """A glyph that stands for another letter, as the fonts of Arabic and Hebrew text do."""
    code = sign.encode("utf-16-be").hex()
    return f"BT /F 12 Tf {x} {y} Td /Span <</ActualText <FEFF{code}>>> BDC ({glyph}) Tj EMC ET\n"


def word(x: float, y: float, letters: str) -> str:
    """A word from right to left that ends left at x, its letters painted from left to right."""
    return "".join(said(x + 7 * i, y, sign) for i, sign in enumerate(reversed(letters)))


CARDS: list[Line] = [
    (250, 760, "Key figures"),
    *((100, 660, "48.2m"), (90, 630, "Revenue")),
    *((280, 660, "6.1 %"), (270, 630, "EBIT margin")),
    *((470, 660, "312"), (455, 630, "Employees")),
]


def test_a_figure_in_a_box_is_that_of_its_label() -> None:
    assert read(pdf(CARDS)).splitlines() == [
        "Key figures",
        "48.2m Revenue",
        "6.1 % EBIT margin",
        "312 Employees",
    ]
    # So too above running text, whose lines are longer.
    text = read(pdf([*CARDS, *below(SENTENCE, SENTENCE, SENTENCE, top=580)]))
    assert "48.2m Revenue\n6.1 % EBIT margin\n312 Employees\n" in text


def test_what_stands_far_below_or_beside_begins_anew() -> None:
    lines: list[Line] = [(72, 700, "Report of the board"), (300, 600, "Made on paper")]
    assert "board\nMade" in read(pdf([*lines, *below("of the mill", "in Aarberg", top=500)]))


def test_a_column_goes_on_at_the_head_of_the_next_one() -> None:
    left = ["The great bell was lowered on a day", "of March after a crack had been seen"]
    left += ["near the rim. It was carried then to", "a foundry at Sund on an ox cart, as a", "road was too soft for lorries, and so"]  # fmt: skip
    right = ["Easter came and went. The repair was", "paid for by the sale of many jars of"]
    right += ["rowan jelly, cooked by all the choir.", "Only the clapper is new; it was then", "forged by Ane Lund at the old smithy."]  # fmt: skip
    text = read(pdf([*below(*left, x=50), *below(*right, x=320)]))
    assert "lorries, and so Easter came" in text
    # Lines that are set far apart are lines of one text.
    wide = [f"{line[:34]} and" for line in left]
    assert "\n" not in read(pdf(below(*wide, step=30))).strip()


def test_a_head_in_the_margin_is_one_and_ends_no_text() -> None:
    head: list[Line] = [(40, 702, "What is not"), (40, 692, "insured")]
    clause = below("1.2 We do not insure motor vehicles, aircraft", "and boats. Damage by vermin is excluded.", x=120, top=700, step=12)  # fmt: skip
    above = below("1.1 We insure the contents of your home, up", "to francs 2000 for each of the bicycles too.", x=120, top=740, step=12)  # fmt: skip
    lines = read(pdf([*above, *head, *clause], size=9)).split("\n")
    assert "What is not insured" in lines
    assert "to francs 2000 for each of the bicycles too." in "\n".join(lines)


def test_a_sum_with_a_blank_is_no_row_of_a_table() -> None:
    assert not is_row("fire, theft and water. The sum insured is 80 000")
    assert is_row("Revenue 80 120")


def test_an_accent_over_a_letter_is_one_with_it() -> None:
    parts = [shown(72, 700, "The caf"), shown(108, 700, "e"), shown(109.5, 700, "´")]
    parts += [shown(120, 700, "in Z"), shown(141, 700, "¨"), shown(139.7, 700, "u")]
    parts += [shown(146.4, 700, "rich; Fran"), shown(198.5, 700, "¸"), shown(197.1, 700, "c")]
    parts += [shown(203.1, 700, "ois, "), shown(227.3, 702.5, "¨"), shown(225.1, 700, "U")]
    parts += [shown(233.8, 700, "bung")]
    assert read(by_hand("".join(parts))) == "The café in Zürich; François, Übung"
    # What stands by itself stays as it is.
    assert read(by_hand(shown(72, 700, "it´s `so\u00b4 and 3\u00b4"))) == "it´s `so´ and 3´"


def struck_by(*rectangles: tuple[float, float, float, float]) -> str:
    boxes = "".join(f"{a} {b} {c - a} {d - b} re f\n" for a, b, c, d in rectangles)
    return read(
        by_hand(shown(72, 700, "The salary is CHF 6200") + shown(205, 700, "and more.") + boxes)
    )


def test_text_with_a_line_through_it_is_struck_out() -> None:
    struck = "The salary is [struck out: CHF 6200] and more."
    assert struck_by((146, 703.6, 202, 704.4)) == struck
    # In pieces, too.
    assert struck_by((146, 703.6, 170, 704.4), (170, 703.6, 202, 704.4)) == struck
    plain = "The salary is CHF 6200 and more."
    assert struck_by((146, 698, 202, 698.8)) == plain  # below it
    assert struck_by((146, 710, 202, 710.8)) == plain  # above it
    assert struck_by((20, 703.6, 560, 704.4)) == plain  # a line that goes on, as of a chart
    assert struck_by((146, 699, 202, 710)) == plain  # a field


def test_a_cell_of_a_table_may_be_struck_out() -> None:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    for row, cells in enumerate((("Item", "Price"), ("Spade", "49.90"), ("Rake", "24.90"))):
        for x, cell in zip((80, 280), cells, strict=True):
            page.rect(x - 10, 692 - 20 * row, 200, 20)
            page.drawString(x, 698 - 20 * row, cell)
    page.line(279, 682.3, 311, 682.3)
    page.save()
    assert "Spade | [struck out: 49.90]" in read(out.getvalue())


def marked(subtype: str, note: str) -> DictionaryObject:
    left, bottom, right, top = 144, 696, 201, 711
    corners = (left, top, right, top, left, bottom, right, bottom)
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject(subtype),
            NameObject("/Rect"): ArrayObject(map(FloatObject, (left, bottom, right, top))),
            NameObject("/QuadPoints"): ArrayObject(map(FloatObject, corners)),
            NameObject("/Contents"): TextStringObject(note),
        }
    )


def test_an_annotation_strikes_out_and_says_what_it_is_on() -> None:
    content = shown(72, 700, "The salary is CHF 6200") + shown(205, 700, "and more.")
    text = read(by_hand(content, marked("/StrikeOut", "too much")))
    assert text.startswith("The salary is [struck out: CHF 6200] and more.")
    assert "[Note on “CHF 6200”: too much]" in text
    text = read(by_hand(content, marked("/Highlight", "to be agreed")))
    assert text.startswith("The salary is CHF 6200 and more.")
    assert "[Note on “CHF 6200”: to be agreed]" in text


def test_words_from_right_to_left_are_read_so() -> None:
    # PDFium gives these words letter by letter backwards.
    assert read(by_hand(word(300, 700, "رقم") + word(340, 700, "العقد"))) == "العقد رقم"
    # Of two letters that are one sign.
    peace = said(300, 700, "م") + said(307, 700, "لا") + said(314, 700, "س")
    assert read(by_hand(peace)) == "سلام"


def test_numbers_and_codes_in_a_line_from_right_to_left() -> None:
    # Right of a hyphen stands what comes before it behind Arabic letters, and behind Hebrew ones what comes after.
    assert read(by_hand(word(340, 700, "العقد") + shown(270, 700, "17-2024"))) == "العقد 2024-17"
    assert read(by_hand(word(340, 700, "طلب") + shown(270, 700, "03-555123"))) == "طلب 03-555123"
    assert read(by_hand(word(340, 700, "מדגם") + shown(270, 700, "03-555123"))) == "מדגם 03-555123"
    assert read(by_hand(word(340, 700, "זה מדגם") + shown(290, 700, "X-200"))) == "זה מדגם X-200"
    # A full stop left of a number ends the sentence.
    assert (
        read(by_hand(word(350, 700, "طلب") + shown(270, 700, ".15/03/2024"))) == "طلب 15/03/2024."
    )


def test_labels_keep_their_signs() -> None:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    page.drawString(72, 700, "3. Price per hour, excl. VAT (CHF)")
    page.acroForm.textfield(name="price", value="142.50", x=300, y=694, width=200, height=20)
    page.save()
    assert "3. Price per hour, excl. VAT (CHF): 142.50" in read(out.getvalue())


def test_boxes_may_stand_behind_their_labels() -> None:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    page.drawString(72, 700, "North sector")
    page.acroForm.checkbox(name="n", checked=True, x=160, y=698, size=12)
    page.drawString(260, 700, "South sector")
    page.acroForm.checkbox(name="s", checked=False, x=360, y=698, size=12)
    page.save()
    assert "☒ North sector ☐ South sector" in read(out.getvalue())
