"""Evaluate: ask, judge, probe, and sum up in a report."""

from __future__ import annotations

import time
from pathlib import Path

from rag import __version__
from rag.answering.qa import QA
from rag.documents.files import printable
from rag.evaluation.asking import OnAsked, ask_all
from rag.evaluation.gold import GoldSet, read_gold
from rag.evaluation.judging import Judging
from rag.evaluation.probing import probe
from rag.evaluation.report import About, Report, summarise


def evaluate(
    qa: QA,
    gold: str | Path | GoldSet,
    *,
    out: str | Path | None = None,
    safety: bool = False,
    judging: Judging | None = None,
    on_asked: OnAsked | None = None,
) -> Report:
    """Ask all questions of a gold set and report how well they were answered.

    With ``out`` the report is saved there, and a run that was stopped goes on from where it was.
    ``safety`` also asks questions as different people and with hostile passages among the
    documents. ``judging`` names models that judge, and how exact numbers must be.

    Example::

        report = evaluate(QA(Index.open("indexes/handbook")), "gold.jsonl", out="reports/today")
        print(report["answer/f1"])

    Raises:
        GoldError: the gold set cannot be used.
        ModelError: a model that is named cannot be loaded.
        StorageError: ``out`` cannot be written; what was asked so far is kept there.
        ExtraMissing: what evaluation needs is not installed.
    """
    questions = gold if isinstance(gold, GoldSet) else read_gold(gold)
    begun = time.time()
    journal = Path(out) / "journal.jsonl" if out is not None else None
    rows = ask_all(qa, questions, judging=judging, journal=journal, on_asked=on_asked)
    probes = probe(qa, questions.questions) if safety else None
    with qa.corpus.opened() as opened:
        generation = opened.generation
    about = About(
        gold=printable(questions.name),
        gold_sha256=questions.sha256,
        index=printable(qa.corpus.name),
        generation=generation,
        chain=qa.settings(),
        version=__version__,
        date=time.strftime("%Y-%m-%d %H:%M", time.localtime(begun)),
        seconds=round(time.time() - begun, 2),
        questions=len(rows),
        errors=sum(bool(row.error) for row in rows),
    )
    report = summarise(rows, about, probes)
    if journal is not None and out is not None:
        report.save(out)
        journal.unlink(missing_ok=True)
    return report
