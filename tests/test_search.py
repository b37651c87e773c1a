from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import errors
from rag.index import Index
from rag.retrieval.fusion import fuse
from rag.store.folder.lexical import LexicalIndex
from rag.store.rows import ChunkRow


@pytest.mark.parametrize(
    ("question", "source", "page"),
    [
        (
            "How many days of annual leave do I get in my second year?",
            "policies/leave-policy-2024.pdf",
            1,
        ),
        (
            "What happens when the Aurora 300 is used without water?",
            "products/aurora-300-manual.pdf",
            2,
        ),
        ("Who approves trips of more than 2,000 euros?", "policies/travel-policy-2024.md", None),
        ("How many units does line 4 make in a shift?", "handbook/glossary.rst", None),
        ("error 809 vpn", "it/vpn-guide.md", None),
        ("Which markets will be entered in 2025?", "finance/strategy-2027.pptx", 4),
        ("How often are torque wrenches calibrated?", "policies/quality-manual.docx", None),
        ("When did the warehouse burn down?", "archive/history.epub", 3),
        ("budget of the marketing department", "finance/budget-2024.xlsx", 1),
    ],
)
def test_the_sample_collection_answers(
    sample: Index, question: str, source: str, page: int | None
) -> None:
    hits = sample.search(question, k=3)
    assert any(
        h.source == source and (page is None or h.page <= page <= h.page_end) for h in hits
    ), [h.place for h in hits]


def test_a_hit_is_a_span_of_a_stored_document(sample: Index) -> None:
    for hit in sample.search("annual leave", k=20):
        document = sample.document(hit.document_id)
        assert document.text[hit.start : hit.end] == hit.text
        assert 0 <= hit.score <= 1


def test_filters_apply_before_the_cut(sample: Index) -> None:
    question = "How many days of annual leave?"
    old = sample.search(question, k=50, where={"source": "archive/*"})
    assert old and all(h.source.startswith("archive/") for h in old)
    for mode in ("dense", "lexical"):
        one = sample.search(question, k=5, where={"source": "it/vpn-guide.md"}, mode=mode)
        assert all(h.source == "it/vpn-guide.md" for h in one)
    assert {h.kind for h in sample.search(question, k=50, where={"type": ["docx", "pptx"]})} == {
        "docx",
        "pptx",
    }
    dated = sample.search("travel", k=50, where={"date": ">=2024-01-15"})
    assert dated and all(str(h.metadata["date"]) >= "2024-01-15" for h in dated)
    assert sample.search("fair", k=5, where={"to": "All*"})[0].source == "mail/trade-fair.eml"
    assert sample.search(question, where={"source": "nothing*"}) == []


@pytest.mark.parametrize(
    ("kwargs", "says"),
    [
        ({"question": "  "}, "empty"),
        ({"question": "x", "k": 0}, "k is 0"),
        ({"question": "x", "mode": "magic"}, "mode"),
        ({"question": "x", "where": {"source": 3}}, "filter"),
    ],
)
def test_what_cannot_be_asked(sample: Index, kwargs: dict[str, object], says: str) -> None:
    with pytest.raises(errors.QueryError, match=says):
        sample.search(**kwargs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "question",
    [
        "AND OR NOT",
        'a "b (c [d {e',
        "\x00\x01",
        "漢字",
        "x" * 50_000,
        "' OR 1=1 --",
        "?!",
        "source:*",
        "snake_case İI x²½",
    ],
)
def test_hostile_questions_are_only_words(sample: Index, question: str) -> None:
    assert isinstance(sample.search(question, k=2), list)


@given(question=st.text(min_size=1, max_size=60))
def test_any_text_can_be_asked(sample: Index, question: str) -> None:
    if question.strip():
        assert isinstance(sample.search(question, k=1, mode="lexical"), list)


def test_fusion_is_the_convex_combination() -> None:
    dense = (np.array([1, 2, 3]), np.array([0.9, 0.5, 0.1], np.float32))
    lexical = (np.array([3, 4]), np.array([8.0, 4.0], np.float32))
    fused = fuse(dense, lexical, whole=10.0, weight=0.5)
    assert dict(fused) == pytest.approx({1: 0.5, 2: 0.25, 3: 0.4, 4: 0.2}, abs=1e-6)
    assert [i for i, _ in fused] == [1, 3, 2, 4]
    capped = dict(fuse(dense, lexical, whole=4.0, weight=0.5))
    assert capped == pytest.approx({1: 0.5, 2: 0.25, 3: 0.5, 4: 0.5}, abs=1e-6)
    one, none = (dense[0][:1], dense[1][:1]), (lexical[0][:0], lexical[1][:0])
    assert fuse(one, none, whole=0.0, weight=0.5) == [(1, 0.5)]


def test_words_count_for_less_where_the_best_chunk_has_few_of_the_question() -> None:
    rows = ["the lift is inspected twice a year", "the stairs are cleaned", "the lift has a mirror"]
    lexical = LexicalIndex.in_memory(
        (ChunkRow(i, i, 0, len(t), text=t, context=""), "") for i, t in enumerate(rows)
    )
    whole = lexical.whole("lift inspected twice")
    assert lexical.search("lift inspected twice", 1)[1][0] > 0.7 * whole
    assert lexical.search("lift cabin maintenance interval", 1)[1][0] < 0.3 * lexical.whole(
        "lift cabin maintenance interval"
    )
