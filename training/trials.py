"""Questions with passages to find the answer in, for measuring and calibrating the reader."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.embedding.embedder import BundledEmbedder
from rag.retrieval.fusion import fuse
from rag.retrieval.search import POOL
from rag.store.folder.dense import DenseIndex
from rag.store.folder.lexical import LexicalIndex
from rag.store.rows import ChunkRow
from training.examples import Example, read_examples

DEV = {"new_wiki": "reading_new_wiki_dev.jsonl.gz", "nq": "reading_nq_dev.jsonl.gz"}


Ranked = tuple[np.ndarray, np.ndarray]  # ids and scores, best first


@dataclass(frozen=True, slots=True)
class Trial:
    """``gold`` is the place of the passage that answers; None where it is not among them. They come
    of a collection of so many passages (0: all).
    ``scores`` are the passages' of hybrid search, ``cosines`` of their vectors with the question's."""

    question: str
    passages: tuple[str, ...]
    scores: tuple[float, ...]
    cosines: tuple[float, ...]
    answers: tuple[str, ...]
    gold: int | None
    collection: int


def examples(data: Path, name: str, half: str, count: int = 0) -> list[Example]:
    """A sample of one half of a dev set. "tune" and "report" share no passage."""
    chosen = [
        example
        for example in read_examples(data / DEV[name])
        if zlib.crc32(example.passage.encode()) % 2 == (half == "report")
    ]
    count = min(count or len(chosen), len(chosen))
    return random.Random(7).sample(chosen, count)


def trials(
    data: Path,
    name: str,
    half: str,
    count: int,
    *,
    size: int = 8,
    collections: tuple[int, ...] = (0,),
) -> Iterator[Trial]:
    """Each question twice: with its passage among ``size - 1`` hard negatives, and with ``size`` hard
    negatives alone: passages that hybrid search ranks highest of those that hold no answer."""
    chosen = examples(data, name, half, count)
    passages = list(dict.fromkeys(example.passage for example in read_examples(data / DEV[name])))
    embedder = BundledEmbedder()
    vectors = embedder.encode(passages)
    questions = embedder.encode_queries([example.question for example in chosen])
    ids = np.arange(len(passages), dtype=np.int64)
    dense = DenseIndex.build([(ids, vectors)], len(passages), vectors.shape[1])
    lexical = LexicalIndex.in_memory(
        (ChunkRow(i, i, 0, len(text), text=text, context=""), "") for i, text in enumerate(passages)
    )
    rng = random.Random(7)
    for number, (example, vector) in enumerate(zip(chosen, questions, strict=True)):
        own = passages.index(example.passage)
        among = None
        if part := collections[number % len(collections)]:
            among = np.array(sorted({own, *rng.sample(range(len(passages)), part)}), np.int64)
        near = next(iter(dense.search(vector[None, :], POOL, among)))
        found = lexical.search(example.question, POOL, None if among is None else among.tolist())
        holds = {
            i
            for i in {*near[0].tolist(), *found[0].tolist()}
            if any(answer.lower() in passages[i].lower() for answer in example.answers)
        }
        # As if the passages that are left out were not in the index: they must not leave a trace
        # in the scores of the others.
        whole = lexical.whole(example.question)
        alone = fuse(_without(near, holds | {own}), _without(found, holds | {own}), whole)[:size]
        beside = dict(fuse(_without(near, holds - {own}), _without(found, holds - {own}), whole))
        if not alone:
            continue  # its answer, "2" say, stands in every passage found
        mixed = [*(i for i, _ in alone[: size - 1]), own]
        rng.shuffle(mixed)
        for shown, score, place in (
            (mixed, beside, mixed.index(own)),
            ([i for i, _ in alone], dict(alone), None),
        ):
            yield Trial(
                example.question,
                tuple(passages[i] for i in shown),
                tuple(score.get(i, 0.0) for i in shown),
                tuple((vectors[shown] @ vector).tolist()),
                example.answers,
                place,
                part,
            )


def _without(ranked: Ranked, left_out: set[int]) -> Ranked:
    ids, scores = ranked
    keep = [identity not in left_out for identity in ids.tolist()]
    return ids[keep], scores[keep]
