"""What a disk or a copy has changed is never an answer: derived files heal, the catalog says so."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from rag import errors
from rag.cli import main
from rag.embedding.embedder import BundledEmbedder
from rag.index import Index
from rag.store.folder.lexical import LexicalIndex
from rag.store.folder.seal import checksum
from tests.conftest import ROOT, Build, report_of

QUESTION = "annual leave days"


def flip(file: Path, at: float) -> None:
    """One bit of a file, at that share of it; its time stamp stays, as it does when a disk fails."""
    before, data = file.stat(), bytearray(file.read_bytes())
    data[int(at * len(data))] ^= 0x10
    file.write_bytes(data)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_flipped_bit_in_any_derived_file_changes_no_answer_and_heals(
    kept: Path, copied: Path, build: Build, tmp_path: Path, embedder: BundledEmbedder
) -> None:
    with Index.open(copied, embedder=embedder) as index:
        before = index.search(QUESTION, k=5)
    names = [*copied.glob("vectors-*"), *copied.glob("lexical-*/*")]
    names = [file.relative_to(copied) for file in names if file.suffix != ".lock"]
    assert len(names) > 5
    for name in names:
        path = tmp_path / "damaged"
        shutil.copytree(copied, path)
        flip(path / name, 0.6)
        with Index.open(path, embedder=embedder) as damaged:
            assert damaged.search(QUESTION, k=5) == before
            (line,) = damaged.verify()
            assert "missing or damaged" in line and "rag index rebuilds it" in line
        with build(kept, path) as mended:
            assert report_of(mended).embedded == 0
            assert mended.verify() == [] and mended.search(QUESTION, k=5) == before
        shutil.rmtree(path)


def test_vectors_that_say_they_are_endless_change_no_answer_and_heal(
    kept: Path, copied: Path, build: Build, embedder: BundledEmbedder
) -> None:
    """How many ids follow, as the file says it, is more than any memory holds."""
    with Index.open(copied, embedder=embedder) as index:
        before, chunks = index.search(QUESTION, k=5), index.status().chunks
    (file,) = copied.glob("vectors-*")
    whole, stamp = file.read_bytes(), file.stat()
    at = len(whole) - 8 * (chunks + 1)
    assert int.from_bytes(whole[at : at + 8], "little") == chunks
    file.write_bytes(whole[:at] + (1 << 36).to_bytes(8, "little") + whole[at + 8 :])
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    with Index.open(copied, embedder=embedder) as damaged:
        assert damaged.search(QUESTION, k=5) == before
    with build(kept) as mended:
        assert mended.verify() == [] and mended.search(QUESTION, k=5) == before


def test_tantivys_panics_are_contained(copied: Path, tmp_path: Path) -> None:
    """A panic passes by every ``except Exception``; here no checksum stands before it."""
    (whole,) = copied.glob("lexical-*")
    chance = random.Random(0)
    for turn in range(150):
        path = tmp_path / f"lexical-{turn}"
        shutil.copytree(whole, path)
        files = sorted(f for f in path.iterdir() if f.stat().st_size)
        flip(chance.choice(files), chance.random())
        opened = LexicalIndex.load(path)
        if opened is not None:
            try:
                opened.search(QUESTION, 5)
            except errors.IndexDamaged as error:
                assert "open the index again" in str(error)


DAMAGE = {
    "a chunk's span": "UPDATE chunks SET start = start + 1",
    "a chunk that is another's": "UPDATE chunks SET document = 3 - document WHERE document < 3",
    "chunks that are gone": "DELETE FROM chunks",
    "a text": "UPDATE documents SET text = (SELECT text FROM documents WHERE id = 2)",
    "a place": "UPDATE documents SET map = replace(map, '1', '2')",
    "documents that are gone": "DELETE FROM documents",
    "the record of the generation": "UPDATE contents SET packed = packed || x'00'",
    "no record": "DELETE FROM contents",
    "the threshold": "INSERT INTO meta VALUES ('threshold', '0.0')",
    "the generation": "UPDATE meta SET value = '7' WHERE key = 'generation'",
    "a name of the table meta": "UPDATE meta SET key = x'00' WHERE key = 'model'",
    "a table": "DROP TABLE chunks",
}
FOR_FILTERS = {
    "a date": "UPDATE documents SET date = '1999-01-01'",
    "a name": "UPDATE files SET name = 'x' || name",
    "files that are gone": "DELETE FROM files",
}
FOR_REBUILDING = {
    "a vector": "UPDATE vectors SET vector = (SELECT vector FROM vectors WHERE id = 2)",
    "a chunk's vector": "UPDATE chunks SET vector = 1",
    "vectors that are gone": "DELETE FROM vectors",
}


@pytest.mark.parametrize("what", [*DAMAGE, *FOR_FILTERS, *FOR_REBUILDING])
def test_damage_to_the_catalog_is_one_sentence(copied: Path, what: str) -> None:
    with sqlite3.connect(copied / "catalog.sqlite") as db:
        db.execute({**DAMAGE, **FOR_FILTERS, **FOR_REBUILDING}[what])
    db.close()
    if what in FOR_REBUILDING:
        for file in copied.glob("vectors-*"):
            file.unlink()
    where = ("--where", "date<2000-01-01") if what in FOR_FILTERS else ()
    done = CliRunner().invoke(main, ["search", QUESTION, "--index", str(copied), *where])
    assert done.exit_code == 1 and done.stderr.count("\n") == 1, done.output
    assert "the catalog is damaged" in done.stderr and "lost are" in done.stderr
    assert f"delete the folder {copied} and run rag index FOLDER --index {copied}" in done.stderr
    done = CliRunner().invoke(main, ["verify", "--index", str(copied)])
    assert done.exit_code in (1, 3) and "sound" not in done.output
    assert isinstance(done.exception, SystemExit)


@pytest.mark.parametrize("damage", ["index", "schema", "name"])
def test_damage_beside_the_rows(copied: Path, embedder: BundledEmbedder, damage: str) -> None:
    """In an index of SQLite's, by which filters might look; in the schema; in a text that is quoted."""
    file = copied / "catalog.sqlite"
    data = file.read_bytes()
    if damage == "index":
        with sqlite3.connect(file) as db:
            named = "SELECT rootpage FROM sqlite_master WHERE name = 'files_document'"
            ((page,),) = db.execute(named).fetchall()
        db.close()
        size = int.from_bytes(data[16:18], "big")
        at = data.index(b"toaster.txt", (page - 1) * size, page * size)
        data = data[:at] + b"T" + data[at + 1 :]
    elif damage == "schema":
        data = data.replace(b"size INTEGER NOT NULL", b"size INTEGER NOT NUL\xcc")
    else:
        data = data.replace(b"all-MiniLM-L6-v2/", b"all-MiniLM-L6\n\xff2/")
    file.write_bytes(data)
    if damage == "index":
        with Index.open(copied, embedder=embedder) as index:
            (hit,) = index.search("slots", k=1, where={"source": "toaster.txt"})
            assert hit.source == "toaster.txt" and index.verify() != []
        return
    done = CliRunner().invoke(main, ["search", "slots", "--index", str(copied)])
    assert done.exit_code == 1 and done.stderr.count("\n") == 1, done.output
    assert "the catalog is damaged" in done.stderr


