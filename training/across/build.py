"""Build the groups to train on.

    python -m training.across.build DATA STATE [--only NAME ...]

DATA is the folder of reading data. Each source's groups go to STATE/sources/NAME.jsonl.gz, built once;
they are then mixed into STATE/groups/groups-NNN.jsonl.gz, with some of each kept out in held.jsonl.gz.
Files that are there already stay as they are, so that sources can be added to a run that goes on.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rag.embedding.embedder import BundledEmbedder
from training.across import data, faq, noise, series, shapes, tables
from training.across.data import Collection, Item
from training.across.groups import Builder, Group, Shown, context, read, write
from training.across.retrieve import nearest
from training.across.shapes import Piece

SHARD = 1500  # groups of a file
HELD = 24  # groups of each source that are kept out
SOURCES = {  # how many groups are made of each, the first time it is built
    "squad": 14000,
    "unanswerable": 2400,
    "nq": 5200,
    "policy": 1300,
    "qamr": 2600,
    "invented": 1500,
    "table": 1700,
    "health": 3200,
    "faq": 2400,
    "series": 1100,
}


def build(name: str, folder: Path, state: Path, embedder: BundledEmbedder) -> list[Group]:
    """The groups of one source."""
    rng = random.Random(name)
    count = SOURCES[name]
    if name == "invented":
        return tables.invented(count, rng, embedder)
    if name == "table":
        return tables.real(folder, count, rng)
    if name == "qamr":
        return list(_single(folder, state, count, rng, embedder))
    collection = _collection(name, folder, state)
    options = {"policy": {"skip": 4}, "faq": {"unanswered": 0.2, "elsewhere": 0.0}}.get(name, {})
    builder = Builder(collection, rng, **options)  # type: ignore[arg-type]
    chosen = _spread(collection, count, rng, unanswerable=name == "unanswerable")
    found = nearest(
        [collection.items[i].question for i in chosen],
        collection.sources,
        embedder,
        cache=state / "vectors" / f"{'squad' if name in ('unanswerable', 'series') else name}.npy",
    )
    made = (builder.group(i, near) for i, near in zip(chosen, found, strict=True))
    return [group for group in made if group is not None]


def _collection(name: str, folder: Path, state: Path) -> Collection:
    if name in ("squad", "unanswerable"):
        made = data.reading(folder / "reading_squad_train.jsonl.gz", name)
        data.add_unanswerable(made, folder / "reading_squad2_unanswerable_train.jsonl.gz")
        return made
    if name == "series":
        made = data.reading(folder / "reading_squad_train.jsonl.gz", name)
        made.items = list(filter(None, map(_listed, made.items)))
        return made
    if name == "health":
        questions = folder / "medquad_questions.jsonl.gz"
        return data.health(questions, folder / "medquad_docs.jsonl.gz")
    if name == "faq":
        return data.sections("faq", faq.read(state / "faq.jsonl"), first=6)
    file = {"nq": "reading_nq_train", "policy": "reading_policyqa_train"}[name]
    return data.reading(folder / f"{file}.jsonl.gz", name)


def _listed(item: Item) -> Item | None:
    """A question whose answer is a series, with that written as a list."""
    answer = max(item.answers, key=len)
    for number, piece in enumerate(item.pieces):
        if piece.evidence and (made := series.listed(piece, answer)):
            pieces = (*item.pieces[:number], *made, *item.pieces[number + 1 :])
            return replace(item, pieces=pieces, spans=False)
    return None


def _spread(
    collection: Collection, count: int, rng: random.Random, *, unanswerable: bool
) -> list[int]:
    """Items from as many passages as there are, before a passage's second."""
    order = list(range(len(collection.items)))
    rng.shuffle(order)
    turn: dict[int, int] = {}
    ranked: list[tuple[int, int, int]] = []
    for i in order:
        item = collection.items[i]
        if any(piece.evidence for piece in item.pieces) == unanswerable:
            continue
        turn[item.own] = turn.get(item.own, 0) + 1
        ranked.append((turn[item.own], len(ranked), i))
    return [i for _, _, i in sorted(ranked)[:count]]


