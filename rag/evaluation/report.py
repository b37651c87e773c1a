"""Rows to a report: every figure with its interval, by tag, with the curves behind them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from rag import __version__
from rag.answering.qa import QA
from rag.errors import GoldError
from rag.evaluation import abstention, safety
from rag.evaluation.abstention import Point
from rag.evaluation.gold import GoldSet, read_gold
from rag.evaluation.grounding import nli_entails, offline_entails
from rag.evaluation.judging import load_judge
from rag.evaluation.retrieval import LEVELS, Judged, measure, write_trec
from rag.evaluation.run import OnAsked, Row, ask_all, read_row
from rag.evaluation.statistics import Figure, mean, of_rows

FORMAT = 1
PERCENTILES = (50, 95, 99)
BIAS_QUESTIONS = 40  # that are asked again as somebody else
# Where less is better; everywhere else more is.
LESS = ("hallucination/", "safety/", "latency/", "tokens/", "abstain/ece", "abstain/aurc")


@dataclass(frozen=True)
class Report:
    """What an evaluation found. ``metrics`` are of all questions, ``tags`` of those with a tag.

    ``about`` says what was measured: gold set, index, chain, versions, time. ``curves`` are lists of
    points: risk_coverage, reliability, recall (over k), latency (share of questions over seconds).
    ``cases`` are single findings of the safety scorecards.
    """

    about: Mapping[str, Any]
    metrics: Mapping[str, Figure]
    tags: Mapping[str, Mapping[str, Figure]]
    curves: Mapping[str, Sequence[Point]]
    rows: Sequence[Row]
    cases: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> float:
        return self.metrics[name].value

    def worst(self, count: int = 10) -> list[Row]:
        """The questions that went most wrong, surest first: failed ones, then answers where there
        is none, then by F1."""
        return sorted(self.rows, key=_goodness)[:count]

    def save(self, folder: str | Path) -> Path:
        """``report.json``, ``rows.jsonl``, ``report.html`` and TREC's run and qrels files."""
        from rag.evaluation.page import to_html

        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        record = {
            "format": FORMAT,
            "about": dict(self.about),
            "metrics": {k: asdict(v) for k, v in self.metrics.items()},
            "tags": {t: {k: asdict(v) for k, v in m.items()} for t, m in self.tags.items()},
            "curves": {k: [[p.x, p.y, p.n] for p in v] for k, v in self.curves.items()},
            "cases": {k: [dict(c) for c in v] for k, v in self.cases.items()},
        }
        text = json.dumps(record, indent=1, ensure_ascii=False)
        (folder / "report.json").write_text(text + "\n", encoding="utf-8")
        with open(folder / "rows.jsonl", "w", encoding="utf-8") as file:
            for row in self.rows:
                print(json.dumps(asdict(row), ensure_ascii=False), file=file)
        for level in LEVELS:
            if judged := _judged(self.rows, level):
                write_trec(folder, judged, level, "rag")
        (folder / "report.html").write_text(to_html(self), encoding="utf-8")
        return folder

    def to_html(self, path: str | Path) -> Path:
        """A page that needs no other file."""
        from rag.evaluation.page import to_html

        path = Path(path)
        path.write_text(to_html(self), encoding="utf-8")
        return path

    @classmethod
    def load(cls, folder: str | Path) -> Report:
        """A report as :meth:`save` left it.

        Raises:
            GoldError: there is none, or it is damaged or of a newer version.
        """
        folder = Path(folder)
        try:
            record = json.loads((folder / "report.json").read_text("utf-8"))
            if record["format"] > FORMAT:
                raise GoldError(f"{folder}: made by a newer version of rag. Update rag.")
            with open(folder / "rows.jsonl", encoding="utf-8") as file:
                rows = [read_row(json.loads(line)) for line in file]
            return cls(
                about=record["about"],
                metrics={k: Figure(**v) for k, v in record["metrics"].items()},
                tags={t: {k: Figure(**v) for k, v in m.items()} for t, m in record["tags"].items()},
                curves={k: [Point(*p) for p in v] for k, v in record["curves"].items()},
                rows=rows,
                cases=record["cases"],
            )
        except OSError:
            raise GoldError(
                f"{folder}: there is no report here (report.json, rows.jsonl)."
            ) from None
        except (ValueError, KeyError, TypeError) as error:
            raise GoldError(f"{folder}: the report is damaged: {error!r}") from None


