"""Measure what is found: retrieval by each mode, and chunkers beside each other.

    python scripts/bench_retrieval.py DATA [quality] [chunking]

DATA is the folder of benchmark data (its README names the sets); nothing of it is part of
this project. Tables are printed as Markdown.
"""

from __future__ import annotations

import argparse
import math
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from data_sets import Collection, Qrels, beir, medquad, reading, records
from tables import interval, table

from rag.chunking import chunk
from rag.documents.document import Document
from rag.embedding.embedder import BundledEmbedder
from rag.ingestion.parsing import tokenizer_offsets
from rag.ingestion.staging import embedding_input
from rag.retrieval.fusion import Scored, fuse
from rag.settings import Settings
from rag.store.folder.dense import DenseIndex
from rag.store.folder.lexical import LexicalIndex
from rag.store.neighbours import with_neighbours
from rag.store.rows import ChunkRow

SECTIONS = ("quality", "chunking")
Spans = dict[str, list[tuple[int, int]]]  # by text, in characters


# -- retrieval quality ------------------------------------------------------------------------


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


def quality(data: Path, precisions: list[str], only: list[str] | None) -> None:
    sets: dict[str, Callable[[], Collection]] = {
        "new_wiki": lambda: reading(data / "reading_new_wiki_dev.jsonl.gz"),
        "nq": lambda: reading(data / "reading_nq_dev.jsonl.gz"),
        "NFCorpus (dev)": lambda: beir(data / "nfcorpus", "dev"),
        "SciFact (train)": lambda: beir(data / "scifact", "train"),
        "medquad": lambda: medquad(data),
    }
    if not only or "finance" in only:
        finance(data)
    default = BundledEmbedder()._encoder[0].precision
    embedders = {p: BundledEmbedder(p) for p in dict.fromkeys([*precisions, default])}
    for name, read in sets.items():
        if only and name.split()[0] not in only:
            continue
        documents, questions, qrels = read()
        chunks, owner = chunked(documents, embedders[default])
        scores = by_mode(chunks, owner, questions, qrels, embedders)
        size = f"{len(documents)} / {len(chunks)} / {len(questions)}"
        table(
            f"Retrieval quality: {name}",
            ["set", "documents / chunks / questions", "mode", "nDCG@10", "R@1", "R@5", "R@10",
             "MRR@10"],
            [
                [name, size, mode, *scores[key].values()]
                for mode, key in (
                    ("dense", f"dense {default}"),
                    ("lexical", "lexical"),
                    ("fused", f"fused {default}"),
                    ("fused, both min-max", f"fused before {default}"),
                )
            ],
        )  # fmt: skip
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


def chunked(
    documents: dict[str, Document], embedder: BundledEmbedder
) -> tuple[list[ChunkRow], list[str]]:
    """The chunks of all documents by the default settings, and the document of each."""
    offsets = tokenizer_offsets(embedder.tokenizer_file())
    settings = Settings()
    chunks: list[ChunkRow] = []
    owner: list[str] = []
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
    return chunks, owner


def by_mode(
    chunks: list[ChunkRow],
    owner: list[str],
    questions: dict[str, str],
    qrels: Qrels,
    embedders: dict[str, BundledEmbedder],
) -> dict[str, dict[str, float]]:
    """The metrics of "lexical" search, and of "dense" and "fused" with each precision's name."""
    lexical = LexicalIndex.in_memory((row, "") for row in chunks)
    ids = np.arange(len(chunks), dtype=np.int64)
    inputs = [embedding_input(row.context, row.text) for row in chunks]
    asked = list(questions)
    bm25 = {q: lexical.search(questions[q], 100) for q in asked}
    whole = {q: lexical.whole(questions[q]) for q in asked}
    run = {q: best_documents(bm25[q][0].tolist(), owner) for q in asked}
    scores = {"lexical": metrics(run, qrels)}
    for precision, embedder in embedders.items():
        vectors = with_neighbours(
            embedder.encode(inputs),
            np.array([row.document for row in chunks]),
            Settings().neighbour_share,
        )
        index = DenseIndex.build([(ids, vectors)], len(ids), embedder.dimension)
        queries = embedder.encode_queries([questions[q] for q in asked])
        dense = dict(zip(asked, index.search(queries, 100), strict=True))
        run = {q: best_documents(dense[q][0].tolist(), owner) for q in asked}
        scores[f"dense {precision}"] = metrics(run, qrels)
        fused = {q: fuse(dense[q], bm25[q], whole[q]) for q in asked}
        run = {q: best_documents((i for i, _ in fused[q]), owner) for q in asked}
        scores[f"fused {precision}"] = metrics(run, qrels)
        run = {q: best_documents(both_min_max(dense[q], bm25[q]), owner) for q in asked}
        scores[f"fused before {precision}"] = metrics(run, qrels)
    return scores


