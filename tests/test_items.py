"""The items of a list, word for word."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import QA, Index
from rag.answering.items import items, series, wants_items
from rag.reading.units import units


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("Which languages do you speak?", "We speak German, French and Polish.", ["German", "French", "Polish"]),
        ("What do I bring?", "Bring a helmet, a vest, and gloves.", ["a helmet", "a vest", "gloves"]),
        (
            "What do I bring?", "Bring the passport or identity card, bank details, and tax form 11.",
            ["the passport or identity card", "bank details", "tax form 11"],
        ),
        (
            "What must I not paste?", "Never paste: client data, designs (all of them, old and new), credentials",
            ["client data", "designs (all of them, old and new)", "credentials"],
        ),
        (
            "What do nurses need?", "Nurses renew with 450 hours of practice, 35 hours of learning and five reflections.",
            ["450 hours of practice", "35 hours of learning", "five reflections"],
        ),
        (
            "Who can I go to?", "Any of: your manager, anyone in People, or the outside line, which is free.",
            ["your manager", "anyone in People", "the outside line"],
        ),
        (
            "When is one quote enough?", "One is enough if there is one maker, if we say so, or if it is an emergency.",
            ["if there is one maker", "if we say so", "if it is an emergency"],
        ),
        (
            "Where are offices?", "In 2019, the firm opened offices in Rome, Paris, Oslo and Bonn.",
            ["Rome", "Paris", "Oslo", "Bonn"],
        ),
        ("What is sent?", "We send: a letter; a form; and, later, a card.", ["a letter", "a form", "and, later, a card"]),
        # None of these is a series.
        ("What do I do?", "If it fails, call us, since we know.", []),
        ("What do I do?", "On Mondays, we meet.", []),
        ("What are the founders?", "It was founded by Ann and Bob.", []),
        ("What?", "", []),
    ],
)  # fmt: skip
def test_a_series_is_split_at_its_own_level(question: str, text: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in series(text, 0, len(text), question)] == expected


BLOCK = (
    "# Goals\n\nThis year:\n\n- Sell more.\n- [ ] Waste less, mend more.\n3. Rest.\n\nThat is all."
)


@pytest.mark.parametrize("begins", ["This year:", "- Sell more.", "3. Rest."])
def test_a_list_gives_its_items_without_their_marks(begins: str) -> None:
    found = [BLOCK[a:b] for a, b in items(BLOCK, BLOCK.index(begins), "What are the goals?")]
    assert found == ["Sell more.", "Waste less, mend more.", "Rest."]


def test_rows_are_items() -> None:
    text = "Fee: low | For: kids\nFee: high | For: adults\n\nEnd."
    assert [text[a:b] for a, b in items(text, 0)] == text.split("\n\n")[0].split("\n")


def test_a_series_inside_an_item_is_given_where_the_item_is_asked_for() -> None:
    text = "- Dress: a hat, a coat and boots\n- Keep quiet.\n- Be early."
    asked = "What belongs to the dress?"
    assert [text[a:b] for a, b in items(text, 0, asked)] == ["a hat", "a coat", "boots"]
    assert len(items(text, text.index("- Be"), asked)) == 3


def test_a_sentence_has_no_items() -> None:
    assert items("Acid burns.", 0) == []
    assert items("Acid burns.", 99) == []


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which languages is the form in?", True), ("kinds of snapshots", True), ("plugin categories", True),
        ("Who is the head?", False), ("Where is it?", False),
    ],
)  # fmt: skip
def test_several_things_are_asked_for(question: str, expected: bool) -> None:
    assert wants_items(question, "fact") == expected
    assert wants_items(question, "list") and not wants_items(question, "steps")


@given(st.text(max_size=80), st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_items_lie_one_behind_another_in_any_text(question: str, text: str) -> None:
    for start, _ in units(text):
        found = items(text, start, question)
        assert all(0 <= a < b <= len(text) for a, b in found)
        assert all(b <= c for (_, b), (c, _) in pairwise(found))


def test_an_answer_has_its_items_as_spans_of_the_document(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "start.md").write_text(
        "# Starting\n\nOn your first day bring these documents:\n\n- your passport\n- the tax form\n- bank details\n\n"
        "# Lunch\n\nLunch is at noon."
    )
    index = Index.build(tmp_path / "docs", tmp_path / "index")
    answer = QA(index).ask("Which documents do I have to bring on my first day?")
    assert answer.tier == "extract"
    assert [item.quote for item in answer.items] == [
        "your passport",
        "the tax form",
        "bank details",
    ]
    for item in answer.items:
        assert index.document(item.document_id).text[item.start : item.end] == item.quote
