"""Conversations that are kept: each belongs to a key, by its name, and is not there for any other; nor for a key of that
name that may not read all that it was had with."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any

from rag.answering.answer import Answer, Citation
from rag.answering.followup import Turn
from rag.codec import from_builtins, from_json, to_json
from rag.serve.access.caller import Caller
from rag.serve.state import Db, State, now
from rag.visible import literal, name

SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, key TEXT NOT NULL, name TEXT NOT NULL, served TEXT NOT NULL,
    created TEXT NOT NULL, updated TEXT NOT NULL, "groups" TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS conversations_key ON conversations (key, updated);
CREATE TABLE IF NOT EXISTS turns (
    id INTEGER PRIMARY KEY, conversation TEXT NOT NULL, answer_id TEXT NOT NULL, answer TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS turns_conversation ON turns (conversation, id);
CREATE INDEX IF NOT EXISTS turns_answer ON turns (answer_id);
"""
MOST = 1_000  # conversations that a key may keep
MOST_TURNS = 500  # turns of one
EARLIER = 20  # turns by which a question is understood
NAME = 80  # characters of the first question, by which a conversation goes until it is given a name

Groups = tuple[str, ...] | None
Shown = Mapping[str, Any]
"""An answer as :class:`rag.serve.shapes.ShownAnswer` has it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation without its turns. ``index`` is the name of the index that it is about; times are UTC. ``groups`` are all
    that its key was in when something was asked; None is who reads everything."""

    id: str
    name: str
    index: str
    created: str
    updated: str
    groups: Groups


class Conversations:
    """Those of one key.

    Raises:
        StorageError: from anything here, where the state cannot be used.
    """

    def __init__(self, state: State, caller: Caller) -> None:
        self.state = state
        self.key, self.groups = caller.name, caller.groups

    async def begin(self, index: str, name: str = "") -> Kept | None:
        """A new one; None where the key has as many as it may keep."""
        kept = Kept(uuid.uuid4().hex, name, index, now(), now(), self.groups)

        def work(db: Db) -> Kept | None:
            count = "SELECT count(*) FROM conversations WHERE key = ?"
            if db.execute(count, (self.key,)).fetchone()[0] >= MOST:
                return None
            db.execute(
                f"INSERT INTO conversations (key, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (self.key, *astuple(kept)[:-1], to_json(kept.groups)),
            )
            return kept

        return await self.state.arun(work)

    async def all(self) -> list[Kept]:
        """All of them, the latest first."""
        select = f"SELECT {_COLUMNS} FROM conversations WHERE key = ? ORDER BY updated DESC, id"
        rows = await self.state.arun(lambda db: db.execute(select, (self.key,)).fetchall())
        return [kept for kept in map(_kept, rows) if self._may_read(kept)]

    async def get(self, identity: str) -> Kept | None:
        """One of them; None where this key has no such one."""
        return await self.state.arun(lambda db: self._get(db, identity))

    async def turns(self, identity: str) -> list[Shown]:
        """The answers of one, oldest first."""
        return await self.state.arun(
            lambda db: [
                from_json(row[0], dict[str, Any])
                for row in db.execute(
                    "SELECT answer FROM turns WHERE conversation = ? ORDER BY id", (identity,)
                )
            ]
        )

    async def rename(self, identity: str, name: str) -> Kept | None:
        """It goes by another name; None where this key has no such one."""

        def work(db: Db) -> Kept | None:
            if self._get(db, identity) is None:
                return None
            db.execute("UPDATE conversations SET name = ? WHERE id = ?", (name, identity))
            return self._get(db, identity)

        return await self.state.arun(work)

    async def add(self, identity: str, answer: Shown) -> None:
        """Keep one more turn; nothing, where the conversation was deleted meanwhile."""

        def work(db: Db) -> None:
            kept = self._get(db, identity)
            if kept is None:
                return
            # First, so that who deletes it waits until the turn is there, and deletes that, too.
            found = db.execute(
                'UPDATE conversations SET updated = ?, name = ?, "groups" = ? WHERE id = ?',
                (now(), kept.name or _short(answer["question"]), to_json(self.groups), identity),
            )
            if found.rowcount:
                db.execute(
                    "INSERT INTO turns (conversation, answer_id, answer) VALUES (?, ?, ?)",
                    (identity, answer["id"], to_json(answer)),
                )

        await self.state.arun(work)

    async def delete(self, identity: str) -> bool:
        """It is gone, as :meth:`rag.serve.state.State.erase` says; False where this key has no such one."""

        def work(db: Db) -> bool:
            if self._get(db, identity) is None:
                return False
            db.execute("DELETE FROM conversations WHERE id = ?", (identity,))
            db.execute("DELETE FROM turns WHERE conversation = ?", (identity,))
            return True

        return await self.state.aerase(work)

    async def answer(self, answer_id: str) -> Shown | None:
        """The answer of this id, if it stands in a conversation of this key."""

        def work(db: Db) -> Shown | None:
            select = "SELECT conversation, answer FROM turns WHERE answer_id = ?"
            row = db.execute(select, (answer_id,)).fetchone()
            mine = row is not None and self._get(db, row[0]) is not None
            return from_json(row[1], dict[str, Any]) if mine else None

        return await self.state.arun(work)

    def _get(self, db: Db, identity: str) -> Kept | None:
        row = db.execute(
            f"SELECT {_COLUMNS} FROM conversations WHERE id = ? AND key = ?", (identity, self.key)
        ).fetchone()
        kept = _kept(row) if row else None
        return kept if kept and self._may_read(kept) else None

    def _may_read(self, kept: Kept) -> bool:
        """Whether what could be read when it was had can be read now: a key may have been made anew with fewer groups."""
        if self.groups is None or kept.groups is None:
            return self.groups is None
        return set(kept.groups) <= set(self.groups)


_COLUMNS = 'id, name, served, created, updated, "groups"'


def _kept(row: tuple[Any, ...]) -> Kept:
    values = dict(zip(("id", "name", "index", "created", "updated"), row, strict=False))
    groups: Groups = from_json(row[5], tuple[str, ...] | None)  # type: ignore[arg-type]
    return Kept(**values, groups=groups)


def _short(question: str) -> str:
    line = " ".join(question.split())
    return line if len(line) <= NAME else f"{line[: NAME - 1]}…"


def earlier(answers: list[Shown]) -> list[Turn]:
    """The latest turns, by which a question is understood."""
    return [Turn(one["question"], one["standalone"], one["text"]) for one in answers[-EARLIER:]]


def to_markdown(kept: Kept, answers: list[Shown]) -> str:
    """A conversation for people: each question, and its answer with the places and quotes. No link or picture of
    a document's is live in it."""
    parts = [f"# {literal(name(kept.name or 'Conversation'))}\n"]
    for one in answers:
        parts.append(f"## {literal(name(one['question']))}\n\n{_answer(one).to_markdown()}")
    return "\n".join(parts)


def _answer(shown: Shown) -> Answer:
    """What is written of an answer."""
    citations = tuple(
        from_builtins({**one, "document_id": one["document"]}, Citation)
        for one in shown["citations"]
    )
    return Answer(
        question=shown["standalone"],
        text=shown["text"],
        citations=citations,
        confidence=shown["confidence"],
        abstained=shown["abstained"],
        verdict=shown["verdict"],
        lead=shown["lead"],
    )
