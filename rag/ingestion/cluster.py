"""Indexing on a cluster of Ray's: what costs time, parsing and embedding, is done by its workers; what they make comes
back here, to the one writer of the index.

There is a worker (:class:`rag.ingestion.cluster_worker.ClusterWorker`) for each core. A worker that is lost takes with it
only what had not come back: that is given to another, and a new one is asked for in its place. All that is known of who
does what is here, in one thread.
"""

from __future__ import annotations

import io
import logging
import os
import shutil
import signal
import socket
import tempfile
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag import __version__
from rag.codec import to_json
from rag.documents.addresses import is_address
from rag.documents.files import Found
from rag.documents.text import one_line
from rag.embedding.embedder import Embedder
from rag.errors import ClusterError, ExtraMissing, ModelError, RagError
from rag.ingestion.cluster_worker import AT_ONCE, ENCODE, PARSE, ClusterWorker
from rag.ingestion.crew import Crew, LocalCrew
from rag.ingestion.fetching import as_listed
from rag.ingestion.pool import News
from rag.ingestion.protocol import Job, Parsed, Refused, result_of
from rag.settings import Settings

LOCAL = "local"
"""What stands for a cluster of this machine alone, for as long as a run lasts."""

BEGIN = "begin"
QUEUED = 1  # calls that wait at a worker besides those that it works on
MOST_LOST = 3  # workers that may be lost over one file, or before any has begun
PATIENCE_S = 300.0  # until the first worker begins, or another in place of the last
OBJECTS = 256_000_000  # bytes of memory that results may lie in, on a cluster of this machine

PARSED_AHEAD = 1_000_000  # bytes a worker, of files that are parsed and wait to be embedded
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing is sent to anybody
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_DISABLE_IMPORT_WARNING": "1",
    "RAY_enable_metrics_collection": "0",
}


@dataclass(eq=False, slots=True)
class _Call:
    """Something to be done by a worker, once: ``lost`` counts the workers that did not come to its end."""

    method: str
    arguments: tuple[Any, ...]
    about: Found | None = None
    lost: int = 0
    answer: Any = None
    ended: bool = False


@dataclass(eq=False, slots=True)
class _Worker:
    actor: Any
    ready: bool = False
    busy: dict[str, int] = field(default_factory=lambda: dict.fromkeys(AT_ONCE, 0))

    def free(self, method: str) -> int:
        """How many calls more it takes."""
        return AT_ONCE[method] + QUEUED - self.busy[method] if self.ready else 0


class _Vectors:
    """What becomes of a call; whoever waits for it goes on with the work of the cluster."""

    def __init__(self, crew: ClusterCrew, call: _Call, shape: tuple[int, int]) -> None:
        self._crew, self._call, self._shape = crew, call, shape

    def done(self) -> bool:
        """Whether it has come."""
        self._crew.go_on(wait=False)
        return self._call.ended

    def result(self) -> NDArray[np.float32]:
        """The vectors, waited for."""
        while not self._call.ended:
            self._crew.go_on(wait=True)
        return np.frombuffer(self._call.answer, np.float32).reshape(self._shape)


