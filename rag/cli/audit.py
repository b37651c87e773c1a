"""rag audit"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from rag.cli.app import main
from rag.cli.keys import state_option
from rag.cli.show import WIDTH, many
from rag.cli.terminal import echo, echo_json
from rag.cli.values import TEXT
from rag.codec import to_json
from rag.errors import ExtraMissing

if TYPE_CHECKING:
    from rag.serve.audit import Line
    from rag.serve.state import Place

OUTCOMES = ("answered", "abstained", "refused", "problem", "left", "done")


class _Since(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.2
    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(
                f'"{value}" is not a day or time like 2026-11-27 or "2026-11-27 14:30".', param, ctx
            )
        return moment.astimezone(UTC).isoformat(timespec="milliseconds")


@main.command()
@state_option
@click.option("--since", type=_Since(), metavar="TIME", help="Only from this day or time on.")
@click.option("--key", type=TEXT, help="Only of the key with this name.")
@click.option("--index", type=TEXT, help="Only of the index with this name.")
@click.option(
    "--outcome",
    "outcomes",
    multiple=True,
    type=click.Choice(OUTCOMES),
    help="Only what ended so. Repeatable.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the lines as they are kept: JSON Lines."
)
def audit(as_json: bool, **which: Any) -> None:
    """What was asked of a server, by whom, and what it answered from which documents."""
    count = 0
    for line in _chosen(**which):
        count += 1
        if as_json:
            echo_json(to_json(line))
        else:
            _print(line)
    if not as_json:
        echo(f"{many(count, 'line')}.")


def _chosen(
    place: Place, since: str | None, key: str | None, index: str | None, outcomes: tuple[str, ...]
) -> Iterator[Line]:
    try:
        from rag.serve.audit import lines_of
    except ModuleNotFoundError as error:
        raise ExtraMissing("The audit of a server", "serve") from error
    for line in lines_of(place):
        if (
            (since is None or line.time >= since)
            and key in (None, line.key)
            and index in (None, line.index)
            and (not outcomes or _outcome(line) in outcomes)
        ):
            yield line


def _outcome(line: Line) -> str:
    return "abstained" if line.outcome == "answered" and line.abstained else line.outcome


def _print(line: Line) -> None:
    when = datetime.fromisoformat(line.time).astimezone().strftime("%Y-%m-%d %H:%M")
    said = [when, line.key, line.door, line.index, line.what, _outcome(line)]
    if line.tier not in ("", "none"):
        said.append(line.tier)
    if line.confidence is not None:
        said.append(f"{line.confidence:.2f}")
    if line.status != 200:
        said.append(str(line.status))
    if "total" in line.seconds:
        said.append(f"{line.seconds['total']:.2f} s")
    echo("  ".join(part for part in said if part))
    sources = dict.fromkeys(read.source for read in line.passages)
    for text in (line.question, line.answer or line.problem, ", ".join([*line.about, *sources])):
        if text:
            echo(f"  {textwrap.shorten(text, WIDTH - 2, placeholder=' ...')}")
    echo()
