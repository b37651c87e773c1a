"""From the lines of a table, whose cells stand in columns, to its rows: which lines name the columns,
which go on with the row above."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from rag.documents.headers import is_value
from rag.documents.loaders.pdf.lines import HYPHEN
from rag.documents.loaders.pdf.runs import Line, Run

CLOSE = 0.1  # heights of a line: what is that close is one word
MOST_NAMES = 9  # lines that names of columns may take
YEAR = re.compile(
    r"(?:FY\s?)?(?:19|20)\d\d(?:\s?[-–/]\s?(?:(?:19|20)\d\d|\d\d))?(?:\s?\(\w+\)|[*†])?|\d{1,2}[-–]\d{1,2}"
)
_SIGNS = frozenset(("$", "€", "£", "¥", "EUR", "USD", "(", "$ (", "$("))
_ENDS = frozenset((")", "%", ")%", ") %", "*", "pp"))
LOWER = re.compile(r"[a-z(]")
DRAWN = re.compile(r"(?:[-=_–—]{4,}\s*)+")  # a rule that is written, not painted


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: a text for each column, and the characters of the page that it is made of, in the order
    of the cells; those of a name that reaches over several columns once for each."""

    cells: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]


Spans = list[list[tuple[int, int]]]
"""For each column the characters of the page that stand in it."""

Placed = list[tuple[tuple[int, int], Run]]
"""The cells of a line, each with the first and the last of the columns it reaches over."""


def number(text: str) -> bool:
    """Whether a cell holds a value: a number, an amount, a tick, a dash for none."""
    return is_value(text) or text in ("—", "–", "-", "n/a", "N/A", "x", "X", "✓", "*")


def head_lines(placed: Sequence[Placed], width: int) -> int:
    """How many of the first lines name the columns: those before the first line of values."""
    signs = of_signs(placed, width)
    for i, line in enumerate(placed):
        if not of_values(line):
            continue
        while i and all(first == 0 for (first, _), _ in placed[i - 1]):
            i -= 1  # a label of the rows below it
        labelled = [
            k for k, above in enumerate(placed[:i]) if len(above) > 1 and above[0][0][0] == 0
        ]
        if len(labelled) > 1:  # each has a label of its own: rows, but for the first
            i = labelled[0] + 1
        named = {at for above in placed[:i] for (a, b), _ in above for at in range(a, b + 1)}
        return i if len(named) >= (width - len(signs) - 1) / 2 and i <= MOST_NAMES else 0
    return 0


def of_values(line: Placed) -> bool:
    """Whether a line has values beside its label, and not only years."""
    beyond = [cell.text for (first, _), cell in line if first > 0]
    numbers = [text for text in beyond if number(text)]
    return bool(numbers) and not all(YEAR.fullmatch(text) for text in numbers)


def of_signs(placed: Sequence[Placed], width: int) -> set[int]:
    """The columns in which nothing stands but signs of money, and the like."""
    said = {
        first for line in placed for (first, _), cell in line if cell.text not in _SIGNS | _ENDS
    }
    return set(range(width)) - said


def names_of(placed: Sequence[Placed], width: int) -> Row:
    """The names of the columns: what stands over each, from top to bottom."""
    names = [""] * width
    spans: Spans = [[] for _ in range(width)]
    for line in placed:
        for (first, last), cell in line:
            for at in range(first, last + 1):
                spans[at].append((cell.start, cell.end))
                if not names[at].endswith(cell.text):
                    names[at] = wrapped(names[at], cell.text)
    return Row(tuple(names), tuple(chain.from_iterable(spans)))


def without_signs(rows: list[Row]) -> list[Row]:
    """Rows whose columns of signs alone ("$", ")", "%") are parts of the values beside them."""
    width = len(rows[0].cells)
    for at in reversed(range(1, width)):
        column = [row.cells[at] for row in rows[1:] if row.cells[at]]
        before = bool(column) and all(text in _SIGNS for text in column) and at + 1 < width
        behind = bool(column) and all(text in _ENDS for text in column)
        if not before and not behind:
            continue
        to = at if before else at - 1
        rows = [
            Row(
                (*row.cells[:to], _glued(row.cells[to], row.cells[to + 1]), *row.cells[to + 2 :]),
                row.spans,
            )
            for row in rows
        ]
        width -= 1
    return rows


