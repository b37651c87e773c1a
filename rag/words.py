"""The words of a text that carry its content."""

from __future__ import annotations

import re
import string

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
WORD = re.compile(r"\w+")
STOP = frozenset(
    "a about am an and any are as at be been but by can could did do does for from had has have "
    "he her his how i if in into is it its me my no not of on or our she should so such than that "
    "the their them then there these they this to us was we were what when where which who whom "
    "whose why will with would you your".split()
)
STEM = 5  # letters that words have in common when they are taken for forms of one


def content_words(text: str) -> list[str]:
    """Lower case, without the words that every text has."""
    return [word for word in WORD.findall(text.lower()) if word not in STOP]


def share_held(question: str, text: str) -> float:
    """Of the different content words of ``question``, the share that ``text`` has, in any form; 1
    where the question has none."""
    asked = {word[:STEM] for word in content_words(question)}
    there = {word[:STEM] for word in WORD.findall(text.lower())}
    return len(asked & there) / len(asked) if asked else 1.0


def normalise(text: str) -> str:
    """Lower case, no punctuation, no articles, single blanks."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())
