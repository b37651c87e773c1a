"""What keys have used: questions, tokens and money, by key, day, index and model, kept in the state file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from datetime import date
from typing import Any

import structlog

from rag.errors import StorageError
from rag.serve.config import is_paid
from rag.serve.state import State

SCHEMA = """
CREATE TABLE IF NOT EXISTS usage (
    day TEXT NOT NULL, key TEXT NOT NULL, "index" TEXT NOT NULL, model TEXT NOT NULL,
    questions INTEGER NOT NULL, cached INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, cost REAL NOT NULL,
    PRIMARY KEY (day, key, "index", model)
) WITHOUT ROWID;
"""
_ADD = """
INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    questions = questions + excluded.questions, cached = cached + excluded.cached,
    input_tokens = input_tokens + excluded.input_tokens,
    output_tokens = output_tokens + excluded.output_tokens, cost = cost + excluded.cost
"""
_log = structlog.get_logger("rag.serve")


@dataclass(frozen=True, slots=True)
class Used:
    """What a key has used on a day of an index's model: questions, how many of them were answered from the cache, and
    the tokens and money that the others took."""

    day: str
    key: str
    index: str
    model: str
    questions: int = 1
    cached: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0


class Ledger:
    """The account that one server keeps. What is added counts at once, and is written beside the event loop."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._today: dict[tuple[str, str], tuple[int, float]] = {}
        self._writer = ThreadPoolExecutor(1, "ledger")

    def spent(self, key: str) -> tuple[int, float]:
        """The tokens and the money that a key has used today of providers' models, on all indexes."""
        day = today()
        if (day, key) not in self._today:
            self._today = {known: sums for known, sums in self._today.items() if known[0] == day}
            self._today[day, key] = self._state.look(lambda db: _spent(db, day, key))
        return self._today[day, key]

    def mean(self, index: str, model: str) -> tuple[float, float] | None:
        """The tokens that a question to an index's model has taken, in and out; None, if none was asked."""
        select = (
            "SELECT sum(input_tokens), sum(output_tokens), sum(questions - cached) FROM usage "
            'WHERE "index" = ? AND model = ?'
        )
        row: Any = self._state.look(lambda db: db.execute(select, (index, model)).fetchone())
        return (row[0] / row[2], row[1] / row[2]) if row[2] else None

    def add(self, used: Used) -> None:
        """Count it."""
        if is_paid(used.model):
            tokens, money = self.spent(used.key)
            tokens += used.input_tokens + used.output_tokens
            self._today[used.day, used.key] = (tokens, money + used.cost)
        self._writer.submit(self._write, lambda db: db.execute(_ADD, astuple(used)))

    def close(self) -> None:
        """Wait until all is written."""
        self._writer.shutdown()

    def _write(self, work: Callable[[sqlite3.Connection], Any]) -> None:
        try:
            self._state.run(work)
        except StorageError as error:  # an answer is not lost for it
            _log.error("usage could not be kept", error=str(error))


def all_used(state: State) -> list[Used]:
    """All that is kept, newest first."""
    rows = state.look(
        lambda db: db.execute(
            'SELECT * FROM usage ORDER BY day DESC, key, "index", model'
        ).fetchall()
    )
    return [Used(*row) for row in rows]


def today() -> str:
    """The day that is spent on, by this machine's clock."""
    return date.today().isoformat()


def _spent(db: sqlite3.Connection, day: str, key: str) -> tuple[int, float]:
    select = "SELECT model, input_tokens + output_tokens, cost FROM usage WHERE day = ? AND key = ?"
    rows = [row for row in db.execute(select, (day, key)) if is_paid(row[0])]
    return sum(row[1] for row in rows), sum((row[2] for row in rows), 0.0)
