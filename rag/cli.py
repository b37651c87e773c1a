"""The command line: ``rag index | ask | search | prompts | status | verify | remove | compact``.

Exit codes: 0 done; 1 an error, said on standard error; 2 wrong usage; 3 done, but some files
could not be indexed (or verify found problems); 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rag import __version__
from rag.errors import RagError
from rag.types import Answer, Citation, Failure, Hit, Progress, UpdateReport

if TYPE_CHECKING:
    from rag.index import Index

EXIT_ERROR, EXIT_PARTLY, EXIT_INTERRUPTED = 1, 3, 130
SHOWN = 10  # lines of a list before the rest is only counted
SHOWN_LINES = 9  # of a hit's text


class _Group(click.Group):
    """Turns the package's errors into a line for a person; a traceback is never shown."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except RagError as error:
            click.echo(f"rag: {error}", err=True)
            ctx.exit(EXIT_ERROR)
        except KeyboardInterrupt:
            click.echo("rag: stopped.", err=True)
            ctx.exit(EXIT_INTERRUPTED)
        except BrokenPipeError:
            # The reader of our output has gone (rag search ... | head): not an error.
            sys.stderr.close()
            ctx.exit(0)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="rag")
def main() -> None:
    """A folder of documents in, answers you can check out."""


_index_option = click.option(
    "--index",
    "path",
    default="indexes/default",
    show_default=True,
    envvar="RAG_INDEX",
    type=click.Path(path_type=Path),
    help="Folder of the index.",
)
_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@_index_option
@click.option("--model", help="Encoder: a sentence-transformers name or folder.")
@click.option("--chunk-tokens", type=int, help="Most tokens in a chunk.")
@click.option("--precision", type=click.Choice(["auto", "f32", "bf16", "int8"]))
@click.option("--workers", type=int, help="Processes that parse files.")
@click.option("--max-file-mb", type=int, help="Larger files are reported, not read.")
@click.option("--file-timeout", "file_timeout_s", type=float, help="Seconds one file may take.")
@click.option(
    "--settings", "file", type=click.Path(path_type=Path), help="Settings file instead of rag.toml."
)
@click.option("--quiet", is_flag=True, help="No progress.")
@_json_option
def index(
    folder: Path, path: Path, file: Path | None, quiet: bool, as_json: bool, **given: Any
) -> None:
    """Index FOLDER, or bring its index up to date.

    Only what is new or changed is read and embedded. Stopped with Ctrl-C, it keeps what is
    done, and the same command goes on from there.
    """
    from rag.config import Settings
    from rag.index import Index

    given = {name: value for name, value in given.items() if value is not None}
    settings = Settings.load(file, **given) if file else None
    with _progress(quiet or as_json) as progress:
        built = Index.build(folder, path, settings=settings, progress=progress, **given)
    report = built.last_report
    assert report is not None
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(report), ensure_ascii=False))
    else:
        _print_report(report, built)
    if report.interrupted:
        sys.exit(EXIT_INTERRUPTED)
    if report.failed:
        sys.exit(EXIT_PARTLY)


_where_option = click.option(
    "--where",
    "filters",
    multiple=True,
    metavar="FIELD=GLOB",
    help='Narrow the search: source=*.pdf, type=docx, "date>=2024-01-01". Repeatable.',
)


@main.command()
@click.argument("question")
@_index_option
@click.option("-k", default=8, show_default=True, help="How many chunks are read.")
@_where_option
@click.option(
    "--model",
    default="reader",
    show_default=True,
    envvar="RAG_ANSWER_MODEL",
    help='The bundled reader, "hf:FOLDER", or "provider:model" as LangChain names it.',
)
@click.option("--threshold", type=float, help="Confidence below which it abstains.")
@_json_option
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
    answer = qa.ask(question, where=_where(filters))
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(answer), ensure_ascii=False))
    else:
        _print_answer(answer)


@main.command()
@click.argument("question")
@_index_option
@click.option("-k", default=5, show_default=True, help="How many hits.")
@_where_option
@click.option(
    "--mode", type=click.Choice(["hybrid", "dense", "lexical"]), default="hybrid", show_default=True
)
@_json_option
def search(
    question: str, path: Path, k: int, filters: tuple[str, ...], mode: Any, as_json: bool
) -> None:
    """Find the passages that match QUESTION best."""
    from rag.index import Index
    from rag.index.search import as_json as hits_as_json

    where = _where(filters)
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
            _print_hit(number, hit)
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


