"""The process that answers: ``python -m rag.serve.worker NICE``, spoken to as :mod:`rag.serve.protocol` says.

It opens the indexes, loads the models once, and then takes a task at a time until its input ends. While
nothing is asked it looks now and then whether an index was updated.
"""

from __future__ import annotations

import os
import select
import sys
from typing import BinaryIO

IDLE_S = 2.0  # after so long without a task the indexes are looked at


def main(nice: int) -> None:
    """Take tasks until standard input ends."""
    # Libraries print at times; tasks and events get pipes of their own.
    tasks, events = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    if nice:
        os.nice(nice)
    try:
        _serve(tasks, events)
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(0)  # the front is gone; there is nobody to tell


def _serve(tasks: BinaryIO, events: BinaryIO) -> None:
    from rag.codec import from_json
    from rag.errors import RagError
    from rag.serve.current import enter
    from rag.serve.opened import Library
    from rag.serve.protocol import Said, Start, Task, to_line

    def tell(said: Said) -> None:
        events.write(to_line(said))
        events.flush()

    start = from_json(tasks.readline(), Start)
    try:
        library = Library(start.indexes, warm=start.warm, cache=start.cache)
    except RagError as error:
        tell(Said(failed=type(error).__name__, value=str(error)))
        return
    tell(
        Said("ready")
    )  # nothing is sent before: what is read of two lines at once is not waited for
    # These come last: they are not needed to say what cannot be opened.
    import structlog

    from rag.serve.logs import configure
    from rag.serve.operations import OPERATIONS

    configure(start.log)
    log = structlog.get_logger("rag.serve.worker")

    while True:
        while not select.select([tasks], [], [], IDLE_S)[0]:
            library.refresh(now=True)
        line = tasks.readline()
        if not line:
            return
        task = from_json(line, Task)
        enter("api", id=task.request)
        library.refresh()
        try:
            for said in OPERATIONS[task.operation](library, **task.arguments):
                tell(said)
        except RagError as error:
            tell(Said(failed=type(error).__name__, value=str(error)))
        except (BrokenPipeError, MemoryError):
            raise
        except Exception:
            log.exception("an operation failed", operation=task.operation)
            tell(
                Said(
                    failed="Exception",
                    value="Something went wrong that should not; the server's log says what.",
                )
            )
        else:
            tell(Said(done=True))


if __name__ == "__main__":
    main(int(sys.argv[1]))
