"""Lists by a decoder: START END START END ... STOP, a small head on the states that the reader leaves of a passage.

    python -m training.lists DATA FOLDERS GOLD STATE

DATA are the reading sets and tables, FOLDERS is training/written.tar.xz unpacked, GOLD the development folders' gold.jsonl, beside
which ask_gold.py lies: it says which points an item makes. The head learns from answers of reading sets that are series
("a, b and c"), as they stand and written out as lists; from columns of tables; and from the list questions of the writers whose
questions the reader has learnt from. The reader stays as it is. The head is left in STATE. Printed, on the list
questions of the other writers, each with its own passage: how often all items are found, and F1 of the items, of the rules in use
(``answering/items.py``: from the sentence that holds the evidence, from the one that the reader thinks likeliest), of the reader's own
likeliest spans that do not lie over each other, and of the head.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from rag.answering.items import items as by_rule
from rag.reading.decode import best_spans
from rag.reading.prefix import Prefix, Tokens, prefixes, tokenise
from rag.reading.reader import Reader
from rag.reading.units import units, weighed
from scripts.bench_kinds import _of_items as judged
from scripts.tables import interval, table
from training.across.folders import grader
from training.list_questions import Asked, Span, of_sets, of_tables, of_writers

LEARNT = "alpha beta gamma delta zeta eta theta lambda mu nu xi omicron".split()
KEPT = "epsilon iota kappa sigma upsilon pi rho tau omega psi chi".split()
SIZE = 128  # of the head
MOST = 12  # items
EPOCHS = 4


@dataclass(frozen=True, slots=True)
class Seen:
    """A passage as the reader sees it: states [n, d] in half precision, the prefix, its tokens, and the
    items' first and last tokens in the prefix."""

    states: Any
    prefix: Prefix
    tokens: Tokens
    spans: tuple[Span, ...]


def seen(reader: Reader, asked: Asked) -> Seen | None:
    """None where the passage is longer than one window, or its items are not whole words."""
    question = tokenise(reader._tokenizer, asked.question)
    tokens = tokenise(reader._tokenizer, asked.passage)
    windows = prefixes(question, tokens, tokenise(reader._tokenizer, ""))
    if len(windows) != 1:
        return None
    (prefix,) = windows
    spans = []
    for low, high in asked.items:
        first = int(np.searchsorted(tokens.begins, low))
        last = int(np.searchsorted(tokens.ends, high))
        if first > last or last >= len(tokens.ids) or not tokens.opens[first]:
            continue
        while not tokens.closes[last]:
            last += 1
        spans.append((first + prefix.offset, last + prefix.offset))
    _, (_, (hidden, *_)) = reader._backend.prefill([prefix])
    return Seen(
        hidden[0, : len(prefix.ids)].astype(np.float16), prefix, tokens, tuple(sorted(set(spans)))
    )


