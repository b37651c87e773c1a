"""Parse files in worker processes, a few at a time, each within its limits of time and memory."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass
from queue import SimpleQueue
from typing import Any

from rag.chunking import Chunk
from rag.documents.document import Document, Heading, Page
from rag.documents.files import Found
from rag.errors import LoadError
from rag.ingestion.worker import Job


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file as read: the stamp of the very bytes that were parsed, and what they say."""

    file: Found
    sha256: str
    size: int
    mtime_ns: int
    document: Document
    chunks: list[Chunk]


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that could not be read. ``passing``: another try may well succeed."""

    file: Found
    reason: str
    passing: bool


class _Worker:
    """One worker process; it is replaced when it dies, and killed when it takes too long."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.process: subprocess.Popen[str] | None = None

    def _start(self) -> subprocess.Popen[str]:
        environment = {
            **os.environ,
            # One core a worker, and no thread pools that reserve address space for 64.
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "RAYON_NUM_THREADS": "1",
            "TOKENIZERS_PARALLELISM": "false",
            "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "rag.ingestion.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env=environment,
            # Ctrl-C is for the program, which stops its workers itself.
            start_new_session=True,
        )
        assert process.stdin
        process.stdin.write(json.dumps(asdict(self.job)) + "\n")
        return process

    def ask(self, file: Found, timeout_s: float) -> dict[str, Any]:
        """The worker's answer for a file.

        Raises:
            LoadError: it took too long, or the parser died.
        """
        if self.process is None or self.process.poll() is not None:
            self.process = self._start()
        process, expired = self.process, threading.Event()
        assert process.stdin and process.stdout

        def expire() -> None:
            expired.set()
            process.kill()

        timer = threading.Timer(timeout_s, expire)
        timer.daemon = True
        timer.start()
        try:
            process.stdin.write(json.dumps({"path": file.path, "name": file.name}) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except (BrokenPipeError, ValueError):
            line = ""
        finally:
            timer.cancel()
        if line.endswith("\n"):
            answer: dict[str, Any] = json.loads(line)
            return answer
        self.close()
        if expired.is_set():
            raise LoadError(
                f"reading it took longer than {timeout_s:g} s; raise file_timeout_s to wait longer"
            )
        raise LoadError("its parser crashed or ran out of memory; the file may be damaged")

    def close(self) -> None:
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    with contextlib.suppress(BrokenPipeError):
                        pipe.close()


def parse_files(
    files: Iterable[Found], job: Job, *, workers: int, timeout_s: float
) -> Iterator[Parsed | Refused]:
    """Parse ``files``; results come as they are done. At most two files a worker are in flight,
    so memory is bounded by the largest files, however many there are."""
    idle: SimpleQueue[_Worker] = SimpleQueue()
    crew = [_Worker(job) for _ in range(workers)]
    for worker in crew:
        idle.put(worker)

    def one(file: Found) -> Parsed | Refused:
        worker = idle.get()
        try:
            return _result(file, worker.ask(file, timeout_s))
        except LoadError as error:
            return Refused(file, str(error), passing=False)
        finally:
            idle.put(worker)

    pending: set[Future[Parsed | Refused]] = set()
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="parse")
    try:
        for file in files:
            pending.add(pool.submit(one, file))
            if len(pending) >= 2 * workers:
                done, pending = wait(pending, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        while pending:
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    finally:
        for future in pending:
            future.cancel()
        for worker in crew:
            worker.close()
        pool.shutdown(wait=True, cancel_futures=True)


def _result(file: Found, answer: dict[str, Any]) -> Parsed | Refused:
    if "error" in answer:
        return Refused(file, answer["error"], passing=answer.get("passing", False))
    fields = answer["document"]
    document = Document(
        **{
            **fields,
            "pages": tuple(Page(**page) for page in fields["pages"]),
            "headings": tuple(Heading(**heading) for heading in fields["headings"]),
            "code": tuple((begin, end) for begin, end in fields["code"]),
            "notes": tuple(fields["notes"]),
        }
    )
    chunks = [Chunk(start, end, context) for start, end, context in answer["chunks"]]
    return Parsed(file, answer["sha256"], answer["size"], answer["mtime_ns"], document, chunks)
