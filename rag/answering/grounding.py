"""What a larger model writes, held against the passages: quotes are located, sentences are checked.

The model is asked for sentences, each with the words that support it in double quotes and the number of
the passage. A quote counts only where it stands in a passage: exactly, or with white space, case and
the shapes of quote marks and dashes folded. A sentence that no quote supports, since the model has not
kept to the form or has misquoted, is aligned with the one sentence, list item or row that does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.answering.repeating import cut_short
from rag.answering.support import content, support
from rag.documents.sentences import sentence_around
from rag.reading.units import is_heading, is_item, is_lead, units
from rag.retrieval.passages import Passage, PassageSpan
from rag.words import share_held

NOT_STATED = "NOT IN THE DOCUMENTS"
LEAST_WORDS = 0.6  # of a sentence's content words must stand in what it quotes
LEAST_ALIGNED = 0.85  # the same, where the model has not said what it goes by
FEW_WORDS = 4  # content words; fewer say something only together with the question
LEAST_ASKED = 0.5  # of the question's content words that must then stand there, too
LEAST_QUOTE = 3  # characters
_QUOTED = re.compile(r"[\"“]([^\"“”]+)[\"”]\s*(?:\[(\d+)\])?[.,;]?")
_MARK = re.compile(r"\[\d+\]")
_FENCE = re.compile(r"</?[a-z]+-[0-9a-f]{16}[^>\n]*>?")  # what it was shown, echoed
_WORD = re.compile(r"[^\W\d_]|\d")
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+")
_FOLD = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "\u00a0": " "})


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of a model's, where what supports it stands, and how much of it is supported, in [0, 1];
    see :func:`rag.answering.support.support`."""

    text: str
    quotes: tuple[PassageSpan, ...]
    support: float


def claims(text: str, passages: Sequence[Passage], question: str = "") -> list[Claim]:
    """The sentences of a model's answer, checked, each once; none where it says that the documents don't say."""
    if says_nothing(text):
        return []
    found: dict[str, Claim] = {}
    for said, quotes in _sentences(cut_short(_FENCE.sub("\n", text))):
        claim = _claim(said, quotes, passages, question)
        if content(claim.text):  # else it says nothing: a word that was cut off, a mark
            found.setdefault(_folded(claim.text)[0], claim)
    return list(found.values())


def says_nothing(text: str) -> bool:
    """Whether a model says that the documents don't say."""
    return NOT_STATED in text.upper()


def _sentences(text: str) -> Iterator[tuple[str, list[tuple[str, int | None]]]]:
    """Each sentence, without marks, with the quotes that follow it and the passages that they are said to be of.
    Each quote that follows none comes with ""."""
    at = 0
    while at < len(text):
        match = next((m for m in _QUOTED.finditer(text, at) if not _inside(text, m)), None)
        before = text[at : match.start()] if match else text[at:]
        parts = [_MARK.sub("", before[low:high]) for low, high in units(before)]
        parts = [stripped for part in parts if _WORD.search(stripped := _plain(part))]
        quotes = []
        while match:
            quotes.append((match[1], int(match[2]) - 1 if match[2] else None))
            at = match.end()
            match = _QUOTED.match(text, at + len(text[at:]) - len(text[at:].lstrip()))
        yield from ((part, []) for part in parts[:-1])
        if parts:
            yield parts[-1], quotes
        else:
            yield from (("", [quote]) for quote in quotes)
        if not quotes:
            return


def _inside(text: str, quoted: re.Match[str]) -> bool:
    """Whether a quote is part of a sentence, which goes on behind it, and no proof of one before it."""
    before, after = text[: quoted.start()].rstrip(), text[quoted.end() :].lstrip()
    return not quoted[2] and before[-1:] not in ("", *".!?:]") and after[:1].islower()


def _plain(part: str) -> str:
    return _BULLET.sub("", part).strip(' ,;:\n\t*_"“”')


def _claim(
    said: str, quotes: list[tuple[str, int | None]], passages: Sequence[Passage], question: str
) -> Claim:
    """A sentence by its quotes if they support it, else by what it is aligned with; a quote alone is a
    sentence of its own."""
    texts = [passage.text for passage in passages]
    spans = [span for quote, number in quotes if (span := locate(quote, texts, number))]
    if not said and not spans:
        return Claim(" ".join(quote for quote, _ in quotes), (), 0.0)
    if not said:
        parts = (texts[s.passage][s.start : s.end] for s in spans)
        return Claim(" ".join(" ".join(part.split()) for part in parts), tuple(spans), 1.0)
    quoted = Claim(said, tuple(spans), _by_quotes(said, spans, passages))
    if quoted.support >= LEAST_WORDS:
        return quoted
    return _aligned(said, passages, question) or quoted


def _by_quotes(said: str, spans: Sequence[PassageSpan], passages: Sequence[Passage]) -> float:
    """How much the sentences around the quotes support."""
    if not spans:
        return 0.0
    around = {
        (s.passage, *sentence_around(passages[s.passage].text, s.start, s.end)) for s in spans
    }
    stated = [passages[number].text[begin:end] for number, begin, end in sorted(around)]
    return support(said, stated, " ".join(passages[s.passage].hit.context for s in spans))


def _aligned(said: str, passages: Sequence[Passage], question: str) -> Claim | None:
    """The claim with the one sentence, item or row that supports it best; an item with the line that leads
    into it."""
    best: tuple[tuple[float, float], Claim] | None = None
    for number, passage in enumerate(passages):
        text, lead = passage.text, None
        for start, end in units(text):
            heading = is_heading(text, start, end)
            if heading or (is_lead(text, start, end) and not is_item(text[start:end])):
                lead = (start, end)
            if heading:
                continue
            led = lead if lead and lead[0] != start and is_item(text[start:end]) else None
            spans = [span for span in (led, (start, end)) if span]
            stated = " ".join(text[low:high] for low, high in spans)
            about = passage.hit.context
            share = support(said, [stated], about)
            asked = share_held(question, f"{about} {stated}")
            if share < LEAST_ALIGNED or (content(said) < FEW_WORDS and asked < LEAST_ASKED):
                continue
            if best is None or (share, asked) > best[0]:
                claim = Claim(said, tuple(PassageSpan(number, *span) for span in spans), share)
                best = (share, asked), claim
    return best and best[1]


def locate(quote: str, passages: Sequence[str], first: int | None = None) -> PassageSpan | None:
    """Where a quote stands; in passage ``first`` if it is there, else in the first that has it."""
    wanted = quote.strip().strip(".…").strip()
    if len(wanted) < LEAST_QUOTE:
        return None
    order = list(range(len(passages)))
    if first is not None and 0 <= first < len(passages):
        order.remove(first)
        order.insert(0, first)
    for number in order:
        at = passages[number].find(wanted)
        if at >= 0:
            return PassageSpan(number, at, at + len(wanted))
    needle, _ = _folded(wanted)
    for number in order:
        text, offsets = _folded(passages[number])
        at = text.find(needle)
        if at >= 0 and needle:
            return PassageSpan(number, offsets[at], offsets[at + len(needle) - 1] + 1)
    return None


def _folded(text: str) -> tuple[str, list[int]]:
    """Text with case, quote marks, dashes and runs of white space folded; and where each
    character of it stood."""
    out: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text.translate(_FOLD)):
        folded = " " if character.isspace() else character.casefold()
        if folded == " " and (not out or out[-1] == " "):
            continue
        for part in folded:
            out.append(part)
            offsets.append(offset)
    return "".join(out), offsets
