"""Retrieved documents to hits: cut as an index cuts its documents, and ranked as it ranks its chunks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from rag.answering.corpus.foreign import Retrieved
from rag.chunking import Offsets, chunk
from rag.embedding.embedder import BundledEmbedder
from rag.ingestion.parsing import tokenizer_offsets
from rag.retrieval.fusion import Ranked, rank
from rag.retrieval.hit import Hit
from rag.settings import Settings
from rag.store.folder.lexical import LexicalIndex
from rag.store.rows import ChunkRow

ENCODED = 64  # pieces, at most: of more, those that share the question's words, and the first ones
MOST = 2_000_000  # characters that one question looks at


@dataclass(frozen=True, slots=True)
class _Piece:
    """``text`` is ``owner.document.text[start:end]``."""

    owner: Retrieved
    start: int
    end: int
    text: str


def hits_of_retrieved(question: str, found: Sequence[Retrieved]) -> list[Hit]:
    """The chunks of these documents, those first that match best: by the bundled encoder and by their words, among
    themselves. Of more than :data:`ENCODED` those are left out that neither of both has looked at."""
    pieces = dict(enumerate(_pieces(found), 1))
    if not pieces:
        return []
    rows = (
        (ChunkRow(i, p.owner.identity, p.start, p.end, p.owner.context, p.text), p.owner.sources[0])
        for i, p in pieces.items()
    )
    words = LexicalIndex.in_memory(rows)
    lexical = words.search(question, len(pieces))
    looked_at = list(dict.fromkeys([*lexical[0].tolist(), *pieces]))[:ENCODED]
    texts = [f"{pieces[i].owner.context}\n{pieces[i].text}".strip() for i in looked_at]
    vectors = BundledEmbedder().encode([question, *texts])
    dense = np.array(looked_at, np.int64), vectors[1:] @ vectors[0]
    return [_hit(one, pieces[one.chunk_id]) for one in rank(dense, lexical, words.whole(question))]


def _pieces(found: Sequence[Retrieved]) -> list[_Piece]:
    """The chunks of all documents, in their order, as far as :data:`MOST` goes."""
    left, made = MOST, []
    for one in found:
        text = one.document.text
        part = replace(one.document, text=text[:left])
        left -= len(part.text)
        chunks = chunk(part, _offsets(), max_tokens=Settings().chunk_tokens, context_tokens=0)
        made += [_Piece(one, c.start, c.end, text[c.start : c.end]) for c in chunks]
        if not left:
            break
    return made


@cache
def _offsets() -> Offsets:
    return tokenizer_offsets(BundledEmbedder().tokenizer_file())


def _hit(one: Ranked, piece: _Piece) -> Hit:
    document, sources = piece.owner.document, piece.owner.sources
    place = document.place_at(piece.start, piece.end)
    return Hit(
        chunk_id=one.chunk_id,
        document_id=piece.owner.identity,
        source=sources[0],
        sources=sources,
        start=piece.start,
        end=piece.end,
        text=piece.text,
        score=one.score,
        dense=one.dense,
        lexical=one.lexical,
        context=piece.owner.context,
        page=place.page,
        page_end=place.page_end,
        page_label=place.label,
        title=document.title,
        kind=document.kind,
        metadata=document.metadata,
    )