def test_a_document_that_is_damaged_is_not_published_again(
    kept: Path, copied: Path, build: Build
) -> None:
    """A writer does not seal what it finds damaged."""
    with sqlite3.connect(copied / "catalog.sqlite") as db:
        db.execute("UPDATE files SET document = 3 - document WHERE document < 3")
    db.close()
    with pytest.raises(errors.IndexDamaged, match="a row of files"):
        build(kept)


def test_a_files_checksum_is_of_its_bytes_and_their_place(tmp_path: Path) -> None:
    chance, file = random.Random(0), tmp_path / "file"
    data = chance.randbytes(10_000_000)
    seen = set()
    for changed in (
        data,
        data[:-1],
        data + b"\0",
        data[4096:8192] + data[:4096] + data[8192:],
        data[:5_000_000] + bytes([data[5_000_000] ^ 1]) + data[5_000_001:],
        data[:-1] + bytes([data[-1] ^ 1]),
        b"",
    ):
        file.write_bytes(changed)
        with file.open("rb") as opened:
            seen.add(checksum(opened))
    assert len(seen) == 7


def test_flips_and_cuts_in_every_file_of_an_index() -> None:
    """A few; ``scripts/flip_test.py`` does 2,000."""
    command = [sys.executable, str(ROOT / "scripts/flip_test.py"), "--trials", "24"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "24 trials, 0 wrong" in done.stdout
