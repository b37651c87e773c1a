"""A folder of documents in, answers you can check out."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.answering.answer import Answer as Answer
    from rag.answering.answer import Citation as Citation
    from rag.answering.answer import Event as Event
    from rag.answering.cache import AnswerCache as AnswerCache
    from rag.answering.conversation import Conversation as Conversation
    from rag.answering.qa import QA as QA
    from rag.chunking import Chunk as Chunk
    from rag.documents.document import Document as Document
    from rag.documents.formats import Format as Format
    from rag.documents.formats import register as register_format  # noqa: F401
    from rag.errors import RagError as RagError
    from rag.evaluation import evaluate as evaluate
    from rag.index import Index as Index
    from rag.ingestion.progress import Progress as Progress
    from rag.ingestion.report import UpdateReport as UpdateReport
    from rag.integrations.langchain.embeddings import RagEmbeddings as RagEmbeddings
    from rag.integrations.langchain.retriever import RagRetriever as RagRetriever
    from rag.integrations.langchain.runnable import QARunnable as QARunnable
    from rag.integrations.langchain.vector_store import RagVectorStore as RagVectorStore
    from rag.reading import Reader as Reader
    from rag.retrieval.hit import Hit as Hit
    from rag.settings import Settings as Settings

__version__ = "0.2.0"

# Each public name, and where it lives. They are imported when first used: a worker process
# that parses files, for one, must not pay for FAISS and OpenVINO.
_HOME = {
    "Answer": "rag.answering.answer",
    "AnswerCache": "rag.answering.cache",
    "Chunk": "rag.chunking",
    "Citation": "rag.answering.answer",
    "Conversation": "rag.answering.conversation",
    "Document": "rag.documents.document",
    "Event": "rag.answering.answer",
    "Format": "rag.documents.formats",
    "Hit": "rag.retrieval.hit",
    "Index": "rag.index",
    "Progress": "rag.ingestion.progress",
    "QA": "rag.answering.qa",
    "QARunnable": "rag.integrations.langchain.runnable",
    "RagEmbeddings": "rag.integrations.langchain.embeddings",
    "RagError": "rag.errors",
    "RagRetriever": "rag.integrations.langchain.retriever",
    "RagVectorStore": "rag.integrations.langchain.vector_store",
    "Reader": "rag.reading",
    "Settings": "rag.settings",
    "UpdateReport": "rag.ingestion.report",
    "evaluate": "rag.evaluation",
    "register_format": "rag.documents.formats:register",
}
__all__ = [*sorted(_HOME), "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    module, _, attribute = _HOME[name].partition(":")
    return getattr(importlib.import_module(module), attribute or name)
