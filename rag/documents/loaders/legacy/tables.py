"""How the rows of an old Word file are laid out ([MS-DOC] 2.9.327 TDefTableOperand)."""

from __future__ import annotations

import struct

from rag.documents.office.layouts import NO_LAYOUT, Joined, Layout

_BESIDE, _BELOW, _ANEW = (
    0x02,
    0x20,
    0x40,
)  # a cell goes on with that before it, with that above it; and begins to


def layout(said: bytes) -> Layout:
    """That which a row's definition says; none where it is cut off."""
    if len(said) < 5 or not 0 < said[2] < 64 or len(said) < 3 + 2 * (said[2] + 1):
        return NO_LAYOUT
    count = said[2]
    edges = struct.unpack_from(f"<{count + 1}h", said, 3)
    behind = 3 + 2 * (count + 1)
    flags = [said[at] if at < len(said) else 0 for at in range(behind, behind + 20 * count, 20)]
    joined = (Joined(bool(one & _BESIDE), bool(one & _BELOW) and not one & _ANEW) for one in flags)
    return Layout(edges, tuple(joined))
