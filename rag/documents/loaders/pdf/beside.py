"""Things that stand beside each other on a page, one of which may be a table: told apart by the order in which they are painted."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import pairwise

from rag.documents.loaders.pdf.columns import Box
from rag.documents.loaders.pdf.grid import Grid, grids
from rag.documents.loaders.pdf.runs import Run, lines_of

LEAST_CELLS, LEAST_ROWS = 3, 3  # of a table that stands beside something else
DEEPEST_CUT = 3  # things beside each other that are taken apart again
LEVEL = 0.1  # of the usual height, by which the cells of one row differ


def beside(
    runs: Sequence[Run], places: Sequence[tuple[int, int]], taken: Collection[int]
) -> list[list[Run]]:
    """The cells of lines that follow each other in the text, several in each, where something else stands beside all of them
    that is no part of these lines: so what is at their height is no part of their rows."""
    starts = [begin for begin, _ in places]
    of_line: list[list[Run]] = [[] for _ in places]
    for run in runs:
        if (at := bisect_right(starts, run.start) - 1) >= 0:
            of_line[at].append(run)
    several = [len(own) >= LEAST_CELLS and at not in taken for at, own in enumerate(of_line)]
    blocks: list[list[Run]] = []
    at = 0
    while at < len(several):
        end = at
        while end < len(several) and several[end]:
            end += 1
        if end - at >= LEAST_ROWS:
            block = [run for own in of_line[at:end] for run in own]
            if _stands_beside(block, [r for own in (*of_line[:at], *of_line[end:]) for r in own]):
                blocks.append(block)
        at = end + 1
    return blocks


def one_by_one(
    runs: Sequence[Run], height: float, rules: Callable[[], Sequence[float]], depth: int = 0
) -> Iterator[Grid]:
    """The tables of some cells; what would be one of two things that are painted one after the other, left and right of a
    gap, is looked for in each of these."""
    for grid in grids(lines_of(runs, height), height, rules):
        cut = parted_by(grid, runs, height) if depth < DEEPEST_CUT else None
        if cut is None:
            yield grid
            continue
        own = [run for run in runs if grid.holds(run.middle)]
        for side in ([r for r in own if r.box.left < cut], [r for r in own if r.box.left >= cut]):
            yield from one_by_one(side, height, rules, depth + 1)


def parted_by(grid: Grid, among: Sequence[Run], height: float) -> float | None:
    """Where a table is in truth two things: between two of its columns, all left of which is painted before all that is right
    of it, or after it. A table may be painted column by column: then that is so between any two, and its rows are level."""
    runs = [run for run in among if grid.holds(run.middle)]
    cuts: list[float] = []
    for (_, low), (high, _) in pairwise(grid.columns):
        at = (low + high) / 2
        left = [run for run in runs if run.box.left < at]
        right = [run for run in runs if run.box.left >= at]
        if min(len(left), len(right)) >= LEAST_ROWS and (
            max(run.start for run in left) < min(run.start for run in right)
            or max(run.start for run in right) < min(run.start for run in left)
        ):
            cuts.append(at)
    if not cuts:
        return None
    if len(cuts) < len(grid.columns) - 1:
        return cuts[0]
    sides = [
        [run.middle for run in runs if (run.box.left < cuts[0]) is side] for side in (True, False)
    ]
    few, many = sorted(sides, key=len)
    level = sum(any(abs(a - b) < LEVEL * height for b in many) for a in few)
    return cuts[0] if 2 * level < len(few) else None


def _stands_beside(block: Sequence[Run], others: Sequence[Run]) -> bool:
    """Whether something stands at the height of a block, left or right of all of it."""
    low, high = min(run.box.bottom for run in block), max(run.box.top for run in block)
    left, right = min(run.box.left for run in block), max(run.box.right for run in block)
    level = [run.box for run in others if low < run.middle < high]
    return bool(level) and all(box.right < left or right < box.left for box in level)


def holds(grid: Grid, box: Box) -> bool:
    """Whether a box is in a table, and not only at its height."""
    left, right = grid.columns[0][0], grid.columns[-1][1]
    return grid.holds((box.bottom + box.top) / 2) and left <= (box.left + box.right) / 2 <= right
