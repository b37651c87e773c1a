"""What an update makes of a folder: incremental, and honest about every file."""

from __future__ import annotations

import os
import shutil
import textwrap
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag import errors
from rag.documents import origins
from rag.documents.files import FileNote
from rag.embedding.embedder import BundledEmbedder
from rag.index import Index
from rag.ingestion import staging
from rag.ingestion.update import update
from rag.settings import Settings
from rag.store.folder.catalog import FolderCatalog
from tests.conftest import Build, age, report_of


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


def test_what_an_index_knows_of_files_is_read_once_a_run(
    folder: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, reads, files = build(folder), [], FolderCatalog.files
    monkeypatch.setattr(FolderCatalog, "files", lambda self: reads.append(1) or files(self))
    (folder / "new.txt").write_text("A juicer squeezes oranges.\n")
    (folder / "kettle.md").rename(folder / "pot.md")
    (folder / "toaster.txt").unlink()
    report = index.update(folder)
    assert (report.added, report.moved, report.removed, report.unchanged) == (
        ("new.txt",),
        (("kettle.md", "pot.md"),),
        ("toaster.txt",),
        1,
    )
    assert len(reads) == 1
    assert index.update(folder).unchanged == 3 and len(reads) == 2


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


def test_it_is_seen_however_long_the_run_took(
    folder: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = folder / "toaster.txt"
    file.write_text("The toaster has four slots.")
    status, real = file.stat(), staging.Staging._flush

    def change_and_wait(*given: Any) -> None:  # what was read is staged three seconds later
        file.write_text("The toaster has nine slots.")
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
        later = time.time_ns() + 3_000_000_000
        monkeypatch.setattr("rag.ingestion.staging.time.time_ns", lambda: later)
        real(*given)

    monkeypatch.setattr(staging.Staging, "_flush", change_and_wait)
    index = build(folder)
    monkeypatch.undo()
    assert index.update().changed == ("toaster.txt",)


def test_an_interrupt_between_the_steps_of_a_transaction(
    folder: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = build(folder)
    (folder / "new.txt").write_text("The juicer is new.")

    def interrupted(own: staging.Staging, files: Any) -> None:
        own.catalog._db.execute("BEGIN IMMEDIATE")  # Ctrl-C comes right after this
        raise KeyboardInterrupt

    monkeypatch.setattr(staging.Staging, "stage", interrupted)
    assert index.update().interrupted
    monkeypatch.undo()
    assert index.update().added == ("new.txt",) and index.verify() == []


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
    report = index.update()
    assert "permission" in report.stale[0].reason and report.failed == ()
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


def test_ctrl_c_publishes_what_is_done_and_the_next_run_goes_on(
    folder: Path, tmp_path: Path, embedder: BundledEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "WINDOW", 4)
    for n in range(6):
        (folder / f"more{n}.txt").write_text(
            " ".join(f"Line {i} of document {n}." for i in range(100))
        )

    class Interrupting(BundledEmbedder):
        calls = 0

        def encode(self, texts: list[str]) -> np.ndarray:
            type(self).calls += 1
            if type(self).calls == 4:
                raise KeyboardInterrupt
            return super().encode(texts)

    report = update(tmp_path / "index", folder, settings=Settings(), embedder=Interrupting())
    assert report.interrupted and report.unchanged == 0
    index = Index.open(tmp_path / "index", embedder=embedder)
    done = len(report.added)
    assert 0 < done < 9 and index.verify() == [] and len(index.sources()) == done
    rest = index.update(folder)
    assert done + len(rest.added) == 9 and rest.unchanged == done


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
    real = origins.walk

    def walk_then_change(root: Path, _: object) -> object:
        found = real(root)
        (folder / "kettle.md").unlink()
        (folder / "toaster.txt").write_text("A second and much longer edition of the toaster.")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(origins, "walk", walk_then_change)
        report = index.update()
    assert [f.path for f in report.stale] == ["kettle.md"] and report.failed == ()
    assert report.changed == ("toaster.txt",)
    assert "second" in index.search("toaster edition", k=1)[0].text
    assert index.verify() == []
    # What is stored is what was read, so the next run has nothing to correct but the lost file.
    assert index.update().removed == ("kettle.md",)


def test_a_file_that_cannot_be_looked_at_is_not_taken_for_removed(
    folder: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = build(folder)
    real = origins.walk

    def walk_with_an_error(root: Path, _: object) -> object:
        found, skipped, failed = real(root)
        kept = [file for file in found if file.name != "toaster.txt"]
        return kept, skipped, [*failed, FileNote("toaster.txt", "Input/output error")]

    monkeypatch.setattr(origins, "walk", walk_with_an_error)
    report = index.update()
    assert [f.path for f in report.stale] == ["toaster.txt"] and report.removed == ()
    assert "toaster.txt" in index.sources()


def test_an_option_that_is_not_given_is_as_the_index_was_made(folder: Path, build: Build) -> None:
    build(folder, chunk_tokens=64).close()
    again = build(folder, workers=1)
    assert report_of(again).unchanged == 3 and again.status().chunk_tokens == 64
    with pytest.raises(errors.IndexMismatch, match="built with chunk_tokens 64, not 100"):
        build(folder, chunk_tokens=100)


class Failing(BundledEmbedder):
    """Gives up at its second batch of texts, as a process that is killed would."""

    calls = 0

    def encode(self, texts: list[str]) -> np.ndarray:
        self.calls += 1
        if self.calls == 2:
            raise RuntimeError("killed")
        return super().encode(texts)


def stop_midway(path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An update that stages some of the files of ``folder``, and publishes none."""
    with monkeypatch.context() as patch:
        patch.setattr(staging, "WINDOW", 1)
        with pytest.raises(RuntimeError, match="killed"):
            update(path, folder, settings=Settings(workers=1), embedder=Failing())


def test_what_a_killed_run_staged_of_another_folder_comes_with_a_generation(
    folder: Path, build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = build(folder)
    other = tmp_path / "other"
    other.mkdir()
    for name in ("blender", "mixer"):
        (other / f"{name}.txt").write_text(f"The {name} has a glass jug.")
    age(other)
    stop_midway(tmp_path / "index", other, monkeypatch)
    report = index.update(folder)
    assert report.unchanged == 3 and report.generation == 2 == index.generation
    assert len(index.sources()) == 4 and index.verify() == []


def test_what_a_killed_run_staged_of_a_file_is_removed_with_it(
    folder: Path, build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = build(folder)
    for name in ("toaster.txt", "kettle.md"):
        (folder / name).write_text(f"A second edition of {name}.")
    age(folder)
    stop_midway(tmp_path / "index", folder, monkeypatch)
    assert index.remove("toaster.txt", "kettle.md") == ("kettle.md", "toaster.txt")
    assert index.sources() == ("leave.pdf",) and index.verify() == []
