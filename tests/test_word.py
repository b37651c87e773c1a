"""Word: all that stands in a document is read at its place, or told."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.document import Document as Word
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt

from rag.documents.document import Document
from rag.documents.embedded import _native
from rag.documents.formats import format_for, load
from rag.documents.source import Source

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMES = (
    f'xmlns:w="{MAIN}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"'
)
RUN = "<w:r><w:t>{}</w:t></w:r>"


def xml(body: str) -> object:
    """An element of WordprocessingML; its root takes the namespaces."""
    head, _, rest = body.partition(">")
    closed = head.endswith("/")
    return parse_xml(f"{head.rstrip('/')} {NAMES}{'/' if closed else ''}>{rest}")


def saved(word: Word, parts: dict[str, str] | None = None, relations: str = "") -> bytes:
    """The bytes of a document, with further parts and relations of its main part."""
    out = io.BytesIO()
    word.save(out)
    if not parts:
        return out.getvalue()
    again = io.BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(again, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/_rels/document.xml.rels":
                data = data.replace(b"</Relationships>", relations.encode() + b"</Relationships>")
            if name not in parts:
                new.writestr(name, data)
        for name, text in parts.items():
            new.writestr(name, text)
    return again.getvalue()


def read(data: bytes) -> Document:
    format = format_for("a.docx", data[:1024])
    assert format
    return load(Source("a.docx", data), format)


def text_of(build: Callable[[Word], object]) -> str:
    word = docx.Document()
    build(word)
    return read(saved(word)).text


def paragraph(body: str) -> str:
    """The text of a document of one paragraph with this inside."""

    def build(word: Word) -> None:
        word.add_paragraph()._p.append(xml(f"<w:smartTag>{body}</w:smartTag>"))

    return text_of(build)


def relation(kind: str, part: str) -> str:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return f'<Relationship Id="x{kind}" Type="{base}/{kind}" Target="{part}"/>'


BOX = "<w:txbxContent><w:p>" + RUN.format("door code 7731") + "</w:p></w:txbxContent>"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<w:sdt><w:sdtPr/><w:sdtContent>" + RUN.format("1,450 euros") + "</w:sdtContent></w:sdt>", "1,450 euros"),
        ("<w:ins>" + RUN.format("34 euros") + "</w:ins><w:del><w:r><w:delText>28 euros</w:delText></w:r></w:del>", "34 euros"),
        ("<w:moveTo>" + RUN.format("new") + "</w:moveTo><w:moveFrom>" + RUN.format("old") + "</w:moveFrom>", "new"),
        ('<w:fldSimple w:instr="MERGEFIELD x">' + RUN.format("parts@example.org") + "</w:fldSimple>", "parts@example.org"),
        ("<w:r><w:t>a</w:t><w:noBreakHyphen/><w:t>b</w:t><w:tab/><w:t>c</w:t></w:r>", "a-b\tc"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r>" + RUN.format("open"), "open"),
        ("<w:r><w:rPr><w:strike/></w:rPr><w:t>A1</w:t></w:r>" + RUN.format(" B2"), "[struck out: A1] B2"),
        ("<m:oMath><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b</m:t></m:r></m:den></m:f></m:oMath>", r"\frac{a}{b}"),
        ("<w:r><w:pict><v:shape><v:textbox>" + BOX + "</v:textbox></v:shape></w:pict></w:r>", "door code 7731"),
        (
            "<w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing><wp:anchor><a:graphic><a:graphicData>"
            "<wps:wsp><wps:txbx>" + BOX + "</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>"
            "</mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>" + BOX + "</v:textbox></v:shape></w:pict>"
            "</mc:Fallback></mc:AlternateContent></w:r>",
            "door code 7731",
        ),
        (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK "https://example.org/x" </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + RUN.format("here") + '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
            "here (https://example.org/x)",
        ),
        (
            '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r>'
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>' + RUN.format(" paid"),
            "☒ paid",
        ),
        ("<w:r><w:ruby><w:rt>" + RUN.format("とう") + "</w:rt><w:rubyBase>" + RUN.format("東") + "</w:rubyBase></w:ruby></w:r>", "東\n\nReadings: 東 (とう)"),
    ],
)  # fmt: skip
def test_what_stands_in_a_paragraph(body: str, text: str) -> None:
    assert paragraph(body) == text


def test_deletions_and_hidden_text_are_told() -> None:
    word = docx.Document()
    word.add_paragraph("Kept.")._p.append(
        xml("<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>")
    )
    word.add_paragraph().add_run("hidden").font.hidden = True
    document = read(saved(word))
    assert document.text == "Kept."
    assert "1 deletion of" in " ".join(document.notes) and "hidden" in " ".join(document.notes)


def test_footnotes_endnotes_and_comments_stand_below_their_paragraph() -> None:
    word = docx.Document()
    for kind in ("footnote", "endnote", "comment"):
        word.add_paragraph(f"A {kind}.")._p.append(xml(f'<w:r><w:{kind}Reference w:id="7"/></w:r>'))
    parts = {
        f"word/{kind}s.xml": f'<w:{kind}s {NAMES}><w:{kind} w:id="7" w:author="Ann"><w:p>'
        + RUN.format(f"said in the {kind}")
        + f"</w:p></w:{kind}></w:{kind}s>"
        for kind in ("footnote", "endnote", "comment")
    }
    relations = "".join(
        relation(f"{kind}s", f"{kind}s.xml") for kind in ("footnote", "endnote", "comment")
    )
    text = read(saved(word, parts, relations)).text
    assert text == (
        "A footnote.\n\nFootnote 1: said in the footnote\n\nA endnote.\n\nEndnote 1: said in the endnote"
        "\n\nA comment.\n\n[Comment by Ann: said in the comment]"
    )


def test_headers_and_footers_are_read_once_and_page_numbers_not() -> None:
    word = docx.Document()
    for _ in range(2):
        section = word.add_section()
        section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
        section.header.paragraphs[0].text = "Contract no. 4711"
        section.footer.paragraphs[0].text = "Page 3 of 9"
    word.add_paragraph("Body.")
    assert read(saved(word)).text == "Header: Contract no. 4711\n\nBody."


def test_nothing_is_left_of_the_number_of_a_page_beside_other_words_of_a_header() -> None:
    word = docx.Document()
    line = word.sections[0].header.paragraphs[0]
    line.text = "Fjord Ferries\tDoc. NV-017, title page\tPage "
    for between, field in (("", "PAGE"), (" of ", "NUMPAGES")):
        line.add_run(between)
        simple = parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" {field} "/>')
        line._p.append(simple)
    word.add_paragraph("Body.")
    assert read(saved(word)).text == "Header: Fjord Ferries Doc. NV-017, title page\n\nBody."


def test_lists_are_numbered_as_word_prints_them() -> None:
    levels = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for i, (start, style, text) in enumerate(
            ((1, "decimal", "%1."), (1, "lowerLetter", "%2)"), (4, "upperRoman", "%1.%3"))
        )
    )
    word = docx.Document()
    root = word.part.numbering_part.element
    root.insert(0, xml(f'<w:abstractNum w:abstractNumId="77">{levels}</w:abstractNum>'))
    root.append(xml('<w:num w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for text, level in (("one", 0), ("in one", 1), ("deep", 2), ("two", 0), ("in two", 1)):
        properties = word.add_paragraph(text)._p.get_or_add_pPr()
        properties.append(xml(f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>'))
    assert read(saved(word)).text == "1. one\n  a) in one\n    1.IV deep\n2. two\n  a) in two"


def test_headings_by_outline_level_and_by_styles_that_rest_on_heading_styles() -> None:
    word = docx.Document()
    own = word.styles.add_style("Company", 1)
    own.base_style = word.styles["Heading 2"]
    word.add_paragraph("First", style="Company")
    outlined = word.add_paragraph("Second")
    outlined._p.get_or_add_pPr().append(xml('<w:outlineLvl w:val="0"/>'))
    found = read(saved(word)).headings
    assert [(one.level, one.title) for one in found] == [(2, "First"), (1, "Second")]


def test_a_table_of_contents_is_not_repeated() -> None:
    word = docx.Document()
    word.styles.add_style("toc 1", 1)
    word.add_paragraph("Scope\t3", style="toc 1")
    word.add_heading("Scope", 1)
    assert read(saved(word)).text == "Scope"


def test_rows_in_controls_nested_tables_and_merged_cells_are_read() -> None:
    def build(word: Word) -> None:
        table = word.add_table(rows=2, cols=2)
        table.cell(0, 0).text, table.cell(0, 1).text = "Item", "Deposit"
        table.cell(1, 0).text = "Fees"
        inner = table.cell(1, 1).add_table(rows=1, cols=2)
        inner.cell(0, 0).text, inner.cell(0, 1).text = "Child", "3.10 euros"
        cells = "".join(
            f"<w:tc><w:p>{RUN.format(text)}</w:p></w:tc>" for text in ("Keys", "80 euros")
        )
        table._tbl.append(xml(f"<w:sdt><w:sdtContent><w:tr>{cells}</w:tr></w:sdtContent></w:sdt>"))

    text = text_of(build)
    assert "Keys | 80 euros" in text and "Fees | Child, 3.10 euros" in text


def test_a_table_that_lays_out_a_page_is_read_as_its_blocks() -> None:
    def build(word: Word) -> None:
        cell = word.add_table(rows=1, cols=1).cell(0, 0)
        cell.text = "First."
        cell.add_paragraph("Second.")

    assert text_of(build) == "First.\n\nSecond."


def test_embedded_parts_and_addresses_of_links_are_read() -> None:
    word = docx.Document()
    word.add_paragraph("Before.")
    word.element.body.insert(1, xml('<w:altChunk r:id="xaFChunk"/>'))
    address = word.part.relate_to(
        "https://example.org/catalogue",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
        is_external=True,
    )
    word.add_paragraph()._p.append(
        xml(f'<w:hyperlink r:id="{address}">{RUN.format("the catalogue")}</w:hyperlink>')
    )
    page = "<html><body><p>Emptied every Thursday.</p></body></html>"
    data = saved(word, {"word/chunk.html": page}, relation("aFChunk", "chunk.html"))
    text = read(data).text
    assert "Before.\n\nEmptied every Thursday." in text
    assert "the catalogue (https://example.org/catalogue)" in text


def test_pictures_are_named_by_their_alternative_text_and_told() -> None:
    body = (
        '<w:r><w:drawing><wp:inline><wp:docPr id="1" name="p" descr="Plan of hall 2"/><a:graphic>'
        '<a:graphicData><a:blip r:embed="x"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    )
    word = docx.Document()
    word.add_paragraph("See:")._p.append(xml(f"<w:smartTag>{body}</w:smartTag>"))
    document = read(saved(word))
    assert "[Picture: Plan of hall 2]" in document.text
    assert document.notes == ("1 picture not read: it is not in the file",)


def test_a_damaged_part_is_no_crash_and_the_rest_is_read() -> None:
    word = docx.Document()
    word.add_paragraph("Still here.")
    data = saved(word, {"word/numbering.xml": "<broken", "word/styles.xml": ""})
    assert read(data).text == "Still here."


def test_files_wrapped_into_objects_are_read() -> None:
    """An old workbook in an OLE object, a text in one of Windows' packager, and one of another program."""
    workbook = (Path(__file__).parent / "cases/k2-ods-xls/docs/torvet.xls").read_bytes()
    document = docx.Document()
    document.add_paragraph("The rooms are in the table.")
    part = Part(
        PackURI("/word/embeddings/oleObject1.bin"),
        "application/vnd.openxmlformats-officedocument.oleObject",
        workbook,
        document.part.package,
    )
    document.part.relate_to(part, RT.OLE_OBJECT)
    out = io.BytesIO()
    document.save(out)
    found = load(Source("a.docx", out.getvalue()), format_for("a.docx"))
    assert "Floor: Ground | Room: T11" in found.text
    label = b"notes.txt\0C:\\notes.txt\0"
    native = b"\0\0\0\0\2\0" + label + b"\0\0\3\0" + struct.pack("<I", 4) + b"tmp\0"
    assert _native(native + struct.pack("<I", 5) + b"Ring.") == ("notes.txt", b"Ring.")


def _faked(*, styled: bool = False) -> Document:
    word = docx.Document()
    title = word.add_paragraph().add_run("House rules")
    title.bold, title.font.size = True, Pt(18)
    if styled:
        word.add_heading("Parking", level=1)
    for heading in ("Noise", "Bins"):
        word.add_paragraph().add_run(heading).bold = True
        rule = word.add_paragraph("Quiet is from ten on. ")
        rule.add_run("Please.").bold = True
        word.add_paragraph("All are asked to keep to it.")
    word.add_paragraph().add_run("This is said in bold, and is a sentence.").bold = True
    return read(saved(word))


def test_short_paragraphs_in_bold_are_headings_where_no_style_makes_any() -> None:
    found = [(one.level, one.title) for one in _faked().headings]
    assert found == [(1, "House rules"), (2, "Noise"), (2, "Bins")]
    assert [one.title for one in _faked(styled=True).headings] == ["Parking"]


def test_a_text_that_is_bold_throughout_has_no_headings() -> None:
    word = docx.Document()
    for text in ("Quiet", "From ten on", "Bins", "On Mondays"):
        word.add_paragraph().add_run(text).bold = True
    word.add_paragraph("That is all.")
    assert not read(saved(word)).headings
