"""rag mcp"""

from __future__ import annotations

from pathlib import Path

import click

from rag.cli.app import main
from rag.cli.values import PLACE, TEXT
from rag.errors import ExtraMissing


@main.command()
@click.option(
    "--index",
    "index",
    multiple=True,
    type=TEXT,
    metavar="[NAME=]PATH",
    help="An index, a folder or a server's address, and the name that it is called by (else its own). Repeatable.",
)
@click.option("--config", "file", type=PLACE, help="A serve.toml; see docs/serving.md.")
@click.option("--state", type=TEXT, help="Where the audit is kept; INDEX.serve, if left out.")
def mcp(index: tuple[str, ...], file: Path | None, state: str | None) -> None:
    """Serve indexes to an agent that starts this command.

    It speaks the Model Context Protocol on standard input and output, until its input ends; its log goes to standard
    error. An agent elsewhere finds the same at /mcp of rag serve.
    """
    try:
        from rag.serve.mcp.stdio import run
    except ModuleNotFoundError as error:
        raise ExtraMissing("Serving agents", "serve") from error
    from rag.serve.config import load_config

    run(load_config(file, index=index, state=state))
