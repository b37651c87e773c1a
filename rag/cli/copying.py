"""rag copy"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from rag.cli.app import json_option, main
from rag.cli.progress import progress_bar
from rag.cli.show import many, print_failures
from rag.cli.terminal import EXIT_INTERRUPTED, echo, echo_json
from rag.cli.values import ADDRESS
from rag.codec import to_json
from rag.visible import name


@main.command()
@click.argument("source", type=ADDRESS)
@click.argument("target", type=ADDRESS)
@click.option("--quiet", is_flag=True, help="Show no progress.")
@json_option
def copy(source: Path, target: Path, quiet: bool, as_json: bool) -> None:
    """Copy the index SOURCE to TARGET: from a folder to a server, back, or to another folder.

    Nothing is embedded, and the documents' own files are not needed. A TARGET that exists must be an earlier copy, or of the
    same folders: it is brought up to date. Who reads TARGET sees what it held before until all is copied. Stopped with
    Ctrl-C, the same command goes on from there.
    """
    from rag.copying import copy_index

    with progress_bar(quiet or as_json) as progress:
        done = copy_index(source, target, progress=progress)
    if as_json:
        echo_json(to_json(done))
    elif done.interrupted:
        echo(
            f"Stopped: {many(done.copied, 'document') or 'nothing'} copied; the same command goes on."
        )
    else:
        echo(
            f"{name(done.target)}: {done.files:,} files, {done.chunks:,} chunks, generation {done.generation}."
        )
        echo(
            f"{many(done.copied, 'document') or 'No document'} copied with {many(done.vectors, 'vector') or 'no vector'}; "
            "nothing was embedded."
        )
        for file in done.removed:
            echo(f"  - {name(file)}")
        print_failures("kept out", done.kept_out)
    if done.interrupted:
        sys.exit(EXIT_INTERRUPTED)
