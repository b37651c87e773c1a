"""The encoder as LangChain's ``Embeddings``."""

from __future__ import annotations

from langchain_core.embeddings import Embeddings

from rag.embedding.embedder import load_embedder
from rag.settings import DEFAULT_MODEL


class RagEmbeddings(Embeddings):
    """The embedder as LangChain's ``Embeddings``, for use in other chains and stores."""

    def __init__(self, model: str = DEFAULT_MODEL, *, precision: str = "auto") -> None:
        self.embedder = load_embedder(model, precision=precision)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self.embedder.encode(texts).tolist() if texts else []
        return vectors

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = self.embedder.encode_queries([text])[0].tolist()
        return vector
