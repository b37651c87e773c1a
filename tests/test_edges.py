"""Headers and footers: what they say, and nothing of the numbers of pages, in whichever format."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from rag.documents.edges import without_pages
from rag.documents.formats import format_for, load
from rag.documents.source import Source

NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "text", "style")
)


def word(before: str) -> bytes:
    made = docx.Document()
    line = made.sections[0].header.paragraphs[0]
    line.text = f"{before}Page "
    for between, field in (("", "PAGE"), (" of ", "NUMPAGES")):
        line.add_run(between)
        line._p.append(parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" {field} "/>'))
    made.add_paragraph("Body.")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def opendocument(before: str) -> bytes:
    line = f"{before}Page <text:page-number>1</text:page-number> of <text:page-count>3</text:page-count>"
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {NAMES}><office:body><office:text><text:p>Body.</text:p>"
        "</office:text></office:body></office:document-content>",
        "styles.xml": f"<office:document-styles {NAMES}><office:master-styles><style:master-page><style:header>"
        f"<text:p>{line}</text:p></style:header></style:master-page></office:master-styles></office:document-styles>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return out.getvalue()


def rich_text(before: str) -> bytes:
    def field(name: str, value: int) -> str:
        return rf"{{\field{{\*\fldinst {name}}}{{\fldrslt {value}}}}}"

    line = f"{before}Page {field('PAGE', 1)} of {field('NUMPAGES', 3)}"
    return rf"{{\rtf1{{\header\pard {line}\par}}\pard Body.\par}}".encode()


@pytest.mark.parametrize("make", [word, opendocument, rich_text])
def test_a_header_is_read_without_the_number_of_its_page(make: Callable[[str], bytes]) -> None:
    name = {word: "a.docx", opendocument: "a.odt", rich_text: "a.rtf"}[make]
    format = format_for(name)
    assert format
    said = load(Source(name, make("Policy 12, title page | ")), format).text
    assert "Policy 12, title page" in said and "of" not in said and "| " not in said
    assert load(Source(name, make("")), format).text == "Body."


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Policy 12 | Page 1 of 3", "Policy 12"),
        ("Seite 4 von 9", ""),
        ("- 7 -", ""),
        ("Page 2 | Northwind", "Northwind"),
        ("Details on page 12", "Details on page 12"),
        ("Our title page", "Our title page"),
    ],
)
def test_what_a_line_says_beside_its_page(line: str, said: str) -> None:
    assert without_pages(line) == said
