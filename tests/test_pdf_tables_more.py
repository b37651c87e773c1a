"""PDF: where one table ends and the next begins; rows that no lines part; forms in boxes."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from rag.documents.formats import format_for, load
from rag.documents.source import Source

Rows = Sequence[Sequence[str]]


def read(paint: Callable[[canvas.Canvas], None], size: float = 10) -> str:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    page.setFont("Helvetica", size)
    paint(page)
    page.showPage()
    page.save()
    format = format_for("a.pdf", out.getvalue()[:1024])
    assert format
    return load(Source("a.pdf", out.getvalue()), format).text


def columns(page: canvas.Canvas, at: Sequence[float], top: float, step: float, rows: Rows) -> None:
    """Rows in columns: at a negative place they end, at others they begin."""
    for i, row in enumerate(rows):
        for x, text in zip(at, row, strict=True):
            if x < 0:
                page.drawRightString(-x, top - step * i, text)
            else:
                page.drawString(x, top - step * i, text)


def framed(page: canvas.Canvas, edges: Sequence[float], top: float, rows: Rows) -> float:
    """A table with lines around it, between its columns and below its first row, and none between the others; its foot."""
    foot = top - 12 * len(rows) - 4
    for y in (top, top - 14, foot):
        page.line(edges[0], y, edges[-1], y)
    for x in edges:
        page.line(x, top, x, foot)
    columns(page, [x + 4 for x in edges[:-1]], top - 10, 12, rows)
    return foot


ITEMS = [
    ("Item", "Qty", "Unit price", "Amount"),
    ("Lamp Orion", "24", "39.90", "957.60"),
    ("Mounting", "6", "68.00", "408.00"),
    ("Total", "", "", "1,365.60"),
]
BLOCKS = [("Bill to", "Ship to"), ("Hotel Post", "Hotel Post Annex"), ("York", "Leeds")]


def test_blocks_side_by_side_are_no_names_of_the_table_below() -> None:
    def paint(page: canvas.Canvas) -> None:
        columns(page, [40, 310], 760, 11, BLOCKS)
        columns(page, [40, -275, -440, -575], 712, 17, ITEMS)

    text = read(paint)
    assert "Bill to | Ship to\nHotel Post | Hotel Post Annex\nYork | Leeds\n\nItem | Qty" in text
    assert "Lamp Orion | 24 | 39.90 | 957.60" in text

    def named(page: canvas.Canvas) -> None:
        columns(page, [40, 150, 300, 430], 760, 11, [("Item", "Quantity", "Price", "Amount"), ("", "pieces", "EUR", "EUR")])  # fmt: skip
        columns(page, [40, -240, -390, -520], 722, 16, [(f"Lamp {n}", f"{n}", "39.90", "57.60") for n in range(1, 16)])  # fmt: skip

    # Names stay those of the values below them, however far above these.
    assert "Item: Lamp 3 | Quantity pieces: 3 | Price EUR: 39.90 | Amount EUR: 57.60" in read(named)


def test_a_table_in_other_columns_begins_with_its_own_names() -> None:
    def paint(page: canvas.Canvas) -> None:
        columns(page, [40, -250, -400, -550], 760, 14, [("Store", "Opened", "Closed", "Open"), ("North", "10", "0", "18"), ("South", "7", "1", "25"), ("Coast", "soon", "no", "no"), ("Hill", "late", "no", "no")])  # fmt: skip
        columns(page, [40, -320, -480], 678, 14, [("Year", "Profit", "Staff"), ("Before", "1.5", "30"), ("After", "2.5", "41")])  # fmt: skip

    text = read(paint)
    assert "Store | Opened | Closed | Open\nNorth | 10 | 0 | 18" in text
    assert "\n\nYear | Profit | Staff\nBefore | 1.5 | 30" in text


def test_running_columns_below_a_table_are_none_of_it() -> None:
    left = ["Everybody is welcome in the hall on 6 May from", "nine on. Cakes are taken by Mrs Frei, who", "keeps them in the cellar, where it is cold."]  # fmt: skip
    right = ["A red jacket was left on Easter Monday, and", "nobody has asked for it since. It can be", "fetched from the office until the end of May."]  # fmt: skip

    def paint(page: canvas.Canvas) -> None:
        columns(page, [40, 265, 335], 760, 17, [("3 May", "10:00", "Service"), ("10 May", "10:00", "Family service"), ("13 May", "19:30", "Choir practice")])  # fmt: skip
        columns(page, [40], 700, 11, [[line] for line in left])
        columns(page, [305], 711, 11, [[line] for line in right])

    text = read(paint)
    assert "13 May | 19:30 | Choir practice\n\n" in text
    assert " ".join(left) in text
    assert " ".join(right) in text


ROOMS = [("Room", "Teacher", "Class"), ("Aula", "Keller", "3a"), ("Gym", "", "4b"), ("Lab", "Roux", "")]  # fmt: skip


WEEK = [("", "Mon", "Tue"), ("8", "Art", ""), ("9", "Art", "Sport"), ("10", "", "Sport")]


def test_rows_that_no_lines_part_stay_apart_where_cells_are_empty() -> None:
    def paint(page: canvas.Canvas) -> None:
        foot = framed(page, [60, 130, 200, 270], 760, WEEK)
        foot = framed(page, [90, 180, 240, 310], foot - 10, ROOMS)
        framed(page, [60, 130, 200, 270], foot - 10, [*ROOMS[:2], ("Gym", "Frei", "4b"), ROOMS[3]])

    text = read(paint)
    assert "8 | Art\n9 | Art | Sport\n10 |  | Sport" in text
    assert "Room | Teacher | Class\nAula | Keller | 3a\nGym |  | 4b" in text
    assert "Aula | Keller | 3a\nGym | Frei | 4b\nLab | Roux" in text


def test_lines_of_one_row_stay_together_below_a_table_without_lines_between_rows() -> None:
    wrapped = ["The pump was opened", "and cleaned; its old", "gasket has cracks."]
    found = [("Part", "Finding", "Who"), ("Pump P-1", wrapped[0], "Eva"), ("", wrapped[1], ""), ("", wrapped[2], "")]  # fmt: skip
    posts = [("Seller", "Buyer", "Date"), ("Post Ltd", "Orion Ltd", "1 May"), ("Market Sq 1", "Lake Rd 22", ""), ("York", "Leeds", "")]  # fmt: skip

    def paint(page: canvas.Canvas) -> None:
        foot = framed(page, [60, 130, 200, 270], 760, WEEK)
        foot = framed(page, [60, 130, 240, 300], foot - 40, found)
        framed(page, [60, 160, 260, 360], foot - 40, posts)

    text = read(paint)
    assert "9 | Art | Sport" in text
    assert f"Pump P-1 | {' '.join(wrapped)} | Eva" in text
    assert "Post Ltd Market Sq 1 York | Orion Ltd Lake Rd 22 Leeds | 1 May" in text


def test_tables_that_share_a_line_are_two() -> None:
    menu = [("Day", "Menu"), ("Monday", "Soup"), ("Tuesday", "Risotto"), ("Friday", "Fish")]

    def paint(page: canvas.Canvas) -> None:
        foot = framed(page, [60, 110, 180, 240], 760, ROOMS)
        framed(page, [60, 140, 260], foot, menu)

    text = read(paint)
    assert "Room | Teacher | Class\nAula | Keller | 3a" in text
    assert "\n\nDay | Menu\nMonday | Soup\nTuesday | Risotto" in text


def test_a_line_under_words_right_below_a_table_is_none_of_it() -> None:
    rows = [("No.", "Topic", "Who"), ("1", "Welcome and", "Egli"), ("", "Minutes", ""), ("2", "Offer of", "Hofer"), ("", "Suter Ltd", "")]  # fmt: skip

    def paint(page: canvas.Canvas) -> None:
        foot = framed(page, [60, 130, 240, 300], 760, rows)
        page.line(60, 721, 300, 721)
        page.setFont("Helvetica", 5)
        page.drawString(60, foot - 5.5, "Rooms until May, new rooms")
        page.drawString(180, foot - 5.5, "from June on")
        page.line(60, foot - 6.8, 155, foot - 6.8)

    text = read(paint)
    assert (
        "No. | Topic | Who\n1 | Welcome and Minutes | Egli\n2 | Offer of Suter Ltd | Hofer\n\n"
        in text
    )
    assert text.endswith("Rooms until May, new rooms from June on")


def boxes(page: canvas.Canvas, top: float, rows: Sequence[Sequence[tuple[str, str]]]) -> None:
    """A form: boxes over all of the page's width in each row, a small label in each and below it what is filled in."""
    for i, row in enumerate(rows):
        for j, (label, said) in enumerate(row):
            x, wide, y = 40 + 480 * j / len(row), 480 / len(row), top - 30 * i
            page.rect(x, y - 30, wide, 30)
            page.setFont("Helvetica", 7)
            page.drawString(x + 4, y - 9, label)
            page.setFont("Helvetica", 10)
            page.drawString(x + 4, y - 24, said)


def test_boxes_of_a_form_are_labels_with_what_is_filled_in() -> None:
    form = [
        [("Surname, first name", "Rossi, Elena"), ("Date of birth", "04.11.1988")],
        [("Date of accident", "02.02.2026"), ("Time", "07:45"), ("Place", "Stairs, building C")],
        [("Course of events", "Slipped on the wet floor.")],
    ]
    assert read(lambda page: boxes(page, 760, form)).strip().split("\n")[-3:] == [
        "Surname, first name: Rossi, Elena | Date of birth: 04.11.1988",
        "Date of accident: 02.02.2026 | Time: 07:45 | Place: Stairs, building C",
        "Course of events: Slipped on the wet floor.",
    ]


def test_a_bar_in_a_cell_parts_no_cells() -> None:
    rows = [("Stop", "S23", "IR 36", "RE 12"), ("Aarau", "5:42", "6:02", "6:18"), ("Baden", "5:51", "|", "6:26"), ("Brugg", "5:56", "|", "6:31")]  # fmt: skip
    text = read(lambda page: columns(page, [40, 150, 230, 310], 760, 14, rows))
    assert "Baden | 5:51 | │ | 6:26" in text
