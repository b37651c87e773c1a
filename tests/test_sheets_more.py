"""Sheets as people lay them out: tables that a blank row parts, months, indented labels, forms with merged cells."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Sequence

import openpyxl
import pytest
from openpyxl.styles import Alignment, PatternFill

from rag.documents.document import Document
from rag.documents.formats import format_for, load
from rag.documents.loaders.opendocument.charts import write_chart
from rag.documents.loaders.xlsb import _Book
from rag.documents.office.package import parse_xml
from rag.documents.office.xls_looks import _of_sheets
from rag.documents.regions import Sheet, write_sheet
from rag.documents.source import Source
from rag.documents.tables import Cell, write_data, write_table
from rag.documents.writer import Writer


def sheet(
    *rows: Sequence[str],
    merges: Sequence[tuple[int, int, int, int]] = (),
    indents: dict[int, int] | None = None,
) -> list[str]:
    """The lines read of a sheet; ``indents`` are those of its first column, by row."""
    filled = {
        n: {i: cell for i, cell in enumerate(row, start=1) if cell}
        for n, row in enumerate(rows, start=1)
    }
    one = Sheet("A", rows={n: row for n, row in filled.items() if row}, merges=list(merges))
    if indents:
        one.indents = {(row, 1): depth for row, depth in indents.items()}
    writer = Writer()
    write_sheet(one, writer)
    return writer.document("xlsx").text.split("\n")


def table(*rows: Sequence[Cell]) -> list[str]:
    writer = Writer()
    write_table(rows, writer)
    return writer.document("docx").text.split("\n")


def read(book: openpyxl.Workbook) -> Document:
    out = io.BytesIO()
    book.save(out)
    format = format_for("a.xlsx", out.getvalue()[:1024])
    assert format
    return load(Source("a.xlsx", out.getvalue()), format)


PRICES = (["Article", "Pack", "Price"], ["Cement", "25 kg", "6.9"], ["Lime", "20 kg", "5.4"])
STAFF = (["Name", "Dept", "Room"], ["Anna", "Sales", "North"], ["Luis", "IT", "South"])


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        # A word where the others have an amount: the row is one of the table all the same.
        ((["Article", "Pack", "Price", "Days"], ["Lime", "20 kg", "5.4", "3"], [], ["Delivery", "per load", "90", "1"]),
         "Article: Delivery | Pack: per load | Price: 90 | Days: 1"),
        # Groups with titles of their own, a blank row before each.
        ((PRICES[0], ["Building"], *PRICES[1:], [], ["Garden"], ["Turf", "10 kg", "3.5"], ["Bark", "8 kg", "4"]),
         "Article: Bark | Pack: 8 kg | Price: 4"),
        # All is words, and one of them has been read in its column.
        ((*STAFF, [], ["Awa", "Sales", "East"], ["Tim", "IT", "West"]), "Name: Awa | Dept: Sales | Room: East"),
        # The blank row stands below the names.
        ((["Price list"], PRICES[0], [], *PRICES[1:]), "Article: Cement | Pack: 25 kg | Price: 6.9"),
    ],
)  # fmt: skip
def test_what_a_blank_row_parts_keeps_its_names(rows: Sequence[Sequence[str]], line: str) -> None:
    assert line in sheet(*rows)


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ((*PRICES, [], ["Garden"], ["Turf", "10 kg", "3.5"], ["Bark", "8 kg", "4"]), "Turf | 10 kg | 3.5"),
        ((*PRICES, [], ["Valid until", "31.12.2026"]), "Valid until | 31.12.2026"),
        ((*PRICES, [], ["Discount", "5"]), "Discount | 5"),
        ((["Region", "2022", "2023"], ["North", "5", "6"], [], ["Product", "2024", "2025"], ["Bikes", "9", "1"]),
         "Product: Bikes | 2024: 9 | 2025: 1"),
        ((["Team", "Wins", "Losses", "Draws"], ["Red", "5", "6", "2"], [], ["Round", "1", "2", "3"], ["Red", "9", "6", "1"]),
         "Round: Red | 1: 9 | 2: 6 | 3: 1"),
        ((*STAFF, [], ["Car", "Owner", "Place"], ["VW", "Frei", "West"]), "Car: VW | Owner: Frei | Place: West"),
        ((["Name", "Phone", "Room"], ["Anna", "none", "North"], [], ["Fee", "12", "East"]), "Fee | 12 | East"),
    ],
)  # fmt: skip
def test_other_rows_behind_a_gap_are_not_named_by_the_table_above(
    rows: Sequence[Sequence[str]], line: str
) -> None:
    assert line in sheet(*rows)


def test_a_column_that_is_filled_below_a_gap_has_values() -> None:
    rows = sheet(["Item", "Qty", "Sum"], ["Lamp", "2", ""], [], ["Cable", "5", "15"])
    assert "Item: Cable | Qty: 5 | Sum: 15" in rows
    assert not any("no values" in row for row in rows)
    totals = sheet(["Item", "Qty", "Sum"], ["Lamp", "2", "80"], [], ["Total", "", "80"])
    assert totals[-1] == "Item: Total | Sum: 80"


MONTH = (
    ["March"],
    ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
    ["", "", "", "", "", "", "1"],
    [],
    ["2", "3", "4", "5", "6", "7", "8"],
    ["", "Fire drill"],
    ["9", "10", "11", "12", "13", "14", "15"],
    [],
    ["16", "17"],
)


def test_a_month_is_read_by_its_days() -> None:
    assert sheet(*MONTH)[2:] == [
        "Sat: 1",
        "Sun: 2 | Mon: 3, Fire drill | Tue: 4 | Wed: 5 | Thu: 6 | Fri: 7 | Sat: 8",
        "Sun: 9 | Mon: 10 | Tue: 11 | Wed: 12 | Thu: 13 | Fri: 14 | Sat: 15",
        "Sun: 16 | Mon: 17",
    ]


def test_a_month_may_count_its_weeks() -> None:
    names = ["KW", "Mo", "Di", "Mi", "Do", "Fr"]
    rows = sheet(names, ["14", "", "", "1", "2", "3"], ["", "", "", "Chor"], ["15", "6", "7", "8", "9", "10"])  # fmt: skip
    assert rows[0] == "KW: 14 | Mi: 1, Chor | Do: 2 | Fr: 3"


def test_hours_by_weekday_are_no_month() -> None:
    names = ["Name", "Mon", "Tue", "Wed", "Thu", "Fri"]
    rows = sheet(names, ["Eva", "1", "2", "3", "4", "5"], ["Leo", "8", "8", "", "8", "8"])
    assert rows[1] == "Name: Leo | Mon: 8 | Tue: 8 | Thu: 8 | Fri: 8"
    hours = sheet(names[1:], ["4", "5", "6", "7", "8"], ["3", "3", "3", "3", "3"])
    assert hours[1] == "Mon: 3 | Tue: 3 | Wed: 3 | Thu: 3 | Fri: 3"


PIVOT = (["Label", "Sum"], ["North", "7"], ["Bikes", "5"], ["2024", "2"], ["Hats", "2"], ["South", "4"], ["Bikes", "4"])  # fmt: skip


def test_indented_labels_say_what_they_belong_to() -> None:
    assert sheet(*PIVOT, indents={3: 1, 4: 2, 5: 1, 7: 1}) == [
        "Label: North | Sum: 7",
        "Label: North > Bikes | Sum: 5",
        "Label: North > Bikes > 2024 | Sum: 2",
        "Label: North > Hats | Sum: 2",
        "Label: South | Sum: 4",
        "Label: South > Bikes | Sum: 4",
    ]


def test_a_total_belongs_to_its_group_and_not_to_the_row_above_it() -> None:
    rows = (["Position", "2025", "2024"], ["Assets"], ["Cash", "1", "2"], ["Land", "5", "6"], ["Total", "6", "8"])  # fmt: skip
    assert sheet(*rows, indents={3: 1, 4: 1, 5: 2})[-1] == "Position: Assets > Total | 2025: 6 | 2024: 8"  # fmt: skip


def test_labels_that_are_all_indented_alike_form_no_levels() -> None:
    rows = sheet(*PIVOT[:4], indents={2: 1, 3: 1, 4: 1})
    assert rows == ["Label: North | Sum: 7", "Label: Bikes | Sum: 5", "Label: 2024 | Sum: 2"]


def test_indents_are_read_of_excel_by_style_and_by_blanks() -> None:
    book = openpyxl.Workbook()
    for row in (["Label", "Sum"], ["North", 7], ["Bikes", 5], ["South", 4], ["   Hats", 4]):
        book.active.append(row)
    book.active["A3"].alignment = Alignment(horizontal="left", indent=1)
    text = read(book).text
    assert "Label: North > Bikes | Sum: 5" in text
    assert "Label: South > Hats | Sum: 4" in text


ODS = """<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 xmlns:chart="urn:oasis:names:tc:opendocument:xmlns:chart:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 office:mimetype="application/vnd.oasis.opendocument.spreadsheet">{}</office:document>"""


