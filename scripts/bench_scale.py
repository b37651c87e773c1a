"""One machine, up to a million chunks: publishing, opening, refreshing, searching, asking, disk.

    python scripts/bench_scale.py DATA --work lab/scale --against CHECKOUT [--sizes N ...] [--again]

DATA is the folder of benchmark data. The texts, and what is real and what is made of them, are
described in ``scripts/scale_data.py``. Indexes are written through the real writer and kept in the work
folder, of this checkout and of CHECKOUT, an older one (``git worktree add``); another run finds them there and
measures all but the first publication again, which it tells from the run that made them, unless ``--again`` is given.
Every figure is of a fresh process on one core. Times of searches, refreshing and questions are of the processor; "private" is
memory that is not the page cache's. Searches are told the question's vector; questions make it.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tables import table

ROOT = Path(__file__).resolve().parent.parent
SIZES = [10_000, 100_000, 1_000_000]
Figures = dict[str, Any]
ROWS = {
    "publish_s": ("publish after a first build, s", "{:.1f}"),
    "publish_cpu_s": ("of the processors, s", "{:.1f}"),
    "publish_mb": ("its peak, MB", "{:,.0f}"),
    "staged_s": ("(writing documents and vectors before it, s)", "{:.0f}"),
    "add_s": ("publish after one new file, s", "{:.2f}"),
    "add_mb": ("it writes, MB", "{:,.1f}"),
    "add_peak_mb": ("its peak, MB", "{:,.0f}"),
    "open_ms": ("open, warm file cache, ms", "{:.1f}"),
    "open_mb": ("private memory it adds, MB", "{:,.0f}"),
    "used_mb": ("after 200 searches, MB", "{:,.0f}"),
    "refresh_ms": ("refresh, nothing new, ms", "{:.2f}"),
    "search_ms": ("search p50, ms", "{:.1f}"),
    "filter_ms": ("with a filter p50, ms", "{:.1f}"),
    "filter_first_ms": ("a filter's first search, ms", "{:.0f}"),
    "recall": ("recall@10 of dense against exact", "{:.3f}"),
    "recall_filter": ("and with a filter", "{:.3f}"),
    "question_ms": ("question p50, ms", "{:.0f}"),
    "bytes": ("disk, bytes a chunk, all files", "{:,.0f}"),
    "catalog": ("of that the catalog", "{:,.0f}"),
    "vectors": ("of that vectors", "{:,.0f}"),
    "lexical": ("of that full text", "{:,.0f}"),
    "cards": ("of that cards", "{:,.0f}"),
}


def run(checkout: Path, target: Path, size: int, part: str) -> Figures:
    """One part in a fresh process, with the code of a checkout, on an index in the work folder."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(checkout), str(ROOT / "scripts"))),
        "OMP_NUM_THREADS": "1",
    }
    parts = str(ROOT / "scripts/scale_parts.py")
    command = [sys.executable, parts, part, str(target.parent), str(target)]
    done = subprocess.run(
        [*command, str(size)], env=environment, cwd=checkout, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{part} of {target}:\n{done.stderr}")
    found: Figures = json.loads(done.stdout.splitlines()[-1])
    return found


def measured(checkout: Path, target: Path, size: int, *, again: bool, parts: list[str]) -> Figures:
    """All figures of one size with one checkout, its index being at ``target``."""
    kept = target.with_name(f"{target.name}.json")
    if again or not kept.is_file():
        shutil.rmtree(target, ignore_errors=True)
        begun = run(checkout, target, size, "stage")
        kept.write_text(json.dumps(begun | run(checkout, target, size, "publish")))
    figures: Figures = json.loads(kept.read_text())
    for part in parts:
        print(f"{time.strftime('%H:%M:%S')} {target.name}: {part}", file=sys.stderr)
        figures |= run(checkout, target, size, part)
    return figures


def extrapolated(sizes: list[int], found: list[Figures], size: int) -> Figures:
    """By the slope between the two largest, on logarithmic scales."""
    made: Figures = {}
    for name in ROWS:
        a, b = (max(1e-9, float(figures.get(name, 0))) for figures in found[-2:])
        if name.startswith("recall") or a <= 1e-9:
            continue
        slope = math.log(b / a) / math.log(sizes[-1] / sizes[-2])
        made[name] = b * (size / sizes[-1]) ** max(0.0, slope)
    return made


def shown(figures: Figures, name: str) -> str:
    return ROWS[name][1].format(figures[name]) if name in figures else "-"


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=ROOT / "lab/scale")
    parser.add_argument("--against", type=Path, help="an older checkout")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--parts", nargs="+", default=["add", "open", "search", "question", "disk"])
    parser.add_argument("--again", action="store_true", help="make the indexes anew")
    given = parser.parse_args()
    work = given.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    if not (work / "base.json").is_file():
        import scale_data

        scale_data.prepare(given.data, work)
    checkouts = {"now": ROOT, **({"before": given.against.resolve()} if given.against else {})}
    heads, columns = [], []
    for name, checkout in reversed(checkouts.items()):
        found = []
        for size in given.sizes:
            target = work / f"{name}-{size}"
            found.append(measured(checkout, target, size, again=given.again, parts=given.parts))
            heads.append(f"{size:,} {name}")
        columns += found
        if name == "now" and len(found) > 1:
            heads.append("10,000,000 by their slope")
            columns.append(extrapolated(given.sizes, found, 10_000_000))
    base = json.loads((work / "base.json").read_text("utf-8"))
    real = sum(len(original[2]) for original in base["originals"])
    print(
        f"\n{real:,} chunks are real and embedded; what is more are copies with other numbers and names, whose vectors "
        f"are those of the originals turned as embedding 200 copies turned them (cosine: median "
        f"{statistics.median(base['cosines']):.3f})."
    )
    rows = [[label, *(shown(one, name) for one in columns)] for name, (label, _) in ROWS.items()]
    table("One machine", ["", *heads], rows)


if __name__ == "__main__":
    main()
