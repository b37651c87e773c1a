"""Fit what a second look weighs, and write it into the cross-encoder's config.json.

    python -m training.across.second_fit WRITTEN STATE --writers heth zayin ... --gold GOLD [--write]

On the first wordings of writers whose questions neither network has learnt from. What both see of them is kept in STATE/second. Printed is, for each writer by
a scale that is fitted on the others, what is answered right at so many wrong; and how much of what cannot be answered is withheld there.
"""

from __future__ import annotations

import argparse
import json
import pickle
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from rag.answering.by_reader import is_short
from rag.answering.extent import extract
from rag.evaluation.abstention import auroc
from rag.reading.asked import kind_of
from rag.reading.cross_encoder.published import WEIGHTS
from rag.reading.cross_encoder.scorer import bundled, pairs_of
from rag.reading.ranking import Found
from rag.reading.reader import Reader, Reading, reading_of
from rag.reading.second_look import FIRST, LOOKED_AT, SecondCalibration, judged
from rag.reading.units import units
from training.across.folders import Case, grader
from training.across.written import found as asked_of
from training.calibrate import logistic

# Of a unit's new score: chosen by the first of the tables that are printed (both units and extracts of about the length as before).
SEEN, JOINT = 0.6, 0.3
# Log odds by which confidence is lowered, so that the reader's own line, from which it answers, is right for both; chosen with
# the development folders and the sample in sight, see BENCHMARKS.md.
LOWER = 0.5
LEVELS = (0.08, 0.10, 0.12, 0.14)  # shares of the answerable that are answered wrong


@dataclass(frozen=True, slots=True)
class Seen:
    """A question, what search brought, what the reader found, what the cross-encoder says of the likeliest units."""

    writer: str
    gold: dict[str, Any]
    case: Case
    found: Found
    scores: Sequence[float]


def seen(written: Path, state: Path, writer: str) -> list[Seen]:
    """Of a writer's questions in their first wording."""
    path = state / "second" / f"{writer}.pickle"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(list(_seen(written, state, writer))))
    rows: list[Seen] = pickle.loads(path.read_bytes())  # noqa: S301  its own, of above
    return rows


def _seen(written: Path, state: Path, writer: str) -> Iterator[Seen]:
    reader, scorer = Reader.load(), bundled()
    for gold, case in asked_of(written / writer, state):
        if not gold["id"].endswith("-0"):
            continue
        found = reader.find(
            case.question, case.passages, contexts=case.contexts, scores=case.scores
        )
        few = reading_of(found, reader.calibration).units[:LOOKED_AT]
        places = [(unit.passage, (unit.start, unit.end)) for unit in few]
        pairs = pairs_of(case.question, case.passages, case.contexts, places)
        scores = scorer.scores(scorer.sequences(pairs)).tolist()
        yield Seen(writer, gold, case, found, scores)


class Answered:
    """What is given to a question, with and without a second look, and whether it is right."""

    def __init__(self, row: Seen, grade: Callable[..., str]) -> None:
        self.row, self._grade = row, grade
        self.able = row.gold["kind"] != "unanswerable"
        self.kind = kind_of(row.case.question)
        self.before = reading_of(row.found, Reader.load().calibration)
        quotes = self.before.quotes
        text = row.case.passages[quotes[0].passage] if quotes else ""
        self.short = self.kind != "yesno" and bool(quotes)
        self.short &= self.short and is_short(
            self.kind, self.before, text, Reader.load().calibration
        )
        self._known: dict[str, bool] = {}

    def right(self, reading: Reading) -> bool:
        """Whether what is shown of it answers."""
        if self.short:
            return self._right(reading.quotes[0].text)
        passages = [SimpleNamespace(text=text) for text in self.row.case.passages]
        shown = extract(reading.units, passages, self.kind)  # type: ignore[arg-type]
        texts = self.row.case.passages
        return self._right("\n".join(texts[s.passage][s.start : s.end] for s in shown))

    def _right(self, text: str) -> bool:
        if text not in self._known:
            given = SimpleNamespace(text=text, abstained=False)
            self._known[text] = self.able and self._grade(self.row.gold, given) == "right"
        return self._known[text]

    def after(self, lines: SecondCalibration) -> Reading:
        """The reading after a second look, if one is taken."""
        looked = self.row.scores and not self.short
        return judged(self.before, self.row.scores, lines) if looked else self.before

    def confidence(self, reading: Reading) -> float:
        """In what is given."""
        return reading.confidence if self.short else reading.passage_confidence


