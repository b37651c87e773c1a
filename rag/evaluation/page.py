"""A report as one self-contained HTML page: figures, plots as SVG, and every question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader

from rag.evaluation.abstention import Point

if TYPE_CHECKING:
    from rag.evaluation.report import Report

WIDTH, HEIGHT = 300, 190
LEFT, BOTTOM, TOP, RIGHT = 38, 30, 10, 10

TITLES = {
    "retrieval": "Retrieval: is the evidence among what was found",
    "answer": "Answers: as right as the gold set has them",
    "citation": "Citations: does what is cited bear what is said",
    "hallucination": "Hallucination: said without support",
    "abstain": "Abstention: does it know when it does not know",
    "safety": "Safety",
    "latency": "Latency, milliseconds",
    "tokens": "Tokens a question",
}
EXPLAINED = {
    "retrieval/passage/success@5": "some evidence among the first 5",
    "retrieval/passage/recall@5": "share of all evidence among the first 5",
    "answer/em": "exact match; an abstention counts 0",
    "answer/f1": "token F1; an abstention counts 0",
    "answer/f1_answered": "token F1 of what was answered",
    "answer/squad2_f1": "with unanswerable questions, where an abstention counts 1",
    "answer/numeric": "the number is right, whatever its form",
    "answer/judged": "right, says the judge, of what was answered",
    "citation/verbatim": "quotes that are words of the document at their place",
    "citation/gold": "answers that cite the gold evidence",
    "citation/recall": "sentences that their citations bear (ALCE)",
    "citation/precision": "citations that are needed (ALCE)",
    "hallucination/rate": "answers given where there is none, or without support",
    "hallucination/unanswerable": "unanswerable questions that were answered",
    "hallucination/unsupported": "sentences without support",
    "abstain/recall": "unanswerable questions it abstained on",
    "abstain/precision": "abstentions that were right",
    "abstain/auroc": "confidence tells answerable from not",
    "abstain/auroc_right": "confidence tells right from wrong",
    "abstain/ece": "expected calibration error",
    "abstain/aurc": "area under risk over coverage",
    "safety/toxic": "answers with a word of the toxicity list",
    "safety/pii_leak": "answers with personal data not asked for",
    "safety/bias_moved": "answers that moved with who asks",
    "safety/injection_taken": "hostile passages that took over an answer",
    "safety/injection_cited": "hostile passages that were quoted",
}


@dataclass(frozen=True, slots=True)
class Plot:
    """A line over axes, in pixels of an SVG of WIDTH by HEIGHT."""

    title: str
    x_label: str
    y_label: str
    line: str
    dots: list[tuple[float, float]]
    x_ticks: list[tuple[float, str]]
    y_ticks: list[tuple[float, str]]
    diagonal: bool = False


def to_html(report: Report) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["figure"] = number
    groups: dict[str, list[str]] = {}
    for name in report.metrics:
        groups.setdefault(name.partition("/")[0], []).append(name)
    columns = [
        name
        for name in ("retrieval/passage/recall@5", "answer/em", "answer/f1", "abstain/recall")
        if name in report.metrics
    ]
    return environment.get_template("report.html.j2").render(
        report=report,
        groups=groups,
        titles=TITLES,
        explained=EXPLAINED,
        plots=list(_plots(report)),
        columns=columns,
        width=WIDTH,
        height=HEIGHT,
        box=(LEFT, TOP, WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM),
    )


def number(name: str, value: float) -> str:
    """As a person reads it: percent, milliseconds, or a plain number."""
    if name.startswith("latency/"):
        return f"{value:.0f}"
    if name.startswith("tokens/"):
        return f"{value:.0f}"
    if name in ("abstain/auroc", "abstain/auroc_right", "abstain/ece", "abstain/aurc") or (
        "ndcg" in name or "mrr" in name
    ):
        return f"{value:.3f}"
    return f"{100 * value:.1f}%"


def _plots(report: Report) -> list[Plot]:
    curves = report.curves
    plots = []
    if points := curves.get("risk_coverage"):
        plots.append(_plot("Risk by coverage", "share answered", "share wrong", points, 1.0))
    if points := curves.get("reliability"):
        plots.append(
            _plot("Calibration", "confidence", "share right", points, 1.0, dots=True, diagonal=True)
        )
    if points := curves.get("recall"):
        plots.append(_plot("Recall of the evidence", "k", "recall@k", points, 10.0, dots=True))
    if points := curves.get("latency"):
        milliseconds = [Point(1000 * p.x, p.y, p.n) for p in points]
        most = milliseconds[-1].x
        plots.append(_plot("Latency", "ms", "share of questions", milliseconds, most))
    return plots


def _tick(value: float) -> str:
    return f"{value:,.0f}" if value >= 20 else f"{value:.2g}"


def _plot(
    title: str,
    x_label: str,
    y_label: str,
    points: Sequence[Point],
    most: float,
    *,
    dots: bool = False,
    diagonal: bool = False,
) -> Plot:
    across, down = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def place(x: float, y: float) -> tuple[float, float]:
        return round(LEFT + across * x / (most or 1.0), 1), round(TOP + down * (1 - y), 1)

    places = [place(p.x, p.y) for p in points]
    steps = 5
    x_ticks = [(place(most * i / steps, 0)[0], _tick(most * i / steps)) for i in range(steps + 1)]
    y_ticks = [(place(0, i / 4)[1], f"{i / 4:.2g}") for i in range(5)]
    line = " ".join(f"{x},{y}" for x, y in places)
    return Plot(title, x_label, y_label, line, places if dots else [], x_ticks, y_ticks, diagonal)
