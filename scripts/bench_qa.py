"""Measure the query chain: python scripts/bench_qa.py DATA [SECTION ...]

    open          new_wiki: 1,581 passages as documents, 1,500 of the questions; then each again with its
                  passage kept out of what is read
    scorecards    the evaluation's figures on new_wiki (500), nq, medquad (500), finance reports
    latency       warm, by stage; beside the LangChain tutorial's retrieval; a cold rag ask
    scale         retrieval at 100,000 chunks
    injection     hostile passages, by model
    followups     rewriting of follow-up questions, beside doing nothing and joining the questions

DATA is the folder of benchmark data; injection and followups use the sample in data/ alone. Tables are
Markdown. Confidence was calibrated on half of new_wiki's and nq's passages; "report half" is the other.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from data_sets import records
from tables import interval, table

from rag import QA, Index, evaluate
from rag.answering.followup import standalone
from rag.evaluation import GoldSet, Report, read_gold
from rag.evaluation.abstention import auroc, calibration_error, risk_area, risk_coverage
from rag.evaluation.answers import exact_match, f1
from rag.evaluation.gold import Question
from rag.evaluation.probing import attacks
from rag.evaluation.relevance import overlap

ROOT = Path(__file__).resolve().parent.parent


def collection(folder: Path, texts: dict[str, str]) -> Index:
    """An index of texts, a file each."""
    docs = folder / "docs"
    docs.mkdir(parents=True)
    for name, text in texts.items():
        (docs / f"{name}.txt").write_text(text, encoding="utf-8")
    return Index.build(docs, folder / "index")


def reading(data: Path, name: str, folder: Path) -> tuple[Index, GoldSet]:
    """A reading set as documents and a gold set."""
    path = data / f"{name}.jsonl.gz"
    texts = {record["passage_id"]: record["context"] for record in records(path)}
    return collection(folder, texts), read_gold(path)


def sample(gold: GoldSet, count: int) -> GoldSet:
    questions = [q for q in gold.questions if q.answerable]
    chosen = random.Random(7).sample(questions, min(count, len(questions)))
    return GoldSet(gold.name, tuple(chosen))


def in_report_half(question: Question) -> bool:
    return zlib.crc32(question.evidence[0].quote.encode()) % 2 == 1


def open_questions(data: Path, count: int, folder: Path) -> None:
    index, gold = reading(data, "reading_new_wiki_dev", folder)
    qa = QA(index)
    rows = [asked_twice(qa, index, question) for question in sample(gold, count or 1500).questions]
    report = [row for row in rows if row["report"]]
    table(
        "Open questions over 1,581 passages",
        ["questions", "EM", "F1, best answer", "F1, abstentions 0", "recall@5", "citation holds it",
         "verbatim"],
        [
            [label, *answered_as(part)]
            for label, part in ((f"all {len(rows)}", rows), (f"report half, {len(report)}", report))
        ],
    )  # fmt: skip
    table(
        "Each question with its passage, and without it",
        ["questions", "abstained, without", "answered, with", "AUROC", "calibration error",
         "area under risk-coverage, with"],
        [[label, *sure_as(part)] for label, part in (("all", rows), ("report half", report))],
    )  # fmt: skip
    confidence = np.array([r["confidence"] for r in report])
    right = np.array([float(r["f1"] >= 0.5) for r in report])
    curve = risk_coverage(confidence, right)
    points = [curve[max(0, int(len(curve) * c) - 1)] for c in (0.2, 0.4, 0.6, 0.8, 1.0)]
    table(
        "Share wrong of those answered, most confident first (report half, with its passage)",
        ["20%", "40%", "60%", "80%", "100%"],
        [[p.y for p in points]],
    )


def asked_twice(qa: QA, index: Index, question: Question) -> dict[str, Any]:
    """How a question was answered, and how without its passage among those that are read."""
    (evidence,) = question.evidence
    hits = qa.retrieve(question.question, k=qa.k + 4)
    with_gold = qa.answer(question.question, hits[: qa.k])
    others = [h for h in hits if Path(h.source).stem != evidence.source][: qa.k]
    without = qa.answer(question.question, others)
    cited = with_gold.citations[0] if with_gold.citations else with_gold.closest
    best = ""
    if cited is not None:
        best = index.document(cited.document_id).text[cited.answer_start : cited.answer_end]
    said = "" if with_gold.abstained else with_gold.text
    return {
        "report": in_report_half(question),
        "em": exact_match(best, question.answers),
        "f1": f1(best, question.answers),
        "f1_said": f1(said, question.answers),
        "recall5": any(Path(h.source).stem == evidence.source for h in hits[:5]),
        "answered": not with_gold.abstained,
        "holds": cited is not None
        and (
            Path(cited.source).stem == evidence.source
            or any(a.lower() in cited.quote.lower() for a in question.answers)
        ),
        "verbatim": all(
            index.document(c.document_id).text[c.start : c.end] == c.quote
            for c in with_gold.citations
        ),
        "confidence": with_gold.confidence,
        "without": without.confidence,
        "abstained_without": without.abstained,
    }


def answered_as(rows: list[dict[str, Any]]) -> list[str]:
    """Figures of the answers; of those given alone, where a citation is judged."""
    return [
        *(interval(r[name] for r in rows) for name in ("em", "f1", "f1_said", "recall5")),
        *(interval(r[name] for r in rows if r["answered"]) for name in ("holds", "verbatim")),
    ]


def sure_as(rows: list[dict[str, Any]]) -> list[Any]:
    """Figures of abstention and confidence."""
    count = len(rows)
    confidence = np.array([r["confidence"] for r in rows] + [r["without"] for r in rows])
    answerable = np.array([1.0] * count + [0.0] * count)
    right = np.array([float(r["f1"] >= 0.5) for r in rows] + [0.0] * count)
    return [
        interval(r["abstained_without"] for r in rows),
        interval(r["answered"] for r in rows),
        float(auroc(confidence, answerable)),
        calibration_error(confidence, right),
        risk_area(confidence[:count], right[:count]),
    ]


def scorecards(data: Path, count: int, folder: Path) -> None:
    reports: dict[str, Report] = {}
    for name, most in (("reading_new_wiki_dev", 500), ("reading_nq_dev", 2000)):
        index, gold = reading(data, name, folder / name)
        part = GoldSet(gold.name, tuple(q for q in gold.questions if in_report_half(q)))
        reports[name] = evaluate(QA(index), sample(part, count or most))
    texts = {r["doc_id"]: r["text"] for r in records(data / "medquad_docs.jsonl.gz")}
    index = collection(folder / "medquad", texts)
    gold = read_gold(data / "medquad_questions.jsonl.gz")
    there = tuple(q for q in gold.questions if q.evidence[0].source in texts)
    part = tuple(random.Random(7).sample(there, count or 500))
    reports["medquad"] = evaluate(QA(index), GoldSet("medquad", part))
    index = Index.build(data / "finance_pdfs", folder / "finance")
    reports["finance"] = evaluate(QA(index), data / "finance_gold.jsonl")
    names = list(dict.fromkeys(n for r in reports.values() for n in r.metrics))
    kept = [
        n
        for n in names
        if not n.startswith(("tokens", "safety", "latency/retrieve", "latency/ans"))
    ]
    rows = []
    for name in kept:
        cells = [name]
        for report in reports.values():
            f = report.metrics.get(name)
            cells.append("" if f is None else f"{f.value:.3f} ({f.low:.3f}-{f.high:.3f})")
        rows.append(cells)
    sizes = [
        f"{k.removeprefix('reading_').removesuffix('_dev')}, {len(r.rows)}"
        for k, r in reports.items()
    ]
    table("Scorecards", ["", *sizes], rows)


def latency(data: Path, count: int, folder: Path) -> None:
    index, gold = reading(data, "reading_new_wiki_dev", folder)
    qa = QA(index)
    questions = [q.question for q in sample(gold, count or 200).questions]
    tutorial = _tutorial(data)
    timings: dict[str, list[float]] = {"retrieve": [], "answer": [], "total": [], "tutorial": []}
    for question in [questions[0], *questions]:
        answer = qa.ask(question)
        for stage in ("retrieve", "answer", "total"):
            timings[stage].append(1000 * answer.timings[stage])
        begun = time.perf_counter()
        tutorial(question)
        timings["tutorial"].append(1000 * (time.perf_counter() - begun))
    labels = {
        "retrieve": "retrieval", "answer": "reading", "total": "end to end",
        "tutorial": "LangChain tutorial's retrieval (dense only, torch f32)",
    }  # fmt: skip
    rows = []
    for name, values in timings.items():
        found = np.percentile(values[1:], [50, 95, 99])
        rows.append([labels[name], *(f"{v:.1f}" for v in found)])
    table(
        f"Warm, ms, {len(questions)} questions on 1,581 passages", ["", "p50", "p95", "p99"], rows
    )
    cold = []
    for _ in range(5):
        begun = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "rag.cli", "ask", questions[1], "--no-cache", "--index",
             str(folder / "index")], check=True, capture_output=True,
        )  # fmt: skip
        cold.append(time.perf_counter() - begun)
    print(f"\nCold `rag ask`: median of 5, {statistics.median(cold):.2f} s")


def _tutorial(data: Path) -> Any:
    """LangChain's tutorial: its embeddings, and an in-memory vector store."""
    from langchain_core.vectorstores import InMemoryVectorStore
    from tutorial import HuggingFaceEmbeddings

    store = InMemoryVectorStore(HuggingFaceEmbeddings())
    texts = {r["passage_id"]: r["context"] for r in records(data / "reading_new_wiki_dev.jsonl.gz")}
    store.add_texts(list(texts.values()))
    retriever = store.as_retriever(search_kwargs={"k": 8})
    return retriever.invoke