def test_indents_are_read_of_opendocument_by_style_and_by_blanks() -> None:
    rows = "".join(
        f"<table:table-row><table:table-cell{style}><text:p>{label}</text:p></table:table-cell>"
        f"<table:table-cell><text:p>{number}</text:p></table:table-cell></table:table-row>"
        for style, label, number in (
            ("", "Label", "Sum"),
            ("", "North", 7),
            (' table:style-name="ce1"', "Bikes", 5),
            ("", "South", 4),
            ("", '<text:s text:c="3"/>Hats', 4),
        )
    )
    data = ODS.format(
        '<office:automatic-styles><style:style style:name="ce1" style:family="table-cell">'
        '<style:paragraph-properties fo:margin-left="0.353cm"/></style:style></office:automatic-styles>'
        f'<office:body><office:spreadsheet><table:table table:name="A">{rows}</table:table>'
        "</office:spreadsheet></office:body>"
    ).encode()
    format = format_for("a.fods", data)
    assert format
    text = load(Source("a.fods", data), format).text
    assert "Label: North > Bikes | Sum: 5" in text
    assert "Label: South > Hats | Sum: 4" in text


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def test_indents_and_charts_are_read_of_the_records_of_xls() -> None:
    styles = [record(0x00E0, bytes(20)), record(0x00E0, bytes(8) + b"\x02" + bytes(11))]
    name = b"\x00\x00\x01\x00A"
    head = len(record(0x0085, struct.pack("<I", 0) + name))
    start = len(record(0x0809, bytes(16))) + sum(map(len, styles)) + head + 4
    book = [record(0x0809, bytes(16)), *styles, record(0x0085, struct.pack("<I", start) + name)]
    chart = record(0x0809, struct.pack("<HH", 0x0600, 0x0020) + bytes(12)) + record(0x000A, b"")
    label = record(0x00FD, struct.pack("<HHHI", 2, 0, 1, 0))
    of_sheet = [record(0x0809, bytes(16)), label, chart, record(0x000A, b"")]
    (found,) = _of_sheets(b"".join([*book, record(0x000A, b""), *of_sheet]))
    assert found.indents == {(3, 1): 2}
    assert found.charts == 1


