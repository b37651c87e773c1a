"""Saved evaluation reports: of no index, read by whichever worker is free."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rag.codec import to_builtins
from rag.errors import GoldError
from rag.evaluation.metrics import BY_NAME
from rag.evaluation.report import Report
from rag.evaluation.statistics import Figure
from rag.serve.opened import Library
from rag.serve.protocol import Said

ABOUT = ("gold", "version", "date", "seconds", "questions", "errors")
WORST = 20  # questions of a report that are shown


def reports(library: Library, *, folder: str) -> Iterator[Said]:
    """One event: the reports that are folders in ``folder``, the oldest first. One that cannot be read is left out."""
    found = []
    for path in _folders(folder).values():
        try:
            found.append(_listed(path.name, Report.load(path, rows=False)))
        except GoldError:
            continue
    yield Said("reports", {"reports": sorted(found, key=lambda one: str(one["created"]))})


def report(library: Library, *, folder: str, name: str) -> Iterator[Said]:
    """One event: a report; None where there is none of this name.

    Raises:
        GoldError: it cannot be read.
    """
    path = _folders(folder).get(name)
    if path is None:
        yield Said("report", None)
        return
    found = Report.load(path)
    worst = [
        {
            "question": row.question,
            "expected": list(row.expected),
            "answer": row.answer,
            "error": row.error,
        }
        for row in found.worst(WORST)
    ]
    tags = {tag: _figures(figures) for tag, figures in found.tags.items()}
    about = {name: getattr(found.about, name) for name in ABOUT}
    yield Said("report", {**_listed(name, found), "about": about, "tags": tags, "worst": worst})


def _folders(folder: str) -> Mapping[str, Path]:
    if not folder or not Path(folder).is_dir():
        return {}
    return {path.parent.name: path.parent for path in sorted(Path(folder).glob("*/report.json"))}


def _listed(name: str, found: Report) -> dict[str, Any]:
    return {"name": name, "created": found.about.date, "figures": _figures(found.metrics)}


def _figures(figures: Mapping[str, Figure]) -> dict[str, Any]:
    shown = {}
    for name, figure in figures.items():
        if metric := BY_NAME.get(name):
            known = {"title": metric.title, "unit": metric.unit, "less": metric.less}
            shown[name] = {**to_builtins(figure), **known}
    return shown
