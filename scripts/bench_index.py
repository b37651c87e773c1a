"""Measure ingestion against the LangChain tutorial pipeline, side by side.

    python scripts/bench_index.py DATA [text] [pdf] [rate] [update]

DATA is the folder of benchmark data (its README names the sets); nothing of it is part of
this project. Without section names all are run. Tables are printed as Markdown.

All sections measure time, so run them on a machine that does nothing else. Times are medians of
three runs unless they say not.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from data_sets import records
from tables import table

from rag.embedding.embedder import BundledEmbedder

SECTIONS = ("text", "pdf", "rate", "update")
TUTORIAL = Path(__file__).with_name("tutorial.py")


OURS = """
import sys, time
from rag import Index
begun = time.perf_counter()
index = Index.build(sys.argv[1], sys.argv[2])
print(time.perf_counter() - begun, index.status().chunks)
"""


def timed(*arguments: str) -> tuple[float, int, float]:
    """(seconds, chunks, peak MB of the whole process tree) of a program that prints the first two."""
    import psutil

    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, text=True)
    peak = 0
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        total = 0
        for p in [watched, *watched.children(recursive=True)]:
            try:
                total += p.memory_info().rss
            except psutil.Error:
                continue
        peak = max(peak, total)
        time.sleep(0.05)
    if process.returncode:
        sys.exit("a benchmark program failed")
    assert process.stdout
    seconds, chunks = process.stdout.read().split()
    return float(seconds), int(chunks), peak / 1e6


def side_by_side(folder: Path, unit: str, amount: float, runs: int) -> None:
    rows, medians = [], {}
    with tempfile.TemporaryDirectory() as scratch:
        for name, program in (("rag", ("-c", OURS)), ("LangChain tutorial", (str(TUTORIAL),))):
            found = [timed(*program, str(folder), f"{scratch}/{name}{run}") for run in range(runs)]
            medians[name] = statistics.median(f[0] for f in found)
            rows.append(
                [
                    name,
                    f"{medians[name]:.1f}",
                    found[0][1],
                    f"{amount / medians[name]:.2f}",
                    f"{found[0][1] / medians[name]:.1f}",
                    f"{max(f[2] for f in found):.0f}",
                ]
            )
    table(
        f"{folder.name}: {amount:.1f} {unit}, median of {runs}",
        ["", "seconds", "chunks", f"{unit}/s", "chunks/s", "peak MB"],
        rows,
    )
    print(f"\nratio: {medians['LangChain tutorial'] / medians['rag']:.1f}x")


def medquad_folder(data: Path, target: Path, copies: int = 1) -> None:
    target.mkdir()
    for copy in range(copies):
        for d in records(data / "medquad_docs.jsonl.gz"):
            text = d["text"] if not copy else f"{d['text']}\n\nCopy {copy}."
            (target / f"{d['doc_id']}-{copy}.md").write_text(text, encoding="utf-8")


def text(data: Path, runs: int) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "medquad"
        medquad_folder(data, folder)
        size = sum(f.stat().st_size for f in folder.iterdir()) / 1e6
        side_by_side(folder, "MB", size, runs)


def rate(data: Path) -> None:
    """What share of the machine's matrix-multiply rate the encoder reaches."""
    import torch

    passages = [d["title"] + "\n" + d["text"] for d in records(data / "scifact/corpus.jsonl.gz")][
        :400
    ]
    rows = []
    for precision, dtype in (
        ("f32", torch.float32),
        ("bf16", torch.bfloat16),
        ("int8", torch.bfloat16),  # quantised products against the bf16 rate
    ):
        rates = []
        for m, k, n in ((2048, 384, 1536), (2048, 1536, 1536), (4096, 4096, 4096)):
            a, b = torch.randn(m, k).to(dtype), torch.randn(k, n).to(dtype)
            torch.mm(a, b)
            for _ in range(5):
                begun = time.perf_counter()
                for _ in range(4):
                    torch.mm(a, b)
                rates.append(4 * 2 * m * k * n / (time.perf_counter() - begun) / 1e9)
        embedder = BundledEmbedder(precision)
        embedder.encode(passages[:32])
        tokenizer = embedder._encoder.tokenizer
        tokens = sum(len(e.ids) for e in tokenizer.encode_batch(passages))
        times = []
        for _ in range(3):
            begun = time.perf_counter()
            embedder.encode(passages)
            times.append(time.perf_counter() - begun)
        # 6 layers of 4 square and 2 fourfold products; attention itself is not counted.
        flops = 2 * tokens * 6 * (4 * 384 * 384 + 2 * 384 * 1536)
        reached = flops / statistics.median(times) / 1e9
        best = max(rates)  # of any shape: what the machine can do
        rows.append(
            [
                precision,
                f"{best:.0f}",
                f"{reached:.0f}",
                f"{reached / best:.0%}",
                f"{tokens / statistics.median(times):.0f}",
            ]
        )
    table(
        "Embedding against the machine's own matrix products",
        ["precision", "matrix GFLOP/s (torch)", "encoder GFLOP/s", "share", "tokens/s"],
        rows,
    )


