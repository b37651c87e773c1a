"""What is served, and how: ``serve.toml`` and the command line as one value."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from rag.errors import SettingsError
from rag.serve.settings import Checked, named, setting, table_of, tables_of
from rag.serve.state import Place, in_database, place_of, state_of_index
from rag.settings import read_toml
from rag.store.addresses import is_server, name_of, within


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedIndex(Checked):
    """An index that is served under a name: ``[index.NAME]``."""

    path: str = setting(
        MISSING, "the index's folder, or the address of a server that it is kept on"
    )
    title: str = setting("", "what the page calls it; its name, if left out")
    greeting: str = setting("", "what the page says before anything was asked")
    abstention: str = setting("", "what the page says where the documents have no answer")
    rights: str = setting(
        "", "a file of rules that say who may read which document; without it, a key reads all"
    )
    uploads: str = setting(
        "uploads",
        'the folder inside the indexed one that uploaded files are put into; `""` takes none',
    )
    redact: Literal["none", "secrets", "personal", "all"] = setting(
        "none",
        "what is hidden of answers, hits and documents: `secrets`, `personal` data, or `all` of both; pages are "
        "then not shown as pictures",
    )
    model: str = setting("reader", "what answers, as `rag ask --model` names it")
    adapter: str = setting("", "a folder that `rag train-adapter` has made of this model")
    k: int = setting(12, "how many chunks of documents are looked at", 1, 10_000)
    threshold: float | None = setting(
        None,
        "the confidence below which it abstains; the index's or model's own, if left out",
        0,
        1,
    )
    prompt: str = setting("answer", "the prompt of a model that is not the reader")

    @property
    def paid(self) -> bool:
        """Whether what answers is a provider's, who counts tokens."""
        return is_paid(self.model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server(Checked):
    """Where it listens, and what it bears: ``[server]``."""

    name: str = setting("rag", "what the page calls itself")
    host: str = setting(
        "127.0.0.1", "where it listens: this machine alone; elsewhere only once there is a key"
    )
    port: int = setting(8000, "the port that it listens to", 0, 65_535)
    state: str = setting(
        "",
        "where keys, conversations, usage and the audit are kept: a folder, or for replicas "
        "`postgresql://...`; the index's database, if left out, or `INDEX.serve`",
    )
    workers: int = setting(0, "processes that answer; 0 is one a core", 0, 256)
    queue: int = setting(
        32, "questions that may wait for each worker; more are told to come back", 1, 100_000
    )
    time_limit_s: float = setting(
        60.0, "seconds that a question may take, waiting apart", 0.001, 86_400
    )
    wait_limit_s: float = setting(
        20.0, "seconds that a question may wait for a worker", 0.001, 86_400
    )
    max_question_characters: int = setting(4_000, "the longest question", 1, 100_000)
    max_upload_mb: int = setting(100, "the most that one upload may have, in megabytes", 0, 100_000)
    max_body_mb: int = setting(
        2, "the most that any other request may have, in megabytes", 1, 1_000
    )
    body_patience_s: float = setting(
        20.0,
        "seconds that a request's body may take to come, and one more for each 16 kB that have",
        0.001,
        86_400,
    )
    hosts: tuple[str, ...] = setting(
        (), "names that it may be called by, besides its address and localhost"
    )
    origins: tuple[str, ...] = setting(
        (), "other sites whose pages may call it, as `https://intranet.example`"
    )
    reports: str = setting("", "a folder of saved evaluation reports, which the page shows")
    proxies: tuple[str, ...] = setting(
        (),
        "addresses of reverse proxies that are believed when they say for whom they ask "
        "(`X-Forwarded-For`, `X-Forwarded-Proto`)",
    )
    session_hours: float = setting(12.0, "how long the page stays signed in", 0.001, 8_760)
    open_metrics: bool = setting(False, "whether `/metrics` needs no key")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSettings(Checked):
    """The audit (:mod:`rag.serve.audit`): ``[audit]``."""

    max_mb: int = setting(
        50, "a new file is begun each day, and after so many megabytes", 1, 100_000
    )
    keep_files: int = setting(100, "files that are kept", 1, 1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings(Checked):
    """The log on standard error (:mod:`rag.serve.logs`): ``[log]``."""

    level: Literal["debug", "info", "warning", "error"] = setting(
        "info", "what is logged, at least"
    )
    format: Literal["auto", "json", "console"] = setting(
        "auto", "`auto` is for a person on a terminal, else JSON"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLimits(Checked):
    """How often one key may come: ``[limits.keys.NAME]``, above what is so for all."""

    asks_a_minute: int | None = setting(None, "as in `[limits]`, for this key", 0)
    searches_a_minute: int | None = setting(None, "as in `[limits]`, for this key", 0)
    uploads_an_hour: int | None = setting(None, "as in `[limits]`, for this key", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits(Checked):
    """How often each key may come; 0 is as often as it likes: ``[limits]``."""

    asks_a_minute: int = setting(60, "questions that a key may ask; 0 is no limit", 0)
    searches_a_minute: int = setting(
        240, "searches without an answer, and requests for embeddings; 0 is no limit", 0
    )
    uploads_an_hour: int = setting(120, "uploads, of one or more files each; 0 is no limit", 0)
    failed_tries_a_minute: int = setting(
        20, "keys that are none, from one address, before it has to wait; a good one is let in", 1
    )
    keys: Mapping[str, KeyLimits] = named("other limits for single keys, by their names")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyBudget(Checked):
    """What one key may spend a day: ``[budget.keys.NAME]``, above what is so for all."""

    tokens: int | None = setting(None, "as in `[budget]`, for this key", 0)
    money: float | None = setting(None, "as in `[budget]`, for this key", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget(Checked):
    """What each key may spend a day on models of providers; 0 is no limit: ``[budget]``."""

    tokens: int = setting(0, "tokens that a key may use a day, in and out; 0 is no limit", 0)
    money: float = setting(
        0.0, "what a key may cost a day, in the currency of the prices; 0 is no limit", 0
    )
    keys: Mapping[str, KeyBudget] = named("other budgets for single keys, by their names")


@dataclass(frozen=True, slots=True, kw_only=True)
class Price(Checked):
    """What a model costs: ``[prices."provider:model"]``."""

    input: float = setting(MISSING, "of a million tokens that it reads", 0)
    output: float = setting(MISSING, "of a million tokens that it writes", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeConfig:
    """All of it: the server, and the indexes by name. ``folder`` is what its relative paths start from."""

    server: Server = field(default_factory=Server)
    audit: AuditSettings = field(default_factory=AuditSettings)
    log: LogSettings = field(default_factory=LogSettings)
    limits: Limits = field(default_factory=Limits)
    budget: Budget = field(default_factory=Budget)
    prices: Mapping[str, Price] = field(default_factory=dict)
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
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        return self.server.workers or cores or 1

    def state_place(self) -> Place:
        """Where keys, conversations and the audit are kept: ``state``, else the database of an index that is in one, else
        ``NAME.serve`` beside the first index."""
        if self.server.state:
            place = place_of(self.server.state)
            return place if in_database(place) else self.folder / place
        for served in self.index.values():
            if address := state_of_index(served.path):
                return address
        first = next(iter(self.index.values())).path
        if is_server(first):
            return self.folder / f"{name_of(first)}.serve"
        return self.folder / Path(first).with_name(Path(first).name + ".serve")


TABLES = (
    *(Server, ServedIndex, Limits, KeyLimits, Budget, KeyBudget, Price),
    *(AuditSettings, LogSettings),
)
"""Those of ``serve.toml``."""


def is_paid(model: str) -> bool:
    """Whether a model is a provider's.

    >>> is_paid("openai:gpt-5"), is_paid("hf:models/small"), is_paid("reader")
    (True, False, False)
    """
    return ":" in model and not model.startswith("hf:")


def load_config(file: Path | None, *, index: tuple[str, ...] = (), **server: Any) -> ServeConfig:
    """The configuration of ``file`` and, above it, of the command line: ``index`` are "NAME=PATH" or "PATH",
    ``server`` single values of :class:`Server`, None where nothing was given.

    Raises:
        SettingsError: the file cannot be read, names what there is not, or nothing is served.
    """
    config = ServeConfig() if file is None else _read(file)
    served = dict(config.index)
    for given in index:
        name, equals, path = given.partition("=")
        if not equals or is_server(given):
            name, path = name_of(given), given
        if not name or not path:
            raise SettingsError(f'"{given}" is not NAME=PATH.')
        known = served.get(name)
        path = within(Path.cwd(), path)
        served[name] = replace(known, path=path) if known else ServedIndex(path=path)
    if not served:
        raise SettingsError(
            "Nothing to serve: name an index, as in rag serve --index indexes/demo, or in the "
            'configuration, as [index.demo] path = "indexes/demo".'
        )
    chosen = {name: value for name, value in server.items() if value is not None}
    config = replace(config, index=served, server=replace(config.server, **chosen))
    _check_prices(config)
    return config


def _read(file: Path) -> ServeConfig:
    try:
        values = read_toml(file)
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror}.") from None
    known = {"server", "audit", "log", "limits", "budget", "prices", "index"}
    for name in values.keys() - known:
        raise SettingsError(f"{file}: [{name}] is not known; there are {', '.join(sorted(known))}.")
    of = {name: values.get(name, {}) for name in known}
    return ServeConfig(
        server=table_of(file, "server", of["server"], Server),
        audit=table_of(file, "audit", of["audit"], AuditSettings),
        log=table_of(file, "log", of["log"], LogSettings),
        limits=table_of(file, "limits", of["limits"], Limits, KeyLimits),
        budget=table_of(file, "budget", of["budget"], Budget, KeyBudget),
        prices=tables_of(file, "prices", of["prices"], Price),
        index=tables_of(file, "index", of["index"], ServedIndex),
        folder=file.absolute().parent,
    )


def _check_prices(config: ServeConfig) -> None:
    """That a budget in money can be kept.

    Raises:
        SettingsError: a model has no price.
    """
    budgets = [config.budget.money, *(one.money for one in config.budget.keys.values())]
    for name, served in config.index.items():
        if served.paid and any(budgets) and served.model not in config.prices:
            raise SettingsError(
                f'[budget] limits money, and "{served.model}" of the index {name} has no price: add '
                f'[prices."{served.model}"] with input and output, of a million tokens each.'
            )
