"""Texts that stood in a file and were not read: a test a kind, small."""

from __future__ import annotations

import base64
import json
from email.message import EmailMessage

import pytest

from rag.documents.document import Document
from rag.documents.encoding import decoded
from rag.documents.formats import format_for, load
from rag.documents.office.drawings import Line, marks
from rag.documents.rich_text import wrapped_html
from rag.documents.source import Source
from rag.errors import LoadError


def read(name: str, data: bytes | str) -> Document:
    data = data.encode() if isinstance(data, str) else data
    format = format_for(name, data)
    assert format is not None
    return load(Source(name, data), format)


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ('<p>A</p><iframe srcdoc="&lt;p&gt;Ring twice&lt;/p&gt;"></iframe><p>B</p>', "A\n\nRing twice\n\nB"),
        (
            '<x-y><template shadowrootmode="open"><p>Card</p><slot></slot><p>End</p></template>'
            "<p>Light</p></x-y>",
            "Card\n\nLight\n\nEnd",
        ),
        ("<template><p>never</p></template><p>A</p>", "A"),
        (
            "<table><tfoot><tr><td>Sum</td><td>3</td></tr></tfoot><tbody><tr><td>One</td>"
            "<td>3</td></tr></tbody></table>",
            "One | 3\nSum | 3",
        ),
        (
            "<p><ruby>東<rp>(</rp><rt>とう</rt><rp>)</rp>京<rt>きょう</rt></ruby>都へ行く</p>",
            "東京都へ行く\n\nReadings: 東京 (とうきょう)",
        ),
        (
            "<style>#m{display:none}#t:checked ~ #m{display:block}.old{display:none}</style>"
            '<input type="checkbox" id="t"><div id="m"><p>Bring a passport</p></div>'
            '<p class="old">Gone</p>',
            "[ ]\n\nBring a passport",
        ),
    ],
)  # fmt: skip
def test_what_a_browser_shows_elsewhere_than_it_stands(markup: str, shown: str) -> None:
    assert read("a.html", f"<html><body>{markup}</body></html>").text == shown


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ('<ol type="a"><li>x<li>y</ol>', "a. x\nb. y"),
        ('<ol reversed><li>x<li>y<ol style="list-style-type: lower-roman"><li>z</ol></ol>', "2. x\n1. y\n  i. z"),
        ('<ol start="7"><li>x<li value="15">y<li>z</ol>', "7. x\n15. y\n16. z"),
        (
            "<table><tr><td>1</td><td>2</td></tr>The master is away.<tr><td>3</td><td>4</td></tr></table>",
            "1 | 2\nThe master is away.\n3 | 4",
        ),
        ('<p>A</p><map name="m"><area alt="Kiln hall"></map>', "A\n\n[Kiln hall]"),
    ],
)  # fmt: skip
def test_lists_and_tables_as_they_are_shown(markup: str, shown: str) -> None:
    assert read("a.html", f"<html><body>{markup}</body></html>").text == shown


def test_frames_in_frames_end() -> None:
    inner = "<p>deep</p>"
    for _ in range(8):
        escaped = inner.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
        inner = f'<p>x</p><iframe srcdoc="{escaped}"></iframe>'
    assert read("a.html", inner).text.count("x") == 5


def test_a_saved_page_has_its_frames() -> None:
    parts = "\r\n".join(
        f"--b\r\nContent-Type: text/html\r\nContent-ID: <{name}>\r\n\r\n{html}"
        for name, html in (
            ("one", '<p>Top</p><iframe src="cid:two"></iframe>'),
            ("two", "<p>Crane</p>"),
        )
    )
    page = f'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n{parts}\r\n--b--\r\n'
    assert read("a.mhtml", page).text == "Top\n\nCrane"


def test_powers_in_rtf_are_no_digits() -> None:
    text = r"{\rtf1 some 10{\super 6} cells, 3 m\super 2\nosupersub , 10{\super -3} and the 5{\super th}.}"
    assert read("a.rtf", text).text == "some 10^6 cells, 3 m2, 10^-3 and the 5th."


