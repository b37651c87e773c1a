"""Documents that are forgotten: out of the index, out of what quotes them, and shown to be."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from rag import QA, Index
from rag.answering.cache import AnswerCache
from rag.answering.conversation import Sessions
from rag.answering.erasing import SESSIONS, answering_stores
from rag.answering.followup import Turn
from rag.cli import main
from rag.embedding.embedder import BundledEmbedder
from rag.forgetting import Forgotten, forget
from rag.serve.audit import Line, Read, append, folder_of, lines_of
from rag.serve.config import AuditSettings
from rag.serve.conversations import SCHEMA
from rag.serve.erasing import serving_stores
from rag.serve.feedback import SCHEMA as FEEDBACK
from rag.serve.state import ANSWERS, SqliteState
from rag.store.folder.connection import log_size
from tests.conftest import Build, report_of

JANE = """# Agreement with Jane Okonkwo

Jane Okonkwo gets a grant of 4,350 euros for the observatory in Zwolle from 1 May on.
She reports to Bartholomew twice a year, and gives the telescope back when the grant ends.
"""
KETTLE = (
    "# Kettle\n\nThe kettle is cleaned with vinegar once a month. It holds 1.7 litres of water.\n"
)
QUOTE = "Jane Okonkwo gets a grant of 4,350 euros for the observatory in Zwolle from 1 May on."
OWN = ("okonkwo", "4,350 euros", "observatory", "zwolle", "bartholomew", "jane.md")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, embedder: BundledEmbedder) -> Path:
    """A folder with "docs" and the index of them, and an answer in a cache."""
    base = tmp_path_factory.mktemp("forget")
    docs = base / "docs"
    docs.mkdir()
    (docs / "jane.md").write_text(JANE, "utf-8")
    (docs / "kettle.md").write_text(KETTLE, "utf-8")
    with Index.build(docs, base / "index", embedder=embedder) as index:
        qa = QA(index, cache=AnswerCache(base / "cache/answers.sqlite"))
        assert "4,350" in qa.ask("How much is the grant?").text
        assert "vinegar" in qa.ask("What is the kettle cleaned with?").text
        qa.cache._db.close()  # type: ignore[union-attr]
    return base


@pytest.fixture
def base(made: Path, tmp_path: Path) -> Path:
    for name in ("index", "cache"):
        shutil.copytree(made / name, tmp_path / name)
    return tmp_path


def all_text(*folders: Path) -> str:
    """All bytes of all files, and what is packed in them, in lower case."""
    parts = []
    for file in (one for folder in folders for one in folder.rglob("*") if one.is_file()):
        parts.append(file.read_bytes().decode("latin-1"))
        if file.suffix == ".sqlite":
            with sqlite3.connect(file) as db:
                (tables,) = zip(
                    *db.execute("SELECT name FROM sqlite_master WHERE type = 'table'"), strict=True
                )
                for table in tables:
                    for value in (v for row in db.execute(f"SELECT * FROM {table}") for v in row):
                        parts.append(_unpacked(value))
            db.close()
    return "\n".join(parts).lower()


def _unpacked(value: object) -> str:
    try:
        return zlib.decompress(value).decode() if isinstance(value, bytes) else str(value)
    except zlib.error:
        return ""


def test_a_document_is_gone_from_every_file(base: Path) -> None:
    sessions = Sessions(base / "cache" / SESSIONS)
    for words in (
        "from 1 May on: a grant of 4,350 euros for the observatory",
        "Clean it with vinegar.",
    ):
        sessions.add("mine", Turn("And then?", "And then?", words))
    before = all_text(base)
    assert all(word in before for word in OWN)
    done = forget(base / "index", ["jane.*"], stores=answering_stores(base / "cache"))
    after = all_text(base)
    assert not [word for word in OWN if word in after]
    assert (done.names, done.documents, done.passages) == (("jane.md",), 1, 1)
    assert dict(done.cleaned) == {"cached answers": 1, "turns of conversations": 1}
    assert sum(len(one.found) for one in done.before) > 50 and not done.left
    assert not done.read_elsewhere and min(done.looked_for) > 0
    assert [turn.answer for turn in sessions.turns("mine")] == ["Clean it with vinegar."]
    with Index.open(base / "index") as index:
        assert index.sources() == ("kettle.md",) and index.verify() == []


def kinds(done: Forgotten) -> dict[str, int]:
    return {f"{one.file} {one.read.split(' ', 1)[1][:14]}": len(one.found) for one in done.before}


def test_each_way_to_look_finds_what_is_there_before(base: Path) -> None:
    done = forget(base / "index", ["jane.md"])
    found = kinds(done)
    for place in ("catalog.sqlite bytes", "catalog.sqlite values of its", "vectors-*.faiss bytes"):
        assert next(count for name, count in found.items() if name.startswith(place)), place
    assert found["lexical-* words; no text"] and found["cards-* words; no text"]


def test_what_a_server_keeps_is_cleaned(base: Path) -> None:
    state = SqliteState(base / "state", SCHEMA, FEEDBACK)
    answers = [json.dumps({"text": text}) for text in (QUOTE, "Vinegar.", "Yes.")]
    for i, answer in enumerate(answers):
        row = (str(i), "key", ("Talk", QUOTE)[i == 2], "demo", "now", "now", "[]")
        state.run(
            lambda db, row=row: db.execute("INSERT INTO conversations VALUES (?,?,?,?,?,?,?)", row)
        )
        turn = (i, str(i), str(i), answer)
        state.run(lambda db, turn=turn: db.execute("INSERT INTO turns VALUES (?,?,?,?)", turn))
        said = (str(i), "key", "now", "demo", 1, "", "", answer)
        state.run(
            lambda db, said=said: db.execute("INSERT INTO feedback VALUES (?,?,?,?,?,?,?,?)", said)
        )
    state.close()
    shutil.copy(base / "cache/answers.sqlite", base / "state" / ANSWERS)
    folder_of(base / "state").mkdir()
    audit = [
        Line(question="Who?", passages=(Read("jane.md", 0, 5),)),
        Line(question="And?", passages=(Read("kettle.md", 0, 5),), answer="Vinegar."),
    ]
    data = "".join(json.dumps(_plain(line)) + "\n" for line in audit).encode()
    append(folder_of(base / "state"), data, AuditSettings())
    stores = serving_stores(base / "state")
    done = forget(base / "index", ["jane.md"], stores=stores, also=[base / "state"])
    assert [count for _, count in done.cleaned] == [1, 1, 1, 1, 1] and not done.left
    assert [line.question for line in lines_of(base / "state")] == ["And?"]
    assert not [word for word in OWN if word in all_text(base / "state")]
    assert "vinegar" in all_text(base / "state")


def _plain(line: Line) -> dict[str, object]:
    passages = [{"source": one.source, "start": one.start, "end": one.end} for one in line.passages]
    return {"question": line.question, "answer": line.answer, "passages": passages}


def test_a_person_is_found_by_what_documents_contain(base: Path) -> None:
    assert forget(base / "index", ["kettle.md"], containing="okonkwo").names == ()
    sessions = Sessions(base / "cache" / SESSIONS)
    sessions.add("mine", Turn("Who is jane  okonkwo?", "Who is Jane Okonkwo?", "No idea."))
    done = forget(
        base / "index", containing="jane  OKONKWO", stores=answering_stores(base / "cache")
    )
    assert done.names == ("jane.md",) and not done.left and sessions.turns("mine") == []


def test_what_is_left_is_said(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (base / "index/notes.txt").write_text(f"By the way: {QUOTE}", "utf-8")
    monkeypatch.setenv("RAG_CACHE", str(base / "cache"))
    result = CliRunner().invoke(main, ["forget", "jane.md", "--index", str(base / "index")])
    assert result.exit_code == 3 and "Left in notes.txt" in result.output
    again = CliRunner().invoke(main, ["forget", "jane.md", "--index", str(base / "index")])
    assert again.exit_code == 1 and "No document" in str(again.output) + str(again.stderr)


def test_a_reader_keeps_its_snapshot_and_that_is_said(base: Path) -> None:
    with Index.open(base / "index") as index:
        done = forget(base / "index", ["jane.md"])
        assert done.read_elsewhere and "Okonkwo" in index.document_of("jane.md").text
    with Index.open(base / "index") as index:
        index.compact()
    assert not log_size(base / "index")
    assert not [word for word in OWN if word in all_text(base / "index")]


@pytest.fixture
def docs(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "kettle.md").write_text(KETTLE, "utf-8")
    (folder / "jane.md").write_text(JANE, "utf-8")
    shutil.copy(folder / "jane.md", folder / "copy.md")
    yield folder


def test_forgotten_documents_stay_out_until_they_are_allowed(docs: Path, build: Build) -> None:
    index = build(docs)
    done = forget(index.path, ["jane.md"])
    assert done.names == ("copy.md", "jane.md")  # the same content by another name
    (docs / "jane.md").write_text(JANE + "And more.\n", "utf-8")  # by its name
    (docs / "copy.md").rename(docs / "renamed.md")  # by its content
    report = report_of(build(docs, index.path))
    assert [note.path for note in report.skipped] == ["jane.md", "renamed.md"]
    assert Index.open(index.path).sources() == ("kettle.md",)
    assert forget(index.path, ["jane.md"], allow_again=True).allowed == ("jane.md",)
    assert report_of(build(docs, index.path)).added == ("jane.md",)
    assert forget(index.path, ["jane.md"], allow_again=True).names == ("jane.md",)
    assert "jane.md" in build(docs, index.path).sources()
