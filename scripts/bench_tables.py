"""Measure questions to tables, through the whole chain: files, index, ask.

    python scripts/bench_tables.py DATA WORK [looked] [made] [--half report|develop] [--format csv md] [--count N]

DATA is the folder of benchmark data, WORK one for files and indexes, kept between runs. "looked": look-ups by
people (WikiTableQuestions, its training part), a cell each. "made": questions made over tables of Wikipedia by
templates (look-ups by one and two conditions, superlatives, counts, sums, differences). Each is asked of
its own table ("alone": a filter on its file) and with --among of all tables; exact match, with 95% bootstrap intervals,
of the reader alone and with the executor, and how often the executor spoke and was right. Questions at even
places are for developing, those at odd ones are reported.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from data_sets import records
from tables import interval, table

from rag import QA, Index
from rag.answering import qa as chain
from rag.answering.answer import Answer
from rag.evaluation.answers import exact_match

HOW = re.compile(
    r" \((?:rows counted|different values counted|(?:sum|average) of \d+ rows|\S+ less \S+)[^()]*\)$"
)
NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")
TOTAL = re.compile(r"total|average|all\b|sum|mean", re.IGNORECASE)
Question = dict[str, Any]  # id of the table, question, answers, kind


def as_csv(item: dict[str, Any]) -> str:
    """A table as a CSV file."""
    out = io.StringIO()
    csv.writer(out).writerows([item["header"], *item["rows"]])
    return out.getvalue()


def as_markdown(item: dict[str, Any]) -> str:
    """A table as a Markdown file."""
    rows = [item["header"], ["---"] * len(item["header"]), *item["rows"]]
    lines = (" | ".join(" ".join(c.split()).replace("|", "\\|") for c in row) for row in rows)
    return "".join(f"| {line} |\n" for line in lines)


def looked(data: Path, half: str) -> tuple[list[dict[str, Any]], list[Question]]:
    items = records(data / "tables_wtq_lookups.jsonl.gz")
    asked = [
        {"id": i["id"], "question": i["question"], "answers": i["answers"], "kind": "look-up"}
        for i in items[half == "report" :: 2]
    ]
    return items, asked


def made(data: Path, half: str) -> tuple[list[dict[str, Any]], list[Question]]:
    """Questions by templates, to 300 of the tables; what they ask is computed here, by other code."""
    rng = random.Random("made")
    usable = [i for i in records(data / "tables_wikipedia.jsonl.gz") if 5 <= len(i["rows"]) <= 200]
    items = rng.sample(usable, 300)
    asked = [
        q for n, item in enumerate(items) if n % 2 == (half == "report") for q in _over(item, rng)
    ]
    return items, asked


def _over(item: dict[str, Any], rng: random.Random) -> Iterator[Question]:
    """A question of each kind that a table has room for."""
    header = [" ".join(name.split()) for name in item["header"]]
    rows = [[" ".join(cell.split()) for cell in row] for row in item["rows"]]
    if len(set(header)) != len(header) or any(len(row) != len(header) for row in rows):
        return
    if any(TOTAL.match(cell) for row in rows for cell in row):
        return
    made = _Made(item["id"], header, rows, rng)
    yield from made.looked_up()
    yield from made.compared()
    yield from made.added()
    yield from made.by_two()


class _Made:
    """A table, by what its columns are good for in a question: ``plain`` names, ``numbers``, ``keys``, of which
    no two cells are the same, and ``groups``, of which some are."""

    def __init__(self, name: str, header: list[str], rows: list[list[str]], rng: random.Random):
        self.id, self.header, self.rows, self.rng = name, header, rows, rng
        columns = list(zip(*rows, strict=True))
        self.columns = columns
        self.plain = [
            j for j, h in enumerate(header) if re.fullmatch(r"[A-Za-z][A-Za-z .]{2,25}", h)
        ]
        whole = [
            j
            for j in self.plain
            if all(NUMBER.fullmatch(c) for c in columns[j]) and not TOTAL.search(header[j])
        ]
        self.value = {j: [int(c.replace(",", "")) for c in columns[j]] for j in whole}
        self.numbers = [j for j in whole if not all(1500 < v < 2100 for v in self.value[j])]
        words = [j for j in self.plain if all(c[:1].isalpha() and len(c) <= 40 for c in columns[j])]
        self.keys = [
            j
            for j in words
            if len(set(columns[j])) == len(rows) and all(len(c) >= 3 for c in columns[j])
        ]
        self.groups = [j for j in words if 1 < len(set(columns[j])) < len(rows)]

    def _one(self, kind: str, question: str, answer: object) -> Question:
        return {"id": self.id, "kind": kind, "question": question, "answers": [str(answer)]}

    def looked_up(self) -> Iterator[Question]:
        if self.keys and (targets := [j for j in self.plain if j != self.keys[0]]):
            row, j = self.rng.choice(self.rows), self.rng.choice(targets)
            if row[j]:
                question = f"What is the {self.header[j]} of {row[self.keys[0]]}?"
                yield self._one("look-up", question, row[j])

    def compared(self) -> Iterator[Question]:
        if not self.keys or not self.numbers:
            return
        key, j = self.keys[0], self.rng.choice(self.numbers)
        values, name = self.value[j], self.header[j]
        for word, best in (("highest", max(values)), ("lowest", min(values))):
            if values.count(best) == 1:
                question = f"Which {self.header[key]} has the {word} {name}?"
                yield self._one("superlative", question, self.rows[values.index(best)][key])
        a, b = self.rng.sample(range(len(values)), 2)
        pair = f"{self.rows[a][key]} and {self.rows[b][key]}"
        question = f"What is the difference in {name} between {pair}?"
        yield self._one("difference", question, abs(values[a] - values[b]))

    def added(self) -> Iterator[Question]:
        if self.groups:
            group = self.rng.choice(self.groups)
            wanted = self.rng.choice(self.columns[group])
            question = f"How many rows have the {self.header[group]} {wanted}?"
            yield self._one("count", question, self.columns[group].count(wanted))
        if not self.numbers:
            return
        j = self.rng.choice(self.numbers)
        yield self._one("sum", f"What is the total {self.header[j]}?", sum(self.value[j]))
        if self.groups:
            held = [
                v for v, c in zip(self.value[j], self.columns[group], strict=True) if c == wanted
            ]
            if len(held) > 1:
                where = f"where the {self.header[group]} is {wanted}"
                yield self._one("sum", f"What is the total {self.header[j]} {where}?", sum(held))

    def by_two(self) -> Iterator[Question]:
        if len(self.plain) < 3:
            return
        a, b, j = self.rng.sample(self.plain, 3)
        row = self.rng.choice(self.rows)
        same = [other for other in self.rows if (other[a], other[b]) == (row[a], row[b])]
        if len(same) == 1 and row[a] and row[b] and row[j] and max(len(row[a]), len(row[b])) < 40:
            where = f"{self.header[a]} is {row[a]} and {self.header[b]} is {row[b]}"
            yield self._one(
                "two conditions", f"What is the {self.header[j]} where {where}?", row[j]
            )


def said(answer: Answer) -> str:
    """What it answered, without how a number was computed; nothing where it did not."""
    return "" if answer.abstained else HOW.sub("", answer.text)


def right(text: str, answers: list[str]) -> float:
    """Exact match; of numbers, without the commas."""
    plain = [re.sub(r"(?<=\d),(?=\d{3})", "", one) for one in (text, *answers)]
    return exact_match(plain[0], plain[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("sets", nargs="*", default=[], metavar="looked|made")
    parser.add_argument("--half", choices=("develop", "report"), default="report")
    parser.add_argument("--format", nargs="*", choices=("csv", "md"), default=("csv", "md"))
    parser.add_argument("--count", type=int, help="questions of each set, and their tables alone")
    parser.add_argument("--among", action="store_true", help="ask them of all tables too")
    parser.add_argument("--show", action="store_true", help="print what the executor got wrong")
    given = parser.parse_args()
    for name in given.sets or ("looked", "made"):
        items, asked = {"looked": looked, "made": made}[name](given.data, given.half)
        if given.count:
            asked = random.Random("count").sample(asked, min(given.count, len(asked)))
            items = [item for item in items if item["id"] in {one["id"] for one in asked}]
        for suffix in given.format:
            _measure(given, name, suffix, items, asked)


def _measure(
    given: argparse.Namespace,
    name: str,
    suffix: str,
    items: list[dict[str, Any]],
    asked: list[Question],
) -> None:
    place = given.work / f"{name}-{suffix}-{given.half}-{given.count or 'all'}"
    folder = place / "files"
    folder.mkdir(parents=True, exist_ok=True)
    write = as_csv if suffix == "csv" else as_markdown
    for item in items:
        (folder / f"{_file(item['id'])}.{suffix}").write_text(write(item), encoding="utf-8")
    index = Index.build(folder, place / "index")
    qa = QA(index)
    rows = []
    for alone in (True, False) if given.among else (True,):
        before, after, spoke = defaultdict(list), defaultdict(list), defaultdict(list)
        for one in asked:
            where = {"source": f"{_file(one['id'])}.{suffix}"} if alone else None
            answer, plain = _both(qa, one["question"], where)
            found = right(said(answer), one["answers"])
            after[one["kind"]].append(found)
            before[one["kind"]].append(right(said(plain), one["answers"]))
            if answer is not plain:
                spoke[one["kind"]].append(found)
                if given.show and not found:
                    print(f"{one['question']} -> {answer.text!r}, not {one['answers']}", flush=True)
        for kind in Counter(one["kind"] for one in asked):
            counts = [len(spoke[kind]), f"{sum(spoke[kind]):.0f}"]
            figures = [len(after[kind]), interval(before[kind]), interval(after[kind])]
            rows.append(["alone" if alone else "among all", kind, *figures, *counts])
    table(
        f"{name}, {suffix}, {given.half} half",
        ["table", "kind", "questions", "EM before", "EM", "executor spoke", "right"],
        rows,
    )
    index.close()


def _file(name: str) -> str:
    return name.replace("/", "-")


def _both(qa: QA, question: str, where: dict[str, str] | None) -> tuple[Answer, Answer]:
    """The answer, and that of the reader alone: the same one where the executor was silent."""
    answer = qa.ask(question, where=where)
    if answer.usage:  # the reader has read
        return answer, answer
    by_table, chain.by_table = chain.by_table, lambda *_: None
    try:
        return answer, qa.ask(question, where=where)
    finally:
        chain.by_table = by_table


if __name__ == "__main__":
    main()
