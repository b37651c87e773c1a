"""Where words stand on the picture of a page: what a highlight is drawn by.

Packed, 16 bytes a word, so that a scan of a thousand pages costs little to keep and nothing to load.
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

_RECORD = struct.Struct("<IHHHHHH")  # start, length, page, left, top, right, bottom
_WHOLE = 65_535  # of a page's width or height
LONGEST = 65_535  # characters of a word; pages are counted up to there as well


@dataclass(frozen=True, slots=True)
class WordBox:
    """A word of the text and its box on its page: left, top, right, bottom as shares of the page's
    width and height, from the upper left."""

    start: int
    end: int
    page: int
    box: tuple[float, float, float, float]


def pack_boxes(words: Iterable[WordBox]) -> bytes:
    """The words in the order of their starts, as they are kept in a document."""
    return b"".join(
        _RECORD.pack(
            one.start,
            min(LONGEST, one.end - one.start),
            min(LONGEST, one.page),
            *(round(min(1.0, max(0.0, share)) * _WHOLE) for share in one.box),
        )
        for one in sorted(words, key=lambda one: one.start)
    )


def unpack_boxes(packed: bytes, start: int = 0, end: int | None = None) -> list[WordBox]:
    """The words that stand in ``text[start:end]``, in part or whole.

    >>> kept = pack_boxes([WordBox(4, 9, 1, (0.0, 0.0, 1.0, 0.5))])
    >>> [(one.start, one.page) for one in unpack_boxes(kept, 5, 6)]
    [(4, 1)]
    """
    count = len(packed) // _RECORD.size
    records = memoryview(packed)[: count * _RECORD.size]

    def first(index: int) -> int:
        return int.from_bytes(records[index * _RECORD.size : index * _RECORD.size + 4], "little")

    low = max(0, bisect_left(range(count), start, key=first) - 1)
    found: list[WordBox] = []
    for index in range(low, count):
        begin, length, page, *shares = _RECORD.unpack_from(records, index * _RECORD.size)
        if end is not None and begin >= end:
            break
        if begin + length > start:
            left, top, right, bottom = (share / _WHOLE for share in shares)
            found.append(WordBox(begin, begin + length, page, (left, top, right, bottom)))
    return found
