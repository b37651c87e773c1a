"""Where a document is cut: structure first, within a token budget, with exact offsets."""

from rag.chunking.chunks import Chunk, Offsets, chunk

__all__ = ["Chunk", "Offsets", "chunk"]
