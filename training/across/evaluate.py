"""Measure a checkpoint: on the development folders, and on the reading sets' "tune" halves.

    python -m training.across.evaluate STATE MODEL --gold GOLD [--data DATA] [--spans N] [--out FILE]

Folders: an answer is the best unit and what belongs to it (its list, or some units around it), graded by
ask_gold.py's rules. How much retrieval's score and the cosine count beside the model is fitted on two
folders and used on the third. Spans: F1 on the gold passage, and among eight passages.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize
from tokenizers import Tokenizer

from rag.evaluation.abstention import auroc
from rag.evaluation.answers import f1
from rag.reading.decode import best_spans
from rag.reading.model import TorchBackend
from rag.reading.prefix import NEVER, Prefix, prefixes, tokenise
from rag.reading.units import is_item, units
from training.across.batches import MAX_UNITS, unit_of_tokens
from training.across.folders import Case, cases, grader
from training.across.model import GroupReader
from training.across.train import load_model
from training.precision import halved
from training.train import load_tokenizer
from training.trials import DEV, trials

Array = NDArray[np.float64]
LONG = 900  # characters; a longer answer counts as wrong unless a list or steps are asked for
WINDOW = 4  # units of an answer, at most


@torch.inference_mode()
def unit_scores(
    model: GroupReader,
    tokenizer: Tokenizer,
    question: str,
    passages: Sequence[str],
    contexts: Sequence[str],
) -> list[Array]:
    """g of every unit of every passage; of windows, the best."""
    asked = tokenise(tokenizer, question)
    windows: list[tuple[int, Prefix, NDArray[np.int16]]] = []
    found = []
    for number, (text, about) in enumerate(zip(passages, contexts, strict=True)):
        tokens = tokenise(tokenizer, text)
        parts = units(text)[:MAX_UNITS]
        found.append(np.full(max(1, len(parts)), NEVER))
        if not parts:
            continue
        for window in prefixes(asked, tokens, tokenise(tokenizer, about)):
            windows.append((number, window, unit_of_tokens(parts, tokens, window)))
    n = max(len(window.ids) for _, window, _ in windows)
    most = max(len(own) for own in found)
    size = len(windows)
    ids, types = torch.zeros(size, n, dtype=torch.long), torch.zeros(size, n, dtype=torch.long)
    starts, member = (
        torch.zeros(size, n, dtype=torch.bool),
        torch.zeros(size, most, n, dtype=torch.bool),
    )
    for row, (_, window, unit) in enumerate(windows):
        length = len(window.ids)
        ids[row, :length] = torch.from_numpy(window.ids)
        types[row, :length] = torch.from_numpy(window.types)
        starts[row, :length] = torch.from_numpy(window.starts)
        inside = np.flatnonzero(unit >= 0)
        member[row, unit[inside].astype(int), inside] = True
    last = torch.tensor([len(window.ids) - 1 for _, window, _ in windows])
    reader = model.reader
    places = torch.arange(n)
    mask = torch.where(places <= last[:, None], 0.0, NEVER)[:, None, None, :]
    with halved():
        hidden = reader.run(reader.embed(ids, places.expand(size, n), types), mask).float()
    start = reader.pointer.start(hidden, last).masked_fill(~starts, NEVER)
    scores = model.unit(hidden, last, start, member).masked_fill(~member.any(-1), NEVER)
    for (number, _, _), own in zip(windows, scores.numpy(), strict=True):
        found[number] = np.maximum(found[number], own[: len(found[number])])
    return found


@dataclass(frozen=True, slots=True)
class Weights:
    """z(unit) = model * g + score * its passage's + cosine * its passage's."""

    model: float
    score: float
    cosine: float

    def z(self, case: Case, g: list[Array]) -> list[Array]:
        """z of every unit, a row for each passage."""
        return [
            self.model * own + self.score * score + self.cosine * cosine
            for own, score, cosine in zip(g, case.scores, case.cosines, strict=True)
        ]


ALONE = Weights(1.0, 0.0, 0.0)


def fitted(pairs: list[tuple[Case, list[Array]]]) -> Weights:
    """By the likelihood of the evidence among all units, of questions whose evidence was found."""
    able = [(case, g) for case, g in pairs if any(case.evidence)]

    def loss(w: Array) -> float:
        total = 0.0
        for case, g in able:
            z = Weights(*w).z(case, g)
            right = [
                float(z[p][u]) for p, own in enumerate(case.evidence) for u in own if u < len(z[p])
            ]
            total -= np.logaddexp.reduce(right) - np.logaddexp.reduce(np.concatenate(z))
        return total / len(able) + 1e-3 * float(np.sum(w**2))

    best = minimize(loss, np.array([0.7, 2.0, 2.0]), method="Nelder-Mead", options={"maxiter": 150})
    return Weights(*best.x.tolist())


def extent(text: str, unit: int, g: Array, most: int = WINDOW) -> tuple[int, int]:
    """What to show of a passage for a unit: the list that it belongs to or leads into, with its
    lead-in; else up to ``most`` units around it, the better neighbour first, within LONG."""
    parts = units(text)
    item = [is_item(text[low:]) for low, _ in parts]

    def leads(i: int) -> bool:
        return text[slice(*parts[i])].rstrip().endswith(":")

    first = last = unit
    if leads(unit) and unit + 1 < len(parts):
        last = unit + 1
    if item[last]:
        while first > 0 and item[first - 1]:
            first -= 1
        while last + 1 < len(parts) and item[last + 1]:
            last += 1
        if first > 0 and item[first] is not False and leads(first - 1):
            first -= 1
    while last - first + 1 < most:
        beside = [i for i in (first - 1, last + 1) if 0 <= i < len(parts)]
        beside = [
            i
            for i in beside
            if max(parts[last][1], parts[i][1]) - min(parts[first][0], parts[i][0]) <= LONG
        ]
        if not beside:
            break
        i = max(beside, key=lambda i: g[i] if i < len(g) else NEVER)
        first, last = min(first, i), max(last, i)
    return parts[first][0], parts[last][1]


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """An answer as the grading script wants it."""

    text: str
    abstained: bool = False


def graded(
    pairs: list[tuple[Case, list[Array]]],
    golds: dict[str, dict[str, Any]],
    grade: Any,
    weights: dict[str, Weights],
    most: int = WINDOW,
) -> list[dict[str, Any]]:
    """A row for each question: what would be shown, and how it is judged."""
    rows = []
    for case, g in pairs:
        z = weights[case.folder].z(case, g)
        passage = max(range(len(z)), key=lambda p: z[p].max())
        unit = int(z[passage].argmax())
        low, high = extent(case.passages[passage], unit, g[passage], most)
        text = case.passages[passage][low:high]
        ordered = sorted((float(own.max()) for own in z), reverse=True)
        gold = golds[case.id]
        rows.append(
            {
                "id": case.id,
                "kind": case.kind,
                "style": case.style,
                "folder": case.folder,
                "grade": grade(gold, ShownAnswer(text)) if case.kind != "unanswerable" else "",
                "whole": grade(gold, ShownAnswer(case.passages[passage]))
                if case.kind != "unanswerable"
                else "",
                "passage": bool(case.evidence[passage]),
                "unit": unit in case.evidence[passage],
                "z": ordered[0],
                "total": float(np.logaddexp.reduce(np.concatenate(z))),
                "question": case.question,
                "answer": text,
            }
        )
    return rows


def summary(name: str, rows: list[dict[str, Any]]) -> str:
    """One line of shares in percent, and areas under the curve."""
    can = [row for row in rows if row["kind"] != "unanswerable"]
    n = len(can)

    def share(test: Any) -> float:
        return 100 * sum(map(test, can)) / n

    answerable = np.array([row["kind"] != "unanswerable" for row in rows], float)
    z = np.array([row["z"] for row in rows])
    right = np.array([row["grade"] == "right" for row in can], float)
    own = np.array([row["z"] for row in can])
    return (
        f"{name:22} right {share(lambda r: r['grade'] == 'right'):5.1f}  partly {share(lambda r: r['grade'] == 'partly'):4.1f}"
        f"  whole passage {share(lambda r: r['whole'] == 'right'):5.1f}  passage {share(lambda r: r['passage']):5.1f}"
        f"  unit {share(lambda r: r['unit']):5.1f}  AUROC able {auroc(z, answerable):.3f}  right {auroc(own, right):.3f}"
    )


def by_group(rows: list[dict[str, Any]]) -> str:
    """How many are right, by kind, style and folder."""
    can = [row for row in rows if row["kind"] != "unanswerable"]
    lines = []
    for key in ("kind", "style", "folder"):
        for value in dict.fromkeys(row[key] for row in can):
            own = [row for row in can if row[key] == value]
            good = sum(row["grade"] == "right" for row in own)
            passage = sum(row["passage"] for row in own)
            lines.append(
                f"  {key} {value or 'plain':22} n {len(own):3}  right {good:3}  passage {passage:3}"
            )
    return "\n".join(lines)


def folders(state: Path, model: GroupReader, gold: Path, out: Path | None) -> None:
    """Measure on the development folders, and print; rows and scores go to ``out``."""
    tokenizer = load_tokenizer()
    golds = {g["id"]: g for g in map(json.loads, gold.read_text("utf-8").splitlines())}
    grade = grader(gold)["grade"]
    pairs = [
        (case, unit_scores(model, tokenizer, case.question, case.passages, case.contexts))
        for case in cases(state)
        if case.passages
    ]
    names = list(dict.fromkeys(case.folder for case, _ in pairs))
    if len(names) < 2:
        raise SystemExit("Weights are fitted on the other folders: GOLD must name two at least.")
    crossed = {name: fitted([p for p in pairs if p[0].folder != name]) for name in names}
    print(
        "weights:",
        {k: [round(x, 2) for x in (w.model, w.score, w.cosine)] for k, w in crossed.items()},
    )
    print(summary("model alone", graded(pairs, golds, grade, dict.fromkeys(names, ALONE))))
    for most in (1, 2, 3, 4):
        print(summary(f"with retrieval, {most}", graded(pairs, golds, grade, crossed, most)))
    best = Weights(0.0, 1.0, 0.0)
    print(summary("retrieval's first", graded(pairs, golds, grade, dict.fromkeys(names, best))))
    rows = graded(pairs, golds, grade, crossed)
    print(by_group(rows))
    print(
        "all folders:",
        [round(x, 2) for x in (lambda w: (w.model, w.score, w.cosine))(fitted(pairs))],
    )
    if out is not None:
        out.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), "utf-8")
        scores = [[np.round(own, 3).tolist() for own in g] for _, g in pairs]
        out.with_suffix(".scores.json").write_text(json.dumps(scores), "utf-8")


def spans(state: Path, model: GroupReader, data: Path, count: int) -> None:
    """F1 of the best span: on the gold passage; among eight with log P of each passage's softmax, as
    shipped, and with log P less that of no answer, each beside so much of retrieval's score."""
    tokenizer = load_tokenizer()
    backend = TorchBackend(model.reader)
    for name in DEV:
        cache = state / f"trials-{name}-{count}.json"
        if not cache.is_file():
            kept = [
                (t.question, t.passages, t.scores, t.answers, t.gold)
                for t in trials(data, name, "tune", count)
                if t.gold is not None
            ]
            cache.write_text(json.dumps(kept), "utf-8")
        alone: list[float] = []
        among = ("log P", "relative")
        fits: dict[tuple[str, float], list[float]] = {}
        for question, passages, scores, answers, gold in json.loads(cache.read_text("utf-8")):
            asked, empty = tokenise(tokenizer, question), tokenise(tokenizer, "")
            if len(alone) >= count // 2:  # among eight, half as many: they take eight times as long
                passages, scores, gold = [passages[gold]], [0.0], 0
            texts = [tokenise(tokenizer, passage) for passage in passages]
            groups = [prefixes(asked, text, empty) for text in texts]
            with halved():
                decoded = best_spans(backend, groups, k=1)
            best = []
            for number, (one, group, text) in enumerate(zip(decoded, groups, texts, strict=True)):
                span = one.spans[0]
                window = group[span.prefix]
                shift = window.first - window.offset
                begin, end = text.begins[span.first + shift], text.ends[span.last + shift]
                best.append(
                    (
                        span.log_p,
                        one.no_answer[span.prefix],
                        f1(passages[number][begin:end], answers),
                    )
                )
            alone.append(best[gold][2])
            if len(alone) > count // 2:
                continue
            for prior in (0.0, 1.0, 2.0, 4.0, 6.0):
                for way in among:
                    ranks = [
                        (log_p - (none if way == "relative" else 0.0)) + prior * score
                        for (log_p, none, _), score in zip(best, scores, strict=True)
                    ]
                    fits.setdefault((way, prior), []).append(best[int(np.argmax(ranks))][2])
        line = f"{name} tune, {len(alone)} and {count // 2}: gold passage F1 {100 * np.mean(alone):.1f}"
        for way in among:
            tops = {prior: 100 * np.mean(v) for (w, prior), v in fits.items() if w == way}
            line += f"; among 8, {way}: " + " ".join(f"{p:g}:{v:.1f}" for p, v in tops.items())
        print(line, flush=True)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("state", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--gold", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--spans", type=int, default=250)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    model = load_model(given.model).eval()
    if given.gold:
        folders(given.state, model, given.gold, given.out)
    if given.data:
        spans(given.state, model, given.data, given.spans)


if __name__ == "__main__":
    main()
