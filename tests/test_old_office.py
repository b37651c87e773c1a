"""Word and PowerPoint of before 2007: what paragraphs are, tables, lists, forms, pictures. The files are LibreOffice's, of documents made for this."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest

from rag.documents.document import Document
from rag.documents.formats import format_for, load
from rag.documents.loaders.legacy.properties import sprms
from rag.documents.office.layouts import APART, Joined, Layout, laid_out
from rag.documents.source import Source
from rag.errors import LoadError

FILES = zipfile.ZipFile(Path(__file__).parent / "data/old-office.zip")


def read(name: str, data: bytes) -> Document:
    format = format_for(name)
    assert format
    return load(Source(name, data), format)


def titles(document: Document) -> list[tuple[int, str]]:
    return [(one.level, one.title) for one in document.headings]


@pytest.fixture(scope="module")
def plan() -> Document:
    return read("plan.doc", FILES.read("plan.doc"))


def test_headings_and_lists_of_styles(plan: Document) -> None:
    assert titles(plan) == [(1, "Fire plan"), (1, "On hearing the alarm"), (2, "Equipment")]
    assert "1. Leave by the nearest exit.\n2. Do not use the lift.\n\nEquipment" in plan.text
    assert "- two blankets\n- one axe" in plan.text


def test_cells_over_rows_and_columns(plan: Document) -> None:
    rows = [line for line in plan.text.split("\n") if "Warden:" in line]
    assert rows == [
        "Floor: 1 | Warden: Ana Ruiz by day | Deputy: Bo Lind",
        "Floor: 1 | Warden: Cy Abel | Deputy: Dora Ek | Since: 2019",
        "Floor: 2 | Warden: vacant | Deputy: vacant | Since: 2021",
    ]


def test_what_is_struck_out_hidden_or_a_sign(plan: Document) -> None:
    assert "The fee is [struck out: 30] 40 francs, paid 😀 yearly." in plan.text
    assert "Alarm tested ☑" in plan.text and "3.2 × 10^5 Pa." in plan.text
    assert plan.notes == ("1 piece of hidden or deleted text is left out",)


def test_what_is_filled_into_forms(plan: Document) -> None:
    assert "Newsletter ☒ weekly ☐ never\n\nWard: South" in plan.text


def test_text_in_pictures_stands_where_they_do(plan: Document) -> None:
    assert "Since: 2021\n\nAssembly point: yard C\n\nThe fee" in plan.text


def test_slides_with_tables_and_pictures() -> None:
    deck = read("deck.ppt", FILES.read("deck.ppt"))
    assert titles(deck) == [(2, "Prices 2026"), (2, "Safety"), (2, "End")] and not deck.notes
    assert "Prices 2026\n\nSize | Week | Month\nsmall | 12 | 40\nlarge | 19 | 66\n" in deck.text
    assert "Wear a helmet\n\nAssembly point: yard C\n\nEnd" in deck.text


RULES = [(1, "House rules"), (2, "Noise"), (2, "Bins")]
BODY = "Quiet is from ten on.", "All are asked to keep to it."


def rich_text() -> str:
    said = "".join(
        rf"\pard\plain\fs22\b {title}\b0\par Quiet is from ten on. {{\b Please.}}\par {BODY[1]}\par "
        for title in ("Noise", "Bins")
    )
    return rf"{{\rtf1\ansi{{\fonttbl{{\f0 Arial;}}}}\pard\plain\fs36\b House rules\par {said}That is all.\par}}"


def open_document(*, marked: bool = False) -> str:
    said = "".join(
        f'<text:p><text:span text:style-name="B">{title}</text:span></text:p>'
        f"<text:p>{BODY[0]}</text:p><text:p>{BODY[1]}</text:p>"
        for title in ("Noise", "Bins")
    )
    namespaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{of}:1.0"'
        for name, of in (("office", "office"), ("text", "text"), ("style", "style"), ("fo", "xsl-fo-compatible"))
    )  # fmt: skip
    heading = '<text:h text:outline-level="1">Parking</text:h>' if marked else ""
    return (
        f"<office:document {namespaces}><office:automatic-styles>"
        '<style:style style:name="B" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>'
        '<style:style style:name="A" style:family="paragraph"><style:text-properties fo:font-size="18pt"/></style:style>'
        '<style:style style:name="T" style:family="paragraph" style:parent-style-name="A"/>'
        '</office:automatic-styles><office:body><office:text><text:p text:style-name="T">House rules</text:p>'
        f"{heading}{said}<text:p>That is all.</text:p></office:text></office:body></office:document>"
    )


def test_headings_that_only_look_so_in_each_format() -> None:
    assert titles(read("rules.doc", FILES.read("rules.doc"))) == RULES
    assert titles(read("rules.rtf", rich_text().encode())) == RULES
    assert titles(read("rules.fodt", open_document().encode())) == RULES


def test_looks_make_no_headings_where_some_are_marked() -> None:
    marked = rich_text().replace(r"\pard\plain\fs36", r"\pard\outlinelevel0\plain\fs36")
    assert titles(read("rules.rtf", marked.encode())) == [(1, "House rules")]
    assert titles(read("rules.fodt", open_document(marked=True).encode())) == [(1, "Parking")]


def test_what_rich_text_strikes_out() -> None:
    text = r"{\rtf1\pard Fee {\strike 30 }{\strike francs} 40\par\trowd\cellx1\cellx2\intbl A\cell {\strike B}\cell\row}"
    assert read("fee.rtf", text.encode()).text == (
        "Fee [struck out: 30 francs] 40\n\nA | [struck out: B]"
    )


def test_properties_that_are_cut_off_are_left_out() -> None:
    bold, tabs = b"\x35\x08\x01", b"\x15\xc6\xff\x00"
    assert sprms(bold) == {0x0835: b"\x01"}
    assert sprms(bold + b"\x43\x4a\x16\x00" + tabs + bold) == {0x0835: b"\x01", 0x4A43: b"\x16\x00"}
    assert sprms(b"") == {} and sprms(b"\x35") == {}


def test_rows_whose_edges_differ_are_laid_out_over_the_columns_of_all() -> None:
    rows = [
        (["Week", "Hours"], Layout((0, 100, 300), (Joined(),) * 2)),
        (["1", "day", "night"], Layout((0, 100 + APART // 2, 200, 300), (Joined(),) * 3)),
        (["closed"], Layout((100, 300), (Joined(),))),
        (["loose", "ends", "of", "a row"], Layout((0, 100), (Joined(),))),
    ]
    found = [[(cell.text, cell.columns) for cell in row] for row in laid_out(rows)]
    assert found == [
        [("Week", 1), ("Hours", 2)],
        [("1", 1), ("day", 1), ("night", 1)],
        [("", 1), ("closed", 2)],
        [("loose", 1), ("ends", 1), ("of", 1), ("a row", 1)],
    ]


def test_damaged_files_are_read_or_told() -> None:
    whole, told = FILES.read("plan.doc"), 0
    for seed in range(60):
        chance = random.Random(seed)
        data = bytearray(whole[: chance.randrange(512, len(whole))] if seed % 4 == 0 else whole)
        for _ in range(30):
            data[chance.randrange(512, len(data))] = chance.randrange(256)
        try:
            assert read("plan.doc", bytes(data)).text
        except LoadError as error:
            told += 1
            assert str(error)
    assert 0 < told < 60


def test_what_is_filled_into_forms_of_rich_text() -> None:
    def field(kind: str, said: str) -> str:
        return rf"{{\field{{\*\fldinst {{ {kind} {{\*\formfield{{{said}}}}}}}}}{{\fldrslt }}}}"

    boxes = (
        field("FORMCHECKBOX", r"\fftype1\ffres1\ffdefres0{\*\ffname a}"),
        field("FORMCHECKBOX", r"\fftype1\ffres25\ffdefres0{\*\ffname b}"),
    )
    choice = field("FORMDROPDOWN", r"\fftype2\ffres1{\*\ffname c}{\*\ffl North}{\*\ffl South}")
    text = rf"{{\rtf1 Weekly {boxes[0]} never {boxes[1]} ward {choice}.\par}}"
    assert read("form.rtf", text.encode()).text == "Weekly ☒ never ☐ ward South."


def test_cells_of_rich_text_that_are_merged_or_hold_tables() -> None:
    table = (
        r"\trowd\cellx2\cellx4\clvmgf\cellx6\intbl Ward\cell Bed\cell Floor\cell\row"
        r"\trowd\clvmgf\cellx2000\cellx4000\cellx6000\intbl A\cell 1\cell 2\cell\row"
        r"\trowd\clvmrg\cellx2000\cellx4000\cellx6000\intbl \cell 2\cell 3\cell\row"
        r"\trowd\cellx2000\clmgf\cellx4000\clmrg\cellx6000\intbl B\cell closed\cell\cell\row"
    )
    rows = read("beds.rtf", rf"{{\rtf1 {table}\pard End\par}}".encode()).text.split("\n")
    assert rows[1:4] == ["Ward: A | Bed: 1 | Floor: 2", "Ward: A | Bed: 2 | Floor: 3", "Ward: B | Bed: closed | Floor: closed"]  # fmt: skip
    end = r"{\*\nesttableprops\trowd\cellx1\cellx2\nestrow}{\nonesttables\par}"
    inner = "".join(
        rf"{room}\nestcell {key}\nestcell{end}"
        for room, key in (("Part", "Price"), ("Bolt", "12"), ("Nut", "19"))
    )
    nested = (
        r"\trowd\cellx4000\cellx8000\pard\intbl\itap1 Keys\cell\pard\intbl\itap2 "
        rf"{inner}\pard\intbl\itap1\cell\row"
    )
    text = read("keys.rtf", rf"{{\rtf1 {nested}}}".encode()).text
    assert text == "Keys | Part: Bolt, Price: 12; Part: Nut, Price: 19"


def test_a_text_box_stands_behind_the_paragraph_that_it_hangs_on() -> None:
    box = r"{\shp{\*\shpinst{\shptxt\pard Call 0800 11\par}}{\shprslt\par Call 0800 11\par}}"
    text = rf"{{\rtf1 The rate {box}rises.\par Soon.\par}}"
    assert read("box.rtf", text.encode()).text == "The rate rises.\n\nCall 0800 11\n\nSoon."
