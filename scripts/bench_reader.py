"""Measure the bundled reader.

    python scripts/bench_reader.py DATA [gold] [among] [hard] [tables] [precision] [speed]

DATA is the folder of benchmark data. All figures are of the "report" half of the two dev sets, with
95% bootstrap intervals; confidence was calibrated on the other half. Tables are Markdown.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from tables import interval, table

from rag.evaluation.abstention import auroc, calibration_error
from rag.evaluation.answers import exact_match, f1
from rag.reading.reader import WEIGHTS, Reader
from training import tables as made_up
from training.across import negatives, noise
from training.trials import DEV, Trial, examples, trials

SECTIONS = ("gold", "among", "hard", "tables", "precision", "speed")
PUBLISHED = "humans 92.4, BERT-base 89.4, BiDAF 76.5, unsupervised 54.1"


def gold(data: Path, count: int) -> None:
    reader = Reader.load()
    rows = []
    for name in DEV:
        em, score = [], []
        items = examples(data, name, "report", count)
        for item in items:
            best = reader.read(item.question, [item.passage]).quotes[0].text
            em.append(exact_match(best, item.answers))
            score.append(f1(best, item.answers))
        rows.append([name, len(items), interval(em), interval(score)])
    table(
        f"The gold passage given (published F1 on new_wiki: {PUBLISHED})",
        ["set", "questions", "EM", "F1"],
        rows,
    )


def hard(data: Path, count: int) -> None:
    """Made-up sentences and questions by the recipes that training used, on texts that it didn't."""
    reader, rng = Reader.load(), random.Random(5)
    rows = []
    for name in DEV:
        items = examples(data, name, "report", count)
        named = [n for item in items for n in negatives.names(item.question)]
        answers = [item.answers[0] for item in items]
        beside: list[tuple[float, float]] = []
        for item in items:
            said = negatives.distractor(item.question, item.answers[0], named, answers, rng)
            if said is not None:
                both = f"{item.passage} {said}"
                beside.append(
                    (_f1(reader, item.question, item), _f1(reader, item.question, item, both))
                )
        rows.append([name, "a sentence in the question's words added", *_before_after(beside)])
        for label, changed in (
            ("keywords", noise.keywords),
            ("lower case, no mark", lambda q: q.lower().rstrip(" ?")),
            ("typos", lambda q: noise.with_typos(q, rng)),
            ("opened as one speaks", lambda q: noise.opened(q, rng)),
        ):
            pairs = [
                (_f1(reader, item.question, item), _f1(reader, changed(item.question), item))
                for item in items
            ]
            rows.append([name, label, *_before_after(pairs)])
    table(
        "The gold passage, made harder: F1 of the best quote",
        ["set", "how", "questions", "as they are", "so"],
        rows,
    )


def _f1(reader: Reader, question: str, item: Any, passage: str = "") -> float:
    return f1(reader.read(question, [passage or item.passage]).quotes[0].text, item.answers)


def _before_after(pairs: list[tuple[float, float]]) -> list[Any]:
    return [len(pairs), *(interval(list(part)) for part in zip(*pairs, strict=True))]


def among(data: Path, count: int) -> None:
    reader = Reader.load()
    threshold = reader.calibration.threshold
    rows, ece_rows, risk_rows = [], [], []
    for name in DEV:
        seen: list[tuple[Trial, float, float, bool]] = []
        for trial in trials(data, name, "report", count):
            reading = reader.read(trial.question, trial.passages, scores=trial.scores)
            best = reading.quotes[0]
            score = f1(best.text, trial.answers) if trial.gold is not None else 0.0
            seen.append((trial, reading.confidence, score, best.passage == trial.gold))
        can = np.array([t.gold is not None for t, *_ in seen])
        confidence = np.array([c for _, c, _, _ in seen])
        score = np.array([s for _, _, s, _ in seen])
        chosen = [float(hit) for t, _, _, hit in seen if t.gold is not None]
        right = score >= 0.5
        answered = confidence >= threshold
        rows.append(
            [
                name,
                int(can.sum()),
                interval(score[can]),
                interval(chosen),
                interval(~answered[~can]),
                interval(answered[can]),
                round(auroc(confidence, can.astype(float)), 3),
            ]
        )
        ece_rows.append(
            [
                name,
                calibration_error(confidence, right.astype(float)),
                float(right.mean()),
                threshold,
            ]
        )
        order = np.argsort(-confidence[can])
        wrong = 1 - right[can][order]
        risk = np.cumsum(wrong) / np.arange(1, len(wrong) + 1)
        points = [risk[max(0, int(len(risk) * c) - 1)] for c in (0.2, 0.4, 0.6, 0.8, 1.0)]
        risk_rows.append([name, *map(float, points), float(risk.mean())])
    table(
        "Among 8 passages: the gold one and 7 hard negatives, or 8 hard negatives",
        ["set", "questions", "F1", "chose gold", "abstained, none", "answered, gold", "AUROC"],
        rows,
    )
    table(
        "Confidence (half with gold, half without; right: F1 at least 0.5)",
        ["set", "expected calibration error", "share right", "threshold"],
        ece_rows,
    )
    table(
        "Risk (share wrong) of the answerable, most confident first, by coverage",
        ["set", "20%", "40%", "60%", "80%", "100%", "area"],
        risk_rows,
    )


