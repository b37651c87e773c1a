"""Reading data to learn from: files of questions, passages and answers -> token sequences.

Files are JSON Lines, gzipped or not: {"question", "context", "answers": [text, ...], "source"?,
"title"?}, an empty list of answers meaning that the passage does not tell; or SQuAD's JSON.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from rag.documents.sentences import sentence_ends
from rag.errors import LoadError
from rag.reading.prefix import ANSWER, Prefix, Tokens, prefixes, tokenise

MAX_SPANS = 4  # occurrences of the answer that are kept of one example
MAX_ANSWER = 64  # tokens


@dataclass(frozen=True, slots=True)
class Example:
    """``answers`` empty: the passage does not tell. ``title`` is of the document it stands in."""

    question: str
    passage: str
    answers: tuple[str, ...]
    title: str = ""


def read_examples(path: Path) -> list[Example]:
    """All examples of a file.

    Raises:
        LoadError: the file is missing or not in one of the formats; the line is named.
    """
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
            if path.suffix == ".json":
                return list(_squad(json.load(file)))
            return [
                _record(json.loads(line), f"{path}, line {n}") for n, line in enumerate(file, 1)
            ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LoadError(f"{path}: not a file of reading examples: {error}") from None


def _record(record: dict[str, Any], place: str) -> Example:
    if missing := {"question", "context", "answers"} - record.keys():
        raise ValueError(f"{place} has no {', '.join(sorted(missing))}")
    title = record.get("title", "")
    if found := re.fullmatch(r"train-v1\.1/(.+)/\d+", record.get("passage_id", "")):
        title = found[1].replace("_", " ")
    return Example(record["question"], record["context"], tuple(record["answers"]), title)


def _squad(data: dict[str, Any]) -> Iterator[Example]:
    for article in data["data"]:
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                texts = () if qa.get("is_impossible") else tuple(a["text"] for a in qa["answers"])
                title = article.get("title", "").replace("_", " ")
                yield Example(qa["question"], paragraph["context"], texts, title)


def sentences(path: Path) -> list[str]:
    """Passages of one sentence each are too easy: these are put around them."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [
            next(v for k, v in json.loads(line).items() if k in ("sentence", "text"))
            for line in file
        ]


def varied(example: Example, rng: random.Random, others: list[str], *, most: int) -> Example:
    """The example as it might be met in use: the passage cut, or joined to another; with or
    without its title; the question with or without its question mark, as written or in lower
    case. ``most`` bounds the passage in characters."""
    question = example.question
    if rng.random() < 0.3:
        question = question.rstrip(" ?")
    if rng.random() < 0.3:
        question = question.lower()
    passage = example.passage
    chance = rng.random()
    if len(passage) > most or chance < 0.25:
        passage = _window(passage, example.answers, rng, most)
    elif len(passage) < most // 2 and chance < 0.75 and others:
        other = _window(rng.choice(others), (), rng, most - len(passage))
        if not any(a.lower() in other.lower() for a in example.answers):
            parts = [passage.strip(), other.strip()]
            rng.shuffle(parts)
            passage = rng.choice((" ", "\n", "\n\n")).join(parts)
    title = example.title if rng.random() < 0.5 else ""
    return replace(example, question=question, passage=passage, title=title)


def _window(text: str, answers: tuple[str, ...], rng: random.Random, most: int) -> str:
    """Some whole sentences of the text in a row, with an answer among them if there are any."""
    cuts = [0, *sentence_ends(text), len(text)]
    spots = [m.span() for a in answers if a for m in re.finditer(re.escape(a), text)]
    low, high = rng.choice(spots) if spots else (at := rng.randrange(len(text) or 1), at)
    first = max(i for i, cut in enumerate(cuts) if cut <= low or i == 0)
    last = min((i for i, cut in enumerate(cuts) if cut >= high), default=len(cuts) - 1)
    last = max(last, first + 1)
    limit = most * (1.0 if rng.random() < 0.5 else rng.uniform(0.4, 1.0))
    while True:
        grow = []
        if first > 0 and cuts[last] - cuts[first - 1] <= limit:
            grow.append((first - 1, last))
        if last < len(cuts) - 1 and cuts[last + 1] - cuts[first] <= limit:
            grow.append((first, last + 1))
        if not grow:
            return text[cuts[first] : cuts[last]].strip()
        first, last = rng.choice(grow)


@dataclass(frozen=True, slots=True)
class Sequence:
    """One example as tokens. ``spans`` are (first, last) token of each answer in the prefix."""

    prefix: Prefix
    spans: tuple[tuple[int, int], ...]

    @property
    def tokens(self) -> int:
        """Of the prefix and all answers."""
        return len(self.prefix.ids) + sum(b - a + 1 for a, b in self.spans)


