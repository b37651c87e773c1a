"""Measure large folders and large files: processor seconds and memory of each phase of an update.

    python scripts/bench_large.py files --files 200000
    python scripts/bench_large.py text --mb 500

``files``: so many small files of text in one folder, no two of the same words, but a tenth of them copies of others. Indexed;
indexed again with nothing changed; with one file changed; with one deleted; with 1,000 deleted; with 1,000 renamed; with all renamed.
``text``: one file of text of so many megabytes; indexed, with its limits raised, then searched.

The encoder is NOT the real one: a vector is made of the text's hash, so that what is measured is all else (walking, comparing, parsing
in worker processes, the catalog, publishing). The real one embeds as many chunks a second however large the folder; add that.
``--encoder real`` takes the real one. Each step is a process of its own. Memory is the most that all processes
of the step together held at one moment (Linux: PSS, ten times a second), and what the update's own process held at the most,
and all others together.
To compare with another commit, run this file with PYTHONPATH at a checkout of that one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from tables import table

WORDS = """account agenda archive audit balance battery board branch budget cable calendar canteen carrier charge claim client
code column committee complaint contract corridor courier customer damage deadline delivery deposit device discount district
door draft driver estimate event expense factory filter finance floor form frame freight garage guide handover holiday
inspection insurance inventory invoice kettle label laptop lease letter licence lift limit machine manager manual margin
meeting member meter mileage minute module notice office order owner package panel parking partner payment pension
permit phone plan plant policy power price printer process product project protocol pump quality quarter rate receipt record refund
region release rent repair report request reserve revenue review room route rule safety salary sample schedule season
section security sensor service session shift shipment signal site staff stamp station statement stock storage
supplier supply surface survey switch system target tariff team tenant terminal ticket timetable title tool trade training
transfer transport travel unit valve vehicle vendor visit voucher warehouse warranty waste window workshop""".split()
VERBS = "approves checks closes counts delays delivers files inspects keeps moves orders pays plans records refuses repairs".split()
DIMENSION = 384


def sentence(chance: random.Random) -> str:
    """One of office prose, with numbers in it."""
    a, b, c, d = chance.choices(WORDS, k=4)
    return (
        f"The {a} {b} of {chance.choice(WORDS)} {chance.randrange(100, 99999)} {chance.choice(VERBS)} the {c} {d} "
        f"within {chance.randrange(2, 90)} days of the {chance.choice(WORDS)}."
    )


def make_files(folder: Path, count: int) -> None:
    """So many files in one folder: three to eight sentences each, every tenth a copy of the one before."""
    folder.mkdir()
    chance, text = random.Random(20), ""
    for number in range(count):
        if number % 10 != 9:
            said = " ".join(sentence(chance) for _ in range(chance.randrange(3, 9)))
            text = f"Note {number}\n\n{said}\n"
        (folder / f"note-{number:06}.txt").write_text(text)


def make_text(file: Path, megabytes: float) -> None:
    """A file of text: paragraphs of some sentences, a short line as a heading at times."""
    chance, left = random.Random(21), int(megabytes * 1_000_000)
    with file.open("w") as out:
        number = 0
        while left > 0:
            number += 1
            said = " ".join(sentence(chance) for _ in range(chance.randrange(3, 9)))
            block = f"Section {number}\n\n{said}\n\n" if number % 20 == 1 else f"{said}\n\n"
            left -= out.write(block)


class Hashed:
    """An encoder that isn't one: vectors of nothing but the text's hash."""

    fingerprint, dimension, max_tokens = "hashed/1", DIMENSION, 256

    def tokenizer_file(self) -> str:
        from rag.embedding.embedder import BundledEmbedder

        return BundledEmbedder().tokenizer_file()

    def encode(self, texts: list[str]) -> Any:
        seeds = np.array([hash(text) for text in texts], np.int64).astype(np.uint64)
        rows = np.empty((len(texts), DIMENSION), np.float32)
        for row, seed in zip(rows, seeds, strict=True):
            row[:] = np.random.Generator(np.random.SFC64(int(seed))).standard_normal(
                DIMENSION, np.float32
            )
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    encode_queries = encode


def memory_of(root: int) -> tuple[float, float]:
    """MB that a process and all below it hold, and that it holds itself."""
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            below.setdefault(int(fields[1]), []).append(int(entry.name))
    family, waiting = [], [root]
    while waiting:
        family.append(waiting.pop())
        waiting.extend(below.get(family[-1], ()))
    held = {process: pss(process) for process in family}
    return sum(held.values()) / 1000, held[root] / 1000


def pss(process: int) -> int:
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return int(text.partition("\nPss:")[2].split()[0])


def processor_seconds() -> float:
    """Of this process, and of those below it that have ended."""
    return sum(os.times()[:4])


class Watched:
    """The most memory while a block runs, and the seconds of the functions that are timed, by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.processor: dict[str, float] = {}
        self.all_mb = self.own_mb = self.others_mb = 0.0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Watched:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._end.wait(0.1):
            everything, own = memory_of(os.getpid())
            self.all_mb, self.own_mb = max(self.all_mb, everything), max(self.own_mb, own)
            self.others_mb = max(self.others_mb, everything - own)

    def time(self, owner: Any, name: str, called: str) -> None:
        """Time a function of a module or class; one that is not there is passed over."""
        function = getattr(owner, name, None)
        if function is None:
            return

        def timed(*args: Any, **kwargs: Any) -> Any:
            begun, used = time.perf_counter(), processor_seconds()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds[called] = self.seconds.get(called, 0.0) + time.perf_counter() - begun
                self.processor[called] = (
                    self.processor.get(called, 0.0) + processor_seconds() - used
                )

        setattr(owner, name, timed)


