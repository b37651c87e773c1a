"""What takes long and is not waited for: updates of an index, one at a time for each. Kept in memory."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from rag.serve.opened import LOOK_EVERY_S
from rag.serve.problems import ProblemError, problem_logged
from rag.serve.protocol import Said
from rag.serve.workers import Failed, Workers

MOST = 100  # jobs that are remembered, those that still run apart
LOCKED_S = 600.0  # how long another process may write to the index
AGAIN_S = 2.0  # between two looks whether it is done
BUSY_S = 20.0  # how long a removal waits for an update that runs

State = Literal["waiting", "running", "done", "failed"]


@dataclass(slots=True)
class Job:
    """An update that was asked for by the key ``key``, because of the files ``names``. ``files`` of ``files_total`` are
    read; ``added``, ``changed``, ``failed`` and ``notes`` are of ``names`` alone."""

    index: str
    key: str
    root: str
    names: tuple[str, ...]
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    state: State = "waiting"
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

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._waiting: dict[str, list[Job]] = {}
        self._writing: dict[str, asyncio.Lock] = {}
        self._running: dict[str, asyncio.Task[None]] = {}

    def get(self, identity: str) -> Job | None:
        """A job of late."""
        return self._jobs.get(identity)

    def add(self, job: Job) -> Job:
        """Have the index updated as soon as it is free; jobs that wait together are done together."""
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
            _end(together, "done", "")
        except asyncio.CancelledError:
            _end(
                together,
                "failed",
                "The server was stopped; what was read is kept for the next update.",
            )
            raise
        except Exception as error:
            _end(together, "failed", problem_logged(error).detail)

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


def _end(together: Sequence[Job], state: State, message: str) -> None:
    for job in together:
        job.state, job.message, job.seconds_left = state, message, None
