"""What a document goes by: the names and years that its file name, its title and its first lines give it.

"Boeing" in ``BOEING_2022_10K.pdf`` tells that report from others; "annual" and "report" do not. A name is a word that
the document itself writes with a capital: ``travel`` is what a guide is about, not what it is called.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from rag.documents.document import Document
from rag.words import STOP

HEAD = 1000  # characters of a document's beginning in which it is looked for what it is called
READ = 300_000  # characters of it in which is looked how it writes a word
SEEN = 2  # times that a document must have written a name of its file or title, at least
OFTEN = 5  # and one of its first lines
LOWER = 0.1  # of all of them, those that may be without a capital

_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(  # bounded, as a text may be one word of a million letters
    r"\S{1,64}@\S{1,64}|\w{2,8}://\S{1,500}"
    r"|\b[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){0,5}\.(?:com|org|net|io|gov|edu)\b\S{0,200}"
)
_OF_ADDRESSES = re.compile(r"@|://|\.(?:com|org|net|io|gov|edu)\b")  # no address is without one
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SHORT_YEAR = re.compile(r"(?:\bFY|[1-4]Q|Q[1-4])\s?['’]?(\d\d)(?!\d)", re.IGNORECASE)
_QUARTER = re.compile(r"Q[1-4](?=(?:19|20)\d\d)", re.IGNORECASE)
# Quarters, fiscal years, forms, ordinal numbers, sizes: codes that name no document.
_NO_NAME = re.compile(
    r"(?:q\d|h\d|fy|\dq)\d*|\d{1,2}[kq]|\d+(?:st|nd|rd|th|px|mb|gb|kb)|v\d+|.*(?:19|20)\d\d.*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Labels:
    """Of one document: the names that its file and title give it, and its first lines; the year in its file's
    name or else its title, and years of its title, its date and its first lines. In lower case."""

    names: frozenset[str]
    first_names: frozenset[str]
    years: frozenset[str]
    near_years: frozenset[str]


def labels_of(document: Document, files: Sequence[str]) -> Labels:
    """What ``document`` goes by, which is in these files (names within their folder)."""
    called = [str(PurePosixPath(file).with_suffix("")) for file in files]
    titles = [document.title, document.metadata.get("subject", "")]
    head = document.span(0, HEAD)
    writes = _Writing(document.span(0, READ))
    names = {w for text in (*called, *titles) for w in _words(text) if writes.as_name(w)}
    names |= {w for text in called for w in _words(text) if writes.as_names_in_a_row(w)}
    years = years_in(" ".join(called))
    near = years_in(" ".join((*titles, document.date, head)))
    return Labels(
        names=frozenset(names),
        first_names=frozenset({w for w in _words(head) if writes.as_name(w, OFTEN)} - names),
        years=years or years_in(" ".join(titles)),
        near_years=near,
    )


def years_in(text: str) -> frozenset[str]:
    """The years that ``text`` names, also as "FY22" and "4Q22".

    >>> sorted(years_in("Q22023 against FY22, or 1999"))
    ['1999', '2022', '2023']
    """
    full = _YEAR.findall(_QUARTER.sub(" ", text.replace("_", " ")))
    return frozenset((*full, *(f"20{year}" for year in _SHORT_YEAR.findall(text))))


def name_candidates(text: str) -> frozenset[str]:
    """What may be a name in a question, in lower case: its words, and two or three of them in a row as one, as
    files are named ("Best Buy": "bestbuy")."""
    words = list(_words(text))
    rows = (words[i : i + n] for n in (1, 2, 3) for i in range(len(words) - n + 1))
    return frozenset("".join(row) for row in rows if len(row) > 1 or row[0] not in STOP)


def _words(text: str) -> Iterator[str]:
    """Words and codes that may be names, or a part of one, in lower case: "MGM2022Q4" is "mgm"."""
    for found in _WORD.finditer(text):
        word = found.group().lower()
        if word.isalpha():
            if len(word) > 1:
                yield word
        elif not word.isdigit():
            if not _NO_NAME.fullmatch(word) and len(word) > 1:
                yield word
            elif _YEAR.search(word):
                yield from (part for part in _LETTERS.findall(word) if len(part) > 2)


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


class _Writing:
    """How a text writes its words."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._forms = Counter(_WORD.findall(_without_addresses(text)))
        self._all: dict[str, int] = {}
        for form, count in self._forms.items():
            low = form.lower()
            self._all[low] = self._all.get(low, 0) + count

    def as_name(self, word: str, least: int = SEEN) -> bool:
        """Whether it writes ``word``, ``least`` times and with a capital, but for a few of them."""
        there = self._all.get(word, 0)
        return there >= least and self._forms[word] <= LOWER * there and word not in STOP

    def as_names_in_a_row(self, word: str) -> bool:
        """Whether ``word`` is two of its words, the first with a capital: "bestbuy"."""
        if self.as_name(word) or not word.isalpha():
            return False
        for at in range(2, len(word) - 1):
            first, second = word[:at], word[at:]
            if min(self._all.get(first, 0), self._all.get(second, 0)) >= SEEN:
                row = re.compile(rf"\b{first}[\s-]{second}\b", re.IGNORECASE)
                if any(m.group()[0].isupper() for m in row.finditer(self.text)):
                    return True
        return False
