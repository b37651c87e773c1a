"""What an installation weighs, and how long it takes from a cold start to an answer.

    python scripts/bench_install.py NAME=PYTHON [NAME=PYTHON ...] [--code NAME=CHECKOUT] [--runs 5]

Each PYTHON is the interpreter of an environment with rag in it, or with what it depends on and
--code naming the checkout to run. One row an environment: distributions; megabytes (10^6 bytes) of
site-packages, compiled byte code included; and the median over the runs, taken in turn, of

- ``import rag``: a new process, less what an empty one takes; and the same with the names that an
  answer needs, ``from rag import Index, QA``
- ``rag ask``: a new process that answers one question of the sample; the first with an empty cache
  (the graph is built and compiled), and later ones, which find it there

As root on Linux, also the first ``rag ask`` after the system's own cache of files was dropped.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "How much does delivery to Switzerland cost?"
DROP = Path("/proc/sys/vm/drop_caches")
COLUMNS = ("import rag", "Index, QA", "ask, first", "ask, again", "ask, files uncached")


@dataclass
class Environment:
    """An interpreter, the checkout it runs (or none), a folder for its index and its caches."""

    name: str
    python: Path
    code: Path | None
    desk: Path
    times: dict[str, list[float]] = field(default_factory=dict)

    def run(self, *arguments: str, cache: str = "cache") -> float:
        """Seconds that the interpreter takes with these arguments."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "RAG_"))}
        clean["RAG_CACHE"] = str(self.desk / cache)
        if self.code:
            clean["PYTHONPATH"] = str(self.code)
        started = time.perf_counter()
        done = subprocess.run(
            [self.python, *arguments], cwd=self.desk, env=clean, capture_output=True, text=True
        )
        if done.returncode:
            sys.exit(f"{self.name}: {' '.join(arguments)}\n{done.stdout}{done.stderr}")
        return time.perf_counter() - started

    def ask(self, cache: str = "cache") -> float:
        """Seconds of one ``rag ask``; it answers anew, though it was asked before."""
        return self.run(
            "-m", "rag.cli", "ask", QUESTION, "--index", "index", "--no-cache", cache=cache
        )

    def take(self, column: str, seconds: float) -> None:
        """Notes one run."""
        self.times.setdefault(column, []).append(seconds)

    def library(self) -> Path:
        """Its site-packages."""
        return next(self.python.parent.parent.glob("[Ll]ib*/**/site-packages"))


def measure(environment: Environment, run: int) -> None:
    """One run of every column."""
    empty = environment.run("-c", "pass")
    environment.take("import rag", environment.run("-c", "import rag") - empty)
    environment.take("Index, QA", environment.run("-c", "from rag import Index, QA") - empty)
    environment.take("ask, first", environment.ask(cache=f"cache-{run}"))
    environment.take("ask, again", environment.ask(cache=f"cache-{run}"))
    if os.access(DROP, os.W_OK):
        os.sync()
        DROP.write_text("3")
        environment.take("ask, files uncached", environment.ask(cache=f"cache-{run}"))


def row(environment: Environment) -> str:
    """The environment's line of the table."""
    library = environment.library()
    distributions = len(list(library.glob("*.dist-info")))
    files = [f for f in library.rglob("*") if f.is_file() and not f.is_symlink()]
    size = f"{sum(f.stat().st_size for f in files) / 1e6:,.0f}"
    medians = [
        f"{statistics.median(environment.times[c]):.2f}" if c in environment.times else ""
        for c in COLUMNS
    ]
    return "| " + " | ".join([environment.name, str(distributions), size, *medians]) + " |"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("environments", nargs="+", metavar="NAME=PYTHON")
    parser.add_argument("--code", action="append", default=[], metavar="NAME=CHECKOUT")
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    code = dict(pair.split("=", 1) for pair in given.code)
    with tempfile.TemporaryDirectory() as scratch:
        environments = []
        for pair in given.environments:
            name, python = pair.split("=", 1)
            desk = Path(scratch, name)
            desk.mkdir()
            shutil.copytree(ROOT / "data", desk / "documents")
            checkout = Path(code[name]).resolve() if name in code else None
            environments.append(Environment(name, Path(python).absolute(), checkout, desk))
        for environment in environments:
            # Byte code is compiled and files are read once before anything is timed.
            environment.run("-m", "rag.cli", "index", "documents", "--index", "index")
            environment.ask()
        for run in range(given.runs):
            for environment in environments:
                measure(environment, run)
        print("|  | distributions | MB | " + " | ".join(f"{c}, s" for c in COLUMNS) + " |")
        print("| --- " * (len(COLUMNS) + 3) + "|")
        for environment in environments:
            print(row(environment))


if __name__ == "__main__":
    main()
