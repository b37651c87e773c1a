"""What cannot be read now does not cost what was known; and what is tried again, when."""

from __future__ import annotations

import json
import os
import textwrap
from pathlib import Path

import pytest
from click.testing import CliRunner

from rag.chunking import Offsets
from rag.cli import main
from rag.codec import from_json
from rag.documents import formats, origins
from rag.documents.files import FileNote
from rag.embedding.embedder import BundledEmbedder
from rag.index import Index
from rag.ingestion import parsing
from rag.ingestion.protocol import Answer, Job, Refused, Request
from tests.conftest import Build, age, report_of

LOADER = """
    import os, pathlib, time
    from rag.documents.document import Document
    from rag.errors import LoadError

    def load(source):
        with open(pathlib.Path(__file__).parent / "tried", "a") as log:
            log.write(source.name + "\\n")
        word = source.data.split()[0].decode()
        if word == "hang": time.sleep(600)
        if word == "crash": os.abort()
        if word == "memory": bytearray(700_000_000)
        if word == "bad": raise LoadError("it is bad")
        return Document(source.data.decode(), "plug")
"""


@pytest.fixture
def plug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a file a.plug, whose first word says what befalls its loader."""
    (tmp_path / "plug.py").write_text(textwrap.dedent(LOADER))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(formats, "_FORMATS", list(formats._FORMATS))
    formats.register(formats.Format("plug", 1, (".plug",), "plug:load"))
    folder = tmp_path / "plugs"
    folder.mkdir()
    write(folder, "The kettle is blue.")
    return folder


def write(folder: Path, text: str) -> None:
    (folder / "a.plug").write_text(text)
    age(folder)


def tried(folder: Path) -> int:
    """How often the loader has been called since this was asked last."""
    log = folder.parent / "tried"
    count = len(log.read_text().splitlines()) if log.exists() else 0
    log.write_text("")
    return count


def texts(index: Index) -> list[str]:
    return [hit.text for hit in index.search("kettle", 5)]


def test_a_crash_keeps_the_last_good_version_and_the_next_run_tries_again(
    plug: Path, build: Build
) -> None:
    index = build(plug)
    write(plug, "crash The kettle is red.")
    for _ in range(2):
        tried(plug)
        report = index.update()
        assert [note.path for note in report.stale] == ["a.plug"] and tried(plug) == 1
        assert (report.failed, report.removed, report.unchanged) == ((), (), 0)
        assert texts(index) == ["The kettle is blue."] and index.verify() == []
        assert index.status().stale == report.stale and index.status().failed == ()
    write(plug, "The kettle is red.")
    report = index.update()
    assert report.changed == ("a.plug",) and report.stale == () == index.status().stale
    assert texts(index) == ["The kettle is red."]


def test_stale_files_are_told_by_the_command_line(plug: Path, tmp_path: Path, build: Build) -> None:
    build(plug).close()
    write(plug, "crash")
    path = str(tmp_path / "index")
    run = CliRunner().invoke(main, ["index", str(plug), "--index", path, "--json"])
    said = json.loads(run.stdout)
    assert run.exit_code == 3 and said["failed"] == []
    ((path_, reason),) = [(note["path"], note["reason"]) for note in said["stale"]]
    assert path_ == "a.plug" and "crashed" in reason
    status = CliRunner().invoke(main, ["status", "--index", path])
    assert f"stale: a.plug: {reason}" in " ".join(status.stdout.split())
    shown = json.loads(CliRunner().invoke(main, ["status", "--index", path, "--json"]).stdout)
    assert shown["stale"] == said["stale"]
    again = CliRunner().invoke(main, ["index", str(plug), "--index", path])
    assert again.exit_code == 3 and "1 stale" in again.stdout


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("hang", {"file_timeout_s": 3.0}, {"file_timeout_s": 4.0}),
        ("memory", {"max_memory_mb": 600}, {"max_memory_mb": 700}),
        ("The kettle is red. " * 70_000, {"max_file_mb": 1}, {"max_file_mb": 2}),
    ],
)
def test_what_ran_into_a_limit_is_tried_again_when_it_is_raised(
    plug: Path, build: Build, text: str, low: dict[str, float], high: dict[str, float]
) -> None:
    index = build(plug, **low)
    write(plug, text)
    (limit,) = low
    seen = 0 if limit == "max_file_mb" else 1
    tried(plug)
    first = report_of(build(plug, **low))
    assert [note.path for note in first.stale] == ["a.plug"] and limit in first.stale[0].reason
    assert tried(plug) == seen
    again = report_of(build(plug, **low))
    assert (again.stale, again.generation) == (first.stale, first.generation)
    assert tried(plug) == 0
    index.refresh()
    assert texts(index) == ["The kettle is blue."]
    raised = report_of(build(plug, **high))
    assert tried(plug) == 1
    if limit == "max_file_mb":
        assert raised.changed == ("a.plug",) and raised.stale == ()
    else:
        assert [note.path for note in raised.stale] == ["a.plug"]
        assert report_of(build(plug, **high)).stale == raised.stale and tried(plug) == 0


def test_what_its_loader_cannot_read_is_tried_again_by_another_loader_or_with_other_bytes(
    plug: Path, build: Build
) -> None:
    index = build(plug)
    (plug / "a.plug").write_text("bad The kettle is red.")  # fresh: its time stamp proves nothing
    report = index.update()
    assert [n.path for n in report.failed] == ["a.plug"] and report.removed == ("a.plug",)
    tried(plug)
    for _ in range(2):
        age(plug)
        report = index.update()
        assert tried(plug) == 0 and [n.reason for n in report.failed] == ["it is bad"]
    assert index.update().failed and tried(plug) == 0
    formats.register(formats.Format("plug", 2, (".plug",), "plug:load"))
    assert index.update().failed and tried(plug) == 1
    write(plug, "bad again")
    assert index.update().failed and tried(plug) == 1
    write(plug, "The kettle is red.")
    assert index.update().added == ("a.plug",)


def test_a_folder_that_cannot_be_listed_makes_its_files_stale(
    folder: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "in").mkdir()
    for name in ("a", "b"):
        (folder / f"in/{name}.txt").write_text(f"The {name} of the harbour.")
    age(folder)
    index = build(folder)
    real = origins.walk

    def closed(root: Path, _: object) -> object:
        found, skipped, failed = real(root)
        kept = [file for file in found if not file.name.startswith("in/")]
        return kept, skipped, [*failed, FileNote("in/", "cannot be listed: Permission denied")]

    with monkeypatch.context() as patch:
        patch.setattr(origins, "walk", closed)
        for _ in range(2):
            report = index.update()
            assert [n.path for n in report.stale] == ["in/a.txt", "in/b.txt"]
            assert [n.path for n in report.failed] == ["in/"] and report.unchanged == 3
    assert index.update().unchanged == 5 and index.status().stale == ()


@pytest.fixture
def job(embedder: BundledEmbedder) -> Job:
    return Job(embedder.tokenizer_file(), 150, 25, 32, 1, 2048, 60.0, "eng", formats.formats())


def refused(path: Path, job: Job, offsets: Offsets) -> Refused:
    *_, line = parsing.answers(Request(os.fsencode(path), path.name), job, offsets)
    answer = from_json(line, Answer)
    assert answer.refused
    return answer.refused


def test_a_file_that_is_written_while_it_is_read_may_be_read_the_next_time(
    tmp_path: Path, job: Job, offsets: Offsets, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = parsing.open_regular

    def writing(path: str) -> object:
        file = real(path)
        read = file.read

        class Writing:
            def __enter__(self) -> object:
                return self

            def __exit__(self, *_: object) -> None:
                file.close()

            def fileno(self) -> int:
                return file.fileno()

            def read(self, size: int) -> bytes:
                data = read(size)
                changes.pop()(Path(path))
                return data

        return Writing()

    def longer(path: Path) -> None:
        path.write_text("The kettle is red, or will be.")

    def as_long(path: Path) -> None:
        path.write_text("The kettle is red!")
        os.utime(path, ns=(1, 1))

    path = tmp_path / "a.txt"
    monkeypatch.setattr(parsing, "open_regular", writing)
    changes = [longer, as_long]
    while changes:
        path.write_text("The kettle is red.")
        said = refused(path, job, offsets)
        assert "being written" in said.reason and (said.sha256, said.limit) == ("", "")


def test_what_the_system_refuses_may_be_read_the_next_time(
    tmp_path: Path, job: Job, offsets: Offsets, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "a.txt").write_text("The kettle is red.")
    found = [
        refused(tmp_path / "pipe.txt", job, offsets),
        refused(tmp_path / "gone.txt", job, offsets),
    ]

    def forbidden(path: str) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(parsing, "open_regular", forbidden)
    found.append(refused(tmp_path / "a.txt", job, offsets))
    assert [said.reason.split()[0] for said in found] == ["not", "it", "no"]
    assert {(said.sha256, said.limit) for said in found} == {("", "")}
