"""PowerPoint: all that a slide shows, and its notes, in reading order."""

from __future__ import annotations

import io

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide
from pptx.util import Inches

from rag.documents.document import Document
from rag.documents.formats import format_for, load
from rag.documents.source import Source


def read(deck: Deck) -> Document:
    out = io.BytesIO()
    deck.save(out)
    format = format_for("a.pptx", out.getvalue()[:1024])
    assert format
    return load(Source("a.pptx", out.getvalue()), format)


def slide(deck: Deck, title: str) -> Slide:
    one = deck.slides.add_slide(deck.slide_layouts[5])
    one.shapes.title.text = title
    return one


def test_charts_are_read_as_rows_that_name_them() -> None:
    deck = Presentation()
    data = CategoryChartData()
    data.categories = ["Spring", "Summer"]
    data.add_series("Visitors", (1200, 5400))
    shape = slide(deck, "Museum").shapes.add_chart(
        XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(2), Inches(6), Inches(4), data
    )
    shape.chart.has_title = True
    shape.chart.chart_title.text_frame.text = "By season"
    assert "By season: Summer | Visitors: 5400" in read(deck).text


def test_tables_keep_their_spans_and_names() -> None:
    deck = Presentation()
    table = (
        slide(deck, "Shifts")
        .shapes.add_table(3, 3, Inches(1), Inches(2), Inches(6), Inches(2))
        .table
    )
    for i, row in enumerate((("Crew", "Hours", ""), ("", "from", "to"), ("Red", "06:00", "14:00"))):
        for j, text in enumerate(row):
            table.cell(i, j).text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    text = read(deck).text
    assert "Red" in text and "06:00" in text and "from" in text


def test_what_stands_beside_each_other_is_read_from_left_to_right() -> None:
    deck = Presentation()
    one = slide(deck, "Two columns")
    for left, top, text in ((6, 2.0, "right one"), (1, 2.05, "left one"), (1, 1.5, "above")):
        one.shapes.add_textbox(
            Inches(left), Inches(top), Inches(2), Inches(1)
        ).text_frame.text = text
    text = read(deck).text
    assert text.index("above") < text.index("left one") < text.index("right one")


DATES, DONE = ("May", "June", "July"), ("Kick-off", "Pilot", "Review")


def _boxes(one: Slide, rows: list[tuple[float, tuple[str, ...]]], every: float = 2.2) -> None:
    for top, texts in rows:
        for at, text in enumerate(texts):
            box = one.shapes.add_textbox(
                Inches(0.5 + every * at), Inches(top), Inches(2), Inches(0.5)
            )
            box.text_frame.text = text


@pytest.mark.parametrize("every", [2.2, 2.0])
def test_two_rows_of_boxes_in_the_same_columns_are_read_in_pairs(every: float) -> None:
    deck = Presentation()
    _boxes(slide(deck, "Roadmap"), [(2, DATES), (2.9, DONE)], every)
    pairs = [one for pair in zip(DATES, DONE, strict=True) for one in pair]
    assert read(deck).text.split("\n\n") == ["Roadmap", *pairs]


def test_three_rows_of_boxes_are_read_row_by_row() -> None:
    deck = Presentation()
    _boxes(slide(deck, "Roadmap"), [(2, DATES), (2.7, DONE), (3.4, ("Bern", "Basel", "Chur"))])
    assert read(deck).text.split("\n\n")[:5] == ["Roadmap", *DATES, "Kick-off"]


def test_values_that_the_axis_shows_as_shares_are_shares() -> None:
    deck = Presentation()
    data = CategoryChartData()
    data.categories = ["North"]
    data.add_series("2024", [0.315])
    frame = slide(deck, "Share").shapes.add_chart(
        XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(2), Inches(6), Inches(4), data
    )
    labels = frame.chart.value_axis.tick_labels
    labels.number_format, labels.number_format_is_linked = "0%", False
    assert "North | 2024: 31.5%" in read(deck).text


def test_notes_hidden_slides_and_alternative_texts_are_read_and_marked() -> None:
    deck = Presentation()
    one = slide(deck, "Plan")
    one.notes_slide.notes_text_frame.text = "The Green crew starts in January."
    box = one.shapes.add_textbox(Inches(1), Inches(2), Inches(2), Inches(1))
    box._element.nvSpPr.cNvPr.set("descr", "Map of the harbour")
    slide(deck, "Draft")._element.set("show", "0")
    document = read(deck)
    assert "Notes: The Green crew starts in January." in document.text
    assert (
        "[Picture: Map of the harbour]" in document.text and "Draft (hidden slide)" in document.text
    )
    assert document.notes == ("1 hidden slides are read, and marked as such",)
    assert [page.number for page in document.pages] == [1, 2]


def test_levels_of_a_list_are_kept() -> None:
    deck = Presentation()
    one = deck.slides.add_slide(deck.slide_layouts[1])
    frame = one.placeholders[1].text_frame
    frame.text = "First"
    inner = frame.add_paragraph()
    inner.text, inner.level = "inside", 1
    assert "- First\n  - inside" in read(deck).text
