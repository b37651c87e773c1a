"""Cut a document into chunks: along its structure, within the encoder's token budget, exactly.

Every place where the text could be cut gets a strength (a heading, a blank line, a line, a
sentence, a clause, a blank, nothing at all), and the cuts are chosen together, by dynamic
programming, to be strong ones that leave chunks of good size. The guarantees, for any text:

- ``document.text[chunk.start:chunk.end]`` is the chunk, trimmed of white space;
- the chunks, in order, cover every character that is not white space;
- no chunk has more than ``max_tokens`` tokens of its own text;
- chunks overlap only where a cut falls inside a paragraph, by at most ``overlap`` tokens.
"""

from __future__ import annotations

import itertools
import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rag.documents.document import Document
from rag.documents.sentences import is_lower_case, sentence_ends

Offsets = Callable[[str], list[tuple[int, int]]]
"""A tokenizer, as far as chunking needs one: text -> the character span of each token."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A span of a document. ``context`` is its heading path, which is not part of its text."""

    start: int
    end: int
    context: str = ""


HEADING, PARAGRAPH, LINE, SENTENCE, CLAUSE, BLANK, NONE = range(7)

# What it costs to cut at a place of each strength, and to have one inside a chunk. The unit is
# the cost of an empty chunk: a chunk of n of m tokens costs (1 - n/m)^2.
CUT = (0.0, 0.05, 0.12, 0.3, 1.5, 2.5, 8.0)
SPAN = (0.6, 0.02, 0.0, 0.0, 0.0, 0.0, 0.0)

_PIECE = 20_000  # characters tokenised at a time: memory stays flat, however long the text
_CLAUSE = re.compile(r"[,;:–—]\s+")
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Place:
    """A place where the text may be cut: after ``offset``, with a strength."""

    offset: int
    strength: int


def chunk(
    document: Document,
    offsets: Offsets,
    *,
    max_tokens: int = 200,
    overlap: int = 0,
    context_tokens: int = 32,
) -> list[Chunk]:
    """The chunks of ``document``, in order. ``offsets`` is the encoder's tokenizer.

    ``context_tokens`` bounds the heading path that goes with each chunk (0: none).
    """
    text = document.text
    if not text.strip():
        return []
    starts = _token_starts(text, offsets)
    places = _places(document, starts, max_tokens - overlap)
    cuts = _best_cuts(places, starts, max_tokens, overlap)
    chunks = []
    paths = _Paths(document, offsets, context_tokens)
    for number, (first, last) in enumerate(itertools.pairwise(cuts)):
        begin, end = places[first].offset, places[last].offset
        if overlap and number and places[first].strength >= SENTENCE:
            begin = _overlapped(places, first, end, starts, max_tokens, overlap)
        while begin < end and text[begin].isspace():
            begin += 1
        while end > begin and text[end - 1].isspace():
            end -= 1
        if begin < end:
            chunks.append(Chunk(begin, end, paths.at(begin)))
    return chunks


def _token_starts(text: str, offsets: Offsets) -> array[int]:
    """Character offsets at which the encoder's tokens start, for the whole text."""
    starts = array("q")
    begin = 0
    while begin < len(text):
        end = min(begin + _PIECE, len(text))
        if end < len(text):
            while end > begin + _PIECE // 2 and not text[end - 1].isspace():
                end -= 1
        last = -1
        for start, stop in offsets(text[begin:end]):
            # Some tokenizers give several tokens to one character: each still counts.
            if stop > start or start > last:
                starts.append(begin + start)
                last = start
        begin = end
    return starts


def _places(document: Document, starts: array[int], max_tokens: int) -> list[_Place]:
    """All places worth cutting at, the start and the end of the text included."""
    text = document.text
    strengths: dict[int, int] = {}

    def mark(offset: int, strength: int) -> None:
        strengths[offset] = min(strength, strengths.get(offset, NONE))

    for heading in document.headings:
        mark(heading.start, HEADING)
    if document.page_kind != "page":
        for page in document.pages:
            mark(page.start, HEADING)
    for offset, strength in _line_places(text):
        mark(offset, strength)
    for begin, end in document.code:
        # Inside code a blank line is the natural cut, and nothing is a sentence.
        mark(begin, PARAGRAPH)
        mark(end, PARAGRAPH)
    bounds = sorted({0, len(text), *(o for o in strengths if 0 < o < len(text))})
    strengths[0] = strengths[len(text)] = HEADING
    lower_case = is_lower_case(text)
    places = [_Place(0, HEADING)]
    # Below the size of a crumb, neighbouring lines are not worth telling apart; this bounds
    # the work for texts of a million one-word lines.
    crumb = max_tokens // 24
    for begin, end in itertools.pairwise(bounds):
        for place in _inner_places(text, begin, end, starts, max_tokens, lower_case):
            places.append(place)
        strength = strengths[end]
        if (
            strength == LINE
            and len(places) > 1
            and _count(starts, places[-1].offset, end) < crumb
            and places[-1].strength <= LINE
        ):
            following = bisect_left(starts, end)
            if following < len(starts) and _next_bound(bounds, end, text, starts) < crumb:
                continue
        places.append(_Place(end, strength))
    return _within_budget(places, text, starts, max_tokens)


def _next_bound(bounds: list[int], end: int, text: str, starts: array[int]) -> int:
    """Tokens of the line that starts at ``end``."""
    after = bisect_right(bounds, end)
    return _count(starts, end, bounds[after]) if after < len(bounds) else 0


