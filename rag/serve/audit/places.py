"""The audit of a state, wherever that is, outside of a running server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import StorageError
from rag.serve.audit.files import AuditFiles
from rag.serve.audit.line import Kept, Line
from rag.serve.audit.table import SHARED, AuditTable
from rag.serve.state import Place, existing_state, in_database


def lines_of(place: Place) -> Iterator[Line]:
    """The lines of the audit of a state, oldest first.

    Raises:
        StorageError: there is none, or a line is not one.
    """
    with _kept(place) as kept:
        yield from kept.lines()


def note(place: Place, what: str, *about: str, key: str = "owner") -> None:
    """Write now that something was done: by whom, to which names.

    Raises:
        StorageError: it cannot be written.
    """
    with _kept(place) as kept:
        try:
            kept.append([Line(what=what, key=key, about=about)])
        except OSError as error:
            raise StorageError(f"{kept.name}: cannot be written to: {error.strerror}.") from None


def rewrite(place: Place, change: Callable[[Line], Line | None]) -> int:
    """As :meth:`rag.serve.audit.line.Kept.rewrite` says."""
    with _kept(place) as kept:
        return kept.rewrite(change)


@contextmanager
def _kept(place: Place) -> Iterator[Kept]:
    if not in_database(place):
        yield AuditFiles(Path(place))
        return
    state = existing_state(place, SHARED)
    try:
        yield AuditTable(state)
    finally:
        state.close()
