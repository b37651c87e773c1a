"""How sure one can be of the passage: features, fitted on two folders and used on the third.

    python -m training.across.confidence STATE SCORES --gold GOLD

SCORES is what ``training.across.evaluate --out`` leaves (NAME.scores.json): g of every unit. Printed are, for some
sets of features, the areas under the curve (answerable against not; right against wrong), and what
withholding a share of the answerable leaves: right, wrong, and unanswerable withheld. ShownAnswer are, of the best
passage, two units, of the next best one more, each with its list (``--shown``).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from rag.evaluation.abstention import auroc
from rag.words import share_held
from training.across.evaluate import ShownAnswer, Weights, extent
from training.across.folders import cases, grader

Array = NDArray[np.float64]
RANKING = Weights(1.0, 4.6, 0.0)  # fitted on all three folders, the shipped weights' g
NAMES = ("total", "g", "margin", "score", "lead", "cosine", "held")
SETS = (("g",), ("total", "margin"), ("g", "margin", "score"), ("g", "cosine", "held"), NAMES)


def logistic(x: Array, y: Array) -> Array:
    """Logistic regression with a ridge of one on standardised features; the first column is ones."""

    def loss(w: Array) -> float:
        return float(np.logaddexp(0, -(2 * y - 1) * (x @ w)).sum() + (w[1:] ** 2).sum() / 2)

    fitted: Array = minimize(loss, np.zeros(x.shape[1]), method="BFGS").x
    return fitted


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("state", type=Path)
    parser.add_argument("scores", type=Path)
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--shown", type=int, nargs="+", default=[2, 1])
    given = parser.parse_args()
    golds = {g["id"]: g for g in map(json.loads, given.gold.read_text("utf-8").splitlines())}
    grade = grader(given.gold)["grade"]
    rows, grades, folders = [], [], []
    known = [case for case in cases(given.state) if case.passages]
    for case, scores in zip(known, json.loads(given.scores.read_text("utf-8")), strict=True):
        g = [np.array(own) for own in scores]
        z = RANKING.z(case, g)
        order = sorted(range(len(z)), key=lambda p: -z[p].max())
        parts = []
        for p, most in zip(order, given.shown, strict=False):
            low, high = extent(case.passages[p], int(z[p].argmax()), z[p], most)
            parts.append(case.passages[p][low:high])
        best = order[0]
        able = case.kind != "unanswerable"
        grades.append(grade(golds[case.id], ShownAnswer("\n".join(parts))) if able else "")
        folders.append(case.folder)
        rivals = [s for p, s in enumerate(case.scores) if p != best]
        rows.append(
            (
                np.logaddexp.reduce(np.concatenate(g)),
                g[best][z[best].argmax()],
                z[best].max() - (z[order[1]].max() if len(order) > 1 else -8.0),
                case.scores[best],
                case.scores[best] - max(rivals, default=0.0),
                case.cosines[best],
                share_held(case.question, f"{case.contexts[best]} {case.passages[best]}"),
            )
        )
    x = np.array(rows)
    x = np.hstack([np.ones((len(x), 1)), (x - x.mean(0)) / x.std(0)])
    could, right = np.array([bool(g) for g in grades]), np.array([g == "right" for g in grades])
    wrong, folder = np.array([g == "wrong" for g in grades]), np.array(folders)
    for names in SETS:
        own = x[:, [0, *(1 + NAMES.index(name) for name in names)]]
        sure_able, sure = np.zeros(len(x)), np.zeros(len(x))
        for name in dict.fromkeys(folders):
            out = folder == name
            sure_able[out] = own[out] @ logistic(own[~out], could[~out].astype(float))
            sure[out] = own[out] @ logistic(own[~out], right[~out].astype(float))
        line = f"{'+'.join(names):44} able {auroc(sure_able, could.astype(float)):.3f}"
        line += f" right {auroc(sure[could], right[could].astype(float)):.3f}"
        for share in (1.0, 0.9, 0.8, 0.7):
            given_ = sure >= (np.quantile(sure[could], 1 - share) if share < 1 else -np.inf)
            line += (
                f" | {share:.0%}: {100 * (right & given_)[could].mean():.0f} right "
                f"{100 * (wrong & given_)[could].mean():.0f} wrong, {(~given_)[~could].sum()} withheld"
            )
        print(line)


if __name__ == "__main__":
    main()
