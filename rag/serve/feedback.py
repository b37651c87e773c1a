"""What people say of answers: right or wrong, and what would have been right."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from rag.codec import from_json, to_json
from rag.errors import StorageError
from rag.serve.state import Db, State, now

SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
    answer_id TEXT NOT NULL, key TEXT NOT NULL, time TEXT NOT NULL, served TEXT NOT NULL,
    "right" INTEGER NOT NULL, right_answer TEXT NOT NULL, comment TEXT NOT NULL, answer TEXT NOT NULL,
    PRIMARY KEY (answer_id, key)
);
CREATE INDEX IF NOT EXISTS feedback_time ON feedback (time);
"""
SHARED = """
CREATE TABLE IF NOT EXISTS recent (
    id INTEGER PRIMARY KEY, answer_id TEXT NOT NULL, key TEXT NOT NULL, answer TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS recent_answer ON recent (answer_id);
"""
_SAY = """
INSERT INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (answer_id, key) DO UPDATE SET
    time = excluded.time, served = excluded.served, "right" = excluded."right",
    right_answer = excluded.right_answer, comment = excluded.comment, answer = excluded.answer
"""
RECENT = 1_000  # answers that feedback may be given on, besides those of conversations

Shown = Mapping[str, Any]
_log = structlog.get_logger("rag.serve")


class RecentAnswers(Protocol):
    """The last answers that were given, by key and id."""

    async def add(self, key: str, answer: Shown) -> None:
        """Remember one, and forget the oldest beyond :data:`RECENT`."""

    async def get(self, key: str, answer_id: str) -> Shown | None:
        """The answer that this key was given under an id; None where there is none any more."""


class OwnAnswers:
    """Those of one server, in memory."""

    def __init__(self, most: int = RECENT) -> None:
        self.most = most
        self._answers: OrderedDict[tuple[str, str], Shown] = OrderedDict()

    async def add(self, key: str, answer: Shown) -> None:
        """As :meth:`RecentAnswers.add` says."""
        self._answers[key, answer["id"]] = answer
        while len(self._answers) > self.most:
            self._answers.popitem(last=False)

    async def get(self, key: str, answer_id: str) -> Shown | None:
        """As :meth:`RecentAnswers.get` says."""
        return self._answers.get((key, answer_id))


class SharedAnswers:
    """Those of all replicas, in the state that they share: one may give an answer, and another be told that it is right."""

    def __init__(self, state: State, most: int = RECENT) -> None:
        self.state, self.most = state, most

    async def add(self, key: str, answer: Shown) -> None:
        """As :meth:`RecentAnswers.add` says. Where it cannot be kept, the answer is given all the same."""
        insert = "INSERT INTO recent (answer_id, key, answer) VALUES (?, ?, ?) RETURNING id"

        def work(db: Db) -> None:
            row = db.execute(insert, (answer["id"], key, to_json(answer))).fetchone()
            db.execute("DELETE FROM recent WHERE id <= ?", (row[0] - self.most,))

        try:
            await self.state.arun(work)
        except StorageError as error:
            _log.error("an answer could not be kept for feedback", error=str(error))

    async def get(self, key: str, answer_id: str) -> Shown | None:
        """As :meth:`RecentAnswers.get` says."""
        select = "SELECT answer FROM recent WHERE answer_id = ? AND key = ?"
        row = await self.state.beside(
            lambda: self.state.look(lambda db: db.execute(select, (answer_id, key)).fetchone())
        )
        return None if row is None else from_json(row[0], dict[str, Any])


@dataclass(frozen=True, slots=True)
class Feedback:
    """What was said of an answer, with the answer. ``key`` is the name of who said it, ``time`` is UTC."""

    key: str
    time: str
    index: str
    right: bool
    right_answer: str
    comment: str
    answer: Shown


class Feedbacks:
    """All of it.

    Raises:
        StorageError: from anything here, where the state cannot be used.
    """

    def __init__(self, state: State) -> None:
        self.state = state

    async def add(
        self, key: str, answer: Shown, *, right: bool, right_answer: str = "", comment: str = ""
    ) -> None:
        """Keep it; what the same key said of the same answer before is replaced."""
        values = (answer["id"], key, now(), answer["index"], int(right), right_answer, comment)
        await self.state.arun(
            lambda db: db.execute(
                _SAY,
                (*values, to_json(answer)),
            )
        )

    def all(self) -> list[Feedback]:
        """The latest first."""
        return self.state.run(lambda db: list(_rows(db)))


def _rows(db: Db) -> Iterator[Feedback]:
    for key, time, served, right, right_answer, comment, answer in db.execute(
        'SELECT key, time, served, "right", right_answer, comment, answer FROM feedback '
        "ORDER BY time DESC, answer_id"
    ):
        shown = from_json(answer, dict[str, Any])
        yield Feedback(key, time, served, bool(right), right_answer, comment, shown)
