"""What takes long and is not waited for: updates of an index, one at a time for each. How far one is, is kept in memory;
that it was asked for, in the state, so that a server that ends in the middle goes on with it. Replicas that share a
state tell each other there, too, how far one is, and take up what one that ended has left."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
import uuid
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from rag.codec import from_json, to_json
from rag.errors import StorageError
from rag.serve.opened import LOOK_EVERY_S
from rag.serve.problems import ProblemError, problem_logged
from rag.serve.protocol import Said
from rag.serve.state import Db, State
from rag.serve.workers import Failed, Workers

SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY, served TEXT NOT NULL, key TEXT NOT NULL, root TEXT NOT NULL, names TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS job_progress (id TEXT PRIMARY KEY, time REAL NOT NULL, job TEXT NOT NULL);
"""
MOST = 100  # jobs that are remembered, those that still run apart
LOCKED_S = 600.0  # how long another process may write to the index
AGAIN_S = 2.0  # between two looks whether it is done
TELL_EVERY_S = 1.0  # how often replicas are told how far a job is
TELLS_S = 24 * 3600.0  # how long they know of one that has ended
LEFT_S = 5.0  # between two looks whether a replica that ended has left something
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
    """Those of one server, or of all its replicas."""

    def __init__(self, workers: Workers, state: State) -> None:
        self._workers, self._state = workers, state
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._unkept: set[str] = set()  # which the state could not take
        self._added: Counter[str] = Counter()  # how many to an index
        self._writing: dict[str, asyncio.Lock] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._told = 0.0  # when others were told of progress
        self._telling: set[asyncio.Task[None]] = set()
        self._watching: asyncio.Task[None] | None = None

    async def get(self, identity: str) -> Job | None:
        """A job of late, whichever replica has it."""
        known = self._jobs.get(identity)
        if known is None or self._state.shared:
            return await self._state.arun(lambda db: _kept_job(db, identity))
        return known

    async def add(self, job: Job) -> Job:
        """Have the index updated as soon as it is free; jobs that wait together are done together."""
        row = (job.id, job.index, job.key, job.root, to_json(job.names))
        insert = "INSERT INTO jobs VALUES (?, ?, ?, ?, ?)"
        try:
            await self._state.arun(lambda db: db.execute(insert, row))
        except StorageError:  # it is done all the same, if nothing ends the server
            self._unkept.add(job.id)
        self._jobs[job.id] = job
        self._added[job.index] += 1
        self._forget()
        self._begin(job.index)
        return job

    def resume(self, indexes: Collection[str]) -> None:
        """Go on with what was asked for on these indexes before the server ended; from then on, as long as it runs, also
        with what a replica leaves undone that ends."""
        self._take_up(self._state.look(_left), indexes)
        if self._state.shared:
            self._watching = asyncio.create_task(self._watch(indexes))

    @contextlib.asynccontextmanager
    async def alone(self, index: str) -> AsyncIterator[None]:
        """While the block lasts, no job writes to the index.

        Raises:
            ProblemError: 409, one does, and goes on.
        """
        async with contextlib.AsyncExitStack() as stack:
            try:
                async with asyncio.timeout(BUSY_S):
                    await stack.enter_async_context(self._lock(index))
                    while not await stack.enter_async_context(self._state.held(_name(index))):
                        await asyncio.sleep(AGAIN_S)
            except TimeoutError:
                said = "The index is being updated. Try again when that is done."
                raise ProblemError(409, "Busy", said, {"Retry-After": "30"}) from None
            yield

    async def seen(self) -> None:
        """Wait until every worker looks whether an index was updated, before its next task."""
        await asyncio.sleep(LOOK_EVERY_S)

    async def close(self) -> None:
        """End what runs: what is done of it by then is kept for the next update."""
        watching = [self._watching] if self._watching else []
        running = [*watching, *self._running.values(), *self._telling]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    # -- inside -----------------------------------------------------------------------------

    def _begin(self, index: str) -> None:
        if index not in self._running:
            self._running[index] = asyncio.create_task(self._run(index))

    def _take_up(self, left: Sequence[tuple[str, str]], indexes: Collection[str]) -> None:
        for index, root in left:
            # What serves an agent on another machine has the state, too, but not the folder.
            if index in indexes and (not self._state.shared or os.path.isdir(root)):
                self._begin(index)

    async def _watch(self, indexes: Collection[str]) -> None:
        while True:
            await asyncio.sleep(LEFT_S)
            with contextlib.suppress(StorageError):
                self._take_up(await self._state.arun(_left), indexes)

    async def _run(self, index: str) -> None:
        """Do what there is to do, as soon as nobody else is at it."""
        try:
            while True:
                added = self._added[index]
                async with self._lock(index), self._state.held(_name(index)) as ours:
                    together = await self._together(index)
                    if together and ours:
                        await self._update(index, together)
                        continue
                if together:  # another replica is at them
                    await asyncio.sleep(AGAIN_S)
                elif self._added[index] == added:
                    return
        finally:
            del self._running[index]

    async def _together(self, index: str) -> list[Job]:
        """The jobs of an index that are to be done: those in the state, and those that it could not take."""
        select = f"SELECT {_COLUMNS} FROM jobs WHERE served = ?"
        known = [job for job in self._jobs.values() if job.index == index]
        rows: list[Any] = []
        with contextlib.suppress(StorageError):
            rows = await self._state.arun(lambda db: db.execute(select, (index,)).fetchall())
        wanted = {row[0] for row in rows} | self._unkept
        for job in known:
            if job.state == "waiting" and job.id not in wanted:  # another replica has done it
                del self._jobs[job.id]
        for row in rows:
            self._jobs.setdefault(row[0], _job(row))
        return [
            job
            for job in self._jobs.values()
            if job.id in wanted and job.index == index and job.state not in ("done", "failed")
        ]

    async def _update(self, index: str, together: Sequence[Job]) -> None:
        names = sorted({name for job in together for name in job.names})
        root = together[0].root
        ends = time.monotonic() + LOCKED_S
        for job in together:
            job.state = "running"
        self._tell(together)

        def heard(said: Said) -> None:
            for job in together:
                own = _progress if said.kind == "progress" else _own
                job.told(own(said.value, job.names))
            if time.monotonic() > self._told + TELL_EVERY_S:
                self._tell(together)

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

    def _tell(self, together: Sequence[Job]) -> None:
        """Have other replicas know how far these are."""
        self._told = time.monotonic()
        if not self._state.shared:
            return
        rows = _progress_rows(together)
        telling = asyncio.create_task(self._keep(lambda db: _keep_progress(db, rows)))
        self._telling.add(telling)
        telling.add_done_callback(self._telling.discard)

    async def _end(self, together: Sequence[Job], state: Stage, message: str) -> None:
        for job in together:
            job.state, job.message, job.seconds_left = state, message, None
            self._unkept.discard(job.id)
        await asyncio.gather(*self._telling, return_exceptions=True)
        rows = _progress_rows(together)

        def work(db: Db) -> None:
            db.executemany("DELETE FROM jobs WHERE id = ?", [row[:1] for row in rows])
            if self._state.shared:
                _keep_progress(db, rows)

        await self._keep(work)

    async def _keep(self, work: Callable[[Db], None]) -> None:
        with contextlib.suppress(StorageError):
            await self._state.arun(work)

    def _lock(self, index: str) -> asyncio.Lock:
        return self._writing.setdefault(index, asyncio.Lock())

    def _forget(self) -> None:
        ended = [job.id for job in self._jobs.values() if job.state in ("done", "failed")]
        for identity in ended[: max(0, len(self._jobs) - MOST)]:
            del self._jobs[identity]


