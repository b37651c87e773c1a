"""What changed between two documents: a diff whose lines are sentences, list items and rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

import numpy as np
from rapidfuzz import fuzz, process

from rag.documents.document import Document
from rag.reading.units import is_heading, units

MOST = 3_000  # sentences of each document that are compared
PAIRED = 500  # of those that only one of them has, that are looked through for changed ones
SURE = 80  # of 100: alike enough to tell two versions of one text
ALIKE = 55  # of 100, by rapidfuzz: one is the other, changed
COMMON = 0.2  # share of the shorter document's sentences that two versions of one have in common

Span = tuple[int, int]
How = Literal["changed", "added", "removed"]

_WORD = re.compile(r"\w+(?:[.,]\w+)*|[^\w\s]")
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence before and after: [start, end) of it in each document, None where it isn't there; and
    of the words that differ in it. ``numbers``: numbers are what differs, or differ too."""

    before: Span | None
    after: Span | None
    before_words: Span | None = None
    after_words: Span | None = None
    numbers: bool = False

    @property
    def how(self) -> How:
        """Whether it was changed, added or removed."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"


@dataclass(frozen=True, slots=True)
class Changes:
    """The differences of two documents: those of numbers first, then what was changed, added, removed, each in
    the order of the documents. ``same``: how many sentences are in both. ``whole``: all were compared."""

    changes: tuple[Change, ...]
    same: int
    common: float
    whole: bool = True

    @property
    def alike(self) -> bool:
        """Whether the two are versions of one text, so that it makes sense to tell their differences."""
        return self.common >= COMMON


def changes(before: Document, after: Document) -> Changes:
    """What differs between two documents, sentence by sentence. White space doesn't count, nor does it where
    a sentence stands."""
    old, new = _sentences(before), _sentences(after)
    whole = len(old) <= MOST and len(new) <= MOST
    old, new = old[:MOST], new[:MOST]
    a = [" ".join(before.text[s:e].split()) for s, e in old]
    b = [" ".join(after.text[s:e].split()) for s, e in new]
    gone, come = _apart(a, b)
    same = len(a) - len(gone)
    made: list[tuple[int, Change]] = []
    pairs = _paired(gone[:PAIRED], come[:PAIRED], a, b)
    for i, j, _ in pairs:
        low, high = _differing(before.text, old[i], after.text, new[j])
        numbers = _NUMBER.findall(a[i]) != _NUMBER.findall(b[j])
        made.append((j, Change(old[i], new[j], low, high, numbers)))
    paired_old = {change.before for _, change in made}
    paired_new = {change.after for _, change in made}
    changed = sorted(made, key=lambda pair: (not pair[1].numbers, pair[0]))
    added = [Change(None, new[j]) for j in come if new[j] not in paired_new]
    removed = [Change(old[i], None) for i in gone if old[i] not in paired_old]
    common = (same + sum(alike >= SURE for *_, alike in pairs)) / max(1, min(len(a), len(b)))
    found = (*(change for _, change in changed), *added, *removed)
    return Changes(found, same, common, whole)


def _sentences(document: Document) -> list[Span]:
    """All sentences, items and rows but the headings."""
    text, headings = document.text, {heading.start for heading in document.headings}
    return [
        (start, end)
        for start, end in units(text)
        if start not in headings and not is_heading(text, start, end)
    ]


def _apart(a: Sequence[str], b: Sequence[str]) -> tuple[list[int], list[int]]:
    """Numbers of the sentences that only one of two texts has, moved ones apart."""
    gone: list[int] = []
    come: list[int] = []
    for tag, i, i_end, j, j_end in SequenceMatcher(None, a, b).get_opcodes():
        if tag != "equal":
            gone += range(i, i_end)
            come += range(j, j_end)
    moved: dict[str, list[int]] = {}
    for j in come:
        moved.setdefault(b[j], []).append(j)
    left = [i for i in gone if not (moved.get(a[i]) and moved[a[i]].pop(0) >= 0)]
    return left, sorted(j for some in moved.values() for j in some)


def _paired(
    gone: Sequence[int], come: Sequence[int], a: Sequence[str], b: Sequence[str]
) -> list[tuple[int, int, float]]:
    """Sentences that are each other's, changed, and how alike: the likest first, each once."""
    if not gone or not come:
        return []
    # Without their digits: "up to 300 euros" is "up to 2,000 euros", changed.
    plain_a = [_DIGIT.sub("#", a[i]) for i in gone]
    plain_b = [_DIGIT.sub("#", b[j]) for j in come]
    alike = process.cdist(plain_a, plain_b, scorer=fuzz.ratio, score_cutoff=ALIKE, dtype=np.float32)
    # Of equally like ones, those that stand at like places.
    i_at, j_at = np.arange(len(gone)) / len(gone), np.arange(len(come)) / len(come)
    scores = np.where(alike > 0, alike - np.abs(i_at[:, None] - j_at[None, :]), 0)
    pairs = []
    rows, columns = np.nonzero(scores)
    used_i: set[int] = set()
    used_j: set[int] = set()
    for at in np.argsort(-scores[rows, columns], kind="stable"):
        i, j = int(rows[at]), int(columns[at])
        if i not in used_i and j not in used_j:
            used_i.add(i)
            used_j.add(j)
            pairs.append((gone[i], come[j], float(alike[i, j])))
    return pairs


def _differing(before: str, old: Span, after: str, new: Span) -> tuple[Span, Span]:
    """From the first to the last word that differs, in each of two sentences; all of it, where words were
    only added or only left out."""
    words_a = [(m.start() + old[0], m.end() + old[0]) for m in _WORD.finditer(before[slice(*old)])]
    words_b = [(m.start() + new[0], m.end() + new[0]) for m in _WORD.finditer(after[slice(*new)])]
    a, b = [before[s:e] for s, e in words_a], [after[s:e] for s, e in words_b]
    head = 0
    while head < min(len(a), len(b)) and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    return _from_to(words_a, head, tail, old), _from_to(words_b, head, tail, new)


def _from_to(words: Sequence[Span], head: int, tail: int, sentence: Span) -> Span:
    last = len(words) - tail
    return (words[head][0], words[last - 1][1]) if head < last else sentence
