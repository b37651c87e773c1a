"""Hold this checkout against another one: python scripts/bench_against.py OTHER [DATA] [--rounds 3]

    git worktree add ../before COMMIT
    python scripts/bench_against.py ../before DATA

OTHER is a checkout of an earlier commit; DATA the folder of benchmark data (without it only the sample
is asked). Both run the same work in processes of their own, in turn, so that a machine whose speed drifts
is as slow for one as for the other. Times are medians over the rounds, and their ratio round by round.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import statistics
import string
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SETS = {"new_wiki": "reading_new_wiki_dev", "nq": "reading_nq_dev"}


# -- what runs in each checkout; it may use only what all versions of the package have ------------


def normalised(text: str) -> list[str]:
    """SQuAD's normalisation (Rajpurkar et al. 2016), here by itself: the judge is the same for both."""
    text = text.lower().translate(str.maketrans("", "", string.punctuation))
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


def f1(answer: str, gold: list[str]) -> float:
    """The best token F1 over the gold answers."""
    said = normalised(answer)
    best = 0.0
    for text in gold:
        want = normalised(text)
        same = (Counter(said) & Counter(want)).total()
        best = max(best, 2 * same / (len(said) + len(want)) if same else 0.0)
    return best


def lines(path: Path) -> list[dict[str, Any]]:
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def best_words(index: Any, answer: Any) -> str:
    """What is answered, or was closest to it."""
    if not answer.abstained:
        return re.sub(r"\[\d+\]", "", answer.text)
    c = answer.closest
    return index.document(c.document_id).text[c.answer_start : c.answer_end] if c else ""


def ask_sample(folder: Path, scratch: Path) -> dict[str, float]:
    """The sample's gold set through the chain."""
    from rag import QA, Index

    begun = time.perf_counter()
    index = Index.build(folder, scratch / "sample")
    built = time.perf_counter() - begun
    qa = QA(index)
    gold = lines(ROOT / "data/gold.jsonl")
    told, abstained, times = [], [], []
    for q in gold:
        begun = time.perf_counter()
        answer = qa.ask(q["question"])
        times.append(1000 * (time.perf_counter() - begun))
        if q.get("answerable", True):
            told.append(0.0 if answer.abstained else f1(best_words(index, answer), q["answers"]))
        else:
            abstained.append(float(answer.abstained))
    return {
        "sample: build, s": built,
        "sample: F1": statistics.mean(told),
        "sample: abstained where nothing is": statistics.mean(abstained),
        "sample: question p50, ms": statistics.median(times[10:]),
    }


def read_gold_passages(data: Path, count: int) -> dict[str, float]:
    """The reader alone, shown the passage that answers."""
    from rag import Reader

    reader = Reader.load()
    found = {}
    for name, file in SETS.items():
        records = [r for r in lines(data / f"{file}.jsonl.gz") if r["answers"]]
        part = random.Random(7).sample(records, min(count, len(records)))
        scores = []
        for r in part:
            quotes = reader.read(r["question"], [r["context"]]).quotes
            scores.append(f1(quotes[0].text, r["answers"]) if quotes else 0.0)
        found[f"{name}: reader F1, gold passage"] = statistics.mean(scores)
    return found


def ask_collections(data: Path, count: int, scratch: Path) -> dict[str, float]:
    """Passages as files, questions through the whole chain."""
    from rag import QA, Index

    found = {}
    for name, file in SETS.items():
        records = [r for r in lines(data / f"{file}.jsonl.gz") if r["answers"]]
        docs = scratch / name
        docs.mkdir()
        for passage, text in {r["passage_id"]: r["context"] for r in records}.items():
            (docs / f"{passage.replace('/', '_')}.txt").write_text(text, encoding="utf-8")
        begun = time.perf_counter()
        index = Index.build(docs, scratch / f"{name}-index")
        built = time.perf_counter() - begun
        qa = QA(index)
        told, wrong, times, inside = [], [], [], 0
        part = random.Random(7).sample(records, min(count, len(records)))
        for r in part:
            begun = time.perf_counter()
            answer = qa.ask(r["question"])
            times.append(1000 * (time.perf_counter() - begun))
            score = f1(best_words(index, answer), r["answers"])
            told.append(0.0 if answer.abstained else score)
            wrong += [] if answer.abstained else [float(score < 0.5)]
            hits = index.search(r["question"], 5)
            inside += any(r["passage_id"].replace("/", "_") == Path(h.source).stem for h in hits)
        found |= {
            f"{name}: build, files a second": len(list(docs.iterdir())) / built,
            f"{name}: passage in the top 5": inside / len(part),
            f"{name}: chain F1": statistics.mean(told),
            f"{name}: wrong of answered": statistics.mean(wrong) if wrong else 0.0,
            f"{name}: question p50, ms": statistics.median(times[10:]),
        }
    return found


def cold(scratch: Path) -> dict[str, float]:
    """A question from the command line, everything loaded from the disk."""
    command = [sys.executable, "-m", "rag.cli", "ask", "How do I connect to the VPN?"]
    command += ["--no-cache", "--index", str(scratch / "sample")]
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - begun)
    return {"cold rag ask, s": statistics.median(times)}


def work(data: Path | None, count: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        found = ask_sample(ROOT / "data", scratch) | cold(scratch)
        if data is not None:
            found |= read_gold_passages(data, count) | ask_collections(data, count, scratch)
    return found


# -- the two held against each other --------------------------------------------------------------


def run(checkout: Path, data: Path | None, count: int) -> dict[str, float]:
    command = [sys.executable, str(Path(__file__).resolve()), str(checkout)]
    command += [*([str(data)] if data else []), "--work", "--count", str(count)]
    environment = {**os.environ, "PYTHONPATH": str(checkout.resolve())}
    done = subprocess.run(command, env=environment, cwd=checkout, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{checkout}: {done.stderr[-2000:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("other", type=Path)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--count", type=int, default=300, help="questions of each set")
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    data = options.data.resolve() if options.data else None
    if options.work:
        print(json.dumps(work(data, options.count)))
        return
    rounds = []
    for number in range(options.rounds):
        # The first of a round is the other in every second one.
        pair = (options.other, ROOT) if number % 2 == 0 else (ROOT, options.other)
        found = {place: run(place, data, options.count) for place in pair}
        rounds.append((found[options.other], found[ROOT]))
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
    print("| | before | now | now / before |\n| --- | --- | --- | --- |")
    for name in rounds[0][1]:
        before, now = ([one[name] for one in side] for side in zip(*rounds, strict=True))
        ratios = [b / a if a else float("nan") for a, b in zip(before, now, strict=True)]
        ratio = f"{statistics.median(ratios):.3f} ({min(ratios):.3f}-{max(ratios):.3f})"
        print(
            f"| {name} | {statistics.median(before):.4g} | {statistics.median(now):.4g} | {ratio} |"
        )


if __name__ == "__main__":
    main()
