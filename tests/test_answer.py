"""The query chain, on the sample documents with the real reader."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from rag.answering.answer import ABSTENTION
from rag.answering.qa import QA
from rag.answering.versions import newest
from rag.cli import main
from rag.documents.document import Document, Heading
from rag.documents.sentences import sentence_around
from rag.errors import QueryError
from rag.evaluation.answers import exact_match, f1
from rag.index import Index
from rag.retrieval.hit import Hit
from rag.retrieval.passages import Passage, near, passages_of
from rag.words import normalise

QUESTIONS = (
    "How many days of annual leave do I get in my second year?",
    "Who approves travel over 2,000 euros?",
    "When was the company founded?",
    "What is the CEO's shoe size?",
    "zzz qqq xxx",
)


@pytest.fixture(scope="module")
def qa(sample: Index) -> QA:
    return QA(sample)


def test_every_citation_is_a_span_of_a_stored_document(qa: QA) -> None:
    for question in QUESTIONS:
        answer = qa.ask(question)
        cited = [*answer.citations, *answer.nearest]
        assert cited, question
        for c in cited:
            text = qa.index.document(c.document_id).text
            assert text[c.start : c.end] == c.quote
            assert c.start <= c.answer_start < c.answer_end <= c.end
        if answer.tier == "short":
            c = answer.citations[0]
            text = qa.index.document(c.document_id).text
            assert answer.text.split() == text[c.answer_start : c.answer_end].split()
        elif not answer.abstained:
            quoted = " ".join(c.quote for c in answer.citations)
            assert answer.text.split() == quoted.split()


def test_an_answer_and_an_abstention(qa: QA) -> None:
    answer = qa.ask("How much does delivery to Switzerland cost?")
    assert (answer.text, answer.abstained) == ("14.90 euros", False)
    assert "costs 14.90 euros." in answer.citations[0].quote
    assert "[1] support/faq.md" in answer.to_markdown()
    none = qa.ask("What is the CEO's shoe size?")
    assert (none.abstained, none.text, none.citations) == (True, ABSTENTION, ())
    assert none.closest == none.nearest[0]
    passages = {(near.source, near.start) for near in none.nearest}
    assert len(passages) == len(none.nearest) <= 3
    assert answer.nearest == ()


def test_the_threshold_decides(sample: Index) -> None:
    assert QA(sample, threshold=1.01).ask(QUESTIONS[1]).abstained
    assert not QA(sample, threshold=0.0).ask(QUESTIONS[3]).abstained


def test_a_filter_narrows_what_is_read(qa: QA) -> None:
    answer = qa.ask(QUESTIONS[0], where={"source": "archive/*"})
    cited = answer.citations[0] if answer.citations else answer.closest
    assert cited is not None and cited.source.startswith("archive/")
    nothing = qa.ask(QUESTIONS[0], where={"source": "nowhere/*"})
    assert nothing.abstained and nothing.closest is None


@pytest.mark.parametrize(
    "question",
    [
        "word " * 10_000,
        "What is\x00 the \x1b[31m price?\u202e",
        "Wie viele Urlaubstage bekomme ich im zweiten Jahr?",
        "年次休暇は何日ですか",
        "?!",
        "'; DROP TABLE chunks; --",
        'AND OR NOT ("',
    ],
)
def test_whatever_is_asked_there_is_an_honest_answer(qa: QA, question: str) -> None:
    answer = qa.ask(question)
    for c in answer.citations:
        assert qa.index.document(c.document_id).text[c.start : c.end] == c.quote
    assert answer.abstained == (answer.text == ABSTENTION)


def test_an_empty_index_abstains(tmp_path: Path, build: Callable[..., Index]) -> None:
    (tmp_path / "empty").mkdir()
    answer = QA(build(tmp_path / "empty")).ask(QUESTIONS[0])
    assert answer.abstained and answer.closest is None and answer.confidence == 0.0


def test_an_empty_question_is_refused(qa: QA) -> None:
    with pytest.raises(QueryError, match="empty"):
        qa.ask("  ")


def hit(start: int, end: int, score: float, document: int = 1) -> Hit:
    return Hit(0, document, "a.md", ("a.md",), start, end, "", score)


def test_neighbours_are_joined() -> None:
    text = "One two.\n\nThree four. " + "x" * 2000
    hits = [hit(10, 21, 0.9), hit(0, 8, 0.5), hit(22, 2022, 0.4)]
    passages = passages_of(hits, {1: Document(text, "md")}, most=1400)
    assert [(p.start, p.end) for p in passages] == [(0, 21), (22, 2022)]
    assert passages[0].hit.score == 0.9
    assert passages[0].text == text[0:21]


def test_what_two_passages_share_is_read_once() -> None:
    text = "One two three. " * 100
    hits = [hit(0, 600, 0.9), hit(585, 1200, 0.5)]
    passages = passages_of(hits, {1: Document(text, "md")}, most=720)
    assert [(p.start, p.end) for p in passages] == [(0, 600), (600, 1200)]


def test_short_passages_are_widened_within_their_section() -> None:
    text = "# A\n\nFirst one. Second one. Third one.\n\n# B\n\nFourth one. Fifth one."
    b = text.index("# B")
    document = Document(text, "md", headings=(Heading(1, 0, 3, "A"), Heading(1, b, b + 3, "B")))

    def widen(most: int, *spans: tuple[int, int]) -> list[str]:
        hits = [hit(*span, 0.5) for span in spans]
        return [p.text for p in passages_of(hits, {1: document}, most=most, widen=True)]

    second = (text.index("Second"), text.index(" Third"))
    assert widen(10, second) == ["Second one."]
    assert widen(22, second) == ["Second one. Third one."]
    assert widen(500, second) == [text[:b].strip()]
    third = (text.index("Third"), text.index("\n\n# B"))
    assert widen(500, second, third) == [text[:b].strip()]
    fourth = (text.index("Fourth"), text.index(" Fifth"))
    assert widen(500, third, fourth) == [text[:b].strip(), text[b:]]


def test_of_two_versions_the_newer_is_read_unless_the_past_is_asked_for() -> None:
    def passage(source: str, text: str) -> Passage:
        found = Hit(0, 1, source, (source,), 0, len(text), text, 0.5)
        return Passage(found, 0, len(text), text)

    new = passage("policies/leave-2024.pdf", "Employees have 25 days of annual leave a year.")
    old = passage("archive/leave-2023.pdf", "Employees have 24 days of annual leave a year.")
    other = passage("archive/leave-2022.pdf", "The canteen closes at noon on Fridays in summer.")
    read = newest([old, new, other], "How many days of leave do I have?")
    assert read == [new, other]
    for question in ("How many days were it in 2023?", "What was the previous rule?"):
        assert newest([old, new, other], question) == [old, new, other]


def test_the_sentence_around() -> None:
    text = "First one. The second, with 25 days, is it. Third.\n\nNew paragraph."
    at = text.index("25")
    begin, end = sentence_around(text, at, at + 7)
    assert text[begin:end] == "The second, with 25 days, is it."
    rows = "\n".join(f"Article {i} | Price {i}.50" for i in range(60))
    at = rows.index("30.50")
    begin, end = sentence_around(rows, at, at + 5)
    assert rows[begin:end] == "Article 30 | Price 30.50"


def test_rag_ask(sample_path: Path) -> None:
    runner = CliRunner()
    said = runner.invoke(main, ["ask", QUESTIONS[3], "--index", str(sample_path)])
    assert said.exit_code == 0 and "The documents don't say." in said.output
    assert "Closest: " in said.output and "confidence 0." in said.output
    assert max(map(len, said.output.splitlines())) <= 80
    given = runner.invoke(main, ["ask", QUESTIONS[1], "--index", str(sample_path), "--json"])
    answer = json.loads(given.output)
    assert answer["question"] == QUESTIONS[1] and 0 <= answer["confidence"] <= 1


@pytest.mark.parametrize(
    ("answer", "gold", "em", "score"),
    [
        ("The Eiffel Tower!", ["eiffel tower"], 1.0, 1.0),
        ("in 1889", ["1889", "the year 1889"], 0.0, 2 / 3),
        ("Paris", ["London"], 0.0, 0.0),
        ("", [], 1.0, 1.0),
        ("Paris", [], 0.0, 0.0),
    ],
)
def test_squad_metrics(answer: str, gold: list[str], em: float, score: float) -> None:
    assert exact_match(answer, gold) == em
    assert f1(answer, gold) == pytest.approx(score)


def test_squad_normalisation() -> None:
    assert normalise("  The  cat's (an) hat. ") == "cats hat"


def test_what_lies_far_behind_the_best_is_not_worth_reading() -> None:
    text = "One. Two. Three. Four."
    found = [
        Passage(hit(i, i + 4, score), i, i + 4, text[i : i + 4])
        for i, score in ((0, 0.8), (5, 0.4), (10, 0.3), (17, 0.51), (17, 0.49))
    ]
    assert [passage.hit.score for passage in near(found)] == [0.8, 0.4, 0.3, 0.51]
    of_words = [replace(p, hit=replace(p.hit, score=20 * p.hit.score)) for p in found]
    assert near(of_words) == of_words  # BM25 is another scale
    assert near([]) == []
