"""Call the command line with whatever can be typed, in process, and hold it to what it promises.

    python scripts/fuzz_cli.py --calls 20000

Every command gets random arguments and options, alone and together: empty, huge, negative, nan, not
UTF-8, with control characters, very long, paths that cannot be. After each call: no traceback, in no
thread; an exit code that is documented; an error that is a few readable lines; nothing written but
where an option said so, and the folder of documents as it was. Models are loaded once for all calls;
those that would come from a network are looked for offline.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner
from fuzz_world import TEXTS, World

from rag.cli import main as rag_command
from rag.visible import UNSAFE

EXIT_CODES = {0, 1, 2, 3, 4, 130, 141}
SECONDS = 600  # that a call may take before it counts as hanging
WEIGHTS = {"index": 2, "evaluate": 2, "calibrate": 1, "compact": 2}  # the others: 4; these are slow


class Writes:
    """What Python is about to write, told by the interpreter itself."""

    _WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
    _EVENTS = frozenset(
        ("os.mkdir", "os.remove", "os.rmdir", "os.truncate", "os.symlink", "sqlite3.connect")
    )

    def __init__(self) -> None:
        self.paths: set[str] = set()
        sys.addaudithook(self._heard)

    def _heard(self, event: str, about: tuple[Any, ...]) -> None:
        written: list[tuple[Any, int]] = []  # each with the folder that it is relative to
        if event == "open" and isinstance(about[2], int) and about[2] & self._WRITING:
            written = [(about[0], -1)]
        elif event in self._EVENTS:
            written = [
                (about[0], about[-1] if event in ("os.mkdir", "os.remove", "os.rmdir") else -1)
            ]
        elif event in ("os.rename", "os.link"):
            written = list(zip(about[:2], about[2:], strict=True))
        for path, folder in written:
            if isinstance(path, str | bytes) and not os.fsdecode(path).startswith(
                ("file:", ":memory:")
            ):
                at = "." if folder == -1 else os.readlink(f"/proc/self/fd/{folder}")
                self.paths.add(os.path.realpath(os.path.join(at, os.fsdecode(path))))

    def outside(self, allowed: set[str]) -> list[str]:
        """Those of the paths since the last time that are in none of the places allowed, nor lead there."""
        found, self.paths = self.paths, set()
        return sorted(path for path in found if not any(_within(path, place) for place in allowed))


def _within(path: str, place: str) -> bool:
    return os.path.commonpath((path, place)) in (path, place)


@dataclass
class Call:
    """A call, what came of it, and what is wrong with that."""

    arguments: list[str]
    environment: dict[str, str]
    code: int
    seconds: float
    faults: list[str]


class Fuzz:
    """Calls in a world of their own."""

    def __init__(self, root: Path, seed: int) -> None:
        self.world = World(root, random.Random(seed))
        self.world.build()
        self.before = self.world.contents()
        self.writes = Writes()
        self.unheard: list[str] = []
        leaves = [
            (names, command) for names, command in _commands((), rag_command)
            if not isinstance(command, click.Group) and names != ("serve",)  # which ends when it is told to
        ]  # fmt: skip
        self.commands = [((), rag_command), *leaves]
        self.weights = [1, *(WEIGHTS.get(names[-1], 4) for names, _ in leaves)]

    def call(self) -> Call:
        """One call, checked."""
        world = self.world
        ((names, command),) = world.rng.choices(self.commands, self.weights)
        arguments, environment = world.arguments(names, command), world.environment()
        typed = [text for text in world.rng.choices(TEXTS, k=3) if "\ud800" not in text]
        entered = "".join(f"{line}\n" for line in typed).encode("utf-8", "surrogateescape")
        begun = time.perf_counter()
        self.writes.paths.clear()
        signal.alarm(SECONDS)
        result = CliRunner().invoke(rag_command, arguments, input=entered, env=environment)
        signal.alarm(0)
        seconds = time.perf_counter() - begun
        faults = list(self._faults(result, typed))
        if outside := self.writes.outside(self._allowed(arguments, environment)):
            faults.append(f"written: {outside}")
        return Call(arguments, environment, result.exit_code, seconds, faults)

    def _faults(self, result: Any, typed: list[str]) -> Iterator[str]:
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            yield "".join(traceback.format_exception(*result.exc_info))
        elif result.exit_code not in EXIT_CODES:
            yield f"exit code {result.exit_code}"
        elif "Traceback (most recent" in result.stderr:
            yield result.stderr
        elif result.exit_code == 1 and not _readable(result.stderr):
            yield f"no readable error: {result.stderr[:2000]!r}"
        shown = result.output
        for text in sorted(
            filter(None, typed), key=len, reverse=True
        ):  # a terminal shows what is typed into it
            shown = shown.replace(text, "")
        if found := UNSAFE.search(shown):
            yield f"raw {found[0]!r} is printed"
        if self.world.contents() != self.before:
            yield "the documents were changed"
            self.before = self.world.contents()
        while self.unheard:
            yield self.unheard.pop()

    def _allowed(self, arguments: list[str], environment: dict[str, str]) -> set[str]:
        """Where a call may write: at what it was given, but for what it only reads."""
        given = {word.partition("=")[2] if word.startswith("--") else word for word in arguments}
        given |= {*environment.values(), "indexes/default", str(self.world.root / "cache")}
        given |= {f"{text}.serve" for text in given}  # where what serves an index keeps its state
        given = {text for text in given if text and "\x00" not in text and "\ud800" not in text}
        return {os.path.realpath(text) for text in given} | {"/dev/null", "/dev/full"}


def _readable(error: str) -> bool:
    lines = error.splitlines()
    return (
        bool(lines)
        and lines[0].startswith("rag: ")
        and len(lines) < 30
        and max(map(len, lines)) < 1_200
    )


def _commands(
    names: tuple[str, ...], command: click.Command
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield names, command
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            yield from _commands((*names, name), command.commands[name])


def fuzz(calls: int, seed: int) -> Iterator[Call]:
    """So many calls, one after another, in a folder that is gone afterwards."""
    offline = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    working = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        own = dict.fromkeys(("XDG_CACHE_HOME", "TORCHINDUCTOR_CACHE_DIR"), f"{folder}/cache")
        os.environ.update(offline, **own)
        tempfile.tempdir = own["XDG_CACHE_HOME"]
        tried = Fuzz(Path(folder).resolve(), seed)
        hooks = threading.excepthook, sys.unraisablehook
        threading.excepthook = lambda told: tried.unheard.append(f"in a thread: {told.exc_value!r}")
        sys.unraisablehook = lambda told: tried.unheard.append(f"unheard: {told.exc_value!r}")
        signal.signal(signal.SIGALRM, _hangs)
        os.chdir(tried.world.root / "work")
        try:
            for _ in range(calls):
                yield tried.call()
        finally:
            os.chdir(working)
            tempfile.tempdir = None
            threading.excepthook, sys.unraisablehook = hooks


def _hangs(*_: object) -> None:
    raise RuntimeError(f"more than {SECONDS} s")


def main() -> int:
    """Print what went wrong, then how many calls ended how; 1 if anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    codes: Counter[int] = Counter()
    kinds: Counter[str] = Counter()
    slowest = Call([], {}, 0, 0.0, [])
    begun = time.monotonic()
    for number, call in enumerate(fuzz(options.calls, options.seed), 1):
        codes[call.code] += 1
        slowest = max(slowest, call, key=lambda one: one.seconds)
        for fault in call.faults:
            kind = fault.rstrip().splitlines()[-1][:200]
            kinds[kind] += 1
            if kinds[kind] <= 2:
                shown = [word[:200] for word in call.arguments]
                print(
                    f"\n#{number} {json.dumps(shown)} {call.environment}\n{fault[-4000:]}",
                    flush=True,
                )
        if number % 1_000 == 0:
            print(f"{number} calls, {time.monotonic() - begun:.0f} s, {dict(codes)}", flush=True)
    faulty = sum(kinds.values())
    print(
        f"{options.calls:,} calls in {time.monotonic() - begun:.0f} s, seed {options.seed}: {faulty} faults"
    )
    print("exit codes: " + ", ".join(f"{code}: {count:,}" for code, count in sorted(codes.items())))
    print(f"slowest: {slowest.seconds:.1f} s, {[word[:60] for word in slowest.arguments]}")
    for kind, count in kinds.most_common():
        print(f"  {count} x {kind}")
    return int(faulty > 0)


if __name__ == "__main__":
    sys.exit(main())