def test_indents_are_read_of_the_styles_of_xlsb() -> None:
    book = _Book.__new__(_Book)
    book.codes, book.indents = [], []
    style = bytes(11) + b"\x03\x01" + bytes(3)
    book._styles(b"\xe9\x04\x04" + bytes(4) + b"\x2f\x10" + style + b"\xea\x04\x00")
    assert book.indents == [3]


def test_the_name_of_a_group_that_is_written_once_is_carried_on() -> None:
    rows = sheet(["Floor", "Room", "Seats"], ["Ground", "G01", "30"], ["", "G02", "24"], ["First", "101", "18"], ["", "102", "40"])  # fmt: skip
    assert rows[1] == "Floor: Ground | Room: G02 | Seats: 24"
    assert rows[3] == "Floor: First | Room: 102 | Seats: 40"


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ((["Title", "First", "Born"], ["Dr.", "Max", "1980"], ["", "Ana", "1981"], ["Prof.", "Eva", "1982"], ["", "Leo", "1983"]),
         "First: Ana | Born: 1981"),
        ((["Mark of", "Dish", "Price"], ["x", "Soup", "8"], ["", "Rice", "7"], ["x", "Fish", "9"], ["", "Tart", "5"]),
         "Dish: Rice | Price: 7"),
        ((["Site", "Room", "Seats"], ["Bern", "1", "30"], ["", "", "24"], ["Thun", "2", "18"], ["", "3", "40"]), "Seats: 24"),
        ((["Site", "Room", "Seats"], ["Bern", "1", "30"], ["", "Total", "30"], ["Thun", "2", "18"], ["", "Total", "18"]),
         "Room: Total | Seats: 30"),
    ],
)  # fmt: skip
def test_a_blank_that_may_mean_none_stays_blank(rows: Sequence[Sequence[str]], line: str) -> None:
    assert line in sheet(*rows)