def signs_moved(row: Row) -> Row:
    """A row whose signs of money stand with the values that they belong to."""
    cells = list(row.cells)
    for i in range(1, len(cells) - 1):
        text, _, sign = cells[i].rpartition(" ")
        if sign in _SIGNS and text and cells[i + 1][:1] in tuple("(0123456789"):
            cells[i], cells[i + 1] = text, f"{sign} {cells[i + 1]}"
    return Row(tuple(cells), row.spans)


def _glued(left: str, right: str) -> str:
    if right in _ENDS or not left or not right or left == right:
        return left + right * (left != right)
    return f"{left} {right}"


def bands_of(region: Sequence[Line], rules: Sequence[float]) -> list[int] | None:
    """Between which rules each line stands; None where most bands hold many lines, as below the sums
    of a table without other lines."""
    ordered = sorted(rules, reverse=True)
    bands = [sum(y > line[0].middle for y in ordered) for line in region]
    return bands if len(set(bands)) >= len(region) / 4 and len(set(bands)) > 2 else None


def rows_of(
    placed: Sequence[Placed],
    lines: Sequence[Line],
    width: int,
    bands: Sequence[int] | None,
    height: float,
) -> list[Row]:
    """Rows from lines: what goes on in the next line is joined."""
    rows: list[tuple[list[str], Spans]] = []
    steps = sorted(a[0].middle - b[0].middle for a, b in pairwise(lines))
    tight = (steps[0] if steps else height) * 1.25
    for i, line in enumerate(placed):
        if i and bands is not None:
            same = bands[i] == bands[i - 1] and not _says_again(line, rows[-1][0])
        else:
            same = bool(rows) and goes_on(line, rows[-1][0], tight, lines[i - 1][0], lines[i][0])
        if not same or not rows:
            rows.append(([""] * width, [[] for _ in range(width)]))
        cells, spans = rows[-1]
        before: Run | None = None
        for (first, _), cell in line:
            glued = (
                before is not None
                and cells[first].endswith(before.text)
                and _of_one_word(before, cell, height)
            )
            cells[first] = (
                f"{cells[first]}{cell.text}" if glued else wrapped(cells[first], cell.text)
            )
            before = cell
            spans[first].append((cell.start, cell.end))
    return [Row(tuple(cells), tuple(chain.from_iterable(spans))) for cells, spans in rows]


def _of_one_word(left: Run, right: Run, height: float) -> bool:
    """Whether what stands in two pieces on a line is one word."""
    apart = right.box.left - left.box.right
    return 0 <= apart < CLOSE * height and left.text[-1].isalpha() and right.text[0].islower()


def _says_again(line: Placed, row: Sequence[str]) -> bool:
    """Whether a line has a value where the row has one, or a label below values: another row, even
    where no rule parts them."""
    if len(line) == 1 and line[0][0][0] == 0 and any(map(number, row[1:])):
        return not LOWER.match(line[0][1].text)
    return any(number(cell.text) and row[first] for (first, _), cell in line if first)


def goes_on(line: Placed, row: Sequence[str], tight: float, above: Run, here: Run) -> bool:
    """Whether a line goes on with the row above it."""
    if above.middle - here.middle > tight:
        return False
    begins = {first for (first, _), _ in line}
    texts = [cell.text for _, cell in line]
    if 0 in begins:
        label = line[0][1].text
        unfinished = row[0].count("(") > row[0].count(")")
        if not (LOWER.match(label) or unfinished) or not row[0] or row[0].endswith((":", ".")):
            return False
        # A label on two lines, its values on one of them.
        return len(line) == 1 or not any(row[1:])
    return not any(map(number, texts)) and all(row[at] for at in begins)


def wrapped(text: str, more: str) -> str:
    """A cell's text with that of its next line.

    >>> wrapped("Spring-loa\\x02", "ded valve")
    'Spring-loaded valve'
    """
    if not text:
        return more
    if text.endswith((HYPHEN, "\u2010")) and more[:1].islower():
        return text[:-1] + more
    if text.endswith("-") and more[:1].islower() and len(text) > 2 and text[-2].isalpha():
        return text[:-1] + more
    return f"{text} {more}"
