"""Sheets and slides that their author has hidden: known as such, behind what is shown, and named in the answer."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from pptx import Presentation

from rag import QA, Index
from rag.documents.document import Document
from rag.documents.formats import format_for, load
from rag.documents.source import Source
from rag.retrieval.hit import Hit
from rag.retrieval.rerank import rerank

DECK = (
    ("Prices of the ferry", "A crossing with a car costs 14 euros.", False),
    ("Prices of the ferry, draft", "A crossing with a car costs 19 euros.", True),
    ("", "Tickets are sold on board.", False),
    ("Codes", "The code of the staff room is 4711.", True),
)


def deck() -> bytes:
    made = Presentation()
    for title, text, hidden in DECK:
        slide = made.slides.add_slide(made.slide_layouts[1])
        if title:
            slide.shapes.title.text = title
        slide.placeholders[1].text_frame.text = text
        if hidden:
            slide._element.set("show", "0")
    return saved(made)


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Old"
    for sheet, fee in ((book.active, 90), (book.create_sheet("Fees"), 70)):
        for row in (("Berth", "Fee in euros"), ("North pier", fee), ("South pier", fee + 5)):
            sheet.append(row)
    book["Old"].sheet_state = "hidden"
    return saved(book)


def saved(made: object) -> bytes:
    out = io.BytesIO()
    made.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def read(name: str, data: bytes) -> Document:
    source = Source(Path(name), data)
    found = format_for(name, data[:64])
    assert found is not None
    return load(source, found)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("hidden")
    (folder / "docs").mkdir()
    (folder / "docs" / "ferry.pptx").write_bytes(deck())
    (folder / "docs" / "harbour.xlsx").write_bytes(workbook())
    return Index.build(folder / "docs", folder / "index", workers=1)


def hidden_text(document: Document) -> str:
    return "\n".join(document.text[begin:end] for begin, end in document.hidden)


def test_a_document_knows_its_hidden_parts_in_files_in_files_too() -> None:
    said = hidden_text(read("a.pptx", deck()))
    assert "19 euros" in said and "4711" in said
    assert "14 euros" not in said and "on board" not in said
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.xlsx", workbook())
        archive.writestr("b.pptx", deck())
    document = read("a.zip", packed.getvalue())
    said = hidden_text(document)
    assert "90" in said and "4711" in said and "70" not in said and "14 euros" not in said
    at = document.text.index("4711")
    assert document.place_at(at, at + 4).shown("a.zip").endswith("b.pptx, hidden)")


def test_no_chunk_is_hidden_in_part(index: Index) -> None:
    for hit in index.search("What does a crossing cost?", k=50):
        document = index.document(hit.document_id)
        inside = [b <= hit.start and hit.end <= e for b, e in document.hidden]
        assert hit.hidden == any(inside)


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_what_is_hidden_comes_behind_what_is_shown(index: Index, mode: str) -> None:
    hits = index.search("What does a crossing with a car cost, in the draft?", k=2, mode=mode)  # type: ignore[arg-type]
    assert [hit.hidden for hit in hits] == [False, True]
    assert hits[1].place == "ferry.pptx, slide 2 (hidden)"


def test_what_only_a_hidden_slide_says_is_found(index: Index) -> None:
    hit = index.search("What is the code of the staff room?", k=1)[0]
    assert "4711" in hit.text and hit.hidden


def test_an_answer_says_that_it_stands_in_a_hidden_part(index: Index) -> None:
    qa = QA(index, threshold=0.0)
    shown = qa.ask("What does a crossing with a car cost?")
    assert "14" in shown.text and shown.citations[0].place == "ferry.pptx, slide 1"
    drafted = qa.ask("What is the code of the staff room?")
    assert "4711" in drafted.text and drafted.citations[0].place == "ferry.pptx, slide 4 (hidden)"


def test_a_table_on_a_hidden_sheet_does_not_contradict_one_that_is_shown(index: Index) -> None:
    answer = QA(index).ask("What is the fee of the north pier?")
    assert (
        answer.text == "70" and answer.citations[0].place == "harbour.xlsx, sheet 1 (Fees), A2:B2"
    )


def test_a_reranker_keeps_what_is_hidden_behind(index: Index) -> None:
    class Drafts:
        name = "drafts"

        def scores(self, question: str, hits: Sequence[Hit]) -> list[float]:
            return [1.0 if "19" in hit.text else 0.9 if "14" in hit.text else 0.0 for hit in hits]

    ranked = rerank(Drafts(), "a car?", index.search("crossing with a car", k=6), 2)
    assert [hit.hidden for hit in ranked] == [False, True]