def step(folder: Path, index: Path, encoder: str, given: dict[str, Any]) -> dict[str, Any]:
    """One update, measured: in a process of its own."""
    from rag.embedding.embedder import load_embedder
    from rag.ingestion import staging, update
    from rag.settings import Settings

    watched = Watched()
    watched.time(update, "walk", "walk")
    watched.time(sys.modules.get("rag.documents.origins"), "walk", "walk")
    for name in ("known_files", "admitted", "changed", "gone", "stale_rows"):
        watched.time(update, name, "compare")
    watched.time(staging.Staging, "stage", "read and stage")
    watched.time(update, "_publish", "publish")
    watched.time(update, "publish", "publish")  # of before and of now
    watched.time(update, "compare", "report")
    embedder = Hashed() if encoder == "hashed" else load_embedder()
    begun = time.perf_counter()
    with watched:
        report = update.update(index, folder, settings=Settings(**given), embedder=embedder)  # type: ignore[arg-type]
    total = time.perf_counter() - begun
    counts = {
        name: len(getattr(report, name))
        for name in ("added", "changed", "removed", "moved", "failed")
    }
    if report.failed:
        print(report.failed[0].reason, file=sys.stderr)
    return {
        "phases": watched.processor,
        "walls": watched.seconds,
        "seconds": total,
        "processor": processor_seconds(),
        "all_mb": watched.all_mb,
        "own_mb": watched.own_mb,
        "others_mb": watched.others_mb,
        "counts": counts,
        "unchanged": report.unchanged,
        "chunks": report.chunks,
    }


