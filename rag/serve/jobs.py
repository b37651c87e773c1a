"""What takes long and is not waited for: updates of an index, one at a time for each. How far one is, is kept in memory;
that it was asked for, in the state file, so that a server that ends in the middle goes on with it."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections import OrderedDict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from rag.codec import from_json, to_json
from rag.errors import StorageError
from rag.serve.opened import LOOK_EVERY_S
from rag.serve.problems import ProblemError, problem_logged
from rag.serve.protocol import Said
from rag.serve.state import State
from rag.serve.workers import Failed, Workers

SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY, served TEXT NOT NULL, key TEXT NOT NULL, root TEXT NOT NULL, names TEXT NOT NULL
);
"""
MOST = 100  # jobs that are remembered, those that still run apart
LOCKED_S = 600.0  # how long another process may write to the index
AGAIN_S = 2.0  # between two looks whether it is done
BUSY_S = 20.0  # how long a removal waits for an update that runs

Stage = Literal["waiting", "running", "done", "failed"]


@dataclass(slots=True)
class Job:
    """An update that was asked for by the key ``key``, because of the files ``names``. ``files`` of ``files_total`` are
    read; ``added``, ``changed``, ``failed`` and ``notes`` are of ``names`` alone."""

    index: str
    key: str
    root: str
    names: tuple[str, ...]
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    state: Stage = "waiting"
    files: int = 0
    files_total: int = 0
    seconds: float = 0.0
    seconds_left: float | None = None
    chunks_per_second: float = 0.0
    message: str = ""
    failed: Sequence[Mapping[str, str]] = ()
    notes: Sequence[Mapping[str, str]] = ()
    added: Sequence[str] = ()
    changed: Sequence[str] = ()

    def told(self, value: Mapping[str, Any]) -> None:
        """Take over what is said of it."""
        for name, one in value.items():
            setattr(self, name, one)


class Jobs:
    """Those of one server."""

    def __init__(self, workers: Workers, state: State) -> None:
        self._workers, self._state = workers, state
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._waiting: dict[str, list[Job]] = {}
        self._writing: dict[str, asyncio.Lock] = {}
        self._running: dict[str, asyncio.Task[None]] = {}

    def get(self, identity: str) -> Job | None:
        """A job of late."""
        return self._jobs.get(identity)

    async def add(self, job: Job) -> Job:
        """Have the index updated as soon as it is free; jobs that wait together are done together."""
        row = (job.id, job.index, job.key, job.root, to_json(job.names))
        with contextlib.suppress(
            StorageError
        ):  # it is done all the same, if nothing ends the server
            await self._state.arun(
                lambda db: db.execute("INSERT INTO jobs VALUES (?, ?, ?, ?, ?)", row)
            )
        return self._begin(job)

    def resume(self, indexes: Collection[str]) -> None:
        """Go on with what was asked for on these indexes before the server ended, oldest first."""
        select = "SELECT id, served, key, root, names FROM jobs ORDER BY rowid"
        for row in self._state.look(lambda db: db.execute(select).fetchall()):
            identity, index, key, root, names = row
            if index in indexes:
                self._begin(Job(index, key, root, from_json(names, tuple[str, ...]), id=identity))

    def _begin(self, job: Job) -> Job:
        self._jobs[job.id] = job
        self._forget()
        self._waiting.setdefault(job.index, []).append(job)
        if job.index not in self._running:
            self._running[job.index] = asyncio.create_task(self._run(job.index))
        return job

    @contextlib.asynccontextmanager
    async def alone(self, index: str) -> AsyncIterator[None]:
        """While the block lasts, no job of this server writes to the index.

        Raises:
            ProblemError: 409, one does, and goes on.
        """
        lock = self._lock(index)
        try:
            async with asyncio.timeout(BUSY_S):
                await lock.acquire()
        except TimeoutError:
            said = "The index is being updated. Try again when that is done."
            raise ProblemError(409, "Busy", said, {"Retry-After": "30"}) from None
        try:
            yield
        finally:
            lock.release()

    async def seen(self) -> None:
        """Wait until every worker looks whether an index was updated, before its next task."""
        await asyncio.sleep(LOOK_EVERY_S)

    async def close(self) -> None:
        """End what runs: what is done of it by then is kept for the next update."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    # -- inside -----------------------------------------------------------------------------

    async def _run(self, index: str) -> None:
        try:
            while self._waiting.get(index):
                async with self._lock(index):
                    together = self._waiting.pop(index)
                    await self._update(index, together)
        finally:
            del self._running[index]

    async def _update(self, index: str, together: Sequence[Job]) -> None:
        names = sorted({name for job in together for name in job.names})
        root = together[0].root
        ends = time.monotonic() + LOCKED_S
        for job in together:
            job.state = "running"

        def heard(said: Said) -> None:
            for job in together:
                own = _progress if said.kind == "progress" else _own
                job.told(own(said.value, job.names))

        try:
            while True:
                try:
                    await self._workers.once("update", index, heard, root=root, names=names)
                    break
                except Failed as error:
                    if error.kind != "IndexLocked" or time.monotonic() > ends:
                        raise
                    for job in together:
                        job.message = "another process is writing to this index; waiting for it"
                    await asyncio.sleep(AGAIN_S)
            await self.seen()
            await self._end(together, "done", "")
        except asyncio.CancelledError:
            for job in together:
                job.state = "waiting"  # until the server is there again
            raise
        except Exception as error:
            await self._end(together, "failed", problem_logged(error).detail)

    async def _end(self, together: Sequence[Job], state: Stage, message: str) -> None:
        for job in together:
            job.state, job.message, job.seconds_left = state, message, None
        ended = [(job.id,) for job in together]
        with contextlib.suppress(StorageError):
            await self._state.arun(
                lambda db: db.executemany("DELETE FROM jobs WHERE id = ?", ended)
            )

    def _lock(self, index: str) -> asyncio.Lock:
        return self._writing.setdefault(index, asyncio.Lock())

    def _forget(self) -> None:
        ended = [job.id for job in self._jobs.values() if job.state in ("done", "failed")]
        for identity in ended[: max(0, len(self._jobs) - MOST)]:
            del self._jobs[identity]


def _progress(value: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """How far an update is, and which of these files is looked at: what else is in the folder may not be theirs to know."""
    told = dict(value)
    reading, looked = told.pop("reading"), told.pop("looked")
    return {**told, "message": f"{reading}, page {looked}" if reading in names else ""}


def _own(outcome: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Of an outcome, what is about these files."""
    return {
        key: [one for one in value if (one if isinstance(one, str) else one["path"]) in names]
        for key, value in outcome.items()
    }
