"""Ask written questions through the whole chain in several ways, and say how many are answered right.

    python -m training.across.asked WRITTEN STATE OUT --writers heth zayin ... --gold GOLD [--models reader-fast reader-careful]

First wordings. Everything is answered, and OUT (JSON Lines, a question a line; the same command goes on with it) keeps how sure it was and how that is graded, so that
a line can be drawn anywhere: printed is the reader's own, and where so many are wrong. Answers in part are neither right nor wrong.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag import QA, Conversation, Index, Reader
from training.across.folders import grader

MODELS = ("reader-fast", "reader-careful")
LEVELS = (0.08, 0.10, 0.12, 0.14)  # shares of the answerable that are answered wrong

Row = dict[str, Any]


def asked(written: Path, state: Path, writer: str, models: Sequence[str]) -> Iterator[Row]:
    """A writer's questions, each by every model; not yet graded."""
    indexes: dict[str, Index] = {}
    for line in (written / writer / "gold.jsonl").read_text("utf-8").splitlines():
        gold = json.loads(line)
        name = gold["folder"]
        if name not in indexes:
            where = state / "index" / f"{writer}-{name}"
            known = where.exists()
            folder = written / writer / name
            indexes[name] = Index.open(where) if known else Index.build(folder, where)
        row: Row = {"id": f"{writer}/{gold['id']}", "kind": gold["kind"], "gold": gold}
        for model in models:
            talk = Conversation(QA(indexes[name], model=model, threshold=0.0))
            for earlier in gold.get("history") or ():
                talk.ask(earlier)
            begun = time.perf_counter()
            answer = talk.ask(gold["question"])
            seconds = round(time.perf_counter() - begun, 3)
            row[model] = {"answer": answer, "conf": answer.confidence, "s": seconds}
        yield row


def told(rows: Sequence[Row], model: str) -> str:
    """Right, in part and wrong of the answerable, and what of the others is withheld."""
    line = Reader.load().calibration.threshold
    able = [row for row in rows if row["kind"] != "unanswerable"]
    given = Counter(row[model]["grade"] for row in able if row[model]["conf"] >= line)
    empty = [row[model]["conf"] for row in rows if row["kind"] == "unanswerable"]
    at = " / ".join(
        f"{name} {100 * given[name] / len(able):.1f}" for name in ("right", "partly", "wrong")
    )
    order = sorted(able, key=lambda row: -row[model]["conf"])
    grades = [row[model]["grade"] for row in order]
    right = np.cumsum([grade == "right" for grade in grades])
    wrong = np.cumsum([grade == "wrong" for grade in grades])
    levels = []
    for level in LEVELS:
        last = int(np.searchsorted(wrong, level * len(able), "right")) - 1
        sure = order[last][model]["conf"] if last >= 0 else 1.0
        share = 100 * right[last] / len(able) if last >= 0 else 0.0
        levels.append(f"{share:.1f}; {sum(one < sure for one in empty)}")
    return (
        f"{model}: from {line} on {at}, withheld of unanswerable {sum(one < line for one in empty)} of {len(empty)}\n"
        f"  right; withheld where {' / '.join(f'{level:.0%}' for level in LEVELS)} are wrong: {' / '.join(levels)}; "
        f"everything {100 * right[-1] / len(able):.1f}; s, median {np.median([row[model]['s'] for row in rows]):.2f}"
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("written", type=Path)
    parser.add_argument("state", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--writers", nargs="+", required=True)
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--models", nargs="+", default=MODELS)
    given = parser.parse_args()
    grade = grader(given.gold)["grade"]
    rows: list[Row] = []
    if given.out.is_file():
        rows = [json.loads(line) for line in given.out.read_text("utf-8").splitlines()]
    done = {row["id"].partition("/")[0] for row in rows}
    for writer in given.writers:
        if writer in done:
            continue
        for row in asked(given.written, given.state, writer, given.models):
            gold = row.pop("gold")
            for model in given.models:
                answer = row[model].pop("answer")
                row[model] |= {"grade": grade(gold, answer), "text": answer.text}
            rows.append(row)
        given.out.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    shown = [row for row in rows if row["id"].partition("/")[0] in given.writers]
    for model in given.models:
        print(told(shown, model))


if __name__ == "__main__":
    main()
