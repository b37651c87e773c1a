"""Does another reading of the same file hold words that ours lacks? Ours against LibreOffice's.

    python scripts/bench_second_opinion.py FOLDER [FOLDER ...]

Needs LibreOffice (``soffice``). Each Office file is printed to PDF by it, and converted to the other
formats of its kind; the words of each are compared with ours of the file itself. Prints, per file,
the share of words of the print that our text has, and the share of our words that our reading of each
conversion has, with the words that lack.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from rag.documents.formats import format_for, load
from rag.documents.source import Source

INTO = {
    ".docx": ("pdf", "odt", "rtf", "doc"),
    ".xlsx": ("pdf", "ods", "xls"),
    ".pptx": ("pdf", "odp", "ppt"),
}


def words(path: Path) -> set[str]:
    """The words of a file as this product reads it."""
    data = path.read_bytes()
    format = format_for(path.name, data[:1024])
    assert format
    return set(re.findall(r"\w+", load(Source(path.name, data), format).text.casefold()))


def recall(wanted: set[str], got: set[str]) -> tuple[float, list[str]]:
    """The share of the wanted words that are there, and the first that are not."""
    missing = wanted - got
    total = len(wanted)
    return 1 - len(missing) / total if total else 1.0, list(missing)[:12]


def convert(path: Path, into: str, folder: Path) -> Path | None:
    """The file as LibreOffice writes it in another format."""
    command = ["soffice", "--headless", "--convert-to", into, "--outdir", str(folder), str(path)]
    subprocess.run(command, capture_output=True, timeout=180, check=False)
    made = folder / f"{path.stem}.{into}"
    return made if made.exists() else None


def main() -> None:
    """Compare every Office file below the folders."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=Path)
    options = parser.parse_args()
    if not shutil.which("soffice"):
        parser.error("LibreOffice is not there: apt-get install libreoffice-nogui")
    shares: dict[str, list[float]] = {}
    for path in sorted(p for f in options.folders for p in f.rglob("*") if p.suffix in INTO):
        try:
            own = words(path)
        except Exception as error:
            print(f"{path.name}: {error}")
            continue
        with tempfile.TemporaryDirectory() as scratch:
            for into in INTO[path.suffix]:
                made = convert(path, into, Path(scratch))
                if made is None:
                    continue
                try:
                    other = words(made)
                except Exception as error:
                    print(f"{path.name} -> {into}: {error}")
                    continue
                share, missing = recall(other, own) if into == "pdf" else recall(own, other)
                shares.setdefault(f"{path.suffix} -> {into}", []).append(share)
                if share < 0.98:
                    print(f"{path.name} -> {into}: {share:.3f} {' '.join(missing)}")
    for kind, found in sorted(shares.items()):
        good = sum(1 for share in found if share >= 0.98)
        print(f"{kind}: {len(found)} files, mean {sum(found) / len(found):.3f}, {good} at 0.98")


if __name__ == "__main__":
    main()
