"""Formats beside Office, PDF and HTML: each with a small file of its own; and what a file is by its content."""

from __future__ import annotations

import gzip
import io
import json
import struct
import tarfile
import zipfile

import docx
import pytest

from rag.documents.document import Document
from rag.documents.formats import format_for, load
from rag.documents.letters import write_letter
from rag.documents.loaders.legacy.deck import _deck
from rag.documents.loaders.legacy.pieces import pieces, visible
from rag.documents.loaders.outlook import _letter, unpacked
from rag.documents.source import Source
from rag.errors import LoadError


def read(name: str, data: bytes | str) -> Document:
    data = data.encode() if isinstance(data, str) else data
    format = format_for(name, data[:1024])
    assert format, name
    return load(Source(name, data), format)


def zipped(files: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


OFFICE = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'
)


def opendocument(kind: str, body: str, styles: str = "") -> bytes:
    mime = f"application/vnd.oasis.opendocument.{kind}"
    content = (
        f"<office:document-content {OFFICE}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    return zipped({"mimetype": mime, "content.xml": content})


def test_opendocument_text() -> None:
    styles = (
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" '
        'style:num-suffix="."/></text:list-style><style:style style:name="H"><style:text-properties text:display="none"/></style:style>'
    )
    body = (
        '<text:h text:outline-level="1">Rules</text:h><text:p>Hedges<text:s/>are low.'
        "<text:note><text:note-body><text:p>Since 2020.</text:p></text:note-body></text:note>"
        '<text:span text:style-name="H">hidden</text:span></text:p>'
        '<text:list text:style-name="L"><text:list-item><text:p>first</text:p></text:list-item>'
        "<text:list-item><text:p>second</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>Crop</text:p></table:table-cell><table:table-cell>"
        "<text:p>Bed</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>Leek</text:p>"
        "</table:table-cell><table:table-cell><text:p>3</text:p></table:table-cell></table:table-row></table:table>"
        "<text:p><draw:frame><draw:text-box><text:p>In a box.</text:p></draw:text-box></draw:frame></text:p>"
        "<text:p><office:annotation><dc:creator>Ann</dc:creator><text:p>Check this.</text:p></office:annotation></text:p>"
    )
    document = read("a.odt", opendocument("text", body, styles))
    assert document.text == (
        "Rules\n\nHedges are low.\n\nFootnote: Since 2020.\n\n1. first\n2. second\n\nCrop | Bed\nLeek | 3"
        "\n\nIn a box.\n\n[Comment by Ann: Check this.]"
    )
    assert document.notes == ("1 piece of hidden text is left out",)


def test_opendocument_sheets_and_slides() -> None:
    def cell(text: str, more: str = "") -> str:
        return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"

    body = (
        '<table:table table:name="Plots"><table:table-row>' + cell("Plot") + cell("Rent")
        + "</table:table-row><table:table-row>" + cell("7") + cell("88 euros")
        + '</table:table-row><table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row></table:table>'
    )  # fmt: skip
    assert "Plot: 7 | Rent: 88 euros" in read("a.ods", opendocument("spreadsheet", body)).text
    slides = (
        '<draw:page><draw:frame presentation:class="title"><draw:text-box><text:p>Harvest</text:p></draw:text-box></draw:frame>'
        "<draw:frame><draw:text-box><text:p>On 20 September.</text:p></draw:text-box></draw:frame><presentation:notes><draw:frame>"
        "<draw:text-box><text:p>Bring baskets.</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>"
    )
    document = read("a.odp", opendocument("presentation", slides))
    assert document.text == "Harvest\n\nOn 20 September.\n\nNotes: Bring baskets."
    assert document.page_kind == "slide"


def test_rich_text() -> None:
    rtf = (
        r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}{\f1\fcharset204 T;}}{\info{\title Water}{\author Ann}}"
        r"\pard\outlinelevel0 Rules\par\pard Schl\'fcssel {\footnote Since 2020.}\u8364? 5 {\v hidden}{\f1 \'c4\'e0}\par"
        r"{\field{\*\fldinst HYPERLINK "
        '"https://example.org/x"'
        r"}{\fldrslt here}}\par"
        r"\trowd\intbl Crop\cell Bed\cell\row\trowd\intbl Leek\cell 3\cell\row\pard End.\par}"
    )
    document = read("a.rtf", rtf)
    assert document.text == (
        "Rules\n\nSchlüssel € 5 Да\n\nFootnote: Since 2020.\n\nhere (https://example.org/x)\n\nCrop | Bed\nLeek | 3\n\nEnd."
    )
    assert document.title == "Water" and document.notes == (
        "1 piece of hidden or deleted text is left out",
    )


