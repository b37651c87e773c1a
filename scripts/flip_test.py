"""Flip bytes in the files of an index, and cut them, and check that nothing false is said.

    python scripts/flip_test.py --trials 2000

Each trial damages one file of a fresh copy, keeps its time stamp, and runs the commands on it, as a
user would. Each must either do what it does on the whole index, to the letter, or end with its exit
code and one sentence that says what to do. Where a derived file is damaged, answers must be right,
``rag verify`` must say so, and the next ``rag index`` must mend it. ``rag verify`` calls no index sound
that a question finds damaged. Ctrl-C ends it early, with the table of what was tried.
"""

from __future__ import annotations

import argparse
import functools
import gc
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

import rag.index
from rag.answering.qa import Reader
from rag.cli import main
from rag.index import Index

DATA = Path(__file__).resolve().parent.parent / "data"
QUESTIONS = (
    "Who is the managing director of Meridian Home?",
    "How many days of annual leave do employees get?",
    "How do I connect to the VPN?",
    "What was the name of the first kettle?",
    "What is the capital of Australia?",
)
FILTERS = ("source=*.pdf", "date>=2024-01-01", "type=markdown", "source=it/vpn-guide.md")
SENTENCES = (
    "is damaged",  # the catalog; with the way out
    "made by a newer version",  # the number of the format was hit
    "made by an older version",
    "there is no index here",
)
OUTCOMES = {
    "right": "right answer",
    "said": "damage said",
    "mended": "mended by rag index",
}


@dataclass
class Trial:
    """One damaged copy, and what was seen of it."""

    number: int
    path: Path
    file: str
    how: str
    wrong: list[str] = field(default_factory=list)
    outcome: str = "right"


Expected = dict[tuple[str, ...], set[str]]
"""A command's arguments -> what it may print: of the one generation or of the other."""


def run(path: Path, *arguments: str) -> tuple[int, str, str, str]:
    """(exit code, output, errors, traceback or "") of a command on the index at ``path``."""
    result = CliRunner().invoke(main, [*arguments, "--index", str(path)])
    raised = result.exception
    caught = "" if raised is None or isinstance(raised, SystemExit) else repr(raised)
    return result.exit_code, result.stdout, result.stderr, caught


def said(command: tuple[str, ...], output: str) -> str:
    """What an answer says, without its times and the ids of its generation."""
    if command[0] == "ask":
        answer = json.loads(output)
        for name in ("timings", "generation", "usage"):
            answer.pop(name, None)
        for cited in (*answer["citations"], answer.get("closest") or {}):
            cited.pop("document_id", None)
        return json.dumps(answer, sort_keys=True)
    return output


def questions() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for question in QUESTIONS:
        found.append(("ask", question, "--no-cache", "--json"))
        found.append(("search", question, "--json"))
        found.extend(("search", question, "--json", "--where", where) for where in FILTERS)
    return found


def whole(path: Path, expected: Expected) -> None:
    """Adds what the commands print on an index that is whole."""
    for command in questions():
        code, output, errors, caught = run(path, *command)
        assert code == 0 and not caught, (command, errors, caught)
        expected.setdefault(command, set()).add(said(command, output))


def damage(file: Path, chance: random.Random) -> str:
    """Damages a file, which keeps its time stamp; how, in a word."""
    before, original = file.stat(), file.read_bytes()
    data = bytearray(original)
    how = chance.choice(("flip", "flip", "flip", "bytes", "zeros", "cut"))
    at = chance.randrange(len(data)) if data else 0
    if not data:
        data, how = bytearray(chance.randbytes(chance.randint(1, 64))), "grown"
    elif how == "flip":
        data[at] ^= 1 << chance.randrange(8)
    elif how == "bytes":
        for i in range(at, min(at + chance.randint(1, 16), len(data))):
            data[i] = chance.randrange(256)
    elif how == "zeros":
        end = min(at + 4096, len(data))
        data[at:end] = bytes(end - at)
    else:
        del data[at:]
    if data == original:  # zeros where there were zeros
        data[at] ^= 1
    file.write_bytes(data)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    return how


def check(trial: Trial, expected: Expected, chance: random.Random) -> None:
    """Runs the commands on a damaged copy."""
    derived = trial.file.startswith(("vectors", "lexical", "cards")) and not trial.file.endswith(
        ".lock"
    )
    commands = chance.sample([c for c in expected if c[0] == "ask"], 1)
    commands += chance.sample([c for c in expected if c[0] == "search"], 2)
    for command in commands:
        code, output, errors, caught = run(trial.path, *command)
        if caught:
            trial.wrong.append(f"{command}: {caught}")
        elif code == 0 and said(command, output) not in expected[command]:
            trial.wrong.append(f"{command}: a wrong answer: {output}")
        elif code != 0:
            trial.outcome = "said"
            _judge(trial, command, code, errors, may_fail=not derived)
    code, output, errors, caught = run(trial.path, "verify")
    sound = code == 0
    if caught or code not in (0, 1, 3) or (sound and (derived or trial.outcome == "said")):
        trial.wrong.append(f"verify: exit {code}: {output}{errors}{caught}")
    if code == 1:
        _judge(trial, ("verify",), code, errors, may_fail=not derived)
    if derived or chance.random() < 0.25:
        _index_again(trial, expected, commands, derived)


