"""Gold sets as they are published: SQuAD's JSON, BEIR folders, TREC qrels with their topics."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.codec import DecodeError, from_builtins, from_json
from rag.errors import GoldError
from rag.evaluation.gold.question import Evidence, Question

_GRADE = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class _Text:
    text: str


@dataclass(frozen=True, slots=True)
class _Asked:
    id: str | int
    question: str
    answers: tuple[_Text, ...] = ()
    is_impossible: bool = False


@dataclass(frozen=True, slots=True)
class _Paragraph:
    context: str
    qas: tuple[_Asked, ...]


@dataclass(frozen=True, slots=True)
class _Article:
    paragraphs: tuple[_Paragraph, ...]


def squad(path: Path, articles: list[Any]) -> Iterator[Question]:
    """SQuAD 1.1 or 2.0 (Rajpurkar et al. 2016, 2018)."""
    try:
        found = from_builtins(articles, list[_Article])
    except DecodeError as error:
        raise GoldError(f"{path}: not SQuAD's JSON: {error}") from None
    for paragraph in (paragraph for article in found for paragraph in article.paragraphs):
        for qa in paragraph.qas:
            answerable = not qa.is_impossible
            texts = dict.fromkeys(a.text for a in qa.answers) if answerable else {}
            proof = (Evidence("", None, paragraph.context),) if answerable else ()
            yield Question(str(qa.id), qa.question, tuple(texts), proof, answerable)


def beir(folder: Path) -> Iterator[Question]:
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
            graded = bool(cells) and _GRADE.fullmatch(cells[-1]) is not None
            if not cells or (number == 1 and not graded):
                continue  # BEIR's head
            if len(cells) not in (3, 4) or not graded:
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
                    identity, text = _query(path, number, line)
                if identity in judged:
                    yield Question(identity, text, (), tuple(judged[identity]), line=number)


def _query(path: Path, number: int, line: str) -> tuple[str, str]:
    """The id and text of a line of ``queries.jsonl``."""
    try:
        record = from_json(line, dict[str, Any])
    except DecodeError as error:
        raise GoldError(f"{path}, line {number}: not a query: {error}") from None
    identity, text = record.get("_id") or record.get("id"), record.get("text")
    if not isinstance(identity, str | int) or not isinstance(text, str):
        raise GoldError(f'{path}, line {number}: not a query: it needs "_id" and "text".')
    return str(identity), text
