"""Which documents mention something: its very words, in any of their inflections, found in the text of each
document that the full-text index names, and counted there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.reading.units import units
from rag.store.searched import Lexical
from rag.store.snapshot import Snapshot
from rag.words import STOP

MOST_DOCUMENTS = 1_000  # that are read for one question
MOST_CHUNKS = 20_000  # that the full-text index names, and that these documents have together
MOST_LINES = 20  # mentions of a document whose sentences are looked for
WINDOW = 2_000  # characters around a mention in which its sentence, item or row is looked for
FEW_WORDS = 4  # of what is mentioned, if it is more than a clause

_WORD = re.compile(r"[^\W_]+")
_GAP = re.compile(r"[^\w.!?;:|\n]{0,6}\n?[^\w.!?;:|\n]{0,6}")
_QUOTED = re.compile(r"[\"“„«‘'](?P<words>.+?)[\"”“»’']")
_AHEAD = re.compile(
    r"^(?:(?:the|an?|any|our|my|your|some|words?|terms?|phrase)\s+)+", re.IGNORECASE
)

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A document that mentions something: where each mention stands, and the sentences, list items or rows that
    hold them, each with its first mention."""

    document: int
    spans: tuple[Span, ...]
    lines: tuple[tuple[Span, Span], ...]


@dataclass(frozen=True, slots=True)
class Mentions:
    """Who mentions ``words``, most mentions first. ``how``: as a phrase, or with all its words in one sentence,
    where nothing has the phrase. ``whole``: all documents that might were read."""

    words: str
    documents: tuple[Mentioned, ...]
    how: Literal["phrase", "sentence"] = "phrase"
    whole: bool = True


def what_is_mentioned(asked: str) -> str:
    """The words to look for: those in quotation marks, else without article.

    >>> what_is_mentioned('the word "gateway"'), what_is_mentioned("the works council")
    ('gateway', 'works council')
    """
    quoted = _QUOTED.search(asked)
    return quoted["words"].strip() if quoted else _AHEAD.sub("", asked).strip(" ,.;:?!\"'")


def mentions(snapshot: Snapshot, asked: str, among: Collection[int] | None = None) -> Mentions:
    """The documents of ``snapshot``, all or those of ``among``, that mention what is ``asked`` for."""
    words = what_is_mentioned(asked)
    terms = _Terms(words, snapshot.lexical)
    if not terms.wanted:
        return Mentions(words, ())
    documents, whole = _candidates(snapshot, terms, among)
    documents, short = _readable(snapshot, documents)
    texts = ((document, snapshot.text(document)) for document in documents)
    found = [m for d, text in texts if (m := _phrases(d, text, terms))]
    how: Literal["phrase", "sentence"] = "phrase"
    if not found and len(terms.content) > 1:
        texts = ((document, snapshot.text(document)) for document in documents)
        found = [m for d, text in texts if (m := _sentences(d, text, terms))]
        how = "sentence"
    names = snapshot.catalog.names(one.document for one in found)
    found.sort(key=lambda one: (-len(one.spans), names.get(one.document, ())))
    return Mentions(words, tuple(found), how, whole and not short)


def _candidates(
    snapshot: Snapshot, terms: _Terms, among: Collection[int] | None
) -> tuple[list[int], bool]:
    """Documents that have the rarest of the words; and whether these are all."""
    rarest = min(terms.content, key=snapshot.lexical.frequency)
    chunks = snapshot.lexical.holding(rarest, MOST_CHUNKS)
    owners = snapshot.catalog.contents.owners(chunks).tolist()
    documents = [d for d in dict.fromkeys(owners) if d >= 0 and (among is None or d in among)]
    whole = len(chunks) < MOST_CHUNKS and len(documents) <= MOST_DOCUMENTS
    return documents[:MOST_DOCUMENTS], whole


def _readable(snapshot: Snapshot, documents: Sequence[int]) -> tuple[list[int], bool]:
    """As many of the documents as are not too long together; and whether some were left out."""
    ranges, left = snapshot.catalog.contents.ranges, MOST_CHUNKS
    kept: list[int] = []
    for document in documents:
        left -= ranges[document][1]
        if left < 0 and kept:
            return kept, True
        kept.append(document)
    return kept, False


def _phrases(document: int, text: str, terms: _Terms) -> Mentioned | None:
    spans = tuple(terms.phrases(text))
    by_line: dict[Span, Span] = {}
    for span in spans[:MOST_LINES]:
        by_line.setdefault(line_of(text, span), span)
    return Mentioned(document, spans, tuple(by_line.items())) if spans else None


def _sentences(document: int, text: str, terms: _Terms) -> Mentioned | None:
    lines = tuple(terms.together(text))
    return Mentioned(document, tuple(span for _, span in lines), lines) if lines else None


def line_of(text: str, span: Span) -> Span:
    """The sentence, list item or row that holds a span."""
    low = max(text.rfind("\n\n", 0, span[0]) + 1, span[0] - WINDOW, 0)
    high = text.find("\n\n", span[1])
    high = min(len(text) if high < 0 else high + 2, span[1] + WINDOW)
    if low == span[0] - WINDOW:
        low = max(low, text.find("\n", low, span[0]) + 1)
    for start, end in units(text[low:high]):
        if low + start <= span[0] and span[1] <= low + end:
            return low + start, low + end
    return span  # it goes on from one into the next


class _Terms:
    """The words that are looked for, and where a text has them."""

    def __init__(self, words: str, lexical: Lexical) -> None:
        self._stems: dict[str, str] = {}
        self._lexical = lexical
        written = _WORD.findall(words)
        self.wanted = [stem for word in written if (stem := self._stem(word))]
        self.content = [
            stem
            for word in written
            if (stem := self._stem(word)) and (word.lower() not in STOP or word.isupper())
        ] or self.wanted
        # "IT" and "US" are not "it" and "us".
        self._shouted = {
            self._stem(word) for word in written if word.isupper() and word.lower() in STOP | {"us"}
        }

    def _stem(self, word: str) -> str:
        known = self._stems.get(word)
        if known is None:
            known = self._stems[word] = "".join(self._lexical.terms(word)[:1])
        return known

    def _marked(self, text: str) -> list[tuple[int, int, str]]:
        """[start, end) of each word that is wanted, and its stem; the others have no stem."""
        wanted = set(self.wanted)
        found = []
        for word in _WORD.finditer(text):
            stem = self._stem(word.group())
            if stem not in wanted or (stem in self._shouted and not word.group().isupper()):
                stem = ""
            found.append((word.start(), word.end(), stem))
        return found

    def phrases(self, text: str) -> Iterator[Span]:
        """Where the words stand one after another, within a sentence."""
        words, many = self._marked(text), len(self.wanted)
        at = 0
        while at + many <= len(words):
            run = words[at : at + many]
            if [stem for _, _, stem in run] == self.wanted and all(
                _GAP.fullmatch(text, run[i][1], run[i + 1][0]) for i in range(many - 1)
            ):
                yield run[0][0], run[-1][1]
                at += many
            else:
                at += 1

    def together(self, text: str) -> Iterator[tuple[Span, Span]]:
        """Sentences, items and rows that hold all words that matter, and where the first of them stands."""
        needed = set(self.content)
        first = self.content[0]
        words = self._marked(text)
        there = {stem for _, _, stem in words}
        if not needed <= there:
            return
        seen: set[Span] = set()
        for start, end, stem in words:
            if stem != first:
                continue
            line = line_of(text, (start, end))
            if line not in seen and needed <= {
                self._stem(w) for w in _WORD.findall(text[slice(*line)])
            }:
                seen.add(line)
                yield line, (start, end)
