"""A second look: a larger network reads the question with each of the units that reading likes best.

    python -m training.across.second units WRITTEN STATE --writers lamed mem ... [--wordings 2]
    python -m training.across.second train STATE TEACHER OUT --minutes 46 --writers lamed mem ...
    python -m training.across.second measure STATE TEACHER OUT --writers heth zayin ...

WRITTEN holds a folder a writer, as for ``training.across.written``; TEACHER is the folder of all-mpnet-base-v2. ``units`` keeps, of every question, the units
that the reader looks at twice, with what speaks for each and whether it holds the answer, in STATE/units. ``train`` teaches the upper half of the
network, and a head on its first token, to tell which (one softmax over a few units of a question and "none"); OUT is what it learnt. ``measure`` ranks
the units of other writers' questions with and without it, each writer by weights fitted on the others.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from scipy.optimize import minimize
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import MPNetConfig, MPNetModel

from rag.evaluation.abstention import auroc
from rag.reading.confidence import FARTHEST, Evidence
from rag.reading.ranking import ranked_units
from rag.reading.reader import Reader
from rag.reading.units import headings_above, units
from training.across.folders import Case
from training.across.written import found

Array = NDArray[np.float64]
KEPT = 6  # layers that learn nothing
ASKED, ABOUT, SAID = 36, 36, 60  # tokens of the question, of what a unit stands under, of the unit
SHOWN = 6  # units of a question, in training
TOGETHER, STEP = 16, 16  # sequences, tokens: few shapes, since each new one costs seconds
GONE = 0.05  # of the questions, shown without what answers
WARM_UP, RATE, HEAD = 40, 5e-5, 6  # steps; of the network; how much faster the head learns
WRONG = (
    0.06,
    0.10,
    0.15,
    0.20,
)  # shares of questions whose first unit is wrong, at which is told how many are right


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
    parts = [units(text) for text in case.passages]
    above = [headings_above(text) for text in case.passages]
    made = []
    for unit in ranked_units(seen, reader.calibration.ranking)[0]:
        span, text, context = (
            (unit.start, unit.end),
            case.passages[unit.passage],
            case.contexts[unit.passage],
        )
        number = parts[unit.passage].index(span)
        heading = above[unit.passage][span]
        under = context if heading in context else f"{context} > {heading}"
        before = text[slice(*parts[unit.passage][number - 1])] if number else ""
        behind = "" if before == heading else before
        right = number in case.evidence[unit.passage]
        made.append(
            Candidate(unit.passage, text[slice(*span)], under, behind, right, unit.evidence)
        )
    return tuple(made)


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


class SecondLook(nn.Module):
    """The network with a head on its first token: how much speaks for a unit, in nats."""

    def __init__(self, encoder: MPNetModel) -> None:
        super().__init__()
        self.encoder = encoder
        size = encoder.config.hidden_size
        self.head = nn.Sequential(nn.Linear(size, size), nn.Tanh(), nn.Linear(size, 1))
        nn.init.normal_(self.head[2].weight, std=0.02)
        for part in encoder.modules():
            if isinstance(part, nn.Dropout):
                part.p = 0.0
        for part in (encoder.embeddings, *encoder.encoder.layer[:KEPT]):
            part.requires_grad_(False)

    def forward(self, ids: Tensor) -> Tensor:
        """Scores [b] of sequences [b, n], filled up with 1."""
        mask = (ids != 1).long()
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        return self.head(states[:, 0]).float().squeeze(-1)

    def learnt(self) -> dict[str, Tensor]:
        """What learns, by name."""
        return {name: part for name, part in self.named_parameters() if part.requires_grad}


def loaded(teacher: Path, learnt: Path | None = None) -> tuple[SecondLook, Tokenizer]:
    """The network of a folder, with what was learnt, and its tokenizer."""
    config = MPNetConfig.from_pretrained(teacher)
    encoder = MPNetModel.from_pretrained(teacher, config=config, add_pooling_layer=False)
    model = SecondLook(encoder)
    if learnt is not None:
        model.load_state_dict(load_file(learnt / "second.safetensors"), strict=False)
    tokenizer = Tokenizer.from_file(str(teacher / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return model, tokenizer


def sequence(tokenizer: Tokenizer, question: str, one: Candidate) -> list[int]:
    """Question, what the unit stands under and behind, unit: as the teacher parts texts."""

    def ids(text: str) -> list[int]:
        return tokenizer.encode(text, add_special_tokens=False).ids

    about = f"{one.under[-90:]}: {one.behind[-100:]}" if one.behind else one.under[-90:]
    return [0, *ids(question)[:ASKED], 2, 2, *ids(about)[-ABOUT:], 2, *ids(one.text)[:SAID], 2]


def scores(model: SecondLook, sequences: Sequence[Sequence[int]]) -> Tensor:
    """Scores [n], those of about one length together."""
    order = sorted(range(len(sequences)), key=lambda at: len(sequences[at]))
    found: list[Tensor] = []
    for at in range(0, len(order), TOGETHER):
        part = [sequences[n] for n in order[at : at + TOGETHER]]
        width = -(-max(map(len, part)) // STEP) * STEP
        ids = torch.ones((TOGETHER, width), dtype=torch.long)
        for row, one in enumerate(part):
            ids[row, : len(one)] = torch.tensor(one)
        ids[len(part) :, 0] = 0
        with torch.autocast("cpu", torch.bfloat16):
            found.append(model(ids)[: len(part)])
    return torch.zeros(len(order)).index_copy(0, torch.tensor(order), torch.cat(found))


def groups(
    rows: Sequence[Question], rng: random.Random
) -> Iterator[tuple[str, list[Candidate], int]]:
    """For ever: a question, some of its units, of which the first few are right."""
    while True:
        for row in rng.sample(rows, len(rows)):
            right = [one for one in row.candidates if one.right]
            wrong = [one for one in row.candidates if not one.right]
            if (row.answerable and not right) or len(wrong) < SHOWN:
                continue
            own = rng.sample(right, min(len(right), rng.choice((1, 1, 2))))
            if rng.random() < GONE:
                own = []
            count = SHOWN - len(own)
            near = (count + 1) // 2
            asked = row.question.lower() if rng.random() < 0.25 else row.question
            yield asked, [*own, *wrong[:near], *rng.sample(wrong[near:], count - near)], len(own)


def train(
    rows: Sequence[Question], teacher: Path, out: Path, minutes: float, *, most: int | None = None
) -> None:
    """Learn for so many minutes, or ``most`` steps, and write OUT/second.safetensors."""
    torch.manual_seed(0)
    model, tokenizer = loaded(teacher)
    model.train()
    learnt = model.learnt()
    head = [part for name, part in learnt.items() if name.startswith("head")]
    body = [part for name, part in learnt.items() if not name.startswith("head")]
    optimizer = torch.optim.AdamW(
        [{"params": body}, {"params": head}], weight_decay=0.01, fused=True
    )
    told: list[float] = []
    drawn, began = groups(rows, random.Random(0)), time.monotonic()
    while True:
        left = 1 - (time.monotonic() - began) / (60 * minutes)
        if left <= 0 or (most is not None and len(told) >= most):
            break
        batch = [next(drawn) for _ in range(8)]
        found = scores(
            model, [sequence(tokenizer, q, one) for q, shown, _ in batch for one in shown]
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
    out.mkdir(parents=True, exist_ok=True)
    parts = {name: part.detach().bfloat16().contiguous() for name, part in learnt.items()}
    save_file(parts, out / "second.safetensors")


@dataclass(frozen=True, slots=True)
class Ranked:
    """Questions with features of each unit [n, k], and which are right [n]."""

    rows: list[Question]
    features: list[Array]
    right: list[NDArray[np.bool_]]


def fitted(given: Ranked) -> Array:
    """Weights of the features, and the score of "none" behind them, by likelihood."""
    pairs = [
        (values, right)
        for row, values, right in zip(given.rows, given.features, given.right, strict=True)
        if right.any() or not row.answerable
    ]

    def loss(w: Array) -> float:
        total = 0.0
        for values, right in pairs:
            z = values @ w[:-1] - w[-1]
            told = np.logaddexp.reduce(z[right]) if right.any() else 0.0
            total += float(np.logaddexp.reduce([0.0, *z]) - told)
        return total / len(pairs) + 1e-3 * float(w @ w)

    found: Array = minimize(loss, np.zeros(given.features[0].shape[1] + 1), method="L-BFGS-B").x
    return found


def first_of(given: Ranked, weights: Array) -> tuple[list[bool], Array]:
    """Of each question: whether the first unit is right, and what tells how sure one can be of it [n, 5]."""
    right, told = [], []
    for row, values, own in zip(given.rows, given.features, given.right, strict=True):
        z = values @ weights[:-1] - weights[-1]
        best = int(z.argmax())
        passage = row.candidates[best].passage
        others = [z[i] for i, one in enumerate(row.candidates) if one.passage != passage]
        margin = z[best] - max(others, default=-FARTHEST)
        right.append(bool(own[best]))
        near = max(one.evidence.near for one in row.candidates)
        behind = row.candidates[best].evidence.behind
        told.append(
            [*np.clip([z[best], margin], -FARTHEST, FARTHEST), behind, near, values[:, -1].max()]
        )
    return right, np.array(told)


def logistic(values: Array, right: Sequence[bool]) -> Array:
    """Weights of a logistic regression, the bias last."""
    x, sign = np.c_[values, np.ones(len(values))], 2.0 * np.array(right) - 1

    def loss(w: Array) -> float:
        return float(np.logaddexp(0, -sign * (x @ w)).mean() + 1e-3 * (w[:-1] @ w[:-1]))

    found: Array = minimize(loss, np.zeros(x.shape[1]), method="L-BFGS-B").x
    return found


def table(rows: Sequence[Question], second: Sequence[Array] | None) -> str:
    """How often the first unit is right, and how well it is known, each writer by weights fitted on the others."""
    names = [field.name for field in fields(Evidence)]

    def of(chosen: Sequence[int]) -> Ranked:
        values = []
        for at in chosen:
            known = [[getattr(one.evidence, name) for name in names] for one in rows[at].candidates]
            values.append(np.c_[known, second[at]] if second is not None else np.array(known))
        right = [np.array([one.right for one in rows[at].candidates]) for at in chosen]
        return Ranked([rows[at] for at in chosen], values, right)

    sure, hits, able = [], [], []
    for writer in dict.fromkeys(row.writer for row in rows):
        others = of([at for at, row in enumerate(rows) if row.writer != writer])
        own = of([at for at, row in enumerate(rows) if row.writer == writer])
        weights = fitted(others)
        right, told = first_of(others, weights)
        scale = logistic(told, right)
        right, told = first_of(own, weights)
        sure += (np.c_[told, np.ones(len(told))] @ scale).tolist()
        hits += right
        able += [row.answerable for row in own.rows]
    order = [at for at in np.argsort(-np.array(sure)) if able[at]]
    right_so_far = np.cumsum([hits[at] for at in order])
    wrong_so_far = np.arange(1, len(order) + 1) - right_so_far
    ends = [int(np.searchsorted(wrong_so_far, share * len(order), "right")) for share in WRONG]
    at = " / ".join(
        f"{100 * right_so_far[end - 1] / len(order):.1f}" if end else "0" for end in ends
    )
    first = 100 * right_so_far[-1] / len(order)
    return f"first unit right {first:.1f}%; at {' / '.join(f'{s:.0%}' for s in WRONG)} wrong {at}; AUROC {auroc(np.array(sure), np.array(hits)):.3f}"


def measure(rows: Sequence[Question], teacher: Path, out: Path) -> None:
    """Print both tables."""
    model, tokenizer = loaded(teacher, out)
    model.eval()
    second: list[Array] = []
    with torch.inference_mode():
        for row in rows:
            made = scores(model, [sequence(tokenizer, row.question, one) for one in row.candidates])
            second.append(made.double().numpy())
    print(f"without: {table(rows, None)}\nwith:    {table(rows, second)}")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    steps = parser.add_subparsers(dest="step", required=True)
    for name, wanted in (
        ("units", ("written", "state")),
        ("train", ("state", "teacher", "out")),
        ("measure", ("state", "teacher", "out")),
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
    given = parser.parse_args()
    if given.step == "units":
        keep(given.written, given.state, given.writers, given.wordings)
    elif given.step == "train":
        train(kept(given.state, given.writers), given.teacher, given.out, given.minutes)
    else:
        measure(kept(given.state, given.writers), given.teacher, given.out)


if __name__ == "__main__":
    main()