def test_a_row_that_sums_up_a_group_ends_it() -> None:
    rows = sheet(["Region", "Product", "Sales"], ["North", "Bikes", "5"], ["", "Hats", "6"], ["North total", "", "11"], ["South", "Bikes", "7"], ["", "Hats", "1"])  # fmt: skip
    assert rows[1:3] == [
        "Region: North | Product: Hats | Sales: 6",
        "Region: North total | Sales: 11",
    ]


VEHICLE = (
    [Cell("Plate"), Cell("BE 114 223"), Cell("Make"), Cell("VW Crafter")],
    [Cell("Driver: Luis Costa", columns=2), Cell("Depot: Lyss", columns=2)],
    [Cell("Mileage"), Cell("84 210"), Cell("Next service"), Cell("12.05.2026")],
    [Cell("Remarks: left mirror replaced, and painted once more in May", columns=4)],
)


def test_a_cell_as_wide_as_a_pair_makes_no_table_of_a_form() -> None:
    assert table(*VEHICLE)[:3] == [
        "Plate: BE 114 223 | Make: VW Crafter",
        "Driver: Luis Costa | Depot: Lyss",
        "Mileage: 84 210 | Next service: 12.05.2026",
    ]


def test_a_form_with_merged_cells_on_a_sheet_is_one() -> None:
    rows = sheet(
        ["Plate", "BE 114", "Make", "VW"],
        ["Driver: Luis", "", "Depot: Lyss"],
        ["Mileage", "84210", "Next service", "12.05.2026"],
        merges=[(2, 1, 2, 2), (2, 3, 2, 4)],
    )
    assert rows == [
        "Plate: BE 114 | Make: VW",
        "Driver: Luis | Depot: Lyss",
        "Mileage: 84210 | Next service: 12.05.2026",
    ]


def test_a_row_across_the_columns_of_a_table_leaves_it_its_names() -> None:
    names = [Cell(name) for name in ("Time", "Hall A", "Hall B", "Seats")]
    rows = [[Cell(f"{n:02d}:00"), Cell(f"Talk {n}"), Cell(f"Lab {n}"), Cell(str(n))] for n in range(9, 23)]  # fmt: skip
    keynote = [Cell("23:00"), Cell("Keynote: Dr. Frei", columns=2), Cell("90")]
    assert (
        table(names, *rows, keynote)[-1]
        == "Time: 23:00 | Hall A: Keynote: Dr. Frei | Hall B: Keynote: Dr. Frei | Seats: 90"
    )


