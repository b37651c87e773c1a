"""Small things that read as something else where they are dropped: powers, numbers of items, names of cards."""

from __future__ import annotations

import io

import docx

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
