"""Damaged files of all formats, read as a worker reads them: python -m scripts.fuzz_loaders FOLDER ... --inputs 20000

Files of the folders are changed at random: bytes flipped, cut, doubled, put together from two; in archives the
members too, so that their XML is reached. Each is read in a process with a bound of memory and of time, twice:
both readings must be the same. Counts what was read and what was refused; says each input that ended a process,
took too long, needed too much memory, raised anything but LoadError, or was read in two ways. Without OCR.
"""

from __future__ import annotations

import argparse
import io
import logging
import multiprocessing
import random
import resource
import sys
import time
import zipfile
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path

MEMORY = 2_000_000_000  # bytes, as the default of max_memory_mb
SECONDS = 60  # that one input may take
LARGEST = 400_000  # bytes of a file that is changed
SPECIAL = (
    b"\x00",
    b"\xff\xff\xff\xff",
    b"<",
    b"]]>",
    b"%",
    b"&#0;",
    b"\x1b",
    b"{",
    b"\\",
    b"999999999",
    b"-1",
)


def changed(data: bytes, other: bytes, random_: random.Random) -> bytes:
    """``data``, damaged in one of the ways that files are."""
    out = bytearray(data)
    for _ in range(random_.choice((1, 1, 2, 5, 20))):
        at = random_.randrange(len(out) + 1)
        match random_.randrange(7):
            case 0 if out:
                out[at % len(out)] ^= 1 << random_.randrange(8)
            case 1:
                del out[at : at + random_.choice((1, 4, 100, 5000))]
            case 2:
                out[at:at] = random_.choice(SPECIAL) * random_.choice((1, 1, 50))
            case 3:
                piece = out[at : at + random_.choice((4, 60, 3000))]
                out[at:at] = piece * random_.choice((1, 2, 30))
            case 4:
                begin = random_.randrange(len(other) + 1)
                out[at : at + 50] = other[begin : begin + random_.choice((10, 400))]
            case 5:
                out = out[: max(1, at)]
            case _ if out:
                out[at % len(out)] = random_.randrange(256)
        if len(out) > 4 * LARGEST:
            break
    return bytes(out)


def changed_inside(data: bytes, random_: random.Random) -> bytes:
    """An archive of which a member was changed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # it is none, or damaged already
        return changed(data, data, random_)
    if not members:
        return data
    name = random_.choice(list(members))
    members[name] = changed(members[name], random_.choice(list(members.values())), random_)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return out.getvalue()


def inputs(files: list[tuple[str, bytes]], count: int, seed: int) -> list[tuple[int, str]]:
    """(seed, name) of each input: it is made anew from them, in whichever process."""
    random_ = random.Random(seed)
    return [(random_.randrange(2**32), random_.choice(files)[0]) for _ in range(count)]


def made(files: dict[str, bytes], seed: int, name: str) -> bytes:
    random_ = random.Random(seed)
    data = files[name]
    if data.startswith(b"PK") and random_.random() < 0.7:
        return changed_inside(data, random_)
    return changed(data, random_.choice(list(files.values())), random_)


def work(pipe: Connection, files: dict[str, bytes]) -> None:
    """Reads inputs, and says of each what became of it."""
    from rag.documents.formats import format_for, load
    from rag.documents.source import Source
    from rag.errors import LoadError

    for module in list(sys.modules.values()):
        if hasattr(module, "ocr_available"):
            module.ocr_available = lambda: False  # type: ignore[attr-defined]
    logging.disable(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    while (asked := pipe.recv()) is not None:
        seed, name = asked
        data = made(files, seed, name)
        told: list[str] = []
        for _ in range(2):
            try:
                format = format_for(name, data[:1024])
                if format is None:
                    told.append("refused")
                    continue
                document = load(Source(name, data), format)
                told.append(f"read {hash((document.text, document.pages, document.headings))}")
            except LoadError:
                told.append("refused")
            except MemoryError:
                told.append("memory")
            except BaseException as error:
                told.append(f"raised {type(error).__name__}: {error}")
        same = told[0] == told[1]
        pipe.send(
            told[0].split(" ")[0] if same and not told[0].startswith("raised") else f"fault {told}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--minutes", type=float, default=600)
    given = parser.parse_args()
    files = {
        file.name: file.read_bytes()
        for folder in given.folders
        for file in sorted(folder.rglob("*"))
        if file.is_file() and 0 < file.stat().st_size <= LARGEST and file.name != "case.json"
    }
    counts: Counter[str] = Counter()
    slowest = (0.0, "")
    begun = time.monotonic()
    process, pipe = _started(files)
    for seed, name in inputs(list(files.items()), given.inputs, given.seed):
        if time.monotonic() - begun > 60 * given.minutes:
            break
        start = time.monotonic()
        pipe.send((seed, name))
        if pipe.poll(SECONDS):
            try:
                said = pipe.recv()
            except EOFError:
                said = f"fault: the process ended ({process.exitcode})"
        else:
            said = f"fault: not done in {SECONDS} s"
        took = time.monotonic() - start
        slowest = max(slowest, (took, f"{name} (seed {seed})"))
        counts[said.split(" ")[0].rstrip(":")] += 1
        if said.startswith("fault"):
            print(f"{name}, seed {seed}: {said}", flush=True)
            process.kill()
            process.join()
            process, pipe = _started(files)
    pipe.send(None)
    process.join(10)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    suffixes = len({Path(name).suffix for name in files})
    print(
        f"{sum(counts.values()):,} inputs of {len(files)} files with {suffixes} suffixes in "
        f"{time.monotonic() - begun:.0f} s: {dict(counts)}; slowest {slowest[0]:.1f} s, {slowest[1]}; peak {peak:.0f} MB"
    )


def _started(files: dict[str, bytes]) -> tuple[multiprocessing.Process, Connection]:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.Process(target=work, args=(there, files))
    process.start()
    there.close()
    return process, here


if __name__ == "__main__":
    main()
