"""The text of a page in the order in which it is read: its columns one after the other, its tables row by row, the
marks of its lists before what they mark, the lines of a form from top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from rag.documents.loaders.pdf.bidi import RIGHT_TO_LEFT
from rag.documents.loaders.pdf.columns import Box, columns_of, gutters_of, reordered
from rag.documents.loaders.pdf.combs import combs_of, without_combs, written
from rag.documents.loaders.pdf.headings import Style, of_parts
from rag.documents.loaders.pdf.lines import numbered_lines, page_lines
from rag.documents.loaders.pdf.marks import of_marked, with_marks
from rag.documents.loaders.pdf.objects import Objects
from rag.documents.loaders.pdf.ordered import order_of, renumbered
from rag.documents.loaders.pdf.runs import characters_in
from rag.documents.loaders.pdf.strokes import strokes_of
from rag.documents.loaders.pdf.tables import Table, tables_of

Spans = Sequence[tuple[int, int]]
"""Characters of a page's text: from, to."""
Styles = Mapping[str, Style]


@dataclass(frozen=True, slots=True)
class Arranged:
    """A page's text, its lines, and the tables among them. ``restyled`` gives the styles of its lines from those
    of the lines as they were painted; ``spans`` the characters of the painted text in the order of this one."""

    text: str
    lines: list[str]
    tables: list[Table]
    restyled: Callable[[Styles], Styles]
    spans: Callable[[], Spans]


def arranged(objects: Objects, textpage: Any, text: str, boxes: list[Box]) -> Arranged:
    """What is painted on a page in order: ``text`` as PDFium reads it, its raised digits marked, and the ``boxes`` of its
    runs."""
    gutters = gutters_of(boxes)
    strokes = strokes_of(objects)
    if combs := combs_of(textpage, text, strokes):
        strokes = without_combs(strokes, combs)
        text = written(text, combs)
    found = reordered(textpage, boxes, gutters) if gutters else None
    columns = None
    if gutters:  # where they are painted across each other, only what is drawn is told apart
        columns = columns_of(boxes, gutters) if found is None else []
    text, lines, tables = tables_of(objects, strokes, textpage, text, boxes, columns=columns)
    if tables and gutters:
        return _with_tables(text, lines, tables)
    if gutters:
        if found is None:
            return _as_painted(text, page_lines(text), cut=True)
        within, parts = found
        lines = page_lines(within)
        inside = partial(characters_in, textpage, parts)
        return Arranged(within, lines, [], partial(of_parts, lines), inside)
    if tables or (marked := with_marks(textpage, text, lines, boxes)) is None:
        return _from_top(textpage, text, tables, boxes) or _with_tables(text, lines, tables)
    within, spans = marked
    lines = page_lines(within)
    return Arranged(within, lines, [], partial(of_marked, lines), lambda: spans)


def _from_top(
    textpage: Any, text: str, tables: Sequence[Table], boxes: Sequence[Box]
) -> Arranged | None:
    """A page by its heights; None where it was painted so, or is written from right to left."""
    if RIGHT_TO_LEFT.search(text):
        return None
    lines, places = numbered_lines(text)
    if (order := order_of(textpage, text, places, tables, boxes)) is None:
        return None
    spans = [places[n] for n in order]
    within = "\n".join(text[begin:end] for begin, end in spans)
    moved = [renumbered(table, order) for table in tables]
    return Arranged(within, [lines[n] for n in order], moved, _same, lambda: _by_rows(spans, moved))


def _with_tables(text: str, lines: list[str], tables: list[Table]) -> Arranged:
    if not tables:
        return _as_painted(text, lines, cut=False)
    places = numbered_lines(text)[1]
    return Arranged(text, lines, tables, _same, lambda: _by_rows(places, tables))


def _as_painted(text: str, lines: list[str], *, cut: bool) -> Arranged:
    restyled = partial(of_parts, lines) if cut else _same
    return Arranged(text, lines, [], restyled, lambda: [(0, len(text))])


def _same(styles: Styles) -> Styles:
    return styles


def _by_rows(places: Spans, tables: Sequence[Table]) -> Spans:
    """Tables stand where the first of their lines stands; ``places`` are those of the lines."""
    spans: list[tuple[int, int]] = []
    of_line = {line: table for table in tables for line in table.all_lines}
    said: list[Table] = []
    for number, place in enumerate(places):
        table = of_line.get(number)
        if table is None:
            spans.append(place)
        elif not any(table is one for one in said):
            said.append(table)
            spans.extend(span for row in table.spans for span in row)
    return spans
