"""A folder of documents in, answers you can check out."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.answer.cache import AnswerCache as AnswerCache
    from rag.answer.chain import QA as QA
    from rag.answer.chat import Conversation as Conversation
    from rag.answer.reader import Reader as Reader
    from rag.config import Settings as Settings
    from rag.embed import RagEmbeddings as RagEmbeddings
    from rag.errors import RagError as RagError
    from rag.evaluation import evaluate as evaluate
    from rag.index import Index as Index
    from rag.ingest.loaders import Format as Format
    from rag.ingest.loaders import register as register_format  # noqa: F401
    from rag.store import RagVectorStore as RagVectorStore
    from rag.types import Answer as Answer
    from rag.types import Chunk as Chunk
    from rag.types import Document as Document
    from rag.types import Event as Event
    from rag.types import Hit as Hit
    from rag.types import Progress as Progress
    from rag.types import UpdateReport as UpdateReport

__version__ = "0.1.0"

# Each public name, and where it lives. They are imported when first used: a worker process
# that parses files, for one, must not pay for FAISS and OpenVINO.
_HOME = {
    "Answer": "rag.types",
    "AnswerCache": "rag.answer.cache",
    "Chunk": "rag.types",
    "Conversation": "rag.answer.chat",
    "Document": "rag.types",
    "Event": "rag.types",
    "Format": "rag.ingest.loaders",
    "Hit": "rag.types",
    "Index": "rag.index",
    "Progress": "rag.types",
    "QA": "rag.answer.chain",
    "RagEmbeddings": "rag.embed",
    "RagError": "rag.errors",
    "RagVectorStore": "rag.store",
    "Reader": "rag.answer.reader",
    "Settings": "rag.config",
    "UpdateReport": "rag.types",
    "evaluate": "rag.evaluation",
    "register_format": "rag.ingest.loaders:register",
}
__all__ = [*sorted(_HOME), "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    module, _, attribute = _HOME[name].partition(":")
    return getattr(importlib.import_module(module), attribute or name)
