"""Parse files in worker processes, a few at a time, each within its limits of time and memory."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue

from rag.codec import to_line
from rag.documents.files import Found
from rag.ingestion.fetching import as_listed, read_where_it_lies, too_late
from rag.ingestion.protocol import (
    STILL_READING,
    Answer,
    Job,
    Parsed,
    Refused,
    Request,
    is_part,
    result_of,
)

Result = tuple[Found, Parsed | Refused]
"""A file, and what became of it."""


@dataclass(frozen=True, slots=True)
class Looking:
    """A file is being read still: a page or picture of it is looked at, the one of this ``number``; or, of a long text, this
    ``share`` of what it takes is done."""

    number: int = 0
    share: float = 0.0


News = tuple[Found, Parsed | Refused | Looking]
"""A file, and what became of it, or how far it is."""

CRASHED = Refused("its parser crashed or ran out of memory; the file may be damaged")
OUT_OF_TIME = -getattr(signal, "SIGXCPU", 0) or None  # how a worker ends by its own limit of time
IN_FLIGHT = 2  # files a worker: one that is parsed, and one that waits, so that no worker does


def parse_files(files: Iterable[Found], job: Job, *, workers: int) -> Iterator[News]:
    """Parse ``files``; results come as they are done, and before them, of a file whose pages are looked
    at by OCR, how far it is. At most two files a worker are in flight, so memory is bounded by the largest files,
    however many there are."""
    idle: SimpleQueue[ParserProcess] = SimpleQueue()
    crew = [ParserProcess(job) for _ in range(workers)]
    for worker in crew:
        idle.put(worker)

    news: SimpleQueue[Future[Result] | tuple[Found, Looking]] = SimpleQueue()

    def one(file: Found) -> Result:
        def ask(path: str) -> Parsed | Refused:
            worker = idle.get()
            try:
                if stopped.is_set():
                    return Refused("it was not read")
                return worker.ask(
                    Request(os.fsencode(path), file.name),
                    lambda how_far: news.put((file, how_far)),
                )
            finally:
                idle.put(worker)

        return file, as_listed(file, read_where_it_lies(file.path, file.size, job, stopped, ask))

    def next_done() -> Iterator[News]:
        while not isinstance(said := news.get(), Future):
            yield said
        pending.discard(said)
        yield said.result()

    pending: set[Future[Result]] = set()
    stopped = threading.Event()
    # All that are in flight at once: of a file on a network, the fetching goes on while another is parsed.
    pool = ThreadPoolExecutor(max_workers=IN_FLIGHT * workers, thread_name_prefix="parse")
    try:
        for file in files:
            future = pool.submit(one, file)
            pending.add(future)
            future.add_done_callback(news.put)
            if len(pending) >= IN_FLIGHT * workers:
                yield from next_done()
        while pending:
            yield from next_done()
    finally:
        stopped.set()
        for future in pending:
            future.cancel()
        for worker in crew:
            worker.close()
        pool.shutdown(wait=True, cancel_futures=True)


class ParserProcess:
    """One worker process; it is started when it is asked first, replaced when it dies, and killed when it takes too long."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.process: subprocess.Popen[bytes] | None = None

    def ask(self, asked: Request, looking: Callable[[Looking], None]) -> Parsed | Refused:
        """What became of a file. ``looking`` is told how far it is."""
        with contextlib.closing(self.lines(asked, looking)) as lines:
            return result_of(lines, lambda share: looking(Looking(share=share)))

    def lines(
        self, asked: Request, looking: Callable[[Looking], None]
    ) -> Generator[bytes, None, None]:
        """The lines that a process says what became of a file by, of which the last is the answer; one that takes too
        long over one of them, or dies, has refused it. A process that is not heard to the end is ended."""
        if self.process is None or self.process.poll() is not None:
            self.process = _start(self.job)
        process, expired = self.process, threading.Event()
        request: Request | None = asked

        def expire() -> None:
            expired.set()
            process.kill()

        pages = 0
        heard = False
        try:
            while not heard:
                timer = threading.Timer(self.job.file_timeout_s, expire)
                timer.daemon = True
                timer.start()
                try:
                    line = _exchange(process, request)
                finally:
                    timer.cancel()
                request = None
                if line == STILL_READING:
                    pages += 1
                    looking(Looking(pages))
                    continue
                if not line.endswith(b"\n"):
                    break
                heard = not is_part(line)
                yield line
        finally:
            if not heard:
                self.close()
        if not heard:
            late = expired.is_set() or process.returncode == OUT_OF_TIME
            yield bytes(to_line(Answer(refused=too_late(self.job) if late else CRASHED)))

    def close(self) -> None:
        """End the process."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    with contextlib.suppress(BrokenPipeError):
                        pipe.close()


def _start(job: Job) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        # One core a worker, and no thread pools that reserve address space for 64.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "RAYON_NUM_THREADS": "1",
        "TOKENIZERS_PARALLELISM": "false",
        # It imports from where this program does, and from nowhere else: the working folder may
        # be the one that is indexed, and a yaml.py in it must not run.
        "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path),
        "PYTHONSAFEPATH": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "rag.ingestion.worker", str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        # Ctrl-C is for the program, which stops its workers itself; and a worker that ends takes
        # its group with it.
        start_new_session=True,
    )
    assert process.stdin
    process.stdin.write(to_line(job))
    return process


def _exchange(process: subprocess.Popen[bytes], request: Request | None) -> bytes:
    """The next line that answers a request, which is sent if it is given; without an end, where the
    process died."""
    assert process.stdin and process.stdout
    try:
        if request is not None:
            process.stdin.write(to_line(request))
            process.stdin.flush()
        return process.stdout.readline()
    except (BrokenPipeError, ValueError):
        return b""
