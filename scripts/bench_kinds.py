"""Yes/no questions, lists and comparisons on written questions: verdicts, items, both sides.

    python -m scripts.bench_kinds FOLDERS STATE GOLD --writers NAME ... [--pieces N]

FOLDERS and STATE are as in training/across/written.py (training/written.tar.xz unpacked; indexes are kept in STATE/index),
GOLD is the development folders' gold.jsonl, beside which ask_gold.py lies: it grades. Verdicts are told twice: from the
sentences that hold the evidence, and of whole answers. An unanswerable question with a verdict counts as wrong. Of
lists: whether all items are found, and F1 of the parts of the extract, before, and of ``Answer.items``. ``--pieces``: of a
comparison (3: as many as of any extract).
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Sequence
from math import sqrt
from pathlib import Path
from typing import Any

from rag import QA, Answer, Index
from rag.answering import extent
from rag.answering.verdict import verdict
from rag.reading.asked import kind_of
from rag.reading.units import units
from training.across.folders import Case, grader
from training.across.written import found

KINDS = ("yesno", "list", "compare", "unanswerable")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", type=Path)
    parser.add_argument("state", type=Path)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--writers", nargs="+", required=True)
    parser.add_argument("--pieces", type=int, default=extent.SIDES)
    given = parser.parse_args()
    extent.SIDES = given.pieces
    if given.pieces == extent.PIECES:
        extent.SIDES_FAR = extent.FAR
    space = grader(given.gold)
    told: Counter[str] = Counter()
    lists: list[tuple[bool, float, bool, float]] = []
    for writer in given.writers:
        chains: dict[str, QA] = {}
        for question, case in found(given.folders / writer, given.state):
            if question["kind"] not in KINDS:
                continue
            asked, name = case.question, question["folder"]
            if question["kind"] == "unanswerable" and kind_of(asked) != "yesno":
                continue
            if name not in chains:
                chains[name] = QA(Index.open(given.state / "index" / f"{writer}-{name}"))
            answer = chains[name].ask(asked)
            if question["kind"] == "compare":
                told["compare " + space["grade"](question, answer)] += 1
            elif question["kind"] == "list":
                lists += _list(question, answer, space)
            else:
                _yesno(question, case, answer, told)
        print(writer, dict(told), flush=True)
    _print(told, lists)


def _yesno(question: dict[str, Any], case: Case, answer: Answer, told: Counter[str]) -> None:
    """Counts the verdict on the first unit that holds evidence, and that of the answer."""
    right = question["must"][0].lower() if question["kind"] == "yesno" else ""
    told["yesno" if right else "unanswerable"] += 1
    given = not answer.abstained and answer.kind == "yesno"
    told["answered"] += bool(given and right)
    if answer.verdict:
        told[f"said {answer.verdict}"] += 1
        told["said right"] += answer.verdict == right
        if answer.verdict != right:
            print("  wrong:", answer.verdict, "|", case.question, "|", answer.citations[0].quote)
    holds = next(((i, own[0]) for i, own in enumerate(case.evidence) if own), None)
    if right and holds and kind_of(case.question) == "yesno":
        text = case.passages[holds[0]]
        says = verdict(case.question, text, *units(text)[holds[1]])
        told["from evidence"] += 1
        told["from evidence, said"] += bool(says)
        told["from evidence, right"] += bool(says) and says == right


def _list(
    question: dict[str, Any], answer: Answer, space: dict[str, Any]
) -> list[tuple[bool, float, bool, float]]:
    """(all items found, F1) of the parts of what is shown, and of the items; none where it abstains."""
    if answer.abstained:
        return []
    must = question["must"]
    parts = [answer.text[a:b] for a, b in units(answer.text)]
    items = [item.quote for item in answer.items]
    before = _of_items(parts, must, space)
    after = _of_items(items, must, space) if items else (False, -1.0)
    return [(*before, *after)]


def _of_items(
    found: Sequence[str], must: Sequence[str], space: dict[str, Any]
) -> tuple[bool, float]:
    """Whether each point is said by one of the items; F1 of items that say a point, and points said."""
    said = space["said"]
    recall = sum(any(said(point, item) for item in found) for point in must) / len(must)
    good = [any(said(p, item) or _alike(p, item, space) for p in must) for item in found]
    precision = sum(good) / len(good) if good else 0.0
    both = precision + recall
    return recall == 1.0, 2 * precision * recall / both if both else 0.0


def _alike(one: str, other: str, space: dict[str, Any]) -> bool:
    """Whether two texts share half of their words (F1, by the first five letters)."""
    a, b = ({w[:5] for w in set(space["toks"](text)) - space["STOP"]} for text in (one, other))
    return bool(a and b) and 2 * len(a & b) >= 0.5 * (len(a) + len(b))


def _print(told: Counter[str], lists: list[tuple[bool, float, bool, float]]) -> None:
    said = told["said yes"] + told["said no"]
    print(f"yes/no from the evidence: {_share(told['from evidence, right'], told['from evidence, said'])}, "
          f"said of {told['from evidence']} questions taken for yes/no")  # fmt: skip
    print(f"yes/no, whole answers: {_share(told['said right'], said)} (no {told['said no']}, yes "
          f"{told['said yes']}), of {told['answered']} answered of {told['yesno']} yes/no questions and "
          f"{told['unanswerable']} unanswerable ones")  # fmt: skip
    grades = {re.sub("compare ", "", k): v for k, v in told.items() if k.startswith("compare ")}
    print(f"comparisons: {grades}")
    own = [row for row in lists if row[3] >= 0]
    if own:
        n = len(own)
        print(f"lists: {len(lists)} answered, {n} with items; of these all found {_percent(own, 0)} in the extract, "
              f"{_percent(own, 2)} in the items; F1 {_percent(own, 1)} of the extract's parts, {_percent(own, 3)} of the items")  # fmt: skip


def _percent(rows: Sequence[tuple[bool, float, bool, float]], column: int) -> str:
    return f"{100 * sum(row[column] for row in rows) / len(rows):.1f}%"


def _share(right: int, of: int, z: float = 1.96) -> str:
    """Right of how many, with Wilson's lower bound (95%)."""
    if not of:
        return "0 of 0"
    p = right / of
    low = (p + z * z / 2 / of - z * sqrt(p * (1 - p) / of + z * z / 4 / of / of)) / (1 + z * z / of)
    return f"{right} of {of} right (at least {100 * low:.0f}%)"


if __name__ == "__main__":
    main()
