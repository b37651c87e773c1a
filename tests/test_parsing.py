"""Files parsed in processes of their own: what comes back, and what a bad file or loader can do."""

from __future__ import annotations

import os
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from rag.chunking import Offsets, chunk
from rag.chunking.tokens import MOST_CHARACTERS
from rag.documents.files import Found, walk
from rag.documents.formats import Format, format_for, formats, load
from rag.documents.source import Source
from rag.embedding.embedder import BundledEmbedder
from rag.ingestion.pool import Looking, parse_files
from rag.ingestion.protocol import Job, Parsed, Refused
from tests.conftest import DATA

LOADERS = """
    from rag.documents.document import Document

    def right(source): return Document("plugged " + source.data.decode(), "plug")
    def nothing(source): return None
    def surrogate(source): return Document("text \\ud800", "plug")
    def scan(source):
        from rag.documents import ocr
        for _ in range(3): ocr._before_each()
        return Document("three pages", "plug")
    def number(source): return Document("text", "plug", metadata={"pages": 5})
"""


@pytest.fixture
def job(embedder: BundledEmbedder) -> Job:
    return Job(embedder.tokenizer_file(), 150, 25, 32, 200, 2048, 60.0, "eng", formats())


def parse(files: list[Found], job: Job) -> dict[str, Parsed | Refused]:
    found = parse_files(files, job, workers=1)
    return {file.name: result for file, result in found if not isinstance(result, Looking)}


def outside(suffix: str, function: str) -> Format:
    return Format(suffix, 1, (f".{suffix}",), f"outside:{function}")


def test_documents_and_chunks_come_back_as_they_were_made(job: Job, offsets: Offsets) -> None:
    files, _, _ = walk(DATA)
    results = parse(files, job)
    assert len(results) == len(files) > 20
    for file in files:
        data = Path(file.path).read_bytes()
        document = load(Source(file.name, data), file.format)
        result = results[file.name]
        assert isinstance(result, Parsed)
        assert result.document == document and result.size == len(data)
        chunks = chunk(document, offsets, max_tokens=150, overlap=25, context_tokens=32)
        assert result.chunks == chunks


def test_a_file_whose_name_is_not_utf8_is_read(tmp_path: Path, job: Job) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text("Open until nine.")
    result = parse(walk(tmp_path)[0], job)["caf\\xe9.txt"]
    assert isinstance(result, Parsed) and result.document.text == "Open until nine."


LONG = {
    "blanks.txt": " " * 2_000_000 + "x",
    "blanks.py": "\n".join("\t" * 200_000 + "x" for _ in range(10)),
    "stops.txt": "Go" + "." * 2_000_000 + "x",
    "marks.txt": "a" + "\u0315\u0300" * 1_000_000,
    "links.md": "See " + "[[" * 20_000,
    "marks.md": "x %%y {>>y {~~y ==y ++y ^^y `y $y {ref}`y <a y " * 20_000,
    "links.adoc": "See " + "<<" * 100_000 + "[[" * 100_000,
    "blank.adoc": "See" + "\n" * 100_000 + "that",
    "links.org": "See " + "[[" * 100_000,
    "one-word.txt": "x" * 2_000_000,
    "deep.py": "\n".join(" " * 4 * n + f"def f{n}():" for n in range(1500)),
}


@pytest.mark.parametrize("name", LONG)
def test_long_runs_take_no_more_than_their_share_of_time(
    name: str, tmp_path: Path, job: Job
) -> None:
    """Each took minutes, or hours, when the time went with the square of its length."""
    (tmp_path / name).write_text(LONG[name])
    result = parse(walk(tmp_path)[0], job)[name]
    assert isinstance(result, Parsed), result
    assert max(c.end - c.start for c in result.chunks) <= 150 * MOST_CHARACTERS


def test_no_module_of_the_working_folder_is_run(
    tmp_path: Path, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("yaml", "markdown_it", "hashlib"):
        (tmp_path / f"{module}.py").write_text("open('ran', 'w').close()\n")
    (tmp_path / "a.md").write_text("# Kettle\n")
    monkeypatch.chdir(tmp_path)
    results = parse(walk(".")[0], job)
    assert all(isinstance(result, Parsed) for result in results.values())
    assert not Path("ran").exists()


def test_what_a_loader_does_wrong_is_said_and_costs_one_file(
    tmp_path: Path, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "outside.py").write_text(textwrap.dedent(LOADERS))
    monkeypatch.syspath_prepend(str(tmp_path))
    names = ("nothing", "surrogate", "number", "missing", "right")
    job = replace(job, formats=tuple(outside(n, n) for n in names))
    files = []
    for name in names:
        path = tmp_path / f"a.{name}"
        path.write_text("in")
        files.append(Found(path.name, str(path), 2, 0, outside(name, name)))
    results = parse(files, job)
    right = results.pop("a.right")
    assert isinstance(right, Parsed) and right.document.text == "plugged in"
    reasons = {name: r.reason for name, r in results.items() if isinstance(r, Refused)}
    assert 'its loader "outside:nothing" gave no Document' in reasons["a.nothing"]
    assert "no valid Document" in reasons["a.surrogate"] and "no valid" in reasons["a.number"]
    assert 'its loader "outside:missing" cannot be imported' in reasons["a.missing"]


def test_pages_that_are_looked_at_are_told_one_by_one(
    tmp_path: Path, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "outside.py").write_text(textwrap.dedent(LOADERS))
    (tmp_path / "a.scan").write_text("in")
    monkeypatch.syspath_prepend(str(tmp_path))
    job = replace(job, formats=(outside("scan", "scan"),))
    file = Found("a.scan", str(tmp_path / "a.scan"), 2, 0, job.formats[0])
    *looked, (_, last) = parse_files([file], job, workers=1)
    assert looked == [(file, Looking(number)) for number in (1, 2, 3)]
    assert isinstance(last, Parsed) and last.document.text == "three pages"


def test_a_format_wins_in_the_process_where_it_wins_outside(
    tmp_path: Path, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package's loader comes after those built in, and must not win over them in the process."""
    (tmp_path / "outside.py").write_text(textwrap.dedent(LOADERS))
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "a.md").write_text("# Kettle\n")
    format = format_for("a.md")
    assert format
    late = Format("package:md", 1, (".md",), "outside:right")
    job = replace(job, formats=(*formats(), late))
    result = parse([Found("a.md", str(tmp_path / "a.md"), 9, 0, format)], job)["a.md"]
    assert isinstance(result, Parsed) and result.document.kind == "markdown"
