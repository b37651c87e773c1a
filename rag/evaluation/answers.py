"""How right an answer is, beyond SQuAD's measures: ROUGE-L for long answers, numbers by their value."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from rag.words import normalise


@cache
def _rouge() -> Any:
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer(["rougeL"], use_stemmer=True)


def rouge_l(answer: str, gold: Sequence[str]) -> float:
    """The best ROUGE-L F-measure over the gold answers (Lin 2004), as rouge-score has it."""
    return max((_rouge().score(g, answer)["rougeL"].fmeasure for g in gold), default=0.0)


@dataclass(frozen=True, slots=True)
class Quantity:
    """``value`` with multipliers applied; ``unit`` is the word after it, in the singular, or ""."""

    value: float
    unit: str


_NUMBER = re.compile(
    r"(?P<sign>(?<![\w.,])-)?(?P<before>[$€£])?\s?(?P<number>\d{1,3}(?:[,  ]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"\s?(?P<times>thousand|million|billion|k\b|m\b|bn\b)?\s?(?P<unit>%|[$€£]|°?[^\W\d_]+)?",
    re.IGNORECASE,
)
_WORDS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
}
_TIMES = {"thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9}
_UNITS = {
    "%": "percent", "€": "euro", "eur": "euro", "$": "dollar", "usd": "dollar", "£": "pound",
    "kilogram": "kg", "gram": "g", "litre": "l", "liter": "l", "watt": "w", "volt": "v",
    "metre": "m", "meter": "m", "hr": "hour", "h": "hour", "min": "minute", "sec": "second",
}  # fmt: skip
_NO_UNIT = frozenset("a an and at be by for from in is of on or per than the to until was".split())


def quantities(text: str) -> list[Quantity]:
    """The numbers of a text, in order: "2.5 million euros" is 2500000 euro."""
    for word, number in _WORDS.items():
        text = re.sub(rf"\b{word}\b", str(number), text, flags=re.IGNORECASE)
    found = []
    for match in _NUMBER.finditer(text):
        value = float(re.sub(r"[,  ]", "", match["number"]))
        times = (match["times"] or "").lower()
        unit = _unit(match["before"] or match["unit"] or "")
        if times in ("k", "m", "bn") and unit not in ("euro", "dollar", "pound"):
            times, unit = "", times  # metres, say
        found.append(Quantity(value * _TIMES.get(times, 1.0) * (-1 if match["sign"] else 1), unit))
    return found


def _unit(word: str) -> str:
    word = _UNITS.get(word.lower(), word.lower())
    if len(word) > 3 and word.endswith("s"):
        word = word[:-1]
    return "" if word in _NO_UNIT else _UNITS.get(word, word)


def numeric_match(answer: str, gold: Sequence[str], tolerance: float = 0.0) -> float | None:
    """1 where the first number of the answer is the first of a gold answer, within a relative
    ``tolerance``, and no two units contradict each other; None where no gold answer has a number."""
    wanted = [numbers[0] for g in gold if (numbers := quantities(g))]
    if not wanted:
        return None
    given = quantities(answer)
    return float(
        bool(given)
        and any(
            abs(given[0].value - w.value) <= tolerance * abs(w.value) + 1e-9
            and (not w.unit or not given[0].unit or w.unit == given[0].unit)
            for w in wanted
        )
    )


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
