"""Does another reading of the same file hold words that ours lacks? Ours against LibreOffice's.

    python scripts/bench_second_opinion.py FOLDER [FOLDER ...] [--print]

Needs LibreOffice (``soffice``). Each Office file is printed to PDF by it, and converted to the other
formats of its kind; the words of each are compared with ours of the file itself. Prints, per file,
the share of words of the print that our text has, and the share of our words that our reading of each
conversion has, with the words that lack.

With ``--print`` files of OpenDocument, RTF and of before 2007 are printed too, nothing is converted, and what is
compared are the words of both: how many of the print stand in ours, and how many of ours in the print. A word stands
in a text that has its letters in a row, as a PDF may glue words together or cut them at the ends of lines.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import tempfile
import unicodedata
from pathlib import Path

from rag.documents.formats import format_for, load
from rag.documents.source import Source

INTO = {
    ".docx": ("pdf", "odt", "rtf", "doc"),
    ".xlsx": ("pdf", "ods", "xls"),
    ".pptx": ("pdf", "odp", "ppt"),
}


PRINTED = frozenset(
    ".docx .docm .dotx .dotm .doc .odt .ott .fodt .rtf .xlsx .xlsm .xltx .xlsb .xls .ods .fods "
    ".pptx .pptm .ppsx .potx .ppt .odp .fodp .odg".split()
)


_LABELS = re.compile(
    r"^(?:header|footer|footnote \d+|footnote|endnote|notes|chart|diagram|link):|\[(?:comment|note|picture|drawing)\b|"
    r"\[struck out:|\(hidden (?:sheet|slide)\)",
    re.MULTILINE,
)
"""What our text says of what follows, in lower case."""


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


def text_of(path: Path) -> str:
    """A file as this product reads it."""
    data = path.read_bytes()
    format = format_for(path.name, data[:1024])
    assert format
    return unicodedata.normalize("NFKC", load(Source(path.name, data), format).text).casefold()


def lacking(one: str, other: str) -> tuple[int, list[str]]:
    """How many different words one text has, and those that do not stand in the other."""
    row = "".join(filter(str.isalnum, other))
    found = set(re.findall(r"[^\W_]+", one))
    return len(found), sorted(word for word in found if word not in row)


def printed(paths: list[Path], scratch: Path) -> dict[Path, Path]:
    """The files as LibreOffice prints them, one after the other, in one process of it."""
    copies = {path: scratch / f"{i}{path.suffix}" for i, path in enumerate(paths)}
    for path, copy in copies.items():
        shutil.copy(path, copy)
    command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(scratch)]
    subprocess.run(
        [*command, *map(str, copies.values())], capture_output=True, timeout=1800, check=False
    )
    made = {path: copy.with_suffix(".pdf") for path, copy in copies.items()}
    return {path: pdf for path, pdf in made.items() if pdf.exists()}


def compare_prints(paths: list[Path]) -> None:
    """A row for each file whose print says something else."""
    agreeing = compared = 0
    with tempfile.TemporaryDirectory() as scratch:
        for path, pdf in printed(paths, Path(scratch)).items():
            try:
                own, other = text_of(path), text_of(pdf)
            except Exception as error:
                print(f"{path}: {error}")
                continue
            there, lost = lacking(other, own)
            here, more = lacking(_LABELS.sub("", own), other)
            shares = 1 - len(lost) / max(1, there), 1 - len(more) / max(1, here)
            compared += 1
            agreeing += min(shares) >= 0.98
            if min(shares) < 0.98:
                print(
                    f"{path}: {shares[0]:.3f} of the print, {shares[1]:.3f} of ours; ours lacks {lost[:40]}, "
                    f"the print {more[:40]}",
                    flush=True,
                )
    print(f"{agreeing} of {compared} files at 0.98 both ways; {len(paths)} files")


def main() -> None:
    """Compare every Office file below the folders."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--print", dest="printed", action="store_true")
    options = parser.parse_args()
    if not shutil.which("soffice"):
        parser.error("LibreOffice is not there: apt-get install libreoffice-nogui")
    if options.printed:
        found_in = (p for f in options.folders for p in f.rglob("*") if p.suffix.lower() in PRINTED)
        compare_prints(sorted(found_in))
        return
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
