"""Files of text have lines as places: those of the file, also where the stored text has others."""

from __future__ import annotations

import io
import random
import re
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from rag import Index
from rag.documents.document import Document
from rag.documents.formats import format_for, load
from rag.documents.lines import numbered
from rag.documents.source import Source
from rag.documents.text import clean
from rag.errors import IndexDamaged
from rag.store.packing import blocks_of, pack, unpack


def read(name: str, data: bytes | str) -> Document:
    data = data.encode() if isinstance(data, str) else data
    format = format_for(name, data)
    assert format is not None
    return load(Source(name, data), format)


def places(document: Document, name: str) -> dict[str, str]:
    """Each line of the stored text with its place."""
    found, at = {}, 0
    for line in document.text.split("\n"):
        if line:
            found[line] = document.place_at(at, at + len(line)).shown(name)
        at += len(line) + 1
    return found


def test_lines_of_a_text_are_those_of_the_file() -> None:
    text = "\n\none\r\ntwo\r\n\n\n\nthree\n \u200b\n\nfour\x0cfive\nsix\u2028seven\rend\n"
    document = read("a.txt", text)
    assert places(document, "a.txt") == {
        "one": "a.txt, line 3",
        "two": "a.txt, line 4",
        "three": "a.txt, line 8",
        "four": "a.txt, line 11",
        "five": "a.txt, line 11",
        "six": "a.txt, line 12",
        "seven": "a.txt, line 12",
        "end": "a.txt, line 13",
    }
    assert document.place_at(0, len(document.text)).shown("a.txt") == "a.txt, lines 3-13"
    assert (
        places(read("a.toml", 'x = 1\n\n\n\n[y]\nz = "2"\n'), "a.toml")["[y]"] == "a.toml, line 5"
    )


def test_a_row_of_a_csv_names_its_lines_in_the_file() -> None:
    text = 'sep=;\nLoad list\n\nboat;load\nHai;2\n\nWal;"rope\ntar\noil"\n\u200b;\nAal;6\n'
    assert places(read("p.csv", text), "p.csv") == {
        "Load list": "p.csv, line 2",
        "boat: Hai | load: 2": "p.csv, line 5",
        "boat: Wal | load: rope tar oil": "p.csv, lines 7-9",
        "boat: Aal | load: 6": "p.csv, line 11",
    }


def test_tables_below_each_other_keep_their_lines() -> None:
    text = "pool,depth\nWest,2\n\npool,opens,fee\nEast,7,3\nNorth,8,4\n"
    assert places(read("p.csv", text), "p.csv") == {
        "pool: West | depth: 2": "p.csv, line 2",
        "pool: East | opens: 7 | fee: 3": "p.csv, line 5",
        "pool: North | opens: 8 | fee: 4": "p.csv, line 6",
    }


def test_a_record_of_json_lines_is_one_line() -> None:
    text = '{"name": "Ann", "says": "a\\nb"}\n\nbroken\n{"x": 2, "y": 3}\n'
    assert places(read("r.jsonl", text), "r.jsonl") == {
        "Ann": "r.jsonl, line 1",
        "name: Ann": "r.jsonl, line 1",
        "says: a": "r.jsonl, line 1",
        "b": "r.jsonl, line 1",
        "x: 2": "r.jsonl, line 4",
        "y: 3": "r.jsonl, line 4",
    }


def test_a_file_in_a_file_has_lines_where_its_name_is_said() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a.txt", "\none\n")
        archive.writestr("b.csv", "x,y\n1,2\n")
    found = places(read("all.zip", data.getvalue()), "all.zip")
    assert found["one"] == "all.zip, part 1 (a.txt), line 2"
    assert found["x: 1 | y: 2"] == "all.zip, part 2 (b.csv), line 2"
    mail = EmailMessage()
    mail["Subject"] = "Load"
    mail.set_content("See the list.")
    mail.add_attachment("one\ntwo\n", filename="a.txt")
    assert places(read("m.eml", mail.as_bytes()), "m.eml")["two"] == "m.eml"


def test_lines_are_kept_with_a_document_and_rows_of_earlier_versions_read() -> None:
    def none(number: int) -> bytes:
        raise AssertionError(f"a short text has no block {number}")

    document = read("a.txt", "one\n\n\n\ntwo\n")
    row = pack(document, blocks_of(document))
    assert unpack(row, none, IndexDamaged).rows == document.rows != ()
    before = (
        str(row["map"])
        .replace('"rows":', '"new":')
        .replace('"cells":[]', '"cells":[[0,3,"B","D"]]')
    )
    assert '"cells":[[' in before
    assert unpack({**row, "map": before}, none, IndexDamaged).place_at(0, 8).cells == "B3:D5"


