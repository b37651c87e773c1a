"""Where a document is cut: structure first, within a token budget, with exact offsets."""

from rag.chunking.chunks import Chunk, chunk, chunks_by_stretch
from rag.chunking.tokens import Offsets

__all__ = ["Chunk", "Offsets", "chunk", "chunks_by_stretch"]
