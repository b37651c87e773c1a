"""Evaluation: gold sets, metrics against their references, reports, comparisons."""

from __future__ import annotations

import gzip
import html
import json
import math
import random
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from rag import QA, Index, evaluate
from rag.answering.answer import Answer, Citation
from rag.cli import main
from rag.errors import GoldError, ModelError
from rag.evaluation import Report, read_gold
from rag.evaluation.abstention import (
    auroc,
    calibration_error,
    risk_area,
    risk_coverage,
    threshold_for,
)
from rag.evaluation.answers import Quantity, numeric_match, quantities, rouge_l
from rag.evaluation.check import check
from rag.evaluation.compare import compare, failures
from rag.evaluation.gold import SCHEMA, Evidence, GoldSet, Question
from rag.evaluation.grounding import grounding, nli_entails, statements
from rag.evaluation.proposing import propose
from rag.evaluation.retrieval import Judged, judge, measure
from rag.evaluation.safety import bias_probes, hostile_passages, leaks, personal_data, toxic_words
from rag.evaluation.statistics import mean, of_rows, paired_p
from rag.retrieval.hit import Hit

from .conftest import DATA

GOLD = DATA / "gold.jsonl"


# -- gold sets --------------------------------------------------------------------------------


def test_the_sample_gold_set_is_what_it_says(sample: Index) -> None:
    import jsonschema

    schema = json.loads(SCHEMA.read_text("utf-8"))
    for line in GOLD.read_text("utf-8").splitlines():
        jsonschema.validate(json.loads(line), schema)
    gold = read_gold(GOLD)
    assert len(gold.questions) >= 100 and check(gold, sample) == []
    none = [q for q in gold.questions if not q.answerable]
    assert 0.2 < len(none) / len(gold.questions) < 0.3
    tags = {tag for q in gold.questions for tag in q.tags}
    assert tags == {
        "fact", "numeric", "table", "long", "versions", "paraphrase", "unanswerable"
    }  # fmt: skip
    assert "gold.jsonl" not in sample.sources()  # its answers must not be found in itself


def test_formats_that_others_use(tmp_path: Path) -> None:
    squad = {"data": [{"title": "T", "paragraphs": [{"context": "Ada wrote it.", "qas": [
        {"id": "1", "question": "Who?", "answers": [{"text": "Ada", "answer_start": 0}] * 2},
        {"id": "2", "question": "When?", "answers": [], "is_impossible": True}]}]}]}  # fmt: skip
    (tmp_path / "squad.json").write_text(json.dumps(squad))
    first, second = read_gold(tmp_path / "squad.json").questions
    assert (first.answers, second.answerable) == (("Ada",), False)
    assert first.evidence == (Evidence("", None, "Ada wrote it."),)

    (tmp_path / "gold.csv").write_text(
        "question,answers,source,page,tags\nWho?,Ada|Ada Lovelace,a.pdf,3,x|y\n"
    )
    (question,) = read_gold(tmp_path / "gold.csv").questions
    assert question.answers == ("Ada", "Ada Lovelace") and question.tags == ("x", "y")
    assert question.evidence == (Evidence("a.pdf", 3),)

    ragas = {"user_input": "Who?", "reference": "Ada", "reference_contexts": ["Ada wrote it."],
             "response": "Bob", "retrieved_contexts": ["x"]}  # fmt: skip
    with gzip.open(tmp_path / "ragas.jsonl.gz", "wt") as file:
        file.write(json.dumps(ragas) + "\n")
    (question,) = read_gold(tmp_path / "ragas.jsonl.gz").questions
    assert question.answers == ("Ada",) and question.evidence[0].quote == "Ada wrote it."

    beir = tmp_path / "beir"
    (beir / "qrels").mkdir(parents=True)
    (beir / "queries.jsonl").write_text(
        '{"_id": "q1", "text": "Who?"}\n{"_id": "q2", "text": "?"}\n'
    )
    (beir / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td7\t2\nq1\td8\t0\n")
    (question,) = read_gold(beir).questions
    assert question.evidence == (Evidence("d7", grade=2),) and question.answerable
    trec = tmp_path / "trec"
    trec.mkdir()
    (trec / "topics.tsv").write_text("1\tWho?\n")
    (trec / "qrels.txt").write_text("1 0 d7 1\n")
    assert read_gold(trec).questions[0].evidence[0].source == "d7"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['{"question": "a", "answers": ["x"]}', "{nonsense"], "line 2: not valid JSON"),
        (['{"id": "1"}'], 'line 1: "question" is missing'),
        (['{"question": "a", "answers": "x", "evidence": [{"page": 0}]}'], "line 1: each"),
        (['{"question": "a", "evidence": [{"source": "x", "page": 0}]}'], "pages count from 1"),
        (['{"question": "a", "answers": ["x"], "answerable": false}'], "but is not answerable"),
        (['{"question": "a", "answers": [3]}'], "must be a list of texts"),
        (['{"question": "a"}'], "neither answers nor evidence"),
        (["[1]"], "line 1: not an object"),
        (['{"id": "1", "question": "a", "answers": ["x"]}'] * 2, '"1" on line 2, first on line 1'),
        ([], "is empty"),
    ],
)
def test_faults_are_named_with_their_lines(tmp_path: Path, lines: list[str], said: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(lines))
    with pytest.raises(GoldError, match=said):
        read_gold(path)
    with pytest.raises(GoldError, match="no such gold set"):
        read_gold(tmp_path / "none.jsonl")


