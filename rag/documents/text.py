"""Normalised text: one form of newline, of space and of every character."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import cache

# Left out: control characters (but not tab and newline), soft hyphens, zero-width spaces
# and marks, byte order marks, lone surrogates (which no UTF-8 file can hold).
_DROP = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_NEWLINE = re.compile("\r\n?|[\x85\u2028\u2029]")
_LETTERS = dict(
    zip("\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06", "ff fi fl ffi ffl st st".split(), strict=True)
)
_JOINED = re.compile(
    "[\ufb00-\ufb06]"
)  # letters that are printed as one sign, as nobody types them
_BREAK = re.compile("[\x0b\x0c]")
_DATE = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})")
_NO_LATIN = re.compile("[^\x00-\u02ff][^\x00-\u02ff]{30,}")  # where a run of marks may be
MOST_OF_WORD = 40
"""Characters by which :func:`raised` tells what raised letters stand behind."""

_NOTED = re.compile(r"[^\W\d_]{3,}$")
_PRICE = re.compile(r"[$€£]\s?\d[\d,]*$")
_NOTE = re.compile(r"\d{1,3}(?:[,–-] ?\d{1,3})*|[*†‡§¶]+")
_MATHS = frozenset("sin cos tan cot sec csc log exp lim min max mol rad bar mmol".split())
BLANK_LINES = re.compile(r"\n{3,}")

PIECE = 1_000_000
"""Characters of a long text that are cleaned at a time."""

MOST_MARKS = 30
"""Combining marks kept of a run, as in Unicode's stream-safe text (UAX 15): no script has more, and to
bring n of them into their order takes n² steps."""

STRUCK = "[struck out: "
"""What stands before text that is struck out; a bracket closes behind it."""


def clean(text: str) -> str:
    """``text`` in NFC, with one kind of newline and of space, and nothing invisible.

    At most one blank line in a row; no white space at line ends. Idempotent.

    >>> clean("cafe\\u0301 \\r\\nopen")
    'café\\nopen'
    """
    if text.isascii() and text.isprintable():  # most cells and words: nothing to look for
        return text.rstrip(" ")
    return BLANK_LINES.sub("\n\n", clean_lines(text))


def clean_lines(text: str) -> str:
    """As :func:`clean`, but that all blank lines stay."""
    if len(text) <= PIECE:
        return _clean_lines(text)
    spans = list(pieces(text))
    cleaned: dict[int, str] = {}  # only what is not clean: most long texts are, and not copied
    for begin, end in spans:
        if (piece := _clean_lines(text[begin:end])) != text[begin:end]:
            cleaned[begin] = piece
    if not cleaned:
        return text
    return "".join(cleaned.get(begin, text[begin:end]) for begin, end in spans)


def pieces(text: str, size: int = PIECE) -> Iterator[tuple[int, int]]:
    """Where a long text may be taken apart, so that what is made of it on the way never has its length: spans of
    about ``size`` characters, each to the end of a line.

    >>> list(pieces("one\\ntwo\\nthree\\nfour", 6))
    [(0, 8), (8, 14), (14, 18)]
    """
    begin = 0
    while begin < len(text):
        end = text.find("\n", begin + size - 1) + 1 if begin + size < len(text) else 0
        yield begin, end or len(text)
        begin = end or len(text)


def _clean_lines(text: str) -> str:
    text = _NEWLINE.sub("\n", text)
    text = _BREAK.sub("\n\n", text)
    text = _SURROGATE.sub("\ufffd", text)
    text = _DROP.sub("", text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", _NO_LATIN.sub(_fewer_marks, text))
        text = _SPACE.sub(" ", _JOINED.sub(lambda found: _LETTERS[found[0]], text))
    return "\n".join(line.rstrip(" \t") for line in text.split("\n"))


def _fewer_marks(found: re.Match[str]) -> str:
    return _mark_runs().sub(r"\1", found[0])


@cache
def _mark_runs() -> re.Pattern[str]:
    marks = "".join(filter(unicodedata.combining, map(chr, range(0x300, 0x1F000))))
    return re.compile(f"([{marks}]{{{MOST_MARKS}}})[{marks}]+")


def one_line(text: str) -> str:
    r"""``text`` cleaned, with every run of white space as one blank.

    >>> one_line(" a\n\tb ")
    'a b'
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip(" ")
    return " ".join(clean(text).split())


def raised(before: str, text: str) -> str:
    """Raised letters as they are written behind ``before``: as a power where they would read as digits of its number,
    as the cents of a price, as the mark of a note where they would read as a part of its word.

    >>> raised("some 10", "6"), raised("3 m", "2"), raised("the prices", "3"), raised("only $12", "99")
    ('^6', '2', ' [3]', '.99')
    """
    before = before[-MOST_OF_WORD:]
    if _PRICE.search(before) and re.fullmatch(r"\d\d", text):
        return f".{text}"
    if re.search(r"[\d)]$", before) and re.match(r"[-−+]?\d", text):
        return f"^{text}"
    word = _NOTED.search(before)
    return f" [{text}]" if word and word[0] not in _MATHS and _NOTE.fullmatch(text) else text


def iso_date(text: str) -> str:
    """The ISO date in ``text`` ("2024-05-01T10:00" or a PDF's "D:20240501..."), else ""; so too
    where the calendar has no such day.

    >>> iso_date("D:20240501093000Z"), iso_date("1 May 2024")
    ('2024-05-01', '')
    """
    found = _DATE.search(text) or re.match(r"D:([0-9]{4})([0-9]{2})([0-9]{2})", text)
    if not found:
        return ""
    try:
        return date(*map(int, found.groups())).isoformat()
    except ValueError:  # 2024-02-30
        return ""


def looks_dated(text: str) -> bool:
    """Whether ``text`` is written as a date that :func:`iso_date` reads, be it a real one or not."""
    return _DATE.search(text) is not None
