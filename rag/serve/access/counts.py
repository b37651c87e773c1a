"""What is counted of late, for limits: in memory, or where replicas share a state, there, so that they count together."""

from __future__ import annotations

import time

from limits.storage import MemoryStorage, MovingWindowSupport, Storage

from rag.errors import StorageError
from rag.serve.state import Db, State

SHARED = """
CREATE TABLE IF NOT EXISTS hits (name TEXT NOT NULL, time REAL NOT NULL);
CREATE INDEX IF NOT EXISTS hits_name ON hits (name, time);
CREATE TABLE IF NOT EXISTS counts (name TEXT PRIMARY KEY, count INTEGER NOT NULL, until REAL NOT NULL);
CREATE INDEX IF NOT EXISTS counts_until ON counts (until);
"""


def counts_of(state: State) -> MemoryStorage | SharedCounts:
    """Where a server with this state counts."""
    return SharedCounts(state) if state.shared else MemoryStorage()


class SharedCounts(Storage, MovingWindowSupport):
    """Counts in a state, as ``limits`` wants them. Replicas take turns at each; their clocks must agree to a second or so.

    Raises:
        StorageError: from anything here, where the state cannot be used.
    """

    STORAGE_SCHEME = None

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state

    # -- a window that moves: the time of each hit -------------------------------------------

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count ``amount`` more, if no more than ``limit`` come together in ``expiry`` seconds."""
        now = time.time()

        def work(db: Db) -> bool:
            db.execute("DELETE FROM hits WHERE name = ? AND time <= ?", (key, now - expiry))
            if _hits(db, key, now - expiry)[1] + amount > limit:
                return False
            db.executemany("INSERT INTO hits VALUES (?, ?)", [(key, now)] * amount)
            return True

        return self._state.run(work, alone=key)

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """When the oldest of those of the last ``expiry`` seconds was, and how many they are."""
        now = time.time()
        since, count = self._state.look(lambda db: _hits(db, key, now - expiry))
        return (now if since is None else since), count

    # -- a fixed one: a number, and until when it counts -------------------------------------

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count ``amount`` more; how many there are. The first begins a window of ``expiry`` seconds."""
        now = time.time()

        def work(db: Db) -> int:
            db.execute("DELETE FROM counts WHERE until <= ?", (now,))
            row = db.execute(
                "INSERT INTO counts VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
                "count = counts.count + excluded.count RETURNING count",
                (key, amount, now + expiry),
            ).fetchone()
            return int(row[0])

        return self._state.run(work, alone=key)

    def get(self, key: str) -> int:
        """How many there are."""
        select = "SELECT count FROM counts WHERE name = ? AND until > ?"
        values = (key, time.time())
        row = self._state.look(lambda db: db.execute(select, values).fetchone())
        return 0 if row is None else int(row[0])

    def get_expiry(self, key: str) -> float:
        """Until when they count."""
        select = "SELECT until FROM counts WHERE name = ?"
        row = self._state.look(lambda db: db.execute(select, (key,)).fetchone())
        return time.time() if row is None else float(row[0])

    # -- for all of them ---------------------------------------------------------------------

    @property
    def base_exceptions(self) -> type[Exception]:
        """What goes wrong with a state."""
        return StorageError

    def check(self) -> bool:
        """Whether the state can be used."""
        try:
            return bool(self._state.look(lambda db: db.execute("SELECT 1").fetchone()))
        except StorageError:
            return False

    def clear(self, key: str) -> None:
        """Forget what was counted under a name."""

        def work(db: Db) -> None:
            for table in ("hits", "counts"):
                db.execute(f"DELETE FROM {table} WHERE name = ?", (key,))

        self._state.run(work)

    def reset(self) -> int:
        """Forget all; how many counts there were."""
        return self._state.run(
            lambda db: sum(
                db.execute(f"DELETE FROM {table}").rowcount for table in ("hits", "counts")
            )
        )


def _hits(db: Db, key: str, since: float) -> tuple[float | None, int]:
    select = "SELECT min(time), count(*) FROM hits WHERE name = ? AND time > ?"
    oldest, count = db.execute(select, (key, since)).fetchone()
    return oldest, int(count)