@pytest.mark.parametrize(
    ("name", "data", "texts"),
    [
        ("a.adoc", "= Manual\n:v: 2\n\n== Pump {v}\n\nPrime *two* litres.footnote:[Cold water.]\n\n* a\n** b\n. c\n\n|===\n|Crop |Bed\n\n|Leek |3\n|===\n\n----\ncode  here\n----\n// no\n", ["Manual\n\nPump 2\n\nPrime two litres. (Cold water.)", "- a\n  - b", "1. c", "Crop | Bed\nLeek | 3", "code  here"]),
        ("a.org", "#+TITLE: T\n* Meeting\n  On *4 June* at [[https://x.org][the hall]].\n- a\n  - b\n| Crop | Bed |\n|------+-----|\n| Leek | 3 |\n", ["Meeting\n\nOn 4 June at the hall (https://x.org).", "- a\n  - b", "Crop | Bed\nLeek | 3"]),
        ("a.textile", 'h1. Mulch\n\nOn "Mondays":https://x.org *only*.\n\n* a\n** b\n\n|_. Crop |_. Bed |\n|Leek|3|\n', ["Mulch\n\nOn Mondays (https://x.org) only.", "- a\n  - b", "Crop | Bed\nLeek | 3"]),
        ("a.tex", "\\documentclass{x}\\title{Yields}\\begin{document}\\maketitle\\section{Sum}% no\nIt was \\textbf{41}\\,kg~net\\footnote{Dry.} at $5 x^2$.\n\\begin{itemize}\\item a\\item b\\end{itemize}\\begin{tabular}{ll}Crop & Bed\\\\\\hline Leek & 3\\\\\\end{tabular}\\begin{equation}a=\\frac{1}{2}\\end{equation}M\\\"uller\\end{document}", ["Yields\n\nSum\n\nIt was 41 kg net at 5 x^2.\n\nFootnote: Dry.", "- a\n- b", "Crop | Bed\nLeek | 3", "a=\\frac{1}{2}", "Müller"]),
        ("a.xml", '<?xml version="1.0"?><plants><plant name="Leek"><spacing unit="cm">15</spacing></plant></plants>', ["plant name: Leek", "spacing (unit cm): 15"]),
        ("a.nxml", '<!DOCTYPE article PUBLIC "-//NLM//DTD JATS//EN" "JATS.dtd"><article><body><p>5&nbsp;mg &alpha;-blocker</p></body></article>', ["5 mg α-blocker"]),
        ("a.nxml", "<article><front><article-meta><title-group><article-title>On leeks</article-title></title-group></article-meta></front><body><sec><title>Methods</title><p>We <italic>dug</italic> for H<sub>2</sub>O.</p><table-wrap><label>Table 1</label><caption><p>Beds</p></caption><table><thead><tr><th>Crop</th><th>Bed</th></tr></thead><tbody><tr><td>Leek</td><td>3</td></tr></tbody></table></table-wrap></sec></body></article>", ["On leeks", "Methods\n\nWe dug for H2O.", "Table 1 Beds", "Crop | Bed\nLeek | 3"]),
        ("a.srt", "1\n00:00:01,000 --> 00:00:04,000\n<i>Rest</i> for\n\n2\n00:00:04,500 --> 00:00:06,000\nnine months.\n\n3\n00:02:00,000 --> 00:02:01,000\nTurn it.\n", ["Rest for nine months.\n\nTurn it."]),
        ("a.vtt", "WEBVTT\n\nNOTE x\n\n00:01.000 --> 00:04.000\n<v Ann>Hello.\n", ["Ann: Hello."]),
        ("a.ics", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Pruning\r\nDTSTART;TZID=Europe/Oslo:20260312T180000\r\nDESCRIPTION:Bring\\, please\\, a\r\n  saw\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", ["Pruning\n\nStart: 2026-03-12 18:00 (Europe/Oslo)\nDescription: Bring, please, a saw"]),
        ("a.vcf", "BEGIN:VCARD\nFN:Water board\nTEL;TYPE=WORK:0123 456\nADR:;;Main St 1;Ulm;;;\nEND:VCARD\n", ["Water board\n\nPhone (work): 0123 456\nAddress: Main St 1, Ulm"]),
        ("a.mhtml", 'From: x\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b\nContent-Type: text/html\n\n<p>Slugs hate copper.</p>\n--b--\n', ["Slugs hate copper."]),
        ("a.mbox", "From a@x Thu\nFrom: a@x\nSubject: One\n\nFirst.\n\nFrom b@x Thu\nFrom: b@x\nSubject: Two\n\n>From me.\n", ["One", "First.", "Two", "From me."]),
        ("a.json5", "{a: 1, // no\n 'b': [2,],}", ["a: 1\nb: 2"]),
        ("a.jsonl", '{"a": "x\u2028y"}\nbroken\n{"a": "z"}\n', ["x\ny", "a: z"]),
        ("README", "The key hangs in the shed.", ["The key hangs in the shed."]),
        ("x.dart", "void main(){}", ["void main(){}"]),
    ],
)  # fmt: skip
def test_plain_formats(name: str, data: str, texts: list[str]) -> None:
    text = read(name, data).text
    for one in texts:
        assert one in text


def test_a_broken_line_is_told_and_times_are_places() -> None:
    assert "line 2 is not valid JSON" in read("a.jsonl", '{"a": 1}\n{\n{"a": 2}\n').notes[0]
    document = read("a.srt", "1\n00:01:05,000 --> 00:01:06,000\nHi.\n")
    assert document.page_kind == "part" and document.pages[0].label == "00:01:05"


def test_notebooks() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Soil\n", "It has pH 6.4."]},
        {"cell_type": "code", "source": "print(6.4)", "outputs": [{"output_type": "stream", "text": ["6.4\n"]}]},
    ]  # fmt: skip
    document = read("a.ipynb", json.dumps({"cells": cells, "nbformat": 4}))
    assert document.text == "Soil\n\nIt has pH 6.4.\n\nprint(6.4)\n\n6.4"


