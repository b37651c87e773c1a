"""The text of a page in the order in which it is read: its columns one after the other, its tables row by row, the
marks of its lists before what they mark."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from rag.documents.loaders.pdf.columns import gutters_of, reordered
from rag.documents.loaders.pdf.headings import Style, of_parts
from rag.documents.loaders.pdf.lines import numbered_lines, page_lines
from rag.documents.loaders.pdf.marks import of_marked, with_marks
from rag.documents.loaders.pdf.objects import Objects
from rag.documents.loaders.pdf.powers import with_powers
from rag.documents.loaders.pdf.runs import boxes_of, char_boxes, characters_in
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


def arranged(objects: Objects, textpage: Any, text: str) -> Arranged:
    """What is painted on a page, ``text`` as PDFium reads it, in order."""
    boxes = boxes_of(textpage)
    text = with_powers(boxes, text, lambda: char_boxes(textpage))
    gutters = gutters_of(boxes)
    lines, tables = tables_of(objects, textpage, text, boxes, in_columns=bool(gutters))
    if tables:
        return Arranged(text, lines, tables, _same, lambda: _by_rows(text, tables))
    if gutters:
        if (found := reordered(textpage, boxes, gutters)) is None:
            return _as_painted(text, page_lines(text), cut=True)
        within, parts = found
        lines = page_lines(within)
        inside = partial(characters_in, textpage, parts)
        return Arranged(within, lines, [], partial(of_parts, lines), inside)
    if (marked := with_marks(textpage, text, lines, boxes)) is None:
        return _as_painted(text, lines, cut=False)
    within, spans = marked
    lines = page_lines(within)
    return Arranged(within, lines, [], partial(of_marked, lines), lambda: spans)


def _as_painted(text: str, lines: list[str], *, cut: bool) -> Arranged:
    restyled = partial(of_parts, lines) if cut else _same
    return Arranged(text, lines, [], restyled, lambda: [(0, len(text))])


def _same(styles: Styles) -> Styles:
    return styles


def _by_rows(text: str, tables: Sequence[Table]) -> Spans:
    """Tables stand where the first of their lines stands."""
    spans: list[tuple[int, int]] = []
    of_line = {line: table for table in tables for line in table.all_lines}
    said: list[Table] = []
    for number, place in enumerate(numbered_lines(text)[1]):
        table = of_line.get(number)
        if table is None:
            spans.append(place)
        elif not any(table is one for one in said):
            said.append(table)
            spans.extend(span for row in table.spans for span in row)
    return spans
