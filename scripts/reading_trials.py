"""Questions with passages to find the answer in, for measuring and calibrating the reader."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.answer.reader.examples import Example, read_examples
from rag.embed import BundledEmbedder
from rag.index.catalog import ChunkRow
from rag.index.lexical import LexicalIndex
from rag.index.search import fuse
from rag.index.vectors import VectorIndex

DEV = {"new_wiki": "reading_new_wiki_dev.jsonl.gz", "nq": "reading_nq_dev.jsonl.gz"}


@dataclass(frozen=True, slots=True)
class Trial:
    """``gold`` is the place of the passage that answers; None where it is not among them.
    ``scores`` are the passages' of hybrid search."""

    question: str
    passages: tuple[str, ...]
    scores: tuple[float, ...]
    answers: tuple[str, ...]
    gold: int | None


def examples(data: Path, name: str, half: str, count: int = 0) -> list[Example]:
    """A sample of one half of a dev set. "tune" and "report" share no passage."""
    chosen = [
        example
        for example in read_examples(data / DEV[name])
        if zlib.crc32(example.passage.encode()) % 2 == (half == "report")
    ]
    count = min(count or len(chosen), len(chosen))
    return random.Random(7).sample(chosen, count)


def trials(data: Path, name: str, half: str, count: int, *, size: int = 8) -> Iterator[Trial]:
    """Each question twice: with its passage among ``size - 1`` hard negatives, and with ``size`` hard
    negatives alone: passages that hybrid search ranks highest of those that hold no answer."""
    chosen = examples(data, name, half, count)
    passages = list(dict.fromkeys(example.passage for example in read_examples(data / DEV[name])))
    embedder = BundledEmbedder()
    vectors = embedder.encode(passages)
    questions = embedder.encode_queries([example.question for example in chosen])
    ids = np.arange(len(passages), dtype=np.int64)
    dense = VectorIndex.build([(ids, vectors)], len(passages), vectors.shape[1])
    lexical = LexicalIndex.in_memory(
        (ChunkRow(i, i, 0, len(text), text=text, context=""), "") for i, text in enumerate(passages)
    )
    rng = random.Random(7)
    for example, vector in zip(chosen, questions, strict=True):
        near = next(iter(dense.search(vector[None, :], 50, None)))
        fused = fuse(near, lexical.search(example.question, 50))
        ranked = [passages[i] for i, _ in fused]
        score = {passages[i]: s for i, s in fused}
        wrong = [
            text
            for text in ranked
            if text != example.passage
            and not any(answer.lower() in text.lower() for answer in example.answers)
        ][:size]
        if not wrong:
            continue  # its answer, "2" say, stands in every passage found
        mixed = [*wrong[: size - 1], example.passage]
        rng.shuffle(mixed)
        gold = mixed.index(example.passage)
        for shown, place in ((mixed, gold), (wrong, None)):
            scores = tuple(score.get(text, 0.0) for text in shown)
            yield Trial(example.question, tuple(shown), scores, example.answers, place)
