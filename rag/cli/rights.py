"""rag rights, and asking as somebody who may not read everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rag.cli.app import index_option, json_option, main, opened
from rag.cli.terminal import echo, echo_json
from rag.cli.values import PLACE, TEXT
from rag.codec import to_json
from rag.visible import name

if TYPE_CHECKING:
    from rag.index import Index
    from rag.readable import Readable
    from rag.rights import Rights

SHOWN = 10  # files of a group; of those that no rule reaches, all


@dataclass(frozen=True, slots=True)
class Reach:
    """What rules come to on an index: the files of each group, those that nobody may read, those of them that no rule
    reaches, and the numbers of rules, from 1, that decide about no file."""

    groups: dict[str, list[str]]
    nobody: list[str]
    unreached: list[str]
    idle: list[int]


def rights_options(command: Any) -> Any:
    """The options of :func:`as_seen`."""
    command = click.option(
        "--as",
        "groups",
        type=TEXT,
        metavar="GROUP[,GROUP]",
        help="With --rights: as one who is in these groups; else in none but everyone.",
    )(command)
    return click.option(
        "--rights", type=PLACE, help="See only what a file of rules (rag rights) lets one read."
    )(command)


def as_seen(index: Readable, rights: Path | None, groups: str | None) -> Readable:
    """The index, or what one may read of it who is in these groups."""
    if rights is None:
        if groups is not None:
            raise click.UsageError("--as needs the rules: --rights FILE")
        return index
    from rag.rights import EVERYONE

    rules = _rules(rights, index)
    members = [group.strip() for group in (groups or "").split(",") if group.strip()]
    for group in members:
        if group not in {EVERYONE, *rules.groups()}:
            echo(f"  No rule of {rights} names the group {name(group)}.", err=True)
    return index.restricted(rules.for_groups(members))


@main.command("rights")
@click.argument("rules", type=PLACE)
@index_option
@json_option
def show_rights(rules: Path, path: Path, as_json: bool) -> None:
    """Show which files of the index each group may read by RULES, a TOML file; and which files no rule reaches.

    Try them out with rag ask --rights RULES --as GROUP.
    """
    index = opened(path)
    rights = _rules(rules, index)
    reach = _reach(rights, index)
    if as_json:
        echo_json(to_json(reach))
        return
    for group, files in reach.groups.items():
        _list(name(group), files, SHOWN)
    _list("no group", [one for one in reach.nobody if one not in reach.unreached], SHOWN)
    readers = ", ".join(map(name, sorted(rights.default))) or "nobody"
    most = SHOWN if rights.default else len(reach.unreached)
    _list(f"no rule reaches (read by {readers})", reach.unreached, most)
    for number in reach.idle:
        echo(
            f"Rule {number} ({name(str(rights.rules[number - 1]))}) decides about no file.",
            fg="yellow",
        )


def _list(title: str, files: Sequence[str], most: int) -> None:
    if not files and not title.startswith("no"):
        echo(f"{title}: no files", bold=True)
    elif files:
        echo(f"{title}: {len(files):,} file{'s' * (len(files) > 1)}", bold=True)
    for file in files[:most]:
        echo(f"  {name(file)}")
    if len(files) > most:
        echo(f"  ... and {len(files) - most:,} more", dim=True)


def _rules(path: Path, index: Readable) -> Rights:
    from rag.rights import Rights

    return Rights.load(path, outside=index.folders)


def _reach(rights: Rights, index: Index) -> Reach:
    from rag.store.restricted import said_by

    with index.snapshot() as snapshot:
        says, rows = said_by(snapshot.catalog), snapshot.catalog.files()
    files = [
        (row.name, says.get(row.document or 0)) for row in sorted(rows, key=lambda row: row.name)
    ]
    found = [
        (file, rights.readers(file, fields), rights.deciding(file, fields))
        for file, fields in files
    ]
    return Reach(
        groups={
            g: [file for file, readers, _ in found if g in readers] for g in sorted(rights.groups())
        },
        nobody=[file for file, readers, _ in found if not readers],
        unreached=[file for file, _, rule in found if rule is None],
        idle=[
            n for n in range(1, len(rights.rules) + 1) if n - 1 not in {rule for *_, rule in found}
        ],
    )
