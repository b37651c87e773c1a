"""Where a text may be cut: every place worth it, and how natural a cut there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from rag.chunking.graphemes import is_inside, whole_before
from rag.chunking.tokens import TokenStarts
from rag.documents.document import Document
from rag.documents.sentences import is_lower_case, sentence_ends


class Strength(IntEnum):
    """What a cut falls on, the most natural first."""

    HEADING = 0
    """Before a heading, a slide, a sheet or a chapter; the start and the end of the text."""
    PARAGRAPH = 1
    """After a blank line; around code."""
    LINE = 2
    """After a line: between list items, table rows, lines of code."""
    SENTENCE = 3
    """After a sentence, inside a line."""
    CLAUSE = 4
    """After a comma, a colon, a dash, inside a sentence that is too long for a chunk."""
    BLANK = 5
    """Between words of such a sentence."""
    NONE = 6
    """Inside a word that is too long for a chunk."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place where the text may be cut: before the character at ``offset``."""

    offset: int
    strength: Strength


# Shares of the budget of a chunk, so that they fit chunks of every size.
SHORT = 8  # a line of up to an eighth is not cut at its sentences: a chunk holds several such lines
CRUMB = 24  # what is smaller than a 24th (six tokens of 150) does not matter to a chunk's size

_CLAUSE = re.compile(r"[,;:–—]\s+")
_BLANK = re.compile(r"\s+")


def places(document: Document, tokens: TokenStarts, budget: int) -> list[Place]:
    """All places worth cutting at, in order, the start and the end of the text included.

    Neighbours are at most ``budget`` tokens apart, so that there is always a way to cut.
    """
    text = document.text
    strengths = _bounds(document)
    bounds = sorted(strengths)
    lower_case = is_lower_case(text)
    crumb = budget // CRUMB
    found = [Place(0, Strength.HEADING)]
    for number, (begin, end) in enumerate(pairwise(bounds), start=1):
        found.extend(_inside(text, begin, end, tokens, budget, lower_case))
        # Neighbouring lines that are crumbs are not worth telling apart; this bounds the work
        # for texts of a million one-word lines.
        if (
            strengths[end] == Strength.LINE
            and len(found) > 1
            and found[-1].strength <= Strength.LINE
            and tokens.between(found[-1].offset, end) < crumb
            and tokens.before(end) < len(tokens)
            and tokens.between(end, bounds[number + 1]) < crumb
        ):
            continue
        found.append(Place(end, strengths[end]))
    return _within_budget(text, found, tokens, budget)


def _bounds(document: Document) -> dict[int, Strength]:
    """The offsets at which a block or a line starts, or the text ends, each with its strength."""
    strengths: dict[int, Strength] = {}
    end = len(document.text)

    def mark(offset: int, strength: Strength) -> None:
        if 0 < offset < end:
            strengths[offset] = min(strength, strengths.get(offset, Strength.NONE))

    for heading in document.headings:
        mark(heading.start, Strength.HEADING)
    if document.page_kind != "page":  # a page ends where the paper does, and not the thought
        for page in document.pages:
            mark(page.start, Strength.HEADING)
    for span in document.hidden:
        for offset in span:
            mark(offset, Strength.HEADING)
    for offset, strength in _lines(document.text):
        mark(offset, strength)
    for begin, stop in document.code:
        mark(begin, Strength.PARAGRAPH)
        mark(stop, Strength.PARAGRAPH)
    strengths[0] = strengths[end] = Strength.HEADING
    return strengths


def _lines(text: str) -> Iterator[tuple[int, Strength]]:
    """Line starts: after a blank line a paragraph's, else a line's."""
    at = text.find("\n")
    while at >= 0:
        end = at + 1
        while end < len(text) and text[end] == "\n":
            end += 1
        yield end, Strength.PARAGRAPH if end - at > 1 else Strength.LINE
        at = text.find("\n", end)


def _inside(
    text: str, begin: int, end: int, tokens: TokenStarts, budget: int, lower_case: bool
) -> Iterator[Place]:
    """Sentence ends inside a line; below them clauses and blanks, where a sentence is too long."""
    if tokens.between(begin, end) <= budget // SHORT:
        return
    ends = [begin + e for e in sentence_ends(text[begin:end], lower_case=lower_case)]
    for low, high in pairwise((begin, *ends, end)):
        if tokens.between(low, high) > budget:
            yield from _inside_sentence(text, low, high, tokens, budget)
        if high < end:
            yield Place(high, Strength.SENTENCE)


def _inside_sentence(
    text: str, begin: int, end: int, tokens: TokenStarts, budget: int
) -> Iterator[Place]:
    clauses = {found.end() for found in _CLAUSE.finditer(text, begin, end)}
    # Blanks a few tokens apart are all alike: one in so many tokens is choice enough.
    apart = max(1, budget // CRUMB)
    last = begin
    for found in _BLANK.finditer(text, begin, end):
        offset = found.end()
        if not begin < offset < end or is_inside(text, offset):
            continue
        if offset in clauses or tokens.between(last, offset) >= apart:
            yield Place(offset, Strength.CLAUSE if offset in clauses else Strength.BLANK)
            last = offset


def _within_budget(text: str, found: list[Place], tokens: TokenStarts, budget: int) -> list[Place]:
    """Where two neighbours are further apart than the budget, places inside words come in."""
    whole = [found[0]]
    for place in found[1:]:
        while tokens.between(whole[-1].offset, place.offset) > budget:
            last = whole[-1].offset
            cut = whole_before(text, tokens[tokens.before(last) + budget], last)
            whole.append(Place(cut, Strength.NONE))
        if place.offset > whole[-1].offset:
            whole.append(place)
    return whole