@pytest.mark.parametrize(
    "rows",
    [
        (["Name: Rossi", "Phone: 555"], ["Town: Thun", "Use: Garage"], ["Start: May", "Costs: 85"]),
        (["Surname Rossi", "First name Elena"], ["Street Feldweg 3", "Town Thun"], ["Phone 033 11", "E-mail e@x.ch"]),
    ],
)  # fmt: skip
def test_cells_that_hold_their_labels_name_no_others(rows: Sequence[Sequence[str]]) -> None:
    said = [" | ".join(row) for row in rows]
    assert table(*[[Cell(cell) for cell in row] for row in rows]) == said
    assert sheet(*rows) == said


@pytest.mark.parametrize(
    ("units", "line"),
    [
        (["", "g/l", "µS/cm", "mmol/l"], "Sample: A | Hb (g/l): 1 | Cond (µS/cm): 2 | Na (mmol/l): 3"),
        (["Unit", "10^9/l", "–", "U/L"], "Sample: A | Hb (10^9/l): 1 | Cond: 2 | Na (U/L): 3"),
    ],
)  # fmt: skip
def test_units_below_the_names_join_them(units: Sequence[str], line: str) -> None:
    writer = Writer()
    write_data([["Sample", "Hb", "Cond", "Na"], units, ["A", "1", "2", "3"], ["B", "4", "5", "6"]], writer)  # fmt: skip
    assert writer.document("csv").text.split("\n")[0] == line


def test_sizes_are_no_units() -> None:
    assert "Shirt: Blue | Small: S | Large: XL" in sheet(
        ["Shirt", "Small", "Large"], ["Blue", "S", "XL"]
    )


def test_a_chart_says_its_values_and_not_where_they_were_taken_from() -> None:
    cell = "<table:table-cell><text:p>{}</text:p>{}</table:table-cell>"
    rows = "".join(
        f"<table:table-row>{cell.format(a, '')}{cell.format(b, from_)}</table:table-row>"
        for a, b, from_ in (("", "Shop", "<svg:desc>S.B1:S.B1</svg:desc>"), ("Q1", "30", ""))
    )
    tree = parse_xml(ODS.format(f"<chart:chart><table:table>{rows}</table:table></chart:chart>").encode())  # fmt: skip
    assert tree is not None
    writer = Writer()
    write_chart(tree, tree[0], writer)
    assert writer.document("ods").text == " | Shop\nQ1 | 30"


FORMULAS = (
    '<row r="1"><c r="A1"><f>1+1</f>{}</c>'
    '<c r="B1"><f>IF(C1=0,"",C1)</f><v></v></c><c r="C1"><v>0</v></c></row>'
)


def test_a_saved_empty_text_is_a_value() -> None:
    def notes(first: str) -> tuple[str, ...]:
        book = openpyxl.Workbook()
        out, made = io.BytesIO(), io.BytesIO()
        book.save(made)
        rows = f"<sheetData>{FORMULAS.format(first)}</sheetData>".encode()
        with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w") as new:
            for name in old.namelist():
                part = re.sub(rb"<sheetData ?/>|<sheetData></sheetData>", rows, old.read(name))
                assert "worksheets/sheet1" not in name or rows in part
                new.writestr(name, part)
        format = format_for("a.xlsx", out.getvalue()[:1024])
        assert format
        return load(Source("a.xlsx", out.getvalue()), format).notes

    assert notes("<v>2</v>") == ()
    assert any("2 formulas have no saved value (A1, B1)" in note for note in notes("<v></v>"))


def coloured(*cells: str) -> Document:
    book = openpyxl.Workbook()
    for row in (["Task", "Jan", "Feb"], ["Dig"], ["Fill"]):
        book.active.append(row)
    for cell in cells:
        book.active[cell].fill = PatternFill("solid", fgColor="FF4472C4")
    return read(book)


def test_bars_that_are_only_coloured_are_told() -> None:
    assert "2 cells without text say something by their colour" in coloured("B2", "C3").notes[0]
    assert coloured("B2", "C2", "B3", "C3").notes == ()
