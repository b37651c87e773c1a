"""How right an answer is: exact match and F1, normalised as SQuAD's script does (Rajpurkar et al.
2016)."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalise(text: str) -> str:
    """Lower case, no punctuation, no articles, single blanks."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def exact_match(answer: str, gold: Sequence[str]) -> float:
    """1 where the answer is one of the gold ones; with none, where it is empty."""
    return float(any(normalise(answer) == normalise(g) for g in gold or [""]))


def f1(answer: str, gold: Sequence[str]) -> float:
    """The best harmonic mean of token precision and recall over the gold answers."""
    return max(_f1(normalise(answer).split(), normalise(g).split()) for g in gold or [""])


def _f1(answer: list[str], gold: list[str]) -> float:
    if not answer or not gold:
        return float(answer == gold)
    same = (Counter(answer) & Counter(gold)).total()
    return 2 * same / (len(answer) + len(gold)) if same else 0.0
