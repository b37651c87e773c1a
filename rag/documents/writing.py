"""How a text writes its words: which of them as names, with a capital."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator

from rag.documents.years import YEAR
from rag.words import STOP

READ = 300_000  # characters of a document in which is looked how it writes a word
SEEN = 2  # times that it must have written a name, at least
LOWER = 0.1  # of all of them, those that may be without a capital

_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(  # bounded, as a text may be one word of a million letters
    r"\S{1,64}@\S{1,64}|\w{2,8}://\S{1,500}"
    r"|\b[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){0,5}\.(?:com|org|net|io|gov|edu)\b\S{0,200}"
)
_OF_ADDRESSES = re.compile(r"@|://|\.(?:com|org|net|io|gov|edu)\b")  # no address is without one
# Quarters, fiscal years, forms, ordinal numbers, sizes: codes that name no document.
_NO_NAME = re.compile(
    r"(?:q\d|h\d|fy|\dq)\d*|\d{1,2}[kq]|\d+(?:st|nd|rd|th|px|mb|gb|kb)|v\d+|.*(?:19|20)\d\d.*",
    re.IGNORECASE,
)
_SMALL = bytes.maketrans(string.ascii_uppercase.encode(), string.ascii_lowercase.encode())
_BETWEEN = (string.whitespace + "-").encode() + bytes(range(128, 256))


def may_be_names(text: str) -> Iterator[str]:
    """Words and codes that may be names, or a part of one, in lower case: "MGM2022Q4" is "mgm"."""
    for found in _WORD.finditer(text):
        word = found.group().lower()
        if word.isalpha():
            if len(word) > 1:
                yield word
        elif not word.isdigit():
            if not _NO_NAME.fullmatch(word) and len(word) > 1:
                yield word
            elif YEAR.search(word):
                yield from (part for part in _LETTERS.findall(word) if len(part) > 2)


class Writing:
    """How a text writes its words, in its first ``READ`` characters."""

    def __init__(self, text: str) -> None:
        self.text = text[:READ]
        self._forms = Counter(_WORD.findall(_without_addresses(self.text)))
        self._all: dict[str, int] = {}
        for form, count in self._forms.items():
            low = form.lower()
            self._all[low] = self._all.get(low, 0) + count

    def names(self) -> Iterator[str]:
        """The words that it writes as names, in lower case."""
        return filter(self.as_name, self._all)

    def as_name(self, word: str, least: int = SEEN) -> bool:
        """Whether it writes ``word``, ``least`` times and with a capital, but for a few of them."""
        there = self._all.get(word, 0)
        return there >= least and self._forms[word] <= LOWER * there and word not in STOP

    def in_a_row(self, word: str) -> bool:
        """Whether ``word`` is two of its words, the first with a capital: "bestbuy"."""
        for at in range(2, len(word) - 1):
            first, second = word[:at], word[at:]
            if min(self._all.get(first, 0), self._all.get(second, 0)) >= SEEN:
                row = re.compile(rf"\b{first}[\s-]{second}\b", re.IGNORECASE)
                if any(m.group()[0].isupper() for m in row.finditer(self.text)):
                    return True
        return False


def in_a_row(text: str, words: Iterable[str]) -> frozenset[str]:
    """Those of ``words`` that are two words of a text; see :meth:`Writing.in_a_row`. Which could be, two passes over its bytes
    tell, since counting its words takes a hundred times as long."""
    wanted = [word for word in words if word.isalpha() and len(word) >= 4]
    if not wanted:
        return frozenset()
    apart = text[:READ].encode("utf-8", "replace").translate(_SMALL)
    joined = apart.translate(None, _BETWEEN)
    wanted = [
        word
        for word in wanted
        if not word.isascii() or joined.count(word.encode()) > apart.count(word.encode())
    ]
    if not wanted:
        return frozenset()
    return frozenset(filter(Writing(text).in_a_row, wanted))


def _without_addresses(text: str) -> str:
    """The text without addresses, in which nothing is written with a capital. They have no blanks in them: looked for are
    they only in words that have a sign of one, in lines that do, as looking takes long."""
    if not _OF_ADDRESSES.search(text):
        return text
    return "\n".join(
        line
        if not _OF_ADDRESSES.search(line)
        else " ".join(
            _ADDRESS.sub(" ", word) if _OF_ADDRESSES.search(word) else word for word in line.split()
        )
        for line in text.split("\n")
    )
