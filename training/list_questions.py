"""Questions whose answers are lists, each with a passage and where its items stand: of reading sets, tables, writers."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.documents.formats import format_for, load
from rag.documents.source import Source
from rag.errors import LoadError
from rag.reading.units import units
from training.across.folders import most_like
from training.across.series import items as series_of
from training.across.series import listed
from training.across.shapes import Piece, assemble

LONGEST = 700  # characters of a passage
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its passage, and the items that answer it, as characters of the passage. ``points`` are
    what a right list says, ``unit`` is where the first stands."""

    question: str
    passage: str
    items: tuple[Span, ...]
    points: tuple[str, ...] = ()
    unit: int = 0


def of_sets(data: Path, rng: random.Random) -> Iterator[Asked]:
    """Answers that are series, in their sentences; half of those that can be, as lists."""
    for name in ("squad", "nq"):
        with gzip.open(data / f"reading_{name}_train.jsonl.gz", "rt", encoding="utf-8") as file:
            for record in map(json.loads, file):
                text, answers = record["context"], record["answers"]
                if not answers or not re.search(r",.*\b(?:and|or)\b", answers[0]):
                    continue
                answer, parts = answers[0], series_of(answers[0])
                at = text.find(answer)
                if parts is None or at < 0:
                    continue
                low = max(text.rfind(". ", 0, at) + 2, 0) if ". " in text[:at] else 0
                stop = text.find(". ", at + len(answer))
                high = len(text) if stop < 0 else stop + 1
                pieces = listed(Piece(text[low:high]), answer) if rng.random() < 0.5 else None
                if pieces:
                    whole = assemble(list(_spaced(pieces))).text
                    own = _places(whole, [piece.text[2:] for piece in pieces[1:]], 0)
                    before, after = text[:low].rstrip(), text[high:].lstrip()
                    shift = len(before) + 2
                    text = f"{before}\n\n{whole}\n\n{after}"
                    own = [(a + shift, b + shift) for a, b in own]
                else:
                    own = _places(text, parts, at)
                if len(own) >= 2:
                    yield _cut(record["question"], text, own)


def _spaced(pieces: Sequence[Piece]) -> Iterator[str | Piece]:
    for number, piece in enumerate(pieces):
        if number:
            yield "\n"
        yield piece


def _places(text: str, parts: Sequence[str], at: int) -> list[Span]:
    """Where some texts stand, one behind the other, from a place on."""
    found = []
    for part in parts:
        start = text.find(part, at)
        if start < 0:
            return []
        at = start + len(part)
        found.append((start, at))
    return found


def _cut(question: str, text: str, items: Sequence[Span], **more: Any) -> Asked:
    """With whole units around the items, :data:`LONGEST` characters at most."""
    parts = units(text)
    inside = [i for i, (a, b) in enumerate(parts) if any(a < y and x < b for x, y in items)]
    first, last = (inside[0], inside[-1]) if inside else (0, len(parts) - 1)
    while True:
        low, high = parts[first][0], parts[last][1]
        if first > 0 and high - parts[first - 1][0] <= LONGEST:
            first -= 1
        elif last + 1 < len(parts) and parts[last + 1][1] - low <= LONGEST:
            last += 1
        else:
            break
    moved = tuple((a - low, b - low) for a, b in items if low <= a and b <= high)
    if "unit" in more:
        more["unit"] -= low
    return Asked(question, text[low:high], moved, **more)


def of_tables(data: Path, rng: random.Random, count: int) -> Iterator[Asked]:
    """Columns of tables as the loaders write them, whole or of the rows in which another column says something."""
    with gzip.open(data / "tables_wikipedia.jsonl.gz", "rt", encoding="utf-8") as file:
        tables = [json.loads(line) for line in file]
    made = 0
    while made < count:
        own = rng.choice(tables)
        header, rows = own["header"], own["rows"][: rng.randint(3, 8)]
        if len(header) < 2 or len(rows) < 3 or any(not cell for cell in header):
            continue
        column, other = rng.sample(range(len(header)), 2)
        values = [row[other] for row in rows]
        wanted = max(set(values), key=values.count)
        some = values.count(wanted) > 1 and rng.random() < 0.7 and bool(wanted)
        lines, spans, at = [], [], 0
        for row in rows:
            line = " | ".join(f"{name}: {cell}" for name, cell in zip(header, row, strict=False))
            begin = (
                sum(len(f"{header[i]}: {row[i]} | ") for i in range(column))
                + len(header[column])
                + 2
            )
            if row[column] and (not some or row[other] == wanted):
                spans.append((at + begin, at + begin + len(row[column])))
            lines.append(line)
            at += len(line) + 1
        if len(spans) < 2 or at > 2 * LONGEST:
            continue
        thing = header[column].lower()
        question = (
            rng.choice((f"Which {thing}s have {header[other].lower()} {wanted}?", f"{thing} with {wanted}",
                        f"List every {thing} where {header[other]} is {wanted}."))
            if some
            else rng.choice((f"Which {thing}s are there?", f"List all {thing}s.", f"what are the {thing}s"))
        )  # fmt: skip
        made += 1
        yield Asked(question, "\n".join(lines), tuple(spans))


def of_writers(
    folders: Path, writers: Sequence[str], said: Callable[[str, str], bool]
) -> Iterator[Asked]:
    """List questions in all wordings, with the part of the document that holds the evidence."""
    for writer in writers:
        for line in (folders / writer / "gold.jsonl").read_text("utf-8").splitlines():
            gold = json.loads(line)
            if gold["kind"] != "list" or gold.get("history"):
                continue
            evidence = gold["evidence"][0]
            path = folders / writer / gold["folder"] / evidence["file"]
            data = path.read_bytes()
            form = format_for(path.name, data[:4096])
            if form is None:
                continue
            try:
                text = load(Source(path.name, data), form).text
            except LoadError:
                continue
            parts = units(text)
            best = most_like(evidence["quote"], [text[start:end] for start, end in parts])
            low, high = parts[max(0, best - 6)][0], parts[min(len(parts) - 1, best + 8)][1]
            spans = []
            for point in gold["must"]:
                found = [m.span() for m in re.finditer(re.escape(point), text, re.IGNORECASE)]
                near = [s for s in found if low <= s[0] and s[1] <= high]
                if near:
                    spans.append(min(near, key=lambda s: abs(s[0] - parts[best][0])))
            spans = sorted(set(spans))
            for wording in (gold["question"], *gold["also"]):
                yield _cut(
                    wording,
                    text,
                    spans or [parts[best]],
                    points=tuple(gold["must"]),
                    unit=parts[best][0],
                )
