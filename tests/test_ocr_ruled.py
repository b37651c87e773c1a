"""Tables and forms that lines are drawn around, on pictures: found by their lines, read field by field."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from rag.documents.formats import format_for, load
from rag.documents.ocr import ocr_available
from rag.documents.ocr.fields import held
from rag.documents.ocr.pieces import Piece
from rag.documents.ocr.ruled import Field, Ruled, ruled
from rag.documents.ocr.seen import Word
from rag.documents.source import Source

pytest.importorskip("cv2", reason="the extra ocr is not installed")

HEIGHT = 24.0
COLUMNS, ROWS = (50, 250, 600, 800), (100, 160, 220, 300)
Texts = Sequence[tuple[int, int, str, int]]
"""Left, top, text, size."""


def picture(*, texts: Texts = (), gone: Sequence[tuple[int, int, int, int]] = ()) -> Image.Image:
    """A grid of three columns and rows, without the lines that are ``gone``."""
    image = Image.new("RGB", (850, 400), "white")
    draw = ImageDraw.Draw(image)
    for x in COLUMNS:
        draw.line((x, ROWS[0], x, ROWS[-1]), "black", 2)
    for y in ROWS:
        draw.line((COLUMNS[0], y, COLUMNS[-1], y), "black", 2)
    for line in gone:
        draw.line(line, "white", 4)
    for left, top, text, size in texts:
        draw.text((left, top), text, "black", ImageFont.load_default(size=size))
    return image


def found(image: Image.Image, skew: float = 0.0) -> list[Ruled]:
    return ruled(np.ascontiguousarray(np.array(image)), skew, HEIGHT)


def test_a_grid_is_found_with_its_fields() -> None:
    (grid,) = found(picture())
    assert np.allclose(grid.columns, COLUMNS, atol=2) and np.allclose(grid.rows, ROWS, atol=2)
    assert grid.fields == tuple(Field(i, j, 1, 1) for i in range(3) for j in range(3))
    assert grid.field_at(300, 200) == Field(1, 1, 1, 1) and grid.field_at(20, 200) is None


def test_fields_reach_over_lines_that_are_not_there() -> None:
    wide, high = (250, 103, 250, 157), (53, 220, 247, 220)
    (grid,) = found(picture(gone=[wide, high]))
    assert set(grid.fields) >= {Field(0, 0, 1, 2), Field(1, 0, 2, 1), Field(1, 1, 1, 1)}
    assert len(grid.fields) == 7


def test_a_grid_that_is_askew_is_turned_back() -> None:
    turned = picture().rotate(-1.0, Image.Resampling.BICUBIC, fillcolor="white", center=(0, 0))
    (grid,) = found(turned, np.radians(1.0))
    assert np.allclose(grid.columns, COLUMNS, atol=3) and np.allclose(grid.rows, ROWS, atol=3)


def test_text_frames_and_rules_are_no_grids() -> None:
    lone = Image.new("RGB", (850, 400), "white")
    draw = ImageDraw.Draw(lone)
    draw.rectangle((50, 50, 800, 350), outline="black", width=2)
    for y in (120, 200):
        draw.line((90, y, 700, y), "black", 2)
    draw.text((100, 140), "HILLTILE — ILLTH", "black", ImageFont.load_default(size=40))
    assert found(lone) == []


def piece(left: float, middle: float, *words: str, height: float = HEIGHT, every: float = 60) -> Piece:  # fmt: skip
    spans = tuple((left + every * i, left + every * i + every - 8) for i in range(len(words)))
    said = tuple(Word(word, (0, 0, 0, 0), 0.9) for word in words)
    return Piece(left, middle - height / 2, spans[-1][1], middle + height / 2, said, spans)


GRID = Ruled((50, 250, 600), (100, 200, 300), tuple(Field(i, j, 1, 1) for i in (0, 1) for j in (0, 1)))  # fmt: skip


def test_lines_of_a_field_are_one_cell_and_pieces_are_parted_at_lines() -> None:
    rows = [
        piece(60, 130, "Nr."),
        piece(260, 130, "Topic"),
        piece(180, 230, "2", "Offer", every=80),  # found in one, over a line between fields
        piece(260, 260, "Suter"),
    ]
    table = held(GRID, rows)
    assert table and table.block.rows == (("Nr.", "Topic"), ("2", "Offer Suter"))
    assert [line.text for line in table.block.lines] == ["Nr.", "Topic", "2", "Offer Suter"]


def test_labels_in_small_letters_are_those_of_what_is_filled_in_below() -> None:
    small = 16.0
    rows = [
        *(piece(60, 115, "Surname", height=small), piece(60, 150, "Rossi")),
        *(piece(260, 115, "Born", height=small), piece(260, 150, "1988")),
        *(piece(60, 215, "Place", height=small), piece(60, 250, "Stairs", "C")),
        *(piece(260, 215, "Time:", height=small), piece(260, 250, "07:45")),
    ]
    form = held(GRID, rows)
    assert form and not form.block.rows
    assert form.block.text.split("\n") == [
        "Surname: Rossi", "Born: 1988", "Place: Stairs C", "Time: 07:45",
    ]  # fmt: skip


def test_what_holds_little_or_is_crossed_by_words_is_no_table() -> None:
    assert held(GRID, [piece(60, 130, "one")]) is None
    crossing = piece(10, 130, "a", "word", "outside", every=80)
    assert held(GRID, [crossing, piece(260, 130, "b"), piece(60, 230, "c")]) is None


@pytest.mark.skipif(not ocr_available("en"), reason="no OCR")
@pytest.mark.parametrize("angle", [0.0, -0.8])
def test_a_scanned_table_whose_cells_have_several_lines(angle: float) -> None:
    texts = [
        *((60, 115, "No.", 22), (260, 115, "Topic", 22), (610, 115, "Due", 22)),
        *((60, 175, "1", 22), (260, 165, "Welcome and", 22), (260, 190, "minutes of May", 22)),
        *((610, 175, "30 June", 22), (60, 245, "2", 22), (260, 245, "Heating", 22)),
        (610, 245, "15 July", 22),
    ]
    image = picture(texts=texts).rotate(angle, Image.Resampling.BICUBIC, fillcolor="white")
    out = io.BytesIO()
    image.resize((1700, 800), Image.Resampling.LANCZOS).save(out, "PNG")
    format = format_for("minutes.png")
    assert format
    text = load(Source("minutes.png", out.getvalue()), format).text
    assert "Welcome and minutes of May" in text and "30 June" in text
    assert [line.count("|") for line in text.split("\n")] == [2, 2, 2]
