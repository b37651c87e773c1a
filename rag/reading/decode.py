"""The most probable spans under the autoregressive reader, found exactly.

The probability of a span is that of its start, times that of going on after each token but the
last, times that of ending there. As the passage determines what is copied next, one pass scores
all spans with the same start; and no span is more probable than its start, so starts are tried
from the best down until the next cannot win: branch and bound gives what exhaustive search would
(exact-extract: Castel et al. 2021), from a few starts of hundreds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.reading.prefix import Prefix

MAX_ANSWER = 64  # tokens
FIRST_STEP = 16  # tokens scored of a start at first; doubled while a longer span could win
STARTS_A_ROUND = 8  # of each question

Array = NDArray[np.float32]
Ints = NDArray[np.int64]


class Backend(Protocol):
    """A reader network, by torch or by OpenVINO."""

    def prefill(self, prefixes: Sequence[Prefix]) -> tuple[Array, Any]:
        """Log P of each first step, [b, n] (column 0: no answer), and the cache to extend."""
        ...

    def extend(self, state: Any, rows: Ints, copied: Ints) -> Array:
        """Log odds of ending after each token of these copies, [r, m]. Row ``i`` copies the tokens
        ``copied[i]`` [r, m] of prefix ``rows[i]``, one after the other."""
        ...


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """Tokens ``first`` to ``last`` (included) of prefix ``prefix``, and log P of copying them."""

    prefix: int
    first: int
    last: int
    log_p: float


@dataclass(frozen=True, slots=True)
class Decoded:
    """The best spans over all prefixes of one question, best first. ``starts``: of each prefix, log P
    of each first step, [n]; step 0 is no answer."""

    spans: tuple[TokenSpan, ...]
    starts: tuple[Array, ...]

    @property
    def no_answer(self) -> tuple[float, ...]:
        """Of each prefix, log P that it does not answer."""
        return tuple(float(row[0]) for row in self.starts)


def best_spans(
    backend: Backend, questions: Sequence[Sequence[Prefix]], *, k: int = 1
) -> list[Decoded]:
    """The ``k`` most probable spans of each question over all its prefixes, in one batch."""
    prefixes = [prefix for group in questions for prefix in group]
    if not prefixes:
        return [Decoded((), ()) for _ in questions]
    owner = np.repeat(np.arange(len(questions)), [len(group) for group in questions])
    starts, state = backend.prefill(prefixes)
    waiting = [_in_order(starts, np.flatnonzero(owner == group)) for group in range(len(questions))]
    found: list[list[TokenSpan]] = [[] for _ in questions]
    while True:
        rows, firsts = [], []
        for group, candidates in enumerate(waiting):
            bound = _bound(found[group], k)
            some = [c for c in candidates[:STARTS_A_ROUND] if starts[c] > bound]
            waiting[group] = candidates[STARTS_A_ROUND:] if len(some) == STARTS_A_ROUND else []
            rows += [row for row, _ in some]
            firsts += [first for _, first in some]
        if not rows:
            break
        length = FIRST_STEP
        while rows:
            spans, unfinished = _spans(backend, state, prefixes, starts, rows, firsts, length)
            for span in spans:
                found[owner[span.prefix]].append(span)
            for group in {int(owner[row]) for row in rows}:
                found[group] = _best(found[group], k)
            if length >= MAX_ANSWER:
                break
            keep = [
                i for i, left in enumerate(unfinished) if left > _bound(found[owner[rows[i]]], k)
            ]
            rows, firsts = [rows[i] for i in keep], [firsts[i] for i in keep]
            length *= 2
    bounds = np.cumsum([0, *(len(group) for group in questions)])
    return [
        Decoded(
            tuple(TokenSpan(s.prefix - int(low), s.first, s.last, s.log_p) for s in best),
            tuple(starts[low:high]),
        )
        for best, low, high in zip(found, bounds[:-1], bounds[1:], strict=True)
    ]


def _in_order(starts: Array, rows: Ints) -> list[tuple[int, int]]:
    """Where a span can start in these prefixes, (prefix, token), the most probable first."""
    own = starts[rows, 1:]
    order = np.argsort(-own, axis=None, kind="stable")[: int((own > -np.inf).sum())]
    at, first = np.unravel_index(order, own.shape)
    return list(zip(rows[at].tolist(), (first + 1).tolist(), strict=True))


def _bound(found: list[TokenSpan], k: int) -> float:
    """What a new span must beat to be among the k best."""
    return found[k - 1].log_p if len(found) >= k else -np.inf


def _best(found: list[TokenSpan], k: int) -> list[TokenSpan]:
    """The k best, each once (a start that is scored again further gives its spans again)."""
    unique = {(s.prefix, s.first, s.last): s for s in found}
    return sorted(unique.values(), key=lambda s: (-s.log_p, s.prefix, s.first, s.last))[:k]


def _spans(
    backend: Backend,
    state: Any,
    prefixes: Sequence[Prefix],
    starts: Array,
    rows: list[int],
    firsts: list[int],
    length: int,
) -> tuple[list[TokenSpan], list[float]]:
    """All spans of at most ``length`` tokens from these starts, and for each start log P of its
    longer ones, all together."""
    finals = [prefixes[row].offset + prefixes[row].count - 1 for row in rows]
    width = min(length, max(b - a + 1 for a, b in zip(firsts, finals, strict=True)))
    copied = np.array(firsts)[:, None] + np.arange(width)
    copied = np.minimum(copied, np.array(finals)[:, None])
    odds = backend.extend(state, np.array(rows), copied).astype(np.float64)
    log_end, log_on = -np.logaddexp(0, -odds), -np.logaddexp(0, odds)
    spans, unfinished = [], []
    for i, (row, first, final) in enumerate(zip(rows, firsts, finals, strict=True)):
        count = min(width, final - first + 1)
        tokens = np.arange(first, first + count)
        may_stop = prefixes[row].stops[tokens]
        end = np.where(may_stop, log_end[i, :count], -np.inf)
        on = np.where(may_stop, log_on[i, :count], 0.0)
        if tokens[-1] == final:
            end[-1], on[-1] = 0.0, -np.inf
        reached = float(starts[row, first]) + np.concatenate([[0.0], np.cumsum(on)])
        for j in np.flatnonzero(may_stop):
            spans.append(TokenSpan(row, first, first + int(j), float(reached[j] + end[j])))
        unfinished.append(float(reached[-1]))
    return spans, unfinished
