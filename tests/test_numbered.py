"""What a number tells apart is not answered by what is said of others."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from rag.answering.numbered import only_others
from rag.answering.qa import QA

PRICES = "Product: Brio 200 toaster | Price: 64.50\nProduct: Aurora 300 kettle | Price: 39.00"


def said(question: str, *texts: str, source: str = "") -> str:
    hit = SimpleNamespace(context="", source=source)
    return only_others(question, [SimpleNamespace(text=text, hit=hit) for text in texts])  # type: ignore[misc]


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("What does the Brio 300 cost?", PRICES, "They speak of Brio 200, not of Brio 300."),
        ("what does the brio 300 cost", PRICES, "They speak of Brio 200, not of brio 300."),
        ("What is error 812?", "It fails with error 809.", "They speak of error 809, not of error 812."),
        ("Who is certified by ISO 27001?", "Dates follow ISO 8601.", "They speak of ISO 8601, not of ISO 27001."),
        ("price of the TX-500", "The TX-300 and TX-400.", "They speak of TX-300, TX-400, not of TX-500."),
    ],
)  # fmt: skip
def test_others_of_a_kind_are_named(question: str, text: str, expected: str) -> None:
    assert said(question, text) == expected


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What does the Brio 200 cost?", PRICES),
        ("What does the Brio 300 cost?", "Brio 200, 240 and 300 cost the same."),
        ("What does the Brio 300 cost?", "The Brio 200 is small. The 300 costs 80 euros."),
        ("What does the Brio 300 cost?", "Brio toasters cost 80 euros."),
        ("May I spend over 500 euros?", "Over 300 euros a manager decides."),
        ("What changed in March 2025?", "In March 2024 the price rose."),
        ("How much is EUR 8,500 in dollars?", "EUR 9000 are 9800 dollars."),
        ("Must Year 7 wear ties?", "Year 10 wears ties."),
    ],
)
def test_nothing_is_said_where_it_may_be_meant(question: str, text: str) -> None:
    assert said(question, text) == ""


def test_a_file_s_name_names_it_too() -> None:
    assert said("What is in form 900?", "Form 800 is for leave.", source="form-900.pdf") == ""


def test_the_chain_abstains_and_says_why(sample) -> None:  # type: ignore[no-untyped-def]
    answer = QA(sample).ask("How much does the Aurora 600 cost?")
    assert answer.abstained and answer.nearest and answer.confidence <= 0.1
    assert answer.text.startswith("The documents don't say. They speak of Aurora 300, Aurora 310")
    assert answer.text.endswith("not of Aurora 600.")
    assert QA(sample).ask("What does the Aurora 310 cost?").confidence > 0.5
