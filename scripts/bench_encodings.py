"""Which detector of encodings is right on short texts, and how often the product is, and says so.

    python -m scripts.bench_encodings [--others FOLDER] [--half even|odd] [--each]

FOLDER holds a folder for each further detector, as ``pip install --target FOLDER/NAME PACKAGE``
makes it. scripts/languages.txt has made-up sentences in 21 languages. Each is asked for windows of
20, 100 and 1,000 characters of them, in each of 34 encodings; right is whoever's text is the
original's. A window holds a letter beyond ASCII, else there is nothing to tell. Sentences are parted
in two halves: rules of our own were tried on the even one, figures are of the odd one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

LENGTHS = (20, 100, 1000)
WINDOWS = {20: 30, 100: 12, 1000: 4}  # of each text in each encoding

ENCODINGS: dict[str, str] = {
    "utf-8": "de fr pl ru ja",
    "utf-8, a stray byte": "de fr pl ru ja",
    "utf-16-le": "en de ru ja",
    "utf-16-be": "en de ru ja",
    "utf-32-le": "en de ru ja",
    "cp1252": "en de fr es",
    "iso-8859-1": "de fr es",
    "iso-8859-15": "de fr es",
    "cp437": "de fr es",
    "cp850": "de fr es",
    "mac-roman": "en de fr es",
    "cp1250": "pl cs hu",
    "iso-8859-2": "pl cs hu",
    "cp852": "pl cs hu",
    "mac-latin2": "pl cs hu",
    "cp1251": "ru uk",
    "koi8-r": "ru",
    "koi8-u": "uk",
    "cp866": "ru",
    "iso-8859-5": "ru uk",
    "mac-cyrillic": "ru uk",
    "cp1253": "el",
    "iso-8859-7": "el",
    "cp1254": "tr",
    "cp1255": "he",
    "cp1256": "ar",
    "cp1257": "lt",
    "cp1258": "vi",
    "cp874": "th",
    "shift_jis": "ja",
    "euc-jp": "ja",
    "iso-2022-jp": "ja",
    "gb18030": "zh",
    "big5": "zh-tw",
    "euc-kr": "ko",
}


def encoded(text: str, encoding: str, random_: random.Random) -> tuple[bytes, str]:
    """``text`` in ``encoding``, less what it has no letters for, and what it should be read as."""
    if encoding == "utf-8, a stray byte":
        at = random_.randrange(len(text) + 1)
        data = text[:at].encode() + bytes([random_.choice(b"\x80\x92\xa0\xe9\xfc")])
        return data + text[at:].encode(), text[:at] + "\ufffd" + text[at:]
    kept, parts = [], []
    for letter in text:
        try:
            part = letter.encode(encoding)
        except UnicodeEncodeError:
            part = _taken_apart(letter, encoding)
        if part:
            kept.append(letter)
            parts.append(part)
    written = "".join(kept)
    if encoding == "iso-2022-jp":  # it has states: letter by letter it would be longer
        return written.encode(encoding), written
    return b"".join(parts), written


def _taken_apart(letter: str, encoding: str) -> bytes:
    """Vietnamese letters in cp1258: the letter with its shape, its tone behind it."""
    apart = unicodedata.normalize("NFD", letter)
    for end in range(len(apart), 0, -1):
        try:
            head = unicodedata.normalize("NFC", apart[:end]).encode(encoding)
            return head + apart[end:].encode(encoding)
        except UnicodeEncodeError:
            continue
    return b""


def texts(half: str) -> dict[str, str]:
    found: dict[str, list[str]] = defaultdict(list)
    language = ""
    for line in (Path(__file__).parent / "languages.txt").read_text("utf-8").splitlines():
        if line.startswith("## "):
            language = line[3:]
        else:
            found[language].append(line)
    parity = {"even": 0, "odd": 1}.get(half)
    return {
        language: " ".join(s for i, s in enumerate(lines) if parity is None or i % 2 == parity)
        for language, lines in found.items()
    }


def windows(half: str) -> Iterator[tuple[str, int, bytes, str]]:
    """(encoding, characters, bytes, text) of all that is asked."""
    random_ = random.Random(5)
    for encoding, languages in ENCODINGS.items():
        for language in languages.split():
            text = texts(half)[language] + " "
            for length in LENGTHS:
                long = text * (2 + length // len(text))
                made = tries = 0
                while made < WINDOWS[length] and tries < 1000:
                    tries += 1
                    at = random_.randrange(len(text))
                    data, right = encoded(long[at : at + length], encoding, random_)
                    if right.isascii():
                        continue
                    made += 1
                    yield encoding, length, data, right


def _by_name(name: str) -> Callable[[bytes], tuple[str, bool]]:
    """A detector: bytes to text, and whether it is doubtful."""

    def decoded(data: bytes, encoding: str | None) -> tuple[str, bool]:
        try:
            return data.decode(encoding or "utf-8", "replace"), False
        except LookupError:
            return "", False

    if name == "rag":
        from rag.documents.encoding import decoded as ours
        from rag.errors import LoadError

        def rag(data: bytes) -> tuple[str, bool]:
            try:
                found = ours(data)
            except LoadError:
                return "", True
            return found.text, bool(found.note)

        return rag
    if name.startswith("charset-normalizer"):
        from charset_normalizer import from_bytes

        return lambda data: decoded(
            data, best.encoding if (best := from_bytes(data).best()) else ""
        )
    if name == "bytesense":
        sense = import_module("bytesense")
        return lambda data: decoded(data, sense.from_bytes(data).encoding)
    if name == "chardetng":
        ng = import_module("chardetng_py")
        return lambda data: decoded(data, ng.detect(data))
    module = import_module("cchardet" if "cchardet" in name else "chardet")
    return lambda data: decoded(data, module.detect(data)["encoding"])


def ask(name: str, half: str) -> dict[str, object]:
    """How one detector does: right ones by encoding and length."""
    detect = _by_name(name)
    right: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    seconds = 0.0
    for encoding, length, data, text in windows(half):
        start = time.perf_counter()
        try:
            found, doubtful = detect(data)
        except Exception:  # counts as wrong
            found, doubtful = "", False
        seconds += time.perf_counter() - start
        same = unicodedata.normalize("NFC", found.lstrip("\ufeff")) == unicodedata.normalize(
            "NFC", text
        )
        figures = right[f"{encoding}|{length}"]
        figures[0] += 1
        figures[1] += same
        figures[2] += not same and doubtful
    return {"seconds": seconds, "right": right}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--others", type=Path)
    parser.add_argument("--half", default="odd", choices=["even", "odd", "all"])
    parser.add_argument("--each", action="store_true", help="a line for each encoding, too")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(ask(given.one, given.half)))
        return
    names = {"rag": "", "charset-normalizer": ""}
    if given.others:
        names |= {folder.name: str(folder) for folder in sorted(given.others.iterdir())}
    results = {}
    for name, folder in names.items():
        paths = [folder, os.environ.get("PYTHONPATH", ""), os.getcwd()]
        done = subprocess.run(
            [sys.executable, "-m", "scripts.bench_encodings", "--one", name, "--half", given.half],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        results[name] = json.loads(done.stdout)
    from scripts.tables import table

    rows = []
    for name, result in results.items():
        figures = [_sum(result["right"], f"|{length}") for length in LENGTHS]
        asked = sum(f[0] for f in figures)
        rows.append(
            [name]
            + [f"{100 * f[1] / f[0]:.1f}%" for f in figures]
            + [
                f"{100 * sum(f[2] for f in figures) / max(1, sum(f[0] - f[1] for f in figures)):.0f}%"
            ]
            + [f"{asked / result['seconds']:,.0f}"]
        )
    columns = ["detector", *(f"{n:,} characters" for n in LENGTHS), "of the wrong, told", "texts/s"]
    table("Encodings: texts read right", columns, rows)
    if given.each:
        rows = [
            [encoding]
            + [
                " ".join(
                    f"{100 * f[1] / f[0]:.0f}"
                    for length in LENGTHS
                    for f in [result["right"][f"{encoding}|{length}"]]
                )
                for result in results.values()
            ]
            for encoding in ENCODINGS
        ]
        table("By encoding, at 20 100 1,000 characters", ["encoding", *results], rows)


def _sum(right: dict[str, list[int]], end: str) -> list[int]:
    found = [values for key, values in right.items() if key.endswith(end)]
    return [sum(column) for column in zip(*found, strict=True)]


if __name__ == "__main__":
    main()
