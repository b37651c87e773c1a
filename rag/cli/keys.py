"""rag key create | list | revoke | usage"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import click

from rag.cli.app import main
from rag.cli.terminal import echo, echo_json
from rag.cli.values import ADDRESS, TEXT
from rag.codec import to_json
from rag.errors import ExtraMissing

if TYPE_CHECKING:
    from rag.serve.access.keys import Key, Keys
    from rag.serve.state import Place, State

_UNITS = {"h": 3600, "d": 86_400, "w": 7 * 86_400}
ROLES = ("ask", "upload", "admin")

state_option = click.option(
    "--state",
    "place",
    required=True,
    type=ADDRESS,
    envvar="RAG_STATE",
    help="Where the server keeps its state: its own --state, else INDEX.serve or the index's database.",
)


@main.group()
def key() -> None:
    """Keys of a server: who may ask, upload, and administer."""


@key.command("create")
@click.argument("name", type=TEXT)
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice(ROLES),
    default=("ask",),
    show_default="ask",
    help="What it may do. Repeatable.",
)
@click.option(
    "--index", "indexes", multiple=True, type=TEXT, help="An index it may use, by name; else all."
)
@click.option(
    "--group",
    "groups",
    multiple=True,
    type=TEXT,
    help="A group that rules of rights know it by. Repeatable.",
)
@click.option(
    "--expires",
    type=TEXT,
    metavar="30d",
    help="How long it is good: hours (h), days (d), weeks (w).",
)
@state_option
def create(
    name: str,
    roles: tuple[str, ...],
    indexes: tuple[str, ...],
    groups: tuple[str, ...],
    expires: str | None,
    place: Place,
) -> None:
    """Make a key, and show it: this once."""
    until = None if expires is None else time.time() + _seconds(expires)
    with _keys(place, make=True) as keys:
        made = keys.create(name, roles=roles, indexes=indexes or None, groups=groups, expires=until)
    _note(place, "key made", name)
    echo(made)
    echo("Keep it now: it is not shown again.", err=True)


@key.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@state_option
def show(as_json: bool, place: Place) -> None:
    """The keys that were made, without their secrets."""
    with _keys(place) as keys:
        found = keys.list()
    if as_json:
        echo_json(to_json(found, indent=2))
        return
    for one in found:
        echo(_line(one))
    if not found:
        echo(f"No key was made yet: rag key create NAME --state {_masked(place)}")


@key.command("revoke")
@click.argument("name", type=TEXT)
@state_option
def revoke(name: str, place: Place) -> None:
    """End a key, by name or id, and what was signed in with it. A running server sees it at once."""
    with _keys(place) as keys:
        keys.revoke(name)
    _note(place, "key revoked", name)
    echo(f"{name} is revoked.")


def _note(place: Place, what: str, name: str) -> None:
    from rag.serve.audit import note

    note(place, what, name)


def _masked(place: Place) -> str:
    from rag.serve.state import masked

    return masked(place)


def _line(one: Key) -> str:
    indexes = "all indexes" if one.indexes is None else ", ".join(one.indexes)
    parts = [one.name, one.id, one.state, "+".join(one.roles), indexes]
    if one.groups:
        parts.append(f"groups {', '.join(one.groups)}")
    parts.append(f"made {_day(one.created)}")
    if one.expires is not None:
        parts.append(f"expires {_day(one.expires)}")
    parts.append(f"last used {_day(one.used)}" if one.used else "never used")
    return "  ".join(parts)


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")


def _seconds(text: str) -> float:
    match = re.fullmatch(r"(\d{1,5})([hdw])", text.strip())
    if match is None or not int(match[1]):
        raise click.BadParameter(
            f'"{text}" is no time like 12h, 30d or 8w.', param_hint="--expires"
        )
    return int(match[1]) * _UNITS[match[2]]


@key.command("usage")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@state_option
def usage(as_json: bool, place: Place) -> None:
    """What keys have used of a server, by day, index and model: questions, tokens, money."""
    with _state(place) as state:
        from rag.serve.access.usage import all_used

        found = all_used(state)
    if as_json:
        echo_json(to_json(found, indent=2))
        return
    for one in found:
        cached = f" ({one.cached} from the cache)" if one.cached else ""
        tokens = f"{one.input_tokens:,} tokens in, {one.output_tokens:,} out"
        cost = f", cost {one.cost:.4f}" if one.cost else ""
        echo(
            f"{one.day}  {one.key}  {one.index}  {one.model}: {one.questions} asked{cached}, {tokens}{cost}"
        )
    if not found:
        echo("Nothing was asked yet.")


@contextmanager
def _state(place: Place, *, make: bool = False) -> Iterator[State]:
    """The state that a server keeps there; it is made, if ``make``."""
    try:
        from rag.serve.access import gate, usage
        from rag.serve.state import existing_state, open_state
    except ModuleNotFoundError as error:
        raise ExtraMissing("Serving", "serve") from error
    schemas = (gate.SCHEMA, usage.SCHEMA)
    state = open_state(place, *schemas) if make else existing_state(place, *schemas)
    try:
        yield state
    finally:
        state.close()


@contextmanager
def _keys(place: Place, *, make: bool = False) -> Iterator[Keys]:
    with _state(place, make=make) as state:
        from rag.serve.access.keys import Keys

        yield Keys(state)
