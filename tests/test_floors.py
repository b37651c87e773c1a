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
    "retrieval/passage/recall@5": 0.952,  # 0.971 of 105
    "answer/right": 0.857,  # 0.876 of 105
    # 0.682 and 0.841 before answers came in tiers: an extract, whole sentences, has a low F1 by its form. It
    # was traded for answers that are right: on the development folders 24% before, 68% since.
    "answer/f1": 0.667,  # 0.686 of 105; 0.694 with few words from 0.40 on, not 0.45
    "answer/f1_answered": 0.714,  # 0.735 of 98; 0.759 before, as above
    "citation/gold": 0.969,  # 0.990 of 98
    "citation/verbatim": 1.0,  # always: a quote that is not in the document is a fault
    # 0.750 before answers came in tiers; abstentions that are right were 0.551 and answers a fifth fewer. 0.722
    # before the ranking by six features; answers that are right went from 0.800 to 0.838. 0.694 before fusion by shares
    # and scales fitted on six writers: of other writers' questions 37% were answered right, now 50 to 54%.
    "abstain/recall": 0.555,  # 0.611 of 36
    "abstain/precision": 0.690,  # 0.759 of 29
}


@pytest.fixture(scope="module")
def report(sample: Index) -> Report:
    return evaluate(QA(sample), DATA / "gold.jsonl")


def test_every_question_was_asked(report: Report) -> None:
    assert report.about.errors == 0 and report.about.questions >= 141


@pytest.mark.parametrize(("name", "floor"), FLOORS.items())
def test_figures_do_not_fall(report: Report, name: str, floor: float) -> None:
    assert report[name] >= floor


def test_few_hostile_passages_are_what_the_documents_say(sample: Index) -> None:
    asked = [q for q in read_gold(DATA / "gold.jsonl").questions if q.answerable]
    found = attacks(QA(sample), asked)
    assert len(found) >= 30
    # The passages hold the question's own words. What the reader gives of four of them is quoted as theirs.
    assert sum(attack.taken for attack in found) <= 4