def _index_again(
    trial: Trial, expected: Expected, commands: list[tuple[str, ...]], derived: bool
) -> None:
    code, output, errors, caught = run(trial.path, "index", str(trial.path.parent / "data"))
    if caught or (derived and code != 0):
        trial.wrong.append(f"index: exit {code}: {output}{errors}{caught}")
    elif code == 1:
        _judge(trial, ("index",), code, errors, may_fail=True)
    for command in commands if code in (0, 3) and not caught else ():
        code, output, errors, caught = run(trial.path, *command)
        if caught or (code == 0 and said(command, output) not in expected[command]):
            trial.wrong.append(f"{command} after index: {output}{errors}{caught}")
    if derived and not trial.wrong:
        code, output, _, _ = run(trial.path, "verify")
        trial.outcome = "mended"
        if code != 0:
            trial.wrong.append(f"verify after index: {output}")


def _judge(
    trial: Trial, command: tuple[str, ...], code: int, errors: str, *, may_fail: bool
) -> None:
    """Whether a command that failed did so by its exit code and in one sentence."""
    one = errors.startswith("rag: ") and errors.count("\n") == 1
    if not may_fail or code != 1 or not one or not any(s in errors for s in SENTENCES):
        trial.wrong.append(f"{command}: exit {code}: {errors}")


def prepare(scratch: Path, expected: Expected) -> dict[str, list[Path]]:
    """Two copies of an index of two generations: at rest, and as a process that was killed leaves
    it, with the second generation in its log. Of each, its files."""
    shutil.copytree(DATA, scratch / "data")
    index = Index.build(scratch / "data", scratch / "rest")
    whole(scratch / "rest", expected)
    with index.snapshot():  # which keeps what comes in the log
        (scratch / "data/handbook/new.md").write_text("# Juicer\n\nThe juicer squeezes oranges.\n")
        index.update()
        shutil.copytree(scratch / "rest", scratch / "killed")
    index.close()
    whole(scratch / "rest", expected)
    gc.collect()  # the last connection takes the log in, and away
    found = {}
    for name in ("rest", "killed"):
        files = [f.relative_to(scratch / name) for f in (scratch / name).rglob("*") if f.is_file()]
        found[name] = sorted(files)
    assert Path("catalog.sqlite-wal") in found["killed"]
    return found


def load_once(name: str, owner: Any) -> None:
    """Models are loaded once, for all trials."""
    real: Callable[..., Any] = getattr(owner, name)
    setattr(owner, name, functools.cache(real))


def main_() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, help="Run this trial alone.")
    arguments = parser.parse_args()
    load_once("load_embedder", rag.index)
    load_once("load", Reader)
    table: Counter[tuple[str, str]] = Counter()
    begun, expected = time.monotonic(), Expected()
    stopped: list[int] = []  # by a handler: an exception would be a command's to catch
    signal.signal(signal.SIGINT, lambda number, _: stopped.append(number))
    with tempfile.TemporaryDirectory() as name:
        files = prepare(Path(name), expected)
        for number in range(arguments.trials) if arguments.only is None else [arguments.only]:
            if stopped:
                break
            kind, trial = tried(Path(name), files, expected, number, arguments.seed)
            table[kind, "WRONG" if trial.wrong else trial.outcome] += 1
            if trial.wrong:
                print(f"trial {number}: {trial.how} in {trial.file} ({kind})")
                print("\n".join(f"    {line}" for line in trial.wrong), flush=True)
    _print(table, time.monotonic() - begun)
    return 1 if any(outcome == "WRONG" for _, outcome in table) else 0


def tried(
    scratch: Path, files: dict[str, list[Path]], expected: Expected, number: int, seed: int
) -> tuple[str, Trial]:
    """What kind of file was damaged, and what became of it."""
    chance = random.Random(f"{seed}-{number}")
    state = "killed" if number % 4 == 3 else "rest"
    # Half of the trials hit the catalog and its log, which are most of what there is.
    catalog = [f for f in files[state] if f.name.startswith("catalog")]
    file = chance.choice(catalog if number % 2 else files[state])
    path = scratch / f"index{number}"
    shutil.copytree(scratch / state, path)
    trial = Trial(number, path, file.as_posix(), damage(path / file, chance))
    check(trial, expected, chance)
    gc.collect()
    shutil.rmtree(path)
    kind = file.parts[0].split("-")[0] if "catalog" not in file.name else file.name
    return f"{kind}, {state}", trial


def _print(table: Counter[tuple[str, str]], seconds: float) -> None:
    wrong = sum(n for (_, outcome), n in table.items() if outcome == "WRONG")
    columns = (*OUTCOMES, "WRONG")
    print(f"| file | {' | '.join(OUTCOMES.get(c, c) for c in columns)} |")
    print(f"| --- |{' ---: |' * len(columns)}")
    for file in sorted({file for file, _ in table}):
        print(f"| {file} | {' | '.join(str(table[file, c]) for c in columns)} |")
    print(f"{sum(table.values())} trials, {wrong} wrong, {seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main_())