@pytest.mark.parametrize("seed", range(5))
def test_whatever_breaks_lines_words_keep_theirs(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(400):
        breaks = ["\n", "\n", "\n", "\r\n", "\x0c", "\u2028", "\u200b", " ", "w", "w"]
        parts = [chance.choice(breaks) for _ in range(chance.randrange(30))]
        text = "".join(f"w{i} " if part == "w" else part for i, part in enumerate(parts))
        assert numbered(text)[0] == clean(text).strip("\n")
        if not text.strip(" \n\r\x0c\u2028\u200b"):
            continue
        document = read("a.txt", text)
        lines = re.split("\r\n|\n", text)
        for found in re.finditer(r"w\d+", document.text):
            line = next(n for n, one in enumerate(lines, 1) if re.search(rf"{found[0]}\b", one))
            assert document.place_at(*found.span()).line == line, text


def test_a_hit_says_its_lines(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    text = "\n\n\nThe ferry to Hven leaves at noon.\nIt takes forty minutes.\n"
    (docs / "ferry.txt").write_text(text)
    with Index.build(docs, tmp_path / "index") as index:
        (hit,) = index.search("When does the ferry leave?", k=1)
    assert (hit.line, hit.line_end, hit.place) == (4, 5, "ferry.txt, lines 4-5")


GUIDE = """---
title: Ferry
author: Ada
---

# Ferry to Hven

!!! note "In winter"

    The ferry leaves
    at noon.

| Boat | Load |
| ---- | ---- |
| Hai  | 2 t  |
| Wal  | 3 t  |

Tickets are [sold](https://tickets.example) on board.
"""

MARKED = {
    "a.md": (
        GUIDE,
        {
            "Ferry to Hven": 6,
            "In winter": 8,
            "The ferry leaves at noon.": (10, 11),
            "Hai | 2 t": 15,
            "Tickets are sold on board.": 18,
        },
    ),
    "a.json": (
        '{\n  "boat": {\n    "name": "Hai",\n    "load_t": 2\n  },\n  "crew": [\n    "Ada",\n    "Bo"\n  ]\n}\n',
        {"boat.name: Hai": (2, 3), "boat.load_t: 2": 4, "crew: Ada, Bo": (6, 8)},
    ),
    "a.xml": (
        "<?xml version='1.0'?>\n<boats>\n  <boat>\n    <name>Hai</name>\n    <load>2 t</load>\n  </boat>\n"
        "  <boat>\n    <name>Wal</name>\n    <load>3 t</load>\n  </boat>\n</boats>\n",
        {"name: Hai": 4, "load: 2 t": 5, "name: Wal": 8, "load: 3 t": 9},
    ),
    "a.rst": (
        "Ferry\n=====\n\nIt leaves\nat *noon*.\n",
        {"Ferry": 1, "It leaves at noon.": (4, 5)},
    ),
    "a.adoc": ("= Ferry\n\nIt leaves at *noon*.\n\n* Hai\n", {"It leaves at noon.": 3, "- Hai": 5}),
    "a.org": ("* Ferry\n\nIt leaves at *noon*.\n", {"Ferry": 1, "It leaves at noon.": 3}),
    "a.textile": ("h1. Ferry\n\nIt leaves at *noon*.\n", {"It leaves at noon.": 3}),
    "a.tex": (
        "\\documentclass{article}\n\\begin{document}\n\\section{Ferry}\nIt leaves at\n\\emph{noon}.\n\\end{document}\n",
        {"It leaves at noon.": (4, 5)},
    ),
}


@pytest.mark.parametrize("name", MARKED)
def test_marked_up_files_have_lines_as_places(name: str) -> None:
    text, wanted = MARKED[name]
    found = places(read(name, text), name)
    for line, at in wanted.items():
        said = f"line {at}" if isinstance(at, int) else f"lines {at[0]}-{at[1]}"
        assert found[line] == f"{name}, {said}", found


def test_lines_of_a_long_guide_are_right_though_it_repeats_itself() -> None:
    chance = random.Random(5)
    lines, where = ["# Log", ""], {}
    for day in range(300):
        lines += [f"## Day {day}", ""]
        for _ in range(chance.randrange(1, 4)):
            boat, load = chance.choice(["Hai", "Wal"]), chance.randrange(3)
            where[f"{boat} took {load} t on day {day}, at {len(lines)}."] = len(lines) + 1
            lines += [f"*{boat}* took **{load} t** on day {day}, at {len(lines)}.", ""]
        lines += ["All is well.", ""] * chance.randrange(3)
    found = places(read("a.md", "\n".join(lines)), "a.md")
    assert {line: found[line] for line in where} == {
        line: f"a.md, line {at}" for line, at in where.items()
    }


def test_what_stands_in_one_line_and_web_pages_have_no_lines() -> None:
    for name, text in (("a.json", '{"boat": "Hai"}'), ("a.html", "<p>Hai</p>\n<p>Wal</p>\n")):
        document = read(name, text)
        assert document.place_at(0, len(document.text)).shown(name) == name
