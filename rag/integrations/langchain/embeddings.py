"""The encoder as LangChain's ``Embeddings``."""

from __future__ import annotations

from langchain_core.embeddings import Embeddings

from rag.embedding.embedder import load_embedder
from rag.settings import DEFAULT_MODEL


class RagEmbeddings(Embeddings):
    """The bundled encoder, or another by name, for use in other chains and stores.

    >>> len(RagEmbeddings().embed_query("annual leave"))
    384

    Raises:
        ModelError: there is no such model.
    """

    def __init__(self, model: str = DEFAULT_MODEL, *, precision: str = "auto") -> None:
        self.embedder = load_embedder(model, precision=precision)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """A vector a text, of length 1."""
        vectors: list[list[float]] = self.embedder.encode(texts).tolist() if texts else []
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """A question's vector, of length 1: their product is the cosine."""
        vector: list[float] = self.embedder.encode_queries([text])[0].tolist()
        return vector
