"""Names and paths of other systems, as far as one system can try them: the functions that make them
are given the other's rules."""

from __future__ import annotations

import doctest
import ntpath
import os
import posixpath
import unicodedata
from pathlib import Path

import pytest

from rag.documents import files
from rag.documents.files import is_below, literal, walk
from tests.conftest import Build

NAMES = ("CON", "NUL.txt", "com1.md", "report.", "report ", "a.txt:hidden", "x" * 200)


@pytest.mark.parametrize("root", [r"C:\docs", r"\\server\share\docs", r"\\?\C:\docs"])
@pytest.mark.parametrize("name", NAMES)
def test_below_a_literal_path_every_name_is_taken_as_it_is_written(root: str, name: str) -> None:
    path = ntpath.join(literal(root), "in", name)
    assert path.startswith("\\\\?\\") and path.endswith(f"\\{name}") and "/" not in path
    assert literal(path) == path
    assert is_below(path, literal(root), ntpath)


@pytest.mark.parametrize(
    ("path", "root", "paths", "below"),
    [
        (r"D:\docs\a.txt", r"C:\docs", ntpath, False),
        (r"\\server\other\docs\a.txt", r"\\server\share\docs", ntpath, False),
        (r"c:\DOCS\a.txt", r"C:\docs", ntpath, True),
        (r"C:\docs-2\a.txt", r"C:\docs", ntpath, False),
        (r"\\server\share\docs\a.txt", r"\\server\share\docs", ntpath, True),
        ("/docs/a.txt", "/docs", posixpath, True),
        ("/DOCS/a.txt", "/docs", posixpath, False),
        ("/docs-2/a.txt", "/docs", posixpath, False),
    ],
)
def test_what_is_below_a_folder(path: str, root: str, paths: object, below: bool) -> None:
    assert is_below(path, root, paths) is below  # type: ignore[arg-type]


def test_a_pattern_means_a_name_in_either_form_of_unicode(tmp_path: Path) -> None:
    forms = [unicodedata.normalize(form, "café") for form in ("NFC", "NFD")]
    for form in forms:
        folder = tmp_path / f"in {form}"
        folder.mkdir()
        for name in forms:
            (folder / f"{name}.txt").write_text("x")
        (folder / ".ragignore").write_text(f"{form}.txt\n")
    assert walk(tmp_path)[0] == []


def test_a_pattern_that_would_take_for_ever_is_said(tmp_path: Path) -> None:
    (tmp_path / ("a" * 240 + ".txt")).write_text("x")
    (tmp_path / "b.txt").write_text("x")
    (tmp_path / ".ragignore").write_text(
        "# *a*a*a*a*\n" + "a*" * 9 + "b\n" + "**/a/" * 9 + "b\nb.*\n"
    )
    found, _, failed = walk(tmp_path)
    assert [file.name[:2] for file in found] == ["aa"]
    assert [note.reason.split(":")[0] for note in failed] == [
        f"line {n} is not used" for n in (2, 3)
    ]


def test_names_that_windows_would_not_take_are_indexed_and_found(
    tmp_path: Path, build: Build
) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    if os.name == "nt":
        folder = Path(literal(str(folder)))
    names = ["NUL.txt", "a:b.txt", "back\\slash.txt", "dot..txt", " .txt", "x" * 240 + ".txt"]
    for number, name in enumerate(names):
        try:
            (folder / name).write_text(f"The kettle number {number} is blue.")
        except OSError:
            pytest.skip("this file system does not take such names")
    index = build(folder)
    assert set(index.sources()) == set(names)
    for name in names:
        assert [hit.source for hit in index.search("kettle", where={"source": name})] == [name]


def test_examples_in_docstrings_say_what_happens() -> None:
    result = doctest.testmod(files)
    assert result.attempted and not result.failed
