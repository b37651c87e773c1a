"""What a larger model writes, held against the passages: quotes are located, claims are checked.

The model is asked for sentences, each with the words that prove it in double quotes and the number of
the passage. A quote counts only where it stands in a passage: exactly, or with white space, case and
the shapes of quote marks and dashes folded. A sentence counts only if its numbers, names and most of
its words stand in the sentences that its quotes come from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.documents.sentences import sentence_around

NOT_TOLD = "NOT IN THE DOCUMENTS"
LEAST_WORDS = 0.6  # of a sentence's content words must stand in what it cites
LEAST_QUOTE = 3  # characters
_CLAIM = re.compile(
    r"(?P<text>[^\"“”]+?)(?P<proof>(?:\s*[\"“][^\"“”]+[\"”]\s*(?:\[\d+\])?[.,;]?)+)"
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
class Proof:
    """``passages[passage][start:end]`` is the quote, as the passage has it."""

    passage: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of the model's, its located quotes, and the share of it that they support:
    0 where a number or name is missing, else the share of its content words."""

    text: str
    proofs: tuple[Proof, ...]
    support: float

    @property
    def supported(self) -> bool:
        return self.support >= LEAST_WORDS


def claims(text: str, passages: Sequence[str]) -> list[Claim]:
    """The sentences of a model's answer, checked; none where it says that it is not told."""
    if NOT_TOLD in text.upper():
        return []
    found, at = [], 0
    for match in _CLAIM.finditer(text):
        proofs = []
        for quote, number in _QUOTE.findall(match["proof"]):
            proof = locate(quote, passages, int(number) - 1 if number else None)
            if proof is not None:
                proofs.append(proof)
        said = re.sub(r"^[\s.,;:]*(\[\d+\])?[\s.,;:]*", "", match["text"]).strip()
        if said:
            found.append(Claim(said, tuple(proofs), support(said, proofs, passages)))
        at = match.end()
    rest = re.sub(r"\[\d+\]", "", text[at:]).strip(" .,;\n\t")
    if _WORD.search(rest):
        found.append(Claim(rest, (), 0.0))
    return found


def locate(quote: str, passages: Sequence[str], first: int | None = None) -> Proof | None:
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
            return Proof(number, at, at + len(wanted))
    needle, _ = _folded(wanted)
    for number in order:
        text, offsets = _folded(passages[number])
        at = text.find(needle)
        if at >= 0 and needle:
            return Proof(number, offsets[at], offsets[at + len(needle) - 1] + 1)
    return None


def support(sentence: str, proofs: Sequence[Proof], passages: Sequence[str]) -> float:
    """How much of a sentence stands in the sentences that its quotes come from, in [0, 1]."""
    if not proofs:
        return 0.0
    spans = [(p, *sentence_around(passages[p.passage], p.start, p.end)) for p in proofs]
    told = " ".join(passages[p.passage][begin:end] for p, begin, end in spans)
    numbers = set(_NUMBER.findall(told))
    stems = {_stem(word) for word in _WORD.findall(told)}
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
