"""How far an update is: an estimate that holds, told with a simulated clock; and what a person sees of it."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest
from rich.console import Console

from rag import Index, Progress
from rag.cli.progress import about, log_lines, moving_line, progress_line
from rag.documents.files import Found
from rag.documents.formats import Format
from rag.ingestion.progress import Meter, load, mixed

WINDOW, CHUNK = 256, 500  # chunks embedded at a time; characters of one


class Clock:
    """Stands still but for what is added."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Cost:
    """What a file costs: chunks, and seconds of a parser."""

    chunks: int
    parsing: float


@dataclass(frozen=True)
class Simulated:
    """A folder of files that cost what they cost, told to nobody."""

    costs: dict[str, Cost]
    files: list[Found]


def folder(*kinds: tuple[int, str, Callable[[random.Random], tuple[int, Cost]]]) -> Simulated:
    chance, costs, files = random.Random(1), {}, []
    for count, format, draw in kinds:
        for number in range(count):
            size, cost = draw(chance)
            name = f"{draw.__name__}/{number:05}.{format}"
            costs[name] = cost
            files.append(Found(name, name, size, 1, Format(format, 1, (f".{format}",), "m:f")))
    return Simulated(costs, files)


def notes(chance: random.Random) -> tuple[int, Cost]:
    size = int(chance.lognormvariate(7.5, 1.0))
    return size, Cost(max(1, size // CHUNK), 0.002)


def books(chance: random.Random) -> tuple[int, Cost]:
    """PDFs of 300 pages, whose size tells little of what they say."""
    return chance.randrange(1_000_000, 30_000_000), Cost(chance.randrange(600, 1200), 20.0)


def scans(chance: random.Random) -> tuple[int, Cost]:
    return chance.randrange(20_000_000, 60_000_000), Cost(3, 0.5)


def letters(chance: random.Random) -> tuple[int, Cost]:
    return chance.randrange(50_000, 200_000), Cost(chance.randrange(5, 60), 0.1)


def known(chance: random.Random) -> tuple[int, Cost]:
    """Copies of what is indexed already: next to nothing, however large they are."""
    return chance.randrange(1_000, 100_000), Cost(0, 0.0005)


MIXTURES = {
    "small files, and a few books": folder((6_000, "txt", notes), (6, "pdf", books)),
    "books beside scans and letters": folder(
        (100, "pdf", books), (300, "pdf", letters), (40, "pdf", scans), (500, "md", notes)
    ),
    "letters": folder((2_000, "docx", letters)),
    "copies, and a few new letters": folder((6_000, "txt", known), (300, "docx", letters)),
    "pictures and text": folder((200, "png", scans), (3_000, "txt", notes)),
}


def run(
    simulated: Simulated, heard: Callable[[Progress], None], *, pace: Callable[[float], float]
) -> float:
    """Index a folder: two parsers go on beside the encoder, which takes 10 ms a chunk; ``pace`` says how much
    longer all takes at a share of the way. The seconds that it took."""
    clock, files = Clock(), mixed(simulated.files)
    meter = Meter(heard, clock)
    begun = clock.now
    meter.read(files)
    window: list[Found] = []
    for number, file in enumerate([*files, None]):
        slow = pace(number / len(files))
        if file is not None:
            cost = simulated.costs[file.name]
            clock.now += slow * cost.parsing / 2
            meter.parsed(file, slow * cost.parsing, load(cost.chunks * CHUNK, cost.chunks))
            if not cost.chunks:
                meter.done(file)
                continue
            window.append(file)
        chunks = sum(simulated.costs[one.name].chunks for one in window)
        if file is None or chunks >= WINDOW:
            with meter.embedding(load(chunks * CHUNK, chunks)):
                for at in range(0, chunks, WINDOW):
                    part = min(WINDOW, chunks - at)
                    clock.now += slow * 0.01 * part
                    meter.embedded(part, load(part * CHUNK, part))
                for one in window:
                    meter.done(one, simulated.costs[one.name].chunks)
            window = []
    meter.publishing()
    return clock.now - begun


@pytest.mark.parametrize("name", MIXTURES)
def test_the_estimate_holds_from_a_tenth_of_the_way_on(name: str) -> None:
    heard: list[Progress] = []
    total = run(MIXTURES[name], heard.append, pace=lambda _: 1.0)
    judged = [one for one in heard if 0.1 * total < one.seconds < 0.9 * total]
    assert len(judged) > 20
    for one in judged:
        left = total - one.seconds
        assert one.seconds_left is not None
        assert left / 1.5 < one.seconds_left < left * 1.5, (one.seconds / total, one)


def test_a_machine_that_gets_slow_is_noticed() -> None:
    heard: list[Progress] = []
    total = run(MIXTURES["letters"], heard.append, pace=lambda done: 1.0 if done < 0.4 else 2.0)
    for one in heard:
        left = total - one.seconds
        if 0.7 * total < one.seconds < 0.9 * total:
            assert one.seconds_left is not None
            assert left / 1.5 < one.seconds_left < left * 1.5
    fast = next(one for one in heard if one.seconds > 0.2 * total)
    slow = next(one for one in heard if one.seconds > 0.8 * total)
    assert slow.chunks_per_second < 0.6 * fast.chunks_per_second  # of the last while, not of all


@pytest.mark.parametrize("name", MIXTURES)
def test_nothing_goes_back_and_nothing_is_done_before_its_time(name: str) -> None:
    heard: list[Progress] = []
    run(MIXTURES[name], heard.append, pace=lambda _: 1.0)
    for before, after in pairwise(heard):
        assert before.files <= after.files and before.bytes <= after.bytes
        assert before.chunks <= after.chunks and before.share <= after.share
    assert all(one.share < 1.0 for one in heard)
    assert heard[-1].chunks == sum(c.chunks for c in MIXTURES[name].costs.values())


def test_files_of_each_kind_come_evenly_and_always_in_the_same_order() -> None:
    files = MIXTURES["small files, and a few books"].files
    order = mixed(files)
    assert order == mixed(files[::-1]) and sorted(order, key=id) == sorted(files, key=id)
    books_at = [number for number, file in enumerate(order) if file.format.name == "pdf"]
    assert books_at[0] < 100  # the first of a kind tells of the rest
    assert max(after - before for before, after in pairwise(books_at)) < len(order) * 0.7


def test_it_is_told_ten_times_a_second_at_most() -> None:
    heard: list[Progress] = []
    total = run(MIXTURES["copies, and a few new letters"], heard.append, pace=lambda _: 1.0)
    assert 20 < len(heard) < 10 * total + 10 < len(MIXTURES["copies, and a few new letters"].files)


# -- what is shown -------------------------------------------------------------------------

LONG = Progress("reading", 1_120_400, 2_200_000, chunks_per_second=1185.2, seconds_left=7790.0)


@pytest.mark.parametrize(
    ("progress", "line"),
    [
        (Progress("listing", 120_000), "reading the folder · 120,000 files so far"),
        (Progress("comparing", 0, 200_000), "200,000 files are compared with the index"),
        (Progress("reading", 0, 400), "0 of 400 files"),
        (
            Progress("reading", 120, 400, chunks_per_second=85.4, seconds_left=131.0),
            "120 of 400 files · 85 chunks/s · about 2 min left",
        ),
        (
            Progress("reading", 9_000, 20_000, files_per_second=812.0),
            "9,000 of 20,000 files · 812 files/s",
        ),
        (LONG, "1,120,400 of 2,200,000 files · 1,185 chunks/s · about 2 h 10 min left"),
        (Progress("publishing", 400, 400), "publishing: what was read is made searchable"),
    ],
)
def test_a_line_of_it(progress: Progress, line: str) -> None:
    assert progress_line(progress) == line


def test_an_estimate_is_no_more_exact_than_it_is() -> None:
    assert [about(s) for s in (0.2, 41, 58, 3540, 3600, 9000)] == [
        "about 5 s", "about 40 s", "about 1 min", "about 59 min", "about 1 h 00 min", "about 2 h 30 min",
    ]  # fmt: skip


def test_a_log_gets_a_line_every_ten_seconds_and_one_of_what_is_published() -> None:
    lines: list[str] = []
    log = log_lines(lines.append)
    for second in range(25):
        log(Progress("reading", second, 25, seconds=second))
    log(Progress("publishing", 25, 25, seconds=25))
    assert lines == ["10 of 25 files", "20 of 25 files", progress_line(Progress("publishing"))]
    short: list[str] = []
    log = log_lines(short.append)
    for phase in ("listing", "reading", "publishing"):
        log(Progress(phase, seconds=2.0))
    assert short == []


def test_on_a_terminal_it_is_a_line_of_80_columns() -> None:
    out = io.StringIO()
    told = [
        Progress("listing", 120_000),
        Progress("comparing", 0, 2_200_000),
        replace(LONG, share=0.4),
    ]
    told.append(replace(LONG, reading="a/" + "scan of the archive " * 5 + ".pdf", looked=17))
    told.append(Progress("publishing", 2_200_000, 2_200_000))
    with moving_line(Console(file=out, force_terminal=True, width=80, color_system=None)) as show:
        for progress in told:
            show(progress)
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", out.getvalue())
    assert all(len(line) <= 80 for line in re.split(r"[\r\n]+", shown))
    assert "publishing: what was read is made searchable · 0.0 s" in shown


def test_a_real_run_tells_of_all_its_phases(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    told: list[Progress] = []
    docs.mkdir()
    for number in range(3):
        (docs / f"{number}.txt").write_text(f"Shelf {number} holds {number + 7} kettles.\n")
    Index.build(docs, tmp_path / "index", progress=told.append).close()
    assert list(dict.fromkeys(one.phase for one in told)) == [
        "listing",
        "comparing",
        "reading",
        "publishing",
    ]
    assert (told[-1].files, told[-1].files_total, told[-1].chunks) == (3, 3, 3)
    assert told[-1].seconds_left is None
