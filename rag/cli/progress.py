"""How the command line shows how far an update is: a line that moves on a terminal, lines now and then in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rag.cli.terminal import echo
from rag.visible import name, visible

if TYPE_CHECKING:
    from rich.console import Console

    from rag.ingestion.progress import Progress

LOG_S = 10.0
"""Between two lines in a log."""

BAR = 12  # columns


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Callable[[Progress], None] | None]:
    """A bar on a terminal; a line every ten seconds in a log; nothing if quiet."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        from rich.console import Console

        with moving_line(Console(stderr=True)) as show:
            yield show
    else:
        yield log_lines(lambda line: echo(line, err=True))


def log_lines(write: Callable[[str], None]) -> Callable[[Progress], None]:
    """What writes a line every ten seconds of a run, and one when what takes longer than that is being published."""
    last, phase = 0.0, "listing"

    def log(progress: Progress) -> None:
        nonlocal last, phase
        published = progress.phase == "publishing" != phase and progress.seconds >= LOG_S
        phase = progress.phase
        if published or progress.seconds - last >= LOG_S:
            last = progress.seconds
            write(progress_line(progress))

    return log


@contextmanager
def moving_line(console: Console) -> Iterator[Callable[[Progress], None]]:
    """A bar that fills while files are read, and beside it the line that tells of it; one that only moves while nobody can
    know of an end, and how long that has been so."""
    from rich.progress import BarColumn, ProgressColumn, SpinnerColumn, Task
    from rich.progress import Progress as Bar
    from rich.table import Column
    from rich.text import Text

    class Line(ProgressColumn):
        """The line, and where no end can be told, for how long it has been so."""

        def render(self, task: Task) -> Text:
            since = task.fields["since"]
            spent = f" · {duration(time.monotonic() - since)}" if task.total is None else ""
            return Text(f"{task.description}{spent}", no_wrap=True, overflow="ellipsis")

    columns = (SpinnerColumn(), BarColumn(BAR), Line(Column(no_wrap=True, overflow="ellipsis")))
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading the folder", total=None, since=time.monotonic())
        phase = "listing"

        def show(progress: Progress) -> None:
            nonlocal task, phase
            line = visible(progress_line(progress))
            if progress.phase != phase:  # a bar with an end, or without one
                phase = progress.phase
                bar.remove_task(task)
                total = 1.0 if phase == "reading" else None
                task = bar.add_task(line, total=total, since=time.monotonic())
            bar.update(task, completed=progress.share, description=line)

        yield show


def progress_line(progress: Progress) -> str:
    """``120 of 400 files · 85 chunks/s · about 2 min left``; of a scan: ``... · scan.pdf: page 17 by OCR``"""
    if progress.phase == "listing":
        return f"reading the folder · {progress.files:,} files so far"
    if progress.phase == "comparing":
        return f"{progress.files_total:,} files are compared with the index"
    if progress.phase == "publishing":
        return "publishing: what was read is made searchable"
    parts = [f"{progress.files:,} of {progress.files_total:,} files"]
    if progress.chunks_per_second >= 0.5:
        parts.append(f"{progress.chunks_per_second:,.0f} chunks/s")
    elif progress.files_per_second >= 0.5:
        parts.append(f"{progress.files_per_second:,.0f} files/s")
    if progress.seconds_left is not None:
        parts.append(f"{about(progress.seconds_left)} left")
    if progress.reading:
        file = name(progress.reading.rpartition("/")[2])
        how_far = (
            f"page {progress.looked} by OCR" if progress.looked else f"{progress.parsed:.0%} read"
        )
        parts.append(f"{file}: {how_far}")
    return " · ".join(parts)


def about(seconds: float) -> str:
    """An estimate, no more exact than it is: ``about 40 s``, ``about 12 min``, ``about 2 h 10 min``."""
    if seconds < 55:
        return f"about {max(5, round(seconds / 5) * 5)} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"about {minutes} min"
    return f"about {minutes // 60} h {minutes % 60 // 5 * 5:02} min"


def duration(seconds: float) -> str:
    """``4.2 s``, ``3 min 05 s`` or ``2 h 07 min``."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return (
        f"{minutes // 60} h {minutes % 60:02} min"
        if minutes >= 60
        else f"{minutes} min {rest:02} s"
    )
