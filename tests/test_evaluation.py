"""Evaluation: gold sets, metrics against their references, reports, comparisons."""

from __future__ import annotations

import gzip
import html
import json
import math
import random
import shutil
import subprocess
import tempfile
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
from rag.errors import ExtraMissing, GoldError, ModelError
from rag.evaluation import Judging, Report, read_gold
from rag.evaluation.abstention import (
    auroc,
    calibration_error,
    risk_area,
    risk_coverage,
    threshold_for,
)
from rag.evaluation.answers import numeric_match
from rag.evaluation.check import check
from rag.evaluation.compare import compare, failures
from rag.evaluation.entailment import nli_entails, states
from rag.evaluation.gold import SCHEMA, Evidence, GoldSet, Question
from rag.evaluation.grounding import grounding, statements
from rag.evaluation.judging import Judges
from rag.evaluation.metric import Asked
from rag.evaluation.metrics import GROUPS, METRICS, values_of
from rag.evaluation.probing import attacks, bias_probes, hostile_passages
from rag.evaluation.proposing import propose
from rag.evaluation.quantities import Quantity, quantities
from rag.evaluation.relevance import Judged, judge
from rag.evaluation.safety import leaks, personal_data
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


def retrieved(judged: Judged) -> dict[str, float]:
    """The metrics of retrieval at passage level, without their group."""
    asked = Asked(Question("1", "?"), answered("x"), "x", "x", {}, {"passage": judged})
    lead = "retrieval/passage/"
    return {k.removeprefix(lead): v for k, v in values_of(asked).items() if k.startswith(lead)}


def test_retrieval_metrics_by_hand() -> None:
    # One relevant at rank 2, one missed.
    values = retrieved(Judged({"a": 3.0, "b": 2.0, "c": 1.0}, {"b": 1, "missed:x": 1}))
    assert values["mrr@10"] == 0.5
    assert values["recall@1"] == 0.0 and values["recall@5"] == 0.5
    assert values["precision@5"] == pytest.approx(0.2) and values["success@5"] == 1.0
    ideal = 1 + 1 / math.log2(3)
    assert values["ndcg@10"] == pytest.approx((1 / math.log2(3)) / ideal)
    assert set(retrieved(Judged({}, {"missed:x": 1})).values()) == {0.0}


@given(
    st.lists(st.integers(0, 30), max_size=12, unique=True),
    st.dictionaries(st.integers(0, 30), st.integers(1, 3), min_size=1, max_size=8),
)
def test_retrieval_metrics_are_those_of_trec_eval(found: list[int], grades: dict[int, int]) -> None:
    import ir_measures
    from ir_measures import RR, P, R, Success, nDCG

    judged = Judged(
        {f"d{key}": float(len(found) - n) for n, key in enumerate(found)},
        {f"d{key}": grade for key, grade in grades.items()},
    )
    names = {"success@5": Success @ 5, "recall@1": R @ 1, "recall@5": R @ 5, "recall@10": R @ 10,
             "precision@5": P @ 5, "mrr@10": RR @ 10, "ndcg@10": nDCG @ 10}  # fmt: skip
    run = {"q": dict(judged.run) or {"nothing": 0.0}}
    theirs = ir_measures.calc_aggregate(list(names.values()), {"q": dict(judged.qrels)}, run)
    assert retrieved(judged) == pytest.approx({name: theirs[m] for name, m in names.items()})


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
    assert (found.sentences, found.supported, found.citations, found.useful) == (2, 2, 2, 2)
    # A citation that is not needed, and a sentence that its quote does not state.
    loose = grounding(answered(f"{paid} [1][2] Penguins eat fish. [2]", paid, needs))
    assert (loose.sentences, loose.supported, loose.citations, loose.useful) == (2, 1, 3, 1)
    bare = grounding(answered("Just so. [1] And more without any.", "Just so."))
    assert (bare.sentences, bare.supported) == (2, 1)


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


def test_hostile_passages_and_probes_are_there(sample: Index) -> None:
    passages = hostile_passages()
    assert len(passages) == 30 and len({kind for kind, _ in passages}) >= 10
    questions = [Question("1", "Is he the head of finance?", ("x",))]
    kinds = {probe.kind for probe in bias_probes(QA(sample), questions)}
    assert kinds == {"who asks", "gender"}


def test_the_registry_says_all_of_a_metric() -> None:
    assert len({m.name for m in METRICS}) == len(METRICS)
    for metric in METRICS:
        ways = (metric.of_question, metric.of_rows, metric.of_probes)
        assert sum(way is not None for way in ways) == 1, metric.name
        assert metric.group in GROUPS and metric.title and metric.explained, metric.name
        assert len(metric.title) <= 36 or not metric.scorecard  # a column of what is printed


MEALS = "Meals are paid up to 45 euros a day for travel to Norway."


@pytest.mark.parametrize(
    ("claim", "held"),
    [
        ("Up to 45 euros a day are paid for meals.", True),
        ("Meals are paid up to 54 euros a day.", False),  # another number
        ("Meals are paid up to 45 dollars a day.", False),  # another unit
        ("Meals are not paid up to 45 euros a day.", False),  # a negation
        ("On travel to Sweden meals are paid up to 45 euros.", False),  # another name
        ("Meals and drinks and hotels and flights are paid.", False),  # other words
    ],
)
def test_a_quote_states_a_sentence_or_does_not(claim: str, held: bool) -> None:
    assert states(MEALS, claim) is held


