"""How the command line shows things: reports, answers, hits; at 80 columns.

What is shown is imported where it is used, or for its type alone: ``rag --help`` and ``rag key`` need none of it.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from rag.cli.progress import duration
from rag.cli.terminal import echo
from rag.visible import name

if TYPE_CHECKING:
    from rag.answering.answer import Answer, Citation
    from rag.documents.document import Sight
    from rag.documents.files import FileNote
    from rag.index import Index
    from rag.ingestion.report import UpdateReport
    from rag.ingestion.tally import KindRead, Unread
    from rag.retrieval.hit import Hit
    from rag.store.status import FileStatus

SHOWN = 10  # lines of a list before the rest is only counted
SHOWN_LINES = 9  # of a hit's text
WIDTH = 78  # characters of a line, so that 80 columns hold it
DEEPEST = 16  # characters that a line is set in at most, as it is in its document


@contextmanager
def counter(what: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None] | None]:
    """A line on a terminal that counts (done, of all), and goes when done; nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield None
        return

    def show(done: int, total: int) -> None:
        click.echo(f"\r{done} of {total} {what}", nl=False, err=True)

    yield show
    click.echo("\r" + " " * 40 + "\r", nl=False, err=True)


def print_report(report: UpdateReport, built: Index) -> None:
    """What a build or update did: files by what became of them, and what the index holds now."""
    for mark, names in (("+", report.added), ("~", report.changed), ("-", report.removed)):
        if len(names) <= SHOWN or mark == "-":
            for file in names[:SHOWN]:
                echo(f"  {mark} {name(file)}")
            if len(names) > SHOWN:
                echo(f"    ... and {len(names) - SHOWN:,} more")
    for old, new in report.moved[:SHOWN]:
        echo(f"  > {name(old)} -> {name(new)}")
    print_failures("skipped", report.skipped, report.unread)
    print_failures("note", report.notes, report.unread)
    print_failures("failed", report.failed, report.unread)
    print_failures("stale", report.stale, report.unread)
    print_waiting(report.sight, built.settings.ocr_language)
    parts = [
        f"{len(names):,} {word}"
        for names, word in (
            (report.added, "added"),
            (report.changed, "changed"),
            (report.moved, "moved"),
            (report.removed, "removed"),
        )
        if names
    ]
    if report.unchanged or not parts:
        parts.append(f"{report.unchanged:,} unchanged")
    if report.failed:
        parts.append(f"{len(report.failed):,} failed")
    if report.stale:
        parts.append(f"{len(report.stale):,} stale (the last version that could be read is kept)")
    echo(", ".join(parts) + f" in {duration(report.seconds)}")
    rate = f" ({report.embedded / report.seconds:.0f}/s)" if report.embedded > 100 else ""
    found = built.status()
    echo(
        f"{built.address}: {found.files:,} files, {found.chunks:,} chunks, "
        f"{report.embedded:,} newly embedded{rate}"
    )
    print_read(report)
    if report.interrupted:
        echo("Stopped early; what is done is kept. Run the same command to go on.")


def print_waiting(sight: Sight, language: str) -> None:
    """What waits for OCR, and how to have it read."""
    from rag.documents.ocr import how_to_read

    both = many(sight.waiting_pages, "page"), many(sight.waiting_pictures, "picture")
    if waiting := " and ".join(filter(None, both)):
        verb = "waits" if sight.waiting == 1 else "wait"
        echo(f"  {waiting} {verb} for OCR: {how_to_read(language)}, then index again")


def print_read(report: UpdateReport) -> None:
    """What was read of each kind, and how many files were not, or not whole."""
    if report.read:
        tables = sum(kind.tables for kind in report.read)
        pictures = sum(kind.pictures for kind in report.read)
        counts = [many(tables, "table"), f"{many(pictures, 'picture')} by OCR" if pictures else ""]
        more = ", ".join(filter(None, counts))
        _print_folded(f"read: {', '.join(map(_kind, report.read))}{more and '; ' + more}")
    lists = (
        ("failed", report.failed),
        ("stale", report.stale),
        ("skipped", report.skipped),
        ("with notes", report.notes),
    )
    missing = [f"{len({n.path for n in notes}):,} {word}" for word, notes in lists if notes]
    if missing:
        _print_folded(f"not read, or not all of it: {', '.join(missing)}")


def _kind(read: KindRead) -> str:
    pages = f" ({many(read.pages, read.page_kind)})" if read.pages else ""
    return f"{read.files:,} {name(read.kind)}{pages}"


def many(count: int, what: str) -> str:
    """``1 page``, ``1,200 pages``; "" for none."""
    return f"{count:,} {what}{'s' * (count != 1)}" if count else ""


def _print_folded(text: str) -> None:
    echo(textwrap.fill(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False))


def print_failures(
    word: str, failures: tuple[FileNote, ...], by_reason: tuple[Unread, ...] = ()
) -> None:
    """Files and why, a line each; ``word`` says what befell them ("failed"). Many are put together
    by reason, with the largest files of each."""
    if len(failures) > SHOWN and by_reason:
        names = {failure.path for failure in failures}
        shown = [one for one in by_reason if names.intersection(one.largest)]
        for one in shown[:SHOWN]:
            largest = ", ".join(map(name, one.largest))
            rest = "..." if one.files > len(one.largest) else ""
            echo(f"  {word}: {many(one.files, 'file')}: {name(one.reason)}")
            echo(f"    {largest}{', ' * bool(rest)}{rest}")
        if len(shown) > SHOWN:
            echo(f"  ... and {len(shown) - SHOWN} reasons more (--json lists them)")
        return
    for failure in failures[:50]:
        echo(f"  {word}: {name(failure.path)}: {name(failure.reason)}")
    if len(failures) > 50:
        echo(f"  ... and {len(failures) - 50:,} more (--json lists them)")


