"""Which chunks have a term, and what it weighs in each: postings, in blocks, as search engines keep them.

A block is a row: a dimension of :mod:`rag.store.bm25`, the id of the block's first chunk, and of each chunk that has the
dimension how far its id is from that, and the weight, packed. Who searches reads the blocks of a question's terms, all in one
go, and adds weights up: rows of the chunks themselves are not looked at. That they are bytes, not arrays, is since the server makes and a
client reads those element by element, at some hundred times the cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rag.store.bm25 import Lengths, chunk_vector
from rag.store.contents import Ids
from rag.store.postgres.writing import WritingSession
from rag.store.rows import ChunkRow

BLOCK = 640  # postings of a row, so that two fit in a page
_DIMENSIONS = 20_000  # whose blocks are written anew at once
_PACKED = np.dtype([("beyond", "<u4"), ("weight", "<f2")])
SIZE = _PACKED.itemsize
"""Bytes of a posting."""

Block = tuple[int, int, bytes]
"""A dimension, the first chunk, and the packed postings."""


@dataclass(frozen=True, slots=True)
class Postings:
    """``dims`` int32 [n], ``chunks`` int64 [n], ``weights`` float32 [n]: that a chunk has a dimension, of this weight."""

    dims: NDArray[np.int32]
    chunks: Ids
    weights: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.dims)

    def at(self, which: Any) -> Postings:
        """Some of them."""
        return Postings(self.dims[which], self.chunks[which], self.weights[which])

    @classmethod
    def joined(cls, parts: Iterable[Self]) -> Postings:
        """All of these, by dimension and then by chunk."""
        some = [(part.dims, part.chunks, part.weights) for part in parts] or [
            (np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, np.float32))
        ]
        made = Postings(*map(np.concatenate, zip(*some, strict=True)))
        return made.at(np.lexsort((made.chunks, made.dims)))

    @classmethod
    def unpacked(cls, blocks: Sequence[Block]) -> Postings:
        """Those of blocks, in their order."""
        records = np.frombuffer(b"".join(packed for *_, packed in blocks), _PACKED)
        counts = [len(packed) // SIZE for *_, packed in blocks]
        dims = np.repeat(np.array([dim for dim, *_ in blocks], np.int32), counts)
        firsts = np.repeat(np.array([first for _, first, _ in blocks], np.int64), counts)
        return cls(dims, firsts + records["beyond"], records["weight"].astype(np.float32))

    def blocks(self) -> Iterator[Block]:
        """As the table keeps them; they must be sorted."""
        if not len(self):
            return
        starts = np.flatnonzero(np.diff(self.dims, prepend=self.dims[0] - 1))
        within = np.arange(len(self)) - np.repeat(starts, np.diff(starts, append=len(self)))
        far = np.diff(self.chunks >> 32, prepend=0) != 0  # beyond what a posting can say
        cuts = np.flatnonzero((within % BLOCK == 0) | far)
        firsts, ends = self.chunks[cuts], np.append(cuts[1:], len(self))
        records = np.empty(len(self), _PACKED)
        records["beyond"] = self.chunks - np.repeat(firsts, ends - cuts)
        records["weight"] = self.weights
        packed = records.tobytes()
        where = zip(self.dims[cuts].tolist(), firsts.tolist(), cuts.tolist(), ends.tolist(), strict=True)  # fmt: skip
        for dim, first, start, end in where:
            yield dim, first, packed[start * SIZE : end * SIZE]


def postings_of(
    chunks: Sequence[ChunkRow], terms: Sequence[Mapping[str, Sequence[str]]], lengths: Lengths
) -> Postings:
    """Those of chunks, given with the terms of each, among chunks of these lengths."""
    vectors = [chunk_vector(fields, lengths) for fields in terms]
    counts = [len(vector) for vector in vectors]
    total = sum(counts)
    return Postings(
        np.fromiter(chain.from_iterable(vectors), np.int32, total),
        np.repeat(np.array([row.id for row in chunks], np.int64), counts),
        np.fromiter(chain.from_iterable(one.values() for one in vectors), np.float32, total),
    )


@dataclass(frozen=True, slots=True)
class Gone:
    """A document that is no longer searched by these words: its dimensions, its first and its last chunk."""

    dims: NDArray[np.int32]
    first: int
    last: int


def rewrite(session: WritingSession, gone: Sequence[Gone], new: Postings) -> None:
    """Take documents out of the blocks, and postings in. Only blocks that have, or get, some of these are touched."""
    dims, low, high = _spans(gone, new)
    ranges = sorted((one.first, one.last) for one in gone)
    firsts, lasts = np.array(ranges, np.int64).reshape(-1, 2).T
    for i in range(0, len(dims), _DIMENSIONS):
        part = slice(i, i + _DIMENSIONS)
        old = Postings.unpacked(_taken(session, dims[part], low[part], high[part]))
        if len(firsts) and len(old):
            at = np.searchsorted(firsts, old.chunks, side="right") - 1
            old = old.at((at < 0) | (old.chunks > lasts[at]))
        among = np.searchsorted(new.dims, (dims[part][0], dims[part][-1] + 1))
        kept = Postings.joined((old, new.at(slice(*among))))
        session.copy("postings (dim, first, packed)", ("int4", "int8", "bytea"), kept.blocks())


def _spans(gone: Sequence[Gone], new: Postings) -> tuple[NDArray[np.int32], Ids, Ids]:
    """The dimensions that are touched, sorted, and of each the first and the last chunk that is."""
    counts = [len(one.dims) for one in gone]
    dims = np.concatenate([*(one.dims for one in gone), new.dims])
    low = np.concatenate([np.repeat([one.first for one in gone], counts), new.chunks])
    high = np.concatenate([np.repeat([one.last for one in gone], counts), new.chunks])
    order = np.argsort(dims, kind="stable")
    found, starts = np.unique(dims[order], return_index=True)
    if not len(found):
        return found, low, high
    order_of = (one[order].astype(np.int64) for one in (low, high))
    low, high = next(order_of), next(order_of)
    return found, np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)


def _taken(session: WritingSession, dims: Any, low: Any, high: Any) -> list[Block]:
    """The blocks of dimensions that these chunks are in, or would be, out of the table."""
    return session.rows(
        "WITH touched AS MATERIALIZED (SELECT dim, coalesce((SELECT max(p.first) FROM postings p WHERE p.dim = t.dim AND "
        "p.first <= low), low) AS low, high FROM unnest(%s::integer[], %s::bigint[], %s::bigint[]) AS t (dim, low, high)) "
        "DELETE FROM postings p USING touched t WHERE p.dim = t.dim AND p.first BETWEEN t.low AND t.high "
        "RETURNING p.dim, p.first, p.packed",
        (dims.tolist(), low.tolist(), high.tolist()),
    )
