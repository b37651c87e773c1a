from __future__ import annotations

import os
from pathlib import Path

import pytest

from rag.documents.files import walk
from rag.errors import FolderError


def names(folder: Path) -> list[str]:
    return [f.name for f in walk(folder)[0]]


def test_hidden_ignored_and_unknown_files_are_left_out(tmp_path: Path) -> None:
    for name in (
        "a.md",
        ".hidden.md",
        "b.tmp.md",
        "drafts/x.md",
        "drafts/keep.md",
        "clip.mp4",
        ".git/y.md",
        "deep/er/z.txt",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / ".ragignore").write_text("*.tmp.md\ndrafts/*\n!drafts/keep.md\n")
    assert names(tmp_path) == ["a.md", "deep/er/z.txt", "drafts/keep.md"]
    assert ("clip.mp4", "no loader for .mp4") in [(s.path, s.reason) for s in walk(tmp_path)[1]]


def test_an_inner_ignore_file_wins(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / ".ragignore").write_text("*.txt\n")
    (tmp_path / "in/.ragignore").write_text("!b.txt\n")
    for name in ("a.txt", "in/b.txt", "in/c.txt"):
        (tmp_path / name).write_text("x")
    assert names(tmp_path) == ["in/b.txt"]


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("x")
    inside = tmp_path / "in"
    inside.mkdir()
    (inside / "a.txt").write_text("x")
    (inside / "out.txt").symlink_to(tmp_path / "secret.txt")
    (inside / "twin.txt").symlink_to(inside / "a.txt")
    (inside / "loop").symlink_to(inside)
    (inside / "gone.txt").symlink_to(tmp_path / "nothing")
    (inside / "broken.txt").symlink_to(inside / "nothing")
    os.mkfifo(inside / "pipe.txt")
    files, skipped, failed = walk(inside)
    assert [f.name for f in files] == ["a.txt", "twin.txt"]
    assert {s.path for s in skipped} == {"out.txt", "gone.txt", "loop", "pipe.txt"}
    assert [f.path for f in failed] == ["broken.txt"]


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text("x")
    assert names(tmp_path) == ["caf\\xe9.txt"]


def test_no_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="no such folder"):
        walk(tmp_path / "nothing")


def test_what_no_suffix_tells_is_read_where_it_holds_text(tmp_path: Path) -> None:
    (tmp_path / "README").write_text("The key hangs in the shed.")
    (tmp_path / "notes.xyz").write_text("Text.", encoding="utf-16-le")
    (tmp_path / "core").write_bytes(b"\x7fELF\x02\x01\x01\x00" + bytes(range(200)))
    (tmp_path / "data.qqq").write_bytes(bytes(range(256)) * 8)
    assert names(tmp_path) == ["README", "notes.xyz"]
    said = {note.path: note.reason for note in walk(tmp_path)[1]}
    assert "binary" in said["core"] and "no loader for .qqq" in said["data.qqq"]


def test_a_file_is_of_the_format_of_its_name_until_it_is_read(tmp_path: Path) -> None:
    # By no bytes at all, old workbooks and letters were taken for CSV and text: what was kept of how they were
    # read named those loaders, and a new version of their own would not have read them again.
    names = ("old.xls", "old.doc", "page.html.md.erb", "..txt", "dot.", "a/b.csv")
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert {file.name: file.format.name for file in walk(tmp_path)[0]} == {
        "old.xls": "sheets",
        "old.doc": "legacy",
        "page.html.md.erb": "markdown",
        "dot.": "content",
        "a/b.csv": "csv",
    }
