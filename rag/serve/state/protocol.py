"""What a room of the server needs of a state. Each room that keeps something names its tables in a schema of
"CREATE TABLE IF NOT EXISTS", and says what it wants in SQL that SQLite and PostgreSQL both know."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar, Protocol, TypeVar

from rag.errors import StorageError

T = TypeVar("T")


def now() -> str:
    """The time as a state keeps it: UTC, to the microsecond, so that it sorts."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


class Rows(Protocol):
    """What a statement gave: tuples."""

    @property
    def rowcount(self) -> int:
        """How many rows it changed."""

    def fetchone(self) -> Any:
        """The next row; None where there is none."""

    def fetchall(self) -> list[Any]:
        """All that are left."""

    def __iter__(self) -> Iterator[Any]:
        """One after the other."""


class Db(Protocol):
    """A connection, in a transaction. Values stand for "?"."""

    def execute(self, sql: str, values: Sequence[Any] = ..., /) -> Rows:
        """Do what one statement says."""

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> Any:
        """Do it for each of these rows of values."""


class State(ABC):
    """One server's, or that of all its replicas.

    ``shared``: other processes serve from it, too, so what they must agree on may not be held in memory. ``name`` is where
    it is, as a person may see it.
    """

    shared: ClassVar[bool]
    name: str

    @abstractmethod
    def run(self, work: Callable[[Db], T], *, alone: str = "") -> T:
        """``work`` in one transaction. While it runs no other that is ``alone`` by the same name does, whoever's.

        Raises:
            StorageError: nothing can be kept: the disk is full, the file damaged, the database away.
        """

    @abstractmethod
    def look(self, work: Callable[[Db], T]) -> T:
        """``work`` that only reads, and little. It waits for no writer.

        Raises:
            StorageError: as :meth:`run`.
        """

    @abstractmethod
    def erase(self, work: Callable[[Db], T]) -> T:
        """As :meth:`run`, for ``work`` that deletes: no byte of a file has what it deleted when this returns, unless
        another process is reading it. A database server frees the bytes when it next tidies up.

        Raises:
            StorageError: as :meth:`run`.
        """

    @abstractmethod
    def compact(self) -> None:
        """Have the bytes of all that was deleted freed now, by a database server too.

        Raises:
            StorageError: as :meth:`run`.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of it."""

    async def arun(self, work: Callable[[Db], T], *, alone: str = "") -> T:
        """As :meth:`run`, beside the event loop."""
        return await asyncio.to_thread(self.run, work, alone=alone)

    async def aerase(self, work: Callable[[Db], T]) -> T:
        """As :meth:`erase`, beside the event loop."""
        return await asyncio.to_thread(self.erase, work)

    async def beside(self, work: Callable[[], T]) -> T:
        """``work`` that looks: in a thread where that is a walk to another machine, else here and now."""
        return await asyncio.to_thread(work) if self.shared else work()

    async def there(self) -> bool:
        """Whether it can be used."""
        try:
            return bool(
                await self.beside(lambda: self.look(lambda db: db.execute("SELECT 1").fetchone()))
            )
        except StorageError:
            return False

    @asynccontextmanager
    async def held(self, name: str) -> AsyncIterator[bool]:
        """Whether it is this process that holds ``name`` while the block lasts; no other process does then. What a
        process held is free when it has ended, however it did.

        Raises:
            StorageError: as :meth:`run`.
        """
        taking = asyncio.ensure_future(asyncio.to_thread(self._take, name))
        try:
            release = await asyncio.shield(taking)
        except asyncio.CancelledError:
            taking.add_done_callback(_released)
            raise
        try:
            yield release is not None
        finally:
            if release is not None:
                release()

    @abstractmethod
    def _take(self, name: str) -> Callable[[], None] | None:
        """Take a name, if no other process has it: what lets go of it again, without waiting."""


def _released(taking: asyncio.Future[Callable[[], None] | None]) -> None:
    if not taking.cancelled() and taking.exception() is None and (release := taking.result()):
        release()
