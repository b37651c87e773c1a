"""Groups over tables: rows as the loaders write them, beside rows of the same and of like tables."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rag.embedding.embedder import BundledEmbedder
from training import tables as made_up
from training.across import noise
from training.across.data import Source, find, records
from training.across.groups import Group, Shown
from training.across.retrieve import nearest
from training.across.shapes import Parts, assemble

MOST = 640  # characters of rows
ASKS = (
    "What is the {c} of {k}?", "What is the {c} for {k}?", "{c} of {k}", "{k} {c}",
    "Which {c} does {k} have?", "What {c} is listed for {k}?", "Tell me the {c} of {k}",
)  # fmt: skip
REVERSE = ("Which {kc} has {c} {v}?", "What {kc} has a {c} of {v}?", "{kc} with {c} {v}")


def shown(text: str, answers: Sequence[str], question: str, title: str) -> Shown:
    """A table as a passage; its lines are what an answer is looked for in."""
    pieces = find(text.split("\n"), list(answers), question) if answers else None
    if pieces is None:
        return Shown(text, title)
    parts: Parts = []
    for piece in pieces:
        parts += ["\n", piece] if parts else [piece]
    made = assemble(parts)
    # Lines that an answer ran over were joined with spaces; the places are the same.
    return Shown(text, title, made.answers, made.evidence)


def invented(count: int, rng: random.Random, embedder: BundledEmbedder) -> list[Group]:
    """Made-up tables, each beside those that retrieval brings."""
    examples = list(made_up.tables(count, rng))
    sources = [Source((e.passage,), e.title, str(i)) for i, e in enumerate(examples)]
    found = nearest([e.question for e in examples], sources, embedder)
    groups = []
    for number, example in enumerate(examples):
        near = [
            (i, s, c) for i, s, c in found[number]
            if i != number and not any(a in examples[i].passage for a in example.answers)
        ][:5]  # fmt: skip
        own = shown(example.passage, example.answers, example.question, example.title)
        if (example.answers and not own.answers) or len(near) < 2:
            continue
        passages = [own]
        for i, score, cosine in rng.sample(near, 2):
            title = examples[i].title
            passages.append(Shown(examples[i].passage, title, score=score, cosine=cosine))
        rng.shuffle(passages)
        asked = noise.noisy(example.question, rng)
        groups.append(Group(f"invented-{number}", "invented", asked, tuple(passages)))
    return groups


def real(data: Path, count: int, rng: random.Random) -> list[Group]:
    """Look-ups in tables of Wikipedia, beside other rows of the same table and rows of like tables."""
    tables = [t for t in records(data / "tables_wikipedia.jsonl.gz") if len(t["rows"]) >= 4]
    by_column: dict[str, list[int]] = {}
    for number, table in enumerate(tables):
        for name in table["header"]:
            by_column.setdefault(name, []).append(number)
    groups: list[Group] = []
    lookups = list(records(data / "tables_wtq_lookups.jsonl.gz"))
    for number in range(count):
        if number < len(lookups):
            table = lookups[number]
            asked, answers = table["question"], table["answers"]
            at = [i for i, row in enumerate(table["rows"]) if answers[0] in row]
            if len(at) != 1:
                continue
            row = at[0]
        else:
            table = rng.choice(tables)
            one = _question(table, rng)
            if one is None:
                continue
            asked, answers, row = one
        group = _group(table, asked, answers, row, tables, by_column, rng)
        if group is not None:
            groups.append(Group(f"table-{number}", "table", noise.noisy(asked, rng), group))
    return groups


def _question(table: dict[str, Any], rng: random.Random) -> tuple[str, list[str], int] | None:
    head, rows = table["header"], table["rows"]
    keys = [
        i for i, name in enumerate(head[:3])
        if name and len({r[i] for r in rows}) == len(rows) and not all(r[i].isdigit() for r in rows)
    ]  # fmt: skip
    if not keys or len(head) < 2:
        return None
    key = rng.choice(keys)
    column = rng.choice([i for i in range(len(head)) if i != key])
    row = rng.randrange(len(rows))
    k, v = _cell(rows[row][key]), _cell(rows[row][column])
    if not (k and v and head[column].strip()) or len(k) > 60 or len(v) > 60 or k == v:
        return None
    names = {"c": _cell(head[column]), "k": k, "kc": _cell(head[key]), "v": v}
    if rng.random() < 0.5:
        names["c"] = names["c"].lower()
    if rng.random() < 0.25 and sum(r[column] == rows[row][column] for r in rows) == 1:
        return rng.choice(REVERSE).format(**names), [k], row
    return rng.choice(ASKS).format(**names), [v], row


def _cell(text: str) -> str:
    return " ".join(text.split())


def _rows(table: dict[str, Any], first: int, last: int) -> list[str]:
    return [
        " | ".join(
            f"{_cell(n)}: {_cell(v)}" for n, v in zip(table["header"], row, strict=False) if v
        )
        for row in table["rows"][first:last]
    ]


def _block(table: dict[str, Any], row: int, rng: random.Random) -> tuple[int, int]:
    """Rows around one, as many as there is room for."""
    first, last = row, row + 1
    limit = rng.randint(MOST // 2, MOST)
    while True:
        grow = [
            pair for pair in ((first - 1, last), (first, last + 1))
            if pair[0] >= 0 and pair[1] <= len(table["rows"])
            and sum(map(len, _rows(table, *pair))) <= limit
        ]  # fmt: skip
        if not grow:
            return first, last
        first, last = rng.choice(grow)


def _group(
    table: dict[str, Any],
    asked: str,
    answers: list[str],
    row: int,
    tables: list[dict[str, Any]],
    by_column: dict[str, list[int]],
    rng: random.Random,
) -> tuple[Shown, ...] | None:
    first, last = _block(table, row, rng)
    lines = _rows(table, first, last)
    low = sum(len(line) + 1 for line in lines[: row - first])
    line, answer = lines[row - first], _cell(answers[0])
    at = line.find(f": {answer}") + 2
    if at < 2 or len(line) > MOST:
        return None
    span = (low + at, low + at + len(answer))
    own = Shown("\n".join(lines), "", (span,), ((low, low + len(line)),))
    passages = [own] if rng.random() > 0.2 else []
    rest = [i for i in range(len(table["rows"])) if not first <= i < last]
    count = 3 - len(passages)
    if rest and rng.random() < 0.7:
        other = _block(table, rng.choice(rest), rng)
        if not (other[0] <= row < other[1]):
            passages.append(Shown("\n".join(_rows(table, *other))))
            count -= 1
    like = [i for name in table["header"] for i in by_column.get(name, ())]
    for _ in range(count):
        near = tables[rng.choice(like)] if like and rng.random() < 0.8 else rng.choice(tables)
        if near["rows"][:2] == table["rows"][:2]:
            continue
        text = "\n".join(_rows(near, *_block(near, rng.randrange(len(near["rows"])), rng)))
        if 20 < len(text) < 900 and answer not in text:
            passages.append(Shown(text))
    rng.shuffle(passages)
    return tuple(passages) if len(passages) >= 2 else None
