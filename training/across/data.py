"""Reading sets as questions over collections of passages.

Files are those of the README beside the data: gzipped JSON Lines.
"""

from __future__ import annotations

import gzip
import itertools
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.documents.sentences import sentence_spans
from training.across.shapes import Piece, Span

MAX_ANSWERS = 4  # places of an answer that are kept
_WORD = re.compile(r"[^\W_]{3,}")


@dataclass(frozen=True, slots=True)
class Source:
    """A passage of a collection: its sentences, its document's title, and that document."""

    sentences: tuple[str, ...]
    title: str = ""
    document: str = ""

    @property
    def text(self) -> str:
        """Its parts as one text."""
        return " ".join(self.sentences)


@dataclass(frozen=True, slots=True)
class Item:
    """A question; ``own``: its passage in the collection; ``pieces``: that passage with the answers in
    it, none of them evidence where it does not tell. ``spans``: its answer is a short one. ``never``:
    other passages that may tell too, and are no negatives."""

    question: str
    own: int
    pieces: tuple[Piece, ...]
    answers: tuple[str, ...] = ()
    spans: bool = True
    never: frozenset[int] = frozenset()


@dataclass(slots=True)
class Collection:
    """Passages, and questions about them."""

    name: str
    sources: list[Source] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    def neighbours(self, number: int) -> tuple[int, ...]:
        """The passages before and behind it in its document."""
        here = self.sources[number].document
        beside = (number - 1, number + 1)
        return tuple(
            n for n in beside
            if here and 0 <= n < len(self.sources) and self.sources[n].document == here
        )  # fmt: skip


