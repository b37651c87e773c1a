"""Two reports side by side: what changed, and whether that can be chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.errors import GoldError
from rag.evaluation.metric import Metric
from rag.evaluation.metrics import METRICS
from rag.evaluation.report import Report
from rag.evaluation.rows import Row
from rag.evaluation.statistics import paired_p

SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Change:
    """Of one metric. ``worse_by`` is how much worse it is now, negative where it is better. ``p`` is
    of the paired randomisation test over the questions both reports have; None where the metric is
    no mean over questions."""

    metric: str
    before: float
    after: float
    worse_by: float
    p: float | None = None

    @property
    def significant(self) -> bool:
        """Whether chance alone would move it so far in fewer than one of twenty cases."""
        return self.p is not None and self.p < SIGNIFICANT


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
    return [
        _change(metric, before[metric.name], after[metric.name], pairs)
        for metric in METRICS
        if metric.name in before.metrics and metric.name in after.metrics
    ]


def _change(
    metric: Metric, before: float, after: float, pairs: Sequence[tuple[Row, Row]]
) -> Change:
    both = [
        (old, new)
        for a, b in pairs
        if (old := metric.value(a)) is not None and (new := metric.value(b)) is not None
    ]
    p = paired_p([old for old, _ in both], [new for _, new in both]) if both else None
    return Change(metric.name, before, after, metric.worse_by(before, after), p)


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