def test_html_inside_rtf_is_taken_out_in_its_letters() -> None:
    rtf = (
        rb"{\rtf1\ansi\ansicpg1253\fromhtml1 {\fonttbl{\f0\fcharset161 Arial;}}"
        rb"{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 \'ca\'eb\'e5\'e9\'e4\'df\htmlrtf\par}\htmlrtf0 {\*\htmltag72 </p>}"
        rb"{\*\htmltag84 &lt;}\u8364?\htmlrtf hidden\htmlrtf0  end}"
    )
    assert wrapped_html(rtf) == "<p>Κλειδί</p>&lt;€ end"


def test_flowed_lines_are_one_paragraph() -> None:
    mail = EmailMessage()
    mail["Subject"] = "Ferry"
    mail.set_content("The ticket has to be shown toge \nther with the pass.\n-- \nBo \nLund\n")
    mail.set_param("format", "flowed")
    mail.set_param("delsp", "yes")
    text = read("a.eml", mail.as_bytes()).text
    assert "shown together with the pass.\n" in text and "BoLund" in text


def test_a_plain_part_that_says_something_else_is_a_stub() -> None:
    mail = EmailMessage()
    mail["Subject"] = "Invitation"
    mail.set_content("Your mail program cannot show this invitation.")
    mail.add_alternative("<p>Turbine 2 stands still from 22 June.</p>", subtype="html")
    text = read("a.eml", mail.as_bytes()).text
    assert "22 June" in text and "cannot show" not in text


def test_messages_packed_whole_and_names_of_encodings() -> None:
    inner = b"Subject: Overhaul\r\nFrom: a@b.c\r\n\r\nIt takes nine days.\r\n"
    word = base64.b64encode("שעות הגן".encode("iso8859_8"))
    mail = (
        b"From: a@b.c\r\nSubject: =?iso-8859-8-i?B?" + word + b"?=\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: message/rfc822\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(inner) + b"\r\n--x--\r\n"
    )
    text = read("a.eml", mail).text
    assert "שעות הגן" in text and "Overhaul" in text and "It takes nine days." in text


def test_groups_of_cards_and_folds_inside_letters() -> None:
    card = "BEGIN:VCARD\r\nFN:Una\r\nitem1.TEL:800\r\nitem1.X-ABLabel:Night line\r\nNOTE:Åsgård\r\nEND:VCARD\r\n"
    folded = card.encode().replace("å".encode(), b"\xc3\r\n \xa5")
    assert read("a.vcf", folded).text == "Una\n\nPhone (Night line): 800\nNote: Åsgård"


def test_properties_in_org_are_read() -> None:
    text = "* Pump\n:PROPERTIES:\n:ID: 77\n:Contractor: Brunnborr AS\n:END:\nIt hangs.\n"
    assert read("a.org", text).text == "Pump\n\nContractor: Brunnborr AS\n\nIt hangs."


def test_cards_after_a_photo_and_cut_short_are_read() -> None:
    card = "BEGIN:VCARD\r\nVERSION:2.1\r\nFN;ENCODING=QUOTED-PRINTABLE:=C3=85sa=\r\n Holm\r\nPHOTO:AAA=\r\nEND:VCARD\r\n"
    more = "BEGIN:VCARD\r\nFN:Ines\r\nNOTE:Ring\r\n  twice\r\n"
    text = read("a.vcf", card + more).text
    assert text == "ÅsaHolm\n\nInes\n\nNote: Ring twice"


def test_escapes_in_properties_are_letters() -> None:
    assert read("a.properties", "auf=T\\u00fcr \\\\u00fc\n").text == "auf=Tür \\\\u00fc"