def test_archives_are_read_member_by_member_and_what_is_not_is_told() -> None:
    files: dict[str, bytes | str] = {
        "a.txt": "Locked at dusk.",
        "b/c.md": "# Hut",
        "d.exe": "MZ",
        ".x/e.txt": "no",
    }
    document = read("a.zip", zipped(files))
    assert document.text == "a.txt\n\nLocked at dusk.\n\nb/c.md\n\nHut"
    assert document.notes == ("d.exe is not read: no loader for .exe",)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        info = tarfile.TarInfo("n.txt")
        info.size = 3
        tar.addfile(info, io.BytesIO(b"tar"))
    assert "tar" in read("a.tgz", out.getvalue()).text
    assert "plain" in read("a.txt.gz", gzip.compress(b"plain")).text
    nested = zipped({"e.txt": "deep"})
    for _ in range(6):
        nested = zipped({"n.zip": nested})
    with pytest.raises(LoadError, match="files deep"):
        read("a.zip", nested)
    with pytest.raises(LoadError, match="zip bomb"):
        read("a.gz", gzip.compress(b"0" * 300_000_000))


def mail(*parts: str, kind: str = "mixed") -> str:
    head = f'From: a@x.org\nSubject: Plan\nMIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary="b"\n\n'
    return head + "".join(f"--b\n{part}\n" for part in parts) + "--b--\n"


def test_mail_with_what_it_brings_along() -> None:
    document = read(
        "a.eml",
        mail(
            "Content-Type: text/plain\n\nSee the table.",
            'Content-Type: text/csv\nContent-Disposition: attachment; filename="t.csv"\n\nCrop,Bed\nLeek,3',
            "Content-Type: message/rfc822\n\nFrom: b@x.org\nSubject: Old plan\n\nDig in May.",
            'Content-Type: image/png\nContent-ID: <l>\nContent-Disposition: inline; filename="logo.png"\n\nx',
            'Content-Type: application/x\nContent-Disposition: attachment; filename="a.exe"\n\nMZ',
        ),
    )
    for part in (
        "See the table.",
        "Attachment: t.csv\n\nCrop: Leek | Bed: 3",
        "Old plan",
        "Dig in May.",
    ):
        assert part in document.text
    assert document.notes == (
        "attachment a.exe is not read: no loader for .exe",
        "1 picture not read: it is no picture, or damaged",
    )


def test_a_stub_beside_html_is_not_the_message() -> None:
    stub = "Content-Type: text/plain\n\nThis message needs an HTML viewer."
    page = f"Content-Type: text/html\n\n<p>{'The fee is 9 euros. ' * 5}</p>"
    text = read("a.eml", mail(stub, page, kind="alternative")).text
    assert "The fee is 9 euros." in text and "viewer" not in text


def test_compressed_rich_text_of_outlook() -> None:
    # The example of [MS-OXRTFCP] 3.2.1.
    data = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af86805"
        "6c6c6f2020776f72646c640a807d000a8000"
    )
    assert unpacked(data)[:10] == b"{\\rtf1\\ans"
    assert unpacked(struct.pack("<IIII", 20, 4, 0x414C454D, 0) + b"text") == b"text"
    assert unpacked(b"") == b""


