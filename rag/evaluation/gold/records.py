"""Records to questions: JSON Lines as ``gold.schema.json`` describes them, CSV, and the column names
that ragas uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rag.errors import GoldError
from rag.evaluation.gold.question import Evidence, Question

MANY = 20  # faults that are listed before the rest is only counted
# ragas and others -> our names
_ALIASES = {
    "user_input": "question",
    "reference": "answers",
    "ground_truth": "answers",
    "ground_truths": "answers",
    "answer": "answers",
    "reference_contexts": "contexts",
    "retrieved_contexts": "",
    "response": "",
}
_LIST_MARK = "|"  # between several answers in a CSV cell


def cells(row: Mapping[str, Any]) -> dict[str, Any]:
    """A CSV row as a record: ``answers`` and ``tags`` hold lists, ``source``, ``page`` and ``quote``
    one piece of evidence."""
    record: dict[str, Any] = {k.strip(): v.strip() for k, v in row.items() if k and v}
    for name in ("answers", "answer", "ground_truth", "reference", "tags"):
        if name in record:
            record[name] = [part.strip() for part in record[name].split(_LIST_MARK)]
    proof: dict[str, Any] = {
        k: record.pop(k) for k in ("source", "page", "quote", "grade") if k in record
    }
    for name in ("page", "grade"):
        if re.fullmatch("[0-9]{1,9}", str(proof.get(name, ""))):
            proof[name] = int(proof[name])
    if proof:
        record["evidence"] = [proof]
    if "answerable" in record:
        record["answerable"] = record["answerable"].lower() in ("true", "yes", "1")
    return record


def checked(path: Path, records: Iterator[tuple[int, Any]], what: str) -> Iterator[Question]:
    """Questions of records; all faults together, so that they can be mended at once."""
    faults: list[str] = []
    for number, record in records:
        try:
            question = _question(record, number)
        except ValueError as error:
            faults.append(f"{what} {number}: {error}")
        else:
            yield question
    if faults:
        more = f"\n  ... and {len(faults) - MANY} more" if len(faults) > MANY else ""
        listed = "\n  ".join(faults[:MANY])
        raise GoldError(f"{path}: {len(faults)} faults:\n  {listed}{more}")


def _question(record: Any, number: int) -> Question:
    if not isinstance(record, dict):
        raise ValueError("not an object")
    found: dict[str, Any] = {
        name: value
        for key, value in record.items()
        if (name := _ALIASES.get(str(key), str(key))) and value != ""
    }
    question = found.get("question")
    if not isinstance(question, str) or not question.strip():
        raise ValueError('"question" is missing')
    answers = found.get("answers")
    answers = [] if answers is None else [answers] if isinstance(answers, str) else answers
    if not isinstance(answers, list) or not all(isinstance(a, str) and a.strip() for a in answers):
        raise ValueError('"answers" must be a list of texts')
    evidence = [_evidence(item) for item in _list(found, "evidence")]
    if isinstance(found.get("context"), str):  # a reading set: the passage itself
        evidence.append(Evidence(str(found.get("passage_id", "")), None, found["context"]))
    evidence += [Evidence("", None, text) for text in _texts(found, "contexts")]
    if isinstance(found.get("doc_id"), str):
        evidence.append(Evidence(found["doc_id"], None, str(found.get("passage", ""))))
    told = bool(answers) or "answers" not in found
    answerable = found.get("answerable", told)
    if not isinstance(answerable, bool):
        raise ValueError('"answerable" must be true or false')
    if not answerable and answers:
        raise ValueError("it has answers, but is not answerable")
    if answerable and not answers and not evidence:
        raise ValueError("it has neither answers nor evidence; if that is right, say "
                         '"answerable": false')  # fmt: skip
    return Question(
        id=str(found.get("id", number)),
        question=question.strip(),
        answers=tuple(answers),
        evidence=tuple(evidence) if answerable else (),
        answerable=answerable,
        tags=tuple(_texts(found, "tags")),
        line=number,
    )


def _list(record: dict[str, Any], name: str) -> list[Any]:
    value = record.get(name) or []
    if not isinstance(value, list):
        raise ValueError(f'"{name}" must be a list')
    return value


def _texts(record: dict[str, Any], name: str) -> list[str]:
    texts = _list(record, name)
    if not all(isinstance(text, str) for text in texts):
        raise ValueError(f'"{name}" must be a list of texts')
    return texts


def _evidence(item: Any) -> Evidence:
    if not isinstance(item, dict) or not (item.get("source") or item.get("quote")):
        raise ValueError('each "evidence" needs a "source" or a "quote"')
    if unknown := item.keys() - {"source", "page", "quote", "grade"}:
        raise ValueError(f'"evidence" has an unknown field {", ".join(sorted(unknown))}')
    page, grade = item.get("page"), item.get("grade", 1)
    source, quote = item.get("source") or "", item.get("quote") or ""
    if not isinstance(source, str) or not isinstance(quote, str):
        raise ValueError('"source" and "quote" must be texts')
    if page is not None and (type(page) is not int or page < 1):
        raise ValueError(f'"page" is {page!r}; pages count from 1')
    if type(grade) is not int or grade < 1:
        raise ValueError(f'"grade" is {grade!r}; it must be a whole number from 1')
    return Evidence(source, page, quote, grade)
