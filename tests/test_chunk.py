"""Chunking: exact offsets, everything covered, budgets held, structure kept; for any text."""

from __future__ import annotations

import doctest
import itertools
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rag.settings as settings_module
from rag import codec
from rag.chunking import Chunk, Offsets, chunk, chunks, tokens
from rag.documents import encoding, sentences, text, writer
from rag.documents.document import Document
from rag.documents.sentences import sentence_ends
from rag.documents.text import clean
from rag.documents.writer import Writer

texts = st.one_of(
    st.text(max_size=2000),
    st.lists(
        st.sampled_from(
            [
                "Word ",
                "a",
                "\n",
                "\n\n",
                ". ",
                "ünïcödé ",
                "漢字。",
                "👩‍👩‍👧 ",
                "| 1 | 2 |\n",
                "x" * 300,
                "\t",
            ]
        ),
        max_size=200,
    ).map("".join),
)


def check(document: Document, chunks: list[Chunk], offsets: Offsets, budget: int) -> None:
    covered, last = 0, -1
    for c in chunks:
        piece = document.text[c.start : c.end]
        assert piece and piece == piece.strip()
        assert c.start > last
        if c.start > covered:
            assert not document.text[covered : c.start].strip()
        assert len(offsets(piece)) <= budget + 2  # a word cut in two can have one token more a side
        covered, last = max(covered, c.end), c.start
    assert not document.text[covered:].strip()


@given(text=texts, budget=st.integers(16, 64), overlap=st.integers(0, 8))
@settings(max_examples=150)
def test_any_text_is_covered_in_order_within_budget(
    offsets: Offsets, text: str, budget: int, overlap: int
) -> None:
    document = Document(clean(text), "text")
    check(document, chunk(document, offsets, max_tokens=budget, overlap=overlap), offsets, budget)


@given(text=st.text(max_size=500))
def test_cleaning_is_idempotent_and_storable(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    once.encode("utf-8")


def test_cuts_fall_on_headings_and_sentences(offsets: Offsets) -> None:
    writer = Writer()
    for name in ("Leave", "Travel", "Hours"):
        writer.heading(2, name)
        writer.paragraph(f"This sentence is about {name.lower()} and nothing else at all. " * 12)
    document = writer.document("text", title="Handbook")
    chunks = chunk(document, offsets, max_tokens=100)
    starts = {c.start for c in chunks}
    assert {h.start for h in document.headings} <= starts
    for c in chunks:
        assert document.text[c.start : c.end].endswith((".", "Leave", "Travel", "Hours"))
    inside = [c for c in chunks if c.start not in {h.start for h in document.headings}]
    assert inside and all(c.context.startswith("Handbook > ") for c in inside)


def test_overlap_only_inside_a_paragraph(offsets: Offsets) -> None:
    one = Document("This is a sentence of eight words only. " * 40, "text")
    cut = chunk(one, offsets, max_tokens=64, overlap=16)
    assert all(a.end > b.start for a, b in itertools.pairwise(cut))
    many = Document("\n\n".join(["This is a paragraph of its own. " * 7] * 6), "text")
    cut = chunk(many, offsets, max_tokens=64, overlap=16)
    assert all(a.end <= b.start for a, b in itertools.pairwise(cut))


def test_very_many_one_word_lines_do_not_stall(offsets: Offsets) -> None:
    document = Document("a\n" * 100_000, "text")
    chunks = chunk(document, offsets, max_tokens=200)
    assert chunks[-1].end == len(document.text) - 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Dr. Smith came. He left.", 2),
        ("It costs 3.50 euros. Really!", 2),
        ("See e.g. the appendix. Then stop.", 2),
        ("lower case only here. and more of the same kind. yes it goes on and on and on", 3),
        ("これは文です。次の文です。", 2),
        ('He said "stop." Then he went.', 2),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(list(sentence_ends(text))) + 1 == count


MODULES = (codec, encoding, sentences, text, tokens, writer, chunks, settings_module)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_in_docstrings_say_what_happens(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted and not result.failed