def in_process(*arguments: str) -> dict[str, Any]:
    """What a step of this script measures, in a process of its own."""
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    ran = subprocess.run(
        [sys.executable, __file__, "step", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    if ran.returncode:
        sys.exit(ran.stderr)
    print(ran.stderr, end="", file=sys.stderr)
    value: dict[str, Any] = json.loads(ran.stdout)
    return value


PHASES = ("walk", "compare", "read and stage", "publish", "report")


def row(what: str, measured: dict[str, Any]) -> list[Any]:
    phases = [f"{measured['phases'].get(name, 0.0):.1f}" for name in PHASES]
    became = ", ".join(f"{count:,} {name}" for name, count in measured["counts"].items() if count)
    return [
        what,
        became or f"{measured['unchanged']:,} unchanged",
        *phases,
        f"{measured['processor']:.1f}",
        f"{measured['seconds']:.1f}",
        f"{measured['all_mb']:,.0f}",
        f"{measured['own_mb']:,.0f}",
        f"{measured['others_mb']:,.0f}",
    ]


HEAD = [
    "step",
    "became",
    *PHASES,
    "all",
    "on the clock",
    "MB, all processes",
    "MB, its own",
    "MB, others",
]


def files(scratch: Path, count: int, encoder: str) -> None:
    folder, index = scratch / "docs", scratch / "index"
    make_files(folder, count)
    time.sleep(3)  # a file as new as this would be looked at again

    def changes() -> Iterator[tuple[str, Callable[[], object]]]:
        some = folder / f"note-{count // 2:06}.txt"
        yield "first run", lambda: None
        yield "nothing changed", lambda: None
        yield (
            "one changed",
            lambda: (some.write_text("It is no note any more.\n"), os.utime(some, (1e9, 1e9))),
        )
        yield "one deleted", some.unlink
        few = sorted(folder.iterdir())[:1000]
        yield "1,000 deleted", lambda: [file.unlink() for file in few]
        some_more = sorted(folder.iterdir())[:1000]
        yield (
            "1,000 renamed",
            lambda: [file.rename(file.with_name(f"moved-{file.name}")) for file in some_more],
        )
        yield (
            "all renamed",
            lambda: [
                file.rename(file.with_name(f"new-{file.name}")) for file in list(folder.iterdir())
            ],
        )

    rows = []
    for what, change in changes():
        change()
        rows.append(row(what, in_process(str(folder), str(index), encoder, "{}")))
        print(rows[-1], file=sys.stderr)
    table(f"{count:,} files in one folder, seconds", HEAD, rows)


def text(scratch: Path, megabytes: float, encoder: str) -> None:
    folder, index = scratch / "long", scratch / "long-index"
    folder.mkdir(exist_ok=True)
    make_text(folder / "all.txt", megabytes)
    limits = {
        "max_file_mb": 2 * int(megabytes) + 200,
        "file_timeout_s": 7200,
        "max_memory_mb": 4000,
    }
    rows = [
        row(f"{megabytes:g} MB", in_process(str(folder), str(index), encoder, json.dumps(limits)))
    ]
    table("One file of text, seconds of the processors", HEAD, rows)
    table("Questions to it", ["first search", "search", "MB"], [asked(index)])


def asked(path: Path) -> list[str]:
    """Seconds of the first search, which unpacks the text, of later ones, and the memory that it takes."""
    from rag import Index

    chance, seconds = random.Random(5), []
    with Watched() as watched, Index.open(path, embedder=Hashed()) as index:  # type: ignore[arg-type]
        for _ in range(12):
            begun = time.process_time()
            assert index.search(sentence(chance).replace("The", "Which"), k=8)
            seconds.append(time.process_time() - begun)
    return [f"{seconds[0]:.2f}", f"{sorted(seconds[1:])[5]:.3f}", f"{watched.own_mb:.0f}"]


def main() -> None:
    if sys.argv[1:2] == ["step"]:
        folder, index, encoder, given = sys.argv[2:]
        print(json.dumps(step(Path(folder), Path(index), encoder, json.loads(given))))
        return
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=["files", "text"])
    parser.add_argument("--files", type=int, default=200_000)
    parser.add_argument("--mb", type=float, default=500)
    parser.add_argument("--encoder", choices=["hashed", "real"], default="hashed")
    parser.add_argument("--keep", type=Path, help="where the folder and the index are left")
    given = parser.parse_args()
    scratch = given.keep or Path(tempfile.mkdtemp())
    scratch.mkdir(exist_ok=True)
    try:
        if given.what == "files":
            files(scratch, given.files, given.encoder)
        else:
            text(scratch, given.mb, given.encoder)
    finally:
        if given.keep is None:
            shutil.rmtree(scratch)


if __name__ == "__main__":
    main()
