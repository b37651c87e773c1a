"""Where a text may be cut without breaking what a reader sees as one character."""

from __future__ import annotations

import unicodedata

LONGEST = 64
"""Characters of the longest of them that is kept whole; a family of emoji has eleven."""

_JOINER = "\u200d"
_VIRAMA = 9  # the combining class of what joins two letters of an Indic script


def is_inside(text: str, offset: int) -> bool:
    """Whether ``offset`` falls inside what is seen as one character: before a mark, inside a sequence
    of emoji, a flag, a syllable of Hangul, a conjunct. After UAX 29, as far as texts need it.

    >>> [is_inside("e\\u0301a", offset) for offset in range(4)]
    [False, True, False, False]
    """
    if not 0 < offset < len(text):
        return False
    before, after = text[offset - 1], text[offset]
    if after < "\u0300":
        return False
    if _is_mark(after) or before == _JOINER or after == _JOINER:
        return before != "\n"
    if _is_regional(before) and _is_regional(after):
        start = offset - 1
        while start > max(0, offset - LONGEST) and _is_regional(text[start - 1]):
            start -= 1
        return (offset - start) % 2 == 1
    if "\u1160" <= after <= "\u11ff":  # a vowel or final of Hangul, written in its parts
        return "\u1100" <= before <= "\u11ff" or "\uac00" <= before <= "\ud7a3"
    return unicodedata.combining(before) == _VIRAMA and unicodedata.category(after) == "Lo"


def whole_before(text: str, offset: int, low: int) -> int:
    """The last place from ``offset`` down to ``low`` (excluded) that is inside no character; where
    there is none near, ``offset``."""
    for at in range(offset, max(low, offset - LONGEST), -1):
        if not is_inside(text, at):
            return at
    return offset


def _is_mark(character: str) -> bool:
    """Marks; the shades of skin, the tags of a flag, the voiced signs of narrow kana."""
    return (
        unicodedata.category(character)[0] == "M"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
        or character in "\uff9e\uff9f"
    )


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
