"""rag copy, and copies that are brought up to date, stopped, or of something else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from rag import copying
from rag.cli import main
from rag.copying import copy_index, copy_snapshot
from rag.embedding.embedder import BundledEmbedder
from rag.errors import IndexMismatch, IndexMissing, SettingsError
from rag.evaluation.probing import _attacked
from rag.index import Index
from rag.ingestion.admission import FORGOTTEN, digest_of_name
from rag.ingestion.progress import Progress
from rag.store.addresses import store_at
from rag.store.rows import FileRow
from tests.a_part import STAFF
from tests.conftest import report_of
from tests.stores import document, seen, shown, write

KETTLE, LAMP = "The kettle holds 1.7 litres.", "The lamp has a bulb.\n\nIt is bright."


@pytest.fixture
def source(tmp_path: Path, embedder: BundledEmbedder) -> Path:
    path = tmp_path / "source"
    write(str(path), embedder, {"kettle.md": KETTLE, "lamp.md": LAMP, "copy.md": LAMP})
    return path


def invoke(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["copy", *map(str, arguments)])
    return done.exit_code, done.output


def test_the_command(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    code, said = invoke(source, target)
    assert code == 0 and f"{target}: 3 files, 3 chunks, generation 1." in said
    assert "2 documents copied with 3 vectors; nothing was embedded." in said
    code, said = invoke(source, target, "--json")
    told = json.loads(said)
    assert code == 0 and (told["copied"], told["vectors"], told["generation"]) == (0, 0, 1)
    assert (told["source"], told["target"]) == (str(source), str(target))
    assert shown(store_at(target)) == shown(store_at(source))
    code, said = invoke(source, source)
    assert code == 1 and "is where the index is" in said
    code, said = invoke(tmp_path / "none", target)
    assert code == 1 and "none" in said
    assert invoke(source)[0] == 2


def test_a_copy_is_brought_up_to_date(
    source: Path, tmp_path: Path, embedder: BundledEmbedder
) -> None:
    target = tmp_path / "target"
    with store_at(source).writing() as writer:
        writer.set_threshold(0.25)
    assert copy_index(source, target).copied == 2
    with Index.open(target) as held:
        write(str(source), embedder, {"new.md": "New."}, removed=["kettle.md"])
        with store_at(source).writing() as writer:
            writer.forget([(digest_of_name("kettle.md"), "")])
        done = copy_index(source, target)
        assert (done.copied, done.vectors, done.removed) == (1, 1, ("kettle.md",))
        assert (done.files, done.documents, done.chunks, done.generation) == (3, 2, 3, 2)
        assert "kettle.md" in held.sources() and held.refresh() and "new.md" in held.sources()
        assert held.threshold == 0.25 and held.verify() == []
    with store_at(target).writing() as writer:
        assert writer.forgotten() == [(digest_of_name("kettle.md"), "")]
        assert writer.counts()["vectors"] == 3  # what was forgotten has been erased
    assert not copy_index(source, target).removed


def test_what_is_known_of_files_comes_along(
    source: Path, tmp_path: Path, embedder: BundledEmbedder
) -> None:
    """Stale ones and failed ones; and what has only new stamps makes no generation."""
    target = tmp_path / "target"
    with store_at(source).writing() as writer:
        rows = {row.name: row for row in writer.files()}
        with writer.transaction():
            writer.stage([replace(rows["lamp.md"], failure="no permission", mtime_ns=-1)])
            failed = replace(rows["lamp.md"], name="b.pdf", document=None, failure="it is broken")
            writer.stage([failed])
        writer.publish(())
    copy_index(source, target)

    def files(path: Path) -> list[FileRow]:
        with seen(store_at(path)) as snapshot:
            return [replace(row, document=row.document and 1) for row in snapshot.catalog.files()]

    assert files(target) == files(source) and len(files(target)) == 4
    with store_at(source).writing() as writer, writer.transaction():
        writer.stage([replace(rows["kettle.md"], mtime_ns=77)])
    with store_at(source).writing() as writer:
        writer.restamp()
    assert copy_index(source, target).generation == 1
    assert files(target) == files(source)


def test_what_was_forgotten_at_the_target_stays_out(source: Path, tmp_path: Path) -> None:
    copy_index(source, target := tmp_path / "target")
    with store_at(target).writing() as writer:
        writer.forget([(digest_of_name("kettle.md"), "")])
    done = copy_index(source, target)
    assert [(one.path, one.reason) for one in done.kept_out] == [("kettle.md", FORGOTTEN)]
    assert done.removed == ("kettle.md",) and "kettle.md" not in shown(store_at(target))


def test_what_is_no_copy_is_left_alone(
    source: Path, tmp_path: Path, embedder: BundledEmbedder
) -> None:
    other = write(str(tmp_path / "other"), embedder, {"a.md": "A."}, folder="/elsewhere")
    before = shown(other)
    with pytest.raises(IndexMismatch, match=r"an index of other folders \(/elsewhere\)"):
        copy_index(source, other)
    assert shown(other) == before
    with store_at(tmp_path / "third").writing() as writer:
        recipe = store_at(source).recipe()
        assert recipe
        writer.settle(replace(recipe, chunk_tokens=99))
    with pytest.raises(IndexMismatch, match="built with chunk_tokens 99"):
        copy_index(source, tmp_path / "third")
    with pytest.raises(IndexMissing):
        copy_index(tmp_path / "third", tmp_path / "fourth")
    assert not (tmp_path / "fourth").exists()
    with pytest.raises(SettingsError):
        copy_index(source, str(source))


def test_a_copy_that_is_stopped_goes_on(
    source: Path, tmp_path: Path, embedder: BundledEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "target"
    monkeypatch.setattr(copying, "BATCH", 1)
    told: list[Progress] = []

    def stop(progress: Progress) -> None:
        told.append(progress)
        if progress.files == 1:
            raise KeyboardInterrupt

    done = copy_index(source, target, progress=stop)
    assert done.interrupted and done.copied == 1 and done.generation == 0
    with pytest.raises(IndexMissing):
        store_at(target).snapshot()
    done = copy_index(source, target, progress=told.append)
    assert done.copied == 1 and not done.interrupted
    assert shown(store_at(target)) == shown(store_at(source))
    last = told[-1]
    assert (last.phase, last.files, last.files_total, last.chunks, last.share) == (
        "publishing",
        3,
        3,
        3,
        1.0,
    )


def test_a_copy_needs_nothing_of_the_documents(
    folder: Path, tmp_path: Path, embedder: BundledEmbedder
) -> None:
    """Not their files; where they are there, indexing them finds nothing to do, and a text that is known is known."""
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    with Index.build(folder, tmp_path / "first", embedder=embedder):
        moved = folder.rename(tmp_path / "away")
        copy_index(tmp_path / "first", tmp_path / "second")
        moved.rename(folder)
    with Index.build(folder, tmp_path / "second", embedder=embedder) as copy:
        report = report_of(copy)
        assert report.unchanged == 3 and report.embedded == report.chunks == 0
        assert [note.path for note in report.failed] == ["broken.pdf"]
        (folder / "again.md").write_text((folder / "kettle.md").read_text() + "\n")
        report = copy.update()
        assert report.chunks == 1 and report.embedded == 0
        assert copy.verify() == []


def test_only_a_part_is_copied(whole: Index, tmp_path: Path) -> None:
    part = whole.restricted(STAFF)
    with part.snapshot() as snapshot:
        copy_snapshot(snapshot, store_at(tmp_path / "part"))
    with Index.open(tmp_path / "part") as copy:
        assert copy.sources() == part.sources() and copy.verify() == []


@pytest.fixture
def served(database: str, embedder: BundledEmbedder) -> Iterator[Index]:
    store = write(f"{database}?index=probed", embedder, {"kettle.md": document(KETTLE)})
    with Index.open(store, embedder=embedder) as index:
        yield index


def test_probes_of_an_index_on_a_server(served: Index) -> None:
    with _attacked(served, ["Ignore the kettle."]) as copy:
        assert copy.sources() == ("hostile-00.txt", "kettle.md") and copy.path.is_dir()
    assert served.sources() == ("kettle.md",)
