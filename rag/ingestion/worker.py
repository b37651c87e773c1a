"""The process that files are parsed in: ``python -m rag.ingestion.worker PARENT``.

A parser may crash, hang or fill the memory on a hostile file. Here that costs one process and
one file, not the run. The process is started by name and not forked, so that it works under any
program (no ``if __name__ == "__main__"`` needed) and beside any threads. It is spoken to as
:mod:`rag.ingestion.protocol` says, has limits of its own, and ends with its parent.
"""

from __future__ import annotations

import math
import os
import signal
import sys
import time
from typing import BinaryIO, NoReturn

MOST_LOOKED = 5_000  # pages and pictures of a file for which its limit of time starts anew
PR_SET_PDEATHSIG = 1  # <sys/prctl.h>


def main(parent: int) -> None:
    """Answer requests on standard input until it ends. ``parent`` is the id of who asks."""
    _end_with(parent)
    # Parsers written in C print to standard output at times, and programs that they call read
    # standard input; requests and answers get pipes of their own.
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    _serve(requests, answers)


def _serve(requests: BinaryIO, out: BinaryIO) -> None:
    # Not before there is somebody to watch over it: what is imported here takes its time.
    from rag.codec import from_json
    from rag.documents import ocr
    from rag.documents.formats import register
    from rag.ingestion.parsing import answers, tokenizer_offsets
    from rag.ingestion.protocol import STILL_READING, Job, Request

    job = from_json(requests.readline(), Job)
    for format in reversed(job.formats):
        register(format)
    _limit("RLIMIT_CORE", 0)
    _limit("RLIMIT_AS", job.max_memory_mb * 1_000_000)
    offsets = tokenizer_offsets(job.tokenizer)
    looked = 0

    def more_time() -> None:
        # The parent counts too; this holds where it is stopped, or the machine is too busy.
        seconds = job.file_timeout_s * job.ocr_threads
        _limit("RLIMIT_CPU", math.ceil(time.process_time() + seconds) + 1)

    def look() -> None:
        nonlocal looked
        looked += 1
        if looked <= MOST_LOOKED:
            more_time()
            out.write(STILL_READING)
            out.flush()

    ocr.use(threads=job.ocr_threads, before_each=look)
    for line in requests:
        looked = 0
        more_time()
        for said in answers(from_json(line, Request), job, offsets):
            out.write(said)
            out.flush()
            more_time()


def _limit(name: str, value: int) -> None:
    try:
        import resource

        kind = getattr(resource, name)
        _, most = resource.getrlimit(kind)
        resource.setrlimit(kind, (value, most))
    except (ImportError, AttributeError, ValueError, OSError):
        pass  # no such limit on this system: the parent's limit of time still holds


def _end_with(parent: int) -> None:
    """End with ``parent``, and end with this process all that it has started, however it ends: a
    fork, which reads nothing and so cannot hang or crash, waits for the end of either.

    (On Windows, the process ends after the file that it is reading.)
    """
    if not hasattr(os, "fork"):
        return
    end, held = os.pipe()  # which is closed when this process ends; nobody else has it
    if os.fork() == 0:
        os.close(held)
        _watch(end)
    os.close(end)
    if sys.platform == "linux":  # also where a fork of the parent keeps our input open
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def _watch(end: int) -> NoReturn:
    import select

    os.close(1)  # who waits for an answer shall see that there will be none
    ends = select.poll()
    ends.register(0, 0)  # asked for no event, it tells that the other side is gone
    ends.register(end, 0)
    ends.poll()
    os.killpg(0, signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]))
    except (KeyboardInterrupt, BrokenPipeError):
        os._exit(1)
