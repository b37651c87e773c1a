"""Which engine reads which format: texts of the document cases found, time, memory, a short fuzz.

    python scripts/bench_engines.py ENGINE CASES_FOLDER [--fuzz N]

ENGINE is rag, xberg, docling-rs or markitdown, installed in that Python. CASES_FOLDER holds
case folders with docs/ and case.json ("must": texts, "mustnot": texts). The rule is lenient, the
same for all: only words and their order within the text count, no layout, no place.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

Read = Callable[[str, bytes], str]


def by_rag() -> Read:
    """This product's loaders."""
    from rag.documents.formats import format_for, load
    from rag.documents.source import Source

    def read(name: str, data: bytes) -> str:
        format = format_for(name, data[:1024])
        if format is None:
            raise ValueError("no loader")
        return load(Source(name, data), format).text

    return read


def by_xberg() -> Read:
    """xberg, with the suffix telling the type."""
    import tempfile

    import xberg

    async def extract(path: str) -> Any:
        return await xberg.extract(xberg.ExtractInput(uri=path))

    def read(name: str, data: bytes) -> str:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(data)
            result = asyncio.run(extract(str(path)))
        if not result.results:
            raise ValueError(result.errors[0].message if result.errors else "nothing")
        return "\n".join(
            one.content
            + "\n"
            + "\n".join(getattr(c, "content", "") or "" for c in one.children or ())
            for one in result.results
        )

    return read


def by_docling() -> Read:
    """docling-rs, to Markdown."""
    import tempfile

    from docling_rs.document_converter import DocumentConverter

    converter = DocumentConverter()

    def read(name: str, data: bytes) -> str:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(data)
            return str(converter.convert(str(path)).document.export_to_markdown())

    return read


def by_markitdown() -> Read:
    """markitdown, to Markdown."""
    from io import BytesIO

    from markitdown import MarkItDown, StreamInfo

    converter = MarkItDown(enable_plugins=False)

    def read(name: str, data: bytes) -> str:
        info = StreamInfo(filename=name, extension=Path(name).suffix)
        return str(converter.convert_stream(BytesIO(data), stream_info=info).markdown)

    return read


ENGINES = {"rag": by_rag, "xberg": by_xberg, "docling-rs": by_docling, "markitdown": by_markitdown}


def words(text: str) -> str:
    """The words of a text, one blank between them."""
    return " ".join(re.findall(r"[\w%€£$#]+", text))


def texts(read: Read, root: Path) -> None:
    """Print, by kind of case, the texts found, what wasn't read, and the seconds."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    spent = 0.0
    for case in sorted(path for path in root.iterdir() if (path / "case.json").is_file()):
        wanted = json.loads((case / "case.json").read_text("utf-8"))
        kind = case.name.split("-")[1]
        stored: list[str] = []
        for path in sorted(p for p in (case / "docs").rglob("*") if p.is_file()):
            begin = time.perf_counter()
            try:
                stored.append(words(read(path.name, path.read_bytes())))
            except BaseException as error:
                print(f"  {case.name}/{path.name}: {type(error).__name__}: {str(error)[:90]}")
            spent += time.perf_counter() - begin
        for must in wanted.get("must") or ():
            text = words(must["text"] if isinstance(must, dict) else must)
            ok = any(text in one for one in stored)
            found[kind][0] += ok
            found[kind][1] += 1
        for must_not in wanted.get("mustnot") or ():
            found[kind][0] += not any(words(must_not) in one for one in stored)
            found[kind][1] += 1
    print(" ".join(f"{kind} {a}/{b}" for kind, (a, b) in sorted(found.items())))
    print("all", *map(sum, zip(*found.values(), strict=True)), f"in {spent:.1f} s")


def fuzz(read: Read, root: Path, count: int) -> None:
    """Mutate the small files, ``count`` in all: how many raise, and the slowest."""
    rng = random.Random(7)
    paths = sorted(p for p in root.glob("*/docs/*") if p.is_file() and p.stat().st_size < 200_000)
    raised, slowest = 0, (0.0, "")
    reasons: Counter[str] = Counter()
    for _ in range(count):
        path = rng.choice(paths)
        data = bytearray(path.read_bytes())
        for _ in range(rng.randint(1, 20) if data else 0):
            at = rng.randrange(len(data))
            if rng.random() < 0.8:
                data[at] = rng.randrange(256)
            else:
                del data[at : at + rng.randint(1, 50)]
                data = data or bytearray(b"x")
        begin = time.perf_counter()
        print(path, end="\r", flush=True)
        try:
            read(path.name, bytes(data))
        except Exception as error:
            raised += 1
            reasons[f"{type(error).__name__}: {str(error)[:60]}"] += 1
        slowest = max(slowest, (time.perf_counter() - begin, path.name))
    for reason, times in reasons.most_common(25):
        print(f"  {times} {reason}")
    print(f"fuzz: {count} read, {raised} refused, slowest {slowest[0]:.1f} s {slowest[1]}")


def main() -> None:
    """Run one engine."""
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("root", type=Path)
    parser.add_argument("--fuzz", type=int, default=0)
    options = parser.parse_args()
    read = ENGINES[options.engine]()
    texts(read, options.root)
    if options.fuzz:
        fuzz(read, options.root, options.fuzz)
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB")


if __name__ == "__main__":
    main()
