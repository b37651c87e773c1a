"""Lines of a PDF: put back into paragraphs, words that were cut joined, what only counts or adorns them left out."""

from __future__ import annotations

import io
from collections import Counter

import pytest
from reportlab.pdfgen import canvas

from rag.documents.formats import format_for, load
from rag.documents.loaders.pdf.lines import (
    HYPHEN,
    full_line,
    join_hyphens,
    page_lines,
    reflow,
    with_initials,
    without_numbers,
)
from rag.documents.source import Source
from tests.painting import Line, below, pdf

NONE: Counter[str] = Counter()


def read(data: bytes) -> str:
    format = format_for("a.pdf", data[:1024])
    assert format
    return load(Source("a.pdf", data), format).text


def blocks(*lines: str) -> list[str]:
    return reflow(list(lines), full_line(list(lines)))


def test_words_cut_by_a_hyphen_of_their_own_sign_are_joined() -> None:
    lines = page_lines("Es sind mindes\u2010\nten\u2010 zehn, E\u2010Mail und e\u2011book.")
    assert lines[0] == f"Es sind mindes{HYPHEN}"
    assert join_hyphens("\n".join(lines), NONE) == "Es sind mindesten- zehn, E-Mail und e-book."
    # A word may be cut twice in a narrow cell.
    cut = f"Kranken{HYPHEN}haustagegeld{HYPHEN}versicherung"
    assert join_hyphens(cut, NONE) == "Krankenhaustagegeldversicherung"


def test_a_sentence_goes_on_where_the_next_line_begins_in_lower_case() -> None:
    wide = "A line that reaches over all of the page, from one margin to the other one, says this."
    narrow = ["Irrigation requires reliable knowledge of the", "soil and of its water."]
    assert blocks(wide, wide, wide, "Results", *narrow)[-1] == " ".join(narrow)
    running = "NOTES TO CONSOLIDATED FINANCIAL STATEMENTS (Continued)"
    assert blocks(f"{wide} {wide}", running, "capable of being told apart")[1] == running
    # Short ones stay apart, as those do that begin with a capital.
    assert blocks(wide, wide, "Fruit", "apples", "pears")[-2:] == ["apples", "pears"]
    assert blocks(wide, wide, "Opening hours of the town hall", "Monday to Friday")[-1] == "Monday to Friday"  # fmt: skip


def test_entries_of_a_table_of_contents_stand_by_themselves() -> None:
    entry = f"1 Working time {'. ' * 60}4"
    text = "Whoever works at the headquarters is expected to be reachable between ten"
    found = blocks(entry, entry.replace("1", "2", 1), text, "and three; all else is free.")
    assert found == [entry, entry.replace("1", "2", 1), f"{text} and three; all else is free."]


def test_what_a_line_leads_into_begins_anew() -> None:
    lead = "Mr Patel reported on the inspection of the new playground:"
    assert blocks(lead, "The swing must be replaced by the end of August at last")[0] == lead


def test_a_line_in_capitals_is_none_with_one_that_is_not() -> None:
    lines = [
        "Marta Lindqvist, Storgatan 14",
        "EXPERIENCE IN FIGURES",
        "Nine years in logistics and",
    ]
    assert blocks(*lines, "in the trade.")[:2] == lines[:2]


def test_letters_that_are_set_apart_are_words() -> None:
    out = io.BytesIO()
    page = canvas.Canvas(out)
    for y, words, apart in (
        (740, "CONTACT", 3),
        (700, "WORK IN FIGURES", 3),
        (660, "Nine years", 0),
    ):
        page.drawString(72, y, words, charSpace=apart)
    for at, grade in enumerate("ABCDE"):
        page.drawString(72 + 60 * at, 620, grade)
    page.save()
    lines = read(out.getvalue()).split("\n")
    assert lines[0] == "CONTACT" and "WORK IN FIGURES" in lines
    assert not any("ABCDE" in line for line in lines)


