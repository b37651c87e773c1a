"""Where a state is: a folder, or the address of a PostgreSQL database."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeAlias
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

Place: TypeAlias = Path | str
"""A folder, or an address: ``postgresql://user:password@host:5432/database``."""

_SCHEMES = ("postgresql://", "postgres://")
_SECRET = re.compile(r"\b((?:ssl)?password=)([^&]*)")
_OURS = ("index",)  # what an index's address says beyond the database's


def place_of(text: str) -> Place:
    """What a person has written: an address, or else a folder.

    >>> place_of("postgresql://db/rag"), place_of("demo.serve").name
    ('postgresql://db/rag', 'demo.serve')
    """
    return text if in_database(text) else Path(text)


def in_database(place: Place) -> bool:
    """Whether it is the address of a database."""
    return isinstance(place, str) and place.startswith(_SCHEMES)


def state_of_index(address: str) -> str:
    """The database that an index is in, or its catalog; "" where it is a folder.

    >>> state_of_index("postgresql://db/rag?index=hr&sslmode=require")
    'postgresql://db/rag?sslmode=require'
    >>> state_of_index("milvus://vectors:19530/hr?catalog=postgresql://db/rag"), state_of_index("indexes/demo")
    ('postgresql://db/rag', '')
    """
    if address.startswith("milvus://"):
        address = parse_qs(urlsplit(address).query).get("catalog", [""])[0]
    if not in_database(address):
        return ""
    parts = urlsplit(address)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in _OURS]
    return urlunsplit(parts._replace(query=urlencode(kept)))


def masked(place: Place) -> str:
    """As it may be shown: without the password.

    >>> masked("postgresql://rag:secret@db:5432/rag?sslpassword=other")
    'postgresql://rag:***@db:5432/rag?sslpassword=***'
    """
    if not in_database(place):
        return str(place)
    try:
        parts = urlsplit(str(place))
    except ValueError:  # nothing is known to be no secret
        return "postgresql://***"
    account, at, host = parts.netloc.rpartition("@")
    user, colon, _ = account.partition(":")
    query = _SECRET.sub(r"\1***", parts.query)
    netloc = f"{user}{colon and ':***'}{at}{host}"
    return urlunsplit(parts._replace(netloc=netloc, query=query))


def secrets_of(address: str) -> list[str]:
    """The passwords in an address, as they are written there and as they are, the longest first."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return [address]
    written = [parts.netloc.rpartition("@")[0].partition(":")[2]]
    written += [found[2] for found in _SECRET.finditer(parts.query)]
    found = {one for secret in written for one in (secret, unquote(secret)) if one}
    return sorted(found, key=len, reverse=True)