def record(kind: int, body: bytes, version: int = 0) -> bytes:
    return struct.pack("<HHI", version, kind, len(body)) + body


def test_slides_of_the_old_format() -> None:
    listed = record(1011, struct.pack("<IIIII", 1, 0, 1, 256, 0)) + record(
        4000, "Shifts".encode("utf-16-le")
    )
    shape = record(
        1006, record(4008, b"Shifts") + record(4008, b"14:00") + record(4008, b"14:00"), 15
    )
    notes = record(1008, record(1009, struct.pack("<II", 256, 0)) + record(4008, b"Say it."), 15)
    master = record(1016, record(4008, b"Click to edit"), 15)
    deck = _deck(record(1000, master + record(4080, listed, 15), 15) + shape + notes)
    assert (deck.outline, deck.shapes) == ([["Shifts"]], [["Shifts", "14:00", "14:00"]])
    assert deck.notes == {256: ["Say it."]} and deck.identifiers == [256]
    for cut in range(0, 150, 7):
        _deck((record(1000, listed, 15) + shape)[:cut])


def test_fields_of_the_old_word_format_show_their_result() -> None:
    text = '\x13 HYPERLINK "https://x.org" \x14here\x15 and \x13 PAGE \x15on\x01'
    assert visible(text) == "here (https://x.org) and on"
    table = b"\x02" + struct.pack("<I", 28) + struct.pack("<3I", 0, 3, 5)
    table += struct.pack("<HIH", 0, 0x40000000, 0) + struct.pack("<HIH", 0, 4, 0)
    found = pieces(table, b"abc\0" + "öl".encode("utf-16-le"))
    assert [(one.start, one.place, one.text) for one in found] == [(0, 0, "abc"), (3, 4, "öl")]


class Compound:
    """What olefile gives of a message: its streams by their paths."""

    def __init__(self, streams: dict[str, bytes]) -> None:
        self.streams = streams

    def exists(self, path: list[str]) -> bool:
        return "/".join(path) in self.streams

    def openstream(self, path: list[str]) -> io.BytesIO:
        return io.BytesIO(self.streams["/".join(path)])

    def listdir(self) -> list[list[str]]:
        return [name.split("/") for name in self.streams]


def test_messages_of_outlook_with_their_attachments() -> None:
    def text(tag: str, value: str, within: str = "") -> dict[str, bytes]:
        return {f"{within}__substg1.0_{tag}001F": value.encode("utf-16-le")}

    attached, inside = "__attach_version1.0_#00000000/", "__attach_version1.0_#00000001/"
    letter = f"{inside}__substg1.0_3701000D/"
    streams = {
        **text("0037", "Plan"), **text("0C1A", "Ann"), **text("5D01", "ann@x.org"), **text("0E04", "Bo"),
        **text("1000", "Dig in May."), **text("3707", "t.csv", attached),
        f"{attached}__substg1.0_37010102": b"Crop,Bed\nLeek,3",
        **text("0037", "Old plan", letter), **text("1000", "Dig in June.", letter),
        f"{letter}__properties_version1.0": b"\0" * 24,
        "__properties_version1.0": b"\0" * 32
        + struct.pack("<IIQ", 0x00390040, 0, 134_179_308_000_000_000),
    }  # fmt: skip
    source = Source("a.msg", b"x")
    found = _letter(Compound(streams), [], 0, source)
    document = write_letter(found, source, "msg")
    for part in ("Plan\n\nFrom: Ann <ann@x.org>\nTo: Bo\nDate: ", "Dig in May.", "Crop: Leek | Bed: 3", "Old plan\n\nDig in June."):  # fmt: skip
        assert part in document.text
    assert document.date.startswith("2026-")


def test_content_outweighs_a_wrong_suffix() -> None:
    word = docx.Document()
    word.add_paragraph("Raised at eight.")
    out = io.BytesIO()
    word.save(out)
    for name in ("a.txt", "a.doc", "a.csv", "a", "a.xlsx", "a.zip2"):
        assert read(name, out.getvalue()).text == "Raised at eight."
    assert read("a.txt", "<!doctype html><h1>Pier</h1>").headings
    assert "Pier" in read("a.doc", r"{\rtf1 Pier\par}").text
    assert "Hi" in read("note", "From: a@x\nTo: b@x\nSubject: Hi\n\nText\n").text


def test_files_that_are_no_documents_are_skipped_and_old_ones_told() -> None:
    assert format_for("a.mp4") is None and format_for("a.exe") is None
    for name in ("a.doc", "a.ppt", "a.msg", "a.xls"):
        with pytest.raises(LoadError, match="old binary Office format"):
            read(name, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
