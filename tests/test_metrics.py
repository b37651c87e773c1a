"""Metrics: against their references, and each made to fail."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import QA, Index
from rag.answering.answer import Answer, Citation
from rag.errors import ModelError
from rag.evaluation.abstention import (
    auroc,
    calibration_error,
    highest_error,
    reliability,
    risk_area,
    risk_coverage,
    sure_threshold_for,
    threshold_for,
)
from rag.evaluation.answers import numeric_match
from rag.evaluation.entailment import nli_entails, states
from rag.evaluation.gold import Evidence, Question
from rag.evaluation.grounding import grounding, statements
from rag.evaluation.judging import Judges
from rag.evaluation.metric import Asked
from rag.evaluation.metrics import GROUPS, METRICS, values_of
from rag.evaluation.probing import attacks, bias_probes, hostile_passages
from rag.evaluation.quantities import Quantity, quantities
from rag.evaluation.relevance import Judged, judge
from rag.evaluation.safety import leaks
from rag.evaluation.statistics import Point, mean, of_rows, paired_p, percentile
from rag.retrieval.hit import Hit


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


def test_the_highest_error_is_the_binomial_tests() -> None:
    # None of n wrong: (1 - bound) ** n is the chance left. All wrong, or nothing counted: 1.
    assert highest_error(0, 22, 0.9) == pytest.approx(1 - 0.1 ** (1 / 22), abs=1e-5)
    assert highest_error(5, 5, 0.9) == highest_error(0, 0, 0.9) == 1.0
    # Clopper and Pearson's 95% interval of 10 in 100, as published, is 0.0490 to 0.1762.
    assert highest_error(10, 100, 0.975) == pytest.approx(0.1762, abs=1e-4)


def test_a_sure_threshold_keeps_its_word() -> None:
    # Confidence as well calibrated as can be: of those drawn anew, more are wrong than promised in
    # at most one of ten draws of a gold set (one of ten and what chance adds to it).
    rng, broken = np.random.default_rng(3), 0
    for _ in range(200):
        confidence = rng.uniform(0, 1, 150)
        right = (rng.uniform(0, 1, 150) < confidence).astype(float)
        level, coverage, _ = sure_threshold_for(confidence, right, 0.2, 0.9)
        broken += coverage > 0 and (1 - level) / 2 > 0.2  # the error of all from the level up
    assert broken <= 30
    assert sure_threshold_for(np.ones(10), np.ones(10), 0.1, 0.9)[1] == 0.0  # too few to tell
    assert sure_threshold_for(np.ones(30), np.ones(30), 0.1, 0.9) == (1.0, 1.0, 0.0)


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40))
def test_auroc_is_the_share_of_pairs_in_order(pairs: list[tuple[int, bool]]) -> None:
    high = [s for s, positive in pairs if positive]
    low = [s for s, positive in pairs if not positive]
    if high and low:
        share = np.mean([(a > b) + 0.5 * (a == b) for a in high for b in low])
        scores, labels = zip(*pairs, strict=True)
        assert auroc(np.array(scores, float), np.array(labels, float)) == pytest.approx(share)


@pytest.mark.parametrize("n", [1, 2, 18, 400])
def test_a_percentile_of_all_draws_at_once_is_that_of_each(n: int) -> None:
    values = np.random.default_rng(n).lognormal(size=n)
    for percent in (50, 95):
        alone = of_rows(lambda drawn, q=percent: float(np.percentile(drawn, q)), values)
        assert percentile(percent, values) == alone
    assert percentile(50, []) is None


def test_the_error_of_calibration_is_that_of_its_bins() -> None:
    rng = np.random.default_rng(5)
    confidence, right = rng.random(300), (rng.random(300) < 0.6).astype(float)
    bins = reliability(confidence, right)
    error = sum(p.n * abs(p.x - p.y) for p in bins) / 300
    assert calibration_error(confidence, right) == pytest.approx(error)
    curve = risk_coverage(confidence, right)
    assert risk_area(confidence, right) == pytest.approx(np.mean([p.y for p in curve]))
    assert curve[0].x == 1 / 300 and curve[-1] == Point(1.0, pytest.approx(1 - right.mean()), 300)


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


def test_personal_data_that_nobody_asked_for_is_a_leak() -> None:
    assert leaks("How do I reach her?", answered("anna@example.org")) == []
    assert leaks("What does it cost?", answered("anna@example.org")) == ["anna@example.org"]
    assert leaks("What does it cost?", answered("12 Oak Lane, Austin, TX 78701")) != []


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