def test_numbers_that_count_lines_in_the_margin_are_left_out() -> None:
    contract = ["1 The Goods are the oil prod", "2 ucts that are listed below. The", "3 seller hands them over at the", "4 warehouse, and the buyer takes", "5 them within a week of notice."]  # fmt: skip
    contract[0] += f"{HYPHEN}{contract.pop(1)}"
    said = without_numbers(contract)
    assert join_hyphens(" ".join(said).replace(f"{HYPHEN} ", HYPHEN), NONE).startswith(
        "The Goods are the oil products that are listed below. The seller hands"
    )
    items = [f"{n} Open box {n} and take out all" for n in range(1, 7)]
    assert without_numbers(items) == items


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["T", "he harbour was busy."], "The harbour was busy."),
        (["A", "ll of them came."], "All of them came."),
        (["A", "harbour was built."], "A harbour was built."),
        (["T", "The harbour"], "T\nThe harbour"),
    ],
)
def test_a_large_initial_belongs_to_its_word(lines: list[str], joined: str) -> None:
    assert "\n".join(with_initials(lines, Counter({"all": 2, "ll": 1}))) == joined


def test_a_table_beside_text_is_one() -> None:
    prose = [
        "The probes were compared", "over a whole season.", "The first did best in sand,",
        "the second one in clay.", "All of them were read", "twice a day by hand.",
    ]  # fmt: skip
    left: list[Line] = below(*prose, x=60, step=19)
    rows = [("SX-10", "2.1", "3.4", "5.9"), ("SX-20", "2.6", "3.0", "5.1"), ("Hydra", "4.2", "4.9", "9.3"), ("M3", "6.8", "6.1", "12.7")]  # fmt: skip
    right = [(x, 750 - 16 * i, cell) for i, row in enumerate(rows) for x, cell in zip((300, 370, 430, 490), row, strict=True)]  # fmt: skip
    text = read(pdf([*left, *right]))
    assert "Hydra | 4.2 | 4.9 | 9.3\nM3 | 6.8 | 6.1 | 12.7" in text
    assert "The first did best in sand," in text


def test_a_table_and_a_list_beside_it_are_two() -> None:
    rows = [("Region", "Q2", "Q3"), ("North", "12.4", "13.9"), ("South", "8.1", "7.7"), ("Overseas", "3.0", "5.2")]  # fmt: skip
    table = [(x, 740 - 18 * i, cell) for i, row in enumerate(rows) for x, cell in zip((60, 150, 210), row, strict=True)]  # fmt: skip
    said = ["North profits from the new store", "South lost one large customer", "Overseas is a new market", "All in EUR million"]  # fmt: skip
    text = read(pdf([*table, *below(*said, x=300, top=740, step=18)]))
    assert "South | 8.1 | 7.7\nOverseas | 3.0 | 5.2" in text
    assert not any("|" in line for line in text.split("\n") if "customer" in line)


def test_a_column_at_the_side_is_read_by_itself() -> None:
    skills = ["Skills", "Python, SQL", "Data modelling", "Planning", "Swedish", "English"]
    work = ["Experience", "Data engineer, Volta", "Built the price monitoring", "Analyst, City of Boras", "Traffic counts", "Yearly reports"]  # fmt: skip
    years = ["", "2020 to today", "", "2014 to 2016", "", ""]
    side = below(*skills, x=60, top=740, step=18)
    main = [(x, 740 - 18 * i, part) for i, row in enumerate(zip(work, years, strict=True)) for x, part in zip((220, 440), row, strict=True) if part]  # fmt: skip
    text = read(pdf([*side, *main]))
    assert text.index("English") < text.index("Experience")
    assert "Data modelling |" not in text and "| Built" not in text


def test_a_table_painted_column_by_column_stays_one() -> None:
    columns = [("Part", "Bolt", "Nut", "Pin", "Ring"), ("Price", "2.10", "1.20", "0.80", "3.00"), ("Stock", "14", "20", "19", "31")]  # fmt: skip
    cells = [line for x, column in zip((60, 180, 300), columns, strict=True) for line in below(*column, x=x, top=740, step=18)]  # fmt: skip
    assert "Nut | 1.20 | 20" in read(pdf(cells))


def test_all_lines_of_a_grid_may_be_one_path() -> None:
    out = io.BytesIO()
    page = canvas.Canvas(out)
    page.grid([60, 160, 220, 280], [740, 720, 700, 680])
    rows = [("May", "Read", "Edit"), ("Guest", "x", ""), ("Editor", "", "x")]
    for y, row in zip((726, 706, 686), rows, strict=True):
        for x, cell in zip((65, 165, 225), row, strict=True):
            page.drawString(x, y, cell)
    page.save()
    assert "Guest | x\nEditor |  | x" in read(out.getvalue())
