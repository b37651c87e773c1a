"""One cell of a table: the row that the question's words tell from all others, in the column it asks for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import log

from rag.answering.tables.asked import Asked, kin
from rag.answering.tables.stored import Cell, Table
from rag.answering.tables.values import Quantity, is_dated, is_year, quantity
from rag.answering.tables.words import LIGHT, find, singular, stem, tokens, written
from rag.documents.headers import is_unit

_ASIDE = re.compile(r"[(\[][^)\]]*[)\]]")


@dataclass(frozen=True, slots=True)
class Found:
    """The cell that answers, its row and column, and what speaks for it: how far the next row and the next
    column are behind, the share of the question's words that are told, whether a whole cell is named."""

    row: int
    column: int
    cell: Cell
    row_lead: float
    column_lead: float
    column_score: float
    told: float
    whole: bool
    untold: frozenset[int] = frozenset()
    conditions: int = 0


class Read:
    """A table as a question meets it: which of its words stand in which names and cells."""

    def __init__(self, question: Asked, table: Table, about: Collection[str] = ()) -> None:
        """``about``: stems of the words that the table's document is about."""
        self.asked, self.table, self.about = question, table, about
        self.names = [_name_stems(name) for name in table.names]
        self.in_names = [
            {i for i, s in enumerate(question.stems) if _meets(s, names)} for names in self.names
        ]
        whole: list[dict[int, set[int]]] = []  # per row, column: positions
        part: list[dict[int, set[int]]] = []
        asked = [singular(word) for word in question.words]
        wanted = defaultdict(set)
        for i in range(len(question.words)):
            if i in question.content or question.words[i] not in LIGHT:
                wanted[singular(question.words[i])].add(i)
        # A large table is mostly cells without any of the words, which need no closer look.
        near = re.compile("|".join(re.escape(w[: max(2, len(w) - 1)]) for w in wanted) or "(?!)")
        for row in table.rows:
            w: dict[int, set[int]] = {}
            p: dict[int, set[int]] = {}
            for number, cell in row.cells.items():
                plain = cell.text.isascii() and "," not in cell.text
                if plain and not near.search(cell.text.lower()):
                    continue
                words = tokens(cell.text)
                if not words or len(words) > 60:
                    continue
                some = {i for word in set(words) for i in wanted.get(singular(word), ())}
                if not some:
                    continue
                p[number] = some
                core = tokens(_ASIDE.sub(" ", cell.text)) or words
                for form in {words, core}:
                    if any(word not in LIGHT for word in form):
                        for at in find([singular(word) for word in form], asked):
                            w.setdefault(number, set()).update(range(at, at + len(form)))
            whole.append(w)
            part.append(p)
        self.whole, self.part = whole, part
        self.counted: dict[int, dict[int, Quantity | None] | None] = {}  # columns, see numbers()
        count: dict[int, int] = defaultdict(int)
        for p in part:
            for i in set().union(*p.values()) if p else ():
                count[i] += 1
        self.rarity = {i: log(1 + len(table.rows) / n) for i, n in count.items()}

    def condition(self, row: int, target: int) -> tuple[float, set[int], bool, int]:
        """What of the question a row holds outside of the column asked for: how much that is worth, which
        words, whether it is a whole cell, in how many cells."""
        positions: set[int] = set()
        worth: dict[int, float] = {}
        any_whole = False
        cells = 0
        for number, some in self.part[row].items():
            if number == target:
                continue
            exact = self.whole[row].get(number, set())
            named = self.in_names[number]
            use = set()
            for i in some:
                if i in self.named_only and i not in exact:
                    continue
                use.add(i)
                value = self.rarity[i] * (1.0 if i in exact else 0.6)
                if named and i not in named:
                    value *= 1 + 0.5 * len({self.asked.stems[k] for k in named}) / len(
                        self.names[number]
                    )
                worth[i] = max(worth.get(i, 0.0), value)
            if use:
                cells += 1
            positions |= use
            if exact and (len(exact) > 1 or any(len(self.asked.words[i]) > 2 for i in exact)):
                any_whole = True
        return sum(worth.values()), positions, any_whole, cells

    def in_one_piece(self, row: int, target: int) -> bool:
        """Whether neighbouring words of the question stand side by side in a row's cells too: "Aurora 310" is
        not what "Lid for Aurora 300 and 310" is about."""
        words = [singular(word) for word in self.asked.words]
        for number, some in self.part[row].items():
            if number == target or number in self.whole[row]:
                continue
            cell = [singular(word) for word in tokens(self.table.rows[row].cells[number].text)]
            for i in some:
                pair = words[i : i + 2]
                if i + 1 in some and not find(pair, cell):
                    return False
        return True

    @property
    def named_only(self) -> set[int]:
        """Positions that a column's whole name takes."""
        return set().union(
            *(
                positions
                for names, positions in zip(self.names, self.in_names, strict=True)
                if names and {self.asked.stems[i] for i in positions} >= names
            )
        )

    def sort_words(self, column: int) -> set[int]:
        """Words of the question that are akin to a column's name: "cost" to "Price"."""
        names = self.names[column]
        return {i for i, s in enumerate(self.asked.stems) if any(kin(s, name) for name in names)}

    def asks_besides(self, column: int) -> set[int]:
        """Words of the noun phrase that is asked for which are not those of a column's name, up to these:
        "salary" of "the salary of the head", where the column is "Head"."""
        head = self.asked.head
        met = (self.in_names[column] | self.sort_words(column)) & head
        return {i for i in head if not met or i < max(met)} - met

    def is_full(self, column: int) -> bool:
        """Whether the question has the whole name of a column."""
        names = self.names[column]
        return bool(names) and {self.asked.stems[i] for i in self.in_names[column]} >= names

    def is_named(self, column: int) -> bool:
        """Whether a question has the whole name of a column, or a word for it, of one or two words."""
        names = self.names[column]
        given = {self.asked.stems[i] for i in self.in_names[column]}
        return bool(names) and (
            given >= names
            or (
                len(names) <= 2
                and bool(self.sort_words(column) or names & self.asked.columns or given)
            )
        )

    def column_scores(self, taken: Mapping[int, set[int]]) -> dict[int, float]:
        """How much speaks for each column to be the one asked for, other than those that hold conditions."""
        scores: dict[int, float] = {}
        q = self.asked
        for j, names in enumerate(self.names):
            if j in taken:
                continue
            values = [row.cells[j].text for row in self.table.rows if j in row.cells]
            if not values:
                continue
            positions = self.in_names[j]
            score = 0.0
            if names:
                hit = {q.stems[i] for i in positions} & names
                share = len(hit) / len(names)
                in_head = bool({q.stems[i] for i in positions & q.head} & names)
                score += share * (3.0 if in_head else 1.5)
                score += (
                    0.4 * (len(hit) - 1) if share == 1 else 0.0
                )  # "new points" rather than "points"
                related = {
                    i
                    for i, s in enumerate(q.stems)
                    if i not in positions and any(kin(s, name) for name in names)
                }
                if not hit and related:
                    score += 1.6 if related & q.head else 0.8
                if names & q.columns:
                    score += 1.2
            score += _suits(q.sort, values)
            scores[j] = score
        return scores