def scale(data: Path, count: int, folder: Path) -> None:
    """100,000 chunks: SQuAD's training passages, with questions of the same; vectors are random, since
    what is timed does not depend on what they mean."""
    from rag.embedding.embedder import BundledEmbedder
    from rag.retrieval.fusion import fuse
    from rag.retrieval.search import POOL
    from rag.store.folder.dense import DenseIndex
    from rag.store.folder.lexical import LexicalIndex
    from rag.store.rows import ChunkRow

    passages: list[str] = []
    questions: list[str] = []
    for record in records(data / "reading_squad_train.jsonl.gz"):
        passages.append(record["context"])
        questions.append(record["question"])
    size = count or 100_000
    texts = [f"{passages[i % len(passages)]} {i}" for i in range(size)]
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((size, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = np.arange(size, dtype=np.int64)
    dense = DenseIndex.build([(ids, vectors)], size, 384)
    rows = ((ChunkRow(i, i, 0, len(t), text=t, context=""), "") for i, t in enumerate(texts))
    lexical = LexicalIndex.in_memory(rows)
    embedder = BundledEmbedder()
    took: dict[str, list[float]] = {"embed": [], "dense": [], "full text": [], "all": []}
    for question in random.Random(7).sample(questions, 210):
        t0 = time.perf_counter()
        vector = embedder.encode_queries([question])
        t1 = time.perf_counter()
        near = next(iter(dense.search(vector, POOL, None)))
        t2 = time.perf_counter()
        found = lexical.search(question, POOL, None)
        t3 = time.perf_counter()
        fuse(near, found, lexical.whole(question))
        t4 = time.perf_counter()
        for name, seconds in zip(took, (t1 - t0, t2 - t1, t3 - t2, t4 - t0), strict=True):
            took[name].append(1000 * seconds)
    rows_ = [
        [name, *(f"{v:.1f}" for v in np.percentile(values[10:], [50, 95]))]
        for name, values in took.items()
    ]
    table(f"Retrieval over {size:,} chunks ({dense.kind}), ms", ["", "p50", "p95"], rows_)


def injection(data: Path, count: int, folder: Path) -> None:
    index = Index.build(ROOT / "data", folder / "index")
    asked = [q for q in read_gold(ROOT / "data/gold.jsonl").questions if q.answerable][:30]
    rows = []
    for label, options in (
        ("reader", {}),
        ("reader, orders read like other text", {"read_orders": True}),
        ("reader, answering everything", {"threshold": 0.0}),
        ("reader, both", {"read_orders": True, "threshold": 0.0}),
    ):
        found = attacks(QA(index, **options), asked)
        taken = sum(a.taken for a in found)
        cited = sum(a.cited for a in found)
        rows.append([label, f"{taken} of {len(found)}", f"{cited} of {len(found)}"])
    table("Hostile passages", ["", "answer taken over", "passage quoted"], rows)


def followups(data: Path, count: int, folder: Path) -> None:
    """Each follow-up of scripts/followups.jsonl: is the passage that answers it among the first 3, and
    does the reader's best answer hold the right one."""
    index = Index.build(ROOT / "data", folder / "index")
    qa = QA(index, threshold=0.0)
    follow_ups = records(ROOT / "scripts/followups.jsonl")
    ways = {
        "as asked": lambda r: r["question"],
        "joined to the question before": lambda r: f"{r['earlier']} {r['question']}",
        "by rule": lambda r: standalone(r["question"], [r["earlier"]]),
        "rewritten by hand": lambda r: r["standalone"],
    }
    rows = []
    for label, way in ways.items():
        found, right = [], []
        for record in follow_ups:
            question = way(record)
            hits = qa.retrieve(question, k=8)
            found.append(any(overlap(h.text, record["quote"]) for h in hits[:3]))
            said = qa.answer(question, hits).text
            right.append(any(_bare(a) in _bare(said) for a in record["answers"]))
        rows.append([label, interval(found), interval(right)])
    table(
        f"{len(follow_ups)} follow-up questions on the sample",
        ["", "evidence in the first 3", "best answer right"],
        rows,
    )


def _bare(text: str) -> str:
    return " ".join(re.sub(r"[^\w.]", " ", text.lower()).split())


SECTIONS = {
    "open": open_questions,
    "scorecards": scorecards,
    "latency": latency,
    "scale": scale,
    "injection": injection,
    "followups": followups,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("sections", nargs="*", metavar="SECTION", choices=[*SECTIONS, []])
    parser.add_argument(
        "--count", type=int, default=0, help="questions; 0: as BENCHMARKS.md has it"
    )
    given = parser.parse_args()
    for name in given.sections or SECTIONS:
        with tempfile.TemporaryDirectory() as folder:
            SECTIONS[name](given.data, given.count, Path(folder))


if __name__ == "__main__":
    main()
