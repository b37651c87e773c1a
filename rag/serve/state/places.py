"""Where a state is: a folder, or the address of a PostgreSQL database."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeAlias
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

Place: TypeAlias = Path | str
"""A folder, or an address: ``postgresql://user:password@host:5432/database``."""

_SCHEMES = ("postgresql://", "postgres://")
_SECRET = re.compile(r"\b((?:ssl)?password=)([^&]*)")
_ACCOUNT = re.compile(r"(\w+://[^:@/]*):(.*)@", re.DOTALL)
_ACCOUNTS = re.compile(r"(\w+://[^:@/?#]*):([^@/?#]*)@")
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
    return urlunsplit(parts._replace(query=urlencode(kept, quote_via=quote)))


def masked(place: Place) -> str:
    """As it may be shown: without the password, also where that is written as it must not be, with a "/" or "@" in it.

    >>> masked("postgresql://rag:secret@db:5432/rag?sslpassword=other")
    'postgresql://rag:***@db:5432/rag?sslpassword=***'
    >>> masked("postgresql://rag:sec/r@et@db/rag")
    'postgresql://rag:***@db/rag'
    >>> masked("milvus://vectors:19530/hr?catalog=postgresql://rag:secret@db/rag")
    'milvus://vectors:19530/hr?catalog=postgresql://rag:***@db/rag'
    """
    if isinstance(place, Path) or "://" not in place:
        return str(place)
    shown = _SECRET.sub(r"\1***", place)
    if not in_database(place):  # there may be an address within it
        parts = _ACCOUNTS.sub(r"\1:***@", shown)
        if parts != shown:
            return parts
    return _ACCOUNT.sub(r"\1:***@", shown)


def secrets_of(address: str) -> list[str]:
    """The passwords in an address, as they are written there and as they are, the longest first."""
    found = {one for secret in written_secrets(address) for one in (secret, unquote(secret)) if one}
    return sorted(found, key=len, reverse=True)


def written_secrets(address: str) -> list[str]:
    """The passwords in an address, as they are written there."""
    account = _ACCOUNT.match(address)
    return [*(found[2] for found in _SECRET.finditer(address)), *([account[2]] if account else [])]