def test_lines_of_two_encodings_are_each_read() -> None:
    lines = [
        "backup of Verträge done".encode(),
        "backup of Gebühren failed: disk Süd".encode("cp1252"),
        "mail to Jörg Weiß".encode(),
    ]
    found = decoded(b"\n".join(lines))
    assert "Verträge" in found.text and "Gebühren" in found.text and "Weiß" in found.text
    assert "1 line is not UTF-8" in found.note and "line 2" in found.note
    chinese = "货物在仓库里，车停在码头后面。\n" * 3
    assert decoded(chinese.encode("gb18030")).text == chinese


def test_noughts_and_stray_bytes_in_utf8() -> None:
    assert decoded("Der Schlüssel hängt\0 im Büro.".encode()).text == "Der Schlüssel hängt im Büro."
    with pytest.raises(LoadError):
        decoded(b"ab\0\0\0\0cd")
    rows = (
        "Art;Ort\nSmørsopp;Ørsta\nPiggsopp;Førde\n".encode()
        + b"Ros\xe9;Caf\xe9 L\xc3\xa6r;21 \xc2\xb0C\n"
    )
    found = decoded(rows)
    assert "Smørsopp" in found.text and "Lær;21 °C" in found.text and "2 bytes" in found.note


def test_office_xml_of_2003() -> None:
    word = (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument '
        'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" xmlns:wx="u" xmlns:aml="a"><w:styles>'
        '<w:style w:styleId="b1"><w:name w:val="heading 1"/></w:style></w:styles><w:body><wx:sect>'
        '<w:p><w:pPr><w:pStyle w:val="b1"/></w:pPr><w:r><w:t>Fridge</w:t></w:r></w:p>'
        "<w:p><w:r><w:t>It has 11 </w:t></w:r><w:r><w:t>degrees</w:t></w:r>"
        '<aml:annotation w:type="Word.Deletion"><w:r><w:delText>12</w:delText></w:r></aml:annotation></w:p>'
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Seal</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>new</w:t></w:r></w:p>"
        "</w:tc></w:tr></w:tbl></wx:sect></w:body></w:wordDocument>"
    )
    document = read("a.doc", word)
    assert document.text == "Fridge\n\nIt has 11 degrees\n\nSeal | new"
    assert document.headings[0].title == "Fridge" and document.notes == ("1 deletion is left out",)
    sheet = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="p"><NumberFormat '
        'ss:Format="Percent"/></Style></Styles><Worksheet ss:Name="Waste"><Table><Row ss:Index="3"><Cell>'
        '<Data ss:Type="String">Bin</Data></Cell><Cell ss:Index="3"><Data ss:Type="String">Share</Data></Cell>'
        '</Row><Row><Cell><Data ss:Type="String">Glass</Data></Cell><Cell ss:Index="3" ss:StyleID="p">'
        '<Data ss:Type="Number">0.25</Data></Cell></Row></Table></Worksheet></Workbook>'
    )
    for name in ("a.xls", "a.xml"):
        document = read(name, sheet)
        assert "Bin: Glass | Share: 25.00%" in document.text
        at = document.text.index("Glass")
        assert document.place_at(at, at + 5).cells == "A4:C4"


