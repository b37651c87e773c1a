"""Words of questions, names of columns and cells, brought to one form, so that they can be compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from rag.words import STOP

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_NUMBER = re.compile(r"\d")
_SUFFIXES = (
    "ations ation ities ality ments ment ances ance ences ence ships ship ings ing ions ion ors or ers er "
    "eds ed es s al ive able ized e y"
).split()
LEAST = 4  # letters of what is left of a word without its ending
# What a question says besides what it asks for; not worth a doubt if the table does not have it.
LIGHT = STOP | frozenset(
    "s t d ll re ve m get gets got getting give gives given gave make makes made take takes took taken have having "
    "happen happened called name names named list listed show shown tell according table chart data please "
    "whats whos name many much long far number amount value also only just there were each one ones use used "
    "receive receives received hold held win wins won come came see seen person man woman kind type sort different specific exact "
    "current currently actual following these those while during after before that which whole entire because "
    "per via by out up over under between however but nor etc else ever another other".split()
)


@lru_cache(maxsize=100_000)
def tokens(text: str) -> tuple[str, ...]:
    """Words and numbers in lower case, without accents; "24,972" is 24972.

    >>> tokens("Fête 24,972 km²")
    ('fete', '24972', 'km', '2')
    """
    return tuple(word.lower() for word in written(text))


def written(text: str) -> tuple[str, ...]:
    """The same words with their capitals."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return tuple(_TOKEN.findall(_THOUSANDS.sub("", plain)))


@lru_cache(maxsize=50_000)
def singular(word: str) -> str:
    """A word without the ending of its plural.

    >>> singular("employees"), singular("cities"), singular("boss")
    ('employee', 'city', 'boss')
    """
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """What "directed" and "director" share.

    >>> stem("directed") == stem("director"), stem("played") == stem("plays")
    (True, True)
    """
    if is_number(word):
        return word
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= LEAST:
            word = word[: -len(suffix)]
            break
    if len(word) > LEAST and word[-1] == word[-2]:
        word = word[:-1]
    return word[:-1] if len(word) > LEAST and word[-1] in "ey" else word


def is_number(word: str) -> bool:
    """Whether a token holds digits."""
    return _NUMBER.match(word) is not None


def find(needle: Sequence[str], words: Sequence[str]) -> list[int]:
    """Where ``needle`` stands in ``words``, as a whole."""
    size = len(needle)
    if not size:
        return []
    wanted = tuple(needle)
    return [i for i in range(len(words) - size + 1) if tuple(words[i : i + size]) == wanted]
