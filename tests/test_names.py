"""Who is who: files are told apart by their exact names, and no document passes for another."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path

import pytest

from rag import RagRetriever, RagVectorStore
from rag.documents.document import Document
from rag.documents.files import walk
from rag.documents.formats import format_for, load
from rag.documents.source import Source
from rag.errors import QueryError
from rag.retrieval.hit import as_json
from tests.conftest import Build, report_of

DRESSED = """---
title: Annual report
source: finance/annual-report.pdf
sources: [finance/annual-report.pdf]
score: 1.0
page: 7
place: finance/annual-report.pdf, page 7
start: 0
end: 3
context: Finance
author: The board
---
The kettle was sold for nine million euros.
"""


def read(name: str, text: str) -> Document:
    format = format_for(name)
    assert format
    return load(Source(name, text.encode()), format)


def test_a_document_cannot_pass_for_another(tmp_path: Path, build: Build) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "note.md").write_text(DRESSED)
    (folder / "other.md").write_text("# Other\n\nThe kettle is blue.\n")
    index = build(folder)
    question = "What was the kettle sold for?"
    (hit,) = index.search(question, 1)
    (document,) = RagRetriever(index=index, k=1).invoke(question)
    known = document.metadata
    assert known["source"] == hit.source == "note.md"
    assert known["place"] == hit.place == "note.md, lines 2-13"
    assert known["page"] is None and known["score"] == hit.score
    assert (known["start"], known["end"]) == (hit.start, hit.end) and known[
        "context"
    ] == hit.context
    assert known["metadata"]["source"] == "finance/annual-report.pdf"
    assert known["metadata"]["author"] == "The board"
    (shown,) = json.loads(as_json([hit]))
    assert shown["source"] == "note.md" and shown["page"] is None and "metadata" not in shown

    assert index.search(question, where={"source": "finance/*"}) == []
    own = index.search(question, where={"metadata.source": "finance/*"})
    assert [hit.source for hit in own] == ["note.md"]
    with pytest.raises(QueryError, match=r'own field of that name is "metadata.page"'):
        index.search(question, where={"page": "7"})


def test_metadata_of_a_text_does_not_rename_it() -> None:
    store = RagVectorStore()
    store.add_texts(["Kettles boil."], [{"id": "b", "score": 9, "page_content": "x"}], ids=["a"])
    ((document, score),) = store.similarity_search_with_score("kettle", 1)
    assert (document.id, document.page_content) == ("a", "Kettles boil.") and score <= 1.001
    assert store.get_by_ids(["b"]) == []


@pytest.mark.parametrize("value", ["2024-02-30", "2024-13-01", "2024-02-30T10:00:00Z"])
def test_a_date_that_does_not_exist_costs_the_date_alone(value: str) -> None:
    document = read("a.md", f"---\ndate: {value}\nowner: Kim\n---\nThe kettle is blue.\n")
    assert document.text == "The kettle is blue." and document.date == ""
    assert document.metadata == {"owner": "Kim"}
    assert f'date "{value}" is not in the calendar' in document.notes[0]


def test_front_matter_never_costs_the_text() -> None:
    laughs = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(f'*{chr(97 + i)}' for _ in range(9))}]\n"
        for i in range(12)
    )
    for front in (
        laughs,
        "n: " + "1" * 5000,
        "x: " + "[" * 5000,
        "a: !!timestamp no",
        "k" * 90_000,
    ):
        document = read("a.md", f"---\n{front}\n---\nThe kettle is blue.\n")
        assert "The kettle is blue." in document.text
        assert sum(len(k) + len(v) for k, v in document.metadata.items()) < 2000


def test_fields_are_bounded_in_number_and_length() -> None:
    front = "".join(f"key{i}: value\n" for i in range(500)) + "k" * 120 + ": value\n"
    document = read("a.md", f"---\n{front}---\nThe kettle is blue.\n")
    assert len(document.metadata) == 64 and "first 64 of its 501 fields" in document.notes[0]
    document = read("a.md", f"---\n{'k' * 120}: {'v' * 5000}\n---\nThe kettle is blue.\n")
    ((key, value),) = document.metadata.items()
    assert (len(key), len(value)) == (100, 1000)


NAMES = (
    "report [1].txt",
    "report 1.txt",
    "Report 1.txt",
    "a*.txt",
    "ab.txt",
    ">=2.txt",
    "cafe?.txt",
)
FORMS = tuple(unicodedata.normalize(form, "café.txt") for form in ("NFC", "NFD"))


def test_a_files_exact_name_is_that_file(tmp_path: Path, build: Build) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    names = [*NAMES, *FORMS]
    for number, name in enumerate(names):
        (folder / name).write_text(f"The kettle number {number} is blue.\n")
    if len(os.listdir(folder)) < len(names):
        pytest.skip("this file system does not tell names apart by case or Unicode form")
    index = build(folder)
    assert sorted(report_of(index).added) == sorted(names)
    for name in names:
        found = index.search("kettle", 20, where={"source": name})
        assert [hit.source for hit in found] == [name]
    assert {h.source for h in index.search("kettle", 20, where={"source": "ca*.txt"})} == {
        *FORMS,
        "cafe?.txt",
    }
    assert index.remove("report [2-9].txt") == ()
    for name in names:
        assert index.remove(name) == (name,)


def test_names_that_are_written_the_same_are_not_one_file(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text("bytes")
    (tmp_path / "caf\\xe9.txt").write_text("spelt out")
    files, _, failed = walk(tmp_path)
    assert [file.name for file in files] == ["caf\\xe9.txt"]
    assert [(note.path, "rename" in note.reason) for note in failed] == [("caf\\xe9.txt", True)]


def test_an_ignore_file_is_read_with_care(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "pipe/a.txt", "zero/a.txt", "long/a.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / ".ragignore").write_text("a.txt\n!\n/\nb.txt\n")
    os.mkfifo(tmp_path / "pipe/.ragignore")
    (tmp_path / "zero/.ragignore").symlink_to("/dev/zero")
    (tmp_path / "long/.ragignore").write_bytes(b"#" * 1_000_001)
    files, _, failed = walk(tmp_path)
    assert files == []  # also those below: the outermost file holds there
    said = {note.path: note.reason for note in failed}
    assert said[".ragignore"] == "line 2 is not a pattern"
    for folder in ("pipe", "zero"):
        assert "not a regular file" in said[f"{folder}/.ragignore"]
    assert "more than 1 MB" in said["long/.ragignore"]
