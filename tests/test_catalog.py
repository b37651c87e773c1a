"""What is on disk: sound after damage, crashes and full disks, and readable in older formats."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rag import errors
from rag.embedding.embedder import BundledEmbedder
from rag.index import Index
from rag.settings import Settings
from rag.store.folder import connection as connection_module
from rag.store.folder import schema
from rag.store.folder import segments as vectors_module
from rag.store.folder import writer as writer_module
from rag.store.folder.catalog import FolderCatalog
from rag.store.folder.connection import connect_writer
from rag.store.folder.derived import load_derived
from rag.store.folder.schema import FORMAT_VERSION
from rag.store.verify import contents
from tests.conftest import Build, report_of


def dump(path: Path) -> dict[str, object]:
    catalog = FolderCatalog.open(path)
    try:
        return contents(catalog)
    finally:
        catalog.close()


@pytest.mark.parametrize("damage", ["missing", "cut", "other"])
def test_derived_indexes_are_rebuilt_from_the_catalog(
    folder: Path, build: Build, tmp_path: Path, embedder: BundledEmbedder, damage: str
) -> None:
    path = tmp_path / "index"
    index = build(folder)
    expected = index.search("annual leave days", k=5)
    index.close()
    (vectors,), (lexical,) = path.glob("vectors-*.faiss"), path.glob("lexical-*")
    if damage == "missing":
        vectors.unlink()
        shutil.rmtree(lexical)
        (path / "manifest.json").unlink()
    elif damage == "cut":
        vectors.write_bytes(vectors.read_bytes()[:500])
        for file in lexical.iterdir():
            file.write_bytes(file.read_bytes()[:20])
    else:
        vectors.rename(path / "vectors-99.faiss")
        shutil.rmtree(lexical)
        lexical.mkdir()
    opened = Index.open(path, embedder=embedder)
    assert len(opened.verify()) == 2
    found = opened.search("annual leave days", k=5)
    assert [h.chunk_id for h in found] == [h.chunk_id for h in expected]
    report = opened.update()
    assert report.embedded == 0 and report.unchanged == 3
    assert opened.verify() == []
    assert (path / "manifest.json").is_file()


def test_a_damaged_catalog_says_so(folder: Path, build: Build, tmp_path: Path) -> None:
    build(folder).close()
    file = tmp_path / "index/catalog.sqlite"
    for log in tmp_path.glob("index/catalog.sqlite-*"):
        log.unlink()
    file.write_bytes(b"not a database at all" * 1000)
    with pytest.raises(errors.IndexDamaged, match="rag index FOLDER"):
        Index.open(tmp_path / "index")


def test_verify_sees_damage_inside(folder: Path, build: Build, tmp_path: Path) -> None:
    index = build(folder)
    with sqlite3.connect(tmp_path / "index/catalog.sqlite") as db:
        db.execute("UPDATE chunks SET start = start + 5, stop = stop + 100000 WHERE id = 1")
        db.execute("UPDATE vectors SET vector = zeroblob(768) WHERE id = 2")
    problems = "\n".join(index.verify())
    assert "a row of chunks is damaged: 1" in problems and "not a span" not in problems
    assert "a row of vectors is damaged: 2" in problems and "vectors: " in problems


def test_another_model_is_refused(folder: Path, build: Build, tmp_path: Path) -> None:
    class Other(BundledEmbedder):
        def __init__(self) -> None:
            super().__init__()
            self.fingerprint = "other/123"

    build(folder).close()
    with pytest.raises(errors.IndexMismatch, match="built with the model"):
        Index.open(tmp_path / "index", embedder=Other())
    with pytest.raises(errors.IndexMismatch, match="built with chunk_tokens 150, not 100"):
        build(folder, settings=Settings(chunk_tokens=100))


def test_a_newer_format_is_refused(folder: Path, build: Build, tmp_path: Path) -> None:
    build(folder).close()
    with sqlite3.connect(tmp_path / "index/catalog.sqlite") as db:
        db.execute(f"PRAGMA user_version = {FORMAT_VERSION + 1}")
    with pytest.raises(errors.IndexMismatch, match="newer version"):
        Index.open(tmp_path / "index")


def test_an_older_format_is_migrated_by_the_next_writer(
    folder: Path, build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(folder).close()
    step = "ALTER TABLE documents ADD COLUMN language TEXT NOT NULL DEFAULT ''"
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, step))
    for module in (schema, connection_module):
        monkeypatch.setattr(module, "FORMAT_VERSION", FORMAT_VERSION + 1)
    with pytest.raises(errors.IndexMismatch, match="older version"):
        Index.open(tmp_path / "index")
    assert report_of(build(folder)).unchanged == 3
    with sqlite3.connect(tmp_path / "index/catalog.sqlite") as db:
        assert db.execute("SELECT language FROM documents").fetchone() == ("",)
    with Index.open(tmp_path / "index") as index:
        assert index.generation == 1


def as_format_2(path: Path) -> None:
    """Take the index at ``path`` back to what it was before its rows were sealed."""
    with sqlite3.connect(path / "catalog.sqlite") as db:
        for table in ("roots", "files", "staged", "vectors", "chunks", "documents"):
            db.execute(f"ALTER TABLE {table} DROP COLUMN seal")
        db.executescript(
            "CREATE TABLE old (id INTEGER PRIMARY KEY, model TEXT NOT NULL, hash BLOB NOT NULL, vector BLOB NOT NULL, "
            "UNIQUE (model, hash)); INSERT INTO old SELECT id, 'a model', key, vector FROM vectors; "
            "DROP TABLE vectors; ALTER TABLE old RENAME TO vectors;"
        )
        for column in ("first_chunk", "chunk_count", "text_seal"):
            db.execute(f"ALTER TABLE documents DROP COLUMN {column}")
        db.execute("DROP TABLE contents")
        db.execute("DROP TABLE blocks")
        db.execute("DROP TABLE traits")
        db.execute("DELETE FROM meta WHERE key IN ('seal', 'derived')")
        db.execute("UPDATE meta SET value = 'of the index' WHERE key = 'identity'")
        db.execute("PRAGMA user_version = 2")
    for old, new in (("vectors-*.faiss", "vectors-1.faiss"), ("lexical-*", "lexical")):
        (derived,) = path.glob(old)
        derived.rename(path / new)


def test_an_index_of_version_2_goes_on_and_is_sealed(
    folder: Path, build: Build, tmp_path: Path
) -> None:
    index = build(folder)
    before, content = index.search("annual leave days", k=5), dump(tmp_path / "index")
    index.close()
    as_format_2(tmp_path / "index")
    with pytest.raises(errors.IndexMismatch, match="older version"):
        Index.open(tmp_path / "index")
    shutil.copytree(tmp_path / "index", tmp_path / "copy")
    index, other = build(folder), build(folder, tmp_path / "copy")
    assert (report_of(index).unchanged, report_of(index).embedded, index.generation) == (3, 0, 1)
    assert index.search("annual leave days", k=5) == before and index.verify() == []
    assert dump(tmp_path / "index") == content
    assert "of the index" != index.identity != other.identity
    assert not (tmp_path / "index/lexical").exists()


def test_an_index_of_version_1_goes_on_as_it_was(
    folder: Path, build: Build, tmp_path: Path
) -> None:
    build(folder, chunk_tokens=64, neighbour_share=0.0).close()
    as_format_2(tmp_path / "index")
    with sqlite3.connect(tmp_path / "index/catalog.sqlite") as db:
        db.execute("PRAGMA user_version = 1")
        db.execute("DELETE FROM meta WHERE key = 'neighbour_share'")
    with pytest.raises(errors.IndexMismatch, match="older version"):
        Index.open(tmp_path / "index")
    index = build(folder)
    assert (report_of(index).unchanged, index.settings.neighbour_share) == (3, 0.0)
    assert index.verify() == []


def test_chunks_are_searched_with_their_neighbours(
    folder: Path, build: Build, tmp_path: Path, embedder: BundledEmbedder
) -> None:
    texts = [f"{word} " * 60 for word in ("Kettles", "Toasters", "Juicers")]
    (folder / "long.txt").write_text("\n\n".join(texts))
    index = build(folder, chunk_tokens=64, overlap_tokens=0, neighbour_share=0.5)
    (folder / "toaster.txt").unlink()  # the vectors of the others stay as they were
    index.update()
    catalog = FolderCatalog.open(tmp_path / "index")
    owner = next(row.document for row in catalog.files() if row.name == "long.txt")
    assert owner is not None
    rows = list(catalog.document_chunks(owner))
    own = embedder.encode([row.text for row in rows])
    assert len(rows) >= 3
    for i, row in enumerate(rows):
        near = [own[j] for j in (i - 1, i + 1) if 0 <= j < len(rows)]
        mixed = own[i] + 0.5 * sum(near)
        query = mixed / np.linalg.norm(mixed)
        vectors = load_derived(catalog).dense
        assert vectors is not None
        ids, cosines = next(iter(vectors.search(query[None, :], 1)))
        assert ids.tolist() == [row.id] and cosines[0] == pytest.approx(1.0, abs=2e-3)
    catalog.close()


def test_a_catalog_that_was_just_begun_is_no_index_yet(
    folder: Path, build: Build, tmp_path: Path
) -> None:
    (tmp_path / "index").mkdir()
    with sqlite3.connect(tmp_path / "index/catalog.sqlite") as db:
        db.execute("PRAGMA journal_mode = WAL")
    with pytest.raises(errors.IndexMissing, match="rag index"):
        Index.open(tmp_path / "index")
    assert len(report_of(build(folder)).added) == 3


HALF_WRITTEN = """
import os, signal, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA journal_mode = DELETE")
db.execute("PRAGMA cache_size = 1")  # so that changed pages reach the file before the commit
db.execute("BEGIN IMMEDIATE")
db.execute("UPDATE documents SET text = zeroblob(100000)")
db.execute("UPDATE chunks SET context = 'half-written'")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_writer_left_half_written_is_taken_back_by_a_reader(
    folder: Path, build: Build, tmp_path: Path
) -> None:
    index = build(folder)
    before = index.search("annual leave", 3)
    index.close()
    catalog = tmp_path / "index" / "catalog.sqlite"
    subprocess.run([sys.executable, "-c", HALF_WRITTEN, str(catalog)])
    assert catalog.with_name("catalog.sqlite-journal").stat().st_size > 0
    with Index.open(tmp_path / "index") as index:
        assert index.search("annual leave", 3) == before
        assert index.verify() == []


