"""Tables: one way to write them down, from every loader; each row carries the names of its columns."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rag.documents.headers import header_rows, is_unit, is_value
from rag.documents.loaders import table as table_loader
from rag.documents.office.numbers import shown
from rag.documents.regions import Sheet, write_sheet
from rag.documents.source import Source
from rag.documents.tables import Cell, cells, write_data, write_table
from rag.documents.writer import Writer


def data(*rows: Sequence[str]) -> str:
    writer = Writer()
    write_data(rows, writer)
    return writer.document("csv").text


def table(rows: Sequence[Sequence[Cell]], marked: int = 0) -> str:
    writer = Writer()
    write_table(rows, writer, marked=marked)
    return writer.document("docx").text


def sheet(
    cells_: dict[tuple[int, int], str], merges: Sequence[tuple[int, int, int, int]] = ()
) -> str:
    one = Sheet("A", merges=list(merges))
    for (row, column), text in cells_.items():
        one.rows.setdefault(row, {})[column] = text
    writer = Writer()
    write_sheet(one, writer)
    return writer.document("xlsx").text


def block(top: int, left: int, *rows: Sequence[str]) -> dict[tuple[int, int], str]:
    return {
        (top + i, left + j): text
        for i, row in enumerate(rows)
        for j, text in enumerate(row)
        if text
    }


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ((["Van", "Mileage"], ["Ducato", "43100"]), "Van: Ducato | Mileage: 43100"),
        ((["Orchard", "2023", "2024"], ["North", "7", "9"]), "Orchard: North | 2023: 7 | 2024: 9"),
        ((["", "Depth", "Yield"], ["W1", "5", "2"]), "W1 | Depth: 5 | Yield: 2"),
        ((["", "Depth", "Yield"], ["", "m", "l/s"], ["W1", "5", "2"]), "W1 | Depth (m): 5 | Yield (l/s): 2"),
        ((["Name", "Value", "Value"], ["a", "1", "2"]), "Name: a | Value: 1 | Value: 2"),
        ((["Report 2026"], ["Name", "Size"], ["a", "1"]), "Name: a | Size: 1"),
    ],
)  # fmt: skip
def test_a_row_carries_the_names_of_its_columns(rows: Sequence[Sequence[str]], line: str) -> None:
    assert line in data(*rows).split("\n")


def test_rows_of_numbers_have_no_names() -> None:
    assert data(["1", "2"], ["3", "4"]) == "1 | 2\n3 | 4"
    assert data(["2026-03-01", "Tank A", "71.5"], ["2026-03-02", "Tank B", "44"]).startswith(
        "2026-03-01 |"
    )
    assert data(["2023", "2024"], ["2023", "2025"]) == "2023 | 2024\n2023 | 2025"


def test_a_column_without_values_keeps_its_name() -> None:
    assert "(no values: Remark)" in data(["Name", "Size", "Remark"], ["a", "1", ""])


def test_a_long_table_repeats_its_names_and_a_short_one_stands_as_it_is() -> None:
    rows = [["Crew", "Starts"], *[[f"C{i}", f"{i:02d}:00"] for i in range(20)]]
    assert "Crew: C19 | Starts: 19:00" in table(list(cells(rows)))
    assert table(list(cells(rows[:3]))) == "Crew | Starts\nC0 | 00:00\nC1 | 01:00"


def test_spans_are_filled_and_two_rows_of_names_joined() -> None:
    text = table(
        [
            [Cell("Pool", rows=2), Cell("Summer", columns=2)],
            [Cell("opens"), Cell("closes")],
            [Cell("Lakeside", rows=2), Cell("07:00"), Cell("21:00")],
            [Cell("08:30"), Cell("20:00")],
        ]
    )
    assert "Pool: Lakeside | Summer opens: 08:30 | Summer closes: 20:00" in text


def test_a_form_is_no_table_with_names() -> None:
    rows = [[f"Field {i}", f"answer {i}"] for i in range(20)]
    assert table(list(cells(rows))).startswith("Field 0 | answer 0\nField 1 | answer 1")


def test_tables_of_a_sheet_are_kept_apart_by_blank_rows_and_columns() -> None:
    text = sheet(
        block(1, 1, ["Fleet"], ["Van", "Plate", "Mileage"], ["Ducato", "KA-911", "43100"])
        | block(2, 6, ["Depot", "Key"], ["Airport", "K22"])
        | block(6, 1, ["Staff"], ["Name", "Role", "Phone"], ["Ivo", "Mechanic", "ext. 57"])
    )
    for line in (
        "Van: Ducato | Plate: KA-911 | Mileage: 43100",
        "Depot: Airport | Key: K22",
        "Name: Ivo | Role: Mechanic | Phone: ext. 57",
    ):
        assert line in text.split("\n")


def test_a_spacer_column_divides_no_table() -> None:
    text = sheet(block(1, 1, ["Item", "", "Amount"], ["Rope", "", "9"], ["Hook", "", "4"]))
    assert "Item: Rope | Amount: 9" in text


def test_a_table_goes_on_behind_a_gap_of_thousands_of_rows() -> None:
    text = sheet(
        block(1, 1, ["Part", "Bin", "Count"], ["Bolt", "A12", "4"])
        | block(12_000, 1, ["Spare", "Z99", "7"])
    )
    assert "Part: Spare | Bin: Z99 | Count: 7" in text


def test_merged_labels_reach_every_row_and_column() -> None:
    cells_ = block(
        1, 1, ["Site", "Year", ""], ["", "2023", "2024"], ["North", "1", "2"], ["", "3", "4"]
    )
    text = sheet(cells_, [(1, 2, 1, 3), (1, 1, 2, 1), (3, 1, 4, 1)])
    assert "Site: North | Year 2023: 3 | Year 2024: 4" in text


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (0.0475, "0.00%", "4.75%"),
        (1250.5, '#,##0.00\\ "€"', "1,250.50 €"),
        (1250.5, "[$$-409]#,##0.00", "$1,250.50"),
        (-7, "#,##0;[Red](#,##0)", "(7)"),
        (-7.25, "0.0", "-7.3"),
        (7001, "00000", "07001"),
        (46096, "dd/mm/yyyy", "2026-03-15"),
        (46096.5, "yyyy-mm-dd hh:mm", "2026-03-15 12:00"),
        (46096, "mmm yyyy", "Mar 2026"),
        (0.5625, "h:mm AM/PM", "1:30 PM"),
        (1.25, "[h]:mm", "30:00"),
        (12345678, "#,##0.0,,", "12.3"),
        (3, '0 "pcs"', "3 pcs"),
        (2740.0, "General", "2740"),
        (0, '"yes";;"no"', "no"),
        (60, "yyyy-mm-dd", "1900-02-28"),
    ],
)
def test_numbers_are_read_as_they_are_shown(number: float, code: str, text: str) -> None:
    assert shown(number, code) == text


def test_what_a_value_and_a_unit_are() -> None:
    assert all(map(is_value, ("12", "4.75%", "1,250 €", "08:30", "12 m", "-3", "2026-03-15", "$5")))
    assert not any(map(is_value, ("Valve 3", "K22", "ext. 57", "A")))
    assert all(map(is_unit, ("m", "mg/l", "(EUR)", "%", "m3/h", "°C"))) and not is_unit("Name")
    assert header_rows([["a", "b"]]) == 0


NAMES = ["Boat", "Berth", "Length", "Fee"]
BOATS = [["Heron", "west", "9", "120.50"], ["Otter", "east", "12", "160.00"]]


@pytest.mark.parametrize(
    "notes",
    [
        [["Quay Club", "", "tel 555-0142", ""]],
        [["", "Quay Club", "", "office@quay.example"]],
        [["Quay Club"], ["Spring list", "", "", "as of May"], ["ask", "at", "the", "office"]],
        [["Season:", "2031", "", ""], ["Warden:", "Ida Roth", "", ""]],
        [["Quay Club", "", "", "2031-05-01"]],
    ],
)
def test_notes_above_a_table_are_lines_and_the_full_row_names_the_columns(
    notes: Sequence[Sequence[str]],
) -> None:
    for text in (data(*notes, NAMES, *BOATS), sheet(block(3, 2, *notes, NAMES, *BOATS))):
        lines = [line for line in text.split("\n") if line]
        assert lines[: len(notes)] == [" | ".join(filter(None, row)) for row in notes]
        assert lines[len(notes) :] == [
            "Boat: Heron | Berth: west | Length: 9 | Fee: 120.50",
            "Boat: Otter | Berth: east | Length: 12 | Fee: 160.00",
        ]


def test_notes_stand_above_words_too_where_codes_or_addresses_are_below() -> None:
    text = data(
        ["Quay Club", "", "", "write to us"],
        ["Name", "Post", "Mail", "Room"],
        ["Ida", "warden", "ida@quay.example", "A12"],
        ["Per", "cook", "per@quay.example", "B3"],
    )
    assert "Name: Per | Post: cook | Mail: per@quay.example | Room: B3" in text.split("\n")


def test_notes_merged_over_columns_are_lines_and_groups_of_names_are_none() -> None:
    notes = [["Quay Club", "", "", "spring"], ["or", "ask us", "", "early"]]
    text = sheet(block(1, 1, *notes, NAMES, *BOATS), [(2, 2, 2, 3)])
    assert "or | ask us | early\n" in text
    assert "Boat: Heron | Berth: west | Length: 9 | Fee: 120.50" in text.split("\n")
    groups = [["Quay Club", "", "", "tel 555-0142"], ["", "Place", "", "Fee"], ["", *NAMES[1:]]]
    groups[2] = ["Boat", "Berth", "Length", "Fee"]
    text = sheet(block(1, 1, *groups, *BOATS), [(2, 2, 2, 3)])
    assert "Boat: Heron | Place Berth: west | Place Length: 9 | Fee: 120.50" in text.split("\n")


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        # A name is left blank, and the first row below it has words where the others have values.
        ((["Boat", "", "Fee"], ["Heron", "west", "unknown"], ["Otter", "east", "9"], ["Tern", "east", "7"]), "Boat: Heron | west | Fee: unknown"),
        ((["Boat", "", "Length", "Fee"], ["Heron", "West", "9", "120"]), "Boat: Heron | West | Length: 9 | Fee: 120"),
        # Another table stands below the first, without a blank row.
        ((["Boat", "", "Fee"], ["Heron", "west", "9"], ["Boat", "Warden", "Room"], ["Tern", "Ida", "4"]), "Boat: Heron | west | Fee: 9"),
        ((["Boat", "", "", "Fee"], ["Heron", "West", "Blue", "Unknown"], ["Otter", "East", "Red", "9"], ["Tern", "East", "Red", "7"]), "Boat: Heron | West | Blue | Fee: Unknown"),
        # Nothing tells names from what is below them.
        ((["Boat", "", "", "Warden"], ["Heron", "west", "blue", "Ida"], ["Otter", "east", "red", "Per"]), "Heron | west | blue | Ida"),
        # No names at all; a form.
        ((["1", "", "3"], ["4", "5", "6"]), "4 | 5 | 6"),
        ((["Boat:", "Heron"], ["Berth:", "west"], ["Fee:", "120"]), "Berth: west"),
        ((["", "Depth", "Yield"], ["Well", "m", "l/s"], ["W1", "5", "2"]), "W1 | Depth: 5 | Yield: 2"),
    ],
)  # fmt: skip
def test_gaps_in_the_first_row_make_no_notes_of_it(
    rows: Sequence[Sequence[str]], line: str
) -> None:
    assert line in data(*rows).split("\n")


def test_notes_above_a_further_table_of_a_csv_file_are_lines_too() -> None:
    rows = [["Site", "Keys"], ["North", "4"], [], ["Quay Club", "", "tel 555-0142"], NAMES, *BOATS]
    text = "\n".join(",".join(row) for row in rows)
    document = table_loader.load(Source("berths.csv", text.encode()))
    assert "Quay Club | tel 555-0142" in document.text.split("\n")
    assert "Boat: Otter | Berth: east | Length: 12 | Fee: 160.00" in document.text.split("\n")


def test_names_that_are_said_again_are_no_row() -> None:
    names = ["Region", "Sales"]
    assert data(names, ["North", "10"], names, ["South", "20"]) == (
        "Region: North | Sales: 10\nRegion: South | Sales: 20"
    )


QUARTERS = (
    ["Quarter 1"],
    ["Region", "Sales", "Cost"],
    ["North", "10", "3"],
    ["South", "20", "4"],
)


@pytest.mark.parametrize(
    ("below", "lines"),
    [
        ([["Region", "Sales", "Cost"], ["North", "11", "5"]], "Region: North | Sales: 11 | Cost: 5"),
        ([["Region", "Fee"], ["North", "5"], ["South", "6"]], "\nRegion: North | Fee: 5\nRegion: South | Fee: 6"),
        (
            [["Team", "Heads", "Budget", "Open"], ["Ops", "4", "2000", "1"], ["Dev", "9", "900", "0"]],
            "\nTeam: Ops | Heads: 4 | Budget: 2000 | Open: 1\nTeam: Dev | Heads: 9 | Budget: 900 | Open: 0",
        ),
        # A part of the same table, whose first row has no numbers.
        ([["East", "n/a", "new"], ["West", "5", "6"]], "Region: East | Sales: n/a | Cost: new\nRegion: West | Sales: 5 | Cost: 6"),
    ],
)  # fmt: skip
def test_a_title_right_below_a_table_begins_another_where_names_stand_below_it(
    below: list[list[str]], lines: str
) -> None:
    first = (
        "Quarter 1\n\nRegion: North | Sales: 10 | Cost: 3\nRegion: South | Sales: 20 | Cost: 4\n"
    )
    text = sheet(block(1, 1, *QUARTERS, ["Next"], *below))
    assert text.replace("\n\nNext", "\nNext") == f"{first}Next\n{lines}"


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        # Of many kinds; of many units; the first of them no name; what fields are called; with a colon.
        ([["Contract", "Alpha Ltd"], ["Heads", "120"], ["Lead", "Eva Roth"]], "Heads: 120"),
        ([["Rating", "heavy"], ["Reach", "25 m"], ["Load", "3 kg"], ["Power", "400 W"]], "Reach: 25 m"),
        ([["Pump", "AK-310"], ["Seal", "rubber"], ["Draw", "4 A"]], "Pump: AK-310"),
        ([["Surname", "Roth", "First name", "Eva"], ["Street", "Seeweg 3", "Town", "Hamburg"]], "Street: Seeweg 3 | Town: Hamburg"),
        ([["Owner:", "Ida"], ["Berth:", "west"]], "Owner: Ida"),
        # None of these is: names above prices, dates and numbers.
        ([["Part", "Price"], ["Bolt", "2 EUR"], ["Nut", "on request"], ["Pin", "1 EUR"]], "Part: Nut | Price: on request"),
        ([["Step", "Due"], ["Draft", "2031-03-01"], ["Print", "2031-04-01"]], "Step: Draft | Due: 2031-03-01"),
        ([["Room", "Seats"], ["Blue", "12"], ["Red", "30"]], "Room: Red | Seats: 30"),
    ],
)  # fmt: skip
def test_labels_with_what_they_say_are_pairs(rows: list[list[str]], line: str) -> None:
    assert line in sheet(block(1, 1, *rows)).split("\n")


def test_a_form_whose_cells_reach_over_labels_is_pairs() -> None:
    rows = [
        [Cell("Surname"), Cell("Roth"), Cell("First name"), Cell("Eva")],
        [Cell("Member"), Cell("yes", columns=3)],
        [Cell("Town"), Cell("Hamburg"), Cell("Country"), Cell("")],
    ]
    assert table(rows) == "Surname: Roth | First name: Eva\nMember: yes\nTown: Hamburg | Country"


def test_rows_that_the_format_names_are_pairs() -> None:
    rows = [[Cell(f"Field {i}", header=True), Cell(f"answer {i}")] for i in range(3)]
    assert table(rows).startswith("Field 0: answer 0\nField 1: answer 1")


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ([["Name", "2026-03-09", "2026-03-16"], ["Ida", "x", ""], ["Per", "", "ill"]], "Name: Per | 2026-03-16: ill"),
        ([["Zone", "1 kg", "2 kg", "5 kg"], ["A", "4.5", "6", "8.5"]], "Zone: A | 1 kg: 4.5 | 2 kg: 6 | 5 kg: 8.5"),
        ([["Width", "600", "800", "1000"], ["Oak", "210", "255", "390"]], "Width: Oak | 600: 210 | 800: 255 | 1000: 390"),
        ([["Room", "08:00", "09:00"], ["Blue", "Yoga", ""]], "Room: Blue | 08:00: Yoga"),
        ([["Name", "1", "2", "3"], ["Ida", "F", "F", "S"]], "Name: Ida | 1: F | 2: F | 3: S"),
        # Rows of a table without names.
        ([["Bus 7", "08:00", "09:00"], ["Bus 8", "08:10", "09:10"]], "Bus 7 | 08:00 | 09:00"),
        ([["Oak", "600", "800", "1000"], ["Elm", "500", "700", "900"]], "Oak | 600 | 800 | 1000"),
        ([["Tea", "2 kg", "5 kg"], ["Rice", "1 kg", "3 kg"]], "Tea | 2 kg | 5 kg"),
    ],
)  # fmt: skip
def test_values_of_another_kind_than_those_below_name_columns(
    rows: list[list[str]], line: str
) -> None:
    assert line in data(*rows).split("\n")


def test_groups_of_names_over_several_rows() -> None:
    years = [["Firm", "Sales", "", "Profit", ""], ["", "2024", "2025", "2024", "2025"]]
    text = sheet(block(1, 1, *years, ["Alpha", "10", "12", "1", "2"]), [(1, 2, 1, 3), (1, 4, 1, 5), (1, 1, 2, 1)])  # fmt: skip
    assert "Firm: Alpha | Sales 2024: 10 | Sales 2025: 12 | Profit 2024: 1" in text
    part = [["", "", "Skills", ""], ["Name", "Team", "Welding", "Lifts"], ["Ida", "A", "", "yes"]]
    text = sheet(block(1, 1, *part), [(1, 3, 1, 4)])
    assert "Name: Ida | Team: A | Skills Lifts: yes" in text
    roster = [["Name", "Week 12", "", "", ""], ["", "Mon", "", "Tue", ""], ["", "Early", "Late", "Early", "Late"]]  # fmt: skip
    text = sheet(
        block(1, 1, *roster, ["Ida", "X", "", "", "K"]),
        [(1, 1, 3, 1), (1, 2, 1, 5), (2, 2, 2, 3), (2, 4, 2, 5)],
    )
    assert "Name: Ida | Week 12 Mon Early: X | Week 12 Tue Late: K" in text


def test_labels_of_groups_reach_over_the_gaps_behind_them() -> None:
    names = ["", "Plan", "Actual", "Plan", "Actual"]
    text = data(["Item", "Q1", "", "Q2", ""], names, ["Milk", "10", "12", "11", "9"])
    assert text == "Item: Milk | Q1 Plan: 10 | Q1 Actual: 12 | Q2 Plan: 11 | Q2 Actual: 9"
    text = data(["", "Summer", "", "Winter", ""], ["Quay", "from", "to", "from", "to"], ["West", "6", "9", "8", "5"])  # fmt: skip
    assert text == "Quay: West | Summer from: 6 | Summer to: 9 | Winter from: 8 | Winter to: 5"


def test_a_long_question_names_the_column_of_its_answers() -> None:
    asked = (
        "How satisfied are you with the opening hours of our library at weekends and on holidays?"
    )
    text = data(["Time", asked, "Again?"], ["10:11", "very", "yes"], ["10:30", "not at all", "no"])
    assert f"Time: 10:30 | {asked}: not at all | Again?: no" in text
    # Questions with answers are no names.
    assert "Pay?: Monthly." not in data(["Pay?", "Monthly."], ["Leave?", "30 days."])


def test_titled_tables_side_by_side_are_two() -> None:
    text = sheet(
        block(1, 1, ["Income"], ["Item", "Plan", "Actual"], ["Dues", "120", "118"])
        | block(1, 5, ["Expenses"], ["Item", "Plan", "Actual"], ["Rent", "60", "60"])
    )
    assert "Income\n\nItem: Dues | Plan: 120 | Actual: 118" in text
    assert "Expenses\n\nItem: Rent | Plan: 60 | Actual: 60" in text


def test_a_form_in_a_cell_is_pairs_too() -> None:
    writer = Writer(in_cell=True)
    write_table(cells([["Surname", "Roth"], ["Street", "Seeweg 3"]]), writer)
    assert writer.document("docx").text == "Surname: Roth; Street: Seeweg 3"
