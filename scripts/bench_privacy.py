"""Precision and recall of rag.privacy by kind, on labelled sentences; and its speed.

    python scripts/bench_privacy.py            # tests/data/privacy.jsonl, and privacy_fresh.jsonl where it is
    python scripts/bench_privacy.py --wrong    # and each sentence that is misjudged
    python scripts/bench_privacy.py --speed    # MB a second, of plain, full and hostile text

A label is found where something of its kind covers at least half of what both cover together; "exact" is with
the same borders. "Covered" is the share of labelled characters that stand in anything found: what could not be
read any more. How the sentences were made: tests/data/privacy.md.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rag.privacy import KINDS, Found, find

DATA = Path(__file__).parents[1] / "tests/data"
FILES = (DATA / "privacy.jsonl", DATA / "privacy_fresh.jsonl")
SIZE = 1_000_000  # characters of a text whose reading is timed
TEXTS = {
    "words alone": "The kettle is cleaned with vinegar once a month, and no one has minded that so far. ",
    "words and numbers": "The kettle is cleaned with vinegar; in 2019 there were 35 of them, and no one minded. ",
    "a table of numbers": "17.25\t1,204\t2019-04-03\t88 410\t0.5\t3\t12:30\t1002003\n",
    "full of both": "Jane, born 3 March 1985, 12 Oak Lane, Austin, TX 78701, jane@example.com, +1 202 555 0171. ",
    "hostile: digits": "1",
    "hostile: groups": "1234 ",
    "hostile: at signs": "a@",
    "hostile: tokens": "eyJa.eyJ",
    "hostile: keys": "-----BEGIN PRIVATE KEY-----\n",
    "hostile: urls": "://a:",
    "hostile: words": "password is ",
    "hostile: telephones": "call 030 1234567 ",
    "hostile: streets": "Am Alten Weg 1 ",
    "hostile: births": "born 1 of ",
    "hostile: letters": "AB12",
    "hostile: colons": "1:a:",
}


@dataclass(slots=True)
class Counts:
    """Of one kind: labels, things found, of these right, of these with exact borders; characters of labels and
    those that are covered."""

    labels: int = 0
    found: int = 0
    right: int = 0
    exact: int = 0
    characters: int = 0
    covered: int = 0
    wrong: list[str] = field(default_factory=list)


def judged(lines: Sequence[str]) -> dict[str, Counts]:
    """What is found in labelled sentences, JSON each, by kind."""
    counts = {kind: Counts() for kind in KINDS}
    for line in lines:
        case = json.loads(line)
        text = case["text"]
        labels = [Found(one["start"], one["end"], one["kind"]) for one in case["found"]]
        found = find(text)
        seen = {i for one in found for i in range(one.start, one.end)}
        used: set[Found] = set()
        for label in labels:
            count = counts[label.kind]
            count.labels += 1
            count.characters += label.end - label.start
            count.covered += sum(i in seen for i in range(label.start, label.end))
            best = max(found, key=lambda one: shared(label, one), default=None)
            if best and best not in used and shared(label, best) >= 0.5:
                used.add(best)
                count.right += 1
                count.exact += (best.start, best.end) == (label.start, label.end)
            else:
                count.wrong.append(f"missed  {text[label.start : label.end]!r} | {text}")
        for one in found:
            counts[one.kind].found += 1
            if one not in used:
                counts[one.kind].wrong.append(f"no such {text[one.start : one.end]!r} | {text}")
    return counts


def shared(label: Found, one: Found) -> float:
    """What both cover of what either covers; 0 for two kinds."""
    both = min(label.end, one.end) - max(label.start, one.start)
    either = max(label.end, one.end) - min(label.start, one.start)
    return max(0, both) / either if label.kind == one.kind else 0.0


def table(counts: dict[str, Counts]) -> list[str]:
    """The rows of the table, the sum last."""
    rows = [
        "| kind | labels | found | right | precision | recall | exact | covered |",
        "| --- |" + " ---: |" * 7,
    ]
    everything = Counts()
    for kind, count in counts.items():
        for name in ("labels", "found", "right", "exact", "characters", "covered"):
            setattr(everything, name, getattr(everything, name) + getattr(count, name))
        rows.append(_row(kind, count))
    return [*rows, _row("all", everything)]


def _row(kind: str, c: Counts) -> str:
    shares = (
        (c.right, c.found),
        (c.right, c.labels),
        (c.exact, c.labels),
        (c.covered, c.characters),
    )
    cells = " | ".join(f"{a / b:.1%}" if b else "-" for a, b in shares)
    return f"| {kind} | {c.labels} | {c.found} | {c.right} | {cells} |"


def speed() -> list[str]:
    """MB a second by text, both of the first reading and of what is hostile."""
    rows = ["| text of 1 MB | MB/s |", "| --- | ---: |"]
    find("call +1 202 555 0171, 4111 1111 1111 1111")  # what is loaded when it is first needed
    for name, piece in TEXTS.items():
        text = (piece * (SIZE // len(piece) + 1))[:SIZE]
        begun = time.process_time()
        find(text)
        rows.append(f"| {name} | {SIZE / 1e6 / (time.process_time() - begun):.1f} |")
    return rows


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--wrong", action="store_true", help="print what is misjudged")
    parser.add_argument("--speed", action="store_true", help="time it instead")
    options = parser.parse_args()
    if options.speed:
        print("\n".join(speed()))
        return
    for file in filter(Path.is_file, FILES):
        lines = file.read_text("utf-8").splitlines()
        counts = judged(lines)
        kinds = Counter(bool(json.loads(line)["found"]) for line in lines)
        print(f"{file.name}: {len(lines)} sentences, {kinds[False]} of them with nothing in them\n")
        print("\n".join(table(counts)), end="\n\n")
        if options.wrong:
            print("\n".join(f"{kind}: {one}" for kind, c in counts.items() for one in c.wrong))


if __name__ == "__main__":
    main()
