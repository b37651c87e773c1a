"""CSV and TSV: rows of a table, by whatever divides them."""

from __future__ import annotations

import csv
import re
from collections import Counter, deque
from collections.abc import Iterator
from io import StringIO
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from rag.documents.delimited import delimiter
from rag.documents.document import Document
from rag.documents.headers import header_rows, is_value
from rag.documents.notes_above import notes_above
from rag.documents.source import Source
from rag.documents.tables import write_data
from rag.documents.writer import Writer

if TYPE_CHECKING:
    from _csv import Reader

SAMPLE = 200  # rows by which the divider is told
LOOKED_AT = 30  # rows by which another table below a blank row is told
DIVIDERS = (",", ";", "\t", "|", "^", "~", ":")
_SUFFIXES = {".csv": ",", ".tsv": "\t", ".tab": "\t", ".psv": "|"}
LONGEST_CELL = 10_000_000  # characters; the csv module's own limit is 131,072
_SEP = re.compile(r"^[\ufeff]?\"?sep=(.)\"?[^\S\n]*\r?\n", re.IGNORECASE)


def load(source: Source) -> Document:
    """The table, each value beside the name of its column where a row above names them."""
    text = source.text().replace("\x00", "")
    divider = ""
    above = 0
    if said := _SEP.match(text):  # what Excel is told by
        divider, text, above = said[1], text[said.end() :], 1
    csv.field_size_limit(LONGEST_CELL)
    if source.suffix not in _SUFFIXES:  # a text that is a table by its content
        divider = divider or delimiter(text)
    divider = divider or _divider(text, source.suffix)
    writer = Writer()
    feed = _Feed(_rows(text, divider), above)
    while feed.more():
        first = feed.given

        def at(row: int, first: int = first) -> None:
            line, last = feed.lines[first + row], feed.lines[first + row + 1]
            writer.row_at(line + 1, height=last - line)

        write_data(feed.table(), writer, listed=True, at=at)
    return writer.document("csv")


class _Feed:
    """Hands out the rows of a file table by table: those below blank rows that name columns of their
    own are another.

    ``given`` counts the rows handed out; ``lines`` are the last line of the file above its rows, and
    that which each reaches to.
    """

    def __init__(self, rows: Reader, above: int) -> None:
        """``above``: lines of the file that stand above those that ``rows`` reads."""
        self.given = 0
        self.lines = [above]
        self._rows = self._counted(rows)
        self._ahead: deque[list[str]] = deque()

    def _counted(self, rows: Reader) -> Iterator[list[str]]:
        above = self.lines[0]
        for row in rows:
            self.lines.append(above + rows.line_num)
            yield row

    def more(self) -> bool:
        """Whether there is another row."""
        if not self._ahead:
            self._ahead.extend(islice(self._rows, 1))
        return bool(self._ahead)

    def table(self) -> Iterator[list[str]]:
        """The rows up to where the next table begins."""
        before: list[list[str]] = []
        blank = False
        while self.more():
            row = self._ahead[0]
            if blank and any(row) and self._opens(before):
                return
            blank = not any(row)
            self._ahead.popleft()
            self.given += 1
            if not blank and len(before) < LOOKED_AT:
                before.append(row)
            yield row

    def _opens(self, before: list[list[str]]) -> bool:
        """Whether the rows that follow a blank one are a table of their own: words stand over their
        values, and one where the rows ``before`` have values, or there are more columns."""
        self._ahead.extend(islice(self._rows, max(0, LOOKED_AT - len(self._ahead))))
        part = list(takewhile(any, self._ahead))
        while len(part) > 1 and sum(map(bool, part[0])) == 1:
            part.pop(0)
        width = max(map(len, part))
        square = [row + [""] * (width - len(row)) for row in part]
        square = square[notes_above(square) :]
        if not any(len(row) > 1 for row in before) or not header_rows(square, strict=True):
            return False
        names = square[0]
        for i, name in enumerate(names):
            column = [row[i] for row in before[1:] if i < len(row) and row[i]]
            if name and (not column or sum(map(is_value, column)) * 2 > len(column)):
                return not is_value(name)
        return False


def _rows(text: str, divider: str) -> Reader:
    # A quote that is only an inch or an apostrophe opens no cell: the module takes it so where it
    # does not stand first.
    return csv.reader(StringIO(text, newline=""), delimiter=divider, skipinitialspace=True)


def _divider(text: str, suffix: str) -> str:
    """What divides most rows into the same number of cells, two at least; titles above the table
    and a total below it have fewer. Where nothing does, the suffix tells."""
    usual = _SUFFIXES.get(suffix, ",")
    best, found = 0.0, usual
    for divider in DIVIDERS:
        try:
            counts = [len(row) for row in islice(_rows(text, divider), SAMPLE) if any(row)]
        except csv.Error:
            continue
        if not counts:
            continue
        width, times = (
            Counter(n for n in counts if n > 1).most_common(1)[0]
            if any(n > 1 for n in counts)
            else (1, 0)
        )
        share = times / len(counts)
        # Commas and colons stand in sentences, and at the same place in few of them.
        needed = 0.8 if divider in ":~^" else 0.6 if divider == "," else 0.4
        score = share + 0.02 * min(width, 20) + (0.05 if divider == usual else 0)
        if times >= min(2, len(counts)) and share >= needed and score > best:
            best, found = score, divider
    return found
