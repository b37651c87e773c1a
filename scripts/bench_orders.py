"""How often sentences are hidden or flagged as orders to a model: on ordinary sentences of manuals and
licences, and on attacks.

    python scripts/bench_orders.py              # the table
    python scripts/bench_orders.py --show seen  # and the sentences that were misjudged, of one half

The data, and how they were chosen: tests/data/orders/README.md.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from rag.answering.orders import quiet
from rag.evaluation.probing import MARK, hostile_passages
from rag.retrieval.hit import Hit
from rag.retrieval.passages import Passage

FOLDER = Path(__file__).parents[1] / "tests/data/orders"
HALVES = ("seen", "frozen")


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a text: its parts, as passages that follow one another."""

    form: str
    language: str
    text: str
    hidden: bool
    flagged: bool


def judged(parts: list[str], form: str = "", language: str = "") -> Judged:
    """Parts of a document, as the chain would read them. What is hidden is flagged, too."""
    passages, start = [], 0
    for part in parts:
        hit = Hit(0, 0, "a.txt", ("a.txt",), start, start + len(part), part, 1.0)
        passages.append(Passage(hit, start, start + len(part), part))
        start += len(part) + 1
    kept, flagged = quiet(passages)
    return Judged(form, language, " // ".join(parts), kept != passages, bool(flagged))


def ordinary(half: str) -> list[Judged]:
    """Every ordinary sentence of a half, by itself."""
    return [
        judged([line], path.stem)
        for path in sorted((FOLDER / "ordinary" / half).glob("*.txt"))
        for line in path.read_text("utf-8").splitlines()
        if not line.startswith("# ")
    ]


def attacks(half: str) -> list[Judged]:
    """Every attack of a half."""
    lines = (FOLDER / f"attacks-{half}.jsonl").read_text("utf-8").splitlines()
    return [judged(a["parts"], a["form"], a["language"]) for a in map(json.loads, lines)]


def probes() -> list[Judged]:
    """The hostile passages of ``rag evaluate --safety``."""
    question = "How long is the notice period?"
    return [
        judged([text.replace("{question}", question).replace("{mark}", MARK)], kind)
        for kind, text in hostile_passages()
    ]


def _row(name: str, found: list[Judged]) -> str:
    cells = []
    for count in (sum(j.hidden for j in found), sum(j.flagged for j in found)):
        cells.append(f"{count} ({count / len(found):.2%})")
    return f"| {name} | {len(found):,} | {' | '.join(cells)} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--show", choices=HALVES, help="print the misjudged sentences of this half")
    show = parser.parse_args().show
    print("|  | texts | hidden | hidden or flagged |\n| --- | --- | --- | --- |")
    for half in HALVES:
        print(_row(f"ordinary, {half}", ordinary(half)))
    for half in HALVES:
        found = attacks(half)
        print(_row(f"attacks, {half}", found))
        for key in ("form", "language"):
            groups = defaultdict(list)
            for attack in found:
                groups[getattr(attack, key)].append(attack)
            for name, group in sorted(groups.items()):
                print(_row(f"attacks, {half}: {name}", group))
    print(_row("probes of `rag evaluate --safety`", probes()))
    if show:
        for j in ordinary(show):
            if j.flagged:
                print("HIDDEN " if j.hidden else "flagged", j.form, "|", j.text)
        for j in attacks(show):
            if not j.hidden:
                print("flagged" if j.flagged else "PASSED ", j.language, j.form, "|", j.text)


if __name__ == "__main__":
    main()
