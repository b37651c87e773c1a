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
from rag.chunking import Chunk, Offsets, chunk, chunks, graphemes, tokens
from rag.chunking.cuts import with_overlap
from rag.chunking.graphemes import LONGEST, is_inside
from rag.chunking.places import Place, Strength
from rag.chunking.tokens import MOST_CHARACTERS, TokenStarts
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
    unknown = any(len(word) > 100 for word in document.text.split())
    endless = "\u200d" * LONGEST in document.text
    covered, last = 0, -1
    for c in chunks:
        piece = document.text[c.start : c.end]
        assert piece and piece == piece.strip()
        assert c.start > last
        if c.start > covered:
            assert not document.text[covered : c.start].strip()
        # A word cut in two can have one token more a side; of an unknown one, the last piece has its own.
        assert len(offsets(piece)) <= budget + (100 if unknown else 2)
        assert len(piece) <= budget * MOST_CHARACTERS and len(c.context) <= 32 * MOST_CHARACTERS
        assert endless or not any(is_inside(document.text, at) for at in (c.start, c.end))
        covered, last = max(covered, c.end), c.start
    assert not document.text[covered:].strip()


def test_a_chunk_shorter_than_the_overlap_is_not_repeated_whole(offsets: Offsets) -> None:
    document = Document("0:0: . " + "0" * 99 + "a " + "0" * 270, "text")
    made = chunk(document, offsets, max_tokens=18, overlap=7)
    assert len(made) > 3
    assert all(one.start < other.start for one, other in itertools.pairwise(made))


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


@pytest.mark.parametrize(
    "unit", ["x", "w ", " ", "\u200d", "\u200d\n\n", "\u0e01", "漢", "0123456789abcdef"]
)
def test_no_chunk_is_too_long_whatever_stands_in_it(offsets: Offsets, unit: str) -> None:
    text = "a" + unit * (300_000 // len(unit)) + "b"
    document = Document(text, "text")
    chunks = chunk(document, offsets, max_tokens=150, overlap=25)
    check(document, chunks, offsets, 150)
    assert sum(c.end - c.start for c in chunks) < 1.5 * len(text)


def test_no_heading_path_is_too_long(offsets: Offsets) -> None:
    writer = Writer()
    writer.heading(1, "x" * 300_000)
    for n in range(500):
        writer.heading(2 + n, f"Level {n}")
        writer.paragraph(f"This is paragraph {n} of a very deep document. " * 30)
    document = writer.document("text")
    chunks = chunk(document, offsets, max_tokens=150, overlap=25)
    check(document, chunks, offsets, 150)
    assert chunks[-1].context.endswith("Level 498 > Level 499")
    assert all(len(offsets(c.context)) <= 32 for c in chunks)


@pytest.mark.parametrize(
    "character",
    [
        "👩‍👩‍👧‍👦",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "🇩🇪",
        "👍🏽",
        "e" + "\u0315\u0300" * 12,
        "ᄒ" + "ᅡ" + "ᆫ",
        "क्षि",
        "ｶ" + "\uff9e",
    ],
)
def test_what_is_seen_as_one_character_is_not_cut(offsets: Offsets, character: str) -> None:
    text = character * 3000
    document = Document(text, "text")
    chunks = chunk(document, offsets, max_tokens=20)
    check(document, chunks, offsets, 40)
    assert len(chunks) > 5
    assert {c.start % len(character) for c in chunks} == {0}


class Unsliced(list[Place]):
    """Of which nothing is copied."""

    def __getitem__(self, number: object) -> Place:  # type: ignore[override]
        assert isinstance(number, int)
        return super().__getitem__(number)


def test_an_overlap_costs_no_look_at_all_that_was_before(offsets: Offsets) -> None:
    text = "One two. " * 1000
    tokens = TokenStarts(text, offsets)
    found = Unsliced(Place(n * 9, Strength.SENTENCE) for n in range(1000))
    begin = with_overlap(found, 999, len(text), tokens, 100, 10)
    assert found[999].offset - 40 < begin < found[999].offset


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


MODULES = (codec, encoding, sentences, text, graphemes, tokens, writer, chunks, settings_module)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_in_docstrings_say_what_happens(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted and not result.failed
