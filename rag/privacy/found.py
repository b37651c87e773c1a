"""What is looked for, what it is called, and the text it is looked for in."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

Kind = Literal[
    "private-key",
    "key",
    "password",
    "e-mail",
    "iban",
    "card",
    "id-number",
    "phone",
    "ip",
    "birth-date",
    "address",
]
What = Literal["none", "secrets", "personal", "all"]

VERSION = 1
"""Of the patterns: raise it when they find something else, and redacted indexes read their files again."""

KINDS: tuple[Kind, ...] = get_args(Kind)
"""All kinds; where two overlap, the one that stands first here is taken."""
SECRETS = frozenset[Kind](("private-key", "key", "password"))
WHAT: dict[What, frozenset[Kind]] = {
    "none": frozenset(),
    "secrets": SECRETS,
    "personal": frozenset(KINDS) - SECRETS,
    "all": frozenset(KINDS),
}
"""The kinds that each setting looks for."""

LABELS: dict[Kind, str] = {
    "private-key": "[private key]",
    "key": "[key]",
    "password": "[password]",
    "e-mail": "[e-mail]",
    "iban": "[IBAN]",
    "card": "[card number]",
    "id-number": "[identity number]",
    "phone": "[phone]",
    "ip": "[IP address]",
    "birth-date": "[date of birth]",
    "address": "[postal address]",
}
"""What stands in a text in the place of what was found."""


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """``text[start:end]`` is a secret, or something personal, of this kind."""

    start: int
    end: int
    kind: Kind


_PARTS = str.maketrans(
    {c: " " for c in map(chr, range(128)) if not c.isalnum()}
    | dict.fromkeys("：（）。、，「」“”„‚‘’«»–—·…؛،", " ")
)


class Reading:
    """A text that is looked through: as it is, in lower case at the same places, and for which countries.

    ``countries`` are ISO codes ("DE"); none means all that are known.
    """

    def __init__(self, text: str, countries: Collection[str] = ()) -> None:
        self.text = text
        # The one letter that takes two places in lower case.
        self.lower = text.replace("\u0130", "I").lower()
        self.countries = frozenset(countries)

    @cached_property
    def words(self) -> list[str]:
        """The words of the text in lower case, parted at all that is no letter or digit, each once, in order."""
        return sorted(set(self.lower.translate(_PARTS).split()))

    def has(self, term: str) -> bool:
        """Whether ``term``, in lower case, may be there: certainly not where no word begins as it does."""
        if not term.isascii():
            return True
        first = term.translate(_PARTS).split()[0]
        at = bisect_left(self.words, first)
        return at < len(self.words) and self.words[at].startswith(first)

    def of(self, *countries: str) -> bool:
        """Whether one of these countries is meant."""
        return not self.countries or not self.countries.isdisjoint(countries)

    def before(self, at: int, characters: int) -> str:
        """So many characters before a place, in lower case, back to a blank line at most."""
        return self.lower[max(0, at - characters) : at].rpartition("\n\n")[2]

    def after(self, at: int, characters: int) -> str:
        """So many characters from a place on, in lower case, up to a blank line at most."""
        return self.lower[at : at + characters].partition("\n\n")[0]

    def places(self, word: str) -> Iterator[int]:
        """Where ``word``, in lower case, stands as a word of its own, or begins one with such."""
        return self.inside(word) if self.has(word) else iter(())

    def inside(self, word: str) -> Iterator[int]:
        """Where ``word``, in lower case, stands, be it a part of another: "password" in "db_password"."""
        at = self.lower.find(word)
        while at >= 0:
            yield at
            at = self.lower.find(word, at + len(word))

    def exact(self, sign: str) -> Iterator[int]:
        """Where these characters stand, in just this case, a part of a word or not."""
        at = self.text.find(sign)
        while at >= 0:
            yield at
            at = self.text.find(sign, at + len(sign))
