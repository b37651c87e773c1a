"""Vectors of texts, by the encoder of an index."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence

from tokenizers import Tokenizer

from rag.errors import QueryError
from rag.serve.opened import Library
from rag.serve.protocol import Said


def embed(
    library: Library,
    *,
    index: str,
    texts: Sequence[str],
    dimensions: int | None = None,
    packed: bool = False,
) -> Iterator[Said]:
    """One event: the vectors, as lists or, ``packed``, as base64 of little-endian float32; and how many tokens
    the encoder read."""
    embedder = library[index].index.embedder
    if dimensions not in (None, embedder.dimension):
        raise QueryError(
            f"Vectors of this index have {embedder.dimension} dimensions: leave the number out."
        )
    vectors = embedder.encode(list(texts)).astype("<f4")
    tokens = Tokenizer.from_file(embedder.tokenizer_file()).encode_batch(list(texts))
    value = {
        "vectors": [b64encode(one.tobytes()).decode() for one in vectors]
        if packed
        else vectors.tolist(),
        "tokens": sum(sum(one.attention_mask) for one in tokens),
    }
    yield Said("vectors", value)
