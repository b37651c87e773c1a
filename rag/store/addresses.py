"""Where an index is kept, from how a person names it: a folder's path, or a server's URL."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from rag.errors import ExtraMissing
from rag.store.urls import FORM, taken_apart

if TYPE_CHECKING:
    from rag.store.snapshot import Store

PathLike = str | os.PathLike[str]
SCHEMES = ("postgresql", "postgres", "milvus")


def is_server(address: object) -> bool:
    """Whether an address is that of a server, not a folder's path.

    >>> is_server("postgresql://localhost/handbook"), is_server("indexes/demo")
    (True, False)
    """
    return isinstance(address, str) and address.startswith(tuple(f"{one}://" for one in SCHEMES))


def within(folder: Path, address: str) -> str:
    """An address that is relative to ``folder``, if it is a path; a server's as it is."""
    return address if is_server(address) else str(folder / address)


def name_of(address: str) -> str:
    """What an index is called by, of its address alone: the folder's name, or the server's name for the index.

    >>> name_of("indexes/demo"), name_of("postgresql://db/wiki?index=handbook"), name_of("milvus://vectors/wiki")
    ('demo', 'handbook', 'wiki')
    """
    if not is_server(address):
        return Path(address).resolve().name
    parts = taken_apart(address.partition("catalog=")[0], FORM)
    if parts.scheme != "milvus" and "index" in dict(parse_qsl(parts.query)):
        from rag.store.postgres.address import parse

        return parse(address).name
    return parts.path.strip("/") or "rag"


def store_at(address: PathLike | Store) -> Store:
    """The store that an address names. Nothing is opened yet.

    Raises:
        SettingsError: it is an address that nothing can be kept at.
        ExtraMissing: what speaks to the server is not installed.
    """
    if not isinstance(address, str | os.PathLike):
        return address
    text: Any = address
    if not is_server(address):
        from rag.store.folder.store import FolderStore

        return FolderStore(Path(address))
    if text.startswith("milvus"):
        if not (find_spec("pymilvus") and find_spec("psycopg")):
            raise ExtraMissing("An index on Milvus", "milvus")
        from rag.store.milvus.store import MilvusStore

        return MilvusStore(text)
    try:
        import psycopg  # noqa: F401
    except ModuleNotFoundError as error:
        raise ExtraMissing("An index on PostgreSQL", "postgres") from error
    from rag.store.postgres.store import PostgresStore

    return PostgresStore(text)
