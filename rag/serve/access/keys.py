"""Keys: made once and shown once, kept as a hash, good until they expire or are revoked.

A key is ``rag_ID_SECRET``. The id finds its row; the secret is 192 random bits, of which the SHA-256 is kept. A slow hash is
for passwords, which can be guessed: nobody guesses 192 bits, and a fast one costs a request nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rag.codec import from_json, to_json
from rag.errors import SettingsError
from rag.serve.access.caller import OWNER, ROLES, Caller, Role
from rag.serve.state import Db, State

SCHEMA = """
CREATE TABLE IF NOT EXISTS keys (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, hash BLOB NOT NULL,
    roles TEXT NOT NULL, indexes TEXT NOT NULL, "groups" TEXT NOT NULL,
    created REAL NOT NULL, expires REAL, revoked REAL, used REAL
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS keys_names ON keys (name) WHERE revoked IS NULL;
"""
SECRET_BYTES = 24
USED_EVERY_S = 60.0  # how exact "last used" is: a write a minute, not one a request
_COLUMNS = 'hash, id, name, roles, indexes, "groups", created, expires, revoked, used'
_KEY = re.compile(r"rag_([0-9a-f]{12})_([0-9a-f]{48})", re.ASCII)
_NAME = re.compile(r"[\w.@+-]{1,64}")
_NOBODY = hashlib.sha256(b"").digest()  # compared with where there is no such id


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is kept: all but its secret. Times are seconds since 1970; ``indexes`` None is all of them."""

    id: str
    name: str
    roles: tuple[Role, ...]
    indexes: tuple[str, ...] | None
    groups: tuple[str, ...]
    created: float
    expires: float | None
    revoked: float | None
    used: float | None

    @property
    def caller(self) -> Caller:
        """Who asks with it. An admin may do all that there is to do, and read whatever there is, whatever rules of
        rights say."""
        indexes = None if self.indexes is None else frozenset(self.indexes)
        if "admin" in self.roles:
            return Caller(self.name, frozenset(ROLES), indexes, None)
        return Caller(self.name, frozenset(self.roles), indexes, self.groups)

    @property
    def state(self) -> str:
        """ "good", "expired" or "revoked"."""
        if self.revoked is not None:
            return "revoked"
        return "expired" if self.expires is not None and self.expires <= time.time() else "good"


class Keys:
    """Those of one server. What one process writes, another sees at once: nothing is kept in memory."""

    def __init__(self, state: State) -> None:
        self._state = state

    def create(
        self,
        name: str,
        *,
        roles: Sequence[str] = ("ask",),
        indexes: Sequence[str] | None = None,
        groups: Sequence[str] = (),
        expires: float | None = None,
    ) -> str:
        """Make a key, and return it: it is not kept, so this is the only time that anybody sees it.

        Raises:
            SettingsError: the name is taken or no name, or a role is none.
            StorageError: it cannot be kept.
        """
        if not _NAME.fullmatch(name):
            raise SettingsError(
                f'"{name}" cannot name a key: up to 64 letters, digits and . @ + - _ can.'
            )
        if name == OWNER.name:
            raise SettingsError(
                f'"{name}" is whoever used this server before it had keys: choose another name.'
            )
        for role in roles:
            if role not in ROLES:
                raise SettingsError(f'"{role}" is not a role; there are {", ".join(ROLES)}.')
        if "admin" in roles and groups:
            raise SettingsError(
                "An admin reads whatever there is: leave out its groups, or the role."
            )
        identity, secret = secrets.token_hex(6), secrets.token_hex(SECRET_BYTES)
        row = (identity, name, _hash(secret), to_json(list(dict.fromkeys(roles))))
        lists = (to_json(indexes and list(indexes)), to_json(list(groups)))

        def insert(db: Db) -> None:
            taken = "SELECT 1 FROM keys WHERE name = ? AND revoked IS NULL"
            if db.execute(taken, (name,)).fetchone():
                raise SettingsError(
                    f'There is a key "{name}" already. Revoke it first, or choose another name.'
                )
            times = (time.time(), expires, None, None)
            db.execute("INSERT INTO keys VALUES (?,?,?,?,?,?,?,?,?,?)", (*row, *lists, *times))

        self._state.run(insert)
        return f"rag_{identity}_{secret}"

    def list(self) -> list[Key]:
        """All that were ever made, oldest first."""
        found = self._state.look(
            lambda db: db.execute(f"SELECT {_COLUMNS} FROM keys ORDER BY created").fetchall()
        )
        return [_key(row) for row in found]

    def revoke(self, name: str) -> None:
        """End the key of that name or id, and the sessions that were begun with it, now.

        Raises:
            SettingsError: there is none.
        """

        def end(db: Db) -> int:
            return db.execute(
                "UPDATE keys SET revoked = ? WHERE (name = ? OR id = ?) AND revoked IS NULL",
                (time.time(), name, name),
            ).rowcount

        if not self._state.run(end):
            raise SettingsError(f'There is no key "{name}" that is not revoked yet.')

    def made(self) -> bool:
        """Whether there ever was one: who has made and revoked a key wants keys."""
        return bool(self._state.look(lambda db: db.execute("SELECT 1 FROM keys").fetchone()))

    def found(self, text: str) -> Key | None:
        """The key that ``text`` is, be it expired or revoked; None if it is none of these."""
        match = _KEY.fullmatch(text)
        if match is None:
            return None
        row = self._row(match[1])
        same = hmac.compare_digest(_hash(match[2]), _NOBODY if row is None else row[0])
        return _key(row) if same and row is not None else None

    def of_id(self, identity: str) -> Key | None:
        """The key of that id."""
        row = self._row(identity)
        return None if row is None else _key(row)

    def used(self, key: Key) -> None:
        """Note that it was used."""
        update = "UPDATE keys SET used = ? WHERE id = ?"
        self._state.run(lambda db: db.execute(update, (time.time(), key.id)))

    def _row(self, identity: str) -> Any:
        select = f"SELECT {_COLUMNS} FROM keys WHERE id = ?"
        return self._state.look(lambda db: db.execute(select, (identity,)).fetchone())


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _key(row: Any) -> Key:
    _, identity, name, roles, indexes, groups, *times = row
    return Key(
        identity,
        name,
        from_json(roles, tuple[Role, ...]),
        from_json(indexes, tuple[str, ...] | None),  # type: ignore[arg-type]
        from_json(groups, tuple[str, ...]),
        *times,
    )
