"""rag index | status | verify | remove | compact"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import click

from rag.cli.app import index_option, json_option, main, opened
from rag.cli.progress import progress_bar
from rag.cli.show import print_failures, print_files, print_report, size
from rag.cli.terminal import EXIT_INTERRUPTED, EXIT_PARTLY, echo, echo_json
from rag.cli.values import FOLDER, PLACE, TEXT
from rag.codec import to_json
from rag.errors import RagError
from rag.visible import name


@main.command()
@click.argument("folder", type=FOLDER)
@index_option
@click.option(
    "--model",
    type=TEXT,
    help="The encoder: the bundled one, or a name or folder of sentence-transformers.",
)
@click.option("--chunk-tokens", type=int, help="The most tokens that a chunk may have.")
@click.option(
    "--precision",
    type=click.Choice(["auto", "f32", "bf16", "int8"]),
    help="How the bundled encoder computes; auto picks by the processor.",
)
@click.option("--workers", type=int, help="How many processes parse files; with --ray, workers.")
@click.option(
    "--ray",
    type=TEXT,
    metavar="ADDRESS",
    help='A Ray cluster whose workers parse and embed: its address, or "local" for this machine.',
)
@click.option("--max-file-mb", type=int, help="Larger files are reported as failed.")
@click.option(
    "--file-timeout", "file_timeout_s", type=float, help="How many seconds one file may take."
)
@click.option(
    "--settings",
    "file",
    type=PLACE,
    help="A settings file to use instead of rag.toml.",
)
@click.option(
    "--redact",
    type=click.Choice(["none", "secrets", "personal", "all"]),
    help="What is replaced by labels before anything is kept.",
)
@click.option("--quiet", is_flag=True, help="Show no progress.")
@json_option
def index(
    folder: Path | str,
    path: Path,
    file: Path | None,
    quiet: bool,
    as_json: bool,
    ray: str | None,
    **given: Any,
) -> None:
    """Index FOLDER, or bring its index up to date.

    FOLDER is a path, or an address such as s3://bucket/handbook or https://host/docs/.
    Only what is new or changed is read and embedded. Stopped with Ctrl-C, it keeps what is
    done, and the same command goes on from there.
    """
    from rag.index import Index
    from rag.settings import Settings

    given = {name: value for name, value in given.items() if value is not None}
    settings = Settings.load(file, **given) if file else None
    with progress_bar(quiet or as_json) as progress:
        built = Index.build(
            folder, path, settings=settings, ray=ray or "", progress=progress, **given
        )
    click.get_current_context().with_resource(built)
    report = built.report
    assert report is not None
    if as_json:
        echo_json(json.dumps(dataclasses.asdict(report), ensure_ascii=False))
    else:
        print_report(report, built)
    if report.interrupted:
        sys.exit(EXIT_INTERRUPTED)
    if report.failed or report.stale:
        sys.exit(EXIT_PARTLY)


@main.command()
@index_option
@click.option("--files", is_flag=True, help="List every file, with what was read of it.")
@json_option
def status(path: Path, files: bool, as_json: bool) -> None:
    """Show what an index holds, and which files failed and why."""
    index = opened(path)
    found, listed = index.status(), index.files() if files else ()
    if as_json:
        told = dataclasses.asdict(found) | ({"listed": listed} if files else {})
        echo_json(to_json(told))
        return
    if files:
        print_files(listed)
        return
    rows = [
        ("index", f"{found.path}, generation {found.generation}, {size(found.bytes)}"),
        ("folder", ", ".join(found.folders)),
        ("files", f"{found.files:,} ({found.documents:,} distinct), {len(found.failed)} failed"),
        ("chunks", f"{found.chunks:,} of at most {found.chunk_tokens} tokens"),
        ("vectors", f"{found.vector_index}, {found.vectors:,} stored"),
        ("model", found.model),
    ]
    if found.stale:
        rows.append(("stale", f"{len(found.stale)}: the last version that could be read is kept"))
    if found.writing:
        rows.append(("now", "another process is writing to it"))
    for what, value in rows:
        echo(f"{what:8} {name(value)}")
    print_failures("failed", found.failed)
    print_failures("stale", found.stale)


@main.command()
@index_option
@json_option
def verify(path: Path, as_json: bool) -> None:
    """Check an index from end to end, against the texts that it stores."""
    index = opened(path)
    problems = index.verify()
    if as_json:
        echo_json(json.dumps({"ok": not problems, "problems": problems}, ensure_ascii=False))
    elif problems:
        for problem in problems:
            echo(f"  {problem}")
        echo(f"{len(problems)} problem{'s' * (len(problems) != 1)} found.")
    else:
        found = index.status()
        echo(
            f"{index.address}: sound. {found.files:,} files, {found.chunks:,} chunks, generation "
            f"{found.generation}."
        )
    if problems:
        sys.exit(EXIT_PARTLY)


@main.command()
@click.argument("patterns", nargs=-1, required=True, type=TEXT, metavar="NAME_OR_GLOB...")
@index_option
@json_option
def remove(patterns: tuple[str, ...], path: Path, as_json: bool) -> None:
    """Take files out of an index.

    One that is still in its folder comes back with the next run, unless .ragignore names it.
    """
    index = opened(path)
    removed = index.remove(*patterns)
    if as_json:
        echo_json(json.dumps({"removed": removed}, ensure_ascii=False))
    elif removed:
        for file in removed:
            echo(f"  - {name(file)}")
        echo(f"{len(removed)} removed. To keep them out, name them in a .ragignore.")
    else:
        raise RagError(
            f"No file in {index.address} matches {' '.join(patterns)}. Names are as rag search shows them."
        )


@main.command()
@index_option
def compact(path: Path) -> None:
    """Forget vectors that are no longer used, and free the disk space."""
    index = opened(path)
    before = index.status().bytes
    gone = index.compact()
    after = index.status().bytes
    kept = after > before and bool(index.store.places())
    if kept:  # what a reader holds on to is kept beside what is new
        echo(
            f"{gone:,} vectors forgotten. Another process is reading the index as it was; the space "
            "is given back when it moves on."
        )
    else:
        echo(f"{gone:,} vectors forgotten; {size(before)} before, {size(after)} after.")
