"""What a model that writes adds to the reader, once all of it has been held against the passages.

    python scripts/bench_models.py prepare OUT WRITTEN [WRITTEN ...]
    python scripts/bench_models.py ask GOLD FOLDERS STATE --model hf:FILE [--adapter DIR] [--count 40] [-k 2]

WRITTEN is a writer's folder of training/written.tar.xz: documents in folders, questions in gold.jsonl.
`prepare` puts the documents of some into OUT/docs, their questions, as a gold set, into OUT/gold.jsonl, and an index
into OUT/index: what rag train-adapter takes. `ask` asks COUNT questions of GOLD, drawn by chance, of the
reader, of the model as it comes, and of the model with the adapter; GOLD has ask_gold.py beside it, which
grades, and FOLDERS the folders that it names. Each answer goes to STATE/answers.jsonl, so that a run that was
stopped goes on; the table is Markdown.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tables import table

from rag import QA, Answer, Index
from rag.answering.models import load_model
from rag.answering.weights import adapted
from training.across.folders import grader

LONGEST = 48  # tokens that a model may write


def prepare(out: Path, writers: list[Path]) -> None:
    """Documents, gold set and index of some writers."""
    lines = []
    for writer in writers:
        shutil.copytree(writer, out / "docs" / writer.name, dirs_exist_ok=True)
        (out / "docs" / writer.name / "gold.jsonl").unlink()
        for line in (writer / "gold.jsonl").read_text("utf-8").splitlines():
            asked = json.loads(line)
            if not asked.get("history"):
                lines.append(_gold(asked, f"{writer.name}/{asked['folder']}"))
    (out / "gold.jsonl").write_text("".join(lines), "utf-8")
    Index.build(out / "docs", out / "index")
    print(f"{len(lines)} questions over {out / 'docs'}")


def _gold(asked: dict[str, Any], folder: str) -> str:
    evidence = [
        {"source": f"{folder}/{proof['file']}", "quote": proof["quote"]}
        for proof in asked["evidence"]
    ]
    answerable = asked["kind"] != "unanswerable"
    found = {
        "id": asked["id"],
        "question": asked["question"],
        "answers": asked["answers"] if answerable else [],
        "evidence": evidence,
        "answerable": answerable,
    }
    return json.dumps(found, ensure_ascii=False) + "\n"


def ask(given: argparse.Namespace) -> None:
    """All chains over the same questions; what was asked before is taken from the file."""
    gold = [json.loads(line) for line in given.gold.read_text("utf-8").splitlines()]
    gold = [asked for asked in gold if not asked.get("history")]
    grade = grader(given.gold)["grade"]
    gold = random.Random(given.seed).sample(gold, min(given.count, len(gold)))
    given.state.mkdir(parents=True, exist_ok=True)
    kept = given.state / "answers.jsonl"
    rows = (
        [json.loads(line) for line in kept.read_text("utf-8").splitlines()] if kept.exists() else []
    )
    chains = ["reader", "model", *(["model with adapter"] if given.adapter else [])]
    model: Any = None
    for chain in chains:
        done = {row["id"] for row in rows if row["chain"] == chain}
        if all(asked["id"] in done for asked in gold):
            continue
        options: dict[str, Any] = {}
        if chain != "reader":
            model = model or load_model(given.model, max_new_tokens=LONGEST)
            if chain == "model with adapter":
                model.model = adapted(model.model, given.adapter)
            options = {"model": model, "k": given.k}
        asking = {
            folder: QA(_index(given, folder), **options)
            for folder in sorted({asked["folder"] for asked in gold})
        }
        with kept.open("a", encoding="utf-8") as file:
            for asked in gold:
                if asked["id"] not in done:
                    rows.append(_row(asking[asked["folder"]], chain, asked, grade))
                    file.write(json.dumps(rows[-1], ensure_ascii=False) + "\n")
                    file.flush()
    asked_for = {asked["id"] for asked in gold}
    show([row for row in rows if row["id"] in asked_for], chains)


def _index(given: argparse.Namespace, folder: str) -> Index:
    where = given.state / "index" / folder
    return Index.open(where) if where.exists() else Index.build(given.folders / folder, where)


def _row(qa: QA, chain: str, asked: dict[str, Any], grade: Any) -> dict[str, Any]:
    begun = time.perf_counter()
    answer: Answer = qa.ask(asked["question"])
    return {
        "chain": chain,
        "id": asked["id"],
        "kind": asked["kind"],
        "grade": grade(asked, answer),
        "tier": answer.tier,
        "instead": bool(answer.lead and answer.unsupported),
        "written": answer.text.count(" [") if answer.tier == "written" else 0,
        "dropped": len(answer.unsupported),
        "seconds": time.perf_counter() - begun,
        "tokens": answer.usage.get("output_tokens", 0),
        "question": asked["question"],
        "answer": answer.text,
        "unsupported": list(answer.unsupported),
    }


def show(rows: list[dict[str, Any]], chains: list[str]) -> None:
    """The table: of all questions, and of those that a model's own words answered."""
    lines = []
    for chain in chains:
        for name, part in (("", lambda _: True), (", in its own words", _own)):
            own = [row for row in rows if row["chain"] == chain and part(row)]
            if chain == "reader" and name:
                continue
            can = [row for row in own if row["kind"] != "unanswerable"]
            cannot = [row for row in own if row["kind"] == "unanswerable"]
            of = Counter(row["grade"] for row in can)
            lines.append([
                chain + name, len(can), of["right"], of["partly"], of["wrong"], of["withheld"],
                f"{sum(row['grade'] == 'right' for row in cannot)} of {len(cannot)}",
                sum(row["instead"] for row in own), sum(row["dropped"] for row in own),
                f"{statistics.mean(row['seconds'] for row in own):.1f}" if own else "",
            ])  # fmt: skip
    table(
        "Models that write",
        ["", "answerable", "right", "partly", "wrong", "withheld", "unanswerable: withheld",
         "reader instead", "sentences dropped", "seconds a question"],
        lines,
    )  # fmt: skip


def _own(row: dict[str, Any]) -> bool:
    return row["tier"] == "written"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("prepare")
    making.add_argument("out", type=Path)
    making.add_argument("writers", type=Path, nargs="+")
    asking = commands.add_parser("ask")
    for name in ("gold", "folders", "state"):
        asking.add_argument(name, type=Path)
    asking.add_argument("--model", required=True)
    asking.add_argument("--adapter", type=Path)
    asking.add_argument("--count", type=int, default=40)
    asking.add_argument("--seed", type=int, default=11)
    asking.add_argument("-k", type=int, default=2)
    given = parser.parse_args()
    if given.command == "prepare":
        prepare(given.out, given.writers)
    else:
        ask(given)


if __name__ == "__main__":
    main()
