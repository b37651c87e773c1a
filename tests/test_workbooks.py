"""Excel and its kin: values as they are shown, and what lies around the cells."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook
from openpyxl.worksheet.table import Table

from rag.documents.document import Document
from rag.documents.formats import format_for, load
from rag.documents.office.biff import Records, Said, Value, _of_sheets, records_of, stream_of
from rag.documents.office.numbers import shown
from rag.documents.source import Source
from rag.errors import LoadError
from rag.index import Index

CASES = Path(__file__).parent / "cases"


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(data: bytes, name: str = "a.xlsx") -> Document:
    format = format_for(name, data[:1024])
    assert format
    return load(Source(name, data), format)


@pytest.fixture
def book() -> Workbook:
    book = openpyxl.Workbook()
    for row in (
        ["Loan", "Rate", "Fee", "Signed", "Code"],
        ["Home", 0.0475, 1250.5, date(2026, 3, 15), 7001],
    ):
        book.active.append(row)
    for cell, code in (
        ("B2", "0.00%"),
        ("C2", '#,##0.00 "€"'),
        ("D2", "dd.mm.yyyy"),
        ("E2", "00000"),
    ):
        book.active[cell].number_format = code
    return book


def test_values_are_read_as_the_sheet_shows_them(book: Workbook) -> None:
    line = "Loan: Home | Rate: 4.75% | Fee: 1,250.50 € | Signed: 2026-03-15 | Code: 07001"
    assert line in read(saved(book)).text


def test_comments_hidden_sheets_rows_charts_and_links_are_read(book: Workbook) -> None:
    sheet = book.active
    sheet["B2"].comment = Comment("Fixed until 2030", "Ann")
    sheet["A2"].hyperlink = "https://example.org/home"
    sheet.append(["Old", 0.1, 1, date(2020, 1, 1), 1])
    sheet.row_dimensions[3].hidden = True
    chart = BarChart()
    chart.title = "Rates by loan"
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    sheet.add_chart(chart, "H2")
    hidden = book.create_sheet("Secret")
    hidden.append(["Budget", 900])
    hidden.sheet_state = "hidden"
    document = read(saved(book))
    for part in (
        "[Comment on B2 by Ann: Fixed until 2030]", "Chart: Rates by loan", "Loan: Old",
        "Secret (hidden sheet)", "Home (https://example.org/home)",
    ):  # fmt: skip
        assert part in document.text
    assert [(page.number, page.label) for page in document.pages] == [(1, "Sheet"), (2, "Secret")]
    assert any("1 hidden rows" in note for note in document.notes)


def test_a_formula_without_a_saved_value_is_told() -> None:
    book = openpyxl.Workbook()
    for row in (["Post", "Amount"], ["Paint", 320], ["Total", "=SUM(B2:B2)"]):
        book.active.append(row)
    assert any("1 formulas have no saved value (B3)" in note for note in read(saved(book)).notes)


def test_a_named_table_has_the_extent_that_the_workbook_says(book: Workbook) -> None:
    sheet = book.active
    for row in (["Part", "Bin"], ["Bolt", "A1"], ["Nut", "B2"]):
        sheet.append(row)
    sheet.add_table(Table(displayName="parts", ref="A3:B5"))
    text = read(saved(book)).text
    assert "Part: Nut | Bin: B2" in text and "Loan: Home" in text


def test_a_used_range_of_a_million_rows_costs_nothing() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Part", "Bin"])
    book.active.append(["Bolt", "A12"])
    book.active.cell(1_048_576, 16_384).number_format = "0.00"
    book.active.cell(12_000, 1).value = "Spare"
    book.active.cell(12_000, 2).value = "Z99"
    begin = time.process_time()
    text = read(saved(book)).text
    assert "Part: Bolt | Bin: A12" in text and "Spare" in text and "Z99" in text
    assert time.process_time() - begin < 20  # it was minutes


def test_an_empty_author_and_missing_properties_refuse_no_workbook(book: Workbook) -> None:
    data = saved(book)
    for change in ("empty", "missing"):
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
            for name in old.namelist():
                if name == "docProps/core.xml":
                    if change == "missing":
                        continue
                    new.writestr(name, old.read(name).replace(b"openpyxl", b""))
                else:
                    new.writestr(name, old.read(name))
        assert "Loan: Home" in read(out.getvalue()).text


def test_a_workbook_by_another_name_is_read(book: Workbook) -> None:
    for name in ("a.csv", "a.xls", "a.xlsb", "a.txt"):
        assert "Rate: 4.75%" in read(saved(book), name).text


def test_html_and_text_that_are_called_workbooks_are_read() -> None:
    page = b"<html><table><tr><th>Rope</th><th>Length</th></tr><tr><td>A</td><td>12 m</td></tr></table></html>"
    assert "A | 12 m" in read(page, "export.xls").text


def test_the_numbers_of_an_old_workbook_have_their_formats() -> None:
    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    name, code = b"Loans", b"0.000%"
    cells = record(0x0203, struct.pack("<HHHd", 1, 2, 1, 0.5)) + record(
        0x00BD, struct.pack("<HHHIHIH", 3, 0, 0, 0, 1, 0, 1)
    )
    head = record(0x041E, struct.pack("<HHB", 164, len(code), 0) + code)
    head += record(0x00E0, struct.pack("<HH", 0, 0)) + record(0x00E0, struct.pack("<HH", 0, 164))
    at = len(head) + 4 + 8 + len(name) + 4
    head += record(0x0085, struct.pack("<IBBBB", at, 0, 0, len(name), 0) + name) + record(0x0A, b"")
    values = {(2, 3): Value(0.5, "0.000%"), (4, 1): Value(), (4, 2): Value(0.0, "0.000%")}
    assert _of_sheets(head + cells + record(0x0A, b"")) == {"Loans": Records(values)}
    assert stream_of(b"no workbook") == b"" and records_of(b"") == {}
    # A text box, and a note whose text comes in two pieces.
    for number, pieces in ((1, ("Ask Bo",)), (2, ("Sold ", "in May"))):
        cells += record(0x005D, struct.pack("<HHHH", 0x15, 0x12, 6, number))
        cells += record(0x01B6, struct.pack("<10xH6x", sum(map(len, pieces))))
        for piece in pieces:
            cells += record(0x003C, b"\0" + piece.encode())
    cells += record(0x001C, struct.pack("<HHHHHB", 4, 1, 0, 2, 3, 0) + b"Ann")
    (found,) = _of_sheets(head + cells + record(0x0A, b"")).values()
    assert found.said == (Said("Ask Bo"), Said("Sold in May", 5, 2, "Ann"))


def test_damaged_binary_workbooks_are_refused_in_a_sentence() -> None:
    data = (CASES / "k11-xlsb-as-shown/docs/loans.xlsb").read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for cut in range(3, 400, 7):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, part in parts.items():
                archive.writestr(name, part[:-cut] if name.endswith("sheet1.bin") else part)
        try:
            assert "Pool: West" in read(out.getvalue(), "a.xlsb").text
        except LoadError as error:
            assert "damaged" in str(error)


def test_places_are_the_cells_that_a_text_was_read_from() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B3"] = "Pumps of the mill"
    rows = [["Pump", "Pressure"], ["PX-117", 31], ["PX-118", 28], ["PX-119", 35]]
    for r, row in enumerate(rows, 4):
        for c, value in enumerate(row, 2):
            sheet.cell(r, c, value)
    for r, row in enumerate([["City", "Rent"], ["Ribe", 540]], 12):
        for c, value in enumerate(row, 5):
            sheet.cell(r, c, value)
    document = read(saved(book))

    def cells(text: str, last: str = "") -> str:
        end = document.text.index(last or text) + len(last or text)
        return document.place_at(document.text.index(text), end).cells

    assert cells("Pumps of the mill") == "B3:C3"
    assert cells("Pump: PX-118") == "B6:C6"
    assert cells("PX-117", "PX-119") == "B5:C7"
    assert cells("Ribe") == "E13:F13"
    assert document.place_at(0, 5).cells == ""  # the heading with the sheet's name
    assert document.place_at(0, len(document.text)).cells == "B3:F13"


def test_hits_and_citations_name_the_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Pump", "Pressure in bar"])
    for i in range(3):
        book.active.append([f"PX-{i}", 30 + i])
    book.save(tmp_path / "pumps.xlsx")
    with Index.build(tmp_path, tmp_path / "i") as index:
        (hit,) = index.search("pressure of the pump PX-1", k=1)
        assert hit.cells == "A2:B4" and hit.place == "pumps.xlsx, sheet 1 (Sheet), A2:B4"


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (4006381333931, "0", "4006381333931"),  # an article's number has thirteen digits
        (4755501823, "+00 000 00 000", "+47 555 01 823"),
        (1.005, "0.00", "1.01"),
        (2.5, "0", "3"),
        (0.000675, "[mm]:ss.0", "00:58.3"),
        (1.5, '[h]" h "mm" min"', "36 h 00 min"),
        (3.375, "# ?/8", "3 3/8"),
    ],
)
def test_numbers_are_what_the_sheet_shows(number: float, code: str, text: str) -> None:
    assert shown(number, code) == text
