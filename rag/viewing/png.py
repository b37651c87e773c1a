"""PNG, written plainly: eight bits, without a palette (ISO/IEC 15948)."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

LEVEL = 4  # of compression: pages are mostly white


def png(pixels: NDArray[np.uint8]) -> bytes:
    """A picture, uint8 [height, width, 3], as a PNG; in shades of grey where it has no colours.

    >>> png(np.zeros((1, 1, 3), np.uint8))[1:4]
    b'PNG'
    """
    height, width = pixels.shape[:2]
    grey = bool(
        (pixels[:, :, 0] == pixels[:, :, 1]).all() and (pixels[:, :, 1] == pixels[:, :, 2]).all()
    )
    rows = np.ascontiguousarray(pixels[:, :, 0] if grey else pixels).reshape(height, -1)
    filtered = np.zeros(
        (height, rows.shape[1] + 1), np.uint8
    )  # each row begins with its filter: none
    filtered[:, 1:] = rows
    head = struct.pack(">IIBBBBB", width, height, 8, 0 if grey else 2, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", head),
            _chunk(b"IDAT", zlib.compress(filtered.tobytes(), LEVEL)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
