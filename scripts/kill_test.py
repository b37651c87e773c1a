"""Kill a build at random moments, with SIGKILL, and check that nothing is lost.

    python scripts/kill_test.py --kills 50

After each kill the index must verify (or not yet exist); after each round the next run must
complete, and hold just what a build that was never disturbed holds: the same documents and
chunks, and the same vectors to within the rounding of the encoder.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from rag.errors import IndexMissing
from rag.index import Index
from rag.store.catalog import Catalog
from rag.store.verify import contents

DATA = Path(__file__).resolve().parent.parent / "data"
KILLS_A_ROUND = 3  # kills of one and the same build, before it is let through


def start(folder: Path, path: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "rag.cli", "index", str(folder), "--index", str(path), "--quiet"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def content(path: Path) -> tuple[dict[str, object], dict[tuple[str, int], np.ndarray]]:
    """What an index holds, and its vectors by (file, start of chunk)."""
    catalog = Catalog.open(path)
    vectors = {}
    for ids, rows in catalog.vectors(catalog.visible()):
        chunks = catalog.chunk_rows(ids.tolist())
        sources = catalog.names({c.document for c in chunks.values()})
        for identity, row in zip(ids.tolist(), rows, strict=True):
            chunk = chunks[identity]
            vectors[sources[chunk.document][0], chunk.start] = row
    dump = contents(catalog)
    catalog.close()
    return dump, vectors


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "data"
        shutil.copytree(DATA, folder)
        begun = time.monotonic()
        assert start(folder, Path(scratch) / "whole").wait() == 0
        length = time.monotonic() - begun
        expected, expected_vectors = content(Path(scratch) / "whole")
        kills = missed = rounds = 0
        while kills < arguments.kills:
            path = Path(scratch) / f"index{rounds}"
            rounds += 1
            for _ in range(min(KILLS_A_ROUND, arguments.kills - kills)):
                process = start(folder, path)
                time.sleep(chance.uniform(0, length * 0.9))
                if process.poll() is not None:
                    missed += 1  # it was done before the kill came
                    continue
                process.send_signal(signal.SIGKILL)
                process.wait()
                kills += 1
                try:
                    index = Index.open(path)
                except IndexMissing:
                    continue
                # Derived files may be behind the catalog; nothing else may be wrong.
                problems = [p for p in index.verify() if "missing or stale" not in p]
                index.close()
                assert not problems, problems
            assert start(folder, path).wait() == 0, "the run after the kills failed"
            index = Index.open(path)
            assert index.verify() == [], index.verify()
            index.close()
            found, vectors = content(path)
            assert found == expected, "the content differs from an undisturbed build's"
            assert vectors.keys() == expected_vectors.keys()
            closest = min(float(vectors[key] @ expected_vectors[key]) for key in vectors)
            assert closest > 0.999, closest
            shutil.rmtree(path)
    print(
        f"{kills} kills in {rounds} rounds ({missed} came too late): every index sound, every "
        "content equal"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