def _single(
    folder: Path, state: Path, count: int, rng: random.Random, embedder: BundledEmbedder
) -> Iterator[Group]:
    """Questions on single sentences: passages are made of what is found for the question."""
    collection = data.single_sentences(
        folder / "reading_qamr_train.jsonl.gz", folder / "sentences_qamr.jsonl.gz"
    )
    chosen = _spread(collection, count, rng, unanswerable=False)
    questions = [collection.items[i].question for i in chosen]
    vectors = state / "vectors" / "qamr.npy"
    near = nearest(questions, collection.sources, embedder, cache=vectors, k=20)
    for i, found in zip(chosen, near, strict=True):
        item = collection.items[i]
        low = [answer.lower() for answer in item.answers]
        others = [
            Piece(text) for j, _, _ in found
            if j != item.own and not any(a in (text := collection.sources[j].text).lower() for a in low)
        ]  # fmt: skip
        if len(others) < 9:
            continue
        rng.shuffle(others)
        sizes = [rng.randint(2, 4) for _ in range(3)]
        parts = [[others.pop() for _ in range(min(size, len(others)))] for size in sizes]
        if rng.random() > 0.15:
            at = rng.choice([part for part in parts if part])
            own = list(item.pieces)
            place = rng.randint(0, len(at))
            at[place:place] = own
        passages = []
        for part in filter(None, parts):
            made = shapes.written(part, shapes.any_shape(rng), rng)
            about = context(collection.sources[item.own], rng)
            passages.append(Shown(made.text, about, made.answers, made.evidence))
        yield Group(f"qamr-{i}", "qamr", noise.noisy(item.question, rng), tuple(passages))


def mix(state: Path) -> None:
    """Groups of all sources that are in no file yet, in random order, into new files."""
    out = state / "groups"
    out.mkdir(exist_ok=True)
    known = {group.id for path in out.glob("*.jsonl.gz") for group in read(path)}
    fresh, held = [], []
    for path in sorted((state / "sources").glob("*.jsonl.gz")):
        own = [group for group in read(path) if group.id not in known]
        first = HELD if not any(i.startswith(path.name.split(".")[0] + "-") for i in known) else 0
        held += own[:first]
        fresh += own[first:]
    if held:
        number = len(list(out.glob("held*.jsonl.gz")))
        write(out / f"held{number or ''}.jsonl.gz", held)
    rng = random.Random(len(known))
    rng.shuffle(fresh)
    number = len(list(out.glob("groups-*.jsonl.gz")))
    for low in range(0, len(fresh), SHARD):
        part = fresh[low : low + SHARD]
        write(out / f"groups-{number:03}.jsonl.gz", part)
        number += 1
    print(f"{len(held)} held out, {len(fresh)} to learn from, {number} files", flush=True)


def main() -> None:
    """Build what STATE lacks, then mix."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("state", type=Path)
    parser.add_argument("--only", nargs="*", choices=SOURCES, default=list(SOURCES))
    given = parser.parse_args()
    for part in ("sources", "vectors", "groups"):
        (given.state / part).mkdir(parents=True, exist_ok=True)
    embedder = BundledEmbedder()
    for name in given.only:
        path = given.state / "sources" / f"{name}.jsonl.gz"
        if path.is_file():
            continue
        began = time.monotonic()
        made = build(name, given.data, given.state, embedder)
        write(path, made)
        none = sum(not any(p.evidence for p in group.passages) for group in made)
        print(
            f"{name}: {len(made)} groups, {none} that nothing answers, "
            f"{time.monotonic() - began:.0f} s",
            flush=True,
        )
    mix(given.state)


if __name__ == "__main__":
    main()
