"""Which blocks of a sheet are one table: a blank row parts them, and not always what they are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from rag.documents.following import goes_on, names_below
from rag.documents.headers import MOST_HEADERS, SAMPLE
from rag.documents.levels import with_groups, with_parents
from rag.documents.notes_above import MOST_NOTES
from rag.documents.tables import write_data
from rag.documents.weeks import are_days, are_weekdays, with_days
from rag.documents.writer import Writer

Indents = dict[tuple[int, int], int]
"""How far texts are indented, by row and column."""


@dataclass(slots=True)
class Block:
    """A table of a sheet: where it starts and ends, and its cells, blank ones as ""; the names of its columns
    where its rows do not hold them; which of its columns are filled by rows that go on with it elsewhere."""

    top: int
    left: int
    bottom: int
    right: int
    rows: list[list[str]]
    numbers: list[int]
    merged: bool = False
    columns: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    filled: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _Open:
    """A table that rows may go on with: its block, the names of its columns, its first row
    that is none of names, rows of it."""

    block: Block
    names: list[str]
    body: int
    rows: list[list[str]]


def _below_names(blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks, those joined that a blank row parts from their names."""
    above: Block | None = None
    for block in blocks:
        if above is not None and _names_stand_above(above, block):
            block = replace(
                block,
                top=above.top,
                rows=above.rows + block.rows,
                numbers=above.numbers + block.numbers,
                merged=above.merged,
            )
        elif above is not None:
            yield above
        above = block
    if above is not None:
        yield above


def _names_stand_above(above: Block, block: Block) -> bool:
    """Whether a block is but a row of names, perhaps below titles, for the block that follows it."""
    if above.names or block.names or above.columns != block.columns or above.bottom > block.top:
        return False
    titles = above.rows[:-1]
    return all(sum(map(bool, row)) < 2 for row in titles) and names_below(
        above.rows[-1], block.rows[:SAMPLE]
    )


def followed(blocks: Iterable[Block], indents: Indents) -> list[Block]:
    """The blocks of a sheet as they are written: those that a blank row parts from their names joined with them, those
    that go on with the table above them with its names, the labels of rows with what they belong to."""
    found: list[Block] = []
    above: _Open | None = None
    months: list[_Open] = []
    for block in _below_names(blocks):
        if above is not None and are_weekdays(above.names) and _goes_on_days(above, block):
            continue
        if above is not None and _goes_on(above, block):
            block.names = above.names
            above.rows.extend(block.rows[: max(0, SAMPLE - len(above.rows))])
            above.block.filled.update(_filled(block.rows))
            block.filled = set(range(len(block.names)))
            _put_levels(block, block.names, 0, indents)
        else:
            names, body = _opening(block)
            if len(block.rows) > 1 or block.names:
                above = _Open(block, names, body, block.rows[max(1, body) :][:SAMPLE])
                months.extend([above] if are_weekdays(names) else [])
            _put_levels(block, names, body, indents)
        found.append(block)
    for month in months:
        _put_days(month)
    return found


def _goes_on(above: _Open, block: Block) -> bool:
    same = block.columns == above.block.columns[: len(block.columns)]
    return same and not block.names and goes_on(above.names, above.rows, block.rows)


def _goes_on_days(above: _Open, block: Block) -> bool:
    """Whether a block holds further weeks of a month; if so, it becomes part of it: what is on stands below its day."""
    month = above.block
    if not set(block.columns) <= set(month.columns):
        return False
    at = [month.columns.index(column) for column in block.columns]
    rows = [[""] * len(month.columns) for _ in block.rows]
    for row, cells in zip(rows, block.rows, strict=True):
        for i, cell in zip(at, cells, strict=True):
            row[i] = cell
    if not are_days(above.names, rows[0]):
        return False
    month.rows.extend(rows)
    month.numbers.extend(block.numbers)
    month.bottom = block.bottom
    return True


def _opening(block: Block) -> tuple[list[str], int]:
    """The names of a block's columns, and the row after those that hold them: found as they are when it is written."""
    written: set[int] = set()
    rows = block.rows[: SAMPLE + MOST_NOTES + MOST_HEADERS]
    names = write_data(
        rows, Writer(), merged=block.merged, names=block.names or None, at=written.add
    )
    if not names or block.names:
        return names, 0
    body = next((n for n, row in enumerate(rows) if n not in written and _names(row, names)), 0)
    while body < len(rows) and body not in written:
        body += 1
    return names, body


def _names(row: Sequence[str], names: Sequence[str]) -> bool:
    return all(cell in name for cell, name in zip(row, names, strict=False))


def _filled(rows: Iterable[Sequence[str]]) -> set[int]:
    return {i for row in rows for i, cell in enumerate(row) if cell}


def _put_levels(block: Block, names: Sequence[str], body: int, indents: Indents) -> None:
    """Say in the first column of a block what its rows belong to."""
    rows = block.rows[body:]
    depths = [indents.get((number, block.left), 0) for number in block.numbers[body:]]
    if any(depths):
        labels = with_parents([row[0] for row in rows], depths)
        rows = [[label, *row[1:]] for label, row in zip(labels, rows, strict=True)]
    elif names and any(not row[0] for row in rows):
        rows = with_groups(names, rows)
    block.rows = block.rows[:body] + rows


def _put_days(month: _Open) -> None:
    block, body = month.block, month.body
    found = with_days(month.names, list(enumerate(block.rows))[body:])
    if found is not None:
        block.rows = block.rows[:body] + [row for _, row in found]
        block.numbers = block.numbers[:body] + [block.numbers[n] for n, _ in found]
