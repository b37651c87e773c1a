"""Gold sets: questions with the answers and the evidence that a good system should find.

The own format is JSON Lines, described by ``gold.schema.json`` beside this file. Others are read too:
SQuAD's JSON, BEIR folders, TREC qrels with their topics, CSV, and the column names that ragas uses.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import GoldError

SCHEMA = Path(__file__).parent / "gold.schema.json"
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


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where an answer stands. Without ``source`` the quote may stand in any file; without ``quote``
    all of the page, or of the file, will do. ``grade`` is how relevant it is, from 1."""

    source: str = ""
    page: int | None = None
    quote: str = ""
    grade: int = 1


@dataclass(frozen=True, slots=True)
class Question:
    """``answers`` are right answers, any of which will do. Answerable without answers: only what is
    retrieved can be judged. ``line`` is where it stands in its file; 0 if there are no lines."""

    id: str
    question: str
    answers: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    answerable: bool = True
    tags: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class GoldSet:
    """``sha256`` is of the questions as read, whatever file they came from."""

    name: str
    questions: tuple[Question, ...]

    @property
    def sha256(self) -> str:
        text = "\n".join(repr(question) for question in self.questions)
        return hashlib.sha256(text.encode()).hexdigest()


def read_gold(path: str | Path) -> GoldSet:
    """A gold set from a file, or from a BEIR folder.

    Raises:
        GoldError: it is missing, empty, or in parts not what it should be; every line that is
            wrong is named with what is wrong with it.
    """
    path = Path(path)
    try:
        if path.is_dir():
            questions = list(_beir(path))
        elif not path.is_file():
            raise GoldError(f"{path}: there is no such gold set.")
        else:
            questions = list(_file(path))
    except (OSError, UnicodeDecodeError, csv.Error, EOFError) as error:
        raise GoldError(f"{path}: cannot be read: {error}") from None
    _check_ids(path, questions)
    if not questions:
        raise GoldError(f"{path}: the gold set is empty.")
    return GoldSet(path.name, tuple(questions))


def _file(path: Path) -> Iterator[Question]:
    suffixes = [s for s in path.suffixes if s != ".gz"]
    suffix = suffixes[-1] if suffixes else ""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8-sig") as file:
        if suffix == ".json":
            try:
                data = json.load(file)
            except ValueError as error:
                raise GoldError(f"{path}: not valid JSON: {error}") from None
            if isinstance(data, dict) and isinstance(data.get("data"), list):
                yield from _squad(path, data["data"])
                return
            records = data if isinstance(data, list) else [data]
            yield from _checked(path, enumerate(records, 1), "record")
        elif suffix in (".csv", ".tsv"):
            rows = csv.DictReader(file, dialect="excel-tab" if suffix == ".tsv" else "excel")
            yield from _checked(path, ((rows.line_num, _cells(row)) for row in rows), "line")
        else:
            yield from _checked(path, _json_lines(path, file), "line")


