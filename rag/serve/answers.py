"""Answers of models that are paid for, in the state that replicas share, so that none is paid for twice."""

from __future__ import annotations

import time

from rag.answering.answer import Answer
from rag.answering.cache import KEPT, AnswerCache
from rag.codec import DecodeError, from_json, to_json
from rag.errors import StorageError
from rag.serve.state import Db, State

SHARED = """
CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, used REAL NOT NULL, answer TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS answers_used ON answers (used);
"""


class SharedAnswerCache(AnswerCache):
    """The same as in a file, of all replicas. What they take is counted by key (:mod:`rag.serve.access.usage`), not here."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state

    def get(self, key: str) -> Answer | None:
        """The answer of that key."""

        def work(db: Db) -> str | None:
            update = "UPDATE answers SET used = ? WHERE key = ? RETURNING answer"
            row = db.execute(update, (time.time(), key)).fetchone()
            return None if row is None else str(row[0])

        try:
            text = self._state.run(work)
            return None if text is None else from_json(text, Answer)
        except (StorageError, DecodeError):
            return None

    def put(self, key: str, answer: Answer) -> None:
        """Keep an answer."""
        insert = (
            "INSERT INTO answers VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET "
            "used = excluded.used, answer = excluded.answer"
        )
        oldest = "SELECT used FROM answers ORDER BY used DESC LIMIT 1 OFFSET ?"

        def work(db: Db) -> None:
            db.execute(insert, (key, time.time(), to_json(answer)))
            row = db.execute(oldest, (KEPT,)).fetchone()
            if row is not None:
                db.execute("DELETE FROM answers WHERE used <= ?", row)

        try:
            self._state.run(work)
        except StorageError:
            return