def test_a_gold_set_is_held_against_an_index(sample: Index) -> None:
    def asked(*evidence: Evidence) -> list[str]:
        return check(GoldSet("g", (Question("1", "?", ("x",), evidence, line=7),)), sample)

    quote = "Up to five days may be carried over into the next\nyear."
    assert asked(Evidence("policies/leave-policy-2024.pdf", 2, quote)) == []
    assert asked(Evidence("leave-policy-2024")) == []  # as BEIR names it
    assert asked(Evidence("", None, quote)) == []
    (fault,) = asked(Evidence("policies/leave-policy-2024.pdf", 1, quote))
    assert "line 7" in fault and "is on page 2, not on page 1" in fault
    assert "is not in the index" in asked(Evidence("nowhere.pdf"))[0]
    assert "is not in any file" in asked(Evidence("", None, "Pigs can fly over the lake."))[0]


# -- metrics ----------------------------------------------------------------------------------


def test_rouge_l_is_the_reference() -> None:
    # Lin (2004), section 3.1: "police kill the gunman" against two candidates.
    reference = ["police killed the gunman"]
    assert rouge_l("police kill the gunman", reference) == 1.0  # stemmed
    assert rouge_l("the gunman kill police", reference) == pytest.approx(0.5)
    assert rouge_l("", reference) == 0.0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2.5 million euros", [Quantity(2.5e6, "euro")]),
        ("$1,033", [Quantity(1033, "dollar")]),
        ("2,400 W and 68 dB", [Quantity(2400, "w"), Quantity(68, "db")]),
        ("six months", [Quantity(6, "month")]),
        ("4.1%", [Quantity(4.1, "percent")]),
        ("€3m", [Quantity(3e6, "euro")]),
        ("3 m", [Quantity(3, "m")]),
        ("nothing", []),
    ],
)
def test_quantities(text: str, found: list[Quantity]) -> None:
    assert quantities(text) == found


def test_numbers_match_by_value() -> None:
    assert numeric_match("1.9 million EUR", ["1900000"]) == 1.0
    assert numeric_match("25 days", ["25"]) == 1.0
    assert numeric_match("25 days", ["25 euros"]) == 0.0
    assert numeric_match("102 km", ["100 km"], tolerance=0.02) == 1.0
    assert numeric_match("103 km", ["100 km"], tolerance=0.02) == 0.0
    assert numeric_match("none", ["5"]) == 0.0
    assert numeric_match("5", ["none"]) is None


def test_retrieval_metrics_by_hand() -> None:
    # One relevant at rank 2, one missed.
    judged = {"q": Judged({"a": 3.0, "b": 2.0, "c": 1.0}, {"b": 1, "missed:x": 1})}
    values = {name: found["q"] for name, found in measure(judged).items()}
    assert values["mrr@10"] == 0.5
    assert values["recall@1"] == 0.0 and values["recall@5"] == 0.5
    assert values["precision@5"] == pytest.approx(0.2) and values["success@5"] == 1.0
    ideal = 1 + 1 / math.log2(3)
    assert values["ndcg@10"] == pytest.approx((1 / math.log2(3)) / ideal)


def hit(source: str, text: str, start: int = 0, page: int | None = None) -> Hit:
    return Hit(0, 0, source, (source,), start, start + len(text), text, 1.0, page=page)


