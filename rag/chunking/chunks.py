"""Cut a document into chunks: along its structure, within the encoder's token budget, exactly.

Every place where the text could be cut gets a strength (:mod:`~rag.chunking.places`), and the cuts
are chosen together (:mod:`~rag.chunking.cuts`) to be strong ones that leave chunks of good size;
of a very long text stretch by stretch (:mod:`~rag.chunking.stretches`).
The guarantees, for any text:

- ``document.text[chunk.start:chunk.end]`` is the chunk, trimmed of white space;
- the chunks, in order, cover every character that is not white space;
- no chunk has more than ``max_tokens`` of the text's tokens (a word that is unknown as a whole may have
  others when it is cut), nor more than :data:`~rag.chunking.tokens.MOST_CHARACTERS` characters for each;
- no cut falls inside what a reader sees as one character;
- no chunk holds both what is hidden in the document and what is not;
- chunks overlap only where a cut falls inside a paragraph, by at most ``overlap`` tokens.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rag.chunking.cuts import cheapest_cuts, with_overlap
from rag.chunking.paths import HeadingPaths
from rag.chunking.places import places
from rag.chunking.stretches import stretches
from rag.chunking.tokens import Offsets, TokenStarts
from rag.documents.document import Document


@dataclass(frozen=True, slots=True)
class Chunk:
    """A span of a document. ``context`` is its heading path, which is not part of its text."""

    start: int
    end: int
    context: str = ""


def chunk(
    document: Document,
    offsets: Offsets,
    *,
    max_tokens: int = 200,
    overlap: int = 0,
    context_tokens: int = 32,
) -> list[Chunk]:
    """The chunks of ``document``, in order. ``offsets`` is the encoder's tokenizer.

    ``max_tokens`` and ``overlap`` count tokens of a chunk's own text; ``context_tokens`` bounds
    the heading path that goes with each chunk (0: none).

    >>> import re
    >>> words = lambda text: [found.span() for found in re.finditer(r"[^ ]+", text)]
    >>> chunk(Document("One two three. Four five six.", "text"), words, max_tokens=4)
    [Chunk(start=0, end=14, context=''), Chunk(start=15, end=29, context='')]
    """
    parts = chunks_by_stretch(
        document, offsets, max_tokens=max_tokens, overlap=overlap, context_tokens=context_tokens
    )
    return [one for part in parts for one in part]


def chunks_by_stretch(
    document: Document, offsets: Offsets, *, max_tokens: int, overlap: int, context_tokens: int
) -> Iterator[list[Chunk]]:
    """The same, those of a very long document stretch by stretch."""
    paths = HeadingPaths(document, offsets, context_tokens)
    for start, part in stretches(document):
        yield [
            Chunk(start + begin, start + end, paths.at(start + begin))
            for begin, end in _spans(part, offsets, max_tokens, overlap)
        ]


def _spans(
    document: Document, offsets: Offsets, max_tokens: int, overlap: int
) -> Iterator[tuple[int, int]]:
    """The chunks of a document, or of a part of it."""
    text = document.text
    if not text.strip():
        return
    tokens = TokenStarts(text, offsets)
    found = places(document, tokens, max_tokens - overlap)
    edges = {offset for span in document.hidden for offset in span}
    forced = [i for i, place in enumerate(found) if place.offset in edges]
    cuts = sorted({*cheapest_cuts(found, tokens, max_tokens, overlap), *forced})
    before = -1  # where the chunk before begins
    for first, last in pairwise(cuts):
        begin, end = _trimmed(text, found[first].offset, found[last].offset)
        if begin == end:
            continue
        if overlap and before >= 0:
            early = with_overlap(found, first, found[last].offset, tokens, max_tokens, overlap)
            early, _ = _trimmed(text, early, end)
            # A chunk that is shorter than the overlap is not repeated whole.
            begin = early if early > before else begin
        before = begin
        yield begin, end


def _trimmed(text: str, begin: int, end: int) -> tuple[int, int]:
    while begin < end and text[begin].isspace():
        begin += 1
    while end > begin and text[end - 1].isspace():
        end -= 1
    return begin, end
