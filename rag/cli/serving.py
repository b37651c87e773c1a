"""rag serve"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rag.cli.app import main
from rag.cli.terminal import echo
from rag.cli.values import PLACE, TEXT, Number
from rag.errors import ExtraMissing

if TYPE_CHECKING:
    from rag.serve.config import ServeConfig


def served_options(command: Any) -> Any:
    """What is served, and where what was asked of it is kept: of whoever calls ``load_config``."""
    for option in reversed(
        (
            click.option(
                "--index",
                "index",
                multiple=True,
                type=TEXT,
                metavar="[NAME=]PATH",
                help="An index, a folder or a server's address, and the name that it is served under (else its "
                "own). Repeatable.",
            ),
            click.option("--config", "file", type=PLACE, help="A serve.toml; see docs/serving.md."),
            click.option(
                "--state",
                type=TEXT,
                envvar="RAG_STATE",
                help="Where keys, conversations and the audit are kept: a folder, or postgresql://... that "
                "replicas share; the index's database, if left out, or INDEX.serve.",
            ),
        )
    ):
        command = option(command)
    return command


@main.command()
@served_options
@click.option(
    "--host", type=TEXT, help="Where to listen; 127.0.0.1, this machine alone, if left out."
)
@click.option("--port", type=Number(0, 65535, whole=True), help="The port; 8000, if left out.")
@click.option(
    "--workers",
    type=Number(1, 256, whole=True),
    help="Processes that answer; one a core, if left out.",
)
def serve(index: tuple[str, ...], file: Path | None, **server: Any) -> None:
    """Serve indexes: a page, an HTTP API, and the API that OpenAI's clients speak."""
    try:
        from rag.serve.running import run
    except ModuleNotFoundError as error:
        raise ExtraMissing("Serving", "serve") from error
    from rag.serve.config import load_config

    config = load_config(file, index=index, **server)
    run(config, lambda address: _say(config, address))


def _say(config: ServeConfig, address: str) -> None:
    """Once it is ready: what is served where, and to whom."""
    echo(f"Serving {', '.join(config.index)} at {address} (Ctrl-C stops it)")
    from rag.serve.state import masked

    whom = "this machine alone" if config.loopback else "all that reach it and have a key"
    for name, said in (
        *(
            (name, f"{masked(served.path)}, answered by {served.model}")
            for name, served in config.index.items()
        ),
        ("open to", whom),
        ("workers", str(config.workers)),
        ("kept in", masked(config.state_place())),
    ):
        echo(f"  {name:<10} {said}")
    sys.stdout.flush()
