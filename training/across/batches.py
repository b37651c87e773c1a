"""Groups as tokens, and batches of them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from rag.reading.prefix import Prefix, Tokens, prefixes, tokenise
from rag.reading.units import units
from training.across.groups import Group, Shown
from training.across.model import GroupBatch
from training.examples import Sequence as Answered
from training.examples import collate

MAX_TOKENS = 288  # of a prefix; what is longer is read in windows, of which one is learnt from
MAX_ANSWER = 64
MAX_SPANS = 3
MAX_UNITS = 40


@dataclass(frozen=True, slots=True)
class Row:
    """A passage as tokens: unit of each token (-1: none), which units are evidence, and what speaks for each of them
    beside reading, in nats, if it is known."""

    answered: Answered
    unit: NDArray[np.int16]
    right: tuple[int, ...]
    beside: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class TokenGroup:
    """A group as tokens."""

    rows: tuple[Row, ...]
    spans: bool

    @property
    def longest(self) -> int:
        """Tokens of its longest passage, with its answers."""
        return max(row.answered.tokens for row in self.rows)


def tokens(group: Group, tokenizer: Tokenizer) -> TokenGroup | None:
    """None where the evidence or, if it is wanted, the answer is lost between windows."""
    question = tokenise(tokenizer, group.question)
    rows = []
    spans = group.spans
    for shown in group.passages:
        row = _row(shown, question, tokenizer)
        if row is None or (shown.evidence and not row.right):
            return None
        spans = spans and bool(row.answered.spans or not shown.evidence)
        rows.append(row)
    return TokenGroup(tuple(rows), spans) if rows else None


def _row(shown: Shown, question: Tokens, tokenizer: Tokenizer) -> Row | None:
    text = tokenise(tokenizer, shown.text)
    made = prefixes(question, text, tokenise(tokenizer, shown.context), max_tokens=MAX_TOKENS)
    if not made:
        return None
    at = shown.evidence[0][0] if shown.evidence else 0
    window = next((w for w in made if at < text.ends[w.first + w.count - 1]), made[-1])
    parts = units(shown.text)[:MAX_UNITS]
    unit = unit_of_tokens(parts, text, window)
    there = set(unit.tolist())
    right = tuple(
        number
        for number, (low, high) in enumerate(parts)
        if number in there and any(a < high and low < b for a, b in shown.evidence)
    )
    return Row(Answered(window, _spans(shown, text, window)), unit, right)


def unit_of_tokens(
    parts: Sequence[tuple[int, int]], text: Tokens, window: Prefix
) -> NDArray[np.int16]:
    """The unit of each token of a prefix, -1 for none: [n]."""
    unit = np.full(len(window.ids), -1, np.int16)
    begins = np.array([low for low, _ in parts])
    own = slice(window.first, window.first + window.count)
    number = np.searchsorted(begins, text.begins[own], side="right") - 1
    ends = np.array([high for _, high in parts])
    inside = (number >= 0) & (text.begins[own] < ends[np.maximum(number, 0)])
    unit[window.offset : window.offset + window.count] = np.where(inside, number, -1)
    return unit


def _spans(shown: Shown, text: Tokens, window: Prefix) -> tuple[tuple[int, int], ...]:
    begins = {int(c): t for t, c in enumerate(text.begins) if text.opens[t]}
    ends = {int(c): t for t, c in enumerate(text.ends) if text.closes[t]}
    found = []
    for low, high in shown.answers:
        first, last = begins.get(low), ends.get(high)
        if first is None or last is None or last - first >= MAX_ANSWER:
            continue
        a, b = (t - window.first + window.offset for t in (first, last))
        if window.offset <= a and b < window.offset + window.count:
            found.append((a, b))
    return tuple(found[:MAX_SPANS])


def batches(
    items: Sequence[TokenGroup], budget: int, rng: random.Random
) -> Iterator[list[TokenGroup]]:
    """Groups of like length together, ``budget`` padded tokens a batch, in random order."""
    made: list[list[TokenGroup]] = []
    rows = longest = 0
    for item in sorted(items, key=lambda t: t.longest):
        if not made or (rows + len(item.rows)) * max(longest, item.longest) > budget:
            made.append([])
            rows = longest = 0
        made[-1].append(item)
        rows, longest = rows + len(item.rows), max(longest, item.longest)
    rng.shuffle(made)
    yield from made


def collated(items: Sequence[TokenGroup]) -> GroupBatch:
    """Groups as one batch: a row for each passage, padded to the longest."""
    rows = [row for item in items for row in item.rows]
    batch = collate([row.answered for row in rows])
    n = batch.starts.shape[1]
    most = max(1, *(int(row.unit.max(initial=-1)) + 1 for row in rows))
    member = np.zeros((len(rows), most, n), bool)
    right = np.zeros((len(rows), most), bool)
    beside = np.zeros((len(rows), most), np.float32)
    for number, row in enumerate(rows):
        known = row.beside[:most]
        beside[number, : len(known)] = known
        inside = np.flatnonzero(row.unit >= 0)
        member[number, row.unit[inside], inside] = True
        right[number, list(row.right)] = True
    place = np.full((len(items), max(len(item.rows) for item in items)), -1)
    at = 0
    for number, item in enumerate(items):
        place[number, : len(item.rows)] = np.arange(at, at + len(item.rows))
        at += len(item.rows)
    return GroupBatch(
        batch,
        torch.from_numpy(member),
        torch.from_numpy(member.any(-1)),
        torch.from_numpy(right),
        torch.from_numpy(right.any(-1)),
        torch.from_numpy(place),
        torch.tensor([item.spans for item in items]),
        torch.from_numpy(beside),
    )
