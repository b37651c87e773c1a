"""Ranks the units of other writers' questions with and without the second look.

    python -m training.across.second_measure STATE TEACHER OUT --writers heth zayin ...

Each writer by weights of ranking and scale that are fitted on the others. See ``training.across.second``.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize

from rag.evaluation.abstention import auroc
from rag.reading.confidence import FARTHEST, Evidence
from rag.reading.cross_encoder.scorer import Pair, sequence
from training.across.second import Question, kept
from training.across.second_network import loaded, scores

Array = NDArray[np.float64]
WRONG = (
    0.06,
    0.10,
    0.15,
    0.20,
)  # shares of questions whose first unit is wrong, at which is told how many are right


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
            made = scores(
                model,
                [
                    sequence(tokenizer, Pair(row.question, one.under, one.behind, one.text))
                    for one in row.candidates
                ],
            )
            second.append(made.double().numpy())
    print(f"without: {table(rows, None)}\nwith:    {table(rows, second)}")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("state", "teacher", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--writers", nargs="+", required=True)
    given = parser.parse_args()
    measure(kept(given.state, given.writers), given.teacher, given.out)


if __name__ == "__main__":
    main()
