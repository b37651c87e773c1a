"""What a larger model writes, held against the passages: quotes are located, claims are checked.

The model is asked for sentences, each with the words that support it in double quotes and the number of
the passage. A quote counts only where it stands in a passage: exactly, or with white space, case and
the shapes of quote marks and dashes folded. A sentence counts only if its numbers, names and most of
its words stand in the sentences that its quotes come from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.documents.sentences import sentence_around
from rag.retrieval.passages import PassageSpan

NOT_STATED = "NOT IN THE DOCUMENTS"
LEAST_WORDS = 0.6  # of a sentence's content words must stand in what it quotes
LEAST_QUOTE = 3  # characters
_CLAIM = re.compile(
    r"(?P<text>[^\"“”]+?)(?P<quotes>(?:\s*[\"“][^\"“”]+[\"”]\s*(?:\[\d+\])?[.,;]?)+)"
)
_QUOTE = re.compile(r"[\"“]([^\"“”]+)[\"”]\s*(?:\[(\d+)\])?")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_WORD = re.compile(r"[^\W\d_]+")
_FOLD = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "\u00a0": " "})
_SMALL = frozenset(
    "a about after all also an and any are as at be been before but by can do does for from had "
    "has have he her his if in into is it its may more most must no not of on one only or other "
    "our she should so such than that the their them then there these they this to up was we "
    "were what when which who will with would yes you your".split()
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of a model's, where its quotes stand, and how much of it they support, in [0, 1]:
    0 where a number or name is missing, else the share of its content words."""

    text: str
    quotes: tuple[PassageSpan, ...]
    support: float


def claims(text: str, passages: Sequence[str]) -> list[Claim]:
    """The sentences of a model's answer, checked; none where it says that the documents don't say."""
    if NOT_STATED in text.upper():
        return []
    found, at = [], 0
    for match in _CLAIM.finditer(text):
        quotes = []
        for quote, number in _QUOTE.findall(match["quotes"]):
            span = locate(quote, passages, int(number) - 1 if number else None)
            if span is not None:
                quotes.append(span)
        said = re.sub(r"^[\s.,;:]*(\[\d+\])?[\s.,;:]*", "", match["text"]).strip()
        if said:
            found.append(Claim(said, tuple(quotes), support(said, quotes, passages)))
        at = match.end()
    rest = re.sub(r"\[\d+\]", "", text[at:]).strip(" .,;\n\t")
    if _WORD.search(rest):
        found.append(Claim(rest, (), 0.0))
    return found


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


def support(sentence: str, quotes: Sequence[PassageSpan], passages: Sequence[str]) -> float:
    """How much of a sentence stands in the sentences that its quotes come from, in [0, 1]."""
    if not quotes:
        return 0.0
    spans = [(q, *sentence_around(passages[q.passage], q.start, q.end)) for q in quotes]
    stated = " ".join(passages[q.passage][begin:end] for q, begin, end in spans)
    numbers = set(_NUMBER.findall(stated))
    stems = {_stem(word) for word in _WORD.findall(stated)}
    if any(number not in numbers for number in _NUMBER.findall(sentence)):
        return 0.0
    words = _WORD.findall(sentence)
    names = [word for word in words[1:] if word[0].isupper() and word.lower() not in _SMALL]
    if any(_stem(name) not in stems for name in names):
        return 0.0
    content = [word for word in words if word.lower() not in _SMALL]
    if not content:
        return 1.0
    return sum(_stem(word) in stems for word in content) / len(content)


def _stem(word: str) -> str:
    """Enough to make "employees" and "employee", "approved" and "approves" one."""
    word = word.casefold()
    return re.sub(r"(ies|ing|ed|es|s|e|y)$", "", word) if len(word) > 4 else word


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