def print_files(files: tuple[FileStatus, ...]) -> None:
    """Every file with what was read of it, and below it what was not."""
    for file in files:
        counts = (
            many(file.pages, file.page_kind),
            many(file.tables, "table"),
            f"{many(file.pictures, 'picture')} by OCR" if file.pictures else "",
            many(file.chunks, "chunk"),
        )
        read = ", ".join(filter(None, counts))
        echo(f"{name(file.path)}: " + (f"{name(file.kind)}, {read}" if read else "nothing is read"))
        if file.failure:
            echo(f"    {'stale' if file.stale else 'failed'}: {name(file.failure)}")
        for note in file.notes:
            echo(f"    note: {name(note)}")


def print_answer(answer: Answer) -> None:
    """An answer with its citations, or an abstention with the closest that was found."""
    from rag.answering.answer import INSTEAD

    citations = answer.citations
    print_asked_as(answer.asked_as)
    if answer.tier == "extract":
        verdict = f"{answer.verdict.capitalize()}. " if answer.verdict else ""
        _print_bold(answer.lead or f"{verdict}The documents say:")
        for number, citation in enumerate(citations, start=1):
            label = f" · {name(citation.label)}" if citation.label else ""
            echo(f"  [{number}] {name(citation.place)}{label}")
            _print_extract(citation)
            _print_copies(citation)
    else:
        if answer.lead and not answer.text.startswith(answer.lead):
            echo(f"  {answer.lead}")
        marks = " [1]" if answer.tier == "short" else ""  # other models set their own
        _print_bold(answer.text + marks)
        for number, citation in enumerate(citations, start=1):
            echo(f"  [{number}] {name(citation.place)}")
            print_quote(citation)
    for number, citation in enumerate(answer.nearest):
        echo(f"  {'Near' if number else 'Closest'}: {name(citation.place)}")
        print_quote(citation, 150 if number else 600)
    _print_warnings("Not supported by what it quotes", answer.unsupported)
    _print_warnings("Looks like an order to a model", answer.flagged)
    milliseconds = answer.timings["total"] * 1000
    source = " · from the cache" if answer.cached else ""
    sure = "" if answer.lead not in ("", INSTEAD) else f"confidence {answer.confidence:.2f} · "
    echo(f"  {sure}{milliseconds:.0f} ms{source}", dim=True)


def _print_bold(text: str) -> None:
    for line in text.split("\n"):
        echo(textwrap.fill(line, WIDTH, initial_indent="  ", subsequent_indent="  "), bold=True)


def print_asked_as(question: str) -> None:
    """The question as it was searched, if that isn't as it was asked ("")."""
    if question:
        echo(f"  Asked as: {question}", dim=True)


def _print_extract(citation: Citation) -> None:
    """Its lines as they stand, the likely words marked."""
    from rag.answering.extent import lines_of
    from rag.reading.units import is_item

    low, high = citation.answer_start - citation.start, citation.answer_end - citation.start
    quote = citation.quote
    likely = " ".join(quote[low:high].split()) if (low, high) != (0, len(quote)) else ""
    for line in lines_of(quote):
        words = line.lstrip()
        indent = " " * (6 + min(len(line) - len(words), DEEPEST))
        hanging = f"{indent}  " if is_item(words) else indent
        filled = textwrap.fill(words, WIDTH, initial_indent=indent, subsequent_indent=hanging)
        before, found, after = filled.partition(likely) if likely else (filled, "", "")
        echo(before, nl=False)
        echo(found, nl=False, bold=True)
        echo(after)


def _print_warnings(what: str, sentences: tuple[str, ...]) -> None:
    for sentence in sentences[:SHOWN]:
        echo(f"  {textwrap.shorten(f'{what}: {sentence}', WIDTH - 2)}", fg="yellow")
    if len(sentences) > SHOWN:
        echo(f"  ... and {len(sentences) - SHOWN} more", fg="yellow")


def print_quote(citation: Citation, most: int = 600) -> None:
    """What a citation quotes, in so many characters at most, and which other files say the very same."""
    quote = textwrap.shorten(f"\u201c{' '.join(citation.quote.split())}\u201d", most)
    echo(textwrap.fill(quote, WIDTH, initial_indent="      ", subsequent_indent="      "))
    _print_copies(citation)


def _print_copies(citation: Citation) -> None:
    _print_also_in([s for s in citation.sources if s != citation.source], "      ")


def _print_also_in(sources: Sequence[str], indent: str) -> None:
    """Names of files; none is broken, so that it can be copied."""
    if sources:
        text = f"also in {', '.join(map(name, sources))}"
        lines = textwrap.wrap(
            text,
            WIDTH,
            initial_indent=indent,
            subsequent_indent=f"{indent}  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        echo("\n".join(lines))


def print_hit(number: int, hit: Hit) -> None:
    """A hit: its place and score, its headings, and the beginning of its text."""
    echo(f"[{number}] {name(hit.place)}", bold=True, nl=False)
    echo(f"  {hit.score:.2f}")
    _print_also_in(hit.sources[1:], "    ")
    if hit.context:
        echo(f"    {textwrap.shorten(hit.context, 72)}", dim=True)
    lines = [
        line
        for row in hit.text.splitlines()
        if row.strip()
        for line in textwrap.wrap(" ".join(row.split()), 72)
    ]
    for line in lines[:SHOWN_LINES]:
        echo(f"    {line}")
    if len(lines) > SHOWN_LINES:
        echo("    ...")


def size(count: int) -> str:
    """``1,234.5 MB``, of a number of bytes."""
    return f"{count / 1e6:,.1f} MB"
