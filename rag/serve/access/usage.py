"""What keys have used: questions, tokens and money, by key, day, index and model; and what is reserved for questions
that are being answered."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import astuple, dataclass
from datetime import date
from typing import Any

import structlog

from rag.errors import StorageError
from rag.serve.config import is_paid
from rag.serve.state import Db, State

SCHEMA = """
CREATE TABLE IF NOT EXISTS usage (
    day TEXT NOT NULL, key TEXT NOT NULL, "index" TEXT NOT NULL, model TEXT NOT NULL,
    questions INTEGER NOT NULL, cached INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, cost REAL NOT NULL,
    PRIMARY KEY (day, key, "index", model)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reserved (
    id TEXT PRIMARY KEY, until REAL NOT NULL,
    day TEXT NOT NULL, key TEXT NOT NULL, "index" TEXT NOT NULL, model TEXT NOT NULL,
    questions INTEGER NOT NULL, cached INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, cost REAL NOT NULL
);
"""
_ADD = """
INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (day, key, "index", model) DO UPDATE SET
    questions = usage.questions + excluded.questions, cached = usage.cached + excluded.cached,
    input_tokens = usage.input_tokens + excluded.input_tokens,
    output_tokens = usage.output_tokens + excluded.output_tokens, cost = usage.cost + excluded.cost
"""
_USED = 'day, key, "index", model, questions, cached, input_tokens, output_tokens, cost'
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
    """The account of one server, or of all its replicas. What is used is written beside the event loop."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._writer = ThreadPoolExecutor(1, "ledger")

    async def spent(self, key: str) -> tuple[int, float]:
        """The tokens and the money that a key has used today of providers' models, on all indexes."""
        day = today()
        return await self._state.beside(
            lambda: self._state.look(lambda db: _spent(db, day, key)),
        )

    async def mean(self, index: str, model: str) -> tuple[float, float] | None:
        """The tokens that a question to an index's model has taken, in and out; None, if none was asked."""
        select = (
            "SELECT sum(input_tokens), sum(output_tokens), sum(questions - cached) FROM usage "
            'WHERE "index" = ? AND model = ?'
        )
        row: Any = await self._state.beside(
            lambda: self._state.look(lambda db: db.execute(select, (index, model)).fetchone())
        )
        return (float(row[0] / row[2]), float(row[1] / row[2])) if row[2] else None

    async def reserve(self, used: Used, seconds: float, check: Callable[[int, float], None]) -> str:
        """Reserve what a question is taken to need, for as long as it may take: the reservation's name. ``check`` is told the
        tokens and money that its key has spent today or reserved, and raises if that leaves too little; nobody else
        reserves for the key meanwhile. One that nobody ended, since its server died, counts as used."""
        name, now = uuid.uuid4().hex, time.time()

        def work(db: Db) -> str:
            lapsed = f"SELECT id, {_USED} FROM reserved WHERE key = ? AND until <= ?"
            for identity, *values in db.execute(lapsed, (used.key, now)).fetchall():
                db.execute("DELETE FROM reserved WHERE id = ?", (identity,))
                db.execute(_ADD, values)
            tokens, money = _spent(db, used.day, used.key)
            held = f"SELECT {_USED} FROM reserved WHERE key = ? AND day = ?"
            for one in (Used(*row) for row in db.execute(held, (used.key, used.day)).fetchall()):
                tokens, money = tokens + one.input_tokens + one.output_tokens, money + one.cost
            check(tokens, money)
            insert = f"INSERT INTO reserved (id, until, {_USED}) VALUES (?,?,?,?,?,?,?,?,?,?,?)"
            db.execute(insert, (name, now + seconds, *astuple(used)))
            return name

        return await self._state.arun(work, alone=f"budget {used.key}")

    def add(self, used: Used | None, reservation: str = "") -> Future[None]:
        """Count it, if it is anything, and end its reservation, if it had one. Nobody needs to wait for that."""

        def work(db: Db) -> None:
            if reservation:
                db.execute("DELETE FROM reserved WHERE id = ?", (reservation,))
            if used is not None:
                db.execute(_ADD, astuple(used))

        return self._writer.submit(self._write, work)

    async def aadd(self, used: Used, reservation: str = "") -> None:
        """The same, and wait: from then on :meth:`spent` says so."""
        await asyncio.wrap_future(self.add(used, reservation))

    def close(self) -> None:
        """Wait until all is written."""
        self._writer.shutdown()

    def _write(self, work: Callable[[Db], None]) -> None:
        try:
            self._state.run(work)
        except StorageError as error:  # an answer is not lost for it
            _log.error("usage could not be kept", error=str(error))


def all_used(state: State) -> list[Used]:
    """All that is kept, newest first."""
    rows = state.look(
        lambda db: db.execute(
            f'SELECT {_USED} FROM usage ORDER BY day DESC, key, "index", model'
        ).fetchall()
    )
    return [Used(*row) for row in rows]


def today() -> str:
    """The day that is spent on, by this machine's clock."""
    return date.today().isoformat()


def _spent(db: Db, day: str, key: str) -> tuple[int, float]:
    select = "SELECT model, input_tokens + output_tokens, cost FROM usage WHERE day = ? AND key = ?"
    rows = [row for row in db.execute(select, (day, key)) if is_paid(row[0])]
    return sum(row[1] for row in rows), sum((row[2] for row in rows), 0.0)