class Lister(nn.Module):
    """A decoder of spans, from left to right: what it has said goes through a GRU, whose state points at the next
    start (behind the last end) or stops, and then at the end."""

    def __init__(self, d: int = 384, size: int = SIZE) -> None:
        super().__init__()
        self.start_key, self.end_key = nn.Linear(d, size), nn.Linear(d, size)
        self.begin, self.said = nn.Linear(2 * d, size), nn.Linear(2 * d, size)
        self.cell = nn.GRUCell(size, size)
        self.start_query, self.end_query = nn.Linear(size, size), nn.Linear(size + d, size)
        self.next = nn.Bilinear(size, d, 1)
        self.stop = nn.Linear(size, 1)
        self.drop = nn.Dropout(0.2)
        self.scale = size**-0.5

    def opened(self, states: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """[n, d] -> state of the decoder [1, size], keys of starts and of ends [n, size]."""
        states = self.drop(states)
        return (
            torch.tanh(self.begin(torch.cat([states[0], states[-1]])))[None],
            self.start_key(states),
            self.end_key(states),
        )

    def starts(self, h: Tensor, keys: Tensor, may: Tensor) -> Tensor:
        """log P of each token as the next start, and of stopping (last), [n + 1]."""
        logits = (keys @ self.start_query(h)[0]) * self.scale
        logits = logits.masked_fill(~may, -1e4)
        return torch.cat([logits, self.stop(h)[0]]).log_softmax(0)

    def ends(self, h: Tensor, start: Tensor, keys: Tensor, may: Tensor) -> Tensor:
        """log P of each token as the end of the span that begins with a state [d], [n]."""
        logits = (keys @ self.end_query(torch.cat([h[0], start]))) * self.scale
        return logits.masked_fill(~may, -1e4).log_softmax(0)

    def told(self, h: Tensor, start: Tensor, end: Tensor) -> Tensor:
        """The state after a span."""
        return self.cell(torch.tanh(self.said(torch.cat([start, end])))[None], h)


def _may(prefix: Prefix, after: int, *, start: int | None = None) -> Tensor:
    n = len(prefix.ids)
    at = np.arange(n)
    if start is None:
        return torch.from_numpy(prefix.starts & (at > after) & (at >= prefix.offset))
    return torch.from_numpy(prefix.stops & (at >= start) & (at < start + 64))


def loss_of(model: Lister, one: Seen) -> Tensor:
    """Less log P of its items, in order, and of stopping."""
    states = torch.from_numpy(one.states.astype(np.float32))
    h, starts, ends = model.opened(states)
    total, after = torch.zeros(()), 0
    for first, last in one.spans[:MOST]:
        total = total - model.starts(h, starts, _may(one.prefix, after))[first]
        total = (
            total - model.ends(h, states[first], ends, _may(one.prefix, after, start=first))[last]
        )
        h, after = model.told(h, states[first], states[last]), last
    return total - model.starts(h, starts, _may(one.prefix, after))[-1]


@torch.inference_mode()
def decoded(model: Lister, one: Seen) -> list[Span]:
    """The items, as characters of the passage: the likeliest step each time; one at least."""
    states = torch.from_numpy(one.states.astype(np.float32))
    h, starts, ends = model.opened(states)
    found, after = [], 0
    while len(found) < MOST:
        log_p = model.starts(h, starts, _may(one.prefix, after))
        if not found:
            log_p[-1] = -1e4
        first = int(log_p.argmax())
        if first == len(states) or not bool(_may(one.prefix, after)[first]):
            break
        last = int(
            model.ends(h, states[first], ends, _may(one.prefix, after, start=first)).argmax()
        )
        h, after = model.told(h, states[first], states[last]), last
        shift = one.prefix.offset
        found.append((int(one.tokens.begins[first - shift]), int(one.tokens.ends[last - shift])))
    return found


def by_reader(reader: Reader, one: Seen, far: float) -> list[Span]:
    """The reader's own likeliest spans that do not lie over each other, up to ``far`` nats behind the first."""
    spans = best_spans(reader._backend, [[one.prefix]], k=40)[0].spans
    kept: list[Any] = []
    for span in spans:
        if span.log_p < spans[0].log_p - far or len(kept) == MOST:
            break
        if all(span.last < other.first or other.last < span.first for other in kept):
            kept.append(span)
    shift = one.prefix.offset
    return [
        (int(one.tokens.begins[s.first - shift]), int(one.tokens.ends[s.last - shift]))
        for s in kept
    ]


def ruled(asked: Asked, at: int) -> list[Span]:
    """The items by rule around a unit; where there is no list, the unit itself."""
    around = [span for span in units(asked.passage) if span[0] <= at < span[1]]
    return by_rule(asked.passage, at, asked.question) or around


def likeliest(reader: Reader, asked: Asked, one: Seen) -> int:
    """Where the unit begins that the reader thinks likeliest."""
    starts, _ = reader._backend.prefill([one.prefix])
    parts = units(asked.passage)
    weights = weighed(parts, one.tokens, [(one.prefix, starts[0][: len(one.prefix.ids)])])
    return parts[int(weights.argmax())][0]


def main() -> None:
    """Reads, learns, prints."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("data", "folders", "gold", "state"):
        parser.add_argument(name, type=Path)
    given = parser.parse_args()
    rng = random.Random(1)
    torch.manual_seed(1)
    reader, space = Reader.load(), grader(given.gold)
    _ = reader.calibration
    asked = [
        *of_sets(given.data, rng),
        *of_tables(given.data, rng, 800),
        *(a for a in of_writers(given.folders, LEARNT, space["said"]) if len(a.items) > 1),
    ]
    learnt = [
        one for a in asked if len(a.items) > 1 and (one := seen(reader, a)) and len(one.spans) > 1
    ]
    print(f"{len(learnt)} lists to learn from", flush=True)
    kept = [
        (a, one) for a in of_writers(given.folders, KEPT, space["said"]) if (one := seen(reader, a))
    ]
    model = Lister()
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.05)
    steps = EPOCHS * len(learnt) // 16
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=steps + 1)
    for step in range(steps):
        model.train()
        batch = rng.sample(learnt, 16)
        loss = torch.stack(
            [loss_of(model, one) / (2 * len(one.spans[:MOST]) + 1) for one in batch]
        ).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 200 == 0:
            print(f"step {step} of {steps}: {float(loss.detach()):.3f}", flush=True)
    model.eval()
    torch.save(model.state_dict(), given.state / "lister.pt")
    ways: dict[str, Callable[[Asked, Seen], list[Span]]] = {
        "rules, from the sentence with the evidence": lambda a, _: ruled(a, a.unit),
        "rules, from the reader's likeliest": lambda a, s: ruled(a, likeliest(reader, a, s)),
        **{
            f"the reader's spans, {far:.0f} nats": (lambda _, s, far=far: by_reader(reader, s, far))
            for far in (1.0, 2.0, 3.0)
        },
        "the decoder": lambda _, s: decoded(model, s),
    }
    _show(ways, kept, space)


def _show(
    ways: dict[str, Callable[[Asked, Seen], list[Span]]],
    kept: Sequence[tuple[Asked, Seen]],
    space: dict[str, Any],
) -> None:
    rows = []
    for name, way in ways.items():
        scores = [judged([a.passage[x:y] for x, y in way(a, s)], a.points, space) for a, s in kept]
        rows.append(
            [name, interval([float(all_) for all_, _ in scores]), interval([f for _, f in scores])]
        )
        print(rows[-1], flush=True)
    table(
        f"{len(kept)} list questions of writers kept back, each with its passage",
        ["", "all items", "F1"],
        rows,
    )


if __name__ == "__main__":
    main()
