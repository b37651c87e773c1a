"""The line to a Milvus server: opened once a process, quiet, its errors in words."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rag.errors import IndexDamaged, StorageError
from rag.store.milvus.address import MilvusAddress

CONNECTING = 10  # seconds
READING = 30  # seconds that one search may take; without a limit the client tries for minutes
WRITING = 600
# A quiet line is left alone. pymilvus pings it every ten seconds, which a gRPC server by itself, and many a proxy,
# answers by hanging up ("too many pings"): they bear one in five minutes.
_QUIET = {"grpc.keepalive_time_ms": 310_000, "grpc.keepalive_permit_without_calls": False}
_MISSING = (100, 1600)  # Milvus's codes for a collection, and for an alias, that is not there
_LOGIN = ("unauthenticated", "auth check", "permission", "privilege", "user or password")
_lines: dict[MilvusAddress, Any] = {}
_opening = threading.Lock()


class NotThere(IndexDamaged):
    """There is no collection of that name on the server."""


def client(address: MilvusAddress) -> Any:
    """The client for this server, which threads may share; opened when it is first asked for.

    Raises:
        StorageError: the server does not answer, or wants another login.
    """
    with _opening:
        if address not in _lines:
            module = library()
            with errors_in_words(address):
                _lines[address] = module.MilvusClient(
                    address.uri,
                    token=address.token,
                    db_name=address.database,
                    timeout=CONNECTING,
                    grpc_options=_QUIET,
                )
        return _lines[address]


@contextmanager
def errors_in_words(address: MilvusAddress) -> Iterator[None]:
    """A block that speaks to the server.

    Raises:
        NotThere: what it asked for is not on the server.
        StorageError: whatever else went wrong there.
    """
    import grpc

    try:
        yield
    except library().MilvusException as error:
        # What kept it from connecting is told by the error that this one came from.
        raise _in_words(address, error.code, f"{error.message} {error.__cause__ or ''}") from error
    except grpc.RpcError as error:
        raise _in_words(address, None, str(error)) from error


def _in_words(address: MilvusAddress, code: object, said: object) -> Exception:
    text = " ".join(str(said).split())
    where = f"Milvus at {address.host}:{address.port}"
    if code in _MISSING:
        return NotThere(f"{address.shown}: it is not on the server ({text}).")
    low = text.lower()
    if any(sign in low for sign in _LOGIN):
        return StorageError(
            f"{where} does not let us in: put the user and password, or the token, before the host of the "
            f"address. It says: {text}"
        )
    if "database not found" in low:
        return StorageError(f'{where} has no database "{address.database}". It says: {text}')
    if "fail connecting" in low or "unavailable" in low or "deadline" in low:
        return StorageError(
            f"{where} does not answer. Is it running, and is that its host and port? (tls=yes for one that speaks "
            "https.)"
        )
    return StorageError(f"{where} could not do what was asked. It says: {text}")


def library() -> Any:
    """pymilvus, which else reads a file of settings into the environment, and prints its errors. A program that has
    imported it before us has it as it likes it."""
    if "pymilvus" in sys.modules:
        return sys.modules["pymilvus"]
    name, before = "PYTHON_DOTENV_DISABLED", os.environ.get("PYTHON_DOTENV_DISABLED")
    os.environ[name] = "1"
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    try:
        import pymilvus
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
    for part in ("pymilvus", "pymilvus.milvus_client", "pymilvus.bulk_writer"):
        logging.getLogger(part).setLevel(logging.CRITICAL + 1)
    return pymilvus
