"""Yes or no, only where the words of a rule leave no doubt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import QA, Answer, Index
from rag.answering.verdict import verdict
from rag.cli.show import print_answer
from rag.codec import to_json
from rag.reading.units import units


def says(question: str, rule: str, behind: str = "", before: str = "") -> str:
    passage = "\n".join(filter(None, (before, f"{rule} {behind}".strip())))
    at = passage.index(rule)
    span = next((a, b) for a, b in units(passage) if a <= at < b)
    return verdict(question, passage, *span)


@pytest.mark.parametrize(
    ("question", "rule", "expected"),
    [
        ("Can old mail be restored?", "Mail cannot be restored from a backup.", "no"),
        ("is nts supported by the pool", "The pool does not currently support NTS.", "no"),
        ("I'm new. May I add a GPL library?", "No GPL libraries may be added.", "no"),
        ("shared account ok?", "Sharing an account is prohibited.", "no"),
        ("Must I hand in a doctor's note?", "A doctor's note need not be handed in.", "no"),
        ("Can muted people report a bug?", "Muted people can report a bug.", "yes"),
        ("Do changes need an approval?", "Changes need an approval from Oluchi.", "yes"),
        # It takes what the words mean.
        ("Can I get my old mail back?", "Mail cannot be restored from a backup.", ""),
        ("Is my last salary paid?", "The final salary is not withheld.", ""),
        ("Do I get the whole bonus?", "Parental leave does not reduce it.", ""),
        ("May I tell my lead?", "You need not tell your lead.", ""),
        # Another thing is denied, or allowed.
        ("Will the firm pay for a course?", "The firm pays for no spirits or beer.", ""),
        ("Do you pay the post when I borrow disks?", "Disks may be sent by post.", ""),
        # Conditions, exceptions and limits.
        (
            "May I share an account?",
            "Sharing an account is prohibited, save where there is one.",
            "",
        ),
        ("May I share an account?", "You may share an account if your lead agrees.", ""),
        ("May data be copied?", "Data must not be copied without the owner's leave.", ""),
        ("May I copy data?", "No data may be copied without leave.", ""),
        ("May interns release?", "Interns may release to staging only.", ""),
        ("May late bids be opened?", "Late bids are not opened, unless the portal failed.", ""),
        # The question is turned.
        ("Is it forbidden to share an account?", "Sharing an account is prohibited.", ""),
        ("Can I release without a review?", "You cannot release without a review.", ""),
        ("May I share one or two accounts?", "Accounts may not be shared.", ""),
        # No sentence.
        ("Is a GPL library ok?", "| GPL library | ok | no |", ""),
        ("Can I bring my dog?", "Can I bring my dog?", ""),
    ],
)
def test_what_a_rule_says(question: str, rule: str, expected: str) -> None:
    assert says(question, rule) == expected


def test_an_exception_behind_the_rule_is_heeded() -> None:
    rule = "Production data must not be copied."
    assert says("May I copy production data?", rule, "Copies are deleted.") == "no"
    assert says("May I copy production data?", rule, "The only exception is a rehearsal.") == ""
    assert says("May I copy production data?", rule, "However, tests may.") == ""


def test_yes_or_no_at_the_front_answers_the_question_above_it_alone() -> None:
    assert (
        says("May I bring my dog?", "No, sorry.", before="May dogs be brought along? I have a dog.")
        == ""
    )
    assert says("May I bring a dog?", "No, sorry.", before="May I bring my dog?") == "no"
    assert says("May I bring a dog?", "Yes, always.", before="May I bring my dog?") == "yes"
    assert (
        says("Must I give a reason?", "Yes, in writing.", before="Can my child be withdrawn?") == ""
    )


@given(st.text(max_size=80), st.text(max_size=120))
def test_any_text_has_a_verdict_or_none(question: str, passage: str) -> None:
    for start, end in units(passage):
        assert verdict(question, passage, start, end) in ("yes", "no", "")


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    folder: Path = tmp_path_factory.mktemp("verdict")
    (folder / "docs").mkdir()
    (folder / "docs" / "mail.md").write_text(
        "# Mail\n\nMail that was deleted cannot be restored from a backup.\n\n# Lockers\n\nLockers are free."
    )
    return QA(Index.build(folder / "docs", folder / "index")).ask(
        "I emptied the bin. Can deleted mail be restored from a backup?"
    )


def test_a_verdict_stands_before_its_rule(
    answer: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (answer.kind, answer.tier, answer.verdict) == ("yesno", "extract", "no")
    assert answer.text.startswith("Mail that was deleted cannot be restored")
    assert answer.to_markdown().startswith("No. The documents say:\n\nMail that was deleted")
    assert '"verdict":"no"' in to_json(answer).replace(" ", "").replace("\n", "")
    print_answer(answer)
    assert "No. The documents say:\n" in capsys.readouterr().out


def test_without_a_verdict_the_rule_stands_alone(
    answer: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = replace(answer, verdict="")
    assert alone.to_markdown().startswith("Mail that was deleted")
    print_answer(alone)
    assert "  The documents say:\n" in capsys.readouterr().out


def test_a_lead_that_the_text_begins_with_is_printed_once(
    answer: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    asked_back = replace(
        answer, tier="none", verdict="", lead="Which is meant?", text="Which is meant?"
    )
    print_answer(asked_back)
    assert capsys.readouterr().out.count("Which is meant?") == 1
