"""What answering keeps of documents outside their index: cached answers and conversations of the command line."""

from __future__ import annotations

from pathlib import Path

from rag.answering.cache import AnswerCache
from rag.embedding.graph import cache_folder
from rag.forgetting import Keeping, rows_store

SESSIONS = "sessions.sqlite"
"""The file of conversations, in the user's cache folder."""


def answering_stores(folder: Path | None = None) -> tuple[Keeping, ...]:
    """The user's cached answers and conversations, in ``folder``, else in the cache folder (``RAG_CACHE``)."""
    folder = folder or cache_folder()
    answers = AnswerCache(folder / AnswerCache().path.name).path
    return (
        rows_store("cached answers", answers, "answers", ("key", "answer")),
        rows_store("turns of conversations", folder / SESSIONS, "turns", ("id", "turn")),
    )
