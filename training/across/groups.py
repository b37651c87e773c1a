"""Groups to learn from: a question, the passage that answers, and passages that retrieval brings.

A group file is gzipped JSON Lines: {"id", "source", "question", "spans", "passages": [{"text",
"context", "answers": [[start, end], ...], "evidence": [[start, end], ...], "score", "cosine"}, ...]}.
``answers`` are short answers, ``evidence`` what holds or is the answer; a group in which neither is
given is one that nothing answers. ``spans``: whether the short answer is to be learnt from it.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from training.across import negatives, noise, series, shapes
from training.across.data import Collection, Item, Source, content
from training.across.retrieve import Found
from training.across.shapes import Piece, Shaped, Span

FEWEST, MOST = 260, 720  # characters of a passage


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage of a group."""

    text: str
    context: str = ""
    answers: tuple[Span, ...] = ()
    evidence: tuple[Span, ...] = ()
    score: float = 0.0
    cosine: float = 0.0


@dataclass(frozen=True, slots=True)
class Group:
    """A question and the passages that are read for it."""

    id: str
    source: str
    question: str
    passages: tuple[Shown, ...]
    spans: bool = True


def write(path: Path, groups: Iterable[Group]) -> int:
    """Groups as gzipped JSON Lines; how many."""
    count = 0
    scratch = path.with_suffix(".tmp")
    with gzip.open(scratch, "wt", encoding="utf-8", compresslevel=4) as file:
        for group in groups:
            file.write(json.dumps(asdict(group), ensure_ascii=False) + "\n")
            count += 1
    scratch.replace(path)
    return count


