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
import gzip
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from rag.answering.items import items as by_rule
from rag.documents.formats import format_for, load
from rag.documents.source import Source
from rag.errors import LoadError
from rag.reading.decode import best_spans
from rag.reading.prefix import Prefix, Tokens, prefixes, tokenise
from rag.reading.reader import Reader
from rag.reading.units import units, weighed
from rag.words import WORD
from scripts.bench_kinds import _of_items as judged
from scripts.tables import interval, table
from training.across.folders import grader
from training.across.series import items as series_of
from training.across.series import listed
from training.across.shapes import Piece, assemble

LEARNT = "alpha beta gamma delta zeta eta theta lambda mu nu xi omicron".split()
KEPT = "epsilon iota kappa sigma upsilon pi rho tau omega psi chi".split()
LONGEST = 700  # characters of a passage
SIZE = 128  # of the head
MOST = 12  # items
EPOCHS = 4
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
            quote = set(WORD.findall(evidence["quote"].lower()))
            parts = units(text)
            shares = []
            for start, end in parts:
                own = set(WORD.findall(text[start:end].lower()))
                shares.append(2 * len(own & quote) / (len(own) + len(quote)) if own else 0.0)
            best = max(range(len(parts)), key=shares.__getitem__)
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
