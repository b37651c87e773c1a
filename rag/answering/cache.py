"""Answers that have been given, and the tokens they took: one SQLite file for all indexes of a user.

An answer is found again only for the same question and filter, on the same generation of the same
index, or the same part of it, by a chain with the same settings; so it cannot be stale, nor go to those
who may not read what it is from. It is sealed, as rows of an index are.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag import __version__
from rag.answering.answer import Answer
from rag.answering.corpus.protocol import Opened
from rag.codec import DecodeError, from_json, to_json
from rag.embedding.graph import cache_folder
from rag.errors import StorageError
from rag.retrieval.filters import Where
from rag.store.folder.seal import seal_of

KEPT = 10_000  # answers; those longest unused go first
FORMAT = 5  # raised when Answer changes, or how one is kept
_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, used REAL NOT NULL, answer TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answers_used ON answers (used);
CREATE TABLE IF NOT EXISTS usage (
    day TEXT NOT NULL, model TEXT NOT NULL,
    questions INTEGER NOT NULL, cached INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, seconds REAL NOT NULL,
    PRIMARY KEY (day, model)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one model did on one day: questions, how many of them were answered from the cache, and
    the tokens and seconds that the others took."""

    day: str
    model: str
    questions: int
    cached: int
    input_tokens: int
    output_tokens: int
    seconds: float


class AnswerCache:
    """At ``path``, else in the user's cache folder (``RAG_CACHE``). Safe between threads and
    processes. A cache that cannot be written costs time and nothing else."""

    def __init__(self, path: str | Path | None = None) -> None:
        self.path = Path(path) if path else cache_folder() / "answers.sqlite"
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None

    def key(
        self, opened: Opened, settings: Mapping[str, Any], question: str, where: Where | None
    ) -> str:
        """What an answer is kept under: a digest of all that it depends on."""
        asked = [dict(settings), question.strip(), dict(where) if where else None]
        # Rules of reading are part of the code: what another version answered is not found again.
        read = [opened.identity, opened.part]  # and what another may read is not found, either
        text = json.dumps([FORMAT, __version__, *read, asked], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def get(self, key: str) -> Answer | None:
        """The answer of that key; one that is found counts as a question in the usage."""
        try:
            with self._transaction() as db:
                row = db.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
                if row is None:
                    return None
                seal, _, text = row[0].partition(" ")
                if seal != str(seal_of(key, text)):
                    return None  # what a disk has made of it
                answer = from_json(text, Answer)
                db.execute("UPDATE answers SET used = ? WHERE key = ?", (time.time(), key))
                _count(db, answer, cached=True)
                return answer
        except (sqlite3.Error, StorageError, DecodeError):
            return None

    def put(self, key: str, answer: Answer) -> None:
        """Keep an answer, and count its question and tokens."""
        text = to_json(answer)
        try:
            with self._transaction() as db:
                db.execute(
                    "INSERT OR REPLACE INTO answers VALUES (?, ?, ?)",
                    (key, time.time(), f"{seal_of(key, text)} {text}"),
                )
                db.execute(
                    "DELETE FROM answers WHERE key IN "
                    "(SELECT key FROM answers ORDER BY used DESC LIMIT -1 OFFSET ?)",
                    (KEPT,),
                )
                _count(db, answer, cached=False)
        except (sqlite3.Error, StorageError):
            return

    def usage(self) -> list[Usage]:
        """By day and model, newest first.

        Raises:
            StorageError: the file cannot be read.
        """
        try:
            with self._transaction() as db:
                return [
                    Usage(*row)
                    for row in db.execute("SELECT * FROM usage ORDER BY day DESC, model")
                ]
        except sqlite3.Error as error:
            raise StorageError(
                f"{self.path}: cannot be read ({error}). Delete it: only cached answers and "
                "counts are lost."
            ) from None

    def clear(self) -> int:
        """Forget all answers; the counts stay. How many there were."""
        with self._transaction() as db:
            return db.execute("DELETE FROM answers").rowcount

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._db is None:
                self._db = self._open()
            with self._db:
                yield self._db

    def _open(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(self.path, timeout=5.0, check_same_thread=False)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            db.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise StorageError(f"{self.path}: cannot be used as a cache: {error}.") from None
        return db


def _count(db: sqlite3.Connection, answer: Answer, *, cached: bool) -> None:
    tokens = (
        (0, 0)
        if cached
        else tuple(int(answer.usage.get(name, 0)) for name in ("input_tokens", "output_tokens"))
    )
    seconds = 0.0 if cached else answer.timings.get("total", 0.0)
    db.execute(
        "INSERT INTO usage VALUES (date('now', 'localtime'), ?, 1, ?, ?, ?, ?) "
        "ON CONFLICT (day, model) DO UPDATE SET questions = questions + 1, "
        "cached = cached + excluded.cached, input_tokens = input_tokens + excluded.input_tokens, "
        "output_tokens = output_tokens + excluded.output_tokens, seconds = seconds + excluded.seconds",
        (answer.model, int(cached), *tokens, seconds),
    )
