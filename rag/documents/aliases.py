"""Abbreviations and other names that a text gives to what it speaks of: "paid time off (PTO)".

Found where a text defines them: in brackets after or before the long form, in a list of abbreviations, in brackets after
"also known as", "formerly" or "hereinafter". Short and long forms in brackets are matched as by Schwartz and Hearst (2003): the letters of the
short form must stand in the long one in their order, and its first at the beginning of a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.documents.document import Document
from rag.words import STOP

MOST = 300  # of one document: what has more of them is no text
LONGEST = 80  # characters of a long form

_BRACKETS = re.compile(
    r"\(([^()\n]{2,90})\)"
)  # every repetition is bounded, as a text may be one long line
_BEFORE = 120  # characters before them that are looked at
_SHORT = re.compile(r"[A-Za-z](?=[^\s]*[A-Z0-9])[A-Za-z0-9&/.-]{1,9}|[A-Z][A-Z0-9&]{1,9}s?")
_LAST_WORD = re.compile(r"([A-Za-z][\w&/.-]{1,9})[\"”'’]?\s*$")
_LISTED = re.compile(
    r"^[ \t>*|•-]{0,12}(?:[\w ]{2,30}: )?[\"“*`_]{0,4}(?P<short>[A-Z][A-Za-z0-9&]{1,9})[\"”*`_]{0,4}[ \t]{0,4}"
    r"(?:[:=]|\||[-–—][ \t])[ \t]{0,4}(?:[\w ]{2,30}: )?(?P<long>[^\n|;:.()]{5,80})",
    re.MULTILINE,
)
_CALLED = re.compile(
    r"\s*(?:(?:also|formerly|previously|otherwise)\s+(?:known|called|referred to|named)(?:\s+as)?|a\.?k\.?a\.?|formerly"
    r"|herein(?:after)?(?:\s+(?:called|referred to as|known as))?)[\s:,]+(?P<name>[^,;]{2,50})",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")


def aliases_of(text: str) -> frozenset[tuple[str, str]]:
    """Pairs (one, other) of names for the same, in lower case, a blank between words.

    >>> sorted(aliases_of("Paid time off (PTO) is unlimited. Ask HR (human resources)."))
    [('hr', 'human resources'), ('pto', 'paid time off')]
    """
    found: set[tuple[str, str]] = set()
    for short, long in _defined(text):
        one, other = _plain(short), _plain(long)
        if _may_be_name(one) and _may_be_name(other) and one != other:
            found.add((one, other))
            if len(found) >= MOST:
                break
    return frozenset(found)


def aliases_in(document: Document) -> frozenset[tuple[str, str]]:
    """The same of a document's text, piece by piece."""
    found: frozenset[tuple[str, str]] = frozenset()
    for piece in document.pieces():
        found |= aliases_of(piece)
        if len(found) >= MOST:
            break
    return found


def _defined(text: str) -> Iterator[tuple[str, str]]:
    for match in _BRACKETS.finditer(text):
        around = text[max(0, match.start() - _BEFORE) : match.start()]
        before = re.split(r"[()\n]", around)[-1].rstrip()
        inside = match[1].strip(" \"“”'‘’*`")
        last = _LAST_WORD.search(before)
        if _SHORT.fullmatch(inside):
            if long := long_form(inside, before):
                yield inside, long
        elif last and _SHORT.fullmatch(last[1]) and long_form(last[1], inside) == inside:
            yield last[1], inside  # "PTO (paid time off)"
        else:
            yield from _called(before, match[1])
    for listed in _LISTED.finditer(text):
        long = listed["long"].strip(" \"“”'‘’*`_")
        if _SHORT.fullmatch(listed["short"]) and _initials(listed["short"], long):
            yield listed["short"], long


def long_form(short: str, before: str) -> str:
    """The end of ``before`` that ``short`` abbreviates; "" where none does.

    >>> long_form("PTO", "Everybody takes paid time off")
    'paid time off'
    """
    letters = [c for c in short.lower().removesuffix("s") if c.isalnum()]
    words = list(re.finditer(r"\S+", before))[-min(len(letters) + 5, 2 * len(letters)) :]
    if len(letters) < 2 or not words:
        return ""
    low = before.lower()
    start = words[0].start()
    at = len(before) - 1
    for number in range(len(letters) - 1, -1, -1):
        first = number == 0
        while at >= start and (
            low[at] != letters[number] or (first and at > 0 and low[at - 1].isalnum())
        ):
            at -= 1
        if at < start:
            return ""
        at -= 1
    long = before[at + 1 :].strip(" \"“”'‘’*`")
    enough = len(long) > len(short) and len(long) <= LONGEST
    return long if enough and short.lower() not in _WORD.findall(long.lower()) else ""


def _called(before: str, inside: str) -> Iterator[tuple[str, str]]:
    """ "the customer portal (also known as MyMeridian)": the words without an article or preposition."""
    called = _CALLED.fullmatch(inside)
    if called is None:
        return
    kept: list[str] = []
    for word in reversed(list(_WORD.finditer(before))[-5:]):
        if word.group().lower() in STOP:
            break
        kept.insert(0, word.group())
    name = _WORD.findall(called["name"])
    while name and name[0].lower() in ("the", "a", "an"):
        name.pop(0)
    if kept and 0 < len(name) <= 5:
        yield " ".join(name), " ".join(kept)


def _initials(short: str, long: str) -> bool:
    """Whether the capitals of ``short`` are the first letters of the words of ``long``."""
    wanted = [c.lower() for c in short if c.isupper()]
    words = list(_WORD.findall(long.lower()))
    content = [w for w in words if w not in STOP]
    return len(wanted) > 1 and wanted in ([w[0] for w in words], [w[0] for w in content])


def _may_be_name(name: str) -> bool:
    return len(name) > 1 and any(c.isalpha() for c in name)


def _plain(name: str) -> str:
    return " ".join(_WORD.findall(name.lower()))