def evaluate(
    qa: QA,
    gold: str | Path | GoldSet,
    *,
    out: str | Path | None = None,
    safety_checks: bool = False,
    nli: str | None = None,
    toxicity: str | None = None,
    tolerance: float = 0.0,
    judge: str | None = None,
    on_asked: OnAsked | None = None,
) -> Report:
    """Ask all questions of a gold set and report how well they were answered.

    With ``out`` the report is saved there, and a run that was stopped goes on from where it was.
    ``safety_checks`` also asks questions as different people and with hostile passages among the
    documents. ``nli`` and ``toxicity`` name transformers models that take the place of the offline
    checks; ``judge`` a chat model, as in ``rag ask``, that grades answers. ``tolerance`` is
    the relative error that a number may have.

    Raises:
        GoldError: the gold set cannot be used.
        ModelError: a model that is named cannot be loaded.
    """
    questions = gold if isinstance(gold, GoldSet) else read_gold(gold)
    begun = time.time()
    rows = ask_all(
        qa,
        questions,
        entails=nli_entails(nli) if nli else offline_entails,
        toxicity=safety.toxicity_model(toxicity) if toxicity else safety.toxic_words,
        tolerance=tolerance,
        judge_answer=load_judge(judge) if judge else None,
        options={"nli": nli, "toxicity": toxicity, "judge": judge, "tolerance": tolerance},
        journal=Path(out) / "journal.jsonl" if out else None,
        on_asked=on_asked,
    )
    cases: dict[str, list[dict[str, Any]]] = {}
    extra: dict[str, Figure] = {}
    if safety_checks:
        asked = [q for q in questions.questions if q.answerable][:BIAS_QUESTIONS]
        probes = list(safety.bias_probes(qa, asked))
        attacks = safety.attacks(qa, asked)
        cases = {
            "bias": [asdict(p) for p in probes if not p.same],
            "injection": [asdict(a) for a in attacks if a.taken or a.cited],
        }
        _put(extra, "safety/bias_moved", mean([float(not p.same) for p in probes]))
        _put(extra, "safety/injection_taken", mean([float(a.taken) for a in attacks]))
        _put(extra, "safety/injection_cited", mean([float(a.cited) for a in attacks]))
    about = {
        "gold": questions.name,
        "gold_sha256": questions.sha256,
        "index": str(qa.index.path),
        "generation": qa.index.generation,
        "chain": qa.settings(),
        "version": __version__,
        "date": time.strftime("%Y-%m-%d %H:%M", time.localtime(begun)),
        "seconds": round(time.time() - begun, 2),
        "questions": len(rows),
        "errors": sum(bool(row.error) for row in rows),
    }
    report = summarise(rows, about, extra, cases)
    if out is not None:
        report.save(out)
        (Path(out) / "journal.jsonl").unlink(missing_ok=True)
    return report


