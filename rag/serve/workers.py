"""The processes that answer: a few, each with the models loaded once, and a bounded queue before them.

The front process only waits. A worker that dies, or takes too long, is replaced; a task of which nothing was
told yet is given to another one, once. Who goes away in the middle of a task leaves its worker to finish it, unheard.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from typing import Any

import structlog

from rag.serve.current import current
from rag.serve.protocol import Said, Start, Task, said_of, to_line

LINE_LIMIT = 256 * 1024 * 1024  # bytes of an event: a picture of a page is the largest
RECENT = 0.9  # weight of earlier tasks in the mean time of one
_log = structlog.get_logger("rag.serve.workers")


class Busy(Exception):
    """Too many wait already, or one waited too long; ``after`` says in how many seconds to come back."""

    def __init__(self, after: float) -> None:
        super().__init__(after)
        self.after = after


class TookTooLong(Exception):
    """A task ran into its limit of time; its worker was replaced."""


class WorkerLost(Exception):
    """A worker died in the middle of a task."""


class Failed(Exception):
    """An operation raised an error of :mod:`rag.errors`, of the class ``kind``; its text is for people."""

    def __init__(self, kind: str, said: str) -> None:
        super().__init__(said)
        self.kind = kind


class Workers:
    """``count`` worker processes, and those who wait for one: at most ``queue`` for each.

    ``busy`` and ``waiting`` are how many tasks run and wait now, ``seconds`` is the mean time of one of late,
    ``replaced`` counts processes that died or took too long.
    """

    def __init__(
        self,
        start: Start,
        count: int,
        *,
        queue: int,
        time_limit_s: float,
        wait_limit_s: float,
    ) -> None:
        self.start_with = start
        self.count = count
        self.queue = queue
        self.time_limit_s = time_limit_s
        self.wait_limit_s = wait_limit_s
        self.waiting = 0
        self.busy = 0
        self.replaced = 0
        self.seconds = 0.2
        self.ready = asyncio.Event()
        self.all_ready = asyncio.Event()
        self._idle: asyncio.Queue[_Process] = asyncio.Queue()
        self._processes: set[_Process] = set()
        self._background: set[asyncio.Task[Any]] = set()
        self._closing = False

    async def open(self) -> None:
        """Start them all, and wait for the first that is ready.

        Raises:
            Failed: an index cannot be opened, or a model not loaded.
        """
        starting = [asyncio.create_task(self._add()) for _ in range(self.count)]
        self._background.update(starting)
        done, _ = await asyncio.wait(starting, return_when=asyncio.FIRST_COMPLETED)
        for one in done:
            one.result()
        everyone = asyncio.gather(*starting, return_exceptions=True)
        everyone.add_done_callback(self._started)

    async def close(self, *, grace_s: float = 30.0) -> None:
        """Let running tasks end, for at most ``grace_s`` seconds, then end the processes."""
        self._closing = True
        ends = time.monotonic() + grace_s
        while self.busy + self.waiting and time.monotonic() < ends:
            await asyncio.sleep(0.02)
        for task in self._background:
            task.cancel()
        await asyncio.gather(*(process.end() for process in self._processes))
        self._processes.clear()

    async def call(self, operation: str, **arguments: Any) -> Any:
        """The value of the only, or last, event of an operation. Raises as :meth:`stream`."""
        value = None
        async with contextlib.aclosing(self.stream(operation, **arguments)) as events:
            async for event in events:
                value = event.value
        return value

    async def stream(self, operation: str, **arguments: Any) -> AsyncGenerator[Said, None]:
        """The events of an operation, as they come.

        Raises:
            Busy: too many wait for it to be taken up within ``wait_limit_s``, or it was not.
            TookTooLong, WorkerLost, Failed: as they say.
        """
        request = current()
        task = Task(operation, arguments, request.id)
        for again in (True, False):
            came = time.monotonic()
            try:
                process = await self._take()
            finally:
                request.waited += time.monotonic() - came
            told = False
            events = self._run(process, task)
            try:
                async for said in events:
                    told = True
                    yield said
                return
            except WorkerLost:
                if told or not again:
                    raise
            finally:
                await events.aclose()

    async def once(
        self, operation: str, index: str, heard: Callable[[Said], None], **arguments: Any
    ) -> None:
        """Run an operation on an index, however long it takes, in a process of its own, which yields to the others: what
        writes does. ``heard`` is told its events.

        Raises:
            WorkerLost, Failed: as they say.
        """
        alone = {index: self.start_with.indexes[index]}
        start = replace(self.start_with, indexes=alone, warm=False)
        process = await _Process.start(start, nice=10)
        self._processes.add(process)
        try:
            await process.said()  # that it is ready
            process.send(Task(operation, {"index": index, **arguments}, current().id))
            while not (said := await process.said()).done:
                heard(said)
        finally:
            self._processes.discard(process)
            await process.end()

    @property
    def wait_s(self) -> float:
        """About how long a task that comes now will wait."""
        return (self.waiting + 1) * self.seconds / self.count

    # -- inside -----------------------------------------------------------------------------

    def _started(self, everyone: asyncio.Future[list[BaseException | None]]) -> None:
        self.all_ready.set()
        for failed in everyone.result():
            if isinstance(failed, Exception):  # there was no memory for it, say, and may be later
                self._later(self._add_again())

    async def _add(self) -> None:
        process = await _Process.start(self.start_with)
        self._processes.add(process)
        try:
            await process.said()  # that it is ready
        except BaseException:
            self._processes.discard(process)
            await process.end()
            raise
        self._idle.put_nowait(process)
        self.ready.set()

    async def _take(self) -> _Process:
        hopeless = self._idle.empty() and self.wait_s > self.wait_limit_s
        if self._closing or hopeless or self.waiting >= self.queue * self.count:
            raise Busy(max(1.0, self.wait_s))
        self.waiting += 1
        try:
            async with asyncio.timeout(self.wait_limit_s):
                return await self._idle.get()
        except TimeoutError:
            raise Busy(max(1.0, self.wait_s)) from None
        finally:
            self.waiting -= 1

    async def _run(self, process: _Process, task: Task) -> Any:
        """The events of a task by one process, which is free again, or replaced, in the end."""
        self.busy += 1
        begun, ended = time.monotonic(), False
        try:
            process.send(task)
            async with asyncio.timeout(self.time_limit_s):
                while not (said := await process.said()).done:
                    yield said
            ended = True
        except Failed:
            ended = True
            raise
        except WorkerLost:
            self._replace(process)
            process = None  # type: ignore[assignment]
            raise
        except TimeoutError:
            self._replace(process)
            process = None  # type: ignore[assignment]
            raise TookTooLong from None
        finally:
            self.busy -= 1
            if ended:
                self.seconds = RECENT * self.seconds + (1 - RECENT) * (time.monotonic() - begun)
                self._idle.put_nowait(process)
            elif process is not None:  # who asked has gone
                self._later(self._finish(process))

    async def _finish(self, process: _Process) -> None:
        try:
            async with asyncio.timeout(self.time_limit_s):
                while not (await process.said()).done:
                    pass
        except Failed:
            pass
        except (WorkerLost, TimeoutError):
            self._replace(process)
            return
        self._idle.put_nowait(process)

    def _replace(self, process: _Process) -> None:
        self.replaced += 1
        _log.warning("a worker is replaced", exit_status=process.process.returncode)
        self._processes.discard(process)
        self._later(process.end())
        if not self._closing:
            self._later(self._add_again())

    async def _add_again(self) -> None:
        wait = 0.1
        while not self._closing:
            try:
                return await self._add()
            except (Failed, WorkerLost, OSError):  # as long as the index is away, or memory short
                await asyncio.sleep(wait)
                wait = min(10.0, 2 * wait)

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


class _Process:
    """One worker process, and its two pipes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def start(cls, start: Start, *, nice: int = 0) -> _Process:
        """Start one, and send it what to open."""
        environment = {
            **os.environ,
            # It answers one question at a time; what runs beside it are the other workers.
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "RAYON_NUM_THREADS": "1",
            "TOKENIZERS_PARALLELISM": "false",
            "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path),
            "PYTHONSAFEPATH": "1",
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "rag.serve.worker", str(nice)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=environment,
            limit=LINE_LIMIT,
            start_new_session=True,  # Ctrl-C is for the front, which lets them finish
        )
        one = cls(process)
        one.send(start)
        return one

    def send(self, message: Start | Task) -> None:
        """Send it one; what it is too dead to hear, :meth:`said` finds out."""
        assert self.process.stdin
        with contextlib.suppress(OSError, RuntimeError):
            self.process.stdin.write(to_line(message))

    async def said(self) -> Said:
        """Its next event, or the end of its task.

        Raises:
            WorkerLost: it died.
            Failed: it ended in an error.
        """
        assert self.process.stdout
        line = await self.process.stdout.readline()
        if not line.endswith(b"\n"):
            raise WorkerLost
        said = said_of(line)
        if said.failed:
            raise Failed(said.failed, str(said.value))
        return said

    async def end(self) -> None:
        """End it, and wait until it has ended."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
