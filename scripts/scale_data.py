"""Real text at scale: passages of the benchmark data, and copies of them with other numbers and names.

40,000 real chunks are embedded; a million takes more. Copy ``c`` of a document has every number changed
and every name exchanged for another one of the collection, so that no two texts are the same. Real chunks are embedded;
a copy's vector is its original's, turned by as much as embedding 200 copies really turned them (the angles
are drawn from those), towards the difference of two other chunks, so that it stays where vectors of texts lie.
"""

from __future__ import annotations

import itertools
import json
import random
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from data_sets import records
from numpy.typing import NDArray

from rag.chunking import Chunk, chunk
from rag.documents.document import Document
from rag.embedding.embedder import BundledEmbedder
from rag.ingestion.parsing import tokenizer_offsets
from rag.retrieval.spelling import is_english

MOST_REAL = 40_000  # chunks that are embedded, of some 60,000: embedding takes minutes
MOST_CHUNKS = 25  # of a document, made of texts that follow each other
_CHANGED = re.compile(r"\d+|(?<=[a-z,;] )[A-Z][a-z]{3,}")  # numbers, and capitals inside sentences
Vectors = NDArray[np.float32]


def texts_of(data: Path) -> Iterator[tuple[str, str]]:
    """(title, text) of real pages, abstracts and encyclopedia passages."""
    for row in records(data / "medquad_docs.jsonl.gz"):
        yield row["text"].partition("\n")[0].strip("# "), row["text"]
    for name in ("scifact", "nfcorpus"):
        for row in records(data / name / "corpus.jsonl.gz"):
            yield row["title"], f"{row['title']}\n\n{row['text']}"
    wiki = records(data / "reading_squad_train.jsonl.gz")
    for text in dict.fromkeys(row["context"] for row in wiki):
        yield text[:60], text