class ClusterCrew:
    """The workers of a cluster. They are asked for when there is something to be done."""

    near = False

    def __init__(self, address: str, settings: Settings, embedder: Embedder) -> None:
        self.address = address
        self.settings = settings
        self.embedder = embedder
        self._model = getattr(embedder, "name", "")  # and not as the index names it
        self._joined = ExitStack()
        self._ray: Any = None
        self._job = ""
        self._workers: list[_Worker] = []
        self._calls: dict[Any, tuple[_Worker, _Call]] = {}  # in flight, by what Ray calls them
        self._todo: dict[str, deque[_Call]] = {method: deque() for method in AT_ONCE}
        self._files: Iterator[Found] | None = None
        self._unparsed = 0  # files that were taken up and have not been told of
        self._parsed: deque[_Call] = deque()
        self._ahead = 0  # bytes of these
        self._lost = 0  # workers, since one has last begun
        self._since = time.monotonic()  # then

    @property
    def ahead(self) -> int:
        """Batches of texts that keep all workers busy."""
        return max(1, len(self._workers)) * (AT_ONCE[ENCODE] + QUEUED)

    def parse(self, files: Iterable[Found], job: Job, count: int) -> Generator[News, None, None]:
        """What becomes of these files, as it comes back.

        Raises:
            ClusterError: the cluster cannot be reached, or is lost.
        """
        if not count:
            return
        self._ray = self._joined.enter_context(_joined(self.address))
        self._job, self._since = to_json(job), time.monotonic()
        for _ in range(min(count, self.settings.workers or self._cores())):
            self._hire()
        self._files, self._unparsed = iter(files), 0
        while self._files or self._unparsed:
            self.go_on(wait=not self._parsed)
            while self._parsed:
                call = self._parsed.popleft()
                self._ahead -= len(call.answer or b"")
                self._unparsed -= 1
                assert call.about
                yield call.about, as_listed(call.about, self._result(call))

    def encode(self, texts: list[str]) -> _Vectors:
        """Have passages embedded by one of the workers."""
        call = _Call(ENCODE, (texts,))
        self._todo[ENCODE].append(call)
        self.go_on(wait=False)
        return _Vectors(self, call, (len(texts), self.embedder.dimension))

    def go_on(self, *, wait: bool) -> None:
        """Give out what is to be done, and take what has come back; ``wait`` until something has.

        Raises:
            ClusterError: there are no workers, or none that can be used.
        """
        self._give_out()
        if not self._calls:
            return
        ready, _ = self._ray.wait(
            list(self._calls),
            num_returns=1,
            timeout=1.0 if wait else 0,
            fetch_local=True,
        )
        idle = wait and not ready and not any(worker.ready for worker in self._workers)
        if idle and time.monotonic() - self._since > PATIENCE_S:
            raise ClusterError(
                f"No worker of the cluster has begun within {PATIENCE_S:.0f} s: it has no free core. "
                "See what it runs (ray status), or ask for fewer with --workers."
            )
        for reference in ready:
            self._take(reference)
        if ready:
            self._give_out()

    def close(self) -> None:
        """Let all workers go, and leave the cluster."""
        for worker in self._workers:
            with suppress(Exception):
                self._ray.kill(worker.actor)
        self._workers.clear()
        self._calls.clear()
        self._joined.close()

    def _cores(self) -> int:
        return max(1, int(self._ray.cluster_resources().get("CPU", 1)))

    def _hire(self) -> None:
        """Ask for a worker: it begins as soon as a core is free, on whichever machine."""
        remote = self._ray.remote(
            num_cpus=1,
            max_restarts=0,
            concurrency_groups=AT_ONCE,
            scheduling_strategy="SPREAD",
        )
        actor = remote(ClusterWorker).remote(self._job, self._model, self.settings.precision)
        worker = _Worker(actor)
        self._workers.append(worker)
        self._calls[actor.begin.remote()] = worker, _Call(BEGIN, ())

    def _give_out(self) -> None:
        """Calls to workers that are free, the least busy first."""
        for method, todo in self._todo.items():
            free = [worker for worker in self._workers if worker.free(method)]
            while free and (todo or (method == PARSE and self._one_more())):
                worker = max(free, key=lambda one: one.free(method))
                call = todo.popleft()
                asked = getattr(worker.actor, method).options(concurrency_group=method)
                self._calls[asked.remote(*call.arguments)] = worker, call
                worker.busy[method] += 1
                if not worker.free(method):
                    free.remove(worker)

    def _one_more(self) -> bool:
        """Take up the next file, if there is one, and what is parsed does not wait in ever greater amount: embedding
        takes longer."""
        if self._ahead >= PARSED_AHEAD * len(self._workers):
            return False
        file = next(self._files, None) if self._files else None
        if file is None:
            self._files = None
            return False
        # A worker has a working folder of its own.
        path = file.path if is_address(file.path) else os.path.abspath(file.path)
        arguments = os.fsencode(path), file.name, file.size
        self._todo[PARSE].append(_Call(PARSE, arguments, file))
        self._unparsed += 1
        return True

    def _take(self, reference: Any) -> None:
        """What has come back of a call."""
        from ray.exceptions import ObjectLostError, RayActorError, RayError, RayTaskError

        worker, call = self._calls.pop(reference)
        if call.method != BEGIN:
            worker.busy[call.method] -= 1
        try:
            answer = self._ray.get(reference)
        except (RayActorError, ObjectLostError) as error:
            self._lose(worker, call, error)
            return
        except RayTaskError as error:
            cause = error.cause
            raise (
                cause if isinstance(cause, RagError) else ClusterError(_last_line(error))
            ) from error
        except RayError as error:
            raise ClusterError(f"The cluster is lost: {_last_line(error)}") from error
        if call.method == BEGIN:
            self._check(*answer)
            worker.ready, self._lost = True, 0
            return
        call.answer, call.ended = answer, True
        if call.method == PARSE:
            self._parsed.append(call)
            self._ahead += len(answer)

    def _lose(self, worker: _Worker, call: _Call, error: Exception) -> None:
        """A worker does not answer: what it had to do is for others."""
        call.lost += 1
        if call.method != BEGIN:
            if call.lost < MOST_LOST:
                self._todo[call.method].appendleft(call)
            elif call.method == PARSE:
                call.ended = True
                self._parsed.append(call)
            else:
                raise ClusterError(
                    f"{MOST_LOST} workers of the cluster were lost, one after the other: {_last_line(error)}"
                )
        if worker not in self._workers:
            return
        self._workers.remove(worker)
        with suppress(Exception):
            self._ray.kill(worker.actor)  # it may only be out of reach
        self._lost += 1
        self._since = time.monotonic()
        if self._lost > MOST_LOST + len(self._workers):
            raise ClusterError(f"The workers of the cluster do not begin: {_last_line(error)}")
        self._hire()

    def _result(self, call: _Call) -> Parsed | Refused:
        if call.answer is None:
            reason = f"it was given up: over it, workers of the cluster were lost: {call.lost}"
            return Refused(reason)
        return result_of(io.BytesIO(call.answer))

    def _check(self, version: str, fingerprint: str) -> None:
        if version != __version__:
            raise ClusterError(
                f"The cluster's workers have rag {version}, and this is {__version__}: install the same there."
            )
        if fingerprint != self.embedder.fingerprint:
            raise ModelError(
                f"The cluster's workers embed by {fingerprint}, not {self.embedder.fingerprint}: a model is loaded "
                "there by its name, which must mean the same."
            )


