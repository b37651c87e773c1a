"""rag mcp"""

from __future__ import annotations

from pathlib import Path

from rag.cli.app import main
from rag.cli.serving import served_options
from rag.errors import ExtraMissing


@main.command()
@served_options
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
