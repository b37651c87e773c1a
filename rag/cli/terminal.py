"""What is printed, made safe for a terminal: the one way that anything here gets there.

File names, texts of documents, questions and errors are foreign. A control character among them could
colour, hide or overwrite what is shown; one that turns or hides letters could make it read otherwise.
"""

from __future__ import annotations

import re
from typing import Any

import click

# Control characters but tab and newline; what is invisible, or turns the direction of writing;
# line separators; lone surrogates; tags. A zero-width joiner has its place in names, and shows there.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_BREAK = re.compile("[\t\n]")


def visible(text: str) -> str:
    r"""``text`` with every character that a terminal would act on, or not show, spelt out.

    >>> print(visible("a\x1b[2Jb"))
    a\x1b[2Jb
    """
    return _UNSAFE.sub(lambda found: _spelt(found[0]), text)


def name(text: str) -> str:
    r"""The same for what is to be one line, such as the name of a file: its line breaks too.

    >>> print(name("a\nb.txt"))
    a\nb.txt
    """
    return _BREAK.sub(lambda found: "\\n" if found[0] == "\n" else "\\t", visible(text))


def echo(text: str = "", **options: Any) -> None:
    """Print a line, made visible; options are those of ``click.secho``."""
    click.secho(visible(text), **options)


def echo_json(text: str) -> None:
    r"""Print JSON. What is unsafe is written ``\u001b``, so that a program reads it exactly as it is."""
    click.echo(_UNSAFE.sub(_in_json, text))


def _spelt(character: str) -> str:
    code = ord(character)
    return (
        f"\\x{code:02x}"
        if code < 0x100
        else f"\\u{code:04x}"
        if code < 0x10000
        else f"\\U{code:08x}"
    )


def _in_json(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))