def records(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a gzipped file of JSON Lines."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def sentences(text: str) -> list[str]:
    """Sentences of a text, lines apart, without white space around."""
    parts = [part[a:b].strip() for part in text.split("\n") for a, b in sentence_spans(part)]
    return [part for part in parts if part]


def content(text: str) -> set[str]:
    """Its words by their first five letters."""
    return {w.lower()[:5] for w in _WORD.findall(text)}


def find(parts: list[str], answers: list[str], question: str) -> list[Piece] | None:
    """Sentences as pieces, with the answers where they stand in them; None where they don't.

    A sentence counts as evidence if no other sentence with the answer shares clearly more of the
    question's words: a year may stand anywhere. Sentences that an answer runs over are joined.
    """
    text = " ".join(parts)
    cuts = [0]
    for part in parts:
        cuts.append(cuts[-1] + len(part) + 1)
    spots: set[Span] = set()
    for answer in {" ".join(a.split()) for a in answers} - {""}:
        for m in re.finditer(rf"(?<!\w){re.escape(answer)}(?!\w)", text):
            spots.add(m.span())
    if not spots:
        return None
    rows: list[tuple[int, int]] = [(a, b - 1) for a, b in itertools.pairwise(cuts)]
    for low, high in spots:
        over = [r for r in rows if r[0] < high and low < r[1]]
        if len(over) > 1:
            at = rows.index(over[0])
            rows[at : at + len(over)] = [(over[0][0], over[-1][1])]
    asked = content(question)
    held = {}
    for row in rows:
        inside = sorted(s for s in spots if row[0] <= s[0] and s[1] <= row[1])
        if inside:
            held[row] = inside, len(asked & content(text[slice(*row)]))
    most = max(shared for _, shared in held.values())
    made = []
    for row in rows:
        inside, shared = held.get(row, ([], 0))
        if shared + 1 < most and len(held) > 1:
            inside = []
        local = tuple((a - row[0], b - row[0]) for a, b in inside[:MAX_ANSWERS])
        made.append(Piece(text[slice(*row)], local, bool(inside)))
    return made


def reading(path: Path, name: str, *, share: int = 1000) -> Collection:
    """A set of questions with their passages; at most ``share`` questions of one passage."""
    made = Collection(name)
    places: dict[str, int] = {}
    seen: dict[str, int] = {}
    for record in records(path):
        text = record["context"]
        if len(text) > 6000:
            continue
        if text not in places:
            places[text] = len(made.sources)
            found = re.fullmatch(r"train-v1\.1/(.+)/\d+", record["passage_id"])
            title = found[1].replace("_", " ") if found else ""
            made.sources.append(Source(tuple(sentences(text)), title, title))
        own = places[text]
        seen[text] = seen.get(text, 0) + 1
        if seen[text] > share:
            continue
        parts = list(made.sources[own].sentences)
        answers = record["answers"]
        pieces = find(parts, answers, record["question"]) if answers else [Piece(p) for p in parts]
        if pieces and record["question"].strip():
            short = not answers or min(map(len, answers)) <= 120
            made.items.append(
                Item(record["question"].strip(), own, tuple(pieces), tuple(answers), short)
            )
    return made


def add_unanswerable(collection: Collection, path: Path) -> None:
    """Questions that passages of the collection do not answer."""
    places = {source.text: i for i, source in enumerate(collection.sources)}
    for record in records(path):
        own = places.get(" ".join(sentences(record["context"])))
        if own is not None:
            pieces = tuple(Piece(s) for s in collection.sources[own].sentences)
            collection.items.append(Item(record["question"].strip(), own, pieces))


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document that answers ``question``, its heading, as a whole."""

    document: str
    title: str
    question: str
    text: str


def sections(name: str, parts: list[Section], *, size: int = 560, first: int = 5) -> Collection:
    """Questions answered by sections: what answers is their ``first`` sentences. Sections are cut into
    passages of about ``size`` characters."""
    made = Collection(name)
    firsts: list[tuple[int, tuple[Piece, ...], Section]] = []
    of_title: dict[str, set[int]] = {}
    of_question: dict[str, set[int]] = {}
    for part in parts:
        rows = sentences(re.sub(r"(?<=[\w.:;,)]) - (?=[A-Z])", "\n", part.text))
        rows = [row for row in rows if len(row) < 900]
        own = len(made.sources)
        taken: list[str] = []
        for number, row in enumerate(rows):
            taken.append(row)
            if number + 1 == len(rows) or sum(map(len, taken)) + len(rows[number + 1]) > size:
                for word in content(part.title):
                    of_title.setdefault(word, set()).add(len(made.sources))
                of_question.setdefault(part.question.lower(), set()).add(len(made.sources))
                made.sources.append(Source(tuple(taken), part.title, part.document))
                taken = []
        if len(made.sources) > own:
            pieces = tuple(
                Piece(row, (), number < first)
                for number, row in enumerate(made.sources[own].sentences)
            )
            firsts.append((own, pieces, part))
    for own, pieces, part in firsts:
        if not part.question:
            continue
        end = own
        while end < len(made.sources) and made.sources[end].document == part.document:
            end += 1
        never = set(of_question.get(part.question.lower(), ()))
        for word in content(part.title):
            if len(of_title[word]) < 300:
                never |= {i for i in of_title[word] if made.sources[i].document != part.document}
        made.items.append(Item(part.question, own, pieces, spans=False, never=frozenset(never)))
    return made


def health(questions: Path, documents: Path, *, part: int = 4) -> Collection:
    """Health pages, every ``part``-th: each question with the part of a page that answers it."""
    titles = {record["doc_id"]: record["title"] for record in records(documents)}
    parts, many = [], 0
    for record in records(questions):
        question = re.sub(r"What is \(are\)", "What is", record["question"])
        question = re.sub(r"\s+\?", "?", question).strip()
        if question.startswith("How many people"):
            many += 1
            if many > 250:
                question = ""
        document = record["doc_id"]
        if zlib.crc32(document.encode()) % part:
            continue
        parts.append(Section(document, titles.get(document, ""), question, record["passage"]))
    parts.sort(key=lambda part: part.document)
    return sections("health", parts)


def single_sentences(path: Path, more: Path) -> Collection:
    """Questions on single sentences, each a passage of the collection."""
    made = Collection("qamr")
    places: dict[str, int] = {}

    def place(text: str, document: str) -> int:
        text = re.sub(r" (?=[.,;:!?)])|(?<=\() ", "", text)
        if text not in places:
            places[text] = len(made.sources)
            made.sources.append(Source((text,), "", document))
        return places[text]

    for record in records(path):
        own = place(record["context"], "")
        answers = [re.sub(r" (?=[.,;:!?)])|(?<=\() ", "", a) for a in record["answers"]]
        pieces = find(list(made.sources[own].sentences), answers, record["question"])
        if pieces:
            made.items.append(Item(record["question"], own, tuple(pieces), tuple(answers)))
    for record in records(more):
        place(record["text"], "")
    return made