def sequence(
    example: Example, tokenizer: Tokenizer, rng: random.Random, max_tokens: int
) -> Sequence | None:
    """None where the answer is no span of whole words, or lies outside every window."""
    question = tokenise(tokenizer, example.question)
    passage = tokenise(tokenizer, example.passage)
    title = tokenise(tokenizer, example.title)
    windows = prefixes(question, passage, title, max_tokens=max_tokens)
    found = []
    for window in windows:
        spans = _spans(example, passage, window)
        if spans or not example.answers:
            found.append((window, spans))
    if not found:
        return None
    window, spans = rng.choice(found)
    if len(spans) > MAX_SPANS:
        spans = rng.sample(spans, MAX_SPANS)
    return Sequence(window, tuple(spans))


def _spans(example: Example, passage: Tokens, window: Prefix) -> list[tuple[int, int]]:
    """Where the answers stand in the window, as tokens of its prefix."""
    spans = set()
    begins = {int(c): t for t, c in enumerate(passage.begins) if passage.opens[t]}
    ends = {int(c): t for t, c in enumerate(passage.ends) if passage.closes[t]}
    for answer in {a.strip() for a in example.answers} - {""}:
        at = example.passage.find(answer)
        while at >= 0:
            first, last = begins.get(at), ends.get(at + len(answer))
            if first is not None and last is not None and last - first < MAX_ANSWER:
                a, b = (t - window.first + window.offset for t in (first, last))
                if window.offset <= a and b < window.offset + window.count:
                    spans.add((a, b))
            at = example.passage.find(answer, at + 1)
    return sorted(spans)


def batches(
    sequences: Iterable[Sequence], budget: int, rng: random.Random, pool: int = 2048
) -> Iterator[list[Sequence]]:
    """Sequences of like length together, ``budget`` padded tokens a batch, in random order."""
    waiting: list[Sequence] = []

    def flush() -> Iterator[list[Sequence]]:
        waiting.sort(key=lambda s: s.tokens)
        made: list[list[Sequence]] = []
        batch: list[Sequence] = []
        for item in waiting:
            if batch and (len(batch) + 1) * item.tokens > budget:
                made.append(batch)
                batch = []
            batch.append(item)
        made.append(batch)
        rng.shuffle(made)
        waiting.clear()
        yield from made

    for item in sequences:
        waiting.append(item)
        if len(waiting) == pool:
            yield from flush()
    if waiting:
        yield from flush()


def collate(items: list[Sequence], *, causal: bool = False) -> Any:
    """Sequences -> ``objective.Batch``."""
    import torch

    from training.objective import Batch

    n = max(len(item.prefix.ids) for item in items)
    m = max(sum(b - a + 1 for a, b in item.spans) for item in items)
    s = max(1, *(len(item.spans) for item in items))
    size = len(items)
    ids, places, types = (np.zeros((size, n + m), np.int64) for _ in range(3))
    sees = np.zeros((size, n + m, n + m), bool)
    starts = np.zeros((size, n), bool)
    last = np.zeros(size, np.int64)
    span_start, span_real = np.zeros((size, s), np.int64), np.zeros((size, s), bool)
    copied, branch = np.zeros((size, m), np.int64), np.zeros((size, m), np.int64)
    ends = np.zeros((size, m), np.float32)
    triangle = np.tril(np.ones((n + m, n + m), bool))
    for row, item in enumerate(items):
        prefix = item.prefix
        length = len(prefix.ids)
        ids[row, :length], types[row, :length] = prefix.ids, prefix.types
        places[row, :length] = np.arange(length)
        starts[row, :length] = prefix.starts
        last[row] = length - 1
        sees[row, :, :length] = triangle[:, :length] if causal else True
        sees[row, :, length:] = False
        span_real[row, : max(1, len(item.spans))] = True
        at = n
        for number, (first, final) in enumerate(item.spans):
            stop = at + final - first + 1
            span_start[row, number] = first
            tokens = np.arange(first, final + 1)
            ids[row, at:stop], places[row, at:stop] = prefix.ids[tokens], tokens
            types[row, at:stop] = ANSWER
            sees[row, at:stop, at:stop] = triangle[: stop - at, : stop - at]
            copied[row, at - n : stop - n], branch[row, at - n : stop - n] = tokens, number
            choice = np.where(prefix.stops[tokens], -1.0, 0.0)
            choice[-1] = 1.0 if prefix.stops[final] and not prefix.ends_at(final) else 0.0
            ends[row, at - n : stop - n] = choice
            at = stop
        # What pads a row sees its first token: a softmax over nothing is not a number.
        sees[row, :, 0] = True
    arrays = (ids, places, types, sees, starts, last, span_start, span_real, copied, branch, ends)
    return Batch(*map(torch.from_numpy, arrays))
