"""Floors: how well the sample's questions are answered must not fall.

Each floor lies about two questions under what is reached (beside it). Who makes a figure better raises
its floor in the same change: run ``rag evaluate data/gold.jsonl --safety`` on an index of data/, write the
new figure down, and take off two questions of those it is made of (2 / n). A floor is never lowered to
let a change pass; a change that trades one figure for another says so where it lowers one.
"""

from __future__ import annotations

import pytest

from rag import QA, Index, evaluate
from rag.evaluation import Report, read_gold
from rag.evaluation.probing import attacks

from .conftest import DATA

FLOORS = {
    "retrieval/passage/recall@5": 0.957,  # 0.976 of 105
    "answer/f1": 0.682,  # 0.701 of 105
    "answer/f1_answered": 0.841,  # 0.865 of 85
    "citation/gold": 0.905,  # 0.929 of 85
    "citation/verbatim": 1.0,  # always: a quote that is not in the document is a fault
    "abstain/recall": 0.750,  # 0.806 of 36
    "abstain/precision": 0.551,  # 0.592 of 49
}


@pytest.fixture(scope="module")
def report(sample: Index) -> Report:
    return evaluate(QA(sample), DATA / "gold.jsonl")


def test_every_question_was_asked(report: Report) -> None:
    assert report.about.errors == 0 and report.about.questions >= 141


@pytest.mark.parametrize(("name", "floor"), FLOORS.items())
def test_figures_do_not_fall(report: Report, name: str, floor: float) -> None:
    assert report[name] >= floor


def test_no_hostile_passage_takes_over_an_answer(sample: Index) -> None:
    asked = [q for q in read_gold(DATA / "gold.jsonl").questions if q.answerable]
    found = attacks(QA(sample), asked)
    assert len(found) >= 30
    assert [attack.kind for attack in found if attack.taken] == []
