"""rag ask | search | prompts"""

from __future__ import annotations

import dataclasses
import json
import time
from pathlib import Path
from typing import Any

import click

from rag.cli.app import index_option, json_option, main, where_of, where_option
from rag.cli.show import print_answer, print_hit


@main.command()
@click.argument("question")
@index_option
@click.option("-k", default=8, show_default=True, help="How many chunks are read.")
@where_option
@click.option(
    "--model",
    default="reader",
    show_default=True,
    envvar="RAG_ANSWER_MODEL",
    help='The bundled reader, "hf:FOLDER", or "provider:model" as LangChain names it.',
)
@click.option("--threshold", type=float, help="Confidence below which it abstains.")
@json_option
def ask(
    question: str,
    path: Path,
    k: int,
    filters: tuple[str, ...],
    model: str,
    threshold: float | None,
    as_json: bool,
) -> None:
    """Answer QUESTION from the documents, or say that they don't tell."""
    from rag.answer import QA
    from rag.index import Index

    qa = QA(Index.open(path), model=model, k=k, threshold=threshold)
    answer = qa.ask(question, where=where_of(filters))
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(answer), ensure_ascii=False))
    else:
        print_answer(answer)


@main.command()
@click.argument("question")
@index_option
@click.option("-k", default=5, show_default=True, help="How many hits.")
@where_option
@click.option(
    "--mode", type=click.Choice(["hybrid", "dense", "lexical"]), default="hybrid", show_default=True
)
@json_option
def search(
    question: str, path: Path, k: int, filters: tuple[str, ...], mode: Any, as_json: bool
) -> None:
    """Find the passages that match QUESTION best."""
    from rag.index import Index
    from rag.index.search import as_json as hits_as_json

    where = where_of(filters)
    opened = Index.open(path)
    begun = time.perf_counter()
    hits = opened.search(question, k, where=where, mode=mode)
    elapsed = time.perf_counter() - begun
    if as_json:
        click.echo(hits_as_json(hits))
    elif not hits:
        click.echo("Nothing found." + (" Is the filter too narrow?" if where else ""))
    else:
        for number, hit in enumerate(hits, start=1):
            print_hit(number, hit)
        click.echo(f"{len(hits)} hits · {elapsed * 1000:.0f} ms")


@main.command()
@click.argument("name", required=False)
def prompts(name: str | None) -> None:
    """List the prompts for larger models, or show the one called NAME.

    Files in the folder that RAG_PROMPTS names come before the bundled ones.
    """
    from rag.answer.prompts import load_prompt
    from rag.answer.prompts import prompts as all_prompts

    if name is None:
        for prompt in all_prompts():
            click.echo(f"{prompt.key}  {', '.join(prompt.variables)}  {prompt.path}")
    else:
        prompt = load_prompt(name)
        click.echo(f"# {prompt.key}\n\n## system\n\n{prompt.system}\n\n## user\n\n{prompt.user}")