def test_no_index_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(errors.IndexMissing, match="rag index"):
        Index.open(tmp_path / "nothing")


def test_a_full_disk_keeps_what_was_indexed(
    folder: Path,
    build: Build,
    tmp_path: Path,
    embedder: BundledEmbedder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """SQLite itself says that the disk is full, by its page limit."""
    index = build(folder)
    before = dump(tmp_path / "index")
    rng = np.random.default_rng(0)
    for n in range(3):
        words = (" ".join(map(str, rng.integers(0, 10**9, 12))) + "." for _ in range(40))
        (folder / f"long{n}.txt").write_text("\n".join(words))

    def limited(path: Path) -> sqlite3.Connection:
        db = connect_writer(path)
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages + 8}")
        return db

    monkeypatch.setattr(writer_module, "connect_writer", limited)
    with pytest.raises(errors.StorageError, match="disk is full"):
        index.update(folder)
    monkeypatch.undo()
    assert dump(tmp_path / "index") == before
    assert index.verify() == []
    assert len(index.update(folder).added) == 3
    assert index.verify() == []


def test_above_the_limit_the_vector_index_is_ivf_and_goes_on(
    folder: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors_module, "FLAT_LIMIT", 50)
    rng = np.random.default_rng(0)
    for n in range(8):
        (folder / f"n{n}.md").write_text(
            "\n\n".join(f"# Part {i}\n\n{rng.integers(0, 10**9, 16)}" for i in range(20))
        )
    index = build(folder)
    assert index.status().vector_index.startswith("IVF")
    assert index.search("annual leave days second year", k=1)[0].source == "leave.pdf"
    assert index.search("part", k=3, where={"source": "kettle.md"})[0].source == "kettle.md"
    (folder / "n0.md").unlink()
    index.update()
    assert index.verify() == []


def test_kill_9_at_random_moments(tmp_path: Path) -> None:
    """A few kills; scripts/kill_test.py does fifty."""
    script = Path(__file__).parent.parent / "scripts/kill_test.py"
    done = subprocess.run(
        [sys.executable, str(script), "--kills", "5", "--seed", "1"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 kills" in done.stdout


def test_a_damaged_document_is_a_line_and_an_error_for_people(
    folder: Path, build: Build, tmp_path: Path
) -> None:
    build(folder).close()
    with sqlite3.connect(tmp_path / "index/catalog.sqlite") as db:
        db.execute("UPDATE documents SET map = '{}' WHERE id = 1")
        db.execute("UPDATE documents SET text = x'00' WHERE id = 2")
    with Index.open(tmp_path / "index") as index:
        damaged = [line for line in index.verify() if "is damaged" in line]
        assert [line.split(":")[0] for line in damaged] == ["document 1", "document 2"]
        for identity in (1, 2):
            with pytest.raises(errors.IndexDamaged, match=f"document {identity} is damaged"):
                index.document(identity)
        with pytest.raises(errors.IndexDamaged, match="missing"):
            index.document(99)
