"""Powers in all formats: raised digits behind a number are no digits of it."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from pptx import Presentation

from rag.documents.formats import format_for, load
from rag.documents.source import Source

SAID = "Germs: 10^6 per ml in 25 m2"
FLAT = """<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 office:mimetype="application/vnd.oasis.opendocument.text"><office:automatic-styles>
 <style:style style:name="T1" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>
 <style:style style:name="T2" style:family="text"><style:text-properties style:text-position="-33% 58%"/></style:style>
 </office:automatic-styles><office:body><office:text><text:p>Germs: 10<text:span text:style-name="T1">6</text:span> per ml in 25
 m<text:span text:style-name="T1">2</text:span></text:p><text:p>v1<text:span text:style-name="T2">2</text:span></text:p>
 </office:text></office:body></office:document>"""
UP = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>%s</w:t></w:r>'
WORD_2003 = (
    '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body><w:p><w:r><w:t>Germs: 10</w:t>'
    f"</w:r>{UP % 6}<w:r><w:t> per ml in 25 m</w:t></w:r>{UP % 2}</w:p></w:body></w:wordDocument>"
)
EXCEL_2003 = (
    '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="A"><Table><Row><Cell>'
    '<ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><B>Germs: 10<Sup>6</Sup> per ml</B> in 25 m<Sup>2</Sup>'
    "</ss:Data></Cell></Row></Table></Worksheet></Workbook>"
)
XML = {
    "a.dbk": "<article><para>Germs: 10<superscript>6</superscript> per ml in 25 m<superscript>2</superscript></para></article>",
    "a.nxml": "<article><body><p>Germs: 10<sup>6</sup> per ml in 25 m<sup>2</sup></p></body></article>",
    "a.tei": '<TEI><text><p>Germs: 10<hi rend="superscript">6</hi> per ml in 25 m<hi rend="sup">2</hi></p></text></TEI>',
}


def read(name: str, data: bytes) -> str:
    form = format_for(name, data[:4096])
    assert form
    return load(Source(name, data), form).text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *XML.items(),
        ("a.fodt", FLAT),
        ("a.adoc", "Germs: 10^6^ per ml in 25 m^2^"),
        ("a.textile", "Germs: 10^6^ per ml in 25 m^2^"),
        (
            "a.tex",
            r"\documentclass{article}\begin{document}Germs: 10\textsuperscript{6} per ml in 25 m\textsuperscript{2}\end{document}",
        ),
        ("a.xml", WORD_2003),
        ("a.xls", EXCEL_2003),
        ("a.man", ".TH LIMIT 7\n.SH LIMITS\nGerms: 10\\u6\\d per ml in 25 m\\u2\\d\n"),
    ],
)
def test_a_power_in_marked_up_text(name: str, text: str) -> None:
    assert SAID in " ".join(read(name, text.encode()).split())


def test_a_raised_mark_of_a_note_is_no_part_of_its_word() -> None:
    page = b"<p>The prices<sup>3</sup> and fees<sup>1,2</sup> of km<sup>2</sup>, sin<sup>2</sup> x, the 5<sup>th</sup>.</p>"
    assert read("a.html", page) == "The prices [3] and fees [1,2] of km2, sin2 x, the 5th."


def test_what_is_lowered_is_no_power() -> None:
    assert "v12" in read("a.fodt", FLAT.encode())
    assert "CO2" in read("a.adoc", b"CO~2~ here, and 1~2~")


def test_a_power_on_a_slide() -> None:
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    paragraph = slide.shapes.title.text_frame.paragraphs[0]
    for text, up in (("Germs: 10", 0), ("6", 30_000), (" per ml in 25 m", 0), ("2", 30_000)):
        run = paragraph.add_run()
        run.text = text
        run.font._element.set("baseline", str(up))
    out = io.BytesIO()
    show.save(out)
    assert SAID in read("a.pptx", out.getvalue())


def test_a_power_in_a_cell() -> None:
    book = Workbook()
    up = InlineFont(vertAlign="superscript")
    book.active["A1"] = CellRichText(
        "Germs: 10", TextBlock(up, "6"), " per ml in 25 m", TextBlock(up, "2")
    )
    out = io.BytesIO()
    book.save(out)
    assert SAID in read("a.xlsx", out.getvalue())
