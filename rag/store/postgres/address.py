"""An index's address on a PostgreSQL server: what is connected to, and what may be shown of it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode, urlunsplit

from rag.errors import SettingsError
from rag.store.urls import taken_apart

FORM = "postgresql://user:password@host:5432/database?index=NAME"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
_LONGEST = 63  # bytes of an identifier


@dataclass(frozen=True, slots=True)
class Address:
    """``shown`` is the address as messages have it, without a password; ``dsn`` is what libpq connects to; ``name`` is
    that of the index."""

    shown: str
    dsn: str = field(repr=False)
    name: str

    @property
    def schema(self) -> str:
        """The schema that the index is kept in."""
        return f"rag_{self.name}"

    @property
    def lock(self) -> int:
        """The key of the lock that the index's one writer holds: 64 bits, signed."""
        digest = hashlib.sha256(f"rag:{self.schema}".encode()).digest()
        return int.from_bytes(digest[:8], "big", signed=True)

    def role(self, database: str) -> str:
        """The role that reads parts of this index, as roles are of a whole server."""
        made = f"{self.schema}@{database}"
        if len(made.encode()) > _LONGEST:
            made = f"{self.schema}@{hashlib.sha256(database.encode()).hexdigest()[:12]}"
        return made


def parse(address: str) -> Address:
    """What ``postgresql://user:password@host:port/database?index=NAME`` says; other parameters are libpq's.

    Raises:
        SettingsError: the name of the index cannot be one, or it is no such address.

    >>> parse("postgresql://ann:secret@db/wiki?index=handbook&sslmode=require").shown
    'postgresql://ann@db/wiki?index=handbook'
    >>> parse("postgresql:///wiki").schema
    'rag_rag'
    """
    parts = taken_apart(address, FORM)
    try:
        given = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        raise SettingsError(f"The address of the server cannot be read. It is {FORM}.") from None
    names = [value for key, value in given if key == "index"]
    name = names[-1] if names else "rag"
    if len(names) > 1:  # perhaps a part of a password, which is not to be shown
        raise SettingsError(f"The address of the server names an index twice. It is {FORM}.")
    if not _NAME.fullmatch(name):
        raise SettingsError(
            f'index is "{"".join(c if c.isprintable() else "?" for c in name)[:60]}"; the name of an index on a server '
            "has letters without accents, digits, - and _, and 40 of them at most."
        )
    rest = urlencode([(k, v) for k, v in given if k != "index"], quote_via=quote)
    dsn = urlunsplit(("postgresql", parts.netloc, parts.path, rest, ""))
    user, at, host = parts.netloc.rpartition("@")
    shown = f"postgresql://{user.partition(':')[0]}{at}{host}{parts.path}"
    return Address(shown if name == "rag" and not names else f"{shown}?index={name}", dsn, name)
