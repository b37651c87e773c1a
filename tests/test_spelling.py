"""Misspelt words of a question are put right after the documents, and it is said."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from rag import QA
from rag.cli import main
from rag.embedding.embedder import BundledEmbedder
from rag.index import Index
from rag.store.folder.derived import cards_folder
from rag.store.folder.store import FolderStore
from tests.conftest import Build, age, report_of

HANDBOOK = {
    "leave.md": "# Parental leave\n\nParents take 16 weeks of leave. Adoption counts as well.\n",
    "laptop.md": "# Laptops\n\nA laptop is replaced after 36 months. Ms Jensen orders a new one.\n",
    "health.md": "# Insurance\n\nHealth insurance begins on the first day. It covers partners.\n",
    "stock.md": "# Strategy\n\nThe strategy of the company is reviewed each quarter.\n",
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, embedder: BundledEmbedder) -> Path:
    """The documents, and beside them an index, to be copied."""
    folder = tmp_path_factory.mktemp("handbook") / "docs"
    folder.mkdir()
    for name, text in HANDBOOK.items():
        (folder / name).write_text(text)
    age(folder)
    Index.build(folder, folder.parent / "index", embedder=embedder).close()
    return folder


@pytest.fixture
def handbook(written: Path, tmp_path: Path, embedder: BundledEmbedder) -> Iterator[Index]:
    path = shutil.copytree(written.parent / "index", tmp_path / "index")
    with Index.open(path, embedder=embedder) as index:
        yield index


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("how many weeks of parentel leave?", "how many weeks of parental leave?"),
        ("Helth insurence for partners", "Health insurance for partners"),
        ("does adopton count", "does adoption count"),
        ("the companys stragety", "the companys strategy"),  # two letters have changed places
        ("WHEN IS A LAPTPO REPLACED", "WHEN IS A LAPTOP REPLACED"),
        ("Who is Ms Jenssen?", "Who is Ms Jensen?"),
    ],
)
def test_a_misspelt_word_is_put_right(handbook: Index, asked: str, meant: str) -> None:
    assert handbook.asked_as(asked) == meant


@pytest.mark.parametrize(
    "asked",
    [
        "Are laptops replaced?",  # a form of a word that is there
        "Is a tablet replaced too? And grandparents?",  # English, though in no document
        "Who is Ms Jansen?",  # another name than that of the documents
        "Where is form LPATOP, or AK-3lo?",  # a code, an abbreviation
        "what does --strateg do in ./helth.md or laptpo_id",  # an option, a path, an identifier
        'who wrote "insurence" in the minutes?',  # quoted as it was written
        "Combien de semaines de congé parentel ?",  # other languages are not misspelt English
        "Wie lange dauert der Healt check?",
        "¿Cuál es la strateg de la empresa?",
        "Wie lange dauert der Mutterschutz, bitteschön?",
        "wann begynt dye versycherung",  # more than half unknown: not this language
        "inshalah",
        "",
    ],
)
def test_what_may_be_meant_is_left_alone(handbook: Index, asked: str) -> None:
    assert handbook.asked_as(asked) == asked


def test_the_word_that_goes_with_the_others_is_taken(tmp_path: Path, build: Build) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    for number in range(6):
        (folder / f"a{number}.txt").write_text(f"The caterers of hall {number} send an invoice.")
    (folder / "b.txt").write_text("The charter of the association was signed in spring.")
    index = build(folder)
    assert (
        index.asked_as("which chater was signed in spring") == "which charter was signed in spring"
    )


def test_search_and_answers_go_by_it_and_say_so(handbook: Index) -> None:
    asked = "wich laptpo is replaced and whan"
    (with_it,) = handbook.search("laptpo", 1, mode="lexical")
    assert with_it.source == "laptop.md"
    assert handbook.search("laptpo", 1, mode="lexical", spelling=False) == []

    answer = QA(handbook).ask("how many weeks of parentel leave?")
    assert answer.question == "how many weeks of parentel leave?"
    assert answer.asked_as == "how many weeks of parental leave?"
    assert QA(handbook, spelling=False).ask(asked).asked_as == ""
    assert QA(handbook).ask("How many weeks of parental leave?").asked_as == ""


def test_the_command_line_says_so(handbook: Index) -> None:
    args = ["how many weeks of parentel leave?", "--index", str(handbook.path)]
    says = "Asked as: how many weeks of parental leave?"
    for command in (["ask", *args, "--no-cache"], ["search", *args]):
        assert says in CliRunner().invoke(main, command).output
        assert "Asked as" not in CliRunner().invoke(main, [*command, "--no-spelling"]).output
    answer = json.loads(CliRunner().invoke(main, ["ask", *args, "--json"]).stdout)
    assert answer["asked_as"] == "how many weeks of parental leave?"


def test_an_index_of_before_goes_on_and_gains_it_when_it_is_indexed_again(
    handbook: Index, written: Path, build: Build
) -> None:
    identity = handbook.identity
    handbook.close()
    with FolderStore(handbook.path).writing() as catalog:  # as an earlier version left it
        sums = {k: v for k, v in catalog.sums().items() if not k.startswith("cards-")}
        catalog.keep_sums(sums)
    shutil.rmtree(cards_folder(handbook.path, identity))

    asked = "how many weeks of parentel leave?"
    old = Index.open(handbook.path)
    assert old.verify() == []
    assert old.asked_as(asked) == asked
    assert old.search(asked, 1)[0].source == "leave.md"
    old.close()

    again = build(written)
    assert report_of(again).unchanged == len(HANDBOOK)
    assert again.asked_as(asked) == "how many weeks of parental leave?"
    assert again.verify() == []


def test_what_is_removed_is_no_word_any_more(handbook: Index) -> None:
    handbook.remove("leave.md")
    assert handbook.asked_as("parentel laptpo") == "parentel laptop"
