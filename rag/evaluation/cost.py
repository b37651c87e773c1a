"""Metrics of cost: milliseconds by stage, and tokens of models that count them. They measure; a limit
is for whoever compares to set (``--fail-if``)."""

from __future__ import annotations

from collections.abc import Sequence

from rag.evaluation.metric import Metric, present
from rag.evaluation.rows import Row
from rag.evaluation.statistics import Figure, mean, percentile

STAGES = {"retrieve": "retrieval", "answer": "reading", "total": "in all"}
PERCENTILES = {50: "median", 95: "95th percentile", 99: "99th percentile"}


def _latency(stage: str, percent: int) -> Metric:
    def time_of(row: Row) -> float | None:
        seconds = None if row.error else row.timings.get(stage)
        return None if seconds is None else 1000 * seconds

    def of(rows: Sequence[Row]) -> Figure | None:
        return percentile(percent, present([time_of(row) for row in rows]))

    words = PERCENTILES[percent]
    in_all = stage == "total"
    return Metric(
        name=f"latency/{stage}_p{percent}_ms",
        title=f"ms, {words}" if in_all else f"ms of {STAGES[stage]}, {words}",
        explained=f"{words}, {STAGES[stage]}",
        unit="ms",
        less=True,
        scorecard=in_all and percent < 99,
        tile=in_all and percent == 50,
        plot="latency" if in_all else "",
        of_rows=of,
        # The test is of means; beside the median it says whether questions became slower.
        paired=time_of if percent == 50 else (lambda row: None),
    )


def _tokens(kind: str, words: str) -> Metric:
    def count(row: Row) -> float | None:
        return None if row.error or kind not in row.usage else float(row.usage[kind])

    return Metric(
        name=f"tokens/{kind}",
        title=words,
        explained=f"{words}, a question",
        unit="count",
        less=True,
        of_rows=lambda rows: mean(present([count(row) for row in rows])),
        paired=count,
    )


METRICS = (
    *(_latency(stage, percent) for stage in STAGES for percent in PERCENTILES),
    _tokens("input_tokens", "tokens given to the model"),
    _tokens("output_tokens", "tokens written by the model"),
)
