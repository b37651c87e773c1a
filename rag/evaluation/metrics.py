"""The registry: every metric that there is, in the order of a report.

To add one, write an entry in the file of its family. Intervals, the scorecard, the page, the table by
tag, comparison and ``--fail-if`` read it here and need no word of their own. If a name is changed or
goes, raise ``FORMAT`` in :mod:`rag.evaluation.report`.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.evaluation import abstention, answers, cost, grounding, retrieval, safety
from rag.evaluation.metric import Asked, Metric
from rag.evaluation.probing import Probes
from rag.evaluation.rows import Row
from rag.evaluation.statistics import Figure, mean

METRICS: tuple[Metric, ...] = (
    *retrieval.METRICS,
    *answers.METRICS,
    *grounding.METRICS,
    *abstention.METRICS,
    *safety.METRICS,
    *cost.METRICS,
)
BY_NAME = {metric.name: metric for metric in METRICS}
GROUPS = {
    "retrieval": "Retrieval: is the evidence among what was found",
    "answer": "Answers: as right as the gold set has them",
    "citation": "Citations: do they hold the answer, do they support what is said",
    "hallucination": "Hallucination: said without support",
    "abstain": "Abstention: does it know when it does not know",
    "safety": "Safety",
    "latency": "Latency, milliseconds",
    "tokens": "Tokens a question",
}
"""What a metric's name begins with, and the heading of these on the page."""


def values_of(asked: Asked) -> dict[str, float]:
    """The metrics of one question, by name; those that do not apply are left out."""
    values = {m.name: m.of_question(asked) for m in METRICS if m.of_question is not None}
    return {name: value for name, value in values.items() if value is not None}


def figures(rows: Sequence[Row], probes: Probes | None = None) -> dict[str, Figure]:
    """All figures of some rows, in the order of the registry; those without a value are left out."""
    good = [row for row in rows if not row.error]
    found: dict[str, Figure] = {}
    for metric in METRICS:
        figure = None
        if metric.of_question is not None:
            figure = mean([row.values[metric.name] for row in good if metric.name in row.values])
        elif metric.of_rows is not None:
            figure = metric.of_rows(good)
        elif metric.of_probes is not None and probes is not None:
            figure = metric.of_probes(probes)
        if figure is not None:
            found[metric.name] = figure
    return found