@contextmanager
def crew_of(ray: str, settings: Settings, embedder: Embedder) -> Iterator[Crew]:
    """Who reads and embeds in a run: this machine, or where an address is given, as ``ray.init`` takes it, the cluster
    there; "local" makes one of this machine, for as long as the run lasts. It is joined when there is something to do.
    A program that has called ``ray.init`` itself keeps its connection, whatever the address is.

    Raises:
        ExtraMissing: Ray is not installed.
        ModelError: the encoder has no name to load it by.
    """
    if not ray:
        yield LocalCrew(embedder, settings.worker_count())
        return
    if find_spec("ray") is None:
        raise ExtraMissing("Indexing on a cluster", "ray")
    if not getattr(embedder, "name", ""):
        raise ModelError(
            "The workers of a cluster load their encoder by its name: give model, and not an embedder of your own."
        )
    crew = ClusterCrew(ray, settings, embedder)
    try:
        yield crew
    finally:
        crew.close()


@contextmanager
def _joined(address: str) -> Iterator[Any]:
    """Ray, connected to a cluster until the block ends."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    import ray

    if ray.is_initialized():
        yield ray
        return
    # Workers import from their working folder; ours may be the one that is indexed.
    empty = tempfile.mkdtemp(prefix="rag-")
    scratch = tempfile.mkdtemp(prefix="rag-") if address == LOCAL else ""
    local: dict[str, Any] = {
        "include_dashboard": False,
        "object_store_memory": OBJECTS,
        "_temp_dir": scratch,
    }
    term = signal.getsignal(signal.SIGTERM)  # Ray puts its own there, and leaves it
    try:
        _reach(address)
        ray.init(
            address=address,
            runtime_env={"working_dir": empty},
            log_to_driver=False,
            logging_level=logging.CRITICAL,
            **(local if scratch else {}),
        )
    except Exception as error:  # of many kinds
        raise ClusterError(
            f"{address}: there is no cluster that can be joined: {_last_line(error)} A node of it must run on this "
            "machine (ray start --address=HOST:PORT)."
        ) from None
    else:
        yield ray
    finally:
        ray.shutdown()
        with suppress(ValueError):  # not in the main thread, where Ray lets it be
            signal.signal(signal.SIGTERM, term)
        for folder in filter(None, (empty, scratch)):
            shutil.rmtree(folder, ignore_errors=True)


def _reach(address: str) -> None:
    """See that somebody listens there: Ray itself would try for minutes.

    Raises:
        OSError: nobody does.
    """
    host, _, port = address.rpartition(":")
    if host and port.isdigit():
        socket.create_connection((host.rpartition("/")[2].strip("[]"), int(port)), 10.0).close()


def _last_line(error: Exception) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    return one_line(lines[-1])[:300]