@main.command()
@_index_option
@_json_option
def status(path: Path, as_json: bool) -> None:
    """Say what an index holds."""
    from rag.index import Index

    found = Index.open(path).status()
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(found), ensure_ascii=False))
        return
    rows = [
        ("index", f"{found.path}, generation {found.generation}, {_size(found.bytes)}"),
        ("folder", ", ".join(found.folders)),
        ("files", f"{found.files:,} ({found.documents:,} distinct), {len(found.failed)} failed"),
        ("chunks", f"{found.chunks:,} of at most {found.chunk_tokens} tokens"),
        ("vectors", f"{found.vector_index}, {found.vectors:,} stored"),
        ("model", found.model),
    ]
    if found.writing:
        rows.append(("now", "another process is writing to it"))
    for name, value in rows:
        click.echo(f"{name:8} {value}")
    _print_failures("failed", found.failed)


@main.command()
@_index_option
@_json_option
def verify(path: Path, as_json: bool) -> None:
    """Check an index from end to end."""
    from rag.index import Index

    opened = Index.open(path)
    problems = opened.verify()
    if as_json:
        click.echo(json.dumps({"ok": not problems, "problems": problems}, ensure_ascii=False))
    elif problems:
        for problem in problems:
            click.echo(f"  {problem}")
        click.echo(f"{len(problems)} problem{'s' * (len(problems) != 1)} found.")
    else:
        found = opened.status()
        click.echo(
            f"{path}: sound. {found.files:,} files, {found.chunks:,} chunks, generation "
            f"{found.generation}."
        )
    if problems:
        sys.exit(EXIT_PARTLY)


@main.command()
@click.argument("patterns", nargs=-1, required=True, metavar="NAME_OR_GLOB...")
@_index_option
@_json_option
def remove(patterns: tuple[str, ...], path: Path, as_json: bool) -> None:
    """Take files out of an index.

    One that is still in its folder comes back with the next run, unless .ragignore names it.
    """
    from rag.index import Index

    removed = Index.open(path).remove(*patterns)
    if as_json:
        click.echo(json.dumps({"removed": removed}, ensure_ascii=False))
    elif removed:
        for name in removed:
            click.echo(f"  - {name}")
        click.echo(f"{len(removed)} removed. To keep them out, name them in a .ragignore.")
    else:
        raise RagError(
            f"No file in {path} matches {' '.join(patterns)}. Names are as rag search shows them."
        )


@main.command()
@_index_option
def compact(path: Path) -> None:
    """Forget vectors that are no longer used, and free the disk space."""
    from rag.index import Index

    opened = Index.open(path)
    before = opened.status().bytes
    gone = opened.compact()
    after = opened.status().bytes
    click.echo(f"{gone:,} vectors forgotten; {_size(before)} before, {_size(after)} after.")


