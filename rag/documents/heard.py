"""What libraries print while a file is read is kept from the terminal: it says nothing to whoever indexes a
folder. What they call an error is a note."""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from rag.documents.text import one_line

MOST_HEARD = 3  # errors of one file that are told
LONGEST = 200  # characters of one

_INSIDE: ContextVar[bool] = ContextVar("_INSIDE", default=False)


class _Ear(logging.Handler):
    """Hears what is logged by the thread that made it. While it is there nothing is printed by default; handlers
    that a program has set are called as ever."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.errors: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno < logging.ERROR or record.thread != self._thread:
            return
        said = f"{record.name.partition('.')[0]} says: {one_line(record.getMessage())[:LONGEST]}"
        if said not in self.errors and len(self.errors) < MOST_HEARD:
            self.errors.append(said)


@contextmanager
def heard() -> Iterator[list[str]]:
    """What libraries call errors while the block runs, each as a note; for a file in a file they are
    those of the outer one."""
    if _INSIDE.get():
        yield []
        return
    ear = _Ear()
    token = _INSIDE.set(True)
    logging.getLogger().addHandler(ear)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield ear.errors
    finally:
        logging.getLogger().removeHandler(ear)
        _INSIDE.reset(token)