def read(path: Path) -> Iterator[Group]:
    """The groups of a file, in order."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            passages = tuple(
                Shown(
                    p["text"],
                    p["context"],
                    tuple((a, b) for a, b in p["answers"]),
                    tuple((a, b) for a, b in p["evidence"]),
                    p["score"],
                    p["cosine"],
                )
                for p in record.pop("passages")
            )
            yield Group(**record, passages=passages)


@dataclass(slots=True)
class Builder:
    """Makes groups of one collection's questions. ``unanswered``: the share of answerable questions
    that are shown without their passage; ``elsewhere``: of those asked about something else;
    ``series``: how often a series in a passage that doesn't answer is written as a list; ``skip``: how many of the best rivals are passed over, where they often answer too."""

    collection: Collection
    rng: random.Random
    unanswered: float = 0.15
    elsewhere: float = 0.07
    distract: float = 0.12
    skip: int = 0
    series: float = 0.0
    names: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    others: dict[int, list[str]] = field(default_factory=dict)  # questions on each passage

    def __post_init__(self) -> None:
        for item in self.collection.items:
            self.names += negatives.names(item.question)
            self.answers += item.answers[:1]
            self.others.setdefault(item.own, []).append(item.question)

    def group(self, number: int, found: Found) -> Group | None:
        """The group of item ``number``, for which ``found`` was retrieved; None where retrieval brings
        nothing else."""
        rng, item = self.rng, self.collection.items[number]
        tells = any(piece.evidence for piece in item.pieces)
        asked = item.question
        chance = rng.random()
        gone = tells and chance < self.unanswered
        if tells and not gone and chance < self.unanswered + self.elsewhere:
            whole = " ".join(piece.text for piece in item.pieces)
            if turned := negatives.about_else(asked, whole, self.names, rng):
                asked, tells = turned, False
        scores = {i: (score, cosine) for i, score, cosine in found}
        rivals = self._rivals(item, found)
        count = 2 if rng.random() < 0.65 else 3
        if len(rivals) < count:
            return None
        few = rivals[: max(count, 2 if rng.random() < 0.3 else 6)]
        chosen = rng.sample(few, count)
        style = shapes.any_shape(rng) if rng.random() < 0.6 else ""
        limit = rng.randint(FEWEST + 60, MOST)
        shown = []
        if not gone:
            pieces = item.pieces if tells else tuple(Piece(p.text) for p in item.pieces)
            if tells and rng.random() < self.distract:
                pieces = self._with_distractor(item, pieces)
            pieces = self._beside(item, pieces)
            shown.append(self._shown(item.own, pieces, asked, style, limit, scores))
        else:
            best = rivals[: count + 1 if rng.random() < 0.7 else count + 4]
            chosen = rng.sample(best, min(len(best), count + 1))
        for i in chosen:
            pieces = tuple(Piece(text) for text in self.collection.sources[i].sentences)
            if self.series and rng.random() < self.series:
                pieces = tuple(series.spelled(pieces))
            shown.append(self._shown(i, pieces, asked, style, limit, scores))
        rng.shuffle(shown)
        return Group(
            f"{self.collection.name}-{number}",
            self.collection.name,
            noise.noisy(asked, rng),
            tuple(shown),
            item.spans or not (tells and not gone),
        )

    def _rivals(self, item: Item, found: Found) -> list[int]:
        """Passages found that don't hold the answer; best first."""
        own = self.collection.sources[item.own]
        low = [answer.lower() for answer in item.answers]
        rivals = []
        for i, _, _ in found:
            source = self.collection.sources[i]
            text = source.text.lower()
            if i == item.own or i in item.never or any(answer in text for answer in low):
                continue
            if source.text[:80] == own.text[:80] or item.question in self.others.get(i, ()):
                continue
            rivals.append(i)
        return rivals[self.skip :]

    def _with_distractor(self, item: Item, pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
        answer = item.answers[0] if item.answers else ""
        made = negatives.distractor(item.question, answer, self.names, self.answers, self.rng)
        if made is None or any(a.lower() in made.lower() for a in item.answers):
            return pieces
        at = self.rng.randint(0, len(pieces))
        return (*pieces[:at], Piece(made), *pieces[at:])

    def _beside(self, item: Item, pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
        """With the passages around it in its document, as far as they don't hold the answer too."""
        if self.rng.random() < 0.5:
            return pieces
        for i in self.collection.neighbours(item.own):
            text = self.collection.sources[i].text.lower()
            if any(answer.lower() in text for answer in item.answers):
                continue
            more = tuple(Piece(s) for s in self.collection.sources[i].sentences)
            pieces = more + pieces if i < item.own else pieces + more
        return pieces

    def _shown(
        self,
        number: int,
        pieces: Sequence[Piece],
        question: str,
        style: str,
        limit: int,
        scores: dict[int, tuple[float, float]],
    ) -> Shown:
        rng, source = self.rng, self.collection.sources[number]
        part = window(pieces, question, limit, rng)
        asked = [q for q in self.others.get(number, []) if q != question]
        rng.shuffle(asked)
        shape = style if style and rng.random() < 0.8 else shapes.any_shape(rng)
        title = source.title
        made = shapes.written(part, shape, rng, title=title, questions=asked)
        made = cut(made, MOST + 120)
        score, cosine = scores.get(number, (0.0, 0.0))
        return Shown(made.text, context(source, rng), made.answers, made.evidence, score, cosine)


def cut(made: Shaped, most: int) -> Shaped:
    """What of a text fits, where all that answers does; else as it is."""
    if len(made.text) <= most or any(b > most for _, b in (*made.answers, *made.evidence)):
        return made
    return replace(made, text=made.text[:most].rsplit(" ", 1)[0])


def window(pieces: Sequence[Piece], question: str, limit: int, rng: random.Random) -> list[Piece]:
    """Pieces in a row, of ``limit`` characters at most, around one that is evidence; where none is,
    mostly around the one that shares most words with the question, as retrieval would have it."""
    evidence = [i for i, piece in enumerate(pieces) if piece.evidence]
    if evidence:
        first = last = rng.choice(evidence)
    elif rng.random() < 0.75:
        asked = content(question)
        shared = [len(asked & content(piece.text)) + rng.random() / 2 for piece in pieces]
        first = last = max(range(len(pieces)), key=shared.__getitem__)
    else:
        first = last = rng.randrange(len(pieces))
    size = len(pieces[first].text)
    while True:
        grow = [i for i in (first - 1, last + 1) if 0 <= i < len(pieces)]
        grow = [i for i in grow if size + len(pieces[i].text) + 1 <= limit]
        if not grow:
            return list(pieces[first : last + 1])
        i = rng.choice(grow)
        size += len(pieces[i].text) + 1
        first, last = min(first, i), max(last, i)


def context(source: Source, rng: random.Random) -> str:
    """A heading path, as the product gives one."""
    chance = rng.random()
    title = source.title
    if chance < 0.4:
        return ""
    if not title:
        return shapes.section(rng) if chance < 0.55 else ""
    if chance < 0.7:
        return title
    if chance < 0.85:
        return f"{title} > {shapes.section(rng)}"
    if chance < 0.93:
        return f"{title} > {shapes.section(rng)} > {shapes.section(rng)}"
    return f"{shapes.section(rng)} ({title.lower()})"