def fitted(rows: Sequence[Answered]) -> SecondCalibration:
    """The scale, on what is no short answer."""
    lines = SecondCalibration(SEEN, JOINT, 1.0, 0.0, 0.0)
    told = [row for row in rows if row.row.scores and not row.short]
    before = np.array([row.before.passage_confidence for row in told])
    best = np.array([max(row.row.scores[:FIRST]) for row in told])
    right = np.array([row.right(row.after(lines)) for row in told], float)
    x = np.c_[np.log(before / (1 - before)), best]
    bias, own, joint = (round(float(w), 3) for w in logistic(x, right, np.ones(len(told)), 1e-2))
    return replace(lines, bias=round(bias - LOWER, 3), before=own, best=joint)


def first_is_right(row: Answered, reading: Reading) -> bool:
    """Whether the likeliest unit is one with evidence."""
    if not reading.units:
        return False
    first, case = reading.units[0], row.row.case
    parts = units(case.passages[first.passage])
    return parts.index((first.start, first.end)) in case.evidence[first.passage]


def table(rows: Sequence[Answered], readings: Sequence[Reading]) -> str:
    """Right and withheld at :data:`LEVELS`, and how well right is known from wrong."""
    sure = np.array([row.confidence(one) for row, one in zip(rows, readings, strict=True)])
    right = np.array([row.right(one) for row, one in zip(rows, readings, strict=True)])
    able = np.array([row.able for row in rows])
    order = np.argsort(-sure)
    hits, wrong = np.cumsum(right[order] & able[order]), np.cumsum(~right[order] & able[order])
    empty = np.cumsum(~able[order])
    told = []
    for level in LEVELS:
        last = int(np.searchsorted(wrong, level * able.sum(), "right")) - 1
        told.append(f"{100 * hits[last] / able.sum():.1f}; {empty[-1] - empty[last]}")
    line = Reader.load().calibration.threshold
    at = [f"{100 * (right & (sure >= line)).sum() / able.sum():.1f}"]
    at += [f"{100 * (~right & able & (sure >= line)).sum() / able.sum():.1f}"]
    at += [f"{(~able & (sure < line)).sum()} of {(~able).sum()}"]
    firsts = [first_is_right(row, one) for row, one in zip(rows, readings, strict=True) if row.able]
    return (
        f"first unit right {100 * np.mean(firsts):.1f}; {' / '.join(told)}; everything {100 * hits[-1] / able.sum():.1f}; from {line} on {' / '.join(at)}; "
        f"AUROC {auroc(sure, right.astype(float)):.3f}"
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("written", type=Path)
    parser.add_argument("state", type=Path)
    parser.add_argument("--writers", nargs="+", required=True)
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    grade = grader(given.gold)["grade"]
    rows = [
        Answered(row, grade)
        for writer in given.writers
        for row in seen(given.written, given.state, writer)
    ]
    print(f"without: {table(rows, [row.before for row in rows])}")
    by_writer = {
        writer: fitted([row for row in rows if row.row.writer != writer])
        for writer in given.writers
    }
    print(f"with:    {table(rows, [row.after(by_writer[row.row.writer]) for row in rows])}")
    lines = fitted(rows)
    print(lines)
    if given.write:
        (WEIGHTS / "config.json").write_text(json.dumps(asdict(lines), indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
