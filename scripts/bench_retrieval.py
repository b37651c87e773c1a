"""Measure what is found: retrieval by each mode, and chunkers beside each other.

    python scripts/bench_retrieval.py DATA [quality] [chunking]

DATA is the folder of benchmark data (its README names the sets); nothing of it is part of
this project. Tables are printed as Markdown.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import math
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from tables import interval, table

from rag.chunking import chunk
from rag.documents.document import Document
from rag.embedding.embedder import BundledEmbedder
from rag.ingestion.staging import embedding_input
from rag.ingestion.worker import tokenizer_offsets
from rag.retrieval.fusion import fuse
from rag.settings import Settings
from rag.store.catalog import ChunkRow
from rag.store.dense import DenseIndex, with_neighbours
from rag.store.lexical import LexicalIndex

SECTIONS = ("quality", "chunking")


def records(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        sys.exit(f"{path} is missing: give the folder of the benchmark data as the first argument")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


# -- retrieval quality ------------------------------------------------------------------------

Qrels = dict[str, dict[str, int]]


def beir(folder: Path, split: str) -> tuple[dict[str, Document], dict[str, str], Qrels]:
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


def reading(path: Path) -> tuple[dict[str, Document], dict[str, str], Qrels]:
    rows = records(path)
    documents = {r["passage_id"]: Document(r["context"], "text") for r in rows}
    questions = {r["id"]: r["question"] for r in rows}
    return documents, questions, {r["id"]: {r["passage_id"]: 1} for r in rows}


def medquad(folder: Path) -> tuple[dict[str, Document], dict[str, str], Qrels]:
    from rag.documents.loaders import markdown
    from rag.documents.source import Source

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


def metrics(run: dict[str, list[str]], qrels: Qrels) -> dict[str, float]:
    """nDCG@10 (exponential gain is not used: gain = grade), recall@1/5/10, MRR@10."""
    sums = dict.fromkeys(("nDCG@10", "R@1", "R@5", "R@10", "MRR@10"), 0.0)
    for query, grades in qrels.items():
        found = run[query][:10]
        gain = sum(grades.get(d, 0) / math.log2(i + 2) for i, d in enumerate(found))
        ideal = sorted(grades.values(), reverse=True)[:10]
        sums["nDCG@10"] += gain / sum(g / math.log2(i + 2) for i, g in enumerate(ideal))
        for k in (1, 5, 10):
            sums[f"R@{k}"] += sum(d in grades for d in found[:k]) / len(grades)
        sums["MRR@10"] += next((1 / (i + 1) for i, d in enumerate(found) if d in grades), 0.0)
    return {name: value / len(qrels) for name, value in sums.items()}


def best_documents(ranked: Iterable[int], owner: list[str]) -> list[str]:
    """Documents in the order of their best chunk."""
    return list(dict.fromkeys(owner[i] for i in ranked))[:10]


def quality(data: Path, precisions: list[str]) -> None:
    sets: dict[str, Callable[[], tuple[dict[str, Document], dict[str, str], Qrels]]] = {
        "new_wiki": lambda: reading(data / "reading_new_wiki_dev.jsonl.gz"),
        "NFCorpus (dev)": lambda: beir(data / "nfcorpus", "dev"),
        "SciFact (train)": lambda: beir(data / "scifact", "train"),
        "medquad": lambda: medquad(data),
    }
    finance(data)
    default = BundledEmbedder()._encoder.precision
    embedders = {p: BundledEmbedder(p) for p in dict.fromkeys([*precisions, default])}
    offsets = tokenizer_offsets(embedders[default].tokenizer_file())
    settings = Settings()
    for name, read in sets.items():
        rows: list[list[Any]] = []
        documents, questions, qrels = read()
        owner: list[str] = []
        chunks: list[ChunkRow] = []
        for number, (identity, document) in enumerate(documents.items()):
            for c in chunk(
                document,
                offsets,
                max_tokens=settings.chunk_tokens,
                overlap=settings.overlap_tokens,
                context_tokens=settings.context_tokens,
            ):
                text = document.text[c.start : c.end]
                chunks.append(ChunkRow(len(owner), number, c.start, c.end, c.context, text))
                owner.append(identity)
        lexical = LexicalIndex.in_memory((row, "") for row in chunks)
        ids = np.arange(len(chunks), dtype=np.int64)
        inputs = [embedding_input(row.context, row.text) for row in chunks]
        asked = list(questions)
        bm25 = {q: lexical.search(questions[q], 100) for q in asked}
        scores: dict[str, dict[str, float]] = {}
        for precision, embedder in embedders.items():
            vectors = with_neighbours(
                embedder.encode(inputs),
                np.array([row.document for row in chunks]),
                settings.neighbour_share,
            )
            index = DenseIndex.build([(ids, vectors)], len(ids), embedder.dimension)
            queries = embedder.encode_queries([questions[q] for q in asked])
            dense = dict(zip(asked, index.search(queries, 100), strict=True))
            runs = {
                "dense": {q: best_documents(dense[q][0].tolist(), owner) for q in asked},
                "fused": {
                    q: best_documents((i for i, _ in fuse(dense[q], bm25[q])), owner) for q in asked
                },
            }
            for mode, run in runs.items():
                scores[f"{mode} {precision}"] = metrics(run, qrels)
        run = {q: best_documents(bm25[q][0].tolist(), owner) for q in asked}
        for mode, found in (
            ("dense", scores[f"dense {default}"]),
            ("lexical", metrics(run, qrels)),
            ("fused", scores[f"fused {default}"]),
        ):
            rows.append(
                [name, f"{len(documents)} / {len(chunks)} / {len(asked)}", mode, *found.values()]
            )
        table(
            f"Retrieval quality: {name}",
            [
                "set",
                "documents / chunks / questions",
                "mode",
                "nDCG@10",
                "R@1",
                "R@5",
                "R@10",
                "MRR@10",
            ],
            rows,
        )
        if "f32" in embedders:
            table(
                f"Precision of the encoder, nDCG@10: {name}",
                ["mode", *embedders, *(f"{p} - f32" for p in embedders)],
                [
                    [
                        mode,
                        *(figures := [scores[f"{mode} {p}"]["nDCG@10"] for p in embedders]),
                        *(f"{x - scores[f'{mode} f32']['nDCG@10']:+.4f}" for x in figures),
                    ]
                    for mode in ("dense", "fused")
                ],
            )


def finance(data: Path) -> None:
    from rag import Index

    gold = [json.loads(line) for line in (data / "finance_gold.jsonl").open()]
    with tempfile.TemporaryDirectory() as scratch:
        index = Index.build(data / "finance_pdfs", Path(scratch) / "index")
        rows: list[list[Any]] = []
        for mode in ("dense", "lexical", "hybrid"):
            anywhere = within = 0
            for item in gold:
                wanted = {(e["source"], e["page"]) for e in item["evidence"]}
                # A chunk that runs over a page end shows both pages.
                anywhere += bool(wanted & pages(index.search(item["question"], 5, mode=mode)))
                source = item["evidence"][0]["source"]
                within += bool(
                    wanted
                    & pages(index.search(item["question"], 5, mode=mode, where={"source": source}))
                )
            rows.append([mode, f"{anywhere}/{len(gold)}", f"{within}/{len(gold)}"])
    table(
        "finance_gold: an evidence page among the top 5 hits",
        ["mode", "all ten reports", "within the right report"],
        rows,
    )


def pages(hits: Iterable[Any]) -> set[tuple[str, int]]:
    return {(h.source, page) for h in hits for page in range(h.page, h.page_end + 1)}


# -- chunking ---------------------------------------------------------------------------------


def chunking(data: Path) -> None:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    folder = data / "chunking"
    questions = records(folder / "questions.jsonl.gz")
    texts = {
        name: (folder / name).open(encoding="utf-8", newline="").read()
        for name in sorted({q["doc"] for q in questions})
    }
    embedder = BundledEmbedder()
    embedder.max_tokens = 512  # so that no chunker is cut short by the encoder's habit
    offsets = tokenizer_offsets(embedder.tokenizer_file())
    queries = embedder.encode_queries([q["question"] for q in questions])

    def ours(size: int, overlap: int) -> dict[str, list[tuple[int, int]]]:
        return {
            n: [
                (c.start, c.end)
                for c in chunk(Document(t, "text"), offsets, max_tokens=size, overlap=overlap)
            ]
            for n, t in texts.items()
        }

    def theirs(size: int, overlap: int) -> dict[str, list[tuple[int, int]]]:
        splitter = RecursiveCharacterTextSplitter(
            chunk_size=size, chunk_overlap=overlap, length_function=lambda t: len(offsets(t))
        )
        found: dict[str, list[tuple[int, int]]] = {}
        for name, text in texts.items():
            spans, at = [], 0
            for piece in splitter.split_text(text):
                # Each piece starts after the start of the one before, overlap or not.
                start = text.index(piece, at)
                spans.append((start, start + len(piece)))
                at = start + 1
            found[name] = spans
        return found

    default = Settings()
    rows: list[list[Any]] = []
    found = {}
    for label, spans, share in (
        *(
            (f"rag {size}", ours(size, size // 6), default.neighbour_share)
            for size in (100, 150, 200, 250, 300, 400, 500)
        ),
        ("rag 150, no neighbours", ours(150, 25), 0.0),
        ("rag 150, no overlap", ours(150, 0), default.neighbour_share),
        ("rag 150, neither", ours(150, 0), 0.0),
        ("rag 200, neither", ours(200, 0), 0.0),
        *(
            (f"RecursiveCharacter {s}, overlap {o}", theirs(s, o), 0.0)
            for s, o in ((200, 0), (400, 0), (800, 0), (200, 40), (400, 80), (800, 160))
        ),
    ):
        count, *found[label] = brought_back(spans, texts, questions, queries, embedder, share)
        rows.append([label, count, *(figures.mean() for figures in found[label])])
    table(
        "Chunking: what the top 5 bring back (dense only, the same encoder), in characters",
        ["chunker", "chunks", "recall", "precision", "IoU"],
        rows,
    )
    mine = found[f"rag {default.chunk_tokens}"]
    table(
        f"rag {default.chunk_tokens} less each of them, in points (95% bootstrap interval, paired)",
        ["chunker", "recall", "IoU"],
        [
            [label, *(interval(mine[i] - theirs[i]) for i in (0, 2))]
            for label, theirs in found.items()
            if not label.startswith("rag")
        ],
    )


def brought_back(
    spans: Any, texts: Any, questions: Any, queries: Any, embedder: Any, share: float
) -> list[Any]:
    """The number of chunks; recall, precision and IoU of each question."""
    items = [(name, a, b) for name, found in spans.items() for a, b in found]
    own = embedder.encode([texts[name][a:b] for name, a, b in items])
    names = list(texts)
    vectors = with_neighbours(own, np.array([names.index(name) for name, *_ in items]), share)
    top = np.argsort(-(queries @ vectors.T), axis=1, kind="stable")[:, :5]
    figures = []
    for question, best in zip(questions, top, strict=True):
        wanted = {c for e in question["evidence"] for c in range(e["start_index"], e["end_index"])}
        covered: set[int] = set()
        size = 0
        for name, a, b in (items[i] for i in best):
            size += b - a
            if name == question["doc"]:
                covered |= wanted & set(range(a, b))
        missed = len(wanted) - len(covered)
        figures.append(
            (len(covered) / len(wanted), len(covered) / size, len(covered) / (size + missed))
        )
    return [len(items), *np.array(figures).T]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []], metavar="section")
    parser.add_argument("--precisions", nargs="*", default=["f32", "bf16", "int8"])
    given = parser.parse_args()
    if "quality" in (sections := given.sections or SECTIONS):
        quality(given.data, given.precisions)
    if "chunking" in sections:
        chunking(given.data)


if __name__ == "__main__":
    main()
