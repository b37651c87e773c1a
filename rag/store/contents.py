"""What one generation holds: its documents, the names of their files, and the ids of their chunks.

It is one record in the catalog, written with the generation and sealed. Whoever reads an index goes
by it, and finds rows by their ids alone: what is not in it is not visible, what is in it must be there.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rag.codec import from_json, to_json

Ids = NDArray[np.int64]
Names = tuple[str, ...]
Held = tuple[int, int, int, Names]
"""A document: its id, the id of its first chunk, how many chunks follow each other from there, and the
names of the files that hold it, sorted."""


class Contents:
    """The documents of one generation, in the order of their ids. It never changes.

    >>> contents = Contents([(7, 21, 2, ("a.md", "copy.md")), (4, 11, 3, ("b.txt",))])
    >>> contents.chunks().tolist(), contents.owners(np.array([21])).tolist()
    ([11, 12, 13, 21, 22], [7])
    """

    def __init__(self, held: Iterable[Held] = ()) -> None:
        self.held = tuple(sorted(held))
        columns = np.array([row[:3] for row in self.held], np.int64).reshape(-1, 3)
        self.documents, self._first, self._count = np.ascontiguousarray(columns.T)

    @classmethod
    def of(
        cls, files: Iterable[tuple[int, str]], ranges: Mapping[int, tuple[int, int]]
    ) -> Contents:
        """From (document, name) of each file, and (first chunk, number of chunks) of each document."""
        names: dict[int, list[str]] = {}
        for document, name in files:
            names.setdefault(document, []).append(name)
        return cls((d, *ranges[d], tuple(sorted(found))) for d, found in names.items())

    def of_files(self, kept: Callable[[int, str], bool]) -> Contents:
        """What is left where only those files are there that are ``kept``, by document and name."""
        found = (
            (*row[:3], tuple(name for name in row[3] if kept(row[0], name))) for row in self.held
        )
        return Contents((d, first, count, names) for d, first, count, names in found if names)

    @cached_property
    def names(self) -> dict[int, Names]:
        """The names of the files that hold each document."""
        return {document: names for document, _, _, names in self.held}

    @cached_property
    def sources(self) -> dict[str, int]:
        """The document of each file, by its name; of several folders' files of one name, that which came first."""
        return {name: row[0] for row in reversed(self.held) for name in row[3]}

    @cached_property
    def ranges(self) -> dict[int, tuple[int, int]]:
        """(first chunk, number of chunks) of each document."""
        return {document: (first, count) for document, first, count, _ in self.held}

    @property
    def chunk_count(self) -> int:
        """How many chunks there are."""
        return int(self._count.sum())

    def chunks(self, documents: Iterable[int] | None = None) -> Ids:
        """The ids of all chunks, or of those of these documents, sorted; int64 [n]."""
        first, count = self._first, self._count
        if documents is not None:
            wanted = np.unique(np.fromiter(documents, np.int64))
            at = np.searchsorted(self.documents, wanted)
            at = at[np.append(self.documents, -1)[at] == wanted]
            first, count = first[at], count[at]
        ends = np.cumsum(count)
        total = int(ends[-1]) if len(ends) else 0
        return np.repeat(first - (ends - count), count) + np.arange(total)

    def owners(self, chunks: Ids) -> Ids:
        """The documents of these chunks, int64 [n]; -1 where a chunk is in none."""
        documents, first, ends = self._with_chunks
        at = _which(chunks, first, ends)
        return np.where(at >= 0, np.append(documents, -1)[at], -1)

    def places(self, chunks: Ids) -> Ids:
        """Where these chunks stand among all of :meth:`chunks`, int64 [n]; -1 where one is none of them."""
        first, ends, before = self._runs
        run = _which(chunks, first, ends)
        return np.where(run >= 0, chunks + np.append(before - first, 0)[run], -1)

    @cached_property
    def _runs(self) -> tuple[Ids, Ids, Ids]:
        """Chunks whose ids follow each other, of whichever documents, which are few runs: the first of each, where it ends,
        and how many chunks stand before it."""
        _, first, ends = self._with_chunks
        cut = first[1:] != ends[:-1]
        some = np.ones(min(1, len(first)), np.bool_)
        first, ends = first[np.append(some, cut)], ends[np.append(cut, some)]
        sizes = ends - first
        return first, ends, np.cumsum(sizes) - sizes

    @cached_property
    def _with_chunks(self) -> tuple[Ids, Ids, Ids]:
        """The documents that have chunks, their first ones, and where they end."""
        some = self._count > 0
        first = self._first[some]
        return self.documents[some], first, first + self._count[some]

    def pack(self) -> bytes:
        """As the catalog keeps it."""
        return zlib.compress(to_json(self.held).encode("utf-8"), 1)

    @classmethod
    def unpack(cls, packed: bytes) -> Contents:
        """What :meth:`pack` packed.

        Raises:
            ValueError, zlib.error: it is not that.
        """
        return cls(from_json(zlib.decompress(packed), tuple[Held, ...]))


def _which(chunks: Ids, first: Ids, ends: Ids) -> Ids:
    """In which of the ranges from ``first`` [m], sorted, up to ``ends`` each chunk lies, int64 [n]; -1: in none."""
    at = np.searchsorted(first, chunks, side="right") - 1
    return np.where(chunks < np.append(ends, 0)[at], at, -1)
