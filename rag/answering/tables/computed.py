"""What is computed over all rows of a table: the most and the least of a column, counts, sums, averages,
differences. Exactly, and only where the table has every word of the question.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rag.answering.tables.asked import kin
from rag.answering.tables.chosen import COMPARED, body, chosen_rows, negated, numbers, only_named
from rag.answering.tables.lookup import Read
from rag.answering.tables.stored import Cell
from rag.answering.tables.words import is_number, singular, stem, tokens

_MOST = (
    "highest most largest biggest greatest longest oldest latest newest tallest heaviest maximum max "
    "deepest widest dearest"
)
_LEAST = "lowest least fewest smallest shortest youngest earliest cheapest lightest minimum min"
_IMPLIED = {
    "cheapest": "price cost fee rate", "dearest": "price cost fee rate", "expensive": "price cost fee rate",
    "longest": "length duration time distance", "shortest": "length duration time distance height",
    "oldest": "age", "youngest": "age", "tallest": "height", "heaviest": "weight mass", "lightest": "weight mass",
    "latest": "date", "newest": "date", "recent": "date", "earliest": "date", "deepest": "depth", "widest": "width",
    "largest": "size area capacity", "biggest": "size area capacity", "smallest": "size area capacity",
}  # fmt: skip
_EXTREME = re.compile(
    rf"\b(?:(?P<most>{'|'.join(_MOST.split())})|(?P<least>{'|'.join(_LEAST.split())}))\b(?! of the\b| one\b)"
    r"(?: (?P<more>expensive|recent)\b)?"
)
_AT = re.compile(r"\bat (?:least|most|the (?:latest|most|least))\b")
_TOTAL = re.compile(r"\b(?:total|sum|altogether|combined|together|in all|overall)\b")
_AVERAGE = re.compile(r"\b(?:average|mean)\b")
_COUNT = re.compile(
    r"^(?:and |so )?(?:how many|what is the number of|number of|count (?:of )?(?:the )?)\b"
)
_DISTINCT = re.compile(r"\b(?:different|distinct|unique)\b")
_DIFFERENCE = re.compile(
    r"\bdifference (?:in .+ )?between\b|\bhow (?:much|many) (?:more|fewer|less|longer|older|higher|larger|cheaper)\b"
)
_WORDS = frozenset(
    stem(singular(word))
    for word in (
        f"{_MOST} {_LEAST} expensive recent total sum altogether combined together overall average mean different "
        "distinct unique difference between more fewer less longer older higher larger cheaper than over above "
        "greater exceeding under below lower shorter up row rows entry entries record records there exist contain"
    ).split()
)
_ROWS = frozenset(("row", "entry", "record"))


@dataclass(frozen=True, slots=True)
class Computed:
    """What was computed, and how: "3 (rows counted)"; the cells that it comes from, each with the number
    of its row. ``quoted``: the text is that of the cells."""

    text: str
    cells: tuple[tuple[int, Cell], ...]
    quoted: bool = False


def computed(read: Read) -> Computed | None:
    """The answer to a question that wants more than one row looked at, if it is one and every word of it is
    the table's or says what to compute."""
    lower = " ".join(read.asked.words)
    if negated(read):
        return None
    if _DIFFERENCE.search(lower):
        if any(stem("difference") in names for names in read.names):
            return None
        return _difference(read)
    if (extreme := _extreme_of(lower, read)) is not None:
        return _extreme(read, extreme)
    if _TOTAL.search(lower) or _AVERAGE.search(lower):
        return _sum(read, average=_AVERAGE.search(lower) is not None)
    if (found := _COUNT.search(lower)) is not None:
        if "number" in found[0] and any(stem("number") in names for names in read.names):
            return None
        return _count(read, distinct=_DISTINCT.search(lower) is not None)
    return None


def wants_computing(question: str) -> bool:
    """Whether a question is of the forms that are computed, so that no single cell answers it unless a
    column is named so."""
    lower = " ".join(tokens(question))
    lower = _AT.sub(" ", lower)
    return any(rule.search(lower) for rule in (_DIFFERENCE, _EXTREME, _TOTAL, _AVERAGE, COMPARED))


