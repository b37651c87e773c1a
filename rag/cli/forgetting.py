"""rag forget"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.cli.app import index_option, json_option, main
from rag.cli.show import many
from rag.cli.terminal import EXIT_PARTLY, echo, echo_json
from rag.cli.values import ADDRESS, TEXT
from rag.codec import to_json
from rag.errors import ExtraMissing, RagError
from rag.visible import name

if TYPE_CHECKING:
    from rag.forgetting import Forgotten, Keeping, Looked
    from rag.serve.state import Place


@main.command()
@click.argument("patterns", nargs=-1, type=TEXT, metavar="[NAME_OR_GLOB]...")
@index_option
@click.option(
    "--containing",
    type=TEXT,
    help="Only documents with this text in them, in any case: a name, a number.",
)
@click.option(
    "--allow-again",
    is_flag=True,
    help="Let the next run take them in again; also names that were forgotten before.",
)
@click.option(
    "--state",
    type=ADDRESS,
    envvar="RAG_STATE",
    help="A server's state, a folder or postgresql://..., whose conversations, feedback and audit are cleaned, too.",
)
@json_option
def forget(
    patterns: tuple[str, ...],
    path: Path,
    containing: str | None,
    allow_again: bool,
    state: Place | None,
    as_json: bool,
) -> None:
    """Forget documents for good, and prove that nothing of them is left.

    Text, vectors, full text and everything that quotes them go: cached answers, conversations, with --state also what a
    server keeps. They stay out of the index when their folder is indexed again. All files are then looked through for
    words and sentences that only they had. The files themselves are left: delete them yourself.
    """
    from rag.answering.erasing import answering_stores
    from rag.forgetting import forget as forget_documents
    from rag.store.addresses import store_at

    if not patterns and not containing:
        raise click.UsageError("Name files or globs, or say what the documents contain.")
    store = store_at(path)
    store.stamp()  # there is one
    stores = (*answering_stores(), *(_of_server(state) if state else ()))
    done = forget_documents(
        store,
        patterns,
        containing=containing or "",
        allow_again=allow_again,
        stores=stores,
        also=[state] if isinstance(state, Path) else (),
    )
    if not done.names and not done.allowed:
        what = " ".join(patterns) + (f' that contains "{containing}"' if containing else "")
        raise RagError(
            f"No document in {store.address} matches {what.strip()}. Names are as rag search shows them."
        )
    if as_json:
        echo_json(to_json({**dataclasses.asdict(done), "left": done.left}))
    else:
        _print(done)
    if done.left or done.read_elsewhere:
        sys.exit(EXIT_PARTLY)


def _of_server(state: Place) -> tuple[Keeping, ...]:
    try:
        from rag.serve.erasing import serving_stores
    except ModuleNotFoundError as error:
        raise ExtraMissing("Cleaning what a server keeps", "serve") from error
    if isinstance(state, Path) and not state.is_dir():
        raise RagError(
            f"{state}: no such folder. A server's state folder is INDEX.serve, or what --state said."
        )
    return serving_stores(state)


def _print(done: Forgotten) -> None:
    for file in done.names:
        echo(f"  - {name(file)}")
    for file in done.allowed:
        echo(f"  {name(file)} may come back with the next rag index.")
    if not done.names:
        return
    counts = many(done.documents, "document"), many(done.passages, "passage") or "no passage"
    echo(f"Forgotten: {counts[0] or 'no document'} with {counts[1]}.")
    for store, count in done.cleaned:
        echo(f"  {store}: {count:,} removed")
    words, sentences, vectors = done.looked_for
    echo(
        f"Looked for {words:,} words, {sentences:,} sentences and {vectors:,} vectors that nothing else has, then again when they were gone:"
    )
    echo("  found, and left:")
    for line in _table(done.before, done.after):
        echo(f"  {line}")
    if done.left:
        for one in done.left:
            shown = ", ".join(f'"{text}"' for text in one.found[:3])
            echo(f"Left in {name(one.file)}: {name(shown or one.read)}")
    else:
        echo("Nothing of them was found.")
    if done.read_elsewhere:
        echo(
            "Another process is reading the index as it was: what it holds on to is on disk until it moves on. Stop it, or let "
            "it answer a question, and run rag compact."
        )


def _table(before: tuple[Looked, ...], after: tuple[Looked, ...]) -> list[str]:
    """File by file: how it was read, and what was found of what was looked for, before and after."""
    rows: dict[tuple[str, str], list[int]] = {}
    for column, looked in enumerate((before, after)):
        for one in looked:
            kind = "bytes" if one.read.endswith(" bytes") else one.read.partition(" ")[2]
            key = (
                one.file.partition("*")[0] + "*" if "*" in one.file else one.file,
                kind.partition(",")[0].partition(";")[0],
            )
            rows.setdefault(key, [0, 0])[column] += len(one.found)
    width = max((len(file) for file, _ in rows), default=0)
    return [
        f"{name(file):<{width}}  {found[0]:>5} {found[1]:>5}  {kind}"
        for (file, kind), found in rows.items()
        if any(found) or kind != "bytes"
    ]
