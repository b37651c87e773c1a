"""Two reports side by side: what changed, and whether that can be chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.errors import GoldError
from rag.evaluation.report import LESS, Report
from rag.evaluation.run import Row
from rag.evaluation.statistics import paired_p

SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Change:
    """Of one metric. ``p`` is of the paired randomisation test over the questions both reports have;
    None where the metric is no mean over questions."""

    metric: str
    before: float
    after: float
    p: float | None = None

    @property
    def significant(self) -> bool:
        return self.p is not None and self.p < SIGNIFICANT

    @property
    def worse_by(self) -> float:
        """How much worse it is now; negative where it is better."""
        down = self.before - self.after
        return -down if self.metric.startswith(LESS) else down


def compare(before: Report, after: Report) -> list[Change]:
    """Changes of all metrics that both reports have.

    Raises:
        GoldError: they have no question in common.
    """
    earlier = {row.id: row for row in before.rows}
    pairs = [
        (earlier[row.id], row)
        for row in after.rows
        if row.id in earlier and row.question == earlier[row.id].question
    ]
    if not pairs:
        raise GoldError("The two reports have no question in common: nothing can be compared.")
    changes = []
    for name in after.metrics:
        if name in before.metrics:
            values = _values(name, pairs)
            p = paired_p(*values) if values else None
            changes.append(Change(name, before[name], after[name], p))
    return changes


def _values(name: str, pairs: Sequence[tuple[Row, Row]]) -> tuple[list[float], list[float]] | None:
    both = [(a, b) for a, b in pairs if name in a.values and name in b.values]
    if both:
        return [a.values[name] for a, _ in both], [b.values[name] for _, b in both]
    if name.startswith("latency/"):
        stage = name.removeprefix("latency/").partition("_p")[0]
        if name.endswith("_p50_ms"):
            timed = [(a, b) for a, b in pairs if stage in a.timings and stage in b.timings]
            return [a.timings[stage] for a, _ in timed], [b.timings[stage] for _, b in timed]
    return None


def failures(changes: Sequence[Change], limits: dict[str, float]) -> list[Change]:
    """The changes that are worse than they may be. ``limits`` maps a metric to how much it may fall
    (or rise, where less is better).

    Raises:
        GoldError: a metric that is in none of the reports.
    """
    by_name = {change.metric: change for change in changes}
    if unknown := [name for name in limits if name not in by_name]:
        known = ", ".join(sorted(by_name))
        raise GoldError(f"There is no metric {unknown[0]} in both reports. There are: {known}.")
    return [by_name[name] for name, most in limits.items() if by_name[name].worse_by > most]


def moved(before: Report, after: Report, count: int = 10) -> list[tuple[Row, Row]]:
    """The questions whose answer changed most, worst change first."""
    earlier = {row.id: row for row in before.rows}
    pairs = [(earlier[row.id], row) for row in after.rows if row.id in earlier]
    changed = [(a, b) for a, b in pairs if a.answer != b.answer]
    return sorted(changed, key=lambda pair: _score(pair[1]) - _score(pair[0]))[:count]


def _score(row: Row) -> float:
    return row.values.get("answer/squad2_f1", 0.0)
