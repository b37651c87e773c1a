"""Texts that are tables by their content are read as such; prose, logs, code and the like stay texts."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage

import pytest

from rag.documents.delimited import delimiter
from rag.documents.document import Document
from rag.documents.formats import format_for, load
from rag.documents.source import Source

ROWS = [
    ["Hut", "Valley", "Beds", "Opens"],
    ["Tarn Lodge", "Ull", "12", "2031-05-02"],
    ["Fell End", "Keld", "8", "2031-05-20"],
    ["Cairn Top", "Ull", "20", "2031-06-01"],
    ["Beck Foot", "Rigg", "6", "2031-06-11"],
]
LINE = "Hut: Fell End | Valley: Keld | Beds: 8 | Opens: 2031-05-20"


def table(divider: str, rows: list[list[str]] | None = None, end: str = "\n") -> str:
    return end.join(map(divider.join, rows or ROWS)) + end


def read(name: str, data: str | bytes) -> Document:
    data = data.encode() if isinstance(data, str) else data
    format = format_for(name, data[:4096])
    assert format
    return load(Source(name, data), format)


@pytest.mark.parametrize("divider", ["\t", "|", ";", ",", " | ", ", "])
@pytest.mark.parametrize("name", ["huts.txt", "huts", "huts.export"])
def test_a_text_of_divided_lines_has_its_values_beside_their_names(name: str, divider: str) -> None:
    assert LINE in read(name, table(divider)).text.split("\n")


@pytest.mark.parametrize(
    "data",
    [
        table("\t").encode("utf-16"),
        table("\t", end="\r\n").encode("utf-8-sig"),
        table("|", end="|\r\n").encode(),
        table(";", [*ROWS, *ROWS[2:] * 12, ["Total", "46"]]).encode(),
        table("\t", [*ROWS, ["Reichenhöh", "Säß", "4", "2031-07-01"]]).encode("cp1252"),
    ],
)
def test_encodings_ends_of_lines_and_a_total_change_nothing(data: bytes) -> None:
    assert LINE in read("huts.txt", data).text.split("\n")


def test_what_is_quoted_is_one_cell_whatever_divides_it() -> None:
    quoted = [*ROWS, ['"Rigg, Upper"', '"Long\nDale"', "4", "2031-07-01"]]
    lines = read("huts.txt", table(",", quoted)).text.split("\n")
    assert "Hut: Rigg, Upper | Valley: Long Dale | Beds: 4 | Opens: 2031-07-01" in lines


def test_two_columns_need_a_tab_and_values_all_the_way() -> None:
    prices = "Article\tFee\nLocker\t4.50\nTowel\t2\nSledge\t12\n"
    assert "Article: Towel | Fee: 2" in read("fees.txt", prices).text.split("\n")
    assert not delimiter(prices.replace("\t", ","))
    assert not delimiter("Guest\tIda Roth\nBeds\t2\nNights\t3\nFloor\tupper\n")
    assert not delimiter("brook\tBach\nhut\tHütte\nlake\tSee\npath\tWeg\n")


def test_attachments_and_members_of_archives_are_read_so_too() -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Huts", "ida@huts.example", "per@huts.example"
    mail.set_content("The list is attached.")
    mail.add_attachment(table("\t"), filename="huts.txt")
    assert LINE in read("huts.eml", mail.as_bytes()).text
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("huts.txt", table("|"))
    assert LINE in read("huts.zip", packed.getvalue()).text


def test_rows_of_words_are_told_by_what_is_said_again() -> None:
    words = "Name|Post|Valley\nIda|warden|Ull\nPer|cook|Keld\nAsa|warden|Rigg\nBo|cook|Ull\n"
    assert delimiter(words) == "|"
    assert delimiter(
        "Name,Post,Mail\nIda,warden,i@a.example\nPer,cook,p@a.example\nBo,aid,b@a.example\n"
    )
    assert not delimiter(words.partition("\n")[2])  # no names


@pytest.mark.parametrize(
    "text",
    [
        # Prose, wrapped or not.
        "After rain, snow, or fog, ask first.\nIn May, June, and July, paths dry.\n"
        "With dogs, goats, or mules, go slow.\nAt dawn, noon, and dusk, ring in.\n",
        "The hut is open; the path is not; take care.\n" * 6,
        # A poem, and lists of words.
        "Rowan, alder, birch,\nHazel, willow, ash,\nHeather, bracken, moss,\nGranite, water, sky,\n",
        "Flour, sugar, eggs\nButter, milk, salt\nYeast, water, oil\nPlums, pears, nuts\n",
        # Logs.
        "2031-05-02 08:00|INFO|door|opened\n2031-05-02 08:01|INFO|stove|lit\n"
        "2031-05-02 08:02|WARN|tank|low\n2031-05-02 08:03|INFO|door|closed\n",
        "INFO\tdoor\topened 3\nWARN\ttank\tlow 4\nINFO\tdoor\tclosed 5\nINFO\tstove\tlit 6\n",
        # Code.
        "open(door, key, 1);\nlight(stove, wood, 2);\nfill(tank, spring, 3);\nring(bell, rope, 4);\n",
        "import door, stove, tank\nfrom huts import a, b, c\nx, y, z = 1, 2, 3\nreturn x, y, z\n",
        "for (i = 0; i < 9; i++)\nfor (j = 0; j < 9; j++)\nfor (k = 0; k < 9; k++)\nfor (n = 0; n < 9; n++)\n",
        "all:\n\tcc\tdoor.c\t1\n\tcc\tstove.c\t2\n\tcc\ttank.c\t3\n\tcc\tbell.c\t4\n",
        # Addresses.
        "Ida Roth, 4 Beck Lane, Keld, 40213\nPer Voss, 9 Fell Road, Rigg, 40377\n"
        "Asa Lund, 2 Mill Yard, Ull, 40119\nBo Krantz, 7 Low Street, Keld, 40213\n",
        "Ida Roth, Beck House, Keld, Northshire\nPer Voss, 9 Fell Road, Rigg, Northshire\n"
        "Asa Lund, 2 Mill Yard, Ull, Northshire\nBo Krantz, 7 Low Street, Keld, Northshire\n",
        # Tables that are drawn.
        "| Hut | Valley | Beds |\n|---|---|---|\n| Tarn | Ull | 12 |\n| Fell | Keld | 8 |\n| Beck | Rigg | 6 |\n",
        "Hut | Valley | Beds\n--- | --- | ---\nTarn | Ull | 12\nFell | Keld | 8\nBeck | Rigg | 6\n",
        " Hut  | Valley | Beds \n------+--------+------\n Tarn | Ull    | 12\n Fell | Keld   | 8\n Beck | Rigg   | 6\n",
        "Hut        Valley   Beds\nTarn Lodge Ull        12\nFell End   Keld        8\nBeck Foot  Rigg        6\n",
        # Paths to a page, rows of numbers, a table of contents, and too little to tell.
        "Home | Huts | Tarn\nHome | Huts | Fell\nHome | Paths | Ridge\nHome | Paths | Beck\n",
        "1,2,3\n4,5,6\n7,8,9\n10,11,12\n",
        "Foreword\t3\nThe valley\t7\nHuts and keys\t12\nPaths\t31\n",
        "Hut|Valley|Beds\nTarn|Ull|12\n",
    ],
)  # fmt: skip
def test_what_is_no_table_stays_a_text(text: str) -> None:
    assert delimiter(text) == ""
    assert ": " not in read("notes.txt", text).text


def test_lines_around_a_table_leave_it_a_text() -> None:
    letter = "Dear Ida,\n\nhere are the huts.\n\n" + table(",") + "\nYours, Per\n"
    assert "Fell End,Keld,8" in read("letter.txt", letter).text


def test_it_is_read_as_a_csv_file_is_with_the_lines_of_its_rows() -> None:
    assert read("huts.txt", table("|")) == read("huts.csv", table("|"))
