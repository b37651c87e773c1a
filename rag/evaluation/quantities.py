"""The numbers of a text by their value: "2.5 million euros" is 2500000 euro, however it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass


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
