"""Fit the reader's confidence, its threshold and the weight of retrieval, and write them into its config.json.

    python -m training.calibrate DATA MODEL

On the "tune" half of the two dev sets, each question read twice among eight passages: with and
without the one that answers, out of collections of different sizes, since scores of retrieval lie
closer together in small ones. The threshold is the lowest at which it abstains on ABSTAIN of the
readings without an answer, of each set in each size of collection: that rare an invention is wanted
wherever it is used, and as many answers as that allows.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, astuple, fields
from pathlib import Path

import numpy as np

from rag.evaluation.answers import f1
from rag.reading.ranking import Calibration, Features, ranked
from rag.reading.reader import Reader
from training.trials import DEV, trials

COUNT = 500  # questions of each set
PRIORS = (0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0)  # weights of the retrieval score to choose from
COLLECTIONS = (60, 300, 0)  # passages; 0: all
AS_GOOD = 0.002  # of F1
ABSTAIN = 0.85
RIGHT = 0.5  # F1 from which an answer counts as right


def main() -> None:
    """Reads the trials, fits, prints and writes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("model", type=Path)
    given = parser.parse_args()
    data, folder = given.data, given.model
    reader = Reader.load(folder)
    tried = {weight: ([], []) for weight in PRIORS}
    answerable, kinds = [], []
    for name in DEV:
        for trial in trials(data, name, "tune", COUNT, collections=COLLECTIONS):
            answerable.append(trial.gold is not None)
            kinds.append((name, trial.collection))
            found = reader.find(
                trial.question, trial.passages, scores=trial.scores, cosines=trial.cosines
            )
            for weight, (rows, scores) in tried.items():
                quotes, features = ranked(found, weight)
                rows.append(astuple(features))
                right = trial.gold is not None
                scores.append(f1(quotes[0].text, trial.answers) if right else 0.0)
    for weight, (_, scores) in tried.items():
        print(f"prior {weight}: mean F1 of the answerable {2 * np.mean(scores):.4f}")
    # Of weights that do about as well, the smallest leaves most to the reader's own judgement.
    best_score = max(np.mean(scores) for _, scores in tried.values())
    prior = next(w for w in PRIORS if 2 * np.mean(tried[w][1]) >= 2 * best_score - AS_GOOD)
    rows, scores = tried[prior]
    x = np.hstack([np.ones((len(rows), 1)), np.array(rows)])
    score, can = np.array(scores), np.array(answerable)
    weights = logistic(x, (score >= RIGHT).astype(float))
    confidence = 1 / (1 + np.exp(-x @ weights))
    threshold = 0.0
    for kind in sorted(set(kinds)):
        own = np.array([k == kind for k in kinds])
        needed = float(np.quantile(confidence[own & ~can], ABSTAIN))
        print(f"{kind}: abstains on {ABSTAIN:.0%} from {needed:.3f} on")
        threshold = max(threshold, needed)
    bias, *others = (round(float(w), 4) for w in weights)
    named = dict(zip((f.name for f in fields(Features)), others, strict=True))
    fitted = Calibration(**named, bias=bias, prior=prior, threshold=round(threshold, 2))
    path = folder / "config.json"
    config = json.loads(path.read_text("utf-8"))
    config["calibration"] = asdict(fitted)
    path.write_text(json.dumps(config, indent=2) + "\n", "utf-8")
    print(f"{len(rows)} readings, {int((score >= RIGHT).sum())} right: {fitted}")


def logistic(x: np.ndarray, y: np.ndarray, ridge: float = 1e-3) -> np.ndarray:
    """Logistic regression by Newton's method."""
    weights = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (y - p) - ridge * weights
        hessian = (x * (p * (1 - p))[:, None]).T @ x + ridge * np.eye(len(weights))
        weights += np.linalg.solve(hessian, gradient)
    return weights


if __name__ == "__main__":
    main()
