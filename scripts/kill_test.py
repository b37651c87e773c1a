"""Kill a run at random moments, with SIGKILL, and check that nothing is lost.

    python scripts/kill_test.py --kills 50

By turns a first run is killed, and an update of an index that holds half of the files. After each
kill the index must verify, with what is derived from it, and hold what was published before or what
the run was to publish (or, of a first run, nothing yet); after each round the next run must complete,
and hold just what a build that was never disturbed holds: the same documents and chunks, and the
same vectors to within the rounding of the encoder.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np

from rag.cli.app import main as rag_command
from rag.errors import IndexMissing
from rag.index import Index
from rag.store.folder.catalog import FolderCatalog
from rag.store.verify import contents

DATA = Path(__file__).resolve().parent.parent / "data"
KILLS_A_ROUND = 3  # kills of one and the same build, before it is let through


# Each run is forked from a process that has imported everything, so that the moments at which it is
# killed lie in its work, not in the second in which Python imports.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    ["rag.cli.app", "rag.cli.indexing", "rag.index", "openvino", "tantivy", "faiss"]
)


def run(folder: Path, path: Path) -> None:
    """What ``rag index FOLDER --index PATH --quiet`` does, in this process; nothing is printed."""
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)
    sys.argv = ["rag", "index", str(folder), "--index", str(path), "--quiet"]
    rag_command()


def start(folder: Path, path: Path) -> BaseProcess:
    """Begin a run in a process of its own."""
    process = FORKS.Process(target=run, args=(folder, path))
    process.start()
    return process


Content = tuple[dict[str, object], dict[tuple[str, int], np.ndarray]]


def content(path: Path) -> Content:
    """What an index holds, and its vectors by (file, start of chunk)."""
    catalog = FolderCatalog.open(path)
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


def kill(folder: Path, path: Path, after: float) -> bool:
    """Whether the run was killed before it was done."""
    process = start(folder, path)
    process.join(after)
    if process.exitcode is not None:
        return False
    process.kill()
    process.join()
    return True


def complete(folder: Path, path: Path) -> int:
    """Run to the end; the exit status."""
    process = start(folder, path)
    process.join()
    return process.exitcode or 0


def check_killed(path: Path, allowed: list[dict[str, object]], *, first: bool) -> None:
    """That the index is sound, and holds one of these."""
    try:
        index = Index.open(path)
    except IndexMissing:
        assert first, "what was published is gone"
        return
    with index:
        assert index.verify() == [], index.verify()
    assert content(path)[0] in allowed, "it holds what was never published"


def check_whole(folder: Path, path: Path, whole: Content) -> None:
    """That the next run completes, and leaves what an undisturbed one does."""
    assert complete(folder, path) == 0, "the run after the kills failed"
    with Index.open(path) as index:
        assert index.verify() == [], index.verify()
    found, vectors = content(path)
    assert found == whole[0], "the content differs from an undisturbed build's"
    assert vectors.keys() == whole[1].keys()
    closest = min(float(vectors[key] @ whole[1][key]) for key in vectors)
    assert closest > 0.999, closest


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        folder = scratch / "data"
        shutil.copytree(DATA, folder)
        for part in ("it", "handbook", "finance"):
            (folder / part).rename(scratch / part)
        assert complete(folder, scratch / "half") == 0
        half = content(scratch / "half")
        for part in ("it", "handbook", "finance"):
            (scratch / part).rename(folder / part)
        begun = time.monotonic()
        assert complete(folder, scratch / "whole") == 0
        length = time.monotonic() - begun
        whole = content(scratch / "whole")
        kills = missed = rounds = 0
        while kills < arguments.kills:
            path, first = scratch / f"index{rounds}", rounds % 2 == 0
            if not first:
                shutil.copytree(scratch / "half", path)
            rounds += 1
            for _ in range(min(KILLS_A_ROUND, arguments.kills - kills)):
                if not kill(folder, path, chance.uniform(0, length * 0.9)):
                    missed += 1
                    length *= 0.9  # the machine does less beside it than it did
                    continue
                kills += 1
                check_killed(path, [whole[0]] if first else [half[0], whole[0]], first=first)
            check_whole(folder, path, whole)
            shutil.rmtree(path)
            if rounds % 10 == 0:
                print(f"{kills} kills so far", flush=True)
    print(
        f"{kills} kills in {rounds} rounds ({missed} came too late): every index sound, every "
        "content equal"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
