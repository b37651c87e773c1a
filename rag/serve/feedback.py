"""What people say of answers: right or wrong, and what would have been right."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rag.codec import from_json, to_json
from rag.serve.state import State, now

SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
    answer_id TEXT NOT NULL, key TEXT NOT NULL, time TEXT NOT NULL, served TEXT NOT NULL,
    "right" INTEGER NOT NULL, right_answer TEXT NOT NULL, comment TEXT NOT NULL, answer TEXT NOT NULL,
    PRIMARY KEY (answer_id, key)
);
CREATE INDEX IF NOT EXISTS feedback_time ON feedback (time);
"""
RECENT = 1_000  # answers that feedback may be given on, besides those of conversations

Shown = Mapping[str, Any]


class RecentAnswers:
    """The last answers of this server, by key and id, in memory."""

    def __init__(self, most: int = RECENT) -> None:
        self.most = most
        self._answers: OrderedDict[tuple[str, str], Shown] = OrderedDict()

    def add(self, key: str, answer: Shown) -> None:
        """Remember one, and forget the oldest beyond ``most``."""
        self._answers[key, answer["id"]] = answer
        while len(self._answers) > self.most:
            self._answers.popitem(last=False)

    def get(self, key: str, answer_id: str) -> Shown | None:
        """The answer that this key was given under an id; None where there is none any more."""
        return self._answers.get((key, answer_id))


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
    """All of it, in the server's file.

    Raises:
        StorageError: from anything here, where the file cannot be used.
    """

    def __init__(self, state: State) -> None:
        self.state = state

    async def add(
        self, key: str, answer: Shown, *, right: bool, right_answer: str = "", comment: str = ""
    ) -> None:
        """Keep it; what the same key said of the same answer before is replaced."""
        values = (answer["id"], key, now(), answer["index"], right, right_answer, comment)
        await self.state.arun(
            lambda db: db.execute(
                "INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*values, to_json(answer)),
            )
        )

    def all(self) -> list[Feedback]:
        """The latest first."""
        return self.state.run(lambda db: list(_rows(db)))


def _rows(db: sqlite3.Connection) -> Iterator[Feedback]:
    for key, time, served, right, right_answer, comment, answer in db.execute(
        'SELECT key, time, served, "right", right_answer, comment, answer FROM feedback '
        "ORDER BY time DESC, answer_id"
    ):
        shown = from_json(answer, dict[str, Any])
        yield Feedback(key, time, served, bool(right), right_answer, comment, shown)
