"""Other names, defined by the documents, for what a question speaks of: one who asks for paid time off finds what is said of PTO."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.embedding.vocabulary import whole_words
from rag.retrieval.spelling import is_english
from rag.store.searched import Cards
from rag.store.terms import analyzer
from rag.words import STOP, WORD

LONGEST = 6  # words of a name
MOST = 2  # other names for one
FIRST = 40  # words of a question in which names are looked for

Also = tuple[int, str]
"""Where a name ends in a question, and another name for the same."""


def also_called(question: str, cards: Cards | None) -> list[Also]:
    """Other names for what ``question`` names, in the order of its words."""
    if cards is None:
        return []
    words = list(WORD.finditer(question))[:FIRST]
    terms = analyzer().analyze
    stems = [" ".join(terms(word.group())) for word in words]
    low = " ".join(word.group().lower() for word in words)
    found: list[Also] = []
    at = 0
    while at < len(words):
        taken = 1
        for length in range(min(LONGEST, len(words) - at), 0, -1):
            part = words[at : at + length]
            if not _may_be_name(part):
                continue
            names = cards.aliases(" ".join(stems[at : at + length]))
            if names:
                found += [(part[-1].end(), name) for name in names[:MOST] if name not in low]
                taken = length
                break
        at += taken
    return found


def with_names(question: str, also: Sequence[Also]) -> str:
    """The question with the other names in brackets after the first ones.

    >>> with_names("How much PTO is there?", [(12, "paid time off")])
    'How much PTO (paid time off) is there?'
    """
    for end, name in reversed(also):
        question = f"{question[:end]} ({name}){question[end:]}"
    return question


def _may_be_name(part: Sequence[re.Match[str]]) -> bool:
    """Not a word of everyday language that is written like one: "it", "us", "chip"."""
    first, last = part[0].group(), part[-1].group()
    if len(part) > 1:
        return first.lower() not in STOP and last.lower() not in STOP
    if first.isupper() and len(first) > 1:
        return True
    low = first.lower()
    return len(low) > 1 and low not in STOP and not is_english(low) and low not in whole_words()