_COLUMNS = "id, served, key, root, names"


def _name(index: str) -> str:
    """By which a replica holds that it writes to an index."""
    return f"jobs of {index}"


def _left(db: Db) -> list[tuple[str, str]]:
    """The indexes for which there is something to do, with their folders."""
    return list(db.execute("SELECT DISTINCT served, root FROM jobs").fetchall())


def _job(row: Sequence[Any]) -> Job:
    identity, index, key, root, names = row
    return Job(index, key, root, from_json(names, tuple[str, ...]), id=identity)


def _kept_job(db: Db, identity: str) -> Job | None:
    """A job as the state knows it: how far it is, or that it waits."""
    told = db.execute("SELECT job FROM job_progress WHERE id = ?", (identity,)).fetchone()
    if told is not None:
        return from_json(told[0], Job)
    row = db.execute(f"SELECT {_COLUMNS} FROM jobs WHERE id = ?", (identity,)).fetchone()
    return None if row is None else _job(row)


def _progress_rows(together: Sequence[Job]) -> list[tuple[str, float, str]]:
    return [(job.id, time.time(), to_json(job)) for job in together]


def _keep_progress(db: Db, rows: Sequence[tuple[str, float, str]]) -> None:
    db.executemany(
        "INSERT INTO job_progress VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
        "time = excluded.time, job = excluded.job",
        rows,
    )
    db.execute("DELETE FROM job_progress WHERE time < ?", (time.time() - TELLS_S,))


def _progress(value: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """How far an update is, and which of these files is looked at: what else is in the folder may not be theirs to know."""
    told = dict(value)
    reading, looked = told.pop("reading"), told.pop("looked")
    phase = "" if told.pop("phase", "reading") == "reading" else str(value["phase"])
    return {**told, "message": f"{reading}, page {looked}" if reading in names else phase}


def _own(outcome: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Of an outcome, what is about these files."""
    return {
        key: [one for one in value if (one if isinstance(one, str) else one["path"]) in names]
        for key, value in outcome.items()
    }
