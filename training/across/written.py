"""Groups of questions that people wrote over real and invented folders, as the product finds passages for them.

    python -m training.across.written FOLDERS STATE [--copies N] [--writers NAME ...]

FOLDERS holds a folder a writer, each with gold.jsonl (as in folders.py, with "also": other wordings) and the
folders it names. For each question in each wording search brings eight passages; a group is those with evidence and the best of the others, a few at a
time, N groups a question with other rivals and other noise. They go to STATE/sources, which build.py mixes.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag import Index
from rag.answering.followup import standalone
from rag.reading.units import units
from training.across.folders import Case, case_of
from training.across.groups import Group, Shown, write
from training.across.noise import noisy

PASSAGES = 4  # of a group
GONE = 0.1  # of the answerable, shown without what answers
SHORT = ("fact", "number", "paraphrase", "followup")  # kinds whose answers are a few words
LONGEST = 80  # characters of a short answer


def words(text: str) -> list[str]:
    """Words and numbers, folded."""
    return re.findall(r"\d+(?:\.\d+)?|[^\W\d_]+", text.casefold())


def found(folder: Path, state: Path) -> Iterator[tuple[dict[str, Any], Case]]:
    """Every question of a writer in all its wordings, with what search brings for it."""
    indexes: dict[str, Index] = {}
    for line in (folder / "gold.jsonl").read_text("utf-8").splitlines():
        question = json.loads(line)
        name = question["folder"]
        if name not in indexes:
            where = state / "index" / f"{folder.name}-{name}"
            indexes[name] = (
                Index.open(where) if where.exists() else Index.build(folder / name, where)
            )
        history = question.get("history") or ()
        for number, wording in enumerate((question["question"], *question["also"])):
            asked = standalone(wording, history) if history else wording
            gold = question | {"id": f"{question['id']}-{number}", "question": wording}
            yield gold, case_of(indexes[name], gold, asked, words)


def groups(
    question: dict[str, Any], case: Case, copies: int, rng: random.Random
) -> Iterator[Group]:
    """Groups of one question; none where search has not brought what answers."""
    shown = [_shown(question, case, number) for number in range(len(case.passages))]
    telling = [part for part in shown if part.evidence]
    rivals = [part for part in shown if not part.evidence]
    able = question["kind"] != "unanswerable"
    if (able and not telling) or len(rivals) < 2:
        return
    for copy in range(copies):
        gone = able and rng.random() < GONE
        own = [] if gone or not able else telling[: rng.choice((1, 2, 2))]
        wanted = PASSAGES - len(own)
        # The nearest of the others are the hardest; one from further down keeps their order unlearnt.
        few = rivals[: wanted + rng.choice((0, 1, 3))]
        passages = own + rng.sample(few, min(wanted, len(few)))
        rng.shuffle(passages)
        asked = case.question if copy == 0 else noisy(case.question, rng)
        spans = any(part.answers for part in own) or not own
        yield Group(f"written-{question['id']}-{copy}", "written", asked, tuple(passages), spans)


def _shown(question: dict[str, Any], case: Case, number: int) -> Shown:
    text = case.passages[number]
    parts = units(text)
    evidence = tuple(parts[own] for own in case.evidence[number])
    answers = []
    if question["kind"] in SHORT:
        for answer in {*question["answers"], *question["must"]}:
            for low, high in evidence:
                if len(answer) <= LONGEST:
                    pattern = rf"(?<!\w){re.escape(answer)}(?!\w)"
                    answers += [
                        m.span() for m in re.finditer(pattern, text[:high]) if m.start() >= low
                    ]
    best = sorted(set(answers), key=lambda span: span[0] - span[1])[:1]
    score, cosine = case.scores[number], case.cosines[number]
    return Shown(text, case.contexts[number], tuple(best), evidence, score, cosine)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", type=Path)
    parser.add_argument("state", type=Path)
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--writers", nargs="*", help="those to learn from; else all")
    given = parser.parse_args()
    rng = random.Random(1)
    asked = [
        pair
        for gold in sorted(given.folders.glob("*/gold.jsonl"))
        if not given.writers or gold.parent.name in given.writers
        for pair in found(gold.parent, given.state)
    ]
    made = [
        group for question, case in asked for group in groups(question, case, given.copies, rng)
    ]
    (given.state / "sources").mkdir(parents=True, exist_ok=True)
    write(given.state / "sources" / "written.jsonl.gz", made)
    able = [case for question, case in asked if question["kind"] != "unanswerable"]
    there = sum(any(case.evidence) for case in able)
    print(f"{len(asked)} questions, evidence found for {there} of {len(able)}; {len(made)} groups")


if __name__ == "__main__":
    main()
