"""rag evaluate | gold propose | gold check | gold import | calibrate"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rag.cli.app import (
    chain,
    chain_options,
    index_option,
    json_option,
    main,
    opened,
    threshold_option,
)
from rag.cli.keys import state_option
from rag.cli.show import counter
from rag.cli.terminal import EXIT_PARTLY, EXIT_WORSE, echo, echo_json
from rag.cli.values import COUNT, PLACE, TEXT, Number
from rag.codec import to_json
from rag.errors import GoldError, writing_to

if TYPE_CHECKING:
    from rag.evaluation import Report
    from rag.evaluation.compare import Change
    from rag.serve.state import Place

_gold_argument = click.argument("gold", type=PLACE)


@main.command()
@_gold_argument
@chain_options
@threshold_option
@click.option(
    "--out",
    type=PLACE,
    help="Folder for the report. A run that was stopped goes on from there.",
)
@click.option(
    "--compare",
    "before",
    type=PLACE,
    help="Folder of an earlier report, to show what changed.",
)
@click.option(
    "--fail-if",
    "limits",
    multiple=True,
    metavar="METRIC:AMOUNT",
    help="With --compare: exit with 4 if METRIC got worse by more than AMOUNT. Repeatable.",
)
@click.option(
    "--safety", is_flag=True, help="Also ask as different people, and among hostile passages."
)
@click.option(
    "--nli",
    type=TEXT,
    help="A model of transformers that judges whether a quote supports a sentence.",
)
@click.option(
    "--toxicity", type=TEXT, help="A model of transformers that judges tone, which no rule does."
)
@click.option(
    "--judge", type=TEXT, help="A chat model that grades the answers, named as --model is."
)
@click.option(
    "--tolerance",
    type=Number(0),
    default=0.0,
    show_default=True,
    help="The relative error that a number may have.",
)
@json_option
def evaluate(
    gold: Path,
    out: Path | None,
    before: Path | None,
    limits: tuple[str, ...],
    safety: bool,
    nli: str | None,
    toxicity: str | None,
    judge: str | None,
    tolerance: float,
    as_json: bool,
    **options: Any,
) -> None:
    """Ask the questions of GOLD and report how well they were answered.

    GOLD is JSON Lines (see rag gold --help), SQuAD's JSON, CSV, or a BEIR folder.
    """
    from rag.evaluation import Judging, Report, read_gold
    from rag.evaluation import evaluate as run
    from rag.evaluation.compare import compare, failures

    allowed = dict(_limit(text) for text in limits)
    if allowed and before is None:
        raise click.UsageError("--fail-if needs --compare.")
    earlier = Report.load(before) if before else None
    questions = read_gold(gold)
    qa = chain(**options)
    with counter("questions", quiet=as_json) as on_asked:
        report = run(
            qa,
            questions,
            out=out,
            safety=safety,
            judging=Judging(nli, toxicity, judge, tolerance),
            on_asked=on_asked,
        )
    changes = compare(earlier, report) if earlier else []
    if as_json:
        record = {"about": report.about, "metrics": report.metrics}
        echo_json(to_json({**record, "changes": changes} if earlier else record))
    else:
        _print_scorecard(report)
        if earlier:
            _print_changes(earlier, report, changes)
        if out:
            echo(f"\n{out}/report.html shows every question; rows.jsonl and *.run are for tools.")
    fallen = failures(changes, allowed)
    for change in fallen:
        echo(
            f"rag: {change.metric} went from {change.before:.4f} to {change.after:.4f}: worse by "
            f"more than {allowed[change.metric]:g}.",
            err=True,
        )
    if fallen:
        sys.exit(EXIT_WORSE)


def _limit(text: str) -> tuple[str, float]:
    from rag.evaluation.metrics import BY_NAME

    name, _, amount = text.rpartition(":")
    try:
        limit = float(amount)
    except ValueError:
        limit = math.nan
    if not math.isfinite(limit):
        raise click.UsageError(f'"{text}" is not METRIC:AMOUNT, e.g. answer/f1:0.02')
    if name not in BY_NAME:
        raise click.UsageError(f'There is no metric "{name}". There are: {", ".join(BY_NAME)}.')
    return name, limit


@main.group()
def gold() -> None:
    """Make and check gold sets.

    One JSON object a line: {"id", "question", "answers": [...], "evidence": [{"source", "page"?,
    "quote"?}], "answerable"?, "tags"?}. An answer is right if it is any of "answers"; a question
    that the documents do not answer has "answerable": false.
    """


@gold.command()
@index_option
@click.option(
    "-n", "count", type=COUNT, default=20, show_default=True, help="How many questions to propose."
)
@click.option("--model", type=TEXT, help="A chat model that writes them; without one a rule does.")
@click.option("--seed", default=0, show_default=True, help="Another number, other questions.")
@click.option("--out", type=PLACE, help="A file to write them to, instead of printing.")
def propose(path: Path, count: int, model: str | None, seed: int, out: Path | None) -> None:
    """Propose questions from the documents, for a person to review.

    Each has its answer and evidence, and the tag "proposal". Read them, mend the wording, delete the
    bad ones, and add questions that the documents do not answer.
    """
    from rag.evaluation.proposing import propose as proposals

    index = opened(path)
    if out is not None and (out.is_file() or not out.exists()):
        with writing_to(out), open(out, "a"):  # a model's work is not begun for nothing
            pass
    _write(proposals(index, count, model=model, seed=seed), out)


def _write(questions: Sequence[Mapping[str, Any]], out: Path | None) -> None:
    lines = [json.dumps(question, ensure_ascii=False) for question in questions]
    if out is None:
        for line in lines:
            echo_json(line)
    else:
        with writing_to(out):
            out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        counted = "1 question" if len(lines) == 1 else f"{len(lines)} questions"
        echo(f"{counted} in {out}. Review them before you trust a figure.")


@gold.command("import")
@state_option
@click.option("--served", type=TEXT, help="Only of the index that is served under this name.")
@click.option("--out", type=PLACE, help="A file to write them to, instead of printing.")
def import_(place: Place, served: str | None, out: Path | None) -> None:
    """Make candidates of what people said of answers on rag serve, for a person to review.

    A right answer gives its question with its quotes as evidence, a right abstention a question that the documents do
    not answer, a wrong answer its question with the right one, if they gave it. All have the tag "proposal".
    """
    from rag.serve.candidates import candidates
    from rag.serve.feedback import SCHEMA, Feedbacks
    from rag.serve.state import existing_state

    with closing(existing_state(place, SCHEMA)) as kept:
        found = [one for one in Feedbacks(kept).all() if served in (None, one.index)]
    _write(candidates(found), out)


@gold.command()
@_gold_argument
@index_option
@json_option
def check(gold: Path, path: Path, as_json: bool) -> None:
    """Check that the sources and quotes of GOLD are in the index."""
    from rag.evaluation import read_gold
    from rag.evaluation.check import check as faults_of

    questions = read_gold(gold)
    faults = faults_of(questions, opened(path))
    none = sum(not q.answerable for q in questions.questions)
    if as_json:
        echo_json(json.dumps({"questions": len(questions.questions), "faults": faults}))
    else:
        for fault in faults:
            echo(f"  {fault}")
        echo(
            f"{gold}: {len(questions.questions)} questions, {none} of them unanswerable; "
            + (f"{len(faults)} faults." if faults else "every source and quote is there.")
        )
    if faults:
        sys.exit(EXIT_PARTLY)


@main.command()
@click.argument("gold", type=PLACE, required=False)
@chain_options
@click.option(
    "--error",
    type=Number(0, 1),
    default=0.1,
    show_default=True,
    help="The share of answers that may be wrong.",
)
@click.option(
    "--sure",
    type=Number(0, 0.999),
    default=0.9,
    show_default=True,
    help="The probability with which that holds of further questions like these; 0: of GOLD's alone.",
)
@click.option("--dry-run", is_flag=True, help="Show the threshold, but do not store it.")
def calibrate(
    gold: Path | None, path: Path, error: float, sure: float, dry_run: bool, **options: Any
) -> None:
    """Choose the confidence from which to answer, by GOLD, and store it in the index. Without GOLD,
    by questions over other people's folders that come with rag."""
    from rag.answering.qa import QA
    from rag.evaluation import read_gold
    from rag.evaluation.calibration import calibrate as choose
    from rag.evaluation.calibration import calibrate_as_shipped

    index = opened(path)
    qa = QA(index, **options)
    if gold is None and (qa.reader is None or "second_look" in qa.settings()):
        name = qa.model if qa.reader is None else "the reader with a second look"
        raise GoldError(f"For {name} there are no questions that come with rag: give a GOLD.")
    if gold is None:
        found = calibrate_as_shipped(error, sure)
    else:
        questions = read_gold(gold)
        with counter("questions") as on_asked:
            found = choose(qa, questions, error, sure=sure, on_asked=on_asked)
    if not found.coverage:
        raise GoldError(
            f"No threshold keeps errors to {error:.0%}"
            + (f" with {sure:.0%} confidence" if sure else "")
            + f" by {found.questions} questions; nothing was stored. Give more questions, a higher "
            "--error or a lower --sure."
        )
    echo(
        f"threshold {found.threshold:.2f}: answers {found.coverage:.0%} of {found.questions} "
        f"questions, {found.error:.1%} of these answers wrong\n"
        f"further questions like these: with {found.sure:.0%} confidence at most {found.bound:.1%} "
        "of the answers are wrong"
    )
    if not dry_run:
        index.set_threshold(found.threshold)
        echo(f"Stored in {index.address}; rag ask uses it from now on.")


