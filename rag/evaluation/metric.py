"""What a metric is: one entry that says all that is to be known about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from rag.answering.answer import Answer
from rag.evaluation.gold import Question
from rag.evaluation.judging import Judges
from rag.evaluation.probing import Probes
from rag.evaluation.relevance import Judged, Level
from rag.evaluation.rows import Row
from rag.evaluation.statistics import Figure, Floats

Unit = Literal["percent", "score", "ms", "count"]
Plot = Literal["", "recall", "risk_coverage", "reliability", "latency"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what came of it, before it is a row: what metrics judge.

    ``said`` is the answer without its citation marks, "" if it abstained; ``best`` the same, or
    what was closest when it abstained. ``texts`` are the cited documents by their id.
    """

    question: Question
    answer: Answer
    said: str
    best: str
    texts: Mapping[int, str]
    judged: Mapping[Level, Judged] = field(default_factory=dict)
    judges: Judges = field(default_factory=Judges)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric. Exactly one of three functions makes its figure.

    name: "group/...", as in reports and ``--fail-if``. title: a few words, for the scorecard.
    explained: one line, for the page. unit: how it is written. less: less is better. scorecard:
    it stands in what is printed. tile: in large on the page. column: in the table by tag. plot: the
    curve that shows it.

    of_question: its value for one question, None where it does not apply; the figure is the mean.
    of_rows: the figure, of all rows. of_probes: the figure, of the safety probes.
    paired: its value in a row, for the paired test; by default what ``of_question`` gave.
    """

    name: str
    title: str
    explained: str
    unit: Unit = "percent"
    less: bool = False
    scorecard: bool = False
    tile: bool = False
    column: bool = False
    plot: Plot = ""
    of_question: Callable[[Asked], float | None] | None = None
    of_rows: Callable[[Sequence[Row]], Figure | None] | None = None
    of_probes: Callable[[Probes], Figure | None] | None = None
    paired: Callable[[Row], float | None] | None = None

    @property
    def group(self) -> str:
        """What the name begins with: "retrieval", "answer", ..."""
        return self.name.partition("/")[0]

    def value(self, row: Row) -> float | None:
        """Its value in one row; None where it has none."""
        return self.paired(row) if self.paired else row.values.get(self.name)

    def written(self, value: float) -> str:
        """A value as a person reads it.

        >>> Metric(name="answer/em", title="", explained="").written(0.5)
        '50.0%'
        """
        if self.unit == "percent":
            return f"{100 * value:.1f}%"
        return f"{value:.3f}" if self.unit == "score" else f"{value:.0f}"

    def worse_by(self, before: float, after: float) -> float:
        """How much worse ``after`` is; negative where it is better."""
        return after - before if self.less else before - after


def present(values: Sequence[float | None]) -> Floats:
    """The values that there are."""
    import numpy as np

    return np.array([value for value in values if value is not None], float)
