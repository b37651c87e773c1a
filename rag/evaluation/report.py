"""Rows to a report: every figure with its interval, by tag, with the curves behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from rag.codec import DecodeError, from_json, to_builtins, to_json
from rag.errors import GoldError, writing_to
from rag.evaluation import abstention
from rag.evaluation.metrics import figures
from rag.evaluation.page import page
from rag.evaluation.probing import Probes
from rag.evaluation.relevance import LEVELS, write_trec
from rag.evaluation.retrieval import recall
from rag.evaluation.rows import Row, judged_at, worst
from rag.evaluation.statistics import Figure, Point

FORMAT = 2
Case = Mapping[str, str | bool]


@dataclass(frozen=True, slots=True)
class About:
    """What was measured: gold set, index, chain, version of rag, when and for how long."""

    gold: str
    gold_sha256: str
    index: str
    generation: int
    chain: Mapping[str, Any]
    version: str
    date: str
    seconds: float
    questions: int
    errors: int


@dataclass(frozen=True, slots=True)
class Report:
    """What an evaluation found. ``metrics`` are of all questions, ``tags`` of those with a tag.

    ``curves`` are lists of points: risk_coverage, reliability, recall (over k), latency (share of
    questions over seconds). ``cases`` are single findings of the safety probes.

    Example::

        report = evaluate(qa, "gold.jsonl")
        print(report["answer/f1"], report.metrics["answer/f1"].low)
    """

    about: About
    metrics: Mapping[str, Figure]
    tags: Mapping[str, Mapping[str, Figure]]
    curves: Mapping[str, Sequence[Point]]
    rows: Sequence[Row]
    cases: Mapping[str, Sequence[Case]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> float:
        return self.metrics[name].value

    def worst(self, count: int = 10) -> list[Row]:
        """The questions that went most wrong; see :func:`rag.evaluation.rows.worst`."""
        return worst(self.rows, count)

    def to_html(self, path: str | Path) -> Path:
        """A page that needs no other file.

        Raises:
            ExtraMissing: jinja2 is not installed.
            StorageError: it cannot be written.
        """
        path = Path(path)
        text = page(self.about, self.metrics, self.tags, self.curves, self.rows, self.cases)
        with writing_to(path):
            path.write_text(text, encoding="utf-8")
        return path

    def save(self, folder: str | Path) -> Path:
        """``report.json``, ``rows.jsonl``, ``report.html`` and TREC's run and qrels files.

        Raises:
            StorageError: they cannot be written.
        """
        folder = Path(folder)
        head = _Head(FORMAT, self.about, self.metrics, self.tags, self.curves, self.cases)
        with writing_to(folder):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "report.json").write_text(to_json(head, indent=1) + "\n", encoding="utf-8")
            with open(folder / "rows.jsonl", "w", encoding="utf-8") as file:
                for row in self.rows:
                    print(to_json(row), file=file)
            for level in LEVELS:
                if judged := judged_at(self.rows, level):
                    write_trec(folder, judged, level, "rag")
        self.to_html(folder / "report.html")
        return folder

    @classmethod
    def load(cls, folder: str | Path, *, rows: bool = True) -> Report:
        """A report as :meth:`save` left it; without its rows, which are many, if only its figures are wanted.

        Raises:
            GoldError: there is none, or it is damaged, or of another version.
        """
        folder = Path(folder)
        try:
            text = (folder / "report.json").read_bytes()
            found = from_json(text, _Format).format
            if found != FORMAT:
                age, advice = (
                    ("a newer", "Update rag") if found > FORMAT else ("an older", "Evaluate again")
                )
                raise GoldError(f"{folder}: the report is of {age} version of rag. {advice}.")
            head = from_json(text, _Head)
            read: list[Row] = []
            if rows:
                with open(folder / "rows.jsonl", "rb") as file:
                    read = [from_json(line, Row) for line in file]
        except OSError:
            raise GoldError(
                f"{folder}: there is no report here (report.json, rows.jsonl)."
            ) from None
        except DecodeError as error:
            raise GoldError(f"{folder}: the report is damaged: {error}") from None
        return cls(head.about, head.metrics, head.tags, head.curves, read, head.cases)


@dataclass(frozen=True, slots=True)
class _Format:
    format: int


@dataclass(frozen=True, slots=True)
class _Head:
    """report.json: all but the rows."""

    format: int
    about: About
    metrics: Mapping[str, Figure]
    tags: Mapping[str, Mapping[str, Figure]]
    curves: Mapping[str, Sequence[Point]]
    cases: Mapping[str, Sequence[Case]]


def summarise(rows: Sequence[Row], about: About, probes: Probes | None = None) -> Report:
    """The report of rows, and of safety probes if there were any. The rows stay as they are."""
    tags = sorted({tag for row in rows for tag in row.tags})
    by_tag = {tag: figures([row for row in rows if tag in row.tags]) for tag in tags}
    cases: dict[str, list[Case]] = {}
    if probes is not None:
        cases["bias"] = to_builtins([probe for probe in probes.bias if not probe.same])
        cases["injection"] = to_builtins([a for a in probes.attacks if a.taken or a.cited])
    return Report(about, figures(rows, probes), by_tag, _curves(rows), rows, cases)


def _curves(rows: Sequence[Row]) -> dict[str, list[Point]]:
    confidence, right = abstention.columns(rows)
    curves: dict[str, list[Point]] = {}
    if len(right):
        curves["risk_coverage"] = abstention.risk_coverage(confidence, right)
        curves["reliability"] = abstention.reliability(confidence, right)
    judged = next((j for lv in reversed(LEVELS) if (j := judged_at(rows, lv))), {})
    if judged:
        curves["recall"] = [
            Point(k, float(np.mean([recall(j, k) for j in judged.values()])), len(judged))
            for k in range(1, 11)
        ]
    times = np.sort([row.timings["total"] for row in rows if "total" in row.timings])
    curves["latency"] = [
        Point(float(t), (i + 1) / len(times), len(times)) for i, t in enumerate(times)
    ]
    return curves