def summarise(
    rows: Sequence[Row],
    about: Mapping[str, Any],
    extra: Mapping[str, Figure] | None = None,
    cases: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> Report:
    """The report of rows; ``extra`` are figures that do not come from rows."""
    per_level = {level: measure(_judged(rows, level)) for level in LEVELS}
    # Rows of a report that was loaded have these already; they are the same.
    for level, measures in per_level.items():
        for name, values in measures.items():
            for row in rows:
                if row.id in values:
                    row.values[f"retrieval/{level}/{name}"] = values[row.id]
    metrics = figures(rows) | dict(extra or {})
    tags = sorted({tag for row in rows for tag in row.tags})
    by_tag = {tag: figures([row for row in rows if tag in row.tags]) for tag in tags}
    return Report(about, metrics, by_tag, _curves(rows), rows, cases or {})


def figures(rows: Sequence[Row]) -> dict[str, Figure]:
    """All figures of some rows, in the order of a report."""
    good = [row for row in rows if not row.error]
    found: dict[str, Figure] = {}
    names = sorted({name for row in good for name in row.values})
    for group in ("retrieval/", "answer/", "citation/", "hallucination/"):
        for name in (n for n in names if n.startswith(group)):
            _put(found, name, mean([row.values[name] for row in good if name in row.values]))
    # By the questions whose answers are known.
    judged = [row for row in good if "abstain/right" in row.values]
    none = np.array([float(not row.answerable) for row in judged])
    abstained = np.array([float(row.abstained) for row in judged])
    confidence = np.array([row.confidence for row in judged])
    right = np.array([_right(row) for row in judged])
    _put(found, "abstain/recall", mean(abstained[none > 0.5]))
    _put(found, "abstain/precision", mean(none[abstained > 0.5]))
    statistics: tuple[tuple[str, Callable[..., float], Any], ...] = (
        ("abstain/auroc", abstention.auroc, 1 - none),
        ("abstain/auroc_right", abstention.auroc, right),
        ("abstain/ece", abstention.calibration_error, right),
        ("abstain/aurc", abstention.risk_area, right),
    )
    for name, statistic, labels in statistics:
        _put(found, name, of_rows(statistic, confidence, labels))
    for name in (n for n in names if n.startswith("safety/")):
        _put(found, name, mean([row.values[name] for row in good if name in row.values]))
    for stage in ("retrieve", "answer", "total"):
        times = [1000 * row.timings[stage] for row in good if stage in row.timings]
        for percent in PERCENTILES:
            _put(found, f"latency/{stage}_p{percent}_ms", of_rows(_percentile(percent), times))
    for kind in ("input_tokens", "output_tokens"):
        counts = [float(row.usage[kind]) for row in good if kind in row.usage]
        _put(found, f"tokens/{kind}", mean(counts))
    return found


def _put(found: dict[str, Figure], name: str, figure: Figure | None) -> None:
    if figure is not None:
        found[name] = figure


def _percentile(percent: int) -> Callable[[Any], float]:
    return lambda values: float(np.percentile(values, percent)) if len(values) else float("nan")


def _right(row: Row) -> float:
    """Whether what was answered, or would have been at threshold 0, is right."""
    return row.values["abstain/right"]


def _goodness(row: Row) -> tuple[int, float, float]:
    if row.error:
        return 0, 0.0, 0.0
    if not row.answerable:
        return (1 if not row.abstained else 4), -row.confidence, 0.0
    score = row.values.get("answer/f1")
    if score is None:
        return 3, row.values.get("retrieval/passage/ndcg@10", 1.0), 0.0
    return 2, score, -row.confidence


def _judged(rows: Sequence[Row], level: Any) -> dict[str, Judged]:
    return {row.id: j for row in rows if (j := row.judgement(level)) is not None}


def _curves(rows: Sequence[Row]) -> dict[str, list[Point]]:
    good = [row for row in rows if not row.error and "abstain/right" in row.values]
    confidence = np.array([row.confidence for row in good])
    right = np.array([_right(row) for row in good])
    curves: dict[str, list[Point]] = {}
    if good:
        curves["risk_coverage"] = abstention.risk_coverage(confidence, right)
        curves["reliability"] = abstention.reliability(confidence, right)
    level = next((lv for lv in ("passage", "page", "document") if _judged(rows, lv)), None)
    if level:
        judged = _judged(rows, level)
        for k in range(1, 11):
            shares = [
                sum(key in j.qrels for key in list(j.run)[:k]) / len(j.qrels)
                for j in judged.values()
            ]
            curves.setdefault("recall", []).append(Point(k, float(np.mean(shares)), len(shares)))
    times = np.sort([row.timings["total"] for row in rows if "total" in row.timings])
    curves["latency"] = [
        Point(float(t), (i + 1) / len(times), len(times)) for i, t in enumerate(times)
    ]
    return curves
