"""Long texts in blocks, each packed by itself: what is asked of a text is unpacked, and not all of it."""

from __future__ import annotations

import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from functools import lru_cache

from rag.documents.document import Document

BLOCK = 250_000
"""Characters of a block, at most. A text of no more is one."""

KEPT = 16
"""Blocks of a text that are kept unpacked: chunks that are looked at one after another share them."""


def ends_of(text: str) -> tuple[int, ...]:
    """Where the blocks of a text end: in its last quarter with a paragraph, else a line, a word."""
    ends: list[int] = []
    begin = 0
    while len(text) - begin > BLOCK:
        begin = _end(text, begin + BLOCK - BLOCK // 4, begin + BLOCK)
        ends.append(begin)
    return (*ends, len(text))


def _end(text: str, least: int, most: int) -> int:
    for mark in ("\n\n", "\n", " "):
        if (at := text.rfind(mark, least, most)) >= 0:
            return at + len(mark)
    return most


def packed(text: str) -> bytes:
    """A block as it is kept."""
    return zlib.compress(text.encode("utf-8"), 6)


class Blocks:
    """The blocks of a text, wherever they are. Safe to share between threads, as far as what reads them is.

    ends: where each ends in the text.
    packed: a block as it is kept, by its number, from 0.
    """

    def __init__(
        self,
        ends: tuple[int, ...],
        packed: Callable[[int], bytes],
        damaged: Callable[[str], Exception] = ValueError,
    ) -> None:
        """``damaged`` makes what is raised where a block is not what was packed, of what is wrong."""
        self.ends = ends
        self.packed = packed
        self._damaged = damaged
        self._kept = lru_cache(KEPT)(self._unpacked)

    def __iter__(self) -> Iterator[str]:
        return map(self._unpacked, range(len(self.ends)))

    def span(self, start: int, end: int) -> str:
        """What stands between two offsets, from 0 on."""
        end = min(end, self.ends[-1])
        if start >= end:
            return ""
        first, last = (bisect_right(self.ends, at) for at in (start, end - 1))
        begin = self.ends[first - 1] if first else 0
        text = "".join(map(self._kept, range(first, last + 1)))
        return text[start - begin : end - begin]

    def _unpacked(self, number: int) -> str:
        length = self.ends[number] - (self.ends[number - 1] if number else 0)
        unpacking = zlib.decompressobj()
        try:
            # No more than it can be: a parser may have said anything.
            text = unpacking.decompress(self.packed(number), 4 * length + 1).decode("utf-8")
        except (zlib.error, UnicodeDecodeError) as error:
            raise self._damaged(f"its text: {error}") from None
        if len(text) != length or not unpacking.eof:
            raise self._damaged("its text is not as long as it was")
        return text


class BlockDocument(Document):
    """A document whose text is in blocks: ``span`` unpacks those that it needs, ``text`` all of them, and keeps them then.

    A copy that is made of it by ``replace`` is an ordinary one, and holds its text.
    """

    __slots__ = ("blocks",)
    blocks: Blocks

    def __new__(cls, *args: object, **values: object) -> Document:  # type: ignore[misc]
        """An ordinary document, as ``replace`` makes; see :meth:`of`."""
        return Document(*args, **values)  # type: ignore[arg-type]

    @classmethod
    def of(cls, outline: Document, blocks: Blocks) -> BlockDocument:
        """What ``outline`` says of itself, and the text of these blocks."""
        made: BlockDocument = object.__new__(cls)
        for one in fields(outline):
            if one.name != "text":
                object.__setattr__(made, one.name, getattr(outline, one.name))
        object.__setattr__(made, "blocks", blocks)
        return made

    def __getattr__(self, name: str) -> str:
        # The slot that is not filled.
        if name != "text":
            raise AttributeError(name)
        text = "".join(self.blocks)
        object.__setattr__(self, "text", text)
        return text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Document) and replace(self) == (
            replace(other) if isinstance(other, BlockDocument) else other
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def length(self) -> int:
        """Characters of the text."""
        return self.blocks.ends[-1]

    def span(self, start: int, end: int) -> str:
        """``text[start:end]``, offsets from 0 on."""
        return self.blocks.span(start, end)

    def pieces(self) -> Iterator[str]:
        """The text, block by block."""
        return iter(self.blocks)


def whole(document: Document) -> Document:
    """The document with its text in memory, whatever it was read from."""
    return replace(document) if isinstance(document, BlockDocument) else document