def _all_told(read: Read, told: set[int], extra: Collection[str] = ()) -> bool:
    stems = read.asked.stems
    return all(
        i in told or stems[i] in _WORDS or stems[i] in read.about or stems[i] in extra
        for i in read.asked.content
    )


# -- what is asked ---------------------------------------------------------------------------


def _extreme_of(lower: str, read: Read) -> tuple[bool, str] | None:
    """(whether the most is asked, by which word) of "the highest"; None where a name or a cell has the word."""
    found = _EXTREME.search(_AT.sub(lambda m: " " * len(m[0]), lower))
    if not found:
        return None
    word = found["more"] or found["most"] or found["least"]
    at = len(lower[: found.end()].split()) - 1
    if any(stem(word) in names for names in read.names) or any(
        at in positions and len(positions) > 1 for row in read.whole for positions in row.values()
    ):
        return None
    return found["least"] is None, word


def _extreme(read: Read, extreme: tuple[bool, str]) -> Computed | None:
    most, word = extreme
    chosen = chosen_rows(read)
    if chosen is None:
        return None
    free = [j for j in range(len(read.names)) if j not in chosen.columns]
    numeric = [j for j in free if numbers(read, j) is not None]
    by = only_named(read, numeric)
    if by is None or word in ("cheapest", "expensive"):
        meant = {stem(name) for name in _IMPLIED.get(word, "").split()}
        implied = [j for j in numeric if read.names[j] & meant]
        by = implied[0] if len(implied) == 1 else by
    if by is None:
        return None
    values = numbers(read, by)
    assert values is not None
    known = {i: v.number for i in chosen.rows if (v := values[i]) is not None}
    if len(known) < 2:
        return None
    limit = max(known.values()) if most else min(known.values())
    rows = [i for i, number in known.items() if number == limit]
    target = _target(read, by, free)
    if target is None or len(rows) > 3:
        return None
    told = chosen.told | read.in_names[by] | read.in_names[target] | read.sort_words(target)
    cells = [
        (i, read.table.rows[i].cells[target]) for i in rows if target in read.table.rows[i].cells
    ]
    if len(cells) != len(rows) or not _all_told(read, told):
        return None
    texts = list(dict.fromkeys(cell.text for _, cell in cells))
    return Computed("\n".join(texts), tuple(cells), quoted=True)


def _target(read: Read, by: int, free: Sequence[int]) -> int | None:
    """The column that is asked for by "which X has the highest Y": X; Y itself, if it is what stands first."""
    heads = [j for j in free if read.in_names[j] & read.asked.head and read.is_full(j)]
    head = {singular(read.asked.words[i]) for i in read.asked.head}
    exact = [j for j in heads if {singular(w) for w in tokens(read.table.names[j])} <= head]
    heads = exact or heads  # "player" is rather Player than Games Played
    longest = [j for j in heads if not any(read.names[j] < read.names[k] for k in heads)]
    if len(longest) == 1:
        return longest[0]
    if longest:
        return None
    if read.asked.sort == "person" or not read.asked.head:
        person = [j for j in free if read.names[j] & read.asked.columns and j != by]
        return person[0] if len(person) == 1 and read.asked.sort == "person" else None
    # "Which kettle is the cheapest?" in a table of kettles, or with a column of kinds.
    heads_told = all(
        read.asked.stems[i] in read.about or read.asked.stems[i] in _WORDS for i in read.asked.head
    )
    first = min((j for j in free if j != by), default=None)
    return first if heads_told and first == 0 else None


