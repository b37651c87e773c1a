"""rag ask | chat | search | prompts | usage"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rag.cli.app import (
    chain,
    chain_options,
    index_option,
    json_option,
    main,
    opened,
    spelling_option,
    threshold_option,
    where_of,
    where_option,
)
from rag.cli.rights import as_seen, rights_options
from rag.cli.show import print_answer, print_asked_as, print_hit
from rag.cli.terminal import echo, echo_json
from rag.cli.values import COUNT, TEXT
from rag.codec import to_json
from rag.errors import RagError

if TYPE_CHECKING:
    from rag.answering.conversation import Conversation
    from rag.answering.qa import QA


_cache_option = click.option(
    "--no-cache", is_flag=True, help="Answer again what was answered before, and keep nothing."
)


@main.command()
@click.argument("question")
@chain_options
@threshold_option
@where_option
@rights_options
@_cache_option
@json_option
def ask(
    question: str,
    filters: tuple[str, ...],
    rights: Path | None,
    groups: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Answer QUESTION from the documents, or say that they do not answer it."""
    qa = _cached(**options)
    answer = qa.over(as_seen(qa.index, rights, groups)).ask(question, where=where_of(filters))
    if as_json:
        echo_json(to_json(answer))
    else:
        print_answer(answer)


@main.command()
@chain_options
@threshold_option
@where_option
@_cache_option
@click.option(
    "--session",
    type=TEXT,
    help="Keep the conversation under this name, and go on with it next time.",
)
def chat(filters: tuple[str, ...], session: str | None, **options: Any) -> None:
    """Ask one question after another; each may refer to those before it.

    An empty line, /quit or Ctrl-D ends it; /new begins a new conversation.
    """
    from rag.answering.conversation import Conversation, Sessions
    from rag.answering.erasing import SESSIONS
    from rag.embedding.graph import cache_folder

    if sys.stdin is None:
        raise RagError("rag chat reads questions from standard input, which is closed.")
    sessions = Sessions(cache_folder() / SESSIONS) if session else None
    talk = Conversation(_cached(**options), sessions=sessions, name=session or "")
    if talk.turns:
        echo(f"  Going on: {talk.turns[-1].question}", dim=True)
    while True:
        try:
            question = click.prompt(">", prompt_suffix=" ", default="", show_default=False).strip()
        except click.Abort:  # Ctrl-D or Ctrl-C
            echo()
            return
        if question in ("", "/quit", "/exit"):
            return
        if question == "/new":
            talk.forget()
            continue
        try:
            _answer_in_chat(talk, question, where_of(filters))
        except RagError as error:
            echo(f"  {error}", err=True)


def _answer_in_chat(talk: Conversation, question: str, where: Any) -> None:
    writing = False
    for event in talk.stream(question, where=where):
        if event.kind == "text":
            echo(event.text, dim=True, nl=False)  # as it is written, not yet checked
            writing = True
        if event.answer is not None:
            if writing:
                echo()
            if event.answer.question != question:
                echo(f"  ({event.answer.question})", dim=True)
            print_answer(event.answer)


def _cached(no_cache: bool, **options: Any) -> QA:
    from rag.answering.cache import AnswerCache

    return chain(**options, cache=None if no_cache else AnswerCache())


@main.command()
@json_option
def usage(as_json: bool) -> None:
    """Count questions and tokens, by day and model."""
    from rag.answering.cache import AnswerCache

    found = AnswerCache().usage()
    if as_json:
        echo_json(to_json(found))
        return
    if not found:
        echo("Nothing has been asked yet.")
        return
    head = f"{'day':10}  {'model':24}{'questions':>10}{'cached':>8}{'tokens in':>12}{'out':>10}"
    echo(head, dim=True)
    counts = [(r.questions, r.cached, r.input_tokens, r.output_tokens) for r in found]
    for row, count in zip(found, counts, strict=True):
        echo(f"{row.day:10}  {row.model[:23]:24}{_columns(count)}")
    echo(f"{'':10}  {'all':24}{_columns([sum(c) for c in zip(*counts, strict=True)])}", bold=True)


def _columns(counts: Sequence[int]) -> str:
    questions, cached, given, written = counts
    return f"{questions:>10,}{cached:>8,}{given:>12,}{written:>10,}"


@main.command()
@click.argument("question")
@index_option
@click.option("-k", type=COUNT, default=5, show_default=True, help="How many hits to show.")
@where_option
@click.option(
    "--mode",
    type=click.Choice(["hybrid", "dense", "lexical"]),
    default="hybrid",
    show_default=True,
    help="By meaning (dense), by words (lexical), or by both.",
)
@rights_options
@spelling_option
@json_option
def search(
    question: str,
    path: Path,
    k: int,
    filters: tuple[str, ...],
    mode: Any,
    rights: Path | None,
    groups: str | None,
    spelling: bool,
    as_json: bool,
) -> None:
    """Find the passages that match QUESTION best."""
    from rag.retrieval.hit import as_json as hits_as_json

    where = where_of(filters)
    index = as_seen(opened(path), rights, groups)
    begun = time.perf_counter()
    hits = index.search(question, k, where=where, mode=mode, spelling=spelling)
    elapsed = time.perf_counter() - begun
    if as_json:
        echo_json(hits_as_json(hits))
    elif not hits:
        echo("Nothing found." + (" Is the filter too narrow?" if where else ""))
    else:
        asked = index.asked_as(question) if spelling else question
        print_asked_as(asked if asked != question else "")
        for number, hit in enumerate(hits, start=1):
            print_hit(number, hit)
        echo(f"{len(hits)} hits · {elapsed * 1000:.0f} ms")


@main.command()
@click.argument("name", required=False, type=TEXT)
def prompts(name: str | None) -> None:
    """List the prompts for larger models, or show the one called NAME.

    Files in the folder that RAG_PROMPTS names come before the bundled ones.
    """
    from rag.answering.prompts import load_prompt
    from rag.answering.prompts import prompts as all_prompts

    if name is None:
        for prompt in all_prompts():
            echo(f"{prompt.key}  {', '.join(prompt.variables)}  {prompt.path}")
    else:
        prompt = load_prompt(name)
        echo(f"# {prompt.key}\n\n## system\n\n{prompt.system}\n\n## user\n\n{prompt.user}")
