"""What changed between documents, who mentions what, how many there are; and that all of it is said alike
everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from rag import QA, Conversation, Index
from rag.answering.answer import Answer
from rag.answering.cache import AnswerCache
from rag.answering.whole.changes import changes
from rag.answering.whole.mentions import mentions
from rag.answering.whole.wanted import stands_alone
from rag.cli import main
from rag.codec import from_json, to_json
from rag.documents.document import Document
from tests.conftest import Build
from tests.test_whole import checked, sources


@pytest.fixture(scope="module")
def qa(sample: Index) -> QA:
    return QA(sample)


# Differences -----------------------------------------------------------------------------------


def test_differences_of_two_versions(qa: QA, sample: Index) -> None:
    for question in (
        "What changed between the two travel policies?",
        "What is the difference between the 2023 and the 2024 travel policy?",
        "what changed from travel-policy-2023.md to travel-policy-2024.md",
        "Compare travel-policy-2024 with travel-policy-2023",
        "What's new in the travel policy 2024?",
    ):
        answer = checked(sample, qa.ask(question))
        assert answer.lead == (
            "From archive/travel-policy-2023.md to policies/travel-policy-2024.md: 9 sentences changed "
            "(7 in numbers), 0 added, 0 removed, 7 as before."
        ), question
    assert (answer.kind, answer.tier) == ("comparison", "extract")
    labels = [citation.label for citation in answer.citations]
    assert labels == ["before", "after"] * 9
    assert "before: Trips that cost up to 300 euros need no approval." in answer.text.split("\n")
    last = answer.citations[-1]
    text = sample.document(last.document_id).text
    assert text[last.answer_start : last.answer_end] == "paper is no longer accepted"


def test_it_is_said_which_documents_may_be_meant(qa: QA) -> None:
    answer = qa.ask("What changed between the two policies?")
    assert answer.abstained and not answer.citations and answer.tier == "none"
    assert "archive/leave-policy-2023.pdf and policies/leave-policy-2024.pdf" in answer.text
    assert "archive/travel-policy-2023.md and policies/travel-policy-2024.md" in answer.text


def document(text: str) -> Document:
    return Document(text, "txt")


def test_changed_numbers_come_first_then_what_was_added_and_removed() -> None:
    before = document(
        "The gate opens early. Dogs pay 2 euros. Skates are not lent. We have a café."
    )
    after = document(
        "The gate opens late. Dogs pay 3 euros. We have a café. Lockers cost nothing at all."
    )
    found = changes(before, after)
    said = [
        (
            change.how,
            change.before and before.text[slice(*change.before)],
            change.after and after.text[slice(*change.after)],
        )
        for change in found.changes
    ]
    assert said == [
        ("changed", "Dogs pay 2 euros.", "Dogs pay 3 euros."),
        ("changed", "The gate opens early.", "The gate opens late."),
        ("added", None, "Lockers cost nothing at all."),
        ("removed", "Skates are not lent.", None),
    ]
    assert (
        found.changes[0].before_words and before.text[slice(*found.changes[0].before_words)] == "2"
    )
    assert found.same == 1


def test_what_was_moved_is_no_difference() -> None:
    sentences = ["Bring a towel.", "Dogs stay outside.", "The café is closed.", "No diving."]
    found = changes(document(" ".join(sentences)), document("\n".join(reversed(sentences))))
    assert not found.changes and found.same == 4


sentence = st.text("ab 1", min_size=1, max_size=12).map(lambda words: f"The {words} is.")


@given(st.lists(sentence, max_size=12), st.lists(sentence, max_size=12))
def test_nothing_is_lost_between_two_texts(one: list[str], other: list[str]) -> None:
    before, after = document("\n\n".join(one)), document("\n\n".join(other))
    found = changes(before, after)
    old = [c.before for c in found.changes if c.before]
    new = [c.after for c in found.changes if c.after]
    assert len(old) == len(set(old)) and len(new) == len(set(new))
    assert changes(before, before).changes == ()


# Mentions --------------------------------------------------------------------------------------


def test_who_mentions_something(qa: QA, sample: Index) -> None:
    answer = checked(sample, qa.ask("Which documents mention the works council?"))
    assert answer.lead == "3 of 31 files mention “works council”, 4 times in all."
    assert (answer.kind, answer.tier) == ("list", "extract")
    assert sources(answer) == [
        "meetings/2024-04-18-works-council.txt",
        "archive/leave-policy-2023.pdf",
        "policies/leave-policy-2024.pdf",
    ]
    first = answer.citations[0]
    assert first.label == "twice"
    text = sample.document(first.document_id).text
    assert text[first.answer_start : first.answer_end] == "WORKS COUNCIL"


def test_every_mention_is_found(sample: Index) -> None:
    with sample.snapshot() as snapshot:
        found = mentions(snapshot, "Lindau")
        there = {
            d: snapshot.text(d).lower().count("lindau")
            for d in snapshot.catalog.names()
            if "lindau" in snapshot.text(d).lower()
        }
    assert {one.document: len(one.spans) for one in found.documents} == there


def test_inflections_count_and_other_words_do_not(tmp_path: Path, build: Build) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/a.txt").write_text(
        "Refunds are paid. We refunded it, and refund\nrequests wait.\n"
    )
    (tmp_path / "docs/b.txt").write_text("The fund is large. A reference funds nothing.\n")
    (tmp_path / "docs/c.txt").write_text("Us and them: it is what IT says in the US.\n")
    qa = QA(build(tmp_path / "docs"))
    assert (
        qa.ask("How many files mention refunds?").lead
        == "1 of 3 files mentions “refunds”, 3 times."
    )
    assert qa.ask("Which files mention refund requests?").lead.startswith("1 of 3 files mentions")
    assert qa.ask("Which files mention IT?").lead == "1 of 3 files mentions “IT”, once."
    assert qa.ask("Which files mention the US?").lead == "1 of 3 files mentions “US”, once."


def test_what_nobody_mentions_is_said(qa: QA) -> None:
    answer = qa.ask("How many documents mention unicorns?")
    assert answer.text == "None of the 31 files mentions “unicorns”, in any inflection."
    assert answer.abstained and answer.tier == "none" and answer.kind == "quantity"
    assert qa.ask("Which documents mention hotels in Paris?").lead == (
        "None of the 31 files mentions “hotels in Paris”, or has all of it in one sentence."
    )


def test_all_words_in_one_sentence_where_nothing_has_the_phrase(qa: QA) -> None:
    answer = qa.ask("Which documents mention nights in Paris?")
    assert answer.lead.startswith("No file says “nights in Paris” word for word; ")
    assert "policies/travel-policy-2024.md" in sources(answer)


def test_what_is_spoken_about_goes_the_ordinary_way_if_the_words_are_nowhere(qa: QA) -> None:
    assert not qa.ask("Which documents talk about parental leave?").lead
    assert qa.ask("Which documents talk about the works council?").lead


def test_copies_count_as_files(tmp_path: Path, build: Build) -> None:
    (tmp_path / "docs").mkdir()
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / "docs" / name).write_text(
            "The heron is grey.\n" if name < "c" else "No bird.\n"
        )
    answer = QA(build(tmp_path / "docs")).ask("How many files mention the heron?")
    assert answer.lead == "2 of 3 files mention “heron”, twice in all."
    assert answer.citations[0].sources == ("a.txt", "b.txt")


def test_a_filter_narrows_who_is_asked(qa: QA) -> None:
    answer = qa.ask("Which documents mention the works council?", where={"source": "*.txt"})
    assert answer.lead == "1 of 3 files mentions “works council”, twice."


def test_how_many_files_there_are(qa: QA, sample: Index) -> None:
    answer = checked(sample, qa.ask("How many PDF files are there in the folder?"))
    assert answer.lead == "4 of 31 files are PDF."
    assert answer.kind == "quantity"
    assert qa.ask("How many documents are there?").lead.startswith("31 files: 10 md, 4 pdf, ")
    assert not qa.ask("How many zip files are there?").lead


# Alike everywhere ------------------------------------------------------------------------------


def test_an_answer_goes_through_json_and_the_cache(sample: Index, tmp_path: Path) -> None:
    qa = QA(sample, cache=AnswerCache(tmp_path / "answers.sqlite"))
    answer = qa.ask("Which documents mention Lindau?")
    assert from_json(to_json(answer), Answer) == answer
    again = qa.ask("Which documents mention Lindau?")
    assert again.cached and again.citations == answer.citations and again.lead == answer.lead


def test_streams_hits_and_split_answers_give_the_same(qa: QA) -> None:
    question = "What changed between the two leave policies?"
    *_, last = qa.stream(question)
    split = qa.answer(question, qa.retrieve(question))
    assert last.answer and last.answer.text == split.text == qa.ask(question).text


def test_a_conversation_leaves_such_questions_as_they_are(qa: QA) -> None:
    talk = Conversation(qa)
    talk.ask("How long is the notice period in probation?")
    assert talk.ask("How many files are there?").lead.startswith("31 files")
    assert talk.ask("Summarise the VPN guide").question == "Summarise the VPN guide"
    assert not stands_alone("Summarise it")


def test_the_terminal_says_that_it_is_an_extract(sample: Index) -> None:
    done = CliRunner().invoke(
        main,
        ["ask", "How many documents mention gateway?", "--index", str(sample.path), "--no-cache"],
    )
    assert done.exit_code == 0
    lines = done.stdout.split("\n")
    assert lines[:3] == [
        "  1 of 31 files mentions “gateway”, once.",
        "  [1] it/vpn-guide.md, line 5 · once",
        "      3. Choose the gateway Lindau. From abroad choose Frankfurt.",
    ]
    assert "confidence" not in done.stdout


def test_the_most_is_shown_and_the_rest_counted(tmp_path: Path, build: Build) -> None:
    (tmp_path / "docs").mkdir()
    for number in range(60):
        (tmp_path / f"docs/{number:02}.txt").write_text(f"Shed {number} holds a ladder.\n")
    qa = QA(build(tmp_path / "docs"))
    answer = qa.ask("Which files mention ladders?")
    assert answer.lead == "60 of 60 files mention “ladders”, 60 times in all. 50 are shown."
    assert len(answer.citations) == 50
    assert qa.ask("How many files are there?").lead == "60 files: 60 txt. 50 are shown."
