"""The ``rag`` command itself, and what its subcommands share."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rag import __version__
from rag.cli.terminal import echo
from rag.errors import RagError
from rag.visible import visible

if TYPE_CHECKING:
    from rag.answering.qa import QA

EXIT_ERROR, EXIT_PARTLY, EXIT_WORSE, EXIT_INTERRUPTED = 1, 3, 4, 130


class Group(click.Group):
    """Turns the package's errors into a line for a person; a traceback is never shown."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error ends it with EXIT_ERROR, Ctrl-C with EXIT_INTERRUPTED."""
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            error.message = visible(error.message)  # type: ignore[misc]  # what was typed
            raise
        except RagError as error:
            echo(f"rag: {error}", err=True)
            ctx.exit(EXIT_ERROR)
        except KeyboardInterrupt:
            echo("rag: stopped.", err=True)
            ctx.exit(EXIT_INTERRUPTED)
        except BrokenPipeError:
            # The reader of our output has gone (rag search ... | head): not an error.
            sys.stderr.close()
            ctx.exit(0)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="rag")
def main() -> None:
    """A folder of documents in, answers you can check out."""


index_option = click.option(
    "--index",
    "path",
    default="indexes/default",
    show_default=True,
    envvar="RAG_INDEX",
    type=click.Path(path_type=Path),
    help="The index's folder.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
where_option = click.option(
    "--where",
    "filters",
    multiple=True,
    metavar="FIELD=GLOB",
    help='Only documents with this: source=*.pdf, type=docx, "date>=2024-01-01". Repeatable.',
)


def where_of(filters: tuple[str, ...]) -> dict[str, list[str]] | None:
    """``("source=*.pdf", "date>=2024")`` as a filter; one key given twice means either."""
    found: dict[str, list[str]] = {}
    for text in filters:
        match = re.fullmatch(r"([\w.-]+?)(>=|<=|>|<|=)(.+)", text, re.DOTALL)
        if not match:
            raise click.UsageError(f'"{text}" is not FIELD=GLOB, e.g. source=*.pdf')
        name, sign, value = match.groups()
        found.setdefault(name, []).append(value if sign == "=" else sign + value)
    return found or None


threshold_option = click.option(
    "--threshold", type=float, help="The confidence below which it abstains, from 0 to 1."
)


def chain_options(command: Any) -> Any:
    """The options of :func:`chain`: of every command that answers questions."""
    for option in reversed(
        (
            index_option,
            click.option(
                "-k", default=8, show_default=True, help="How many chunks of documents are read."
            ),
            click.option(
                "--model",
                default="reader",
                show_default=True,
                envvar="RAG_ANSWER_MODEL",
                help='What answers: the bundled reader, "hf:FOLDER", or "provider:model" as LangChain names it.',
            ),
            click.option(
                "--reranker",
                help='What puts hits in a better order: "reader", or a cross-encoder of sentence-transformers.',
            ),
            click.option(
                "--diversity",
                default=0.0,
                show_default=True,
                help="From 0 to 1: how much hits must differ from each other.",
            ),
        )
    ):
        command = option(command)
    return command


def chain(path: Path, **options: Any) -> QA:
    """The query chain that the options describe."""
    from rag.answering.qa import QA
    from rag.index import Index

    return QA(Index.open(path), **options)
