"""Pictures in the drawing records of an old Word file ([MS-ODRAW] 2.2.23 to 2.2.31)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

_CONTAINER = 0xF  # of a record's version: other records are in it
_STORED = 0xF007  # a picture that is kept once, with where it lies
_KINDS = range(0xF01A, 0xF118)
_STORED_HEAD = 36  # bytes, then its name
_BEGINS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_MOST_BEFORE = 64  # bytes before a picture
_BEFORE_COMMANDS = (50, 66)
_MOST = 100_000  # records


def pictures_in(data: bytes, elsewhere: bytes = b"") -> Iterator[bytes]:
    """Those in some records, or in ``elsewhere`` where the records say so.

    Raises:
        struct.error: a record is cut off.
    """
    at = seen = 0
    while at + 8 <= len(data) and seen < _MOST:
        seen += 1
        version, kind, size = struct.unpack_from("<HHI", data, at)
        at += 8
        if version & 0xF == _CONTAINER:
            continue  # what is in it follows
        if kind == _STORED and size >= _STORED_HEAD:
            place = struct.unpack_from("<I", data, at + 28)[0]
            inside = data[at + _STORED_HEAD + 2 * data[at + 33] : at + size]
            yield from pictures_in(inside or elsewhere[place : place + _record(elsewhere, place)])
        elif kind in _KINDS and size:
            yield _picture(data[at : at + size])
        at += size


def _record(data: bytes, at: int) -> int:
    """The length of the record at a place, 0 where none is."""
    return 8 + int(struct.unpack_from("<I", data, at + 4)[0]) if at + 8 <= len(data) else 0


def _picture(stored: bytes) -> bytes:
    """A picture of what a record holds: some bytes by which it is known stand before it, and what is drawn by commands is
    compressed."""
    begins = [at for start in _BEGINS if 0 <= (at := stored.find(start)) < _MOST_BEFORE]
    if begins:
        return stored[min(begins) :]
    for at in _BEFORE_COMMANDS:
        try:
            return zlib.decompress(stored[at:])
        except zlib.error:
            continue
    return stored
