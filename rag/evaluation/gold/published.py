"""Gold sets as they are published: SQuAD's JSON, BEIR folders, TREC qrels with their topics."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.errors import GoldError
from rag.evaluation.gold.question import Evidence, Question


def squad(path: Path, articles: list[Any]) -> Iterator[Question]:
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
