"""What PDFs that people had lost when they were read: a test a kind, each file made anew and small."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import reportlab
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from rag.documents.ocr import ocr_available
from rag.viewing import page_view
from tests.painting import span_of, stored, under


def written(body: str, *, box: str, inherited: bool = False) -> bytes:
    """A PDF of one page, object by object; ``inherited``: its size stands with the pages, and not with the page. Its second
    font has no map from glyphs to letters."""
    above, own = (f"/MediaBox[{box}]", "") if inherited else ("", f"/MediaBox[{box}]")
    font = (Path(reportlab.__file__).parent / "fonts" / "Vera.ttf").read_bytes()
    described = "/Flags 4/FontBBox[-100 -200 1000 900]/ItalicAngle 0/Ascent 900/Descent -200/CapHeight 700/StemV 80"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[3 0 R]/Count 1{above}>>".encode(),
        f"<</Type/Page/Parent 2 0 R{own}/Resources<</Font<</F1 5 0 R/F2 6 0 R>>>>/Contents 4 0 R>>".encode(),
        f"<</Length {len(body)}>>stream\n{body}\nendstream".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding/WinAnsiEncoding>>",
        b"<</Type/Font/Subtype/Type0/BaseFont/A+Vera/Encoding/Identity-H/DescendantFonts[7 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/A+Vera/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>/FontDescriptor 8 0 R/DW 600/CIDToGIDMap/Identity>>",
        f"<</Type/FontDescriptor/FontName/A+Vera{described}/FontFile2 9 0 R>>".encode(),
        b"<</Length %d>>stream\n%b\nendstream" % (len(font), font),
    ]
    out, places = b"%PDF-1.5\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = "".join(f"{at:010} 00000 n \n" for at in places)
    size = len(objects) + 1
    end = f"trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF"
    return out + f"xref\n0 {size}\n0000000000 65535 f \n{table}{end}".encode()


def ruled(
    page: canvas.Canvas, xs: list[float], ys: list[float], lacks: set[tuple[str, int, int]]
) -> None:
    """Lines between all cells, but for the pieces ``("v" or "h", row, column)``."""
    for j, x in enumerate(xs):
        for i in range(len(ys) - 1):
            if ("v", i, j) not in lacks:
                page.line(x, ys[i], x, ys[i + 1])
    for i, y in enumerate(ys):
        for j in range(len(xs) - 1):
            if ("h", i, j) not in lacks:
                page.line(xs[j], y, xs[j + 1], y)


def test_a_page_whose_size_stands_with_all_pages_is_read_to_its_edges(tmp_path: Path) -> None:
    lines = (
        (72, 815, "Elmbury Joinery, 4 Mill Street, invoice 2026-118"),
        (72, 600, "One door of oak, hung and painted: 640.00"),
    )
    body = "\n".join(f"BT /F1 11 Tf {x} {y} Td ({text}) Tj ET" for x, y, text in lines)
    document, _ = stored(tmp_path, written(body, box="0 0 595 842", inherited=True))
    assert [text in document.text for _, _, text in lines] == [True, True]
    assert document.notes == ()


def test_a_glyph_that_leads_to_nothing_costs_no_table(tmp_path: Path) -> None:
    rows = [
        [["Member"], ["Dues", "2025"], ["Dues", "2026"]],
        [["Adult, with a", "locker"], ["180.00"], ["195.00"]],
        [["Youth, until the", "age of 18"], ["60.00"], ["65.00"]],
        [["Honorary"], ["0.00"], ["free of all dues,", "by the statutes"]],
    ]
    xs, ys = [72, 200, 320, 440], [740, 712, 688, 664, 640]
    body = "0.7 w " + " ".join(f"{x} {ys[0]} m {x} {ys[-1]} l S" for x in xs)
    body += " " + " ".join(f"{xs[0]} {y} m {xs[-1]} {y} l S" for y in ys) + "\n"
    for row, y in zip(rows, ys, strict=False):
        for cell, x in zip(row, xs, strict=False):
            for i, line in enumerate(cell):
                body += f"BT /F1 9 Tf {x + 4} {y - 10 - 10 * i} Td ({line}) Tj ET\n"
    body += "BT /F1 10 Tf 72 600 Td (The treasurer sends reminders in May.) Tj ET\n"
    body += "BT /F2 10 Tf 340 600 Td <0000> Tj ET\n"
    document, _ = stored(tmp_path, written(body, box="0 0 595 842"))
    assert document.text.split("\n\n")[0].split("\n") == [
        "Member | Dues 2025 | Dues 2026",
        "Adult, with a locker | 180.00 | 195.00",
        "Youth, until the age of 18 | 60.00 | 65.00",
        "Honorary | 0.00 | free of all dues, by the statutes",
    ]


def test_a_footnote_right_below_a_table_is_no_part_of_it(tmp_path: Path) -> None:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    xs, ys = [72.0, 200.0, 290.0, 380.0], [740.0, 722.0, 710.0, 698.0, 686.0]
    ruled(page, xs, ys, set())
    rows = [
        ("Member", "Dues 2025", "Dues 2026"),
        ("Adult", "180.00", "195.00"),
        ("Youth", "60.00", "65.00"),
        ("Honorary", "0.00", "0.00"),
    ]
    for row, y in zip(rows, (727, 712.5, 700.5, 688.5), strict=True):
        page.setFont("Times-Bold" if y == 727 else "Times-Roman", 10)
        for text, x in zip(row, xs, strict=False):
            page.drawString(x + 4, y, text)
    page.setFont("Times-Roman", 6.5)
    page.drawString(78, 684.5, "1")
    page.setFont("Times-Roman", 10)
    page.drawString(82, 677.5, "Without the locker, which is 24.00 a year for all.")
    page.save()
    document, _ = stored(tmp_path, out.getvalue())
    assert document.text == (
        "Member | Dues 2025 | Dues 2026\nAdult | 180.00 | 195.00\nYouth | 60.00 | 65.00\nHonorary | 0.00 | 0.00\n\n"
        "1Without the locker, which is 24.00 a year for all."
    )


def test_a_table_in_whose_lines_pieces_are_missing(tmp_path: Path) -> None:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    xs = [60.0, 84.0, 180.0, 240.0, 300.0, 520.0]
    rows = [
        ("No", "Part", "Code", "Stock", "Remarks"),
        ("1", "bolt M6", "B06", "410", "zinc"),
        ("2", "nut M6", "N06", "385", ""),
        ("3", "washer", "W06", "950", "brass, from Oslo"),
        ("4", "spring", "S11", "12", "order in May"),
        ("5", "hinge", "H02", "44", ""),
    ]
    ys = [760.0 - 22 * i for i in range(len(rows) + 1)]
    ruled(page, xs, ys, {("v", 2, 3), ("h", 3, 3), ("v", 3, 4)})
    page.setFont("Helvetica", 8)
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            page.drawString(xs[j] + 3, ys[i + 1] + (3 if j in (0, 2, 3) else 12), text)
    page.save()
    document, _ = stored(tmp_path, out.getvalue())
    assert document.text.split("\n") == [" | ".join(filter(None, row)) for row in rows]


def test_sentences_of_a_table_over_two_pages_do_not_name_its_columns(tmp_path: Path) -> None:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    xs = [72.0, 120.0, 200.0, 520.0]

    def table(rows: list[tuple[str, str, str]], top: float) -> None:
        ys = [top - 18 * i for i in range(len(rows) + 1)]
        ruled(page, xs, ys, set())
        page.setFont("Helvetica", 9)
        for row, y in zip(rows, ys, strict=False):
            for text, x in zip(row, xs, strict=False):
                page.drawString(x + 4, y - 12, text)

    table(
        [("Esc", "Menu", "Bring up the main menu."), ("F1", "Help", "Show all of the items.")], 110
    )
    page.showPage()
    more = [
        ("F2", "Save", "Bring up the menu that saves."),
        ("F3", "Load", "Bring up the menu that loads."),
    ]
    table(more, 790)
    page.save()
    document, _ = stored(tmp_path, out.getvalue())
    assert [line for line in document.text.split("\n") if line] == [
        "Esc | Menu | Bring up the main menu.",
        "F1 | Help | Show all of the items.",
        "F2 | Save | Bring up the menu that saves.",
        "F3 | Load | Bring up the menu that loads.",
    ]


def outlined(page: canvas.Canvas, x: float, y: float, text: str, size: float) -> None:
    """Words as some programs print them: each letter a path."""
    font = ImageFont.load_default(size=40)
    for letter in text:
        mask = Image.new("1", (int(font.getlength(letter)) + 1, 50))
        ImageDraw.Draw(mask).text((0, 0), letter, font=font, fill=1)
        scale, path, drawn = size / 40, page.beginPath(), False
        for row in range(mask.height):
            inside = [column for column in range(mask.width) if mask.getpixel((column, row))]
            for column in inside:
                path.rect(x + column * scale, y - row * scale, scale * 1.1, scale * 1.1)
                drawn = True
        if drawn:
            page.drawPath(path, fill=1, stroke=0)
        x += font.getlength(letter) * scale


def test_words_that_are_drawn_and_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    page.setFont("Helvetica", 12)
    page.drawString(72, 780, "HARBOUR OFFICE")
    outlined(page, 72, 700, "The crane on quay four will be inspected", 14)
    outlined(page, 72, 676, "by surveyor Halvorsen; the fee is 350 crowns.", 14)
    page.save()
    if ocr_available():
        document, _ = stored(tmp_path, out.getvalue())
        assert "HARBOUR OFFICE" in document.text
        assert "the fee is 350 crowns" in document.text
    monkeypatch.setattr("rag.documents.loaders.pdf.pages.ocr_available", lambda language: False)
    document, _ = stored(tmp_path, out.getvalue())
    assert document.text == "HARBOUR OFFICE"
    assert document.notes[0].startswith("on page 1 words are drawn, and not written")


def test_a_word_that_is_cut_at_the_foot_of_a_page_above_its_number(tmp_path: Path) -> None:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    body = (
        "It is kept in the loft, dry and dark, with its number",
        "on a tag of brass, and nobody lends it to visitors, who",
        "bring their own; those are hung beside the door, where",
        "the keeper looks at them before anybody climbs. Of all",
    )
    for number, first, last in (
        (
            31,
            "The rope is checked each spring.",
            "What is found is written down by whoever has in-",
        ),
        (32, "spected it. A rope with a cut is burnt.", "The crew meets in May."),
        (33, "New ropes are bought in Hull.", "They last six years."),
    ):
        page.setFont("Times-Roman", 11)
        for i, line in enumerate((first, *body, last)):
            page.drawString(72, 780 - 15 * i, line)
        page.drawString(295, 780 - 15 * 8, str(number))
        page.showPage()
    page.save()
    document, path = stored(tmp_path, out.getvalue())
    assert "by whoever has inspected it. A rope" in document.text
    assert not any(number in document.text for number in ("31", "32", "33"))
    for number, words in ((1, "by whoever has"), (2, "A rope with a cut is burnt.")):
        view = page_view(document, path, number, span_of(document, words))
        assert "".join(under(view, path)) == "".join(words.split()), view
