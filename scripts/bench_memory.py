"""How much memory a long run of questions takes: resident size after 50, 100, ... questions of all lengths.

    python -m scripts.bench_memory [--questions 2000] [--index INDEX]

Without INDEX an index of data/ is built. Questions are cut from the documents' own words, 3 to 40 words each, so
that no two have the same shape; each is retrieved and read.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path

from rag import QA, Index

DATA = Path(__file__).parent.parent / "data"
STEPS = (50, 100, 200, 400, 800, 1200, 1600, 2000)


def resident() -> float:
    """MB that this process holds in memory (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def run(index: Index, count: int) -> None:
    """Ask, and print a row at each step."""
    qa, rng = QA(index), random.Random(1)
    words = " ".join(index.document_of(source).text for source in index.sources()).split()
    print(f"{'questions':>9} {'MB':>7} {'of that after 50':>17} {'ms each':>8}")
    first, begun, before = 0.0, time.perf_counter(), 0
    for number in range(1, count + 1):
        start = rng.randrange(len(words) - 40)
        qa.ask(" ".join(words[start : start + rng.randrange(3, 41)]) + "?")
        if number in STEPS or number == count:
            size, spent = resident(), time.perf_counter() - begun
            first = first or size
            each = 1000 * spent / (number - before)
            print(f"{number:9} {size:7.0f} {size / first:17.2f} {each:8.0f}", flush=True)
            begun, before = time.perf_counter(), number


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--questions", type=int, default=2000)
    parser.add_argument("--index", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(
            Index.open(given.index) if given.index else Index.build(DATA, Path(folder) / "index"),
            given.questions,
        )


if __name__ == "__main__":
    main()
