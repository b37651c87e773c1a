"""Small things that read as something else where they are dropped: powers, numbers of items, names of cards."""

from __future__ import annotations

import base64
import io
import json
import plistlib
import zipfile

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from rag.documents.document import Document
from rag.documents.formats import format_for, load
from rag.documents.source import Source


def read(name: str, data: bytes | str) -> Document:
    raw = data.encode() if isinstance(data, str) else data
    format = format_for(name, raw[:1024])
    assert format
    return load(Source(name, raw), format)


def test_a_power_is_not_read_as_digits_of_its_number() -> None:
    page = "<p>About 10<sup>6</sup> cells in 3 m<sup>2</sup>, 5<sup>-3</sup>, the 1<sup>st</sup> and 2<sup>nd</sup> day.</p>"
    assert "About 10^6 cells in 3 m2, 5^-3, the 1st and 2nd day." in read("a.html", page).text
    document = docx.Document()
    paragraph = document.add_paragraph("About 10")
    paragraph.add_run("6").font.superscript = True
    paragraph.add_run(" cells in 3 m")
    paragraph.add_run("2").font.superscript = True
    out = io.BytesIO()
    document.save(out)
    assert "About 10^6 cells in 3 m2" in read("a.docx", out.getvalue()).text


def test_an_item_keeps_the_number_that_it_is_given() -> None:
    page = "<ol><li>One</li><li value=5>Five</li><li>Six</li></ol>"
    assert read("a.html", page).text == "1. One\n5. Five\n6. Six"


def test_a_card_is_read_in_its_own_encoding() -> None:
    card = "BEGIN:VCARD\nFN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:J=FCrgen M=FCller\nTEL:1\nEND:VCARD\n"
    assert "Jürgen Müller" in read("a.vcf", card).text
    assert (
        "Köln"
        in read(
            "a.vcf",
            card.replace("J=FCrgen", "K=C3=B6ln")
            .replace("CHARSET=ISO-8859-1;", "")
            .replace(" M=FCller", ""),
        ).text
    )


def test_what_stands_in_directives_of_others_is_read() -> None:
    page = (
        "Title\n=====\n\n.. versionadded:: 2.0\n   The key *opens* both doors.\n\n.. tab-set::\n\n   .. tab-item:: Linux\n"
        "      :sync: a\n\n      Press the red button.\n\n.. toctree::\n\n   intro\n"
    )
    text = read("a.rst", page).text
    for said in ("2.0", "The key opens both doors.", "Linux", "Press the red button."):
        assert said in text
    assert "intro" not in text and ":sync:" not in text


def test_items_of_textile_count_by_themselves() -> None:
    assert "1. c\n2. d" in read("a.textile", "* a\n** b\n# c\n# d\n").text


def test_a_chapter_that_is_named_by_a_place_in_its_file() -> None:
    items = {"a": "a.html", "b": "b.html#top", "c": "b.html#prices", "d": "gone.html"}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        rows = "".join(f'<item id="{key}" href="{href}"/>' for key, href in items.items())
        spine = "".join(f'<itemref idref="{key}"/>' for key in items)
        archive.writestr(
            "META-INF/container.xml",
            '<container><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>',
        )
        archive.writestr(
            "book.opf", f"<package><manifest>{rows}</manifest><spine>{spine}</spine></package>"
        )
        archive.writestr("a.html", "<h1>Hours</h1><p>Nine to five.</p>")
        archive.writestr("b.html", "<h1 id='top'>Prices</h1><p id='prices'>Seven euro.</p>")
    document = read("a.epub", out.getvalue())
    assert document.text == "Hours\n\nNine to five.\n\nPrices\n\nSeven euro."
    assert document.notes == ("1 of its chapters is missing from the file",)


def test_files_in_xml_are_read_as_what_they_are() -> None:
    def bill(kind: str, name: str, data: bytes) -> Document:
        coded = base64.b64encode(data).decode()
        lines = "\n".join(coded[i : i + 70] for i in range(0, len(coded), 70))
        return read(
            "a.xml",
            f'<Invoice><ID>R-17</ID><Attachment><Binary mimeCode="{kind}" filename="{name}">{lines}</Binary></Attachment>'
            f"<Signature><SignatureValue>{lines}</SignatureValue></Signature><Total>120.00</Total></Invoice>",
        )

    table = b"Article,Price EUR\n" + b"".join(b"Kettle %d,%d.50\n" % (n, n) for n in range(10, 30))
    read_ = bill("text/csv", "prices.csv", table)
    assert "Article: Kettle 17 | Price EUR: 17.50" in read_.text
    assert "Total: 120.00" in read_.text and not read_.notes
    unread = bill("application/zip", "plan.mp3", bytes(range(256)))
    assert len(unread.notes) == 1 and "plan.mp3" in unread.notes[0] and len(unread.text) < 150
    words = "Averylongwordwithoutablank1" * 3
    assert words in read("a.xml", f"<a><b>{words}</b></a>").text


def test_contents_in_a_frame_are_left_out() -> None:
    document = docx.Document()
    document.add_paragraph("Complaint")
    frame = OxmlElement("w:sdt")
    frame.append(OxmlElement("w:sdtPr"))
    frame[0].append(OxmlElement("w:docPartObj"))
    gallery = OxmlElement("w:docPartGallery")
    gallery.set(qn("w:val"), "Table of Contents")
    frame[0][0].append(gallery)
    frame.append(OxmlElement("w:sdtContent"))
    document.element.body.insert(1, frame)
    for text in ("The facts\t1", "Not a heading\t2"):
        frame[1].append(document.add_paragraph(text)._p)
    document.add_heading("The facts", 1)
    document.add_paragraph("The barn burned.")
    out = io.BytesIO()
    document.save(out)
    assert (
        read("a.docx", out.getvalue()).text
        == "Complaint\n\nNot a heading\t2\n\nThe facts\n\nThe barn burned."
    )


def test_a_reference_to_a_page_is_no_entry_of_the_contents() -> None:
    document = docx.Document()
    document.add_heading("The facts", 1)
    paragraph = document.add_paragraph("On page 3, see ")
    instruction = OxmlElement("w:instrText")
    instruction.text = " PAGEREF _x1 "
    paragraph.add_run()._r.append(instruction)
    paragraph.add_run("The facts")
    out = io.BytesIO()
    document.save(out)
    assert "On page 3, see The facts" in read("a.docx", out.getvalue()).text


def test_files_in_values_are_told() -> None:
    coded = base64.b64encode(bytes(range(256))).decode()
    for name, data in (
        ("a.json", json.dumps({"name": "Ann", "photos": [coded, coded]})),
        ("a.plist", plistlib.dumps({"name": "Ann", "photos": [bytes(300), bytes(300)]})),
    ):
        document = read(name, data)
        assert document.text == "name: Ann\nphotos: [a file in letters], [a file in letters]"
        assert document.notes == ("2 files in letters (base64) not read",)


def test_many_raised_digits_are_all_read() -> None:
    raised = "x10<sup>6</sup>" * 20_000
    page = f"<article><p>{raised}</p></article>"
    assert read("a.xml", page).text.count("10^6") == 20_000
