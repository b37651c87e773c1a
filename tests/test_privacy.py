"""Secrets and personal data: what is found, what is put in its place, and what of it an index keeps."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import Index
from rag.answering.answer import Answer, Citation
from rag.answering.redacting import redacted_answer
from rag.documents.boxes import WordBox, pack_boxes
from rag.documents.document import Document, Heading, Page, Rows
from rag.documents.redacting import Moved, redacted_document
from rag.errors import IndexMismatch, SettingsError
from rag.privacy import KINDS, LABELS, Found, find, redacted
from rag.settings import Settings
from rag.store.originals import original_of
from scripts.bench_privacy import TEXTS, judged
from tests.conftest import Build, age, report_of

SENTENCES = (Path(__file__).parent / "data/privacy.jsonl").read_text("utf-8").splitlines()
LETTER = """# Grant for Jane Poe

Call +1 202 555 0171 or write to jane.poe@example.org.

## Where she lives: 12 Oak Lane, Austin, TX 78701

The grant is 4,000 euros a year. The key is

    api_key = "9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c"

and the last line is this one.
"""
HELD = ("202 555", "jane.poe", "Oak Lane", "78701", "9f8a7b6c")


def test_the_sentences_are_found_as_they_are_labelled() -> None:
    counts = judged(SENTENCES)
    assert set(counts) == set(KINDS) and len(SENTENCES) >= 300
    for kind, count in counts.items():
        assert count.right >= 0.95 * count.labels and count.right >= 0.95 * count.found, kind


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_takes_time_out_of_proportion(name: str) -> None:
    piece = TEXTS[name]
    text = piece * (100_000 // len(piece))  # what takes quadratic time would take hours
    found = find(text)
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(st.lists(st.sampled_from([json.loads(line)["text"] for line in SENTENCES]), max_size=4))
def test_what_is_redacted_is_found_no_more(texts: list[str]) -> None:
    once = redacted("\n\n".join(texts))
    assert redacted(once) == once


def test_each_kind_has_its_label_and_what_is_asked_for_is_redacted_alone() -> None:
    text = "jane@example.org, password: hunter2!"
    assert redacted(text, "secrets") == "jane@example.org, password: [password]"
    assert redacted(text, "personal") == "[e-mail], password: hunter2!"
    assert redacted(text, "none") == text and find(text, "none") == []
    assert set(LABELS) == set(KINDS)


def test_countries_narrow_what_is_local() -> None:
    text = "PESEL 44051401359, Tel. 030 23125 100, +48 601 234 567"
    assert [one.kind for one in find(text)] == ["id-number", "phone", "phone"]
    german = find(text, countries=("DE",))
    assert [text[one.start : one.end] for one in german] == ["030 23125 100", "+48 601 234 567"]


@given(st.text("ab\n", max_size=30), st.data())
def test_places_are_those_of_the_same_words(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    found = [Found(a, b, "phone") for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    moved = Moved(text, found)
    for i in range(len(text)):
        if all(not one.start <= i < one.end for one in found):
            assert moved.text[moved.start(i)] == text[i] == moved.text[moved.end(i + 1) - 1]
        else:
            label = moved.text[moved.start(i) : moved.end(i + 1)]
            assert label == "[phone]" and moved.begin(i) in (moved.start(i), moved.end(i + 1))


def test_the_map_of_a_document_is_of_its_redacted_text() -> None:
    text = "Jane, 12 Oak Lane,\nAustin, TX 78701\nsecond page: jane@example.org\n"
    at = text.index("Austin"), text.index("second"), text.index("jane@")
    document = Document(
        text=text,
        kind="text",
        title="About jane@example.org",
        pages=(Page(1, 0), Page(2, at[1], "of jane@example.org")),
        headings=(Heading(1, at[1], len(text) - 1, "second page: jane@example.org"),),
        rows=(Rows(0, 1),),
        hidden=((at[0], at[0] + 6),),
        metadata={"phone": "202 555 0171"},
        boxes=pack_boxes([WordBox(at[2], at[2] + 4, 2, (0, 0, 1, 1))]),
    )
    kept = redacted_document(document, "personal")
    assert kept.text == "Jane, [postal address]\nsecond page: [e-mail]\n"
    second = kept.text.index("second")
    assert kept.title == "About [e-mail]" and kept.metadata == {"phone": "[phone]"}
    assert kept.page_at(second) == Page(2, second, "of [e-mail]")
    assert kept.headings == (Heading(1, second, len(kept.text) - 1, "second page: [e-mail]"),)
    assert kept.place_at(second, second + 6).line == 3  # as in the file
    assert kept.hides(10, 12) and not kept.hides(second, second + 3)
    (word,) = kept.words_at(0, len(kept.text))
    assert kept.text[word.start : word.end] == "[e-mail]"
    assert redacted_document(document, "none") is document


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "grant.md").write_text(LETTER, "utf-8")
    (folder / "jane.poe@example.org.txt").write_text("Nothing but a name.", "utf-8")
    return folder


def kept_in(index: Index) -> str:
    """All that the catalog holds, as text."""
    with sqlite3.connect(index.path / "catalog.sqlite") as db:
        lines = list(db.iterdump())
    return "\n".join(lines) + "".join(index.document_of(name).text for name in index.sources())


def test_an_index_keeps_the_redacted_text_alone(letters: Path, build: Build) -> None:
    index = build(letters, redact="all")
    assert index.sources() == ("grant.md",)
    assert any("rename it" in note.reason for note in report_of(index).skipped)
    assert not [held for held in HELD if held in kept_in(index)]
    document = index.document_of("grant.md")
    assert document.headings[1].title == "Where she lives: [postal address]"
    last = document.text.index("and the last line")
    assert document.place_at(last, last + 5).line == 11
    with index.snapshot() as snapshot:
        (identity,) = snapshot.catalog.names()
        assert original_of(
            snapshot.catalog, identity
        ).redacted  # so that no picture of a page is shown
    (hit,) = index.search("How much is the grant?", k=1)
    assert hit.text == document.text[hit.start : hit.end] and "4,000 euros" in hit.text
    assert index.settings.redact == "all" and index.verify() == []


def test_another_redaction_reads_the_files_again(letters: Path, build: Build) -> None:
    age(letters)
    index = build(letters)
    assert HELD[0] in kept_in(index) and len(index.sources()) == 2
    again = build(letters, index.path, redact="all")
    assert report_of(again).changed == ("grant.md",)
    assert not [held for held in HELD if held in kept_in(again)]
    assert report_of(build(letters, index.path)).changed == ()  # as it was made
    assert Index.open(index.path).settings.redact == "all"


def test_what_cannot_be_read_again_is_not_kept_as_it_was(letters: Path, build: Build) -> None:
    age(letters)
    index = build(letters)
    (letters / "grant.md").write_bytes(LETTER.encode() + b"x" * 2_000_000)
    again = build(letters, index.path, redact="personal", max_file_mb=1)
    assert again.sources() == () and not [held for held in HELD if held in kept_in(again)]


def test_folders_of_one_index_are_redacted_alike(letters: Path, folder: Path, build: Build) -> None:
    index = build(letters)
    with pytest.raises(IndexMismatch, match="other files"):
        build(folder, index.path, redact="all")
    assert index.folders == Index.open(index.path).folders


def test_settings_say_what_countries_are() -> None:
    assert Settings(redact_countries="DE,AT").countries() == ("DE", "AT")
    with pytest.raises(SettingsError, match="ISO codes"):
        Settings(redact_countries="Germany")


def test_the_sentences_hold_near_misses() -> None:
    kinds = Counter(kind["kind"] for line in SENTENCES for kind in json.loads(line)["found"])
    nothing = sum(not json.loads(line)["found"] for line in SENTENCES)
    assert set(kinds) == set(KINDS) and nothing > len(SENTENCES) / 4


def cited(text: str, quote: str, words: str) -> Answer:
    start = quote.index(words)
    place = Citation(
        1,
        "jane.poe@example.org",
        (),
        "p. 1",
        10,
        10 + len(quote),
        quote,
        10 + start,
        10 + start + len(words),
    )
    return Answer(
        "What is her number?",
        text,
        (place,),
        0.9,
        False,
        items=(place,),
        closest=place,
        nearest=(place,),
    )


def test_an_answer_is_redacted_by_what_its_quote_says_it_is() -> None:
    answer = cited("601 234 567", "Her phone is 601 234 567, the room 12.", "601 234 567")
    kept = redacted_answer(answer, "personal")
    assert kept.text == "[phone]"
    for one in (*kept.citations, *kept.items, *kept.nearest, kept.closest):
        assert one and one.quote == "Her phone is [phone], the room 12." and one.redacted
        assert one.source == "[e-mail]" and (one.start, one.answer_end) == (10, 34)
    assert redacted_answer(answer, "none") is answer
    same = redacted_answer(cited("12", "The room is 12.", "12"), "all")
    assert same.citations[0].quote == "The room is 12." and not same.citations[0].redacted


def test_an_answer_that_is_a_part_of_an_address_is_its_label() -> None:
    quote = "She lives at 12 Oak Lane, Austin, TX 78701."
    kept = redacted_answer(cited("Oak Lane", quote, "Oak Lane"), "all")
    assert (kept.text, kept.citations[0].quote) == (
        "[postal address]",
        "She lives at [postal address].",
    )
