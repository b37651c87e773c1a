"""The ``rag`` command itself, and what its subcommands share."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from rag import __version__
from rag.cli.terminal import echo, failing_in_words, prepare_streams
from rag.cli.values import ADDRESS, COUNT, PLACE, TEXT, Number

if TYPE_CHECKING:
    from rag.answering.qa import QA
    from rag.index import Index

_Command = TypeVar("_Command", bound=Callable[..., Any])


HELP = ["-h", "--help"]


class Group(click.Group):
    """Turns what goes wrong into a line for a person; a traceback is never shown."""

    @failing_in_words()
    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the arguments; ``--help`` is printed here already."""
        prepare_streams()
        return super().make_context(*args, **extra)

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Every command has ``-h``, however it is called: it keeps its first help option for good."""
        cmd.context_settings.setdefault("help_option_names", HELP)
        super().add_command(cmd, name)

    @failing_in_words()
    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        return super().invoke(ctx)


@click.group(cls=Group, context_settings={"help_option_names": HELP})
@click.version_option(__version__, prog_name="rag")
def main() -> None:
    """A folder of documents in, answers you can check out."""


index_option = click.option(
    "--index",
    "path",
    default="indexes/default",
    show_default=True,
    envvar="RAG_INDEX",
    type=ADDRESS,
    help="The index: a folder, or the address of a server that it is kept on.",
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
    "--threshold", type=Number(), help="The confidence below which it abstains, from 0 to 1."
)


spelling_option = click.option(
    "--no-spelling",
    "spelling",
    is_flag=True,
    callback=lambda _context, _parameter, given: not given,
    help="Take misspelt words as they are.",
)


def model_option(required: bool = False) -> Callable[[_Command], _Command]:
    """``--model``; the bundled reader where it is not ``required``."""
    return click.option(
        "--model",
        type=TEXT,
        default=None if required else "reader",
        required=required,
        show_default=not required,
        envvar="RAG_ANSWER_MODEL",
        help='What answers: the bundled reader ("reader-fast", "reader-careful": without, with a second look), '
        '"hf:FOLDER" or "hf:FILE.gguf", or "provider:model" as LangChain names it.',
    )


def chain_options(command: Any) -> Any:
    """The options of :func:`chain`: of every command that answers questions."""
    for option in reversed(
        (
            index_option,
            click.option(
                "-k",
                type=COUNT,
                default=12,
                show_default=True,
                help="How many chunks of documents are looked at.",
            ),
            model_option(),
            click.option(
                "--adapter",
                type=PLACE,
                envvar="RAG_ADAPTER",
                help='A folder that rag train-adapter has made of this "hf:" model.',
            ),
            click.option(
                "--reranker",
                type=TEXT,
                help='What puts hits in a better order: "reader", or a cross-encoder of sentence-transformers.',
            ),
            spelling_option,
            click.option(
                "--diversity",
                type=Number(0, 1),
                default=0.0,
                show_default=True,
                help="From 0 to 1: how much hits must differ from each other.",
            ),
        )
    ):
        command = option(command)
    return command


def opened(path: Path) -> Index:
    """The index there, which is closed when the command ends."""
    from rag.index import Index

    return click.get_current_context().with_resource(Index.open(path))


def chain(path: Path, **options: Any) -> QA:
    """The query chain that the options describe."""
    from rag.answering.qa import QA
    from rag.answering.replier import looks_twice

    index = opened(path)
    if looks_twice(options["model"]):
        _make_second_look()
    return QA(index, **options)


def _make_second_look() -> None:
    """Say what is waited for where its network is yet to be made ready, once on a machine."""
    from rag.reading.cross_encoder.published import installed
    from rag.reading.cross_encoder.scorer import bundled, is_made

    if installed() and not is_made():
        echo("Making the second look ready, once: some 15 seconds.", err=True)
        bundled()
