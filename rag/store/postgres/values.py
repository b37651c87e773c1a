"""Values as PostgreSQL takes them: texts without NUL, rows of vectors, sets of documents as ranges."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.store.contents import Ids

_NUL, _FOR_NUL = (
    "\x00",
    "\U0010ffff",
)  # a text of PostgreSQL has no NUL; the other is no character, and never one

_INT4, _TEXT = 23, 25  # the numbers of types, in every server


def as_text(text: str) -> str:
    """A text as it is kept."""
    return text.replace(_NUL, _FOR_NUL)


def from_text(text: str) -> str:
    """What :func:`as_text` was given."""
    return text.replace(_FOR_NUL, _NUL)


def key_of(*texts: str) -> bytes:
    """What a row is known by, however long these texts are."""
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).digest()


def as_ranges(ids: Iterable[int]) -> str:
    """A set of ids as PostgreSQL writes a multirange.

    >>> as_ranges([3, 1, 2, 7])
    '{[1,4),[7,8)}'
    """
    found = np.unique(np.fromiter(ids, np.int64))
    if not len(found):
        return "{}"
    cuts = np.flatnonzero(np.diff(found) != 1) + 1
    firsts, lasts = found[np.r_[0, cuts]], found[np.r_[cuts - 1, len(found) - 1]]
    pairs = zip(firsts.tolist(), (lasts + 1).tolist(), strict=True)
    return "{" + ",".join(f"[{first},{end})" for first, end in pairs) + "}"


def as_array(texts: Iterable[str]) -> str:
    """Texts as PostgreSQL writes an array of them."""
    quoted = (as_text(text).replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"


def halves(vectors: NDArray[np.float32]) -> list[bytes]:
    """Vectors [n, dimension] as the extension takes a halfvec in a binary COPY."""
    head = np.array([vectors.shape[1], 0], ">u2").tobytes()
    return [head + row.tobytes() for row in vectors.astype(">f2")]


def integers(values: NDArray[np.int32]) -> bytes:
    """Integers [n] as PostgreSQL takes an array of them in a binary COPY: made here, since a client makes it one by one."""
    sized = np.empty((len(values), 2), ">i4")
    sized[:, 0], sized[:, 1] = sized.itemsize, values
    return _array(_INT4, len(values), sized.tobytes())


def strings(values: Collection[str]) -> bytes:
    """Texts as PostgreSQL takes an array of them in a binary COPY; see :func:`integers`."""
    encoded = [value.encode() for value in values]
    sizes = np.fromiter(map(len, encoded), ">i4", len(encoded)).tobytes()
    parts = (part for i, one in enumerate(encoded) for part in (sizes[4 * i : 4 * i + 4], one))
    return _array(_TEXT, len(encoded), b"".join(parts))


def _array(kind: int, count: int, elements: bytes) -> bytes:
    """Elements, each behind its size, of which none is null."""
    shape = (1, 0, kind, count, 1) if count else (0, 0, kind)
    return np.array(shape, ">i4").tobytes() + elements


def as_half(vector: NDArray[np.float32]) -> str:
    """A vector as the extension writes it."""
    return "[" + ",".join(map(repr, vector.astype(np.float64).tolist())) + "]"


def arrays(scored: Sequence[tuple[int, float]]) -> tuple[Ids, NDArray[np.float32]]:
    """Ids and scores of rows of both."""
    ids = np.array([row[0] for row in scored], np.int64)
    return ids, np.array([row[1] for row in scored], np.float32)


NAMED = "WHERE (root, key) IN (SELECT * FROM unnest(%s::integer[], %s::bytea[]))"
"""Of the tables of files: those of :func:`named_by`."""


def named_by(files: Iterable[tuple[int, str]]) -> tuple[list[int], list[bytes]]:
    """The values of :data:`NAMED`, for these files (root, name)."""
    pairs = list(files)
    return [root for root, _ in pairs], [key_of(name) for _, name in pairs]
