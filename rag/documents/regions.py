"""The tables of a sheet: what blank rows and blank columns keep apart, or a title with names below it, each with its own names.

A sheet is given as the cells that are filled, so that a used range of a million rows costs
nothing, and a row after a gap of ten thousand is as near as any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from rag.documents.headers import MOST_HEADERS, SAMPLE, TOLD, header_rows, is_value, names_columns
from rag.documents.sheet_blocks import Block, followed
from rag.documents.tables import write_data
from rag.documents.writer import Writer

MOST_FILLED = 200_000  # cells that one merged range may fill

Carried = dict[int, set[int]]
"""By row, the columns to which a merged label was carried from the left."""


@dataclass(slots=True)
class Sheet:
    """What stands on a sheet: rows by number, in them texts by column (both from 1 and ascending);
    merged ranges and ranges of tables as (top, left, bottom, right); names of columns that a table does not
    show in a row, by its range; how far texts are indented, by row and column; hidden rows and columns."""

    name: str = ""
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    tables: list[tuple[int, int, int, int]] = field(default_factory=list)
    names: dict[tuple[int, int, int, int], list[str]] = field(default_factory=dict)
    indents: dict[tuple[int, int], int] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def column_letters(number: int) -> str:
    """The name of a column, from 1.

    >>> column_letters(1), column_letters(28)
    ('A', 'AB')
    """
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def write_sheet(sheet: Sheet, writer: Writer) -> None:
    """Write all tables of a sheet, from the top down and from left to right."""
    for block in followed(_blocks(sheet, _fill_merges(sheet)), sheet.indents):
        hidden = sum(1 for n in range(block.top, block.bottom + 1) if n in sheet.hidden_rows)
        left, right = column_letters(block.left), column_letters(block.right)

        def at(
            row: int, numbers: list[int] = block.numbers, left: str = left, right: str = right
        ) -> None:
            writer.row_at(numbers[min(row, len(numbers) - 1)], left, right)

        write_data(
            block.rows,
            writer,
            merged=block.merged,
            names=block.names or None,
            filled=block.filled,
            at=at,
        )
        if hidden:
            writer.line(f"({hidden} of these rows are hidden in the sheet)")


def _fill_merges(sheet: Sheet) -> Carried:
    """Carry each merged label to the cells that it spans."""
    carried: Carried = {}
    for top, left, bottom, right in sheet.merges:
        row = sheet.rows.get(top)
        text = row.get(left) if row else None
        if not row or not text or (bottom - top + 1) * (right - left + 1) > MOST_FILLED:
            continue
        if top == bottom and len(row) == 1 and left <= min(sheet.rows.get(top + 1, (left,))):
            continue  # a title over the table stands once
        for number in range(top, bottom + 1):
            if number != top and number not in sheet.rows:
                continue
            line = sheet.rows[number]
            for column in range(left, right + 1):
                line.setdefault(column, text)
            if right > left:
                carried.setdefault(number, set()).update(range(left + 1, right + 1))
    return carried


def _blocks(sheet: Sheet, carried: Carried) -> Iterator[Block]:
    found: list[Block] = []
    rest = sheet.rows
    for top, left, bottom, right in sheet.tables:
        inside = {
            n: {c: t for c, t in row.items() if left <= c <= right}
            for n, row in rest.items()
            if top <= n <= bottom
        }
        inside = {n: row for n, row in inside.items() if row}
        if not inside:
            continue
        rest = {
            n: {c: t for c, t in row.items() if not (top <= n <= bottom and left <= c <= right)}
            for n, row in rest.items()
        }
        block = _block(inside, carried)
        block.names = sheet.names.get((top, left, bottom, right), [])[block.left - left :]
        found.append(block)
    found.extend(part for block in _split(rest, carried) for part in _at_titles(block))
    yield from sorted(found, key=lambda block: (block.top, block.left))


def _split(rows: dict[int, dict[int, str]], carried: Carried) -> Iterator[Block]:
    """Cut at blank rows, then each band at blank columns, and what comes of that at blank rows."""
    for band in _bands(rows):
        parts = _columns(band)
        if len(parts) == 1:
            yield _block(parts[0], carried)
            continue
        for part in parts:
            for piece in _bands(part):
                yield _block(piece, carried)


def _bands(rows: dict[int, dict[int, str]]) -> Iterator[dict[int, dict[int, str]]]:
    band: dict[int, dict[int, str]] = {}
    last = 0
    for number in sorted(n for n, row in rows.items() if row):
        if band and number > last + 1:
            yield band
            band = {}
        band[number] = rows[number]
        last = number
    if band:
        yield band


def _columns(band: dict[int, dict[int, str]]) -> list[dict[int, dict[int, str]]]:
    """The tables that stand side by side in a band; one where blank columns divide nothing."""
    used = sorted({column for row in band.values() for column in row})
    cuts = [b for a, b in pairwise(used) if b > a + 1]
    if not cuts:
        return [band]
    parts: list[dict[int, dict[int, str]]] = []
    edges = [0, *cuts, used[-1] + 1]
    for low, high in pairwise(edges):
        part = {
            n: inside
            for n, row in band.items()
            if (inside := {c: t for c, t in row.items() if low <= c < high})
        }
        if parts and not _alone(parts[-1], part):
            for n, row in part.items():
                parts[-1].setdefault(n, {}).update(row)
        else:
            parts.append(part)
    return parts


def _alone(left: dict[int, dict[int, str]], right: dict[int, dict[int, str]]) -> bool:
    """Whether two halves of a band are tables of their own: the right one has at least two columns,
    and names of its own, or stands in other rows; and begins with words, not with numbers."""
    named = sorted(n for n, row in right.items() if len(row) > 1)[:1]
    block = _block({n: row for n, row in right.items() if not named or n >= named[0]}, {})
    if block.right == block.left or _block(left, {}).right == _block(left, {}).left:
        return False
    labels = [row[0] for row in block.rows[1:] if row[0]]
    if labels and sum(map(is_value, labels)) * 2 > len(labels):
        return False
    return header_rows(block.rows) > 0 or set(left) != set(right)


def _at_titles(block: Block) -> Iterator[Block]:
    """Cut where a title and other names begin another table right below the last row of one."""
    heads = [row for row in block.rows[: MOST_HEADERS + 1] if sum(map(bool, row)) > 1][:1]
    cuts = [n for n in range(2, len(block.rows) - 2) if heads and _begins(block, n, heads[0])]
    for low, high in pairwise((0, *cuts, len(block.rows))):
        numbers = block.numbers[low:high]
        yield replace(
            block,
            top=numbers[0],
            bottom=numbers[-1],
            rows=block.rows[low:high],
            numbers=numbers,
            merged=block.merged and low == 0,
        )


def _begins(block: Block, at: int, names: Sequence[str]) -> bool:
    """Whether a row is a title, above names of columns: the first is that of the table before, or there are more of them, or fewer, and numbers
    below two at least. A row of data that holds no number ("n/a") is not taken for names."""
    title, row = block.rows[at : at + 2]
    if not title[0] or any(title[1:]) or row == names or not row[0]:
        return False
    below = block.rows[at + 2 : at + 2 + SAMPLE]
    last = next((n for n, one in enumerate(below) if sum(map(bool, one)) < 2), len(below))
    below = below[:last]
    named = [cell for cell in row if cell]
    if len(set(named)) < len(named) or any(map(TOLD.search, named)):
        return False
    if not names_columns(row, below, strict=True):
        return False
    if row[0] == names[0]:
        return True
    values = sum(bool(_kinds(below, i)) for i, one in enumerate(row) if one)
    return values > 1 and len(named) != sum(map(bool, names))


def _block(rows: dict[int, dict[int, str]], carried: Carried) -> Block:
    numbers = sorted(rows)
    left = min(min(row) for row in rows.values())
    right = max(max(row) for row in rows.values())
    columns = [
        c for c in range(left, right + 1) if c == left or not _only_carried(c, rows, carried)
    ]
    cells = [[rows[n].get(c, "") for c in columns] for n in numbers]
    merged = any(n in carried for n in numbers[:4])
    return Block(numbers[0], left, numbers[-1], right, cells, numbers, merged, columns)


def _only_carried(column: int, rows: dict[int, dict[int, str]], carried: Carried) -> bool:
    """Whether a column holds nothing but labels that began left of it: it only makes those wider."""
    held = [n for n, row in rows.items() if column in row]
    return bool(held) and all(column in carried.get(n, ()) for n in held)


def _kinds(rows: Iterable[Sequence[str]], column: int) -> bool | None:
    cells = [row[column] for row in rows if column < len(row) and row[column]]
    return sum(map(is_value, cells)) * 2 > len(cells) if cells else None
