"""The terms of a text: what its words are searched by, the same in all stores; and what a term of a question weighs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import tantivy

from rag.words import STOP, WORD

BOOSTS = {"text": 1.0, "context": 0.5, "source": 0.3}
"""The fields that chunks are searched by words in, and what a score in each counts for."""
MAX_TERMS = 256  # of a question; what is longer is a text, and its first words say enough


def analyzer(*, stemmed: bool = True) -> Any:
    """What makes terms of a text: lower case, without accents, English endings cut off if ``stemmed``."""
    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(60))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )
    return (builder.filter(tantivy.Filter.stemmer("english")) if stemmed else builder).build()


def terms_of(text: str) -> list[str]:
    """The terms of a text, in its order.

    >>> terms_of("Refunds are paid within 30 days.")
    ['refund', 'are', 'paid', 'within', '30', 'day']
    """
    found: list[str] = _stemmed().analyze(text)
    return found


def forms_of(pieces: Iterable[str]) -> frozenset[str]:
    """The words of a text that comes in pieces as they are written, but in lower case without accents; each once."""
    found = set[str]()
    for piece in pieces:
        found.update(_unstemmed().analyze(piece))
    return frozenset(found)


def asked_terms(question: str) -> list[str]:
    """The terms of the words that say what a question is about; of all its words where nothing else is left."""
    words = [word.lower() for word in WORD.findall(question)[:MAX_TERMS]]
    return terms_of(" ".join([word for word in words if word not in STOP] or words))


def weighed_terms(question: str, also: Sequence[str] = ()) -> list[tuple[str, float]]:
    """The terms of a question, each with its weight, 1; ``also`` are other names for what it speaks of: the words of each
    together count as one more. None for a question without words."""
    terms = asked_terms(question)
    weighed = [(term, 1.0) for term in terms]
    for name in also if terms else ():
        parts = terms_of(name)
        weighed += [(part, 1.0 / len(parts)) for part in parts if part not in terms]
    return weighed


def idf(having: int, count: int) -> float:
    """The inverse document frequency of a term that ``having`` of ``count`` chunks have (Robertson and Zaragoza 2009)."""
    return math.log1p((count - having + 0.5) / (having + 0.5))


@cache
def _stemmed() -> Any:
    return analyzer()


@cache
def _unstemmed() -> Any:
    return analyzer(stemmed=False)