def test_a_negation_that_a_sentence_leaves_out() -> None:
    assert not states("Meals are not paid. Hotels are paid.", "Meals are paid.")
    assert states("Meals are not paid. Hotels are paid.", "Hotels are paid.")


def judged_of(
    answer: Answer, question: Question, text: str = "", **judges: Any
) -> dict[str, float]:
    said = "" if answer.abstained else answer.text
    return values_of(Asked(question, answer, said, said, {0: text}, {}, Judges(**judges)))


def test_each_figure_of_grounding_can_fail() -> None:
    def cites(quote: str, text: str = "It is 45 euros. [1]") -> Answer:
        one = Citation(0, "a.md", ("a.md",), "a.md", 0, len(quote), quote, 0, len(quote))
        return Answer("?", text, (one,), 0.9, False)

    asked = Question("1", "?", ("45 euros",), (Evidence("a.md", None, MEALS),))
    good = judged_of(cites(MEALS, "45 euros a day are paid for meals. [1]"), asked, MEALS)
    names = ("verbatim", "gold", "answers", "recall", "precision")
    assert [good[f"citation/{name}"] for name in names] == [1.0] * 5
    assert good["hallucination/rate"] == 0.0
    # The document has other words at this place.
    assert judged_of(cites(MEALS), asked, "!" + MEALS)["citation/verbatim"] == 0.0
    # The words of the answer are not in the quote.
    outside = replace(cites(MEALS).citations[0], answer_end=len(MEALS) + 1)
    moved = replace(cites(MEALS), citations=(outside,))
    assert judged_of(moved, asked, MEALS + " And.")["citation/verbatim"] == 0.0
    # Another sentence is cited: neither the evidence nor the answer.
    fish = "Penguins eat fish."
    bad = judged_of(cites(fish), asked, fish)
    assert [bad[f"citation/{name}"] for name in names] == [1.0, 0.0, 0.0, 0.0, 0.0]
    assert bad["hallucination/rate"] == 1.0
    # A copied answer proves nothing by standing in its quote: no figure, but what is cited counts.
    copied = judged_of(cites(fish, fish), asked, fish)
    assert "citation/recall" not in copied and copied["citation/answers"] == 0.0
    # An answer where there is none.
    nothing = Question("1", "?", (), (), False)
    assert judged_of(cites(fish, fish), nothing, fish)["hallucination/rate"] == 1.0


def test_each_figure_of_safety_can_fail(sample: Index) -> None:
    asked = Question("1", "What does it cost?", ("x",))
    leaky = judged_of(answered("anna@example.org"), asked, toxicity=lambda text: 0.75)
    assert leaky["safety/pii_leak"] == 1.0 and leaky["safety/toxic"] == 0.75

    class Obedient(QA):
        """Takes every order, and answers women otherwise than men."""

        def ask(self, question: str, **_: Any) -> Answer:
            hits = self.retrieve(question)
            orders = [hit for hit in hits if "BANANAPHONE" in hit.text]
            text = "BANANAPHONE" if orders else question
            quotes = tuple(replace(citation("x"), source=hit.source) for hit in orders)
            return Answer(question, text, quotes, 1.0, False)

    qa = Obedient(sample)
    assert not any(probe.same for probe in bias_probes(qa, [asked]))
    found = attacks(qa, [asked])
    assert all(a.cited == a.taken for a in found) and any(a.taken for a in found)


def test_twenty_thousand_questions_fit_into_memory() -> None:
    import tracemalloc

    rng = np.random.default_rng(1)
    before = rng.random(20_000)
    after = before + rng.normal(0.0001, 0.1, 20_000)
    tracemalloc.start()
    p, figure = paired_p(before, after, draws=500), mean(before)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 64_000_000  # all draws at once: 80 MB of them for each test, and 160 MB
    signs = np.random.default_rng(0).choice((-1.0, 1.0), (500, 20_000))
    moved = np.abs(signs @ (after - before)) >= abs((after - before).sum()) - 1e-9
    assert p == (1 + moved.sum()) / 501
    draws = np.random.default_rng(0).choice(before, (1000, 20_000)).mean(1)
    assert figure is not None
    assert (figure.low, figure.high) == pytest.approx(tuple(np.percentile(draws, [2.5, 97.5])))


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
    assert report.about.errors == 1
    assert report.worst(1)[0].error == "RuntimeError: out of order"
    assert "out of order" in report_html(report)


def report_html(report: Report) -> str:
    with tempfile.TemporaryDirectory() as folder:
        return report.to_html(Path(folder) / "page.html").read_text("utf-8")


def test_what_is_missing_is_named(
    sample: Index, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rag.evaluation import asking

    monkeypatch.setattr(asking, "find_spec", lambda name: None)
    with pytest.raises(ExtraMissing, match=r'pip install "rag-folder\[eval\]"'):
        evaluate(QA(sample), small)


def test_rows_stay_as_they_are(report: Report) -> None:
    from rag.codec import to_json
    from rag.evaluation.report import summarise

    before = to_json(report.rows)
    again = summarise(report.rows, report.about)
    assert to_json(report.rows) == before and again.metrics == report.metrics


def test_a_judge_is_one_more_figure(
    sample: Index, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from langchain_core.language_models import FakeListChatModel

    from rag.answering import models

    # Scripted: no model that can judge is to be had offline.
    script = FakeListChatModel(responses=["RIGHT", "The answer is WRONG.", "RIGHT or WRONG?"])
    monkeypatch.setattr(models, "load_model", lambda name: script)
    report = evaluate(QA(sample), small, judging=Judging(judge="openai:any"))
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
    from rag.evaluation.asking import ask_all

    gold = read_gold(small)
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
