"""Fit what ranks units, the reader's two scales, and write them into its config.json.

    python -m training.calibrate DATA MODEL --written FOLDERS --writers NAME ... --state STATE --gold GOLD

On the "tune" half of the two dev sets, each question read twice among eight passages, with and without
the one that answers, out of collections of different sizes, since scores of retrieval lie closer together in
small ones; and on written questions (see across/written.py) of writers whose questions the reader has not
learnt from, in all their wordings. Each dev set counts as much as a writer. The development folders
(STATE/cases.jsonl, see training/across/folders.py) are only measured. Answers of folders are graded by ask_gold.py.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from rag.answering.extent import NEVER_SHORT, SENTENCES, extract
from rag.evaluation.answers import f1
from rag.reading.asked import kind_of
from rag.reading.confidence import (
    Calibration,
    QuoteFeatures,
    QuoteScale,
    Ranking,
    UnitFeatures,
    UnitScale,
)
from rag.reading.ranking import Found, Quote, Unit, ranked, ranked_units
from rag.reading.reader import Reader
from rag.reading.units import units
from rag.words import normalise
from training.across.folders import Case, cases, grader
from training.across.written import found as written
from training.trials import DEV, trials

COUNT = 300  # questions of each dev set
PRIORS = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)  # weights of the retrieval score to choose from
COLLECTIONS = (60, 300, 0)  # passages; 0: all
RIGHT = 0.5  # F1 from which a quote counts as right
# Of Calibration: chosen on the same data, see BENCHMARKS.md.
SURE, SURER, THRESHOLD = 0.45, 0.8, 0.42
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Read:
    """A question that was read, and how what is given is judged. ``right``: of each unit, whether it
    holds what answers."""

    name: str
    question: str
    passages: Sequence[str]
    found: Found
    answers: Sequence[str]
    able: bool
    right: Sequence[bool]
    grade: object = None

    def quote_is_right(self, quote: Quote) -> bool:
        """Whether a few words answer."""
        if not self.able:
            return False
        if self.grade is None:
            return f1(quote.text, self.answers) >= RIGHT
        return self._graded(quote.text)

    def extract_is_right(self, units: Sequence[Unit]) -> bool:
        """Whether sentences hold the answer."""
        if not self.able:
            return False
        texts = [SimpleNamespace(text=text) for text in self.passages]
        shown = extract(units, texts, kind_of(self.question))  # type: ignore[arg-type]
        said = "\n".join(self.passages[s.passage][s.start : s.end] for s in shown)
        if self.grade is not None:
            return self._graded(said)
        words = f" {normalise(said)} "
        return any(f" {normalise(answer)} " in words for answer in self.answers)

    def _graded(self, text: str) -> bool:
        shown = SimpleNamespace(text=text, abstained=False)
        return self.grade(shown) == "right"  # type: ignore[operator]


def of_trials(reader: Reader, data: Path) -> Iterator[Read]:
    """Those of the two dev sets."""
    for name in DEV:
        for trial in trials(data, name, "tune", COUNT, collections=COLLECTIONS):
            found = reader.find(trial.question, trial.passages, scores=trial.scores)
            right = [
                unit.passage == trial.gold
                and any(
                    f" {normalise(answer)} " in f" {normalise(_text(trial.passages, unit))} "
                    for answer in trial.answers
                )
                for unit in found.units
            ]
            able = trial.gold is not None
            yield Read(name, trial.question, trial.passages, found, trial.answers, able, right)


def of_folders(
    reader: Reader, asked: Iterable[tuple[str, dict[str, Any], Case]], grade: Any
) -> Iterator[Read]:
    """Those of folders: (name of the set, what a gold set says, what search brought)."""
    for name, gold, case in asked:
        found = reader.find(
            case.question, case.passages, contexts=case.contexts, scores=case.scores
        )
        spans = [units(text) for text in case.passages]
        holds = {(i, spans[i][j]) for i, own in enumerate(case.evidence) for j in own}
        yield Read(
            name,
            case.question,
            case.passages,
            found,
            gold["answers"],
            gold["kind"] != "unanswerable",
            [(unit.passage, (unit.start, unit.end)) in holds for unit in found.units],
            lambda shown, gold=gold: grade(gold, shown),
        )


def _text(passages: Sequence[str], unit: Unit) -> str:
    return passages[unit.passage][unit.start : unit.end]


def fitted(rows: Sequence[Read]) -> Calibration:
    """The ranking and both scales."""
    ranking = fitted_ranking(rows)
    # Of folders few words are rarely given, so that the reading sets say how quotes are best ranked.
    told = [row for row in rows if row.able and row.name in DEV]
    of_quotes = {
        prior: float(np.mean([row.quote_is_right(ranked(row.found, prior)[0][0]) for row in told]))
        for prior in PRIORS
    }
    print("quotes right, by prior:", {k: round(v, 4) for k, v in of_quotes.items()})
    quote = _quote_scale(rows, max(PRIORS, key=of_quotes.__getitem__))
    x, z = [], []
    for row in rows:
        best, of_unit = ranked_units(row.found, ranking)
        x.append(astuple(of_unit))
        z.append(bool(best) and row.extract_is_right(best))
    unit = _named(logistic(np.array(x), np.array(z, float), _weights(rows)), UnitFeatures)
    return Calibration(
        quote,
        ranking,
        UnitScale(**unit),
        sure=SURE,
        surer=SURER,
        threshold=THRESHOLD,
    )


def _quote_scale(rows: Sequence[Read], prior: float) -> QuoteScale:
    x, y = [], []
    for row in rows:
        quotes, features = ranked(row.found, prior)
        x.append(astuple(features))
        y.append(bool(quotes) and row.quote_is_right(quotes[0]))
    found = logistic(np.array(x), np.array(y, float), _weights(rows))
    return QuoteScale(**_named(found, QuoteFeatures), prior=prior)


def fitted_ranking(rows: Sequence[Read], ridge: float = 1e-3) -> Ranking:
    """Conditional logit: the likelihood of the units that hold what answers, among all that were looked at
    and "none", which is right where nothing answers. Questions whose evidence was not found teach nothing."""
    told = [row for row in rows if row.found.units and (any(row.right) or not row.able)]
    weights = _weights(told)
    features = [np.array([astuple(unit.evidence) for unit in row.found.units]) for row in told]
    right = [np.array([*row.right, not row.able]) for row in told]

    def loss(w: Array) -> tuple[float, Array]:
        total, slope = ridge * float(w @ w), 2 * ridge * w
        for x, good, weight in zip(features, right, weights, strict=True):
            z = np.append(x @ w[:-1], w[-1])
            p = np.exp(z - z.max())
            p /= p.sum()
            share = p[good].sum()
            total -= weight * float(np.log(share)) / len(told)
            d = weight * (p - np.where(good, p / share, 0.0)) / len(told)
            slope[:-1] += d[:-1] @ x
            slope[-1] += d[-1]
        return total, slope

    names = [field.name for field in fields(Ranking)]  # the last is "none"
    start = np.zeros(len(names))
    found = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return Ranking(**dict(zip(names, (round(float(w), 4) for w in found), strict=True)))


def table(rows: Sequence[Read], fit: Calibration) -> str:
    """By set: shares of the answerable that are right, wrong and withheld, how many of them are short, F1 of
    the text given, and what is withheld where nothing is said."""
    lines = []
    for name in dict.fromkeys(row.name for row in rows):
        own = [row for row in rows if row.name == name]
        counts = dict.fromkeys(("right", "wrong", "withheld", "short", "nothing", "invented"), 0)
        score = 0.0
        for row in own:
            quotes, features = ranked(row.found, fit.quote.prior)
            best, of_unit = ranked_units(row.found, fit.ranking)
            sure, holds = fit.quote.confidence(features), fit.unit.confidence(of_unit)
            kind = kind_of(row.question)
            short = kind not in NEVER_SHORT and sure >= (
                fit.surer if kind in SENTENCES else fit.sure
            )
            given = (sure if short else holds) >= fit.threshold
            if not row.able:
                counts["invented" if given else "nothing"] += 1
            elif not given:
                counts["withheld"] += 1
            else:
                right = row.quote_is_right(quotes[0]) if short else row.extract_is_right(best)
                counts["right" if right else "wrong"] += 1
                counts["short"] += short
                score += f1(quotes[0].text, row.answers) if short else 0.0
        able = sum(counts[key] for key in ("right", "wrong", "withheld"))
        shares = "  ".join(
            f"{key} {100 * counts[key] / able:4.1f}%"
            for key in ("right", "wrong", "withheld", "short")
        )
        empty = counts["nothing"] + counts["invented"]
        lines.append(
            f"{name:22} {shares}  F1 of short {100 * score / max(1, counts['short']):.1f}"
            f"  withheld of nothing {counts['nothing']}/{empty}"
        )
    return "\n".join(lines)


def _weights(rows: Sequence[Read]) -> Array:
    """Of a row, so that each set weighs as much as another and the mean weight is 1."""
    names = [row.name for row in rows]
    return np.array([len(rows) / len(set(names)) / names.count(name) for name in names])


def _named(weights: Array, features: type) -> dict[str, float]:
    bias, *others = (round(float(w), 4) for w in weights)
    return dict(zip((f.name for f in fields(features)), others, strict=True)) | {"bias": bias}


def logistic(x: Array, y: Array, weight: Array, ridge: float = 1e-3) -> Array:
    """Logistic regression by Newton's method: the bias, then a weight for each column."""
    x = np.hstack([np.ones((len(x), 1)), x])
    found = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(x @ found, -50, 50)))
        gradient = x.T @ (weight * (y - p)) - ridge * found
        hessian = (x * (weight * p * (1 - p))[:, None]).T @ x + ridge * np.eye(len(found))
        found += np.linalg.solve(hessian, gradient)
    return found


def main() -> None:
    """Reads, fits, prints and writes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--written", type=Path, required=True)
    parser.add_argument("--writers", nargs="+", required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--gold", type=Path, required=True)
    given = parser.parse_args()
    reader, grade = Reader.load(given.model), grader(given.gold)["grade"]
    asked = (
        (writer, *pair)
        for writer in given.writers
        for pair in written(given.written / writer, given.state)
    )
    rows = [*of_trials(reader, given.data), *of_folders(reader, asked, grade)]
    golds = {g["id"]: g for g in map(json.loads, given.gold.read_text("utf-8").splitlines())}
    kept = [(case.folder, golds[case.id], case) for case in cases(given.state)]
    others = list(of_folders(reader, kept, grade))
    fit = fitted(rows)
    print(f"fitted on:\n{table(rows, fit)}\nnot fitted on:\n{table(others, fit)}")
    path = given.model / "config.json"
    config = json.loads(path.read_text("utf-8")) | {"calibration": asdict(fit)}
    path.write_text(json.dumps(config, indent=2) + "\n", "utf-8")
    print(f"{len(rows)} readings: {fit}")


if __name__ == "__main__":
    main()
