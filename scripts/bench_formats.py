"""Files and megabytes a second of each format, this checkout beside another: python scripts/bench_formats.py BEFORE FOLDER ...

    git worktree add ../before COMMIT
    python scripts/bench_formats.py ../before tests/cases data

Each file that the folders hold is read by its loader alone, in a process of each checkout; seconds are of the processor, of the
faster of ROUNDS readings. Nothing is read by OCR. Files that one of the two does not read count as not read there, and for neither's
time. The table is Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 3


def read(folders: list[Path]) -> dict[str, tuple[str, int, float]]:
    """What runs in each checkout: file -> (format, bytes, seconds); seconds -1 where it is not read."""
    sys.modules["rapidocr"] = None  # type: ignore[assignment]  # as if it were not installed
    os.environ["PATH"] = ""  # nor tesseract
    from rag.documents.formats import format_for, load
    from rag.documents.source import Source

    found = {}
    for file in sorted(f for folder in folders for f in folder.rglob("*") if f.is_file()):
        data = file.read_bytes()
        kind = format_for(file.name, data[:4096])
        if kind is None or kind.name == "image":
            continue
        seconds = []
        for _ in range(ROUNDS):
            begun = time.process_time()
            try:
                load(Source(file.name, data), kind)
            except Exception:
                seconds = [-1.0]
                break
            seconds.append(time.process_time() - begun)
        found[str(file)] = (kind.name, len(data), min(seconds))
    return found


def run(checkout: Path, folders: list[Path]) -> dict[str, tuple[str, int, float]]:
    """The same in a process of that checkout."""
    command = [sys.executable, str(Path(__file__).resolve()), str(checkout), *map(str, folders)]
    environment = {**os.environ, "PYTHONPATH": str(checkout.resolve()), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*command, "--work"], env=environment, capture_output=True, text=True, check=True
    )
    rows: dict[str, tuple[str, int, float]] = json.loads(done.stdout.splitlines()[-1])
    return rows


def main() -> None:
    """Reads in both, and prints."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("before", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    folders = [folder.resolve() for folder in given.folders]
    if given.work:
        print(json.dumps(read(folders)))
        return
    before, now = run(given.before, folders), run(ROOT, folders)
    by_format: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for file, (kind, size, seconds) in now.items():
        by_format[kind].append((size, before.get(file, ("", 0, -1.0))[2], seconds))
    print("| format | files | read before | read now | MB/s before | MB/s now | now / before |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for kind, rows in sorted(by_format.items()):
        both = [row for row in rows if min(row[1:]) > 0]
        megabytes = sum(row[0] for row in both) / 1e6
        old, new = (sum(row[i] for row in both) for i in (1, 2))
        rate = (
            f"{megabytes / old:.2f} | {megabytes / new:.2f} | {old / new:.2f}" if both else "| | "
        )
        counts = [sum(row[i] >= 0 for row in rows) for i in (1, 2)]
        print(f"| {kind} | {len(rows)} | {counts[0]} | {counts[1]} | {rate} |")


if __name__ == "__main__":
    main()
