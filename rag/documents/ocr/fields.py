"""What stands in the fields of a table that lines are drawn around."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.documents.ocr.pieces import Piece
from rag.documents.ocr.ruled import Field, Ruled
from rag.documents.ocr.seen import Block, Line, Word

LEAST_FILLED = 0.4  # share of a table's fields in which something stands
LABEL = 0.9  # share of the height of what is filled into a field that its label has at most
LABELLED = 0.7  # share of the fields that have a label, of a form


@dataclass(frozen=True, slots=True)
class Held:
    """A table, how far down it begins (in pixels), and the pieces that it is made of."""

    block: Block
    top: float
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """Words of a line in one field, and how high they are and stand."""

    words: tuple[Word, ...]
    left: float
    middle: float
    height: float


def held(grid: Ruled, pieces: Sequence[Piece]) -> Held | None:
    """The table that a grid is, with what stands in it; None where that is no table: a drawing, a frame around a text."""
    own: list[Piece] = []
    cells: dict[Field, list[_Said]] = {}
    for piece in pieces:
        places = [grid.field_at((a + b) / 2, piece.middle) for a, b in piece.spans]
        if not any(places):
            continue
        if not all(places):
            return None  # a word stands across its frame
        own.append(piece)
        for field in dict.fromkeys(one for one in places if one):
            at = [number for number, one in enumerate(places) if one == field]
            words = tuple(piece.words[number] for number in at)
            said = _Said(words, piece.spans[at[0]][0], piece.middle, piece.height)
            cells.setdefault(field, []).append(said)
    beside = [{f.column for f in cells if f.row == row} for row in range(len(grid.rows) - 1)]
    if len(cells) < LEAST_FILLED * len(grid.fields) or sum(len(row) > 1 for row in beside) < 2:
        return None
    lines = {field: list(_lines(said)) for field, said in cells.items()}
    return Held(_form(lines) or _table(grid, lines), grid.rows[0], tuple(own))


def _lines(said: Sequence[_Said]) -> Iterator[_Said]:
    """The lines of a field from top to bottom."""
    rows: list[list[_Said]] = []
    for one in sorted(said, key=lambda one: one.middle):
        if rows and one.middle - rows[-1][0].middle < rows[-1][0].height / 2:
            rows[-1].append(one)
        else:
            rows.append([one])
    for row in rows:
        row.sort(key=lambda one: one.left)
        words = tuple(word for one in row for word in one.words)
        yield replace(row[0], words=words, height=max(one.height for one in row))


def _form(cells: dict[Field, list[_Said]]) -> Block | None:
    """The lines of a form: fields that each begin with a label in smaller letters than what is filled in below it."""
    labelled = {field for field, lines in cells.items() if _is_labelled(lines)}
    if len(labelled) < LABELLED * len(cells):
        return None
    lines: list[Line] = []
    for field in sorted(cells):
        label, *rest = cells[field]
        words = label.words
        if rest and not words[-1].text.endswith(":"):
            words = (*words[:-1], replace(words[-1], text=f"{words[-1].text}:"))
        lines.append(Line((*words, *(word for one in rest for word in one.words))))
    return Block(tuple(lines), flows=False)


def _is_labelled(lines: Sequence[_Said]) -> bool:
    return len(lines) > 1 and lines[0].height <= LABEL * min(one.height for one in lines[1:])


def _table(grid: Ruled, cells: dict[Field, list[_Said]]) -> Block:
    """Its rows; a cell over several rows or columns stands in each, a title over all columns once."""
    length, width = len(grid.rows) - 1, len(grid.columns) - 1
    texts = [[""] * width for _ in range(length)]
    lines: list[Line] = []
    of_rows: list[list[int]] = [[] for _ in range(length)]
    for field in sorted(cells):
        words = tuple(word for one in cells[field] for word in one.words)
        text = " ".join(word.text for word in words)
        wide = 1 if field.columns == width else field.columns
        for row in range(field.row, field.row + field.rows):
            texts[row][field.column : field.column + wide] = [text] * wide
        of_rows[field.row].append(len(lines))
        lines.append(Line(words))
    filled = [number for number, row in enumerate(texts) if any(row)]
    return Block(
        tuple(lines),
        flows=False,
        rows=tuple(tuple(texts[number]) for number in filled),
        lines_of=tuple(tuple(of_rows[number]) for number in filled),
        columns=tuple(pairwise(grid.columns)),
    )
