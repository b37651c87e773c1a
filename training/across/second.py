"""A second look: a larger network reads the question with each of the units that reading likes best.

    python -m training.across.second units WRITTEN STATE --writers lamed mem ... [--wordings 2]
    python -m training.across.second train STATE TEACHER OUT --minutes 46 --writers lamed mem ... [--start FOLDER] [--gone 0.05]

WRITTEN holds a folder a writer, as for ``training.across.written``; TEACHER is the folder of all-mpnet-base-v2. ``units`` keeps, of every question,
the units that the reader weighs, with what speaks for each and whether it holds the answer, in STATE/units. ``train`` teaches the upper half
of the network, and a head on its first token, to tell which (one softmax over a few units of a question and "none"); OUT is what it learnt.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from rag.reading.confidence import Evidence
from rag.reading.cross_encoder.scorer import Pair, pairs_of, sequence
from rag.reading.ranking import ranked_units
from rag.reading.reader import Reader
from rag.reading.units import units
from training.across.folders import Case
from training.across.second_network import loaded, save, scores
from training.across.written import found

SHOWN = 6  # units of a question, in training
WARM_UP, RATE, HEAD = 40, 5e-5, 6  # steps; of the network; how much faster the head learns


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit: its words, what it stands under and behind, what speaks for it, and whether it holds the answer."""

    passage: int
    text: str
    under: str
    behind: str
    right: bool
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Question:
    """A question in one wording, with the units that are looked at twice, best first."""

    writer: str
    question: str
    answerable: bool
    candidates: tuple[Candidate, ...]


def candidates_of(reader: Reader, case: Case) -> tuple[Candidate, ...]:
    """The units of a case that are looked at twice."""
    seen = reader.find(case.question, case.passages, contexts=case.contexts, scores=case.scores)
    best = ranked_units(seen, reader.calibration.ranking)[0]
    places = [(unit.passage, (unit.start, unit.end)) for unit in best]
    pairs = pairs_of(case.question, case.passages, case.contexts, places)
    spans = [units(text) for text in case.passages]
    holds = {(n, spans[n][part]) for n, own in enumerate(case.evidence) for part in own}
    return tuple(
        Candidate(unit.passage, pair.text, pair.under, pair.behind, place in holds, unit.evidence)
        for unit, place, pair in zip(best, places, pairs, strict=True)
    )


