"""A conversation: follow-up questions are made to stand alone before they are answered.

A language model rewrites them where there is one; for the bundled reader a rule does.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator, Generator, Iterator, Sequence
from contextlib import aclosing, contextmanager
from pathlib import Path

from rag.answering.answer import Answer, Event
from rag.answering.followup import Turn
from rag.answering.qa import QA
from rag.answering.whole.wanted import stands_alone
from rag.codec import DecodeError, from_json, to_json
from rag.errors import StorageError
from rag.retrieval.filters import Where


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
        standalone = self.standalone(question)
        answer = self.qa.ask(standalone, where=where)
        self._keep(Turn(question, standalone, answer.text))
        return answer

    def stream(self, question: str, *, where: Where | None = None) -> Generator[Event, None, None]:
        """As :meth:`QA.stream`, of the question that stands alone."""
        standalone = self.standalone(question)
        for event in self.qa.stream(standalone, where=where):
            if event.answer is not None:
                self._keep(Turn(question, standalone, event.answer.text))
            yield event

    async def aask(self, question: str, *, where: Where | None = None) -> Answer:
        """As :meth:`ask`, and as :meth:`QA.aask`: beside other work."""
        standalone = await asyncio.to_thread(self.standalone, question)
        answer = await self.qa.aask(standalone, where=where)
        await asyncio.to_thread(self._keep, Turn(question, standalone, answer.text))
        return answer

    async def astream(
        self, question: str, *, where: Where | None = None
    ) -> AsyncGenerator[Event, None]:
        """As :meth:`stream`, and as :meth:`QA.astream`: beside other work. Abandoned, it stops."""
        standalone = await asyncio.to_thread(self.standalone, question)
        async with aclosing(self.qa.astream(standalone, where=where)) as events:
            async for event in events:
                if event.answer is not None:
                    turn = Turn(question, standalone, event.answer.text)
                    await asyncio.to_thread(self._keep, turn)
                yield event

    def forget(self) -> None:
        """Begin anew; a kept conversation is deleted."""
        self.turns.clear()
        if self.sessions is not None:
            self.sessions.forget(self.name)

    def standalone(self, question: str) -> str:
        """The question without its need of the conversation."""
        if not self.turns or not question.strip() or stands_alone(question):
            return question
        return self.qa.replier.standalone(question, self.turns)

    def _keep(self, turn: Turn) -> None:
        self.turns.append(turn)
        if self.sessions is not None:
            self.sessions.add(self.name, turn)


class Sessions:
    """Conversations kept in a SQLite file.

    Raises:
        StorageError: from anything here, where the file cannot be used.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        with self._in_words():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, timeout=5.0, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS turns "
                "(id INTEGER PRIMARY KEY, session TEXT NOT NULL, time REAL NOT NULL, turn TEXT NOT NULL)"
            )

    def turns(self, session: str) -> list[Turn]:
        """Those of one conversation, oldest first.

        Raises:
            StorageError: one of them cannot be read.
        """
        with self._in_words():
            rows = self._db.execute(
                "SELECT turn FROM turns WHERE session = ? ORDER BY id", (session,)
            ).fetchall()
        try:
            return [from_json(row[0], Turn) for row in rows]
        except DecodeError as error:
            raise StorageError(f"{self.path}: a turn of {session} is damaged: {error}.") from None

    def add(self, session: str, turn: Turn) -> None:
        """Keep one more turn of a conversation."""
        with self._in_words(), self._db:
            self._db.execute(
                "INSERT INTO turns (session, time, turn) VALUES (?, ?, ?)",
                (session, time.time(), to_json(turn)),
            )

    def names(self) -> list[str]:
        """All conversations, the latest first."""
        with self._in_words():
            rows = self._db.execute(
                "SELECT session FROM turns GROUP BY session ORDER BY max(id) DESC"
            ).fetchall()
        return [row[0] for row in rows]

    def forget(self, session: str) -> int:
        """Delete a conversation; how many turns it had."""
        with self._in_words(), self._db:
            return self._db.execute("DELETE FROM turns WHERE session = ?", (session,)).rowcount

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise StorageError(
                f"{self.path}: cannot keep conversations here: {error}. Make room, or set RAG_CACHE "
                "to another folder."
            ) from None