def _within_budget(
    places: list[_Place], text: str, starts: array[int], max_tokens: int
) -> list[_Place]:
    """Where two neighbours are further apart than the budget, places inside words come in."""
    whole = [places[0]]
    for place in places[1:]:
        while _count(starts, whole[-1].offset, place.offset) > max_tokens:
            first = bisect_left(starts, whole[-1].offset)
            whole.append(_Place(starts[first + max_tokens], NONE))
        if place.offset > whole[-1].offset:
            whole.append(place)
    return whole


def _line_places(text: str) -> Iterator[tuple[int, int]]:
    """Line starts: after a blank line a paragraph's, else a line's."""
    at = text.find("\n")
    while at >= 0:
        end = at + 1
        while end < len(text) and text[end] == "\n":
            end += 1
        yield end, PARAGRAPH if end - at > 1 else LINE
        at = text.find("\n", end)


def _inner_places(
    text: str, begin: int, end: int, starts: array[int], max_tokens: int, lower_case: bool
) -> Iterator[_Place]:
    """Sentence ends inside a line; below them clauses and blanks, where a sentence is too long."""
    if _count(starts, begin, end) <= max_tokens // 8:
        return
    ends = [begin + e for e in sentence_ends(text[begin:end], lower_case=lower_case)]
    low = begin
    for high in (*ends, end):
        if _count(starts, low, high) > max_tokens:
            clauses = {m.end() for m in _CLAUSE.finditer(text, low, high)}
            blanks = [m.end() for m in _BLANK.finditer(text, low, high)]
            last = low
            for offset in blanks:
                clause = offset in clauses
                # Blanks a few tokens apart are all alike: one in eight tokens is choice enough.
                if low < offset < high and (
                    clause or _count(starts, last, offset) >= max(1, max_tokens // 24)
                ):
                    yield _Place(offset, CLAUSE if clause else BLANK)
                    last = offset
        if high < end:
            yield _Place(high, SENTENCE)
        low = high


def _count(starts: array[int], begin: int, end: int) -> int:
    """Tokens that start in ``[begin, end)``."""
    return bisect_left(starts, end) - bisect_left(starts, begin)


def _best_cuts(
    places: list[_Place], starts: array[int], max_tokens: int, overlap: int
) -> list[int]:
    """Indices into ``places`` of the cheapest cuts, both ends included (shortest path).

    A chunk that will start with an overlap leaves room for it.
    """
    tokens = [bisect_left(starts, place.offset) for place in places]
    spans = [0.0]
    for place in places:
        spans.append(spans[-1] + SPAN[place.strength])
    best = [0.0] * len(places)
    back = [0] * len(places)
    for j in range(1, len(places)):
        cheapest, chosen = float("inf"), j - 1
        inside = spans[j]
        for i in range(j - 1, -1, -1):
            size = tokens[j] - tokens[i]
            if size > max_tokens and i < j - 1:
                break
            room = max_tokens - (overlap if places[i].strength >= SENTENCE else 0)
            if size > room and i < j - 1:
                continue
            slack = 1.0 - size / max_tokens
            cost = best[i] + slack * slack + inside - spans[i + 1]
            if cost < cheapest:
                cheapest, chosen = cost, i
        best[j], back[j] = cheapest + CUT[places[j].strength], chosen
    cuts = [len(places) - 1]
    while cuts[-1]:
        cuts.append(back[cuts[-1]])
    return cuts[::-1]


def _overlapped(
    places: list[_Place], first: int, end: int, starts: array[int], max_tokens: int, overlap: int
) -> int:
    """Where the chunk that starts at ``places[first]`` starts with its overlap: at a sentence or
    weaker, in the same paragraph, as far back as both budgets allow."""
    room = min(overlap, max_tokens - _count(starts, places[first].offset, end))
    begin = places[first].offset
    for place in reversed(places[:first]):
        if _count(starts, place.offset, places[first].offset) > room:
            break
        begin = place.offset
        if place.strength <= LINE:
            break
    return begin


class _Paths:
    """The heading path at an offset: title and open headings, cut to the token budget."""

    def __init__(self, document: Document, offsets: Offsets, max_tokens: int) -> None:
        self.headings = document.headings
        self.title = document.title
        self.offsets = offsets
        self.max_tokens = max_tokens
        self.next = 0
        self.open: list[tuple[int, str]] = []
        self.cut: dict[str, str] = {}

    def at(self, offset: int) -> str:
        """Offsets must be asked for in order. Headings at or behind ``offset`` are in the chunk's
        own text and so not in its path."""
        while self.next < len(self.headings) and self.headings[self.next].start < offset:
            heading = self.headings[self.next]
            while self.open and self.open[-1][0] >= heading.level:
                self.open.pop()
            self.open.append((heading.level, heading.title))
            self.next += 1
        if not self.max_tokens:
            return ""
        # A heading that opens the chunk closes its like before it.
        opening = (
            self.headings[self.next].level
            if self.next < len(self.headings) and self.headings[self.next].start == offset
            else 99
        )
        names = [title for level, title in self.open if level < opening]
        if self.title and self.title not in names and offset > 0:
            names.insert(0, self.title)
        path = " > ".join(names)
        if path not in self.cut:
            self.cut[path] = self._shorten(path)
        return self.cut[path]

    def _shorten(self, path: str) -> str:
        """The end of a path that is too long: its innermost headings say most."""
        while len(spans := self.offsets(path)) > self.max_tokens:
            _, cut, rest = path.partition(" > ")
            if not cut:
                return path[: spans[self.max_tokens - 1][1]]
            path = rest
        return path