def looked_up(read: Read) -> Found | None:
    """The cell that a question asks for, if its words tell one row and one column from all others."""
    rows = read.table.rows
    best: list[tuple[float, float, int, int, set[int], bool, float, int]] = []
    candidates = sorted(range(len(rows)), key=lambda i: -read.condition(i, -1)[0])[:6]
    for i in candidates:
        taken = {
            j: w
            for j, w in read.whole[i].items()
            if w & read.asked.content and not any(w < other for other in read.whole[i].values())
        }
        scores = read.column_scores(taken)
        if not scores:
            continue
        order = sorted(scores, key=lambda j: -scores[j])
        j = order[0]
        lead = scores[j] - (scores[order[1]] if len(order) > 1 else 0.0)
        weight, positions, whole, cells = read.condition(i, j)
        if not positions or j not in rows[i].cells:
            continue
        best.append((weight, scores[j], i, j, positions, whole, lead, cells))
    if not best:
        return None
    best.sort(key=lambda b: (-b[0], -b[1]))
    weight, score, i, j, positions, whole, lead, cells = best[0]
    cell = rows[i].cells[j]
    others = [b for b in best[1:] if rows[b[2]].cells[b[3]].text != cell.text]
    row_lead = weight - max((b[0] for b in others), default=0.0)
    told = positions | read.in_names[j]
    named = set().union(*read.in_names)
    aside = {stem(singular(w)) for w in tokens(read.table.names[j])}  # "Visitors (2009)"
    untold = [
        k
        for k in sorted(read.asked.content)
        if k not in told
        and k not in named
        and read.asked.stems[k] not in aside | set(read.about)
        and not any(kin(read.asked.stems[k], n) for n in read.names[j])
    ]
    share = 1 - len(untold) / max(1, len(read.asked.content))
    return Found(i, j, cell, row_lead, lead, score, share, whole, frozenset(untold), cells)


def _name_stems(name: str) -> frozenset[str]:
    core = tokens(_ASIDE.sub(" ", name)) or tokens(name)
    units = {word.lower() for word in written(name) if is_unit(word)}  # "Price EUR"
    core = tuple(word for word in core if word not in units) or core
    stems = [stem(singular(w)) for w in core]
    if "%" in name:
        stems, core = [*stems, stem("percent")], (*core, "percent")
    kept = [
        s
        for s, w in zip(stems, core, strict=True)
        if w not in {"of", "the", "in", "by", "at", "for", "and", "no", "to"}
    ]
    return frozenset(kept or stems)


def _meets(word: str, names: frozenset[str]) -> bool:
    return word in names


def _suits(sort: str, values: list[str]) -> float:
    """Whether a column's values are of the sort that is asked for."""
    if not sort:
        return 0.0
    sample = values[:40]
    numbers = sum(quantity(v) is not None for v in sample) / len(sample)
    dated = sum(is_dated(v) for v in sample) / len(sample)
    if sort in ("date", "year", "month"):
        years = sum(is_year(v) for v in sample) / len(sample)
        return 0.8 * max(years, dated) - (1.5 if dated < 0.5 else 0)
    if sort == "count":
        return 0.4 if numbers > 0.6 else -1.5
    if sort == "price":
        return 0.4 if numbers > 0.6 else -1.0
    if sort == "person":
        return -1.5 if numbers > 0.3 or dated > 0.5 else 0.3
    if sort == "place":
        return -1.5 if numbers > 0.3 or dated > 0.5 else 0.2
    if sum(map(is_year, sample)) > 0.5 * len(sample):
        return -2.0  # no time, size or weight
    return 0.2 if sum(any(c.isdigit() for c in v) for v in sample) > 0.5 * len(sample) else -1.0