def questions_of(data: Path, count: int) -> list[str]:
    """Real questions, by turns about these texts' kinds."""
    asked = (
        [row["question"] for row in records(data / "medquad_questions.jsonl.gz")],
        [row["question"] for row in records(data / "reading_squad_train.jsonl.gz")],
        [row["question"] for row in records(data / "scifact/queries_train.jsonl.gz")],
    )
    chosen = [random.Random(0).sample(some, count // 2) for some in asked]
    return list(itertools.chain(*zip(*chosen, strict=True)))[:count]


@dataclass
class Original:
    """A real document: its text, its chunks (start, end, context), and where its vectors stand."""

    title: str
    text: str
    chunks: list[tuple[int, int, str]]
    first: int

    @cached_property
    def changed(self) -> list[tuple[int, int, str]]:
        """What a copy has otherwise: start, end, and what stands there."""
        found = [(m.start(), m.end(), m.group()) for m in _CHANGED.finditer(self.text)]
        return [one for one in found if one[2].isdigit() or not is_english(one[2].lower())]

    def copy(self, number: int, names: list[str]) -> tuple[Document, list[Chunk]]:
        """Copy ``number``, 0 for itself: the same chunks of a changed text."""
        title = f"{self.title} ({number})" if number else self.title
        year = f"{2000 + (self.first * 7 + number) % 25}-{1 + number % 12:02d}-01"
        kind = ("text", "markdown", "pdf")[(self.first + number) % 3]
        if not number:
            chunks = [Chunk(*one) for one in self.chunks]
            return Document(text=self.text, kind=kind, title=title, date=year), chunks
        parts, ends, moved, at, shift = [], [], [0], 0, 0
        for start, end, old in self.changed:
            new = _other(old, number, names)
            parts += [self.text[at:start], new]
            shift += len(new) - (end - start)
            ends.append(end)
            moved.append(shift)
            at = end
        marked = f"\n\n({number}.{self.first})"
        text = "".join((*parts, self.text[at:], marked))
        places = [
            (s + moved[bisect_left(ends, s + 1)], e + moved[bisect_left(ends, e + 1)])
            for s, e, _ in self.chunks
        ]
        last = len(places) - 1
        chunks = [
            Chunk(s, len(text) if i == last else e, context)
            for i, ((s, e), (*_, context)) in enumerate(zip(places, self.chunks, strict=True))
        ]
        return Document(text=text, kind=kind, title=title, date=year), chunks


def _other(old: str, number: int, names: list[str]) -> str:
    if old.isdigit():
        return str(int(old[:9]) + number * (1 if len(old) < 3 else 7))
    return names[(hash_of(old) + number * 7919) % len(names)]


def hash_of(word: str) -> int:
    """The same in every process."""
    return int.from_bytes(word.encode()[:6], "big") * 2654435761 % 2**32


@dataclass
class Base:
    """The real documents, their names and vectors, and the angles by which copies are turned."""

    originals: list[Original]
    vectors: Vectors
    names: list[str]
    cosines: Vectors

    def documents(self, count: int) -> Iterator[tuple[int, Document, list[Chunk], Vectors]]:
        """(number, document, chunks, vectors) till there are ``count`` chunks; the same at each call."""
        chance, made, number = np.random.default_rng(0), 0, 0
        for copy in itertools.count():
            for original in self.originals:
                document, chunks = original.copy(copy, self.names)
                own = self.vectors[original.first : original.first + len(chunks)]
                if copy:
                    own = self._turned(own, chance)
                if made + len(chunks) > count:
                    chunks, own = chunks[: count - made], own[: count - made]
                made, number = made + len(chunks), number + 1
                yield number, document, chunks, own
                if made >= count:
                    return

    def _turned(self, own: Vectors, chance: np.random.Generator) -> Vectors:
        a, b = chance.integers(0, len(self.vectors), (2, len(own)))
        way = self.vectors[a] - self.vectors[b] + chance.normal(0, 1e-3, own.shape)
        way -= (way * own).sum(axis=1, keepdims=True) * own
        way /= np.linalg.norm(way, axis=1, keepdims=True)
        cosine = np.minimum(chance.choice(self.cosines, (len(own), 1)), 0.9999)
        turned: Vectors = (cosine * own + np.sqrt(1 - cosine**2) * way).astype(np.float32)
        return turned


def prepare(data: Path, work: Path) -> None:
    """Cut and embed the real texts, embed some copies, and keep all of that in ``work``."""
    embedder = BundledEmbedder()
    offsets = tokenizer_offsets(embedder.tokenizer_file())
    originals: list[Original] = []
    held: list[tuple[str, str]] = []
    first = 0
    for title, text in itertools.chain(texts_of(data), [("", "")]):
        if held and (not text or sum(len(t) for _, t in held) + len(text) > 600 * MOST_CHUNKS):
            whole = Document("\n\n".join(t for _, t in held), "text", title=held[0][0])
            cut = chunk(whole, offsets, max_tokens=150, overlap=25, context_tokens=32)
            spans = [(c.start, c.end, c.context) for c in cut]
            originals.append(Original(whole.title, whole.text, spans, first))
            first += len(spans)
            held = []
        held.append((title, text))
    random.Random(0).shuffle(originals)
    ends = itertools.accumulate(len(one.chunks) for one in originals)
    originals = [one for one, end in zip(originals, ends, strict=True) if end <= MOST_REAL]
    at = 0
    for one in originals:
        one.first, at = at, at + len(one.chunks)
    print(f"{len(originals):,} real documents, {at:,} chunks: embedding", flush=True)
    vectors = np.concatenate(
        [embedder.encode([one.text[s:e] for s, e, _ in one.chunks]) for one in originals]
    )
    counts: dict[str, int] = {}
    for one in originals:
        for *_, old in one.changed:
            if not old.isdigit():
                counts[old] = counts.get(old, 0) + 1
    names = sorted(name for name, count in counts.items() if count > 1)
    cosines = []
    for original in random.Random(1).sample(originals, 200):
        document, chunks = original.copy(3, names)
        i = len(chunks) // 2
        (copied,) = embedder.encode([document.text[chunks[i].start : chunks[i].end]])
        cosines.append(float(copied @ vectors[original.first + i]))
    np.save(work / "base.npy", vectors.astype(np.float32))
    asked = questions_of(data, 200)
    np.save(work / "asked.npy", embedder.encode_queries(asked))
    rows = [[o.title, o.text, o.chunks, o.first] for o in originals]
    kept = {"originals": rows, "names": names, "cosines": cosines, "questions": asked}
    (work / "base.json").write_text(json.dumps(kept), "utf-8")
    print(f"cosine of 200 copies to their originals, embedded: median {np.median(cosines):.3f}")


def load(work: Path) -> tuple[Base, list[str], Vectors]:
    """What :func:`prepare` kept: the base, questions, and their vectors."""
    kept = json.loads((work / "base.json").read_text("utf-8"))
    originals = [
        Original(t, x, [(s, e, c) for s, e, c in k], f) for t, x, k, f in kept["originals"]
    ]
    cosines = np.array(kept["cosines"], np.float32)
    base = Base(originals, np.load(work / "base.npy"), kept["names"], cosines)
    return base, kept["questions"], np.load(work / "asked.npy")