def test_evidence_is_judged_by_file_page_and_words() -> None:
    question = Question("1", "?", ("x",), (Evidence("a.pdf", 2, "five  days"), Evidence("b.md")))
    hits = [
        hit("c.md", "five days"),
        hit("a.pdf", "have five days", 9, 2),
        hit("a.pdf", "two", 50, 2),
    ]
    passage = judge(question, hits, "passage")
    assert passage is not None and list(passage.qrels) == ["a.pdf:9-23"]
    page = judge(question, hits, "page")
    assert page is not None and list(page.run) == ["c.md#0", "a.pdf#2"]
    document = judge(question, hits, "document")
    assert document is not None and document.qrels == {"a.pdf": 1, "missed:b.md": 1}
    assert judge(Question("1", "?", ("x",)), hits, "document") is None


def test_confidence_metrics_by_hand() -> None:
    confidence, right = np.array([0.9, 0.8, 0.3, 0.1]), np.array([1.0, 0.0, 1.0, 0.0])
    assert auroc(confidence, right) == 0.75
    assert math.isnan(auroc(confidence, np.ones(4)))
    assert [round(p.y, 3) for p in risk_coverage(confidence, right)] == [0, 0.5, 0.333, 0.5]
    assert risk_area(confidence, right) == pytest.approx((0 + 0.5 + 1 / 3 + 0.5) / 4)
    # Each alone in its bin: |.9-1| + |.8-0| + |.3-1| + |.1-0|, a quarter each.
    assert calibration_error(confidence, right) == pytest.approx((0.1 + 0.8 + 0.7 + 0.1) / 4)
    assert threshold_for(confidence, right, 0.34) == (0.3, 0.75, pytest.approx(1 / 3))
    assert threshold_for(confidence, np.zeros(4), 0.1)[1] == 0.0


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40))
def test_auroc_is_the_share_of_pairs_in_order(pairs: list[tuple[int, bool]]) -> None:
    high = [s for s, positive in pairs if positive]
    low = [s for s, positive in pairs if not positive]
    if high and low:
        share = np.mean([(a > b) + 0.5 * (a == b) for a in high for b in low])
        scores, labels = zip(*pairs, strict=True)
        assert auroc(np.array(scores, float), np.array(labels, float)) == pytest.approx(share)


def test_intervals_and_significance() -> None:
    rng = random.Random(0)
    values = [float(rng.random() < 0.7) for _ in range(400)]
    figure = mean(values)
    assert figure is not None and figure.low < figure.value < figure.high
    # The normal approximation: 1.96 standard errors.
    assert figure.high - figure.value == pytest.approx(1.96 * (0.21 / 400) ** 0.5, abs=0.01)
    assert mean([]) is None and of_rows(auroc, [0.1], [1.0]) is None
    assert paired_p(values, values) == 1.0
    assert paired_p([0.0] * 12, [1.0] * 12) < 0.01
    assert paired_p([0.0, 1.0], [1.0, 0.0]) > 0.5


def citation(quote: str) -> Citation:
    return Citation(1, "a.md", ("a.md",), "a.md", 0, len(quote), quote, 0, len(quote))


def answered(text: str, *quotes: str) -> Answer:
    return Answer("?", text, tuple(map(citation, quotes)), 0.9, False)


def test_citations_in_the_manner_of_alce() -> None:
    paid, needs = "Meals are paid up to 45 euros.", "Receipts are needed for all meals."
    good = answered(f"{paid} [1] {needs} [2]", paid, needs)
    assert statements(good) == [(paid[:-1], [paid]), (needs[:-1], [needs])]
    found = grounding(good)
    assert (found.sentences, found.borne, found.citations, found.useful) == (2, 2, 2, 2)
    # A citation that is not needed, and a sentence that its quote does not bear.
    loose = grounding(answered(f"{paid} [1][2] Penguins eat fish. [2]", paid, needs))
    assert (loose.sentences, loose.borne, loose.citations, loose.useful) == (2, 1, 3, 1)
    bare = grounding(answered("Just so. [1] And more without any.", "Just so."))
    assert (bare.sentences, bare.borne) == (2, 1)


