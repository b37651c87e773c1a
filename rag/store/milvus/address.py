"""Where an index on Milvus is, from how a person names it.

``milvus://host:19530/NAME?catalog=postgresql://user:password@host/database``. Before the host may stand a user and password,
or a token alone; ``tls=yes`` and ``database=...`` may stand before ``catalog``, which is always the last: what follows is an address of
its own, as it is or percent-encoded.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from rag.errors import SettingsError
from rag.store.urls import taken_apart

FORM = "milvus://host:19530/NAME?catalog=postgresql://user:password@host/database"
PORT = 19530
_NAME = re.compile(r"[A-Za-z0-9](?:_?[A-Za-z0-9])*")
_YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class MilvusAddress:
    """An address taken apart. ``token`` is user:password, or an API key, or "" for a server that asks for none;
    ``catalog`` is the address of the catalog, which is an index on PostgreSQL."""

    host: str
    port: int
    name: str
    catalog: str = field(repr=False)
    token: str = field(default="", repr=False)
    tls: bool = False
    database: str = ""

    @property
    def uri(self) -> str:
        """As the client of Milvus wants it; without the token."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"

    @property
    def shown(self) -> str:
        """As messages show it: the token is not in it, nor the catalog's address."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"milvus://{host}:{self.port}/{self.name}"

    @property
    def catalog_key(self) -> str:
        """What tells the place of the catalog from others: a digest of it, without the user."""
        parts = urlsplit(self.catalog)
        place = f"{parts.hostname}:{parts.port or 5432}{parts.path}?{parts.query}"
        return hashlib.sha256(place.encode()).hexdigest()[:12]


def parsed(address: str) -> MilvusAddress:
    """An address taken apart.

    >>> at = parsed("milvus://root:secret@vectors/wiki?catalog=postgresql://db/rag")
    >>> at.shown, at.uri, at.token, at.catalog
    ('milvus://vectors:19530/wiki', 'http://vectors:19530', 'root:secret', 'postgresql://db/rag?index=wiki')

    Raises:
        SettingsError: it is none, and what one looks like.
    """
    start, _, catalog = address.partition("catalog=")
    if not catalog:
        raise SettingsError(
            f"An index on Milvus keeps its documents in PostgreSQL: say where, as in {FORM}"
        )
    try:
        parts = taken_apart(start.rstrip("?&"), FORM)
        host, port = parts.hostname or "", parts.port or PORT
    except ValueError:  # several hosts, or a port that is none
        raise SettingsError(f"Not the address of an index on Milvus. One is {FORM}") from None
    name, settings = unquote(parts.path.strip("/")), dict(parse_qsl(parts.query))
    unknown = sorted(settings.keys() - {"tls", "database"})
    tls = _YES.get(settings.get("tls", "no").lower())
    if not host or unknown or tls is None:
        what = f": unknown {unknown[0]}" if unknown else ": tls is yes or no" if tls is None else ""
        raise SettingsError(f"Not the address of an index on Milvus{what}. One is {FORM}")
    if not _NAME.fullmatch(name):
        raise SettingsError(
            f'An index on Milvus has a name of letters, digits and single "_", not "{name}": {FORM}'
        )
    login = parts.netloc.rpartition("@")[0]
    token = ":".join(map(unquote, login.split(":", 1))) if login else ""
    catalog = _catalog_of(catalog, name)
    return MilvusAddress(host, port, name, catalog, token, tls, settings.get("database", ""))


def _catalog_of(given: str, name: str) -> str:
    """The catalog's address: whole, and with the name of the index where it gives none."""
    plain = given if "://" in given else unquote(given)
    if not plain.startswith(("postgresql://", "postgres://")):
        raise SettingsError(f"The catalog of an index on Milvus is in PostgreSQL, as in {FORM}")
    if any(key == "index" for key, _ in parse_qsl(taken_apart(plain, FORM).query)):
        return plain
    return f"{plain}{'&' if '?' in plain else '?'}index={name}"
