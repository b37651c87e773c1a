"""Sessions of the page: a key was shown once, and a cookie stands for it for some hours."""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import Any

from rag.serve.access.keys import Key, Keys
from rag.serve.state import Db, State

SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (
    hash BLOB PRIMARY KEY, key TEXT NOT NULL, expires REAL NOT NULL
) WITHOUT ROWID;
"""
COOKIE = "rag_session"


class Sessions:
    """Those of one server. One is found by the hash of its token (256 random bits), so that the file tells nobody how to
    take it over; it ends with its key."""

    def __init__(self, state: State, keys: Keys, *, hours: float) -> None:
        self._state = state
        self._keys = keys
        self.seconds = int(3600 * hours)

    def begin(self, key: Key) -> str:
        """The token of a new one. Those that have expired are forgotten."""
        token, now = secrets.token_urlsafe(32), time.time()

        def insert(db: Db) -> None:
            db.execute("DELETE FROM sessions WHERE expires <= ?", (now,))
            row = (_hash(token), key.id, now + self.seconds)
            db.execute("INSERT INTO sessions VALUES (?, ?, ?)", row)

        self._state.run(insert)
        return token

    def key(self, token: str) -> Key | None:
        """The key that a session was begun with; None if there is no such session, or no more."""
        select = "SELECT key FROM sessions WHERE hash = ? AND expires > ?"
        values = (_hash(token), time.time())
        row: Any = self._state.look(lambda db: db.execute(select, values).fetchone())
        return None if row is None else self._keys.of_id(row[0])

    def end(self, token: str) -> None:
        """End it."""
        delete = "DELETE FROM sessions WHERE hash = ?"
        self._state.run(lambda db: db.execute(delete, (_hash(token),)))


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