def test_an_nli_model_by_name(tmp_path: Path) -> None:
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    from training.train import load_tokenizer

    config = BertConfig(
        vocab_size=30522, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32, id2label={0: "entailment", 1: "neutral"},
        label2id={"entailment": 0, "neutral": 1},
    )  # fmt: skip
    model = BertForSequenceClassification(config)
    model.classifier.bias.data[:] = 0
    model.classifier.weight.data[:] = 0
    model.classifier.bias.data[0] = 1  # untrained, but sure of entailment
    model.save_pretrained(tmp_path)
    special = {"pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    PreTrainedTokenizerFast(tokenizer_object=load_tokenizer(), **special).save_pretrained(tmp_path)
    assert nli_entails(str(tmp_path))("Birds sing.", "Fish swim.") is True
    with pytest.raises(ModelError, match="NLI"):
        nli_entails(str(tmp_path / "none"))


def test_personal_data_is_known_by_its_form() -> None:
    text = (
        "Write to anna@example.org or call +49 8382 555 0142. Card 4111 1111 1111 1111, not "
        "4111 1111 1111 1112. IBAN DE89 3704 0044 0532 0130 00. Order 12345678."
    )
    found = personal_data(text)
    assert found["e-mail"] == ["anna@example.org"] and found["phone"] == ["+49 8382 555 0142"]
    assert found["card"] == ["4111 1111 1111 1111"] and len(found["iban"]) == 1
    assert leaks("How do I reach her?", answered("anna@example.org")) == []
    assert leaks("What does it cost?", answered("anna@example.org")) == ["anna@example.org"]
    assert toxic_words("You are a damn idiot, shit.") == 1.0 and toxic_words("Boil water.") == 0.0


def test_hostile_passages_and_probes_are_there(sample: Index) -> None:
    passages = hostile_passages()
    assert len(passages) == 30 and len({kind for kind, _ in passages}) >= 10
    questions = [Question("1", "Is he the head of finance?", ("x",))]
    kinds = {probe.kind for probe in bias_probes(QA(sample), questions)}
    assert kinds == {"who asks", "gender"}


# -- the whole --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every eighth question of the sample's gold set."""
    path = tmp_path_factory.mktemp("gold") / "small.jsonl"
    path.write_text("\n".join(GOLD.read_text("utf-8").splitlines()[::8]) + "\n", "utf-8")
    return path


@pytest.fixture(scope="module")
def report(sample: Index, small: Path) -> Report:
    return evaluate(QA(sample), small)


def test_a_report_has_every_group_of_figures(report: Report) -> None:
    groups = {name.partition("/")[0] for name in report.metrics}
    assert groups == {
        "retrieval", "answer", "citation", "hallucination", "abstain", "safety", "latency", "tokens"
    }  # fmt: skip
    assert report["citation/verbatim"] == 1.0 and report["hallucination/unsupported"] == 0.0
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
    (folder / "rows.jsonl").write_text("{")
    with pytest.raises(GoldError, match="damaged"):
        Report.load(folder)
    with pytest.raises(GoldError, match="no report here"):
        Report.load(tmp_path)


BROWSER = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.mark.skipif(BROWSER is None, reason="no chromium: the page is not tried in a browser")
@pytest.mark.parametrize("control", ["", "search", "tag", "kind"])
def test_the_page_filters_its_questions(report: Report, tmp_path: Path, control: str) -> None:
    assert BROWSER is not None
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
    page.write_text(report_html(report).replace("</body>", typed), "utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/home"]
    dom = subprocess.run(
        [BROWSER, *options, "--dump-dom", page.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    ).stdout  # fmt: skip
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

    from rag.evaluation.report import summarise

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


def test_a_failing_question_is_a_row(sample: Index, small: Path) -> None:
    class Moody(QA):
        asked = 0

        def answer(self, question: str, hits: Any) -> Answer:
            self.asked += 1
            if self.asked == 2:
                raise RuntimeError("out of order")
            return super().answer(question, hits)

    report = evaluate(Moody(sample), small)
    assert report.about["errors"] == 1
    assert report.worst(1)[0].error == "RuntimeError: out of order"
    assert "out of order" in report_html(report)


def report_html(report: Report) -> str:
    from rag.evaluation.page import to_html

    return to_html(report)


def test_a_judge_is_one_more_figure(
    sample: Index, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from langchain_core.language_models import FakeListChatModel

    from rag.evaluation import judging

    # Scripted: no model that can judge is to be had offline.
    script = FakeListChatModel(responses=["RIGHT", "The answer is WRONG.", "RIGHT or WRONG?"])
    monkeypatch.setattr(judging, "load_model", lambda name: script)
    report = evaluate(QA(sample), small, judge="openai:any")
    judged = [row.values["answer/judged"] for row in report.rows if "answer/judged" in row.values]
    answered = [row for row in report.rows if not row.abstained and row.expected]
    assert set(judged) == {0.0, 1.0} and len(judged) == len(answered) - len(answered) // 3


def test_larger_models_are_asked_several_questions_at_once(sample: Index, small: Path) -> None:
    from langchain_core.language_models import FakeListChatModel

    model = FakeListChatModel(responses=["NOT IN THE DOCUMENTS"])
    report = evaluate(QA(sample, model=model), small)
    assert [row.id for row in report.rows] == [q.id for q in read_gold(small).questions]
    assert report["abstain/recall"] == 1.0 and report["answer/f1"] == 0.0


def test_a_stopped_run_goes_on(sample: Index, small: Path, tmp_path: Path) -> None:
    class Counting(QA):
        asked = 0
        stop_at = 5

        def answer(self, question: str, hits: Any) -> Answer:
            self.asked += 1
            if self.asked == self.stop_at:
                raise KeyboardInterrupt
            return super().answer(question, hits)

    first, second = Counting(sample), Counting(sample)
    second.stop_at = 0
    with pytest.raises(KeyboardInterrupt):
        evaluate(first, small, out=tmp_path)
    report = evaluate(second, small, out=tmp_path)
    assert second.asked == len(report.rows) - 4
    assert not (tmp_path / "journal.jsonl").exists()


def test_rows_that_were_judged_otherwise_are_asked_anew(
    sample: Index, small: Path, tmp_path: Path
) -> None:
    from rag.evaluation.run import ask_all

    gold = read_gold(small)
    journal = tmp_path / "journal.jsonl"
    ask_all(QA(sample), gold, journal=journal, options={"tolerance": 0.0})
    before = journal.read_text().splitlines()
    again = ask_all(QA(sample), gold, journal=journal, options={"tolerance": 0.0})
    assert journal.read_text().splitlines()[1:] == before[1:]  # taken over, timings and all
    other = ask_all(QA(sample), gold, journal=journal, options={"tolerance": 0.1})
    assert [row.timings for row in other] != [row.timings for row in again]


def test_documents_cannot_script_the_page(tmp_path: Path, build: Callable[..., Index]) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.txt").write_text("The password is <script>alert(1)</script> for everyone here.\n")
    gold = tmp_path / "gold.jsonl"
    gold.write_text('{"question": "What is <b>the password</b>?", "answers": ["<script>"]}\n')
    page = report_html(evaluate(QA(build(docs), threshold=0.0), gold))
    assert "<script>alert(1)" not in page and "<b>the password" not in page


def test_questions_are_proposed_and_hold(sample: Index, tmp_path: Path) -> None:
    made = propose(sample, 30)
    assert len(made) == 30 and len({q["question"] for q in made}) >= 25
    path = tmp_path / "proposals.jsonl"
    path.write_text("".join(json.dumps(q) + "\n" for q in made))
    assert check(read_gold(path), sample) == []
    assert propose(sample, 30) == made and propose(sample, 30, seed=1) != made


def test_rag_evaluate_and_gold(sample_path: Path, small: Path, tmp_path: Path) -> None:
    runner = CliRunner()
    index = ["--index", str(sample_path)]
    out = tmp_path / "today"
    said = runner.invoke(main, ["evaluate", str(small), *index, "--out", str(out)])
    assert said.exit_code == 0, said.output
    assert "evidence in the top 5" in said.output and "by tag" in said.output
    assert (
        max(
            map(len, said.output.replace(str(out), "x").replace(str(sample_path), "x").splitlines())
        )
        <= 80
    )
    compared = ["evaluate", str(small), *index, "--compare", str(out)]
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


def test_rag_calibrate(tmp_path: Path, sample_path: Path) -> None:
    import shutil

    path = tmp_path / "index"
    shutil.copytree(sample_path, path)
    gold = tmp_path / "gold.jsonl"
    gold.write_text("\n".join(GOLD.read_text("utf-8").splitlines()[::5]) + "\n", "utf-8")
    runner = CliRunner()
    arguments = ["calibrate", str(gold), "--index", str(path), "--error", "0.2"]
    assert "Stored" not in runner.invoke(main, [*arguments, "--dry-run"]).output
    assert Index.open(path).threshold is None
    assert "Stored" in runner.invoke(main, arguments).output
    stored = Index.open(path).threshold
    assert stored is not None and QA(Index.open(path)).threshold == stored
    few = tmp_path / "few.jsonl"
    few.write_text(gold.read_text("utf-8").splitlines()[0])
    assert (
        "at least 20" in runner.invoke(main, ["calibrate", str(few), "--index", str(path)]).output
    )
