"""What a document says, in its own sentences: those that stand for it, by the encoder's vectors and by where
they stand, of all its sections.

The vectors of a document's chunks are in the index, so that a long document costs no more than a short one: of each
section a few sentences are encoded, at its beginning and in the chunk that is nearest to all of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.answering.orders import orders
from rag.documents.document import Document
from rag.reading.units import is_heading, is_item, is_lead, units

LINES = 5  # of a document without sections
SECTIONS = 8  # that a line is shown of, at most
LONG = 8_000  # characters from which on a document without headings is taken in parts
OPENING = 3_000  # characters of a section that are looked at
LOOKED_AT = 14  # sentences of a section that are encoded
MOST_CHUNKS = 2_000  # of a document; of a longer one every second, third ... is looked at
COUNTED = 200_000  # characters of a document whose sentences are counted

CENTRAL, OWN = 0.5, 0.5  # what nearness to the document and to its section is worth
FIRST = 0.15  # what it is worth to stand first
DEPENDS = 0.12  # what it costs to lean on the sentence before
ITEM, QUESTION = 0.12, 0.2
AGAIN = 0.4  # what it costs to say what has been said, times how alike it is
SAME_SECTION = 0.12  # what each sentence of a section costs the next one

Encode = Callable[[list[str]], NDArray[np.float32]]
"""Texts to their vectors, [n, dimension], of length 1."""
Vectors = NDArray[np.float32]
Span = tuple[int, int]

_LEANS = re.compile(
    r"(?:it|its|this|that|these|those|they|them|he|she|such|however|but|also|then|so|therefore|otherwise|instead"
    r"|here|there|and|or|both|see|note)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a summary, [start, end) of the document, and the title of its section."""

    start: int
    end: int
    section: str


@dataclass(frozen=True, slots=True)
class Summary:
    """Lines in the order of the document, out of ``sentences`` (0 where they were not counted)."""

    lines: tuple[Line, ...]
    sentences: int
    sections: int


@dataclass(frozen=True, slots=True)
class _Section:
    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    section: int
    start: int
    end: int
    worth: float  # of where it stands and how it is written


