"""Open a state, wherever it is."""

from __future__ import annotations

from pathlib import Path

from rag.errors import ExtraMissing
from rag.serve.state.places import Place, in_database
from rag.serve.state.protocol import State
from rag.serve.state.sqlite import SqliteState


def open_state(place: Place, *schemas: str) -> State:
    """The state in a folder or database; what is not there yet of ``schemas`` is made.

    Raises:
        StorageError: it cannot be used.
        ExtraMissing: it is in PostgreSQL, for which a package is missing.
    """
    return _opened(place, *schemas, made=True)


def existing_state(place: Place, *schemas: str) -> State:
    """The state that a server has made in a folder or database.

    Raises:
        StorageError: there is none, or it cannot be used.
        ExtraMissing: as :func:`open_state`.
    """
    return _opened(place, *schemas, made=False)


def _opened(place: Place, *schemas: str, made: bool) -> State:
    if not in_database(place):
        folder = Path(place)
        return SqliteState(folder, *schemas) if made else SqliteState.existing(folder, *schemas)
    try:
        from rag.serve.state.postgres import PostgresState
    except ModuleNotFoundError as error:
        raise ExtraMissing("A state in PostgreSQL", "postgres") from error
    return PostgresState(str(place), *schemas, make=made)
