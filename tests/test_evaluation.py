"""Evaluation as a whole: reports, comparisons, runs that stop, the page, the command."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rag import QA, Index, evaluate
from rag.answering.answer import Answer
from rag.cli import main
from rag.errors import ExtraMissing, GoldError
from rag.evaluation import Judging, Report, read_gold
from rag.evaluation.asking import ask_all
from rag.evaluation.check import check
from rag.evaluation.compare import compare, failures
from rag.evaluation.proposing import propose
from rag.evaluation.report import summarise

from .conftest import DATA

GOLD = DATA / "gold.jsonl"


def every(nth: int, path: Path) -> Path:
    """A file of some questions of the sample's gold set."""
    path.write_text("\n".join(GOLD.read_text("utf-8").splitlines()[::nth]) + "\n", "utf-8")
    return path


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return every(8, tmp_path_factory.mktemp("gold") / "small.jsonl")


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Six, two of them without an answer: enough where what is tested is not the figures."""
    return every(28, tmp_path / "few.jsonl")


@pytest.fixture(scope="module")
def report(sample: Index, small: Path) -> Report:
    return evaluate(QA(sample), small)


def test_a_report_has_every_group_of_figures(report: Report) -> None:
    groups = {name.partition("/")[0] for name in report.metrics}
    assert groups == {
        "retrieval", "answer", "citation", "hallucination", "abstain", "safety", "latency", "tokens"
    }  # fmt: skip
    assert report["citation/verbatim"] == 1.0 and "citation/recall" not in report.metrics
    for figure in report.metrics.values():
        assert figure.low <= figure.value + 1e-9 and figure.n >= 1
    f1s = [row.values["answer/f1"] for row in report.rows if "answer/f1" in row.values]
    assert report["answer/f1"] == pytest.approx(sum(f1s) / len(f1s))
    assert report.worst(3)[0].id in {row.id for row in report.rows}
    assert set(report.tags) >= {"fact", "unanswerable"}


def test_a_report_is_saved_and_loaded(report: Report, tmp_path: Path) -> None:
    folder = report.save(tmp_path / "report")
    again = Report.load(folder)
    assert (again.metrics, again.rows) == (report.metrics, list(report.rows))
    assert all(c.before == c.after for c in compare(report, again))
    page = (folder / "report.html").read_text("utf-8")
    assert page.count("<details") == len(report.rows) and "<svg" in page
    assert "http://" not in page.replace("http://www.w3.org", "") and "https://" not in page
    run = [line.split() for line in (folder / "passage.run").read_text().splitlines()]
    assert all(len(cells) == 6 and cells[1] == "Q0" for cells in run)
    head = (folder / "report.json").read_text("utf-8")
    for other, said in ((1, "an older version of rag. Evaluate again"), (9, "a newer version")):
        (folder / "report.json").write_text(
            head.replace('"format": 2', f'"format": {other}'), "utf-8"
        )
        with pytest.raises(GoldError, match=said):
            Report.load(folder)
    (folder / "report.json").write_text(head, "utf-8")
    (folder / "rows.jsonl").write_text("{")
    with pytest.raises(GoldError, match="damaged"):
        Report.load(folder)
    with pytest.raises(GoldError, match="no report here"):
        Report.load(tmp_path)


BROWSER = shutil.which("chromium") or shutil.which("google-chrome")


def in_browser(page: Path) -> str:
    """What a browser makes of a page."""
    assert BROWSER is not None
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={page.parent}/home"]
    return subprocess.run(
        [BROWSER, *options, "--dump-dom", page.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    ).stdout  # fmt: skip


@pytest.mark.skipif(BROWSER is None, reason="no chromium: the page is not tried in a browser")
@pytest.mark.parametrize("control", ["", "search", "tag", "kind"])
def test_the_page_filters_its_questions(report: Report, tmp_path: Path, control: str) -> None:
    wanted, expected = "", {row.question for row in report.rows}
    if control == "search":
        wanted = report.rows[0].question.upper()
        expected = {report.rows[0].question}
    elif control == "tag":
        wanted = "unanswerable"
        expected = {row.question for row in report.rows if wanted in row.tags}
    elif control == "kind":
        wanted = "abstained"
        expected = {row.question for row in report.rows if row.abstained}
    # What a person does, done to the page as it is: a value is typed or chosen.
    typed = f"""<script>
    const control = document.getElementById("{control or "search"}");
    control.value = {json.dumps(wanted)};
    if (control.value !== {json.dumps(wanted)}) throw "there is no such choice";
    control.dispatchEvent(new Event("input", {{bubbles: true}}));
    document.title = JSON.stringify(rows.filter(r => r.checkVisibility()).map(r => r.innerText));
    </script></body>"""
    page = tmp_path / "page.html"
    own = re.sub('<meta http-equiv="Content-Security-Policy"[^>]*>', "", report_html(report))
    page.write_text(own.replace("</body>", typed), "utf-8")
    dom = in_browser(page)
    shown = json.loads(html.unescape(dom.partition("<title>")[2].partition("</title>")[0]))
    assert len(shown) == len(expected) > 0
    assert all(any(question in text for text in shown) for question in expected)
    assert f"{len(expected)} of {len(report.rows)}, worst first" in dom


def test_trec_files_give_the_same_figures_to_other_tools(report: Report, tmp_path: Path) -> None:
    import ir_measures
    from ir_measures import RR, nDCG

    folder = report.save(tmp_path / "report")
    found = ir_measures.calc_aggregate(
        [nDCG @ 10, RR @ 10],
        list(ir_measures.read_trec_qrels(str(folder / "passage.qrels"))),
        list(ir_measures.read_trec_run(str(folder / "passage.run"))),
    )
    assert found[nDCG @ 10] == pytest.approx(report["retrieval/passage/ndcg@10"])
    assert found[RR @ 10] == pytest.approx(report["retrieval/passage/mrr@10"])


def test_two_reports_are_compared(report: Report) -> None:
    def ruined(row: Any) -> Any:
        if "answer/f1" not in row.values:
            return row
        return replace(row, answer="?", values={**row.values, "answer/f1": 0.0})

    worse = summarise([ruined(row) for row in report.rows], report.about)
    changes = {change.metric: change for change in compare(report, worse)}
    change = changes["answer/f1"]
    assert change.worse_by == pytest.approx(report["answer/f1"])
    assert changes["answer/em"].worse_by == 0.0
    assert failures(list(changes.values()), {"answer/f1": 0.05}) == [change]
    assert failures(list(changes.values()), {"answer/f1": 1.0}) == []
    with pytest.raises(GoldError, match="no metric"):
        failures(list(changes.values()), {"answer/f2": 0.1})
    other = summarise([replace(row, id="x" + row.id) for row in report.rows], report.about)
    with pytest.raises(GoldError, match="no question in common"):
        compare(report, other)


def test_a_failing_question_is_a_row(sample: Index, few: Path) -> None:
    class Moody(QA):
        asked = 0

        def answer(self, question: str, hits: Any) -> Answer:
            self.asked += 1
            if self.asked == 2:
                raise RuntimeError("out of order")
            return super().answer(question, hits)

    report = evaluate(Moody(sample), few)
    assert report.about.errors == 1
    assert report.worst(1)[0].error == "RuntimeError: out of order"
    assert "out of order" in report_html(report)


def report_html(report: Report) -> str:
    with tempfile.TemporaryDirectory() as folder:
        return report.to_html(Path(folder) / "page.html").read_text("utf-8")


def test_what_is_missing_is_named(
    sample: Index, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "stdnum", None)
    with pytest.raises(ExtraMissing, match=r'pip install "rag-folder\[eval\]"'):
        evaluate(QA(sample), small)


def test_rows_stay_as_they_are(report: Report) -> None:
    from rag.codec import to_json

    before = to_json(report.rows)
    again = summarise(report.rows, report.about)
    assert to_json(report.rows) == before and again.metrics == report.metrics


def test_a_judge_is_one_more_figure(
    sample: Index, few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from langchain_core.language_models import FakeListChatModel

    from rag.answering import models

    # Scripted: no model that can judge is to be had offline.
    script = FakeListChatModel(responses=["RIGHT", "The answer is WRONG.", "RIGHT or WRONG?"])
    monkeypatch.setattr(models, "load_model", lambda name: script)
    report = evaluate(QA(sample), few, judging=Judging(judge="openai:any"))
    judged = [row.values["answer/judged"] for row in report.rows if "answer/judged" in row.values]
    answered = [row for row in report.rows if not row.abstained and row.expected]
    assert set(judged) == {0.0, 1.0} and len(judged) == len(answered) - len(answered) // 3


def test_larger_models_are_asked_several_questions_at_once(sample: Index, small: Path) -> None:
    from langchain_core.language_models import FakeListChatModel

    model = FakeListChatModel(responses=["NOT IN THE DOCUMENTS"])
    report = evaluate(QA(sample, model=model), small)
    assert [row.id for row in report.rows] == [q.id for q in read_gold(small).questions]
    assert report["abstain/recall"] == 1.0 and report["answer/f1"] == 0.0


def test_a_stopped_run_goes_on(sample: Index, few: Path, tmp_path: Path) -> None:
    class Counting(QA):
        asked = 0
        stop_at = 3

        def answer(self, question: str, hits: Any) -> Answer:
            self.asked += 1
            if self.asked == self.stop_at:
                raise KeyboardInterrupt
            return super().answer(question, hits)

    first, second = Counting(sample), Counting(sample)
    second.stop_at = 0
    with pytest.raises(KeyboardInterrupt):
        evaluate(first, few, out=tmp_path)
    report = evaluate(second, few, out=tmp_path)
    assert second.asked == len(report.rows) - 2
    assert not (tmp_path / "journal.jsonl").exists()


def test_rows_that_were_judged_otherwise_are_asked_anew(
    sample: Index, few: Path, tmp_path: Path
) -> None:

    gold = read_gold(few)
    journal = tmp_path / "journal.jsonl"
    ask_all(QA(sample), gold, journal=journal, judging=Judging(tolerance=0.0))
    before = journal.read_text().splitlines()
    again = ask_all(QA(sample), gold, journal=journal, judging=Judging(tolerance=0.0))
    assert journal.read_text().splitlines()[1:] == before[1:]  # taken over, timings and all
    other = ask_all(QA(sample), gold, journal=journal, judging=Judging(tolerance=0.1))
    assert [row.timings for row in other] != [row.timings for row in again]


def test_documents_cannot_script_the_page(tmp_path: Path, build: Callable[..., Index]) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.txt").write_text("The password is <script>alert(1)</script> for everyone here.\n")
    gold = tmp_path / "gold.jsonl"
    gold.write_text('{"question": "What is <b>the password</b>?", "answers": ["<script>"]}\n')
    page = report_html(evaluate(QA(build(docs), threshold=0.0), gold))
    assert "<script>alert(1)" not in page and "<b>the password" not in page


EVIL = "\x1b[31m\u202edrowssap\u200b\u2066\U000e0041"


@pytest.fixture
def hostile(report: Report) -> Report:
    """A report in which every text that comes from documents or questions is hostile."""
    address = "http://127.0.0.1:9/leak"
    text = (
        f"{EVIL}</script><script>document.title='taken'</script><img src='{address}' "
        f"onerror=\"document.title='taken'\"><a href='javascript:x()'>x</a> ![x]({address}) "
        f"<style>@import '{address}'</style> &lt;b&gt;"
    )
    row = report.rows[0]
    cited = tuple(replace(c, source=text, quote=text) for c in row.citations)
    hits = tuple(replace(h, place=text, text=text) for h in row.hits)
    row = replace(row, question=text, expected=(text,), answer=text, error=text, tags=(text,),
                  citations=cited, hits=hits)  # fmt: skip
    about = replace(report.about, gold=text, index=text)
    cases = {"injection": [{"passage": text}]}
    return replace(report, about=about, rows=[row], tags={text: report.metrics}, cases=cases)


def test_what_documents_say_is_made_visible_on_the_page(hostile: Report) -> None:
    page = report_html(hostile)
    assert not set(EVIL) & set(page) - set("[31mdrowssap")
    assert "\\x1b[31m\\u202edrowssap\\u200b\\u2066\\U000e0041" in page
    assert "&amp;lt;b&amp;gt;" in page and "&amp;amp;" not in page  # escaped once, joined or not
    assert page.count("<script>") == page.count("<style>") == 1 and "<img" not in page


@pytest.mark.skipif(BROWSER is None, reason="no chromium: the page is not tried in a browser")
def test_a_browser_runs_nothing_of_a_document(hostile: Report, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    own = report_html(hostile)
    page.write_text(own, "utf-8")
    dom = in_browser(page)
    assert "1 of 1, worst first" in dom  # the page's own script, which its policy lets run
    assert "<title>taken" not in dom
    for tag in ("<img", "<a ", "<iframe", "<link"):
        assert tag not in dom
    # And even if a text got through unescaped, the policy lets nothing of it act.
    page.write_text(own.replace("<main>", "<main><script>document.title='taken'</script>"
                                "<p onclick='x()' id=p>x</p><script>p.click()</script>"), "utf-8")  # fmt: skip
    assert "<title>taken" not in in_browser(page)


def test_questions_are_proposed_and_hold(sample: Index, tmp_path: Path) -> None:
    made = propose(sample, 30)
    assert len(made) == 30 and len({q["question"] for q in made}) >= 25
    path = tmp_path / "proposals.jsonl"
    path.write_text("".join(json.dumps(q) + "\n" for q in made))
    assert check(read_gold(path), sample) == []
    assert propose(sample, 30) == made and propose(sample, 30, seed=1) != made


def test_rag_evaluate_and_gold(sample_path: Path, few: Path, tmp_path: Path) -> None:
    runner = CliRunner()
    index = ["--index", str(sample_path)]
    out = tmp_path / "today"
    said = runner.invoke(main, ["evaluate", str(few), *index, "--out", str(out)])
    assert said.exit_code == 0, said.output
    assert "evidence in the top 5" in said.output and "by tag" in said.output
    assert (
        max(
            map(len, said.output.replace(str(out), "x").replace(str(sample_path), "x").splitlines())
        )
        <= 80
    )
    compared = ["evaluate", str(few), *index, "--compare", str(out)]
    again = runner.invoke(main, [*compared, "--fail-if", "answer/f1:0.0"])
    assert again.exit_code == 0 and "Since" in again.output
    fallen = runner.invoke(main, [*compared, "--threshold", "1.01", "--fail-if", "answer/f1:0.01"])
    assert fallen.exit_code == 4 and "answer/f1 went from" in fallen.output
    assert runner.invoke(main, [*compared, "--fail-if", "f1"]).exit_code == 2
    assert runner.invoke(main, ["gold", "check", str(GOLD), *index]).exit_code == 0
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"question": "?", "answers": ["x"], "evidence": [{"source": "no.pdf"}]}\n')
    wrong = runner.invoke(main, ["gold", "check", str(bad), *index])
    assert wrong.exit_code == 3 and "no.pdf is not in the index" in wrong.output
    proposed = runner.invoke(main, ["gold", "propose", *index, "-n", "3"])
    assert len(proposed.output.splitlines()) == 3
