"""Tables whose cells hold several lines each, and whose cells no lines part: columns stand apart, and a row begins where
its label does. What does not surely look so is left to others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from rag.documents.loaders.pdf.changes import begins_left, change_in
from rag.documents.loaders.pdf.grid import BULLET, FAR, LEADERS, MOST_COLUMNS, Bold, Grid, Rules
from rag.documents.loaders.pdf.rows import LOWER, Row, number, wrapped
from rag.documents.loaders.pdf.runs import Line, Run

LEAST_GUTTER = 0.5  # of a line's height, between two columns
CLOSER = 0.75  # times the usual distance of the lines of a cell: less, and they are of two cells
WIDE_SPACE = 1.6  # of a line's height: wider is no space between words
LOOSER = 1.22  # times the usual distance of the lines of a cell: more opens a row, or a paragraph
FAR_BELOW = 2.2  # times that distance: further below, a line alone is of no cell
LEAST_ROWS = 3  # and of these
LEAST_DEEP = 2  # rows of several lines that a table has
SURE = 0.8  # share of the rows that begin for certain, and of those that have a label
RUN_ON = (
    0.1  # share of the cells that may begin in the middle of a sentence: columns of running text do
)
MOST_LINES = 14.0  # lines that rows have on average
LONG_NAME = 60  # characters


_Column = tuple[float, float]  # from, to


@dataclass(frozen=True, slots=True)
class _Region:
    """Lines that follow each other, the columns in which all that stands on them stands, and for each line those of its pieces."""

    lines: list[Line]
    columns: list[_Column]
    places: list[list[int]]


def stacked_grids(lines: Sequence[Line], height: float, rules: Rules, bold: Bold) -> list[Grid]:
    """Such tables among the lines of a page."""
    found: list[Grid] = []
    at = 0
    while at < len(lines):
        end = at + 1
        if len(lines[at]) > 1:
            end, columns = _below(lines, at, height)
            if (change := change_in(lines[at:end], height)) is not None:
                end, columns = _below(lines[: at + change], at, height)
            region = _region(lines, at, end, columns, height) if end - at >= LEAST_ROWS else None
            if region and (grid := _grid(region, height, rules, bold)):
                found.append(grid)
                end = at + sum(line[0].middle >= grid.bottom for line in lines[at:])
        at = end
    return found


def _below(lines: Sequence[Line], at: int, height: float) -> tuple[int, list[_Column]]:
    """The number of the line with which what stands in the columns of a line ends, and these columns."""
    columns = [(run.box.left, run.box.right) for run in lines[at]]
    end = at + 1
    while end < len(lines) and lines[end - 1][0].middle - lines[end][0].middle <= FAR * height:
        fitted = _fitted(columns, lines[end], height)
        if fitted is None or begins_left(lines[at:end], lines[end], height):
            break
        columns = fitted
        end += 1
    return end, columns


def _region(
    lines: Sequence[Line], at: int, end: int, columns: list[_Column], height: float
) -> _Region | None:
    """These lines with what stands alone right above them in one of their columns; None where they are no table."""
    region = list(lines[at:end])
    pitch = _pitch(region, height)
    for line in reversed(lines[:at]):
        if line[0].middle - region[0][0].middle >= LOOSER * pitch:
            break
        fitted = _fitted(columns, line, height)
        if fitted is None or len(fitted) != len(columns) or line[0].box.left < columns[0][1]:
            if len(line) > 1 or _runs_on(line[0], region[0][0]):
                return None  # it began in the middle of something else
            break
        columns = fitted
        region.insert(0, line)
    if not 2 <= len(columns) <= MOST_COLUMNS:
        return None
    region = _evened(region, columns, pitch)
    places = [[_column(columns, run) for run in line] for line in region]
    while len(region) > 1 and len(region[-1]) == 1:
        step = region[-2][0].middle - region[-1][0].middle
        if step <= FAR_BELOW * pitch and (places[-1] != [0] or _wraps_on(region, places)):
            break
        region.pop()
        places.pop()
    return _Region(region, columns, places) if len(region) > LEAST_ROWS else None


def _runs_on(above: Run, label: Run) -> bool:
    """Whether what would be the first label goes on with the line above it."""
    over = above.box.left < label.box.right and label.box.left < above.box.right
    return over and bool(LOWER.match(label.text))


def _evened(region: Sequence[Line], columns: Sequence[_Column], pitch: float) -> list[Line]:
    """Lines so close to each other that they can't be of one cell are one: cells in other letters, or set lower."""
    evened: list[Line] = []
    for line in region:
        above = evened[-1] if evened else []
        near = above and above[0].middle - line[0].middle < CLOSER * pitch
        places = {_column(columns, run) for run in (*above, *line)}
        if near and len(places) == len(above) + len(line):
            evened[-1] = sorted([*above, *line], key=lambda run: run.box.left)
        else:
            evened.append(line)
    return evened