# -- printing ---------------------------------------------------------------------------------


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[Progress], None] | None]:
    """A progress bar on a terminal; a line every ten seconds in a log; nothing if quiet."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, SpinnerColumn, TextColumn
        from rich.progress import Progress as Bar

        columns = (SpinnerColumn(), BarColumn(20), TextColumn("{task.description}"))
        with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("reading the folder", total=None)

            def show(progress: Progress) -> None:
                bar.update(
                    task,
                    total=max(1, progress.bytes_total),
                    completed=progress.bytes,
                    description=_progress_line(progress),
                )

            yield show
    else:
        last = time.monotonic()

        def log(progress: Progress) -> None:
            nonlocal last
            if time.monotonic() - last >= 10:
                last = time.monotonic()
                click.echo(_progress_line(progress), err=True)

        yield log


def _progress_line(progress: Progress) -> str:
    left = progress.seconds_left
    ahead = "" if left is None else f" · {_duration(left)} left"
    return (
        f"{progress.files:,} of {progress.files_total:,} files · "
        f"{progress.chunks_per_second:.0f} chunks/s{ahead}"
    )


def _print_report(report: UpdateReport, built: Index) -> None:
    for mark, names in (("+", report.added), ("~", report.changed), ("-", report.removed)):
        if len(names) <= SHOWN or mark == "-":
            for name in names[:SHOWN]:
                click.echo(f"  {mark} {name}")
            if len(names) > SHOWN:
                click.echo(f"    ... and {len(names) - SHOWN} more")
    for old, new in report.moved[:SHOWN]:
        click.echo(f"  > {old} -> {new}")
    _print_failures("skipped", report.skipped)
    _print_failures("note", report.notes)
    _print_failures("failed", report.failed)
    parts = [
        f"{len(names)} {word}"
        for names, word in (
            (report.added, "added"),
            (report.changed, "changed"),
            (report.moved, "moved"),
            (report.removed, "removed"),
        )
        if names
    ]
    if report.unchanged or not parts:
        parts.append(f"{report.unchanged} unchanged")
    if report.failed:
        parts.append(f"{len(report.failed)} failed")
    click.echo(", ".join(parts) + f" in {_duration(report.seconds)}")
    rate = f" ({report.embedded / report.seconds:.0f}/s)" if report.embedded > 100 else ""
    found = built.status()
    click.echo(
        f"{built.path}: {found.files:,} files, {found.chunks:,} chunks, "
        f"{report.embedded:,} newly embedded{rate}"
    )
    if report.interrupted:
        click.echo("Stopped early; what is done is kept. Run the same command to go on.")


def _print_failures(word: str, failures: tuple[Failure, ...]) -> None:
    if len(failures) > SHOWN and word == "skipped":
        click.echo(f"  {len(failures)} files skipped (--json lists them)")
        return
    for failure in failures[:50]:
        click.echo(f"  {word}: {failure.path}: {failure.reason}")
    if len(failures) > 50:
        click.echo(f"  ... and {len(failures) - 50} more (--json lists them)")


def _print_answer(answer: Answer) -> None:
    citations = answer.citations
    marks = " [1]" if answer.model == "reader" and citations else ""  # others set their own
    click.secho(
        textwrap.fill(answer.text + marks, 78, initial_indent="  ", subsequent_indent="  "),
        bold=True,
    )
    for number, citation in enumerate(citations, start=1):
        click.echo(f"  [{number}] {citation.place}")
        _print_quote(citation)
    if answer.closest is not None:
        click.echo(f"  Closest: {answer.closest.place}")
        _print_quote(answer.closest)
    milliseconds = answer.timings["total"] * 1000
    click.secho(f"  confidence {answer.confidence:.2f} · {milliseconds:.0f} ms", dim=True)


def _print_quote(citation: Citation) -> None:
    quote = textwrap.shorten(f"\u201c{' '.join(citation.quote.split())}\u201d", 600)
    click.echo(textwrap.fill(quote, 78, initial_indent="      ", subsequent_indent="      "))
    if len(citation.sources) > 1:
        click.echo(
            f"      also in {', '.join(s for s in citation.sources if s != citation.source)}"
        )


def _print_hit(number: int, hit: Hit) -> None:
    click.secho(f"[{number}] {hit.place}", bold=True, nl=False)
    click.echo(f"  {hit.score:.2f}")
    if len(hit.sources) > 1:
        click.echo(f"    also in {', '.join(hit.sources[1:])}")
    if hit.context:
        click.secho(textwrap.shorten(f"    {hit.context}", 76), dim=True)
    lines = [
        line
        for row in hit.text.splitlines()
        if row.strip()
        for line in textwrap.wrap(" ".join(row.split()), 72)
    ]
    for line in lines[:SHOWN_LINES]:
        click.echo(f"    {line}")
    if len(lines) > SHOWN_LINES:
        click.echo("    ...")


def _where(filters: tuple[str, ...]) -> dict[str, list[str]] | None:
    """``("source=*.pdf", "date>=2024")`` as a filter; one key given twice means either."""
    import re

    found: dict[str, list[str]] = {}
    for text in filters:
        match = re.fullmatch(r"(\w+)(>=|<=|>|<|=)(.+)", text)
        if not match:
            raise click.UsageError(f'"{text}" is not FIELD=GLOB, e.g. source=*.pdf')
        name, sign, value = match.groups()
        found.setdefault(name, []).append(value if sign == "=" else sign + value)
    return found or None


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return (
        f"{minutes // 60} h {minutes % 60:02} min"
        if minutes >= 60
        else f"{minutes} min {rest:02} s"
    )


if __name__ == "__main__":
    main()
