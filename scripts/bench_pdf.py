"""How many pages of PDF are read in a second of one core, and what of them: python -m scripts.bench_pdf FOLDER [--rounds N]"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from rag.documents.formats import format_for, load
from rag.documents.source import Source


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    files = [(file.name, file.read_bytes()) for file in sorted(given.folder.glob("*.pdf"))]
    best = float("inf")
    for _ in range(given.rounds):
        pages = characters = tables = headings = 0
        begun = time.process_time()
        for name, data in files:
            format = format_for(name, data[:1024])
            assert format is not None
            document = load(Source(name, data), format)
            pages += len(document.pages)
            characters += len(document.text)
            headings += len(document.headings)
            tables += getattr(document, "counts", {}).get("tables", 0)
        best = min(best, time.process_time() - begun)
    print(
        f"{len(files)} files, {pages:,} pages, {characters:,} characters, {tables:,} tables, "
        f"{headings:,} headings: {pages / best:.0f} pages a second of processor time"
    )


if __name__ == "__main__":
    main()