def _json_lines(path: Path, file: Any) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(file, 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except ValueError as error:
                raise GoldError(f"{path}, line {number}: not valid JSON: {error}") from None


def _cells(row: Mapping[str, Any]) -> dict[str, Any]:
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
        if str(proof.get(name, "")).isdigit():
            proof[name] = int(proof[name])
    if proof:
        record["evidence"] = [proof]
    if "answerable" in record:
        record["answerable"] = record["answerable"].lower() in ("true", "yes", "1")
    return record


def _checked(path: Path, records: Iterator[tuple[int, Any]], what: str) -> Iterator[Question]:
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
    evidence += [Evidence("", None, text) for text in _list(found, "contexts")]
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
    tags = _list(found, "tags")
    if not all(isinstance(tag, str) for tag in tags):
        raise ValueError('"tags" must be a list of texts')
    return Question(
        id=str(found.get("id", number)),
        question=question.strip(),
        answers=tuple(answers),
        evidence=tuple(evidence) if answerable else (),
        answerable=answerable,
        tags=tuple(tags),
        line=number,
    )


def _list(record: dict[str, Any], name: str) -> list[Any]:
    value = record.get(name) or []
    if not isinstance(value, list):
        raise ValueError(f'"{name}" must be a list')
    return value


def _evidence(item: Any) -> Evidence:
    if not isinstance(item, dict) or not (item.get("source") or item.get("quote")):
        raise ValueError('each "evidence" needs a "source" or a "quote"')
    if unknown := item.keys() - {"source", "page", "quote", "grade"}:
        raise ValueError(f'"evidence" has an unknown field {", ".join(sorted(unknown))}')
    page, grade = item.get("page"), item.get("grade", 1)
    if page is not None and (not isinstance(page, int) or page < 1):
        raise ValueError(f'"page" is {page!r}; pages count from 1')
    if not isinstance(grade, int) or grade < 1:
        raise ValueError(f'"grade" is {grade!r}; it must be a whole number from 1')
    return Evidence(str(item.get("source", "")), page, str(item.get("quote", "")), grade)


def _squad(path: Path, articles: list[Any]) -> Iterator[Question]:
    """SQuAD 1.1 or 2.0 (Rajpurkar et al. 2016, 2018)."""
    try:
        for article in articles:
            for paragraph in article["paragraphs"]:
                for qa in paragraph["qas"]:
                    answerable = not qa.get("is_impossible", False)
                    texts = dict.fromkeys(a["text"] for a in qa["answers"]) if answerable else {}
                    proof = (Evidence("", None, paragraph["context"]),) if answerable else ()
                    yield Question(str(qa["id"]), qa["question"], tuple(texts), proof, answerable)
    except (KeyError, TypeError) as error:
        raise GoldError(f"{path}: not SQuAD's JSON: {error} is missing or wrong.") from None


def _beir(folder: Path) -> Iterator[Question]:
    """``queries.jsonl`` (or ``queries_NAME``) and qrels, as BEIR (Thakur et al. 2021) or TREC write
    them; a document's id is its file's name, with or without suffix."""
    queries = sorted(folder.glob("queries*.jsonl*")) + sorted(folder.glob("topics*.tsv"))
    qrels = sorted([*folder.glob("qrels*"), *folder.glob("qrels/*.tsv")])
    qrels = [p for p in qrels if p.is_file()]
    if not queries or not qrels:
        raise GoldError(f"{folder}: a folder needs queries.jsonl (or topics.tsv) and qrels.")
    judged: dict[str, list[Evidence]] = {}
    for path in qrels:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            cells = line.split()
            if not cells or (number == 1 and not cells[-1].lstrip("-").isdigit()):
                continue  # BEIR's head
            if len(cells) not in (3, 4) or not cells[-1].lstrip("-").isdigit():
                raise GoldError(f"{path}, line {number}: not a judgement: {line[:80]}")
            if int(cells[-1]) > 0:
                proof = Evidence(cells[-2], None, "", int(cells[-1]))
                judged.setdefault(cells[0], []).append(proof)
    for path in queries:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if path.suffix == ".tsv":
                    identity, _, text = line.rstrip("\n").partition("\t")
                else:
                    try:
                        record = json.loads(line)
                        identity, text = str(record.get("_id") or record["id"]), record["text"]
                    except (ValueError, KeyError) as error:
                        raise GoldError(f"{path}, line {number}: not a query: {error}") from None
                if identity in judged:
                    yield Question(identity, text, (), tuple(judged[identity]), line=number)


def _check_ids(path: Path, questions: list[Question]) -> None:
    seen: dict[str, int] = {}
    twice = []
    for question in questions:
        if question.id in seen:
            twice.append(
                f'"{question.id}" on line {question.line}, first on line {seen[question.id]}'
            )
        seen.setdefault(question.id, question.line)
    if twice:
        listed = "\n  ".join(twice[:MANY])
        raise GoldError(f"{path}: {len(twice)} ids are used twice:\n  {listed}")
