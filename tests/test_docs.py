"""The documentation: everything that it shows is run, and what is generated is up to date."""

from __future__ import annotations

import os
import platform
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import rag
from scripts.docs import pages, reference
from scripts.docs.session import Session, check_unrun
from tests.conftest import ROOT

IDS = [str(page.relative_to(ROOT)) for page in pages.PAGES]
LINKED = (*pages.PAGES, *ROOT.glob("[!R]*.md"), ROOT / "examples/README.md")
EXTRAS = ROOT / "docs/quickstart.md"
GITHUB = re.compile(r"[^\w\- ]")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """One folder and one index for all pages."""
    patch = pytest.MonkeyPatch()
    # The graphs compiled so far are used on; answers and conversations are a page's own.
    cache = tmp_path_factory.mktemp("docs-cache")
    (cache / "rag").mkdir()
    for file in Path(os.environ["RAG_CACHE"], "rag").glob("*"):
        if file.is_dir():
            (cache / "rag" / file.name).symlink_to(file)
    patch.setenv("RAG_CACHE", str(cache))
    session = Session(tmp_path_factory.mktemp("docs").resolve())
    yield session
    session.end()
    patch.undo()


@pytest.mark.skipif(
    os.name == "nt" or platform.machine() not in ("x86_64", "AMD64"),
    reason="pages show what a POSIX shell on an x86 processor prints",
)
@pytest.mark.parametrize("page", pages.PAGES, ids=IDS)
def test_what_a_page_shows_is_what_happens(page: Path, session: Session) -> None:
    session.begin(with_index=not pages.builds(page))
    for block in pages.blocks(page):
        if block.needs:
            check_unrun(block)
            continue
        for step, actual in session.run(block):
            assert pages.same(step.expected, actual), (
                f"{block.place}: {step.source}\nthe page shows:\n{step.expected}\n"
                f"but this happens (python -m scripts.docs {page.stem} puts it in):\n{actual}"
            )


@pytest.mark.parametrize("page", pages.PAGES, ids=IDS)
def test_every_block_is_of_a_kind_that_is_run(page: Path) -> None:
    for block in pages.blocks(page):
        assert block.file or block.language in (*pages.RUN, *pages.SHOWN), (
            f"{block.place}: a block of {block.language or 'no language'} is not run"
        )
        if block.language == "sh":
            for line in block.text.splitlines():
                assert re.match(r"pip install |make |git clone |cd |#|ollama pull ", line), line


@pytest.mark.parametrize("page", pages.PAGES, ids=IDS)
def test_what_is_generated_is_up_to_date(page: Path) -> None:
    for name, text in reference.generated(page).items():
        assert text == reference.GENERATED[name](), f"{page.name}: run python -m scripts.docs"


@pytest.mark.parametrize("page", LINKED, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        assert path.exists(), f"{page.name}: {target} is not there"
        if anchor:
            titles = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
            known = [GITHUB.sub("", title.lower()).replace(" ", "-") for title in titles]
            assert anchor in known, f"{page.name}: {target} names no heading"


def test_every_command_setting_and_public_name_is_documented() -> None:
    shown = "".join(text for page in pages.PAGES for text in reference.generated(page).values())
    for names, _ in reference.commands():
        assert f"## {' '.join(('rag', *names))}\n" in shown
    assert all(f"### {name}\n" in shown or name == "__version__" for name in rag.__all__)
    assert "| `chunk_tokens` | `150` |" in shown


def test_every_page_is_in_the_table_of_contents() -> None:
    contents = (ROOT / "docs/index.md").read_text("utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert page.name == "index.md" or f"({page.name})" in contents


def test_every_extra_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    told = set(re.findall(r"^\| `([\w-]+)` \|", EXTRAS.read_text("utf-8"), re.MULTILINE))
    assert told == set(project["optional-dependencies"]) - {"dev", "servers"}


def test_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 110


def test_the_comparison_lets_times_pass_and_little_else() -> None:
    assert pages.same("31 added in 0.9 s\n", "31 added in 12.4 s\n")
    assert pages.same("  confidence 0.77 · 301 ms\n", "  confidence 0.75 · 21 ms\n")
    assert not pages.same("  confidence 0.77 · 301 ms\n", "  confidence 0.57 · 301 ms\n")
    assert not pages.same("31 added in 0.9 s\n", "30 added in 0.9 s\n")
    assert not pages.same("a\nb\n", "a\n")
    assert pages.same("a\n[...]\nd\n", "a\nb\nc\nd\n")
    assert pages.same("[...]\nd\n", "a\nd\n") and pages.same("a\n[...]\n", "a\nd\n")
    assert not pages.same("a\n[...]\nd\n", "a\nb\n")
    assert not pages.same("a\n[...]\nb\n", "x\na\nb\n")