def _pitch(region: Sequence[Line], height: float) -> float:
    """How far apart the lines of a cell usually are."""
    steps = (above[0].middle - line[0].middle for above, line in pairwise(region))
    close = sorted(step for step in steps if step > 0.75 * height)
    return close[len(close) // 5] if close else height


def _wraps_on(region: Sequence[Line], places: Sequence[Sequence[int]]) -> bool:
    """Whether the last line, alone, goes on with the label above it."""
    if len(region) < 2 or places[-2][0] != 0:
        return False
    (last,), above = region[-1], region[-2][0]
    return above.middle - last.middle < 1.5 * (above.box.top - above.box.bottom) and bool(
        LOWER.match(last.text)
    )


def _fitted(columns: Sequence[_Column], line: Line, height: float) -> list[_Column] | None:
    """The columns with a line more; None where it reaches over two of them, or is of two pieces in one."""
    wider = list(columns)
    for one, other in pairwise(line):
        wide = other.box.left - one.box.right > WIDE_SPACE * height
        if wide and _column(columns, one, -1) == _column(columns, other, -2):
            return None
    for run in line:
        over = [i for i, (a, b) in enumerate(wider) if run.box.left < b and a < run.box.right]
        if len(over) > 1:
            return None
        if over:
            a, b = wider[over[0]]
            wider[over[0]] = min(a, run.box.left), max(b, run.box.right)
        else:
            wider.append((run.box.left, run.box.right))
            wider.sort()
    gutter = LEAST_GUTTER * height
    return wider if all(b[0] - a[1] >= gutter for a, b in pairwise(wider)) else None


def _column(columns: Sequence[_Column], run: Run, none: int = -1) -> int:
    return next(
        (i for i, (a, b) in enumerate(columns) if run.box.left < b and a < run.box.right), none
    )


def _grid(region: _Region, height: float, rules: Rules, bold: Bold) -> Grid | None:
    lines, columns = region.lines, region.columns
    cells = [run for line in lines for run in line]
    if any(LEADERS.search(run.text) for run in cells):
        return None
    top, bottom = lines[0][0].box.top, lines[-1][-1].box.bottom
    inner = [y for y in rules() if bottom - height < y < top + height]
    starts = _starts(region, inner, height)
    if starts is None:
        return None
    rows = [_row(region, a, b) for a, b in pairwise([*starts, len(lines)])]
    labels = [row.cells[0] for row in rows if any(map(str.isalnum, row.cells[0]))]
    if len(labels) < SURE * len(rows) or (
        len(columns) == 2
        and sum(bool(BULLET.fullmatch(label)) for label in labels) > 0.6 * len(labels)
    ):
        return None
    if _holds_values(region, starts):
        return None
    beyond = [cell for row in rows for cell in row.cells[1:] if cell]
    below = lines[starts[1]][0].box.top if len(starts) > 1 else bottom
    under = [y for y in inner if below - 1 <= y <= lines[starts[1] - 1][0].box.bottom + 2]
    named = len(rows) > 1 and _names(rows[0], rows[1], bold, ruled=bool(under) and len(inner) <= 3)
    values = sum(map(number, beyond)) >= len(beyond) / 2
    if values and not (named and _holds_texts(region, starts)):
        return None
    return Grid(tuple(rows), named, tuple(columns), top, bottom)


def _holds_values(region: _Region, starts: Sequence[int]) -> bool:
    """Whether values stand below each other in a cell: it is no cell."""
    for begin, end in pairwise([*starts, len(region.lines)]):
        values = [
            at
            for line, places in zip(region.lines[begin:end], region.places[begin:end], strict=True)
            for at, run in zip(places, line, strict=True)
            if at and number(run.text)
        ]
        if len(set(values)) < len(values):
            return True
    return False


def _holds_texts(region: _Region, starts: Sequence[int]) -> bool:
    """Whether cells beside the labels have several lines: in a table of values only labels do."""
    deep = 0
    for begin, end in pairwise([*starts, len(region.lines)]):
        held = Counter(at for places in region.places[begin:end] for at in places if at)
        deep += max(held.values(), default=0) > 1
    return deep >= LEAST_DEEP


def _names(first: Row, second: Row, bold: Bold, *, ruled: bool) -> bool:
    """Whether the first row names the columns: it is short, and a line parts it from all others, or it alone is bold."""
    if not all(0 < len(cell) <= LONG_NAME for cell in first.cells):
        return False
    return ruled or (_bold(first, bold) and not _bold(second, bold))


def _bold(row: Row, bold: Bold) -> bool:
    return all(bold(begin) for begin, _ in row.spans)


def _starts(region: _Region, rules: Sequence[float], height: float) -> list[int] | None:
    """The numbers of the lines with which rows begin; None where that cannot be told."""
    lines, places = region.lines, region.places
    steps = [a[0].middle - b[0].middle for a, b in pairwise(lines)]
    pitch = _pitch(lines, height)
    bands = [sum(y > line[0].middle for y in rules) for line in lines]
    again = sum(not _one_label(bands, places, band) for band in set(bands))
    banded = len(set(bands)) > max(LEAST_ROWS, 10 * again)
    starts, sure, run_on, cells, wide = [0], 1, 0, 0, 0
    for k in range(1, len(lines)):
        here, above = places[k], places[k - 1]
        apart = steps[k - 1] > LOOSER * pitch
        if banded:
            begins = certain = bands[k] != bands[k - 1]
        elif 0 not in here:
            continue
        else:
            restarts = not set(here) <= set(above)
            certain = apart or restarts or _had_room(region, k)
            begins = certain or _opens(region, k)
        if begins:
            starts.append(k)
            sure += certain
            wide += apart
            cells += len(here)
            run_on += (
                0
                if apart or banded
                else sum(
                    at in above and bool(LOWER.match(run.text))
                    for at, run in zip(here, lines[k], strict=True)
                )
            )
    apart_mostly = not banded and 1 < len(starts) < 2 * wide
    if 0 not in places[0] and apart_mostly and steps[starts[1] - 1] <= LOOSER * pitch:
        del starts[1]  # names that stand at the foot of their cells
    depths = [b - a for a, b in pairwise([*starts, len(lines)])]
    deep = sum(depth > 1 for depth in depths)
    if len(starts) < LEAST_ROWS or deep < LEAST_DEEP or len(lines) > MOST_LINES * len(starts):
        return None
    return starts if sure >= SURE * len(starts) and run_on <= RUN_ON * cells else None


def _one_label(bands: Sequence[int], places: Sequence[Sequence[int]], band: int) -> bool:
    """Whether a band between two rules holds one label, at its head or in its middle."""
    inside = [k for k, one in enumerate(bands) if one == band]
    labels = [k for k in inside if 0 in places[k]]
    if not labels or labels[0] == inside[0]:
        return all(b == a + 1 for a, b in pairwise(labels))
    return abs(labels[0] + labels[-1] - inside[0] - inside[-1]) <= 1


def _had_room(region: _Region, k: int) -> bool:
    """Whether the first word of a piece of a line would have had room on the line right above: it was not wrapped."""
    above = dict(zip(region.places[k - 1], region.lines[k - 1], strict=True))
    for at, run in zip(region.places[k], region.lines[k], strict=True):
        letter = (run.box.right - run.box.left) / max(1, len(run.text))
        word = (len(run.text.split(" ", 1)[0]) + 1) * letter
        if at in above and above[at].box.right + word < region.columns[at][1] - letter:
            return True
    return False


def _opens(region: _Region, k: int) -> bool:
    """Whether a line has all pieces that the one above has, and most open with capitals."""
    lower = sum(bool(LOWER.match(run.text)) for run in region.lines[k])
    return 2 * lower < len(region.lines[k]) == len(region.lines[k - 1])


def _row(region: _Region, begin: int, end: int) -> Row:
    texts = [""] * len(region.columns)
    spans: list[list[tuple[int, int]]] = [[] for _ in region.columns]
    for line, places in zip(region.lines[begin:end], region.places[begin:end], strict=True):
        for at, run in zip(places, line, strict=True):
            texts[at] = wrapped(texts[at], run.text)
            spans[at].append((run.start, run.end))
    return Row(tuple(texts), tuple(chain.from_iterable(spans)))
