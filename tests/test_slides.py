"""PowerPoint: all that a slide shows, and its notes, in reading order."""

from __future__ import annotations

import io

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
