"""/api/reports: saved evaluation reports, for the page's evaluation view."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from rag.serve.access.caller import CallerOf
from rag.serve.problems import ProblemError
from rag.serve.services import Services, ServicesOf
from rag.serve.shapes import Shape

router = APIRouter(prefix="/api/reports")


class ShownFigure(Shape):
    """A metric's value over ``n`` questions with its 95% interval; ``less``: less is better."""

    value: float
    low: float
    high: float
    n: int
    title: str
    unit: str
    less: bool


class ListedReport(Shape):
    """A report, by the name of its folder, and its figures by metric."""

    name: str
    created: str
    figures: dict[str, ShownFigure]


class Reports(Shape):
    """Those in the server's folder of reports, the oldest first."""

    reports: list[ListedReport]


class Case(Shape):
    """A question that went wrong: what was expected, and what was answered."""

    question: str
    expected: list[str]
    answer: str
    error: str


class ShownReport(ListedReport):
    """A report: what was measured, its figures by tag too, and the questions that went most wrong."""

    about: dict[str, Any]
    tags: dict[str, dict[str, ShownFigure]]
    worst: list[Case]


@router.get("")
async def reports(services: ServicesOf, caller: CallerOf) -> Reports:
    """The saved reports with their figures. For admins of all indexes."""
    caller.demand_all()
    found = await services.workers.call("reports", folder=_folder(services))
    return Reports.model_validate(found)


@router.get("/{name}")
async def report(name: str, services: ServicesOf, caller: CallerOf) -> ShownReport:
    """One of them. For admins of all indexes."""
    caller.demand_all()
    found = await services.workers.call("report", folder=_folder(services), name=name)
    if found is None:
        raise ProblemError(404, "No such report", "There is no such report. List them anew.")
    return ShownReport.model_validate(found)


def _folder(services: Services) -> str:
    named = services.config.server.reports
    return str(services.config.folder / named) if named else ""