def both_min_max(dense: Scored, lexical: Scored) -> list[int]:
    """Fusion as it was until 27 November: both scores min-max normalised, half and half."""
    fused: dict[int, float] = {}
    for ids, scores in (dense, lexical):
        if len(ids):
            spread = max(float(np.ptp(scores)), 1e-9)
            for identity, score in zip(ids.tolist(), (scores - scores.min()) / spread, strict=True):
                fused[identity] = fused.get(identity, 0.0) + float(score)
    return sorted(fused, key=lambda identity: -fused[identity])


def finance(data: Path) -> None:
    from rag import Index

    gold = records(data / "finance_gold.jsonl")
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
    rows: list[list[Any]] = []
    found = {}
    for label, spans, share in chunkers(texts, offsets, Settings().neighbour_share):
        count, *found[label] = brought_back(spans, texts, questions, queries, embedder, share)
        rows.append([label, count, *(figures.mean() for figures in found[label])])
    table(
        "Chunking: what the top 5 bring back (dense only, the same encoder), in characters",
        ["chunker", "chunks", "recall", "precision", "IoU"],
        rows,
    )
    size = Settings().chunk_tokens
    mine = found[f"rag {size}"]
    table(
        f"rag {size} less each of them, in points (95% bootstrap interval, paired)",
        ["chunker", "recall", "IoU"],
        [
            [label, *(interval(mine[i] - theirs[i]) for i in (0, 2))]
            for label, theirs in found.items()
            if not label.startswith("rag")
        ],
    )


def chunkers(
    texts: dict[str, str], offsets: Any, share: float
) -> Iterator[tuple[str, Spans, float]]:
    """Each chunker's name, its chunks of each text, and the share of the neighbours' vectors."""
    for size in (100, 150, 200, 250, 300, 400, 500):
        yield f"rag {size}", ours(texts, offsets, size, size // 6), share
    yield "rag 150, no neighbours", ours(texts, offsets, 150, 25), 0.0
    yield "rag 150, no overlap", ours(texts, offsets, 150, 0), share
    yield "rag 150, neither", ours(texts, offsets, 150, 0), 0.0
    yield "rag 200, neither", ours(texts, offsets, 200, 0), 0.0
    for size, overlap in ((200, 0), (400, 0), (800, 0), (200, 40), (400, 80), (800, 160)):
        spans = recursive(texts, offsets, size, overlap)
        yield f"RecursiveCharacter {size}, overlap {overlap}", spans, 0.0


def ours(texts: dict[str, str], offsets: Any, size: int, overlap: int) -> Spans:
    return {
        name: [
            (c.start, c.end)
            for c in chunk(Document(text, "text"), offsets, max_tokens=size, overlap=overlap)
        ]
        for name, text in texts.items()
    }


def recursive(texts: dict[str, str], offsets: Any, size: int, overlap: int) -> Spans:
    """LangChain's splitter, counting tokens."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=size, chunk_overlap=overlap, length_function=lambda t: len(offsets(t))
    )
    found: Spans = {}
    for name, text in texts.items():
        spans, at = [], 0
        for piece in splitter.split_text(text):
            # Each piece starts after the start of the one before, overlap or not.
            start = text.index(piece, at)
            spans.append((start, start + len(piece)))
            at = start + 1
        found[name] = spans
    return found


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
    parser.add_argument(
        "--sets", nargs="*", help="quality on these: finance, new_wiki, medquad ..."
    )
    given = parser.parse_args()
    if "quality" in (sections := given.sections or SECTIONS):
        quality(given.data, given.precisions, given.sets)
    if "chunking" in sections:
        chunking(given.data)


if __name__ == "__main__":
    main()
