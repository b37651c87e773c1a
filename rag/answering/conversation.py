"""A conversation: follow-up questions are made to stand alone before they are answered.

A language model rewrites them where there is one; for the bundled reader a rule does.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.answering.answer import Answer, Event
from rag.answering.followup import rewritten
from rag.answering.qa import QA
from rag.errors import StorageError
from rag.retrieval.filters import Where

MAX_HISTORY = 600  # tokens of history that a model sees; a token is taken as three characters
MAX_ANSWER = 300  # characters of an earlier answer that are kept of it


@dataclass(frozen=True, slots=True)
class Turn:
    """``standalone`` is the question as it was answered."""

    question: str
    standalone: str
    answer: str


class Conversation:
    """Questions one after another, to one chain.

    ``turns`` are earlier ones to go on from; ``sessions`` keeps them, under ``name``.
    """

    def __init__(
        self,
        qa: QA,
        *,
        turns: Sequence[Turn] = (),
        sessions: Sessions | None = None,
        name: str = "default",
    ) -> None:
        self.qa = qa
        self.sessions = sessions
        self.name = name
        self.turns = list(turns) or (sessions.turns(name) if sessions else [])

    def ask(self, question: str, *, where: Where | None = None) -> Answer:
        """The answer; its ``question`` is the one that stands alone.

        Raises:
            QueryError, ModelError: as :meth:`QA.ask`.
        """
        found = None
        for event in self.stream(question, where=where, pieces=False):
            found = event.answer
        assert found is not None
        return found

    def stream(
        self, question: str, *, where: Where | None = None, pieces: bool = True
    ) -> Iterator[Event]:
        """As :meth:`QA.stream`, of the question that stands alone."""
        standalone = self.standalone(question)
        for event in self.qa.stream(standalone, where=where, pieces=pieces):
            if event.answer is not None:
                self._keep(Turn(question, standalone, event.answer.text))
            yield event

    def forget(self) -> None:
        """Begin anew; a kept conversation is deleted."""
        self.turns.clear()
        if self.sessions is not None:
            self.sessions.forget(self.name)

    def standalone(self, question: str) -> str:
        """The question without its need of the conversation."""
        if not self.turns or not question.strip():
            return question
        earlier = [turn.standalone for turn in self.turns]
        if self.qa.model is None:
            return rewritten(question, earlier)
        from rag.answering.models import say
        from rag.answering.prompts import load_prompt

        prompt = load_prompt("standalone")
        history = "\n".join(
            f"User: {turn.question}\nAssistant: {turn.answer[:MAX_ANSWER]}"
            for turn in self._recent()
        )
        text, _ = say(self.qa.model, prompt.messages(history=history, question=question))
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        # What is no question, or far too long for one, is not trusted.
        if not lines or len(lines[0]) > 4 * len(question) + 200:
            return rewritten(question, earlier)
        return lines[0]

    def _recent(self) -> list[Turn]:
        """The latest turns that fit the budget, oldest first."""
        left = 3 * MAX_HISTORY
        kept: list[Turn] = []
        for turn in reversed(self.turns):
            left -= len(turn.question) + min(len(turn.answer), MAX_ANSWER) + 20
            if left < 0:
                break
            kept.insert(0, turn)
        return kept

    def _keep(self, turn: Turn) -> None:
        self.turns.append(turn)
        if self.sessions is not None:
            self.sessions.add(self.name, turn)


class Sessions:
    """Conversations kept in a SQLite file.

    Raises:
        StorageError: the file cannot be used.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, timeout=5.0, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS turns "
                "(id INTEGER PRIMARY KEY, session TEXT NOT NULL, time REAL NOT NULL, turn TEXT NOT NULL)"
            )
        except (OSError, sqlite3.Error) as error:
            raise StorageError(f"{path}: cannot keep conversations here: {error}.") from None

    def turns(self, session: str) -> list[Turn]:
        """Those of one conversation, oldest first."""
        rows = self._db.execute("SELECT turn FROM turns WHERE session = ? ORDER BY id", (session,))
        return [Turn(**json.loads(row[0])) for row in rows]

    def add(self, session: str, turn: Turn) -> None:
        record = {"question": turn.question, "standalone": turn.standalone, "answer": turn.answer}
        with self._db:
            self._db.execute(
                "INSERT INTO turns (session, time, turn) VALUES (?, ?, ?)",
                (session, time.time(), json.dumps(record, ensure_ascii=False)),
            )

    def names(self) -> list[str]:
        """All conversations, the latest first."""
        rows = self._db.execute("SELECT session FROM turns GROUP BY session ORDER BY max(id) DESC")
        return [row[0] for row in rows]

    def forget(self, session: str) -> int:
        """Delete a conversation; how many turns it had."""
        with self._db:
            return self._db.execute("DELETE FROM turns WHERE session = ?", (session,)).rowcount
