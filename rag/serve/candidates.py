"""Feedback to candidates for a gold set: proposals, which a person goes over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rag.serve.feedback import Feedback
from rag.words import normalise

TAGS = ["proposal", "feedback"]


def candidates(feedback: Iterable[Feedback]) -> list[dict[str, Any]]:
    """Questions in the form of a gold set, of feedback that comes latest first. A question that feedback was given on
    several times is there with each different answer once.

    A right answer has its quotes as evidence; a right abstention is a question that the documents do not answer; a wrong
    answer counts if the right one was given with it, and has no evidence yet.
    """
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for one in feedback:
        said = _said(one)
        if said is None:
            continue
        question = one.answer["standalone"] or one.answer["question"]
        key = normalise(question), normalise("".join(said.get("answers", ())))
        identity = f"feedback-{one.answer['id'][:12]}"
        found.setdefault(key, {"id": identity, "question": question, **said, "tags": TAGS})
    return _distinct(list(found.values()))


def _said(one: Feedback) -> dict[str, Any] | None:
    """What the question's answer is, as far as the feedback says."""
    if one.right_answer.strip():
        return {"answers": [one.right_answer.strip()]}
    if not one.right:
        return None
    if one.answer["abstained"]:
        return {"answers": [], "answerable": False}
    evidence = [
        {"source": cited["source"], "quote": cited["quote"]}
        | ({"page": cited["page"]} if cited["page"] else {})
        for cited in one.answer["citations"]
    ]
    return {"answers": [one.answer["text"]], "evidence": evidence}


def _distinct(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With ids that are each there once: several people may have said different things of one answer."""
    seen: dict[str, int] = {}
    for record in records:
        count = seen[record["id"]] = seen.get(record["id"], 0) + 1
        if count > 1:
            record["id"] += f"-{count}"
    return records
