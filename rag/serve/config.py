"""What is served, and how: ``serve.toml`` and the command line as one value."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from rag.codec import DecodeError, from_builtins
from rag.errors import SettingsError
from rag.settings import read_toml

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedIndex:
    """An index that is served under a name.

    ``title``, ``greeting`` and ``abstention`` are the owner's words for the page. ``rights`` is a file of
    rules that say who may read what (:mod:`rag.rights`); without it, all that the index holds. ``uploads`` is the folder
    inside the indexed one that uploaded files are put into; "" takes none. ``model``, ``adapter``, ``k``,
    ``threshold`` and ``prompt`` are as in :class:`rag.QA`.
    """

    path: str
    title: str = ""
    greeting: str = ""
    abstention: str = ""
    rights: str = ""
    uploads: str = "uploads"
    model: str = "reader"
    adapter: str = ""
    k: int = 12
    threshold: float | None = None
    prompt: str = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where it listens, and what it bears.

    ``workers``: processes that answer; 0 is one a core. ``queue``: questions that may wait for each worker; more are
    told to come back. ``time_limit_s``: how long a question may take, waiting apart. ``wait_limit_s``: how long one may wait.
    ``hosts``: names by which it may be called besides its own address, and ``origins``: other sites whose
    pages may call it; both closed unless named. ``proxies``: addresses of reverse proxies that are believed when they say for whom they
    ask (X-Forwarded-For, -Proto). ``session_hours``: how long the page stays signed in. ``failed_tries_a_minute``: keys that are none, from one
    address, before it has to wait.
    ``open_metrics``: whether /metrics needs no key.
    """

    name: str = "rag"
    host: str = "127.0.0.1"
    port: int = 8000
    state: str = ""
    workers: int = 0
    queue: int = 32
    time_limit_s: float = 60.0
    wait_limit_s: float = 20.0
    max_question_characters: int = 4_000
    max_upload_mb: int = 100
    max_body_mb: int = 2
    body_patience_s: float = 20.0
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    reports: str = ""
    proxies: tuple[str, ...] = ()
    session_hours: float = 12.0
    failed_tries_a_minute: int = 20
    open_metrics: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSettings:
    """The audit (:mod:`rag.serve.audit`): a new file each day, and each ``max_mb``; ``keep_files`` are kept."""

    max_mb: int = 50
    keep_files: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    """The log on standard error (:mod:`rag.serve.logs`). ``format`` "auto" is for a person on a terminal, else JSON."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "json", "console"] = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeConfig:
    """All of it: the server, and the indexes by name. ``folder`` is what its relative paths start from."""

    server: Server = field(default_factory=Server)
    audit: AuditSettings = field(default_factory=AuditSettings)
    log: LogSettings = field(default_factory=LogSettings)
    index: Mapping[str, ServedIndex] = field(default_factory=dict)
    folder: Path = field(default_factory=Path.cwd)

    @property
    def loopback(self) -> bool:
        """Whether it listens to this machine alone."""
        if self.server.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.server.host).is_loopback
        except ValueError:
            return False

    @property
    def workers(self) -> int:
        """How many processes answer."""
        return self.server.workers or len(os.sched_getaffinity(0)) or 1

    def state_folder(self) -> Path:
        """Where keys, conversations and the audit are kept: ``state``, else ``NAME.serve`` beside the first index."""
        if self.server.state:
            return self.folder / self.server.state
        first = Path(next(iter(self.index.values())).path)
        return self.folder / first.with_name(first.name + ".serve")


def load_config(file: Path | None, *, index: tuple[str, ...] = (), **server: Any) -> ServeConfig:
    """The configuration of ``file`` and, above it, of the command line: ``index`` are "NAME=FOLDER" or "FOLDER",
    ``server`` single values of :class:`Server`, None where nothing was given.

    Raises:
        SettingsError: the file cannot be read, names what there is not, or nothing is served.
    """
    config = ServeConfig() if file is None else _read(file)
    served = dict(config.index)
    for given in index:
        name, equals, path = given.partition("=")
        if not equals:
            name, path = Path(given).resolve().name, given
        if not name or not path:
            raise SettingsError(f'"{given}" is not NAME=FOLDER.')
        known = served.get(name)
        path = str(Path(path).absolute())
        served[name] = replace(known, path=path) if known else ServedIndex(path=path)
    if not served:
        raise SettingsError(
            "Nothing to serve: name an index, as in rag serve --index indexes/demo, or in the "
            'configuration, as [index.demo] path = "indexes/demo".'
        )
    chosen = {name: value for name, value in server.items() if value is not None}
    return replace(config, index=served, server=replace(config.server, **chosen))


def _read(file: Path) -> ServeConfig:
    try:
        values = read_toml(file)
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror}.") from None
    known = {"server", "audit", "log", "index"}
    for name in values.keys() - known:
        raise SettingsError(f"{file}: [{name}] is not known; there are {', '.join(sorted(known))}.")
    index = {
        name: _value(file, f"index.{name}", one, ServedIndex)
        for name, one in values.get("index", {}).items()
    }
    tables: dict[str, Any] = {
        name: _value(file, name, values.get(name, {}), kind)
        for name, kind in (("server", Server), ("audit", AuditSettings), ("log", LogSettings))
    }
    return ServeConfig(**tables, index=index, folder=file.absolute().parent)


def _value(file: Path, table: str, values: Any, kind: type[T]) -> T:
    if not isinstance(values, dict):
        raise SettingsError(f"{file}: [{table}] must be a table.")
    known = {one.name for one in fields(kind)}  # type: ignore[arg-type]
    for name in values.keys() - known:
        raise SettingsError(
            f"{file}: {name} is not a setting of [{table}]; there are {', '.join(sorted(known))}."
        )
    try:
        return from_builtins(values, kind)
    except DecodeError as error:
        raise SettingsError(f"{file}: [{table}]: {error}.") from None