def _sum(read: Read, *, average: bool) -> Computed | None:
    words = {stem(w) for w in ("total", "sum", "average", "mean", "overall", "combined")}
    if any(names & words for names in read.names):
        return None
    chosen = chosen_rows(read)
    if chosen is None:
        return None
    numeric = [j for j in range(len(read.names)) if j not in chosen.columns and numbers(read, j)]
    column = only_named(read, numeric)
    if column is None or not _all_told(read, chosen.told | read.in_names[column]):
        return None
    values = numbers(read, column)
    assert values is not None
    used = [(i, v) for i in chosen.rows if (v := values[i]) is not None]
    if len(used) < 2 or used[0][1].unit == "date" or (average and used[0][1].unit == "%"):
        return None
    if used[0][1].unit == "time" or all(1500 <= v.number <= 2100 for _, v in used):
        return None  # years, and durations that nobody wrote as seconds
    total = sum((v.number for _, v in used), Decimal(0))
    how = f"sum of {len(used)} rows"
    if average:
        total = total / len(used)
        places = max(2, *(-_exponent(v.number) for _, v in used))
        total = round(total, places).normalize()
        total = total if _exponent(total) <= 0 else total.quantize(Decimal(1))
        how = f"average of {len(used)} rows"
    cells = [(i, read.table.rows[i].cells[column]) for i, _ in used]
    return Computed(f"{used[0][1].said(total)} ({how})", tuple(cells))


def _exponent(number: Decimal) -> int:
    return int(number.as_tuple().exponent)


def _count(read: Read, *, distinct: bool) -> Computed | None:
    chosen = chosen_rows(read)
    head = read.asked.head
    if chosen is None or not head:
        return None
    named = [j for j in range(len(read.names)) if read.in_names[j] & head and read.is_full(j)]
    if any(numbers(read, j) is not None for j in named) or len(named) > 1:
        return None
    told = set(chosen.told)
    rows = chosen.rows
    stems = {read.asked.stems[i] for i in head}
    if named:
        told |= read.in_names[named[0]]
        cells = [
            (i, cell) for i in rows if (cell := read.table.rows[i].cells.get(named[0])) is not None
        ]
        texts = {tokens(cell.text) for _, cell in cells}
        if any(words[:1] and is_number(words[0]) for words in texts):
            return None  # "2 inline" under Cylinders: no rows to be counted
        if len(texts) != len(cells) and not distinct:
            return None  # how often, or how many of them?
    elif stems <= {*read.about, *_ROWS} and not distinct:
        cells = [(i, read.table.rows[i].cells[min(read.table.rows[i].cells)]) for i in rows]
        texts = set()
    else:
        return None
    if not (
        chosen.columns
        or re.search(r"\bthere\b|\blisted\b|\btable\b|\brows\b", " ".join(read.asked.words))
    ):
        return None
    if len(cells) < (2 if named else 1) or not _all_told(read, told):
        return None  # a single row may be one that states the number
    number = len(texts) if distinct else len(cells)
    return Computed(
        f"{number} ({'different values' if distinct else 'rows'} counted)", tuple(cells)
    )


def _difference(read: Read) -> Computed | None:
    """Of two rows that the question names, in the column that it names."""
    pairs: dict[int, dict[frozenset[int], set[int]]] = {}
    for i in body(read):
        for j, positions in read.whole[i].items():
            if positions & read.asked.content and not positions <= read.named_only:
                pairs.setdefault(j, {}).setdefault(frozenset(positions), set()).add(i)
    found = [
        [(phrase, min(rows)) for phrase, rows in phrases.items()]
        for phrases in pairs.values()
        if len(phrases) == 2 and all(len(rows) == 1 for rows in phrases.values())
    ]
    if len(found) != 1:
        return None
    (one, first), (other, second) = found[0]
    column = only_named(read, [j for j in range(len(read.names)) if numbers(read, j) is not None])
    if column is None:
        implied = [
            j
            for j, names in enumerate(read.names)
            if any(kin(read.asked.stems[i], name) for i in read.asked.content for name in names)
            and numbers(read, j)
        ]
        column = implied[0] if len(implied) == 1 else None
    if column is None or one & other:
        return None
    told = set(one) | set(other) | read.in_names[column] | read.sort_words(column)
    values = numbers(read, column)
    assert values is not None
    a, b = values[first], values[second]
    if a is None or b is None or a.unit in ("time", "date") or not _all_told(read, told):
        return None
    high, low = (a, b) if a.number >= b.number else (b, a)
    cells = tuple((i, read.table.rows[i].cells[column]) for i in (first, second))
    return Computed(
        f"{a.said(high.number - low.number)} ({high.number:f} less {low.number:f})", cells
    )
