"""The one way that anything gets to the terminal: made visible (:mod:`rag.visible`)."""

from __future__ import annotations

import re
from typing import Any

import click

from rag.visible import UNSAFE, visible


def echo(text: str = "", **options: Any) -> None:
    """Print a line, made visible; options are those of ``click.secho``."""
    click.secho(visible(text), **options)


def echo_json(text: str) -> None:
    r"""Print JSON. What is unsafe is written ``\u001b``, so that a program reads it exactly as it is."""
    click.echo(UNSAFE.sub(_in_json, text))


def _in_json(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))
