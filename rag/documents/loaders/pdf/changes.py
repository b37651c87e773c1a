"""Lines that follow each other and are in columns: where these columns stand, and where others begin, so that what is
above and below are two things."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from rag.documents.loaders.pdf.rows import YEAR, number
from rag.documents.loaders.pdf.runs import Line, Run

LEAST_SPACE = 0.5  # of a line's height, between two columns
WIDE_STEP = 1.2  # times the usual distances of the lines above and below: others may begin there
SAME_COLUMN = 0.5  # share of the narrower of two columns that both have
CROSSED = 1.0  # points that one column has of another
LEAST_ABOVE, LEAST_BELOW = 2, 2  # lines of several cells, where columns change
MOST_ABOVE, MOST_BELOW = 6, 4  # such lines that are looked at
LEAST_ALIGNED = 3  # cells below each other that begin or end at the same place
ALIGNED, MOVED = 0.15, 0.3  # of a line's height: by which these may differ, and others do
FAR_LEFT = 1.5  # heights of a line: further left of others than their indents
OTHER_STEP = 1.3  # times the usual distance of the lines below, that of those above is

Column = tuple[float, float]
"""From where to where a column goes."""


def columns_of(lines: Iterable[Line], height: float) -> list[Column]:
    """Where the columns stand: nearly no line has anything between two of them."""
    several = [line for line in lines if len(line) > 1]
    edges: list[tuple[float, int]] = []
    for line in several:
        for cell in line:
            edges += [(cell.box.left, 1), (cell.box.right, -1)]
    allowed = 0 if len(several) < 5 else max(1, len(several) // 12)
    edges.sort(key=lambda edge: (edge[0], -edge[1]))
    columns: list[Column] = []
    inside, begin = 0, 0.0
    for x, step in edges:
        before, inside = inside, inside + step
        if before <= allowed < inside:
            near = columns and x - columns[-1][1] < LEAST_SPACE * height
            begin = columns.pop()[0] if near else x
        elif inside <= allowed < before and x - begin > 1:
            columns.append((begin, x))
    return columns


def change_in(region: Sequence[Line], height: float) -> int | None:
    """The number of the line with which other columns begin; None where all lines are in the same."""
    steps = [a[0].middle - b[0].middle for a, b in pairwise(region)]
    for k in range(LEAST_ABOVE, len(region) - LEAST_BELOW + 1):
        above = [line for line in region[:k] if len(line) > 1]
        below = [line for line in region[k:] if len(line) > 1]
        if len(above) < LEAST_ABOVE or len(below) < LEAST_BELOW:
            continue
        before, after = _usual(steps[: k - 1]), _usual(steps[k:])
        near = above[-MOST_ABOVE:], below[:MOST_BELOW]
        if steps[k - 1] > WIDE_STEP * max(before, after):
            first = len(above) <= LEAST_ABOVE
            if _closed(near[0], near[1], height) and _others(*near, height, first=first):
                return k
        elif before > OTHER_STEP * after and _moved(
            near[0], region[k : k + 2 * MOST_BELOW], height
        ):
            return k
    return None


def _usual(steps: Sequence[float]) -> float:
    return sorted(steps)[len(steps) // 2] if steps else 0.0


def _closed(above: Sequence[Line], below: Sequence[Line], height: float) -> bool:
    """Whether lines are no names of the columns below: there are values in them, and none in the line below; or all of them
    open at the left, and their cells begin, or end, below each other."""
    if _holds_value(below[0]):
        return False
    if sum(map(_holds_value, above)) >= LEAST_ABOVE:
        return True
    first, *others = _cells_in(above, columns_of(above, height), height) or [[]]
    return len(first) == len(above) and all(
        len(cells) >= LEAST_ABOVE
        and any(_at_one(map(edge, cells), ALIGNED * height) is not None for edge in _EDGES)
        for cells in others
    )


def _others(above: Sequence[Line], below: Sequence[Line], height: float, *, first: bool) -> bool:
    """Whether two pairs of lines are in other columns than each other: a column of one stands in two of the other, or both have
    one that the other has not. ``first``: those above may still be names, that begin left of what is below them."""
    upper, lower = (columns_of(_valued(part), height) for part in (above, below))
    if min(len(upper), len(lower)) < 2:
        return False
    if first and len(upper) == len(lower):
        joint = [(min(a[0], b[0]), max(a[1], b[1])) for a, b in zip(upper, lower, strict=True)]
        if all(one[1] < other[0] for one, other in pairwise(joint)):
            return False
    pairs = ((upper, lower), (lower, upper))
    if any(sum(_shared(one, other) > CROSSED for other in others) > 1 for own, others in pairs for one in own):  # fmt: skip
        return True
    return all(
        any(not any(_same(one, other) for other in others) for one in own[1:])
        for own, others in pairs
    )


def _valued(lines: Sequence[Line]) -> Sequence[Line]:
    """Lines without the names above the first with values, which may reach over several columns; all where there are few
    below."""
    first = next((i for i, line in enumerate(lines) if _holds_value(line)), 0)
    return lines[first:] if len(lines) - first >= LEAST_BELOW else lines


def _holds_value(line: Line) -> bool:
    return any(number(cell.text) and not YEAR.fullmatch(cell.text) for cell in line[1:])


def _shared(one: Column, other: Column) -> float:
    return min(one[1], other[1]) - max(one[0], other[0])


def _same(one: Column, other: Column) -> bool:
    narrower = min(one[1] - one[0], other[1] - other[0])
    return _shared(one, other) >= SAME_COLUMN * narrower


def _moved(above: Sequence[Line], below: Sequence[Line], height: float) -> bool:
    """Whether the words in a column begin, or end, at one place, and those below them at another."""
    columns = columns_of(above, height)
    upper, lower = (_cells_in(part, columns, height) for part in (above, below))
    for at, (own, others) in enumerate(zip(upper, lower, strict=True)):
        if min(len(own), len(others)) < LEAST_ALIGNED or any(number(run.text) for run in (*own, *others)):  # fmt: skip
            continue
        edges = [[_at_one(map(edge, part), ALIGNED * height) for edge in _EDGES] for part in (own, others)]  # fmt: skip
        if any(all(one is None for one in part) for part in edges):
            continue
        both = [(a, b) for a, b in zip(*edges, strict=True) if a is not None and b is not None]
        if at and all(abs(a - b) > MOVED * height for a, b in both):
            return True
    return False


def begins_left(above: Sequence[Line], line: Line, height: float) -> bool:
    """Whether something on a line begins left of where all begins that stands above it in the same column."""
    for run in line:
        over = [r for other in above for r in other if _shared(_extent(r), _extent(run)) > 0]
        at = _at_one(map(_left, over), ALIGNED * height) if len(over) >= LEAST_ALIGNED else None
        if at is not None and run.box.left < at - FAR_LEFT * height:
            return True
    return False


def _extent(run: Run) -> Column:
    return run.box.left, run.box.right


def _left(run: Run) -> float:
    return run.box.left


def _right(run: Run) -> float:
    return run.box.right


_EDGES: tuple[Callable[[Run], float], ...] = (_left, _right)


def _at_one(places: Iterable[float], within: float) -> float | None:
    """Where all of some places are; None where they differ."""
    known = sorted(places)
    return known[len(known) // 2] if known and known[-1] - known[0] <= within else None


def _cells_in(lines: Sequence[Line], columns: Sequence[Column], height: float) -> list[list[Run]]:
    """What stands in each column, and in no other, nor right behind something else."""
    cells: list[list[Run]] = [[] for _ in columns]
    for line in lines:
        for before, run in pairwise([None, *line]):
            if run is None or (before and run.box.left - before.box.right < LEAST_SPACE * height):
                continue
            over = [at for at, column in enumerate(columns) if _shared(column, _extent(run)) > 0]
            if len(over) == 1:
                cells[over[0]].append(run)
    return cells