def pdf(data: Path, runs: int) -> None:
    import pypdf

    folder = data / "finance_pdfs"
    count = 0
    for path in folder.iterdir():
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted:
            reader.decrypt("")
        count += len(reader.pages)
    side_by_side(folder, "pages", count, runs)


def update(data: Path, runs: int) -> None:
    """Updates by the command line, so that starting the program is counted too."""
    rows = []
    for copies in (1, 10):
        with tempfile.TemporaryDirectory() as scratch:
            folder, index = Path(scratch) / "medquad", Path(scratch) / "index"
            medquad_folder(data, folder, copies)
            if copies > 1:
                # Ten times the documents with one vector each: what grows here is all but
                # embedding, which is linear.
                for file in folder.iterdir():
                    file.write_text(file.read_text("utf-8")[:400] + file.stem, encoding="utf-8")
            os.environ["RAG_CACHE"] = os.environ.get("RAG_CACHE", str(Path(scratch) / "cache"))
            command = [
                sys.executable,
                "-m",
                "rag.cli",
                "index",
                str(folder),
                "--index",
                str(index),
                "--quiet",
                "--json",
            ]
            first = json.loads(run_timed(command)[1])
            run_timed(command)  # files that were fresh at the first run are stamped now
            same = statistics.median(run_timed(command)[0] for _ in range(runs))
            changed = []
            for number in range(runs):
                file = sorted(folder.iterdir())[number]
                file.write_text(file.read_text("utf-8") + f"\n\nA new sentence, {number}.")
                changed.append(run_timed(command)[0])
            opening = [
                float(
                    run_timed(
                        [
                            sys.executable,
                            "-c",
                            "import time; from rag import Index; "
                            f"t = time.perf_counter(); Index.open({str(index)!r}); "
                            "print(time.perf_counter() - t)",
                        ]
                    )[1]
                )
                for _ in range(runs)
            ]
            rows.append(
                [
                    f"{len(first['added']):,}",
                    f"{first['chunks']:,}",
                    f"{same:.2f}",
                    f"{statistics.median(changed):.2f}",
                    f"{statistics.median(opening):.3f}",
                ]
            )
    table(
        "Update by `rag index`, whole process, seconds; opening from Python",
        ["files", "chunks", "nothing changed", "one file changed", "Index.open"],
        rows,
    )


def run_timed(command: list[str]) -> tuple[float, str]:
    begun = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 3):
        sys.exit(done.stderr)
    return time.perf_counter() - begun, done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []], metavar="section")
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    for section in arguments.sections or SECTIONS:
        print(f"\n## {section}", flush=True)
        if section in ("text", "pdf", "update"):
            globals()[section](arguments.data, arguments.runs)
        else:
            globals()[section](arguments.data)


if __name__ == "__main__":
    main()
