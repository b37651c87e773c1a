"""The index: incremental, crash-safe, one writer and many readers, honest about every file."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from rag import errors
from rag.documents.files import FileNote
from rag.embedding.embedder import BundledEmbedder
from rag.index import Index
from rag.ingestion import update as update_module
from rag.ingestion.report import UpdateReport
from rag.ingestion.update import update
from rag.retrieval.search import search
from rag.settings import Settings
from rag.store import connection as connection_module
from rag.store import dense as vectors_module
from rag.store import writer as writer_module
from rag.store.catalog import Catalog
from rag.store.connection import connect_writer
from rag.store.dense import DenseIndex
from rag.store.schema import FORMAT_VERSION
from rag.store.verify import contents
from tests.conftest import age

Build = Callable[..., Index]


def report_of(index: Index) -> UpdateReport:
    assert index.report
    return index.report


def dump(path: Path) -> dict[str, object]:
    catalog = Catalog.open(path)
    try:
        return contents(catalog)
    finally:
        catalog.close()


def test_build_then_nothing_changes(folder: Path, build: Build) -> None:
    index = build(folder)
    report = report_of(index)
    assert report.added == ("kettle.md", "leave.pdf", "toaster.txt")
    assert report.embedded == report.chunks == index.status().chunks > 3
    again = index.update(folder)
    assert (again.unchanged, again.added, again.embedded) == (3, (), 0)
    assert again.generation == report.generation
    assert index.verify() == []


def test_added_changed_removed(folder: Path, build: Build) -> None:
    index = build(folder)
    (folder / "kettle.md").write_text("# Kettle\n\nThe kettle now holds two litres.\n")
    (folder / "new.txt").write_text("A juicer squeezes oranges.\n")
    (folder / "toaster.txt").unlink()
    report = index.update()
    assert (report.added, report.changed, report.removed, report.unchanged) == (
        ("new.txt",),
        ("kettle.md",),
        ("toaster.txt",),
        1,
    )
    assert report.embedded == 2
    assert "two litres" in index.search("kettle litres", k=1)[0].text
    assert index.search("oranges", k=1)[0].source == "new.txt"
    assert "toaster.txt" not in index.sources()
    assert index.verify() == []


def test_a_rename_embeds_nothing_and_is_found_by_its_new_name(folder: Path, build: Build) -> None:
    index = build(folder)
    (folder / "toaster.txt").rename(folder / "zanzibar.txt")
    report = index.update()
    assert report.moved == (("toaster.txt", "zanzibar.txt"),)
    assert (report.added, report.removed, report.embedded) == ((), (), 0)
    assert index.search("zanzibar", k=1, mode="lexical")[0].source == "zanzibar.txt"


def test_the_whole_folder_moved(folder: Path, build: Build, tmp_path: Path) -> None:
    build(folder).close()
    folder.rename(tmp_path / "elsewhere")
    report = report_of(build(tmp_path / "elsewhere"))
    assert report.unchanged == 3 and not report.added and not report.removed


def test_the_same_content_twice_is_stored_once_and_cited_by_both(
    folder: Path, build: Build
) -> None:
    shutil.copy(folder / "toaster.txt", folder / "copy.txt")
    index = build(folder)
    assert index.status().documents == 3 and index.status().files == 4
    hits = index.search("four slots", k=10)
    assert [h.sources for h in hits if "slots" in h.text] == [("copy.txt", "toaster.txt")]


def test_text_that_comes_back_is_not_embedded_again(folder: Path, build: Build) -> None:
    index = build(folder)
    text = (folder / "toaster.txt").read_text()
    (folder / "toaster.txt").unlink()
    index.update()
    (folder / "again.txt").write_text(text)
    assert index.update().embedded == 0
    (folder / "again.txt").unlink()
    index.update()
    assert index.compact() == 1
    (folder / "again.txt").write_text(text)
    assert index.update().embedded == 1


def test_a_change_within_the_same_time_stamp_is_seen(folder: Path, build: Build) -> None:
    file = folder / "toaster.txt"
    file.write_text("The toaster has four slots.")
    index = build(folder)
    status = file.stat()
    file.write_text("The toaster has nine slots.")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert index.update().changed == ("toaster.txt",)


def test_bad_files_are_lines_in_the_report(folder: Path, build: Build) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 nothing more")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "huge.txt").write_bytes(b"word " * 300_000)
    age(folder)
    index = build(folder, settings=Settings(max_file_mb=1))
    report = report_of(index)
    assert [f.path for f in report.failed] == ["broken.pdf", "empty.txt", "huge.txt"]
    assert "over the limit of 1 MB" in report.failed[2].reason
    assert len(report.added) == 3
    # They stay failed without being read again, and are said to be.
    again = index.update()
    assert [f.path for f in again.failed] == ["broken.pdf", "empty.txt", "huge.txt"]
    assert len(index.status().failed) == 3
    (folder / "empty.txt").write_text("Now there is something in it.")
    assert index.update().added == ("empty.txt",)


def test_a_file_that_breaks_is_no_longer_cited(folder: Path, build: Build) -> None:
    index = build(folder)
    (folder / "leave.pdf").write_bytes(b"%PDF-1.7 cut")
    report = index.update()
    assert [f.path for f in report.failed] == ["leave.pdf"] and report.removed == ("leave.pdf",)
    assert "leave.pdf" not in index.sources()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission_keeps_what_was_there(folder: Path, build: Build) -> None:
    index = build(folder)
    (folder / "toaster.txt").write_text("changed")
    (folder / "toaster.txt").chmod(0)
    assert "permission" in index.update().failed[0].reason
    assert "toaster.txt" in index.sources()


def test_a_hanging_parser_costs_one_file(
    folder: Path, tmp_path: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "plug.py").write_text(
        textwrap.dedent("""
        import os, time
        from rag.documents.document import Document
        def load(source):
            if b"hang" in source.data: time.sleep(600)
            if b"crash" in source.data: os.abort()
            if b"memory" in source.data: bytearray(10_000_000_000)
            return Document("plugged " + source.data.decode(), "plug")
    """)
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    from rag.documents import formats as loaders

    monkeypatch.setattr(loaders, "_FORMATS", list(loaders._FORMATS))
    loaders.register(loaders.Format("plug", 1, (".plug",), "plug:load"))
    for name in ("hang", "crash", "memory", "fine"):
        (folder / f"{name}.plug").write_text(name)
    index = build(folder, settings=Settings(file_timeout_s=4))
    reasons = {f.path: f.reason for f in report_of(index).failed}
    assert "longer than 4 s" in reasons["hang.plug"]
    assert "crashed" in reasons["crash.plug"]
    assert "memory" in reasons["memory.plug"]
    assert set(reasons) == {"hang.plug", "crash.plug", "memory.plug"}
    assert index.search("plugged fine", k=1, mode="lexical")[0].source == "fine.plug"


def test_one_file_can_be_indexed_without_touching_the_rest(folder: Path, build: Build) -> None:
    index = build(folder)
    (folder / "kettle.md").write_text("# Kettle\n\nNew text.\n")
    (folder / "toaster.txt").unlink()
    report = index.update(folder / "kettle.md")
    assert report.changed == ("kettle.md",) and report.removed == ()
    assert "toaster.txt" in index.sources()


def test_two_folders_in_one_index(folder: Path, build: Build, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.txt").write_text("The blender has a glass jug.")
    index = build(folder)
    assert index.update(other).added == ("b.txt",)
    assert len(index.sources()) == 4 and len(index.folders) == 2
    with pytest.raises(errors.FolderError, match="say which"):
        index.update()


def test_remove(folder: Path, build: Build) -> None:
    index = build(folder)
    assert index.remove("*.txt") == ("toaster.txt",)
    assert index.sources() == ("kettle.md", "leave.pdf")
    assert all(h.source != "toaster.txt" for h in index.search("toaster slots", k=20))
    assert index.verify() == []


def test_an_empty_folder_makes_an_empty_index(tmp_path: Path, build: Build) -> None:
    (tmp_path / "void").mkdir()
    index = build(tmp_path / "void")
    assert index.search("anything") == [] and index.verify() == []


def test_a_reader_keeps_its_generation(
    folder: Path, build: Build, tmp_path: Path, embedder: BundledEmbedder
) -> None:
    build(folder).close()
    reader = Index.open(tmp_path / "index", embedder=embedder)
    before = reader.search("toaster slots", k=20)
    (folder / "toaster.txt").unlink()
    (folder / "kettle.md").write_text("All new.")
    build(folder).close()
    assert reader.search("toaster slots", k=20) == before
    assert reader.refresh()
    assert all(h.source != "toaster.txt" for h in reader.search("toaster slots", k=20))
    assert not reader.refresh()


def test_many_threads_search_one_index(folder: Path, build: Build) -> None:
    index = build(folder)
    expected = index.search("annual leave", k=3)
    wrong: list[object] = []

    def ask() -> None:
        for _ in range(10):
            if index.search("annual leave", k=3) != expected:
                wrong.append(1)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not wrong


@contextmanager
def questions_without_end(index: Index, expected: list[str]) -> Iterator[Callable[[], None]]:
    """Threads that ask all the while; what is yielded waits until each has asked once more."""
    stop, errors_met, asked = threading.Event(), [], [0, 0, 0]
    again = threading.Condition()

    def ask(number: int) -> None:
        try:
            while not stop.is_set():
                hits = index.search("annual leave", k=3)
                assert [hit.source for hit in hits] == expected
                with again:
                    asked[number] += 1
                    again.notify_all()
        except BaseException as error:
            errors_met.append(error)
            with again:
                again.notify_all()

    def wait() -> None:
        with again:
            before = list(asked)
            again.wait_for(
                lambda: errors_met or all(a > b for a, b in zip(asked, before, strict=True))
            )

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(len(asked))]
    for thread in threads:
        thread.start()
    try:
        yield wait
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not errors_met, errors_met


def test_questions_go_on_while_the_index_is_compacted_and_refreshed(
    folder: Path, build: Build
) -> None:
    index = build(folder)
    expected = [hit.source for hit in index.search("annual leave", k=3)]
    with questions_without_end(index, expected) as asked_again:
        for turn in range(5):
            asked_again()
            index.compact()
            index.set_threshold(turn / 10)
            (folder / "new.txt").write_text(f"A juicer squeezes {turn} oranges.")
            index.update()
            asked_again()
    assert index.threshold == 0.4 and index.verify() == []


def test_a_question_keeps_its_snapshot_while_the_index_moves_on(folder: Path, build: Build) -> None:
    index = build(folder)
    with index.snapshot() as before:
        (hit,) = search(before, "toaster slots", 1, encode=index.encode)
        (folder / "toaster.txt").unlink()
        index.update()
        index.compact()
        index.set_threshold(0.25)
        with index.snapshot() as after:
            assert after.generation == before.generation + 1
            assert (before.threshold, after.threshold) == (None, 0.25)
            assert "toaster.txt" not in after.sources()
        assert "toaster.txt" in before.sources()
        assert before.document(hit.document_id).text[hit.start : hit.end] == hit.text
        assert search(before, "toaster slots", 1, encode=index.encode) == [hit]
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):  # nobody holds it any more
        before.sources()
    assert index.search("toaster slots", k=1)[0].source != "toaster.txt"


def test_a_closed_index_says_so_and_running_questions_end(folder: Path, build: Build) -> None:
    index = build(folder)
    with index.snapshot() as snapshot:
        index.close()
        assert len(snapshot.sources()) == 3
        with pytest.raises(errors.IndexClosed, match="Open it again"):
            index.search("anything")
    index.close()


def test_compacting_gives_space_back_though_a_reader_is_open(folder: Path, build: Build) -> None:
    rng = np.random.default_rng(0)
    numbers = (f"{word} is a number." for word in rng.integers(0, 10**9, 6000))
    (folder / "numbers.txt").write_text(" ".join(numbers))
    index = build(folder)
    (folder / "numbers.txt").unlink()
    index.update()
    before = index.status().bytes
    assert index.compact() > 100
    assert index.status().bytes < before / 2
    assert index.search("annual leave", k=1)[0].source == "leave.pdf"


def test_a_second_writer_is_told(folder: Path, build: Build, tmp_path: Path) -> None:
    index = build(folder)
    lock = FileLock(tmp_path / "index/writer.lock")
    with lock:
        with pytest.raises(errors.IndexLocked, match="another process"):
            index.update(folder)
        assert index.status().writing
    index.update(folder)


@pytest.mark.parametrize("damage", ["missing", "cut", "other"])
def test_derived_indexes_are_rebuilt_from_the_catalog(
    folder: Path, build: Build, tmp_path: Path, embedder: BundledEmbedder, damage: str
) -> None:
    path = tmp_path / "index"
    index = build(folder)
    expected = index.search("annual leave days", k=5)
    index.close()
    (vectors,) = path.glob("vectors-*.faiss")
    if damage == "missing":
        vectors.unlink()
        shutil.rmtree(path / "lexical")
        (path / "manifest.json").unlink()
    elif damage == "cut":
        vectors.write_bytes(vectors.read_bytes()[:500])
        for file in (path / "lexical").iterdir():
            file.write_bytes(file.read_bytes()[:20])
    else:
        vectors.rename(path / "vectors-99.faiss")
        shutil.rmtree(path / "lexical")
        (path / "lexical").mkdir()
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
    with pytest.raises(errors.IndexDamaged, match="build it again"):
        Index.open(tmp_path / "index")


def test_verify_sees_damage_inside(folder: Path, build: Build, tmp_path: Path) -> None:
    index = build(folder)
    with sqlite3.connect(tmp_path / "index/catalog.sqlite") as db:
        db.execute("UPDATE chunks SET start = start + 5, stop = stop + 100000 WHERE id = 1")
        db.execute("UPDATE vectors SET vector = zeroblob(768) WHERE id = 2")
    problems = "\n".join(index.verify())
    assert "not a span" in problems and "vector is damaged" in problems


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
    monkeypatch.setattr(connection_module, "MIGRATIONS", (*connection_module.MIGRATIONS, step))
    monkeypatch.setattr(connection_module, "FORMAT_VERSION", FORMAT_VERSION + 1)
    with pytest.raises(errors.IndexMismatch, match="older version"):
        Index.open(tmp_path / "index")
    assert report_of(build(folder)).unchanged == 3
    with sqlite3.connect(tmp_path / "index/catalog.sqlite") as db:
        assert db.execute("SELECT language FROM documents").fetchone() == ("",)
    with Index.open(tmp_path / "index") as index:
        assert index.generation == 1


def test_an_index_of_version_1_goes_on_as_it_was(
    folder: Path, build: Build, tmp_path: Path
) -> None:
    build(folder, chunk_tokens=64, neighbour_share=0.0).close()
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
    catalog = Catalog.open(tmp_path / "index")
    owner = next(row.document for row in catalog.files() if row.name == "long.txt")
    assert owner is not None
    rows = list(catalog.document_chunks(owner))
    own = embedder.encode([row.text for row in rows])
    assert len(rows) >= 3
    for i, row in enumerate(rows):
        near = [own[j] for j in (i - 1, i + 1) if 0 <= j < len(rows)]
        mixed = own[i] + 0.5 * sum(near)
        query = mixed / np.linalg.norm(mixed)
        vectors = DenseIndex.load(
            tmp_path / "index", catalog.generation(), catalog.visible(), len(query)
        )
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
        words = (" ".join(map(str, rng.integers(0, 10**9, 12))) + "." for _ in range(300))
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


def test_ctrl_c_publishes_what_is_done_and_the_next_run_goes_on(
    folder: Path, tmp_path: Path, embedder: BundledEmbedder
) -> None:
    for n in range(6):
        (folder / f"more{n}.txt").write_text(
            " ".join(f"Line {i} of document {n}." for i in range(6000))
        )

    class Interrupting(BundledEmbedder):
        calls = 0

        def encode(self, texts: list[str]) -> np.ndarray:
            type(self).calls += 1
            if type(self).calls == 4:
                raise KeyboardInterrupt
            return super().encode(texts)

    report = update(tmp_path / "index", folder, settings=Settings(), embedder=Interrupting())
    assert report.interrupted
    index = Index.open(tmp_path / "index", embedder=embedder)
    done = len(report.added)
    assert 0 < done < 9 and index.verify() == [] and len(index.sources()) == done
    rest = index.update(folder)
    assert done + len(rest.added) == 9 and rest.unchanged == done


def test_above_the_limit_the_vector_index_is_ivf_and_goes_on(
    folder: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors_module, "FLAT_LIMIT", 50)
    rng = np.random.default_rng(0)
    for n in range(8):
        (folder / f"n{n}.md").write_text(
            "\n\n".join(f"# Part {i}\n\n{rng.integers(0, 10**9, 40)}" for i in range(20))
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


def test_a_file_of_one_gigabyte_is_a_line_in_the_report(folder: Path, build: Build) -> None:
    with open(folder / "giant.txt", "wb") as file:
        file.truncate(1_000_000_000)
    report = report_of(build(folder))
    assert [f.path for f in report.failed] == ["giant.txt"] and len(report.added) == 3
    assert "over the limit of 200 MB" in report.failed[0].reason


def test_files_that_vanish_or_change_while_the_update_runs(
    folder: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = build(folder)
    for name in ("kettle.md", "toaster.txt"):
        (folder / name).write_text(f"A first edition of {name}.")
    real = update_module.walk

    def walk_then_change(root: Path) -> object:
        found = real(root)
        (folder / "kettle.md").unlink()
        (folder / "toaster.txt").write_text("A second and much longer edition of the toaster.")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(update_module, "walk", walk_then_change)
        report = index.update()
    assert [f.path for f in report.failed] == ["kettle.md"]
    assert report.changed == ("toaster.txt",)
    assert "second" in index.search("toaster edition", k=1)[0].text
    assert index.verify() == []
    # What is stored is what was read, so the next run has nothing to correct but the lost file.
    assert index.update().removed == ("kettle.md",)


def test_a_file_that_cannot_be_looked_at_is_not_taken_for_removed(
    folder: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = build(folder)
    real = update_module.walk

    def walk_with_an_error(root: Path) -> object:
        found, skipped, failed = real(root)
        kept = [file for file in found if file.name != "toaster.txt"]
        return kept, skipped, [*failed, FileNote("toaster.txt", "Input/output error")]

    monkeypatch.setattr(update_module, "walk", walk_with_an_error)
    report = index.update()
    assert [f.path for f in report.failed] == ["toaster.txt"] and report.removed == ()
    assert "toaster.txt" in index.sources()


def test_an_option_that_is_not_given_is_as_the_index_was_made(folder: Path, build: Build) -> None:
    build(folder, chunk_tokens=64).close()
    again = build(folder, workers=1)
    assert report_of(again).unchanged == 3 and again.status().chunk_tokens == 64
    with pytest.raises(errors.IndexMismatch, match="built with chunk_tokens 64, not 100"):
        build(folder, chunk_tokens=100)