def summarise(
    document: Document,
    chunks: Sequence[Span],
    vectors: Vectors,
    encode: Encode,
    *,
    length: int = 0,
    read_orders: bool = False,
) -> Summary:
    """The sentences that say best what a document is about, ``length`` of them (0: as many as it takes).

    ``chunks`` are [start, end) of its chunks, in order, and ``vectors`` theirs, float32 [n, dimension]. Orders to
    a model are left out, unless ``read_orders``.
    """
    text = document.text
    sections = _sections(document)
    middles = np.array([(start + end) // 2 for start, end in chunks] or [0])
    centre = _mean(vectors)
    own = [
        vectors[(middles >= s.start) & (middles < s.end)] if len(chunks) else vectors
        for s in sections
    ]
    centres = [_mean(some) if len(some) else centre for some in own]
    kept = _kept(sections, centres, centre)
    found = [
        candidate
        for number in kept
        for candidate in _candidates(
            document,
            sections,
            number,
            _nearest(sections[number], chunks, vectors, centres[number]),
        )
    ] or [_Candidate(0, start, end, 0.0) for start, end in _anything(document)]
    once = {" ".join(text[c.start : c.end].split()): c for c in reversed(found)}
    candidates = [c for words, c in reversed(once.items()) if read_orders or not orders(words)]
    wanted = length or (LINES if len(kept) == 1 else max(LINES, len(kept)))
    chosen = _chosen(text, candidates, centres, centre, encode, wanted)
    counted = len(_prose(text, 0, len(text), document)) if len(text) <= COUNTED else 0
    titled = sum(bool(section.title) for section in sections)
    lines = tuple(Line(c.start, c.end, sections[c.section].title) for c in chosen)
    return Summary(lines, counted, titled)


def _sections(document: Document) -> list[_Section]:
    """A document's parts: by its headings, else by its pages (of slides, chapters and sheets), else equal ones."""
    text, marks = document.text, []
    for level in sorted({heading.level for heading in document.headings}):
        upper = [h for h in document.headings if h.level <= level]
        if sum(h.level == level for h in upper) >= 2:
            marks = [(h.start, h.title) for h in upper]
            break
    if not marks and document.page_kind != "page" and len(document.pages) > 1:
        marks = [(page.start, page.label) for page in document.pages]
    if not marks and len(text) > LONG:
        step = len(text) // SECTIONS + 1
        cuts = [text.find("\n", at) for at in range(step, len(text), step)]
        marks = [(cut + 1, "") for cut in dict.fromkeys(cuts) if cut >= 0]
    starts = [0, *(start for start, _ in marks)]
    titles = ["", *(title for _, title in marks)]
    ends = [*starts[1:], len(text)]
    found = [
        _Section(t, s, e)
        for t, s, e in zip(titles, starts, ends, strict=True)
        if _WORD.search(text, s, e)
    ]
    return found or [_Section("", 0, len(text))]


def _kept(sections: Sequence[_Section], centres: Sequence[Vectors], centre: Vectors) -> list[int]:
    """Numbers of the sections that are summed up: where there are many, the first and those that are longest and
    nearest to the whole."""
    if len(sections) <= SECTIONS:
        return list(range(len(sections)))
    worth = [
        float(centres[i] @ centre) * (section.end - section.start) ** 0.5
        for i, section in enumerate(sections)
    ]
    best = sorted(range(1, len(sections)), key=lambda i: -worth[i])[: SECTIONS - 1]
    return [0, *sorted(best)]


def _nearest(
    section: _Section, chunks: Sequence[Span], vectors: Vectors, centre: Vectors
) -> Span | None:
    """The chunk of a section that is nearest to all of it."""
    inside = [i for i, (s, e) in enumerate(chunks) if section.start <= s and e <= section.end]
    if not inside:
        return None
    return chunks[inside[int(np.argmax(vectors[inside] @ centre))]]


def _candidates(
    document: Document, sections: Sequence[_Section], number: int, nearest: Span | None
) -> list[_Candidate]:
    section = sections[number]
    stop = min(section.end, section.start + OPENING)
    found = _prose(document.text, section.start, stop, document)
    if nearest is not None and stop < section.end:
        half = found[: LOOKED_AT // 2]
        found = half + [u for u in _prose(document.text, *nearest, document) if u not in half]
    first = number == 0 or (number == 1 and not sections[0].title)
    return [
        _Candidate(number, start, end, _worth(document.text[start:end], place, first))
        for place, (start, end) in enumerate(found[:LOOKED_AT])
    ]


def _prose(text: str, start: int, end: int, document: Document) -> list[Span]:
    """The sentences of a part of a document: no headings, leads, rows of tables, code, scraps."""
    apart = [*document.code, *((h.start, h.end) for h in document.headings)]
    apart = [(s, e) for s, e in apart if s < end and e > start]
    part = text[start:end]
    found = []
    for low, high in units(part):
        words = part[low:high]
        if is_heading(part, low, high) or is_lead(part, low, high) or " | " in words:
            continue
        if len(_WORD.findall(words)) < (4 if words[-1] in '.!?;:)"”' or is_item(words) else 8):
            continue  # a title, or a scrap of one
        if not 25 <= len(words) <= 420:
            continue
        if any(s < start + high and start + low < e for s, e in apart):
            continue
        found.append((start + low, start + high))
    return found


def _anything(document: Document) -> list[Span]:
    """Of what holds no sentence, such as a table, its first lines."""
    text = document.text[:OPENING]
    headings = {heading.start for heading in document.headings}
    return [span for span in units(text) if span[0] not in headings][:LINES]


def _worth(words: str, place: int, first: bool) -> float:
    worth = FIRST / (1 + place) + (FIRST / (1 + place) if first else 0.0)
    if is_item(words):
        worth -= ITEM
    if words.rstrip().endswith("?"):
        worth -= QUESTION
    if place and _LEANS.match(words):
        worth -= DEPENDS
    return worth


def _chosen(
    text: str,
    candidates: Sequence[_Candidate],
    centres: Sequence[Vectors],
    centre: Vectors,
    encode: Encode,
    wanted: int,
) -> list[_Candidate]:
    """The best ``wanted``, each unlike those before it, of as many sections as may be; in their order."""
    if not candidates:
        return []
    vectors = encode([" ".join(text[c.start : c.end].split()) for c in candidates])
    own = np.array(
        [float(v @ centres[c.section]) for v, c in zip(vectors, candidates, strict=True)]
    )
    scores = CENTRAL * (vectors @ centre) + OWN * own + np.array([c.worth for c in candidates])
    chosen: list[int] = []
    taken = np.zeros(len(candidates), bool)
    section = np.array([c.section for c in candidates])
    for _ in range(min(wanted, len(candidates))):
        again = (vectors @ vectors[chosen].T).max(axis=1) if chosen else np.zeros(len(candidates))
        crowded = np.array([np.sum(section[chosen] == s) for s in section]) if chosen else 0.0
        left = np.where(taken, -np.inf, scores - AGAIN * again - SAME_SECTION * crowded)
        best = int(np.argmax(left))
        taken[best] = True
        chosen.append(best)
    return sorted((candidates[i] for i in chosen), key=lambda c: c.start)


def _mean(vectors: Vectors) -> Vectors:
    """Their mean, of length 1."""
    mean = vectors.mean(axis=0) if len(vectors) else np.zeros(vectors.shape[1], np.float32)
    length = float(np.linalg.norm(mean))
    return np.asarray(mean / length if length else mean, np.float32)
