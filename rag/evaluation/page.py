"""A report as one self-contained HTML page: figures, plots as SVG, and every question."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import ExtraMissing
from rag.evaluation.metrics import GROUPS, METRICS
from rag.evaluation.rows import Row, worst
from rag.evaluation.statistics import Figure, Point
from rag.visible import visible

FOLDER = Path(__file__).parent

WIDTH, HEIGHT = 300, 190
LEFT, BOTTOM, TOP, RIGHT = 38, 30, 10, 10


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


def page(
    about: Any,
    metrics: Mapping[str, Figure],
    tags: Mapping[str, Mapping[str, Figure]],
    curves: Mapping[str, Sequence[Point]],
    rows: Sequence[Row],
    cases: Mapping[str, Sequence[Mapping[str, Any]]],
) -> str:
    """The page of a report, whose parts these are.

    Raises:
        ExtraMissing: jinja2 is not installed.
    """
    try:
        from jinja2 import Environment, FileSystemLoader
        from markupsafe import Markup
    except ImportError:
        raise ExtraMissing("The page of a report", "eval") from None
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        # type(text): what is escaped already, as a filter's output is, stays known as such.
        finalize=lambda value: type(value)(visible(value)) if isinstance(value, str) else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = ((FOLDER / f"report.{kind}").read_text("utf-8") for kind in ("css", "js"))
    present = [metric for metric in METRICS if metric.name in metrics]
    groups = {
        title: [metric for metric in present if metric.group == group]
        for group, title in GROUPS.items()
    }
    return environment.get_template("report.html.j2").render(
        style=Markup(style),
        script=Markup(script),
        policy=Markup(_policy(style, script)),
        about=about,
        metrics=metrics,
        tags=tags,
        rows=worst(rows, len(rows)),
        cases=cases,
        groups={title: found for title, found in groups.items() if found},
        tiles=[metric for metric in present if metric.tile],
        columns=[metric for metric in present if metric.column],
        plots=_plots(curves),
        width=WIDTH,
        height=HEIGHT,
        box=(LEFT, TOP, WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM),
    )


def _policy(style: str, script: str) -> str:
    """That a browser takes nothing into the page but these two, whatever a document's text turns into."""
    of_style, of_script = (
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for text in (style, script)
    )
    return (
        f"default-src 'none'; style-src 'sha256-{of_style}'; script-src 'sha256-{of_script}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _plots(curves: Mapping[str, Sequence[Point]]) -> list[Plot]:
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
