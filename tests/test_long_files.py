"""Long files: what is made of them on the way is bounded, and what comes out is what it would be of the whole."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from rag.chunking import chunk, chunks, stretches
from rag.chunking.tokens import Offsets, TokenStarts
from rag.documents import lines
from rag.documents import text as cleaning
from rag.documents.document import Document, Heading, Page
from rag.documents.files import Found
from rag.documents.formats import Format
from rag.documents.lines import numbered
from rag.documents.loaders.text import load
from rag.documents.source import Source
from rag.ingestion import admission
from rag.ingestion.fetching import too_large
from rag.ingestion.protocol import Job
from rag.settings import Settings
from rag.store.rows import FileRow

STRETCH = 3_000


def words(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in re.finditer(r"\w+|[^\w\s]", text)]


@pytest.fixture
def short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretches, "STRETCH", STRETCH)


def long_document(run: int = 2 * STRETCH) -> Document:
    """Paragraphs under headings, one of which is so many letters without a blank, and a hidden page."""
    chance, text, headings = random.Random(3), "", []
    for number in range(60):
        if number % 7 == 0:
            title = f"Section {number}"
            headings.append(Heading(1, len(text), len(text) + len(title), title))
            text += f"{title}\n\n"
        said = (
            " ".join(chance.choices(("kettle", "holds", "water", "lid"), k=12)) + ". "
            for _ in range(6)
        )
        text += "".join(said) + "\n\n"
        if number == 30:
            text += "x" * run + "\n\n"
    hidden = (headings[3].start, headings[4].start)
    pages = (Page(1, 0), Page(2, hidden[0]), Page(3, hidden[1]))
    return Document(
        text, "text", headings=tuple(headings), pages=pages, page_kind="sheet", hidden=(hidden,)
    )


@pytest.mark.usefixtures("short_stretches")
def test_a_long_text_is_cut_stretch_by_stretch(monkeypatch: pytest.MonkeyPatch) -> None:
    document, seen = long_document(), []

    def starts(text: str, offsets: Offsets) -> TokenStarts:
        seen.append(len(text))
        return TokenStarts(text, offsets)

    monkeypatch.setattr(chunks, "TokenStarts", starts)
    found = chunk(document, words, max_tokens=60, overlap=10)
    assert max(seen) <= STRETCH and sum(seen) == len(
        document.text
    )  # as much is held at a time, and no more
    covered = set[int]()
    for one in found:
        piece = document.text[one.start : one.end]
        assert piece == piece.strip() and len(words(piece)) <= 60
        covered.update(range(one.start, one.end))
        ((low, high),) = document.hidden
        assert (one.start >= low and one.end <= high) or one.end <= low or one.start >= high
    assert all(at in covered for at, letter in enumerate(document.text) if not letter.isspace())
    assert all(before.start < after.start for before, after in pairwise(found))
    for one in found:  # under the heading that stands above it, in whichever stretch
        above = [heading for heading in document.headings if heading.start < one.start]
        inside = any(one.start <= heading.start < one.end for heading in document.headings)
        assert inside or one.context == above[-1].title


@pytest.mark.usefixtures("short_stretches")
def test_nearly_all_cuts_are_those_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    document = long_document(run=10)
    parts = {one.start for one in chunk(document, words, max_tokens=60)}
    monkeypatch.setattr(stretches, "STRETCH", len(document.text))
    whole = {one.start for one in chunk(document, words, max_tokens=60)}
    assert len(whole - parts) < 0.2 * len(whole)


def test_cleaning_piece_by_piece_is_cleaning(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(0)
    signs = "ab \t\n\r\n\x85\x0b\x0c\u2028e\u0301\u00a0\ufb01"
    texts = ["".join(chance.choices(signs, k=chance.randrange(1, 400))) for _ in range(500)]
    whole = [(cleaning.clean(text), numbered(text)) for text in texts]
    monkeypatch.setattr(cleaning, "PIECE", 40)
    assert [(cleaning.clean(text), numbered(text)) for text in texts] == whole
    tidy = "A line.\n" * 100
    assert cleaning.clean_lines(tidy) is tidy  # not copied: it may have 500 MB


def test_the_number_of_a_line_is_counted_from_near(monkeypatch: pytest.MonkeyPatch) -> None:
    data = "".join(
        f"Line {n} says so.\n" + "\n" * (n % 3 * (n < 20)) for n in range(1, 300)
    ).encode()
    whole = load(Source("log.txt", data))
    monkeypatch.setattr(lines, "FAR", 200)
    document = load(Source("log.txt", data))
    assert document.text == whole.text
    for found in re.finditer(r"Line \d+.*\n+Line \d+", document.text):
        assert document.place_at(*found.span()) == whole.place_at(*found.span())
    starts = [one.start for one in document.rows]
    assert max(after - before for before, after in pairwise(starts)) < 300


def test_what_is_known_is_not_read_to_see_whether_it_was_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    format = Format("text", 1, (".txt",), "m:f")
    files = [Found(name, name, 10, 5, format) for name in ("old.txt", "new.txt", "touched.txt")]
    rows = {
        "old.txt": FileRow(1, "old.txt", 10, 5, "text/1", 1, None),
        "touched.txt": FileRow(1, "touched.txt", 10, 4, "text/1", 2, None),
    }
    read: list[str] = []
    monkeypatch.setattr(admission, "_content_of", lambda file: read.append(file.name) or "other")
    taken, notes = admission.admitted(files, [("name:x", "abc")], Settings(), rows.get)
    assert read == ["new.txt", "touched.txt"] and len(taken) == 3 and not notes
    read.clear()
    admission.admitted(files, [], Settings(), rows.get)
    assert read == []


def test_a_file_that_is_too_large_is_refused_with_all_that_is_to_be_set() -> None:
    job = Job("", 150, 25, 32, 200, 2048, 300.0, "eng", ())
    assert too_large(500_000_000, job).reason.endswith("split it or raise max_file_mb")
    said = too_large(1_500_000_000, job).reason
    assert said.endswith("split it or raise max_file_mb and max_memory_mb and file_timeout_s")
    job = replace(job, max_memory_mb=8000, file_timeout_s=3600.0)
    assert too_large(1_500_000_000, job).reason.endswith("split it or raise max_file_mb")