def tables(data: Path, count: int) -> None:
    """Made-up tables of the kind that it was trained on, but none that it has seen."""
    reader = Reader.load()
    em, none, can = [], [], []
    for item in made_up.tables(count, random.Random("bench")):
        found = reader.find(item.question, [item.passage], contexts=[item.title])
        (best, silent), *_ = found.quotes
        can.append(bool(item.answers))
        none.append(silent)
        if item.answers:
            em.append(exact_match(best.text, item.answers))
    table(
        "Made-up tables",
        ["answerable", "EM", "not", "AUROC"],
        [[len(em), interval(em), len(can) - len(em), auroc(-np.array(none), np.array(can, float))]],
    )


def precision(data: Path, count: int) -> None:
    items = {name: examples(data, name, "report", count) for name in DEV}
    rows = []
    first: dict[str, list[str]] = {}
    for kind in ("f32", "bf16", "int8"):
        reader = Reader.load(precision=kind)
        cells: list[Any] = [kind]
        for name, sample in items.items():
            texts = [reader.read(e.question, [e.passage]).quotes[0].text for e in sample]
            first.setdefault(name, texts)
            same = statistics.mean(a == b for a, b in zip(texts, first[name], strict=True))
            cells += [
                100 * statistics.mean(f1(t, e.answers) for t, e in zip(texts, sample, strict=True)),
                100 * same,
            ]
        rows.append(cells)
    head = [f"{name} {what}" for name in DEV for what in ("F1", "same as f32, %")]
    table(f"Precision, {count} questions of each set", ["", *head], rows)


LOAD = """
import time
start = time.perf_counter()
from rag.reading import Reader
imported = time.perf_counter()
reader = Reader.load()
loaded = time.perf_counter()
reader.read("Who?", ["word " * 200] * 8)
# Not getrusage: its peak counts the process that forked this one.
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(imported - start, loaded - imported, int(peak) / 1024)
"""


def speed(data: Path, count: int) -> None:
    """One question with 8 passages of 200 tokens: the light path against torch's generate()."""
    import torch
    from transformers import AutoModelForCausalLM

    import rag.reading.model  # noqa: F401  (registers the model)
    from rag.reading.prefix import prefixes, tokenise
    from training.train import load_tokenizer

    tokenizer = load_tokenizer()
    sample = examples(data, "new_wiki", "report", 20 * 8 + 200)
    words = [e.passage for e in sample]
    passages = []
    for i in range(20 * 8):
        text = words[i] + " " + words[i + 1] + " " + words[i + 2]
        spans = tokenizer.encode(text, add_special_tokens=False).offsets[:200]
        passages.append(text[: spans[-1][1]])
    questions = [e.question for e in sample[:20]]
    reader = Reader.load()
    model = AutoModelForCausalLM.from_pretrained(WEIGHTS, dtype=torch.float32).eval()
    light, slow = [], []
    for number, question in enumerate(questions):
        eight = passages[number * 8 : number * 8 + 8]
        start = time.perf_counter()
        reader.read(question, eight)
        light.append(time.perf_counter() - start)
        start = time.perf_counter()
        rows = [
            prefixes(
                tokenise(tokenizer, question), tokenise(tokenizer, p), tokenise(tokenizer, "")
            )[0]
            for p in eight
        ]
        width = max(len(r.ids) for r in rows)
        ids = torch.tensor([[0] * (width - len(r.ids)) + r.ids.tolist() for r in rows])
        with torch.inference_mode():
            model.generate(ids, attention_mask=ids != 0, max_new_tokens=32, do_sample=False)
        slow.append(time.perf_counter() - start)
    loads = [
        [float(x) for x in subprocess.check_output([sys.executable, "-c", LOAD]).split()]
        for _ in range(3)
    ]
    imported, loaded, memory = (statistics.median(column) for column in zip(*loads, strict=True))
    table(
        "One question with 8 passages of 200 tokens, 20 questions",
        ["", "p50 ms", "p95 ms"],
        [
            [name, f"{np.percentile(v, 50) * 1000:.0f}", f"{np.percentile(v, 95) * 1000:.0f}"]
            for name, v in (
                (f"light path, {reader.precision}", light[1:]),
                ("torch f32, generate()", slow[1:]),
            )
        ],
    )
    table(
        "A fresh process, median of 3",
        ["import s", "load s", "peak memory MB"],
        [[imported, loaded, f"{memory:.0f}"]],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("sections", nargs="*", metavar="|".join(SECTIONS))
    parser.add_argument("--count", type=int, default=0, help="questions of each set; 0: default")
    given = parser.parse_args()
    defaults = {"gold": 0, "among": 400, "hard": 250, "tables": 500, "precision": 500, "speed": 20}
    for name in given.sections or SECTIONS:
        globals()[name](given.data, given.count or defaults[name])


if __name__ == "__main__":
    main()