def _print_scorecard(report: Report) -> None:
    from rag.evaluation.metrics import METRICS

    about = report.about
    echo(
        f"{about.questions} questions of {about.gold} on {about.index}, {about.chain['model']}",
        bold=True,
    )
    group = ""
    for metric in METRICS:
        figure = report.metrics.get(metric.name)
        if figure is None or not metric.scorecard:
            continue
        if metric.group != group:
            group = metric.group
            echo(f"  {group}", dim=True)
        interval = f"{metric.written(figure.low)} – {metric.written(figure.high)}"
        shown = metric.written(figure.value)
        echo(f"    {metric.title:36}{shown:>8}   {interval:<18} n {figure.n}")
    _print_tags(report)
    if about.errors:
        echo(f"  {about.errors} questions could not be asked:", fg="red")
        for row in report.worst(3):
            if row.error:
                echo(f"    {row.question[:60]}: {row.error[:200]}")


def _print_tags(report: Report) -> None:
    from rag.evaluation.metrics import BY_NAME

    if report.tags:
        echo("  by tag", dim=True)
    for tag, figures in report.tags.items():
        name = "answer/f1" if "answer/f1" in figures else "abstain/recall"
        if name in figures:
            words = "F1" if name == "answer/f1" else "abstained"
            shown = BY_NAME[name].written(figures[name].value)
            echo(f"    {tag[:36]:36}{shown:>8}   {words:<18} n {figures[name].n}")


def _print_changes(before: Report, after: Report, changes: list[Change]) -> None:
    from rag.evaluation.compare import moved
    from rag.evaluation.metrics import BY_NAME

    echo(f"\nSince {before.about.date}", bold=True)
    shown = [
        (change, BY_NAME[change.metric])
        for change in changes
        if change.significant
        or (BY_NAME[change.metric].scorecard and change.before != change.after)
    ]
    for change, metric in shown:
        p = "" if change.p is None else f"p {change.p:.3f}" + (" *" if change.significant else "")
        sign = "worse" if change.worse_by > 0 else "better" if change.worse_by < 0 else ""
        arrow = f"{metric.written(change.before)} -> {metric.written(change.after)}"
        echo(f"    {change.metric[:36]:36}{arrow:>20}  {sign:7}{p}")
    if not shown:
        echo("    nothing changed")
    for old, new in moved(before, after, 5):
        echo(f"    {new.question[:74]}\n      {old.answer[:34]!r} -> {new.answer[:34]!r}")
