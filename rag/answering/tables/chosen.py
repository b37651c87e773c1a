"""The rows and columns of a table that a question means: those whose cells, and whose names, it gives in full."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from rag.answering.tables.lookup import Read
from rag.answering.tables.values import Quantity, quantities, quantity
from rag.answering.tables.words import is_number, tokens

COMPARED = re.compile(
    r"\b(?P<over>more than|over|above|greater than|higher than|longer than|exceeding)|(?P<least>at least)"
    r"|(?P<under>less than|fewer than|under|below|lower than|shorter than)|(?P<most>at most|up to)"
)
_SUMMED = re.compile(r"(?:grand |sub)?-?(?:totals?|sums?|averages?|mean|all|overall)\b", re.I)
_NOTHING = re.compile(
    r"\b(?:not|no|without|except|excluding|other than|neither|nor|n t|don t|doesn t|didn t)\b"
)


def negated(read: Read) -> bool:
    """Whether a question says what is not meant, which no cell does."""
    names = {word for name in read.table.names for word in tokens(name)}
    lower = " ".join(word for word in read.asked.words if word != "no" or word not in names)
    lower = re.sub(r"\bno (?=\d)", " ", lower)  # "no. 26"
    return _NOTHING.search(lower) is not None


def body(read: Read) -> list[int]:
    """The rows without those that sum up others."""
    rows = read.table.rows
    firsts = [row.cells[min(row.cells)].text if row.cells else "" for row in rows]
    return [
        i for i, first in enumerate(firsts) if len(rows[i].cells) > 1 and not _SUMMED.match(first)
    ]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Rows that meet the question's conditions; the positions of the question's words that say so; the
    columns that hold them."""

    rows: list[int]
    told: set[int]
    columns: set[int]


def chosen_rows(read: Read) -> Chosen | None:
    """The rows that hold the cells which the question names in full, or None where it is not clear which
    column it means by one."""
    by_phrase: dict[frozenset[int], dict[int, set[int]]] = {}  # positions: column: rows
    within = body(read)
    for i in within:
        for j, positions in read.whole[i].items():
            if not positions & read.asked.content or positions <= read.named_only:
                continue
            by_phrase.setdefault(frozenset(positions), {}).setdefault(j, set()).add(i)
    # A phrase inside a longer one is none of its own.
    phrases = [p for p in by_phrase if not any(p < other for other in by_phrase)]
    per_column: dict[int, set[int]] = {}
    told: set[int] = set()
    for phrase in phrases:
        columns = by_phrase[phrase]
        named = [j for j in columns if read.in_names[j] - phrase]
        meant = named if len(named) == 1 else list(columns)
        if len(meant) != 1:
            return None
        holding = columns[meant[0]]
        if len({tokens(read.table.rows[i].cells[meant[0]].text) for i in holding}) > 1:
            return None  # "Salome", and "Salome (1905)"
        per_column.setdefault(meant[0], set()).update(holding)
        told |= phrase
    rows = [i for i in within if all(i in found for found in per_column.values())]
    compared = _compared(read, rows, told)
    if compared is None:
        return None
    rows, more, column = compared
    used = set(per_column) | ({column} if column is not None else set())
    told |= more | {i for j in used for i in read.in_names[j]}
    return Chosen(rows, told, used)


def _compared(
    read: Read, rows: list[int], told: set[int]
) -> tuple[list[int], set[int], int | None] | None:
    """Of these rows those with "more than 5 wins": column and number of one comparison."""
    words = read.asked.words
    lower = " ".join(words)
    found = COMPARED.search(lower)
    if not found:
        return rows, set(), None
    at = len(lower[: found.end()].split())
    if at >= len(words) or not is_number(words[at]) or at in told:
        return None
    bound = quantity(words[at])
    columns = [j for j in range(len(read.names)) if read.is_full(j) and numbers(read, j)]
    near = [j for j in columns if read.in_names[j] & set(range(at - 5, at + 5))]
    if bound is None or len(near) != 1:
        return None
    values = numbers(read, near[0])
    assert values is not None
    keep = []
    for i in rows:
        value = values[i]
        if value is None:
            continue
        number, limit = value.number, bound.number
        if (
            (found["over"] and number > limit)
            or (found["least"] and number >= limit)
            or (found["under"] and number < limit)
            or (found["most"] and number <= limit)
        ):
            keep.append(i)
    return keep, {at, *read.in_names[near[0]]}, near[0]


def numbers(read: Read, column: int) -> dict[int, Quantity | None] | None:
    """The quantities of a column by the rows, if all its values are such and of one unit."""
    if column not in read.counted:
        within = body(read)
        cells = [read.table.rows[i].cells.get(column) for i in within]
        found = quantities([cell.text if cell else "" for cell in cells])
        read.counted[column] = None if found is None else dict(zip(within, found, strict=True))
    return read.counted[column]


def only_named(read: Read, columns: Collection[int]) -> int | None:
    """The one column of several whose name the question has in full; of names one inside another, the
    longest."""
    named = [j for j in range(len(read.names)) if read.is_full(j)]
    longest = [
        j for j in columns if j in named and not any(read.names[j] < read.names[k] for k in named)
    ]
    return longest[0] if len(longest) == 1 else None
