"""LlamaIndex: the index as a retriever, by the extra ``llama-index``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.errors import ExtraMissing

if TYPE_CHECKING:
    from rag.integrations.llama_index.retriever import RagRetriever as RagRetriever

__all__ = ["RagRetriever"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        import llama_index.core  # noqa: F401
    except ImportError:
        raise ExtraMissing("A retriever for LlamaIndex", "llama-index") from None
    from rag.integrations.llama_index.retriever import RagRetriever

    return RagRetriever
