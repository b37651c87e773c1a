"""The one way that anything gets to the terminal: made visible (:mod:`rag.visible`), and where that
fails or the work does, in one sentence and an exit code."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import click

from rag.errors import RagError, in_words
from rag.visible import UNSAFE, visible

EXIT_ERROR, EXIT_PARTLY, EXIT_WORSE, EXIT_INTERRUPTED, EXIT_PIPE = 1, 3, 4, 130, 141
LONGEST = 1000  # characters of a line of an error; what was typed may be longer
_NOT_ASCII = re.compile(r"[^\x00-\x7e]")


def echo(text: str = "", **options: Any) -> None:
    """Print a line, made visible; options are those of ``click.secho``."""
    click.secho(visible(text), **options)


def echo_json(text: str) -> None:
    r"""Print JSON. What is unsafe, or not in the output's encoding, is written ``\u001b``, so that a
    program reads it exactly as it is."""
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
    click.echo((UNSAFE if encoding.startswith("utf") else _NOT_ASCII).sub(_in_json, text))


@contextmanager
def failing_in_words() -> Iterator[None]:
    """What goes wrong in the block becomes a line on standard error and ends the command with an exit
    code; a traceback is never shown. A reader of the output that has gone (``rag search x | head``)
    ends it as it ends other tools: without a word, with the code of SIGPIPE."""
    try:
        yield
    except click.ClickException as error:
        error.message = _shortened(visible(error.message))  # type: ignore[misc]  # what was typed
        raise
    except RagError as error:
        _leave(EXIT_ERROR, str(error))
    except KeyboardInterrupt:
        _leave(EXIT_INTERRUPTED, "stopped.")
    except BrokenPipeError:
        _leave(EXIT_PIPE, "")
    except OSError as error:
        _leave(EXIT_ERROR, in_words(error))


def prepare_streams() -> None:
    """Characters that an output's encoding does not have are spelt out; bytes of the input that are not
    in its encoding are refused as a question, not by a traceback; nothing else is printed there."""
    root = logging.getLogger()
    if not root.handlers:  # what libraries log is for programs, and foreign text: errors are raised
        root.addHandler(logging.NullHandler())
    for stream, errors in (
        (sys.stdin, "surrogateescape"),
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
    ):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=errors)


def _leave(code: int, text: str) -> None:
    with suppress(OSError):
        if text:
            echo(f"rag: {_shortened(text)}", err=True)
    for stream in (sys.stdout, sys.stderr):
        _emptied(stream)
    raise click.exceptions.Exit(code)


def _emptied(stream: Any) -> None:
    """What a stream could not write it would try again when Python ends: then it shall lead nowhere."""
    try:
        if stream is not None:
            stream.flush()
    except OSError:
        with suppress(OSError):  # of a stream that is no file's
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _shortened(text: str) -> str:
    half = LONGEST // 2
    return "\n".join(
        line if len(line) <= LONGEST else f"{line[:half]} ... {line[-half:]}"
        for line in text.split("\n")
    )


def _in_json(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))
