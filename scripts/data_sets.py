"""The benchmark data as documents and questions. The folder's README describes the sets."""

from __future__ import annotations

import csv
import gzip
import json
import sys
from pathlib import Path
from typing import Any

from rag.documents.document import Document
from rag.documents.loaders import markdown
from rag.documents.source import Source

Qrels = dict[str, dict[str, int]]
Collection = tuple[dict[str, Document], dict[str, str], Qrels]  # documents, questions, grades


def records(path: Path) -> list[dict[str, Any]]:
    """The lines of a JSON Lines file, gzipped or not."""
    if not path.is_file():
        sys.exit(f"{path} is missing: give the folder of the benchmark data as the first argument")
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def beir(folder: Path, split: str) -> Collection:
    documents = {
        d["id"]: Document(f"{d['title']}\n\n{d['text']}".strip(), "text")
        for d in records(folder / "corpus.jsonl.gz")
    }
    questions = {q["id"]: q["question"] for q in records(folder / f"queries_{split}.jsonl.gz")}
    qrels: Qrels = {}
    with (folder / f"qrels_{split}.tsv").open() as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if int(row["score"]) > 0:
                qrels.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    return documents, {q: t for q, t in questions.items() if q in qrels}, qrels


def reading(path: Path) -> Collection:
    rows = records(path)
    documents = {r["passage_id"]: Document(r["context"], "text") for r in rows}
    questions = {r["id"]: r["question"] for r in rows}
    return documents, questions, {r["id"]: {r["passage_id"]: 1} for r in rows}


def medquad(folder: Path) -> Collection:
    documents = {
        d["doc_id"]: markdown.load(Source("d.md", d["text"].encode()))
        for d in records(folder / "medquad_docs.jsonl.gz")
    }
    rows = [r for r in records(folder / "medquad_questions.jsonl.gz") if r["doc_id"] in documents]
    return (
        documents,
        {r["id"]: r["question"] for r in rows},
        {r["id"]: {r["doc_id"]: 1} for r in rows},
    )
