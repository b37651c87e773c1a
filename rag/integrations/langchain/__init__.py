"""LangChain: the chain as a runnable and as a tool, the index as a retriever, the encoder as
embeddings, and a vector store for texts of one's own."""

from __future__ import annotations

from rag.integrations.langchain.embeddings import RagEmbeddings
from rag.integrations.langchain.retriever import RagRetriever
from rag.integrations.langchain.runnable import QARunnable, ask_tool
from rag.integrations.langchain.vector_store import RagVectorStore

__all__ = ["QARunnable", "RagEmbeddings", "RagRetriever", "RagVectorStore", "ask_tool"]
