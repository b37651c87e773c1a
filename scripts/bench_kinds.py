"""Yes/no questions, lists and comparisons on written questions: verdicts, items, both sides.

    python -m scripts.bench_kinds FOLDERS STATE GOLD --writers NAME ... [--pieces N] [--evidence]

FOLDERS and STATE are as in training/across/written.py (training/written.tar.xz unpacked; indexes are kept in STATE/index),
GOLD is the development folders' gold.jsonl, beside which ask_gold.py lies: it grades. Verdicts are told twice: from the
sentence that holds the evidence, and of whole answers (``--evidence``: not of these, nothing is asked). An unanswerable
question with a verdict counts as wrong. Of lists: whether all items are found, and F1 of the parts of the extract, and of
``Answer.items``. ``--pieces``: of a comparison (3: as many as of any extract).
"""

from __future__ import annotations

import argparse
import json
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
from training.across.folders import grader, most_like

KINDS = ("yesno", "list", "compare", "unanswerable")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", type=Path)
    parser.add_argument("state", type=Path)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--writers", nargs="+", required=True)
    parser.add_argument("--pieces", type=int, default=extent.SIDES)
    parser.add_argument("--evidence", action="store_true")
    given = parser.parse_args()
    extent.SIDES = given.pieces
    if given.pieces == extent.PIECES:
        extent.SIDES_FAR = extent.FAR
    space = grader(given.gold)
    told: Counter[str] = Counter()
    lists: list[tuple[bool, float, bool, float]] = []
    for writer in given.writers:
        opened: dict[str, Index] = {}
        for line in (given.folders / writer / "gold.jsonl").read_text("utf-8").splitlines():
            question = json.loads(line)
            if question["kind"] not in KINDS:
                continue
            name = question["folder"]
            if name not in opened:
                at = given.state / "index" / f"{writer}-{name}"
                opened[name] = (
                    Index.open(at)
                    if at.exists()
                    else Index.build(given.folders / writer / name, at)
                )
            for asked in (question["question"], *question["also"]):
                if question["kind"] == "yesno":
                    _from_evidence(question, asked, opened[name], told)
                if not given.evidence:
                    _ask(QA(opened[name]), question, asked, space, told, lists)
        print(writer, dict(told), flush=True)
    _print(told, lists)


def _ask(
    qa: QA,
    question: dict[str, Any],
    asked: str,
    space: dict[str, Any],
    told: Counter[str],
    lists: list[tuple[bool, float, bool, float]],
) -> None:
    if question["kind"] == "unanswerable" and kind_of(asked) != "yesno":
        return
    answer = qa.ask(asked)
    if question["kind"] == "compare":
        told["compare " + space["grade"](question, answer)] += 1
    elif question["kind"] == "list":
        lists += _list(question, answer, space)
    else:
        right = question["must"][0].lower() if question["kind"] == "yesno" else ""
        told["yesno" if right else "unanswerable"] += 1
        told["answered"] += bool(not answer.abstained and answer.kind == "yesno" and right)
        if answer.verdict:
            told[f"said {answer.verdict}"] += 1
            told["said right"] += answer.verdict == right
            if answer.verdict != right:
                print("  wrong:", answer.verdict, "|", asked, "|", answer.citations[0].quote)


def _from_evidence(question: dict[str, Any], asked: str, index: Index, told: Counter[str]) -> None:
    """Counts the verdict on the sentence of the document that is most like what the gold set quotes first."""
    told["all yesno"] += 1
    if kind_of(asked) != "yesno":
        return
    evidence = question["evidence"][0]
    sources = [source for source in index.sources() if source.endswith(evidence["file"])]
    if not sources:
        return
    text = index.document_of(sources[0]).text
    parts = units(text)
    best = most_like(evidence["quote"], [text[start:end] for start, end in parts])
    says = verdict(asked, text, *parts[best])
    told["from evidence"] += 1
    told["from evidence, said"] += bool(says)
    told["from evidence, right"] += says == question["must"][0].lower()
    if says and says != question["must"][0].lower():
        print("  wrong:", says, "|", asked, "|", text[slice(*parts[best])])


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
          f"said of {told['from evidence']} questions taken for yes/no, of {told['all yesno']}")  # fmt: skip
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