def test_numbers_of_slides_go_on_below_their_items() -> None:
    five = {"bullet": "#", "kind": "arabicPeriod", "start": 5}
    letter = {"bullet": "#", "kind": "alphaLcParenR"}
    said = [Line("a", 0, **five), Line("b", 0, **five), Line("c", 1, **letter), Line("d", 1, **letter),
            Line("e", 0, **five), Line("f", 0, "-"), Line("g", 0, **five)]  # fmt: skip
    assert list(marks(said)) == ["5. ", "6. ", "a) ", "b) ", "7. ", "- ", "5. "]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{% tab title="Goods lift" %}\nLower it.\n{% endtab %}\n', "Goods lift\n\nLower it."),
        ('{% code title="r.txt" %}\n```\nRESET\n```\n{% endcode %}\n', "r.txt\n\nRESET"),
        ('{% assign x = "no" %}{% if a == "b c" %}Yes.{% endif %}\n', "Yes."),
        ('<Price label="Charge" value="9.75 euros" className="a b" />\n', "Charge 9.75 euros"),
        ("export const fee = '3 euros';\n\nIt costs {fee}, not {other}.\n", "It costs 3 euros, not {other}."),
        ('```{r f, fig.cap="Yield"}\nplot(y)\n```\nEnd.\n', "plot(y)\n\nYield\n\nEnd."),
        ('::: {.callout-note title="Drift"}\nToo high.\n:::\n', "Drift\n\nToo high."),
        ("```{admonition} Keys\n:class: note\nCount them.\n```\n", "Keys\n\nCount them."),
        ('{% assign fee = "40 kroner" %}It is {{ fee }}.\n', "It is 40 kroner."),
        ("---\nsteps: [Go, Come]\n---\n{% for s in page.steps %}\n* {{ s }}\n{% endfor %}\n", "- Go\n- Come"),
        ("+++\n[params]\nbox = '427'\n+++\nRing {{% param \"box\" %}}.\n", "Ring 427."),
        ("{{< note `Kept in safe 2` />}}\n", "Kept in safe 2"),
        ("<C title={<>Use <Code>zero</Code> first</>}>\n\nWait.\n\n</C>\n", "Use zero first\n\nWait."),
        ("---\n**COOP**\nCellar 4\n---\n\nDear all.\n", "COOP Cellar 4\n\nDear all."),
        ("---\ntitle: Foo: bar\nowner: Ann\n---\n\nText.\n", "Foo: bar\n\nText."),
        ("---\ndescription: Bills\n---\n# Title\n\nText.\n", "Title\n\nBills\n\nText."),
    ],
)  # fmt: skip
def test_texts_of_sites_in_tags_and_attributes(text: str, shown: str) -> None:
    assert read("a.md", text).text.strip() == shown


def test_outputs_of_notebooks_in_markdown() -> None:
    output = {
        "output_type": "display_data",
        "data": {"text/markdown": ["Peak: **3 July**"], "text/plain": ["<obj>"]},
    }
    cells = [{"cell_type": "code", "source": "show()", "outputs": [output]}]
    assert read("a.ipynb", json.dumps({"cells": cells})).text == "show()\n\nPeak: 3 July"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"\newcommand{\firm}{Aqua AS}\firm{} is here, \firm.", "Aqua AS is here, Aqua AS."),
        (r"\newcommand{\mg}[1]{#1\,mg/l}\def\up#1{up to #1}\up{\mg{7}}", "up to 7 mg/l"),
        (r"\newcommand{\at}[2][noon]{at #1 in #2}\at{June}, \at[ten]{May}", "at noon in June, at ten in May"),
        (r"\newcommand{\co}{Co\xspace}\co is \co.", "Co is Co."),
        (r"\renewcommand\x{\x y}\providecommand{\z}{Z}A \z.", "A Z."),
    ],
)  # fmt: skip
def test_commands_of_a_latex_file_are_what_they_stand_for(text: str, shown: str) -> None:
    assert read("a.tex", text).text == shown


def test_commands_that_grow_without_end_stop() -> None:
    lines = [r"\newcommand{\a}{xxxxxxxxxx}"]
    names = "abcdefghijk"
    for one, other in zip(names[1:], names, strict=False):
        lines.append(rf"\newcommand{{\{one}}}" + "{" + f"\\{other} " * 10 + "}")
    document = read("a.tex", "\n".join(lines) + "\n\\begin{document}\\k End.\\end{document}")
    assert len(document.text) < 5_000_000 and "End." in document.text


def test_html_in_rich_text_is_read_by_the_loop_that_reads_rich_text() -> None:
    """Bytes as they are, and code pages by other names, went wrong in a loop of their own."""
    data = rb"{\rtf1\pc\fromhtml1 {\*\htmltag64 <p>}\'81ber {\pict\bin6 }}{{\x}Gate 5{\*\htmltag72 </p>}}"
    assert wrapped_html(data) == "<p>über Gate 5</p>"
