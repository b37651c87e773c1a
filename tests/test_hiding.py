"""What the owner of a served index hides: in answers, hits and documents, by every operation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from rag import Index
from rag.errors import ViewError
from rag.serve.config import ServedIndex
from rag.serve.opened import Library
from rag.serve.operations import OPERATIONS

NUMBER, ADDRESS = "+44 20 7946 0958", "rosa.lind@example.org"
LINE = f"The caretaker, Rosa Lind, is reached at {NUMBER} or {ADDRESS}."


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    (folder / "house.md").write_text(f"# The house\n\n{LINE}\n", encoding="utf-8")
    (folder / "card.md").write_text(f"---\ntitle: Card of {ADDRESS}\n---\nOn the door.\n")
    page = Canvas(str(folder / "notice.pdf"))
    page.drawString(72, 700, f"Ask the caretaker: {NUMBER}.")
    page.save()
    path = tmp_path_factory.mktemp("index") / "demo"
    Index.build(folder, path).close()
    return path


def done(library: Library, operation: str, **arguments: Any) -> list[Any]:
    return [said.value for said in OPERATIONS[operation](library, index="demo", **arguments)]


def everything(library: Library) -> dict[str, Any]:
    """What every operation that shows something says of both documents."""
    question = "How is the caretaker reached?"
    said: dict[str, Any] = {
        "ask": done(library, "ask", question=question),
        "search": done(library, "search", question=question, k=5),
        "documents": done(library, "documents"),
    }
    citations = said["ask"][-1]["citations"] + said["ask"][-1]["closest"]
    said["marks"] = done(library, "marks", citations=citations)
    for one in said["documents"][0]["documents"]:
        source, identity = one["source"], one["id"]
        said[f"document {source}"] = done(library, "document", document=identity)
        said[f"text {source}"] = done(library, "text", document=identity)
        said[f"read {source}"] = done(library, "read", source=source, start=0, characters=500)
        if source.endswith(".pdf"):
            said["page"] = done(library, "page", document=identity, number=1, start=0, end=9)
    return said


def test_without_it_all_is_shown(path: Path) -> None:
    library = Library({"demo": ServedIndex(path=str(path))}, warm=False)
    said = everything(library)
    for shows in ("ask", "search", "text house.md", "read house.md", "page"):
        assert NUMBER in json.dumps(said[shows]), shows
    assert said["page"][0]["looks"]
    assert done(library, "documents", query="rosa.lind")[0]["total"] == 1


def test_no_operation_shows_what_is_hidden(path: Path) -> None:
    library = Library({"demo": ServedIndex(path=str(path), redact="personal")}, warm=False)
    said = everything(library)
    for operation, value in said.items():
        text = json.dumps(value, ensure_ascii=False)
        assert NUMBER not in text and ADDRESS not in text, operation
    assert "[phone]" in json.dumps(said["ask"][-1])
    assert "caretaker" in json.dumps(said["search"])
    (whole,) = said["text house.md"]
    with Index.open(path) as index:
        assert len(whole["text"]) == len(index.document_of("house.md").text)
    assert not said["page"][0]["looks"] and not said["document notice.pdf"][0]["pictures"]
    assert done(library, "documents", query="rosa.lind")[0]["total"] == 0
    identity = said["document notice.pdf"][0]["id"]
    with pytest.raises(ViewError, match="redacted"):
        done(library, "picture", document=identity, number=1, width=400)