def keep(written: Path, state: Path, writers: Sequence[str], wordings: int) -> None:
    """Write STATE/units, a file a writer; those that are there stay."""
    reader, rng = Reader.load(), random.Random(1)
    (state / "units").mkdir(parents=True, exist_ok=True)
    for writer in writers:
        path = state / "units" / f"{writer}.jsonl.gz"
        if path.is_file():
            continue
        rows = [
            Question(
                writer, case.question, gold["kind"] != "unanswerable", candidates_of(reader, case)
            )
            for gold, case in found(written / writer, state)
            if wordings >= 3 or rng.random() < wordings / 3
        ]
        with gzip.open(path, "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows)
        able = [row for row in rows if row.answerable]
        among = sum(any(one.right for one in row.candidates) for row in able)
        print(
            f"{writer}: {len(rows)} questions; the answer among the units of {among} of {len(able)}",
            flush=True,
        )


def kept(state: Path, writers: Sequence[str]) -> list[Question]:
    """What :func:`keep` wrote of these writers."""
    rows: list[Question] = []
    for writer in writers:
        with gzip.open(state / "units" / f"{writer}.jsonl.gz", "rt", encoding="utf-8") as file:
            for line in file:
                row = json.loads(line)
                parts = tuple(
                    Candidate(**{**one, "evidence": Evidence(**one["evidence"])})
                    for one in row.pop("candidates")
                )
                rows.append(Question(**row, candidates=parts))
    return [row for row in rows if row.candidates]


def groups(
    rows: Sequence[Question], rng: random.Random, gone: float
) -> Iterator[tuple[str, list[Candidate], int]]:
    """For ever: a question, some of its units, of which the first few are right; of ``gone`` of them none."""
    while True:
        for row in rng.sample(rows, len(rows)):
            right = [one for one in row.candidates if one.right]
            wrong = [one for one in row.candidates if not one.right]
            if (row.answerable and not right) or len(wrong) < SHOWN:
                continue
            own = rng.sample(right, min(len(right), rng.choice((1, 1, 2))))
            if rng.random() < gone:
                own = []
            count = SHOWN - len(own)
            near = (count + 1) // 2
            asked = row.question.lower() if rng.random() < 0.25 else row.question
            yield asked, [*own, *wrong[:near], *rng.sample(wrong[near:], count - near)], len(own)


def train(
    rows: Sequence[Question],
    teacher: Path,
    out: Path,
    minutes: float,
    *,
    start: Path | None = None,
    gone: float = 0.05,
    most: int | None = None,
) -> None:
    """Learn for so many minutes, or ``most`` steps, from what was learnt in ``start`` on, and write OUT/model.safetensors."""
    torch.manual_seed(0)
    model, tokenizer = loaded(teacher, start)
    model.train()
    learnt = model.learnt()
    head = [part for name, part in learnt.items() if name.startswith("head")]
    body = [part for name, part in learnt.items() if not name.startswith("head")]
    optimizer = torch.optim.AdamW(
        [{"params": body}, {"params": head}], weight_decay=0.01, fused=True
    )
    told: list[float] = []
    drawn, began = groups(rows, random.Random(0), gone), time.monotonic()
    while True:
        left = 1 - (time.monotonic() - began) / (60 * minutes)
        if left <= 0 or (most is not None and len(told) >= most):
            break
        batch = [next(drawn) for _ in range(8)]
        found = scores(
            model,
            [
                sequence(tokenizer, Pair(q, one.under, one.behind, one.text))
                for q, shown, _ in batch
                for one in shown
            ],
        )
        loss = torch.zeros(())
        for number, (_, _, right) in enumerate(batch):
            own = torch.cat([torch.zeros(1), found[number * SHOWN : (number + 1) * SHOWN]])
            loss = loss + own.logsumexp(0) - (own[1 : 1 + right].logsumexp(0) if right else own[0])
        (loss / len(batch)).backward()
        nn.utils.clip_grad_norm_(learnt.values(), 1.0)
        factor = min(1.0, (len(told) + 1) / WARM_UP, max(0.02, 1.5 * left))
        for group, times in zip(optimizer.param_groups, (1, HEAD), strict=True):
            group["lr"] = RATE * times * factor
        optimizer.step()
        optimizer.zero_grad()
        told.append(float(loss.detach()) / len(batch))
        if len(told) % 25 == 0:
            print(
                f"step {len(told)}: {np.mean(told[-50:]):.3f}; {time.monotonic() - began:.0f} s",
                flush=True,
            )
    save(model, teacher, out)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    steps = parser.add_subparsers(dest="step", required=True)
    for name, wanted in (
        ("units", ("written", "state")),
        ("train", ("state", "teacher", "out")),
    ):
        step = steps.add_parser(name)
        for one in wanted:
            step.add_argument(one, type=Path)
        step.add_argument("--writers", nargs="+", required=True)
        if name == "units":
            step.add_argument(
                "--wordings", type=int, default=3, help="of three, for each question in the mean"
            )
        if name == "train":
            step.add_argument("--minutes", type=float, required=True)
            step.add_argument("--start", type=Path, help="a folder with what was learnt before")
            step.add_argument(
                "--gone",
                type=float,
                default=0.05,
                help="of the questions, shown without what answers",
            )
    given = parser.parse_args()
    if given.step == "units":
        keep(given.written, given.state, given.writers, given.wordings)
    else:
        rows = kept(given.state, given.writers)
        train(rows, given.teacher, given.out, given.minutes, start=given.start, gone=given.gone)


if __name__ == "__main__":
    main()
