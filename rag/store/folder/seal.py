"""Checksums: a seal on each row of the catalog, and a sum over each derived file.

They tell what a disk or a copy has changed from what was written; not what somebody forged.
"""

from __future__ import annotations

import zlib
from typing import Any, BinaryIO

import numpy as np

_BLOCK = 4096  # bytes that are added up before they go into a file's checksum
_READ = 1 << 22  # bytes of a file that are read at a time; a multiple of the block


def seal_of(*values: Any) -> int:
    """The seal of a row: a checksum, 32 bits, over its values as SQLite holds them.

    >>> seal_of(1, "kettle.md", None) == seal_of(1, "kettle.md", "")
    False
    """
    if bytes in map(type, values):  # whose repr is long
        values = tuple([zlib.crc32(v) if isinstance(v, bytes) else v for v in values])
    return zlib.crc32(repr(values).encode())


def checksum(file: BinaryIO) -> tuple[int, int]:
    """(size in bytes, checksum of 32 bits) of an open file. Blocks are added up as 64-bit numbers and the
    CRC goes over their sums, which is five times as fast as a CRC over all of it.

    Raises:
        OSError: it cannot be read.
    """
    size = crc = 0
    while data := file.read(_READ):
        size += len(data)
        whole = len(data) - len(data) % _BLOCK
        words = np.frombuffer(data, "<u8", whole // 8).reshape(-1, _BLOCK // 8)
        crc = zlib.crc32(words.sum(axis=1, dtype=np.uint64).tobytes(), crc)
        crc = zlib.crc32(memoryview(data)[whole:], crc)
    return size, crc
