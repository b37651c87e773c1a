"""BM25 as an inner product of sparse vectors scores as tantivy does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pytest

from rag.store.bm25 import chunk_vector, dimension, lengths_of, question_vector, terms_in, whole
from rag.store.folder.lexical import LexicalIndex
from rag.store.rows import ChunkRow

TEXTS = {
    1: ("Refunds are paid within 30 days of the return.", "Shop > Returns", "returns.md"),
    2: ("A return is free. Returns from abroad cost 5 euros.", "Shop > Returns", "returns.md"),
    3: ("The kettle is descaled with vinegar.", "Kettle", "kettle.md"),
    4: ("Vinegar, salt and bread can be had in the shop near the station.", "", "shop.txt"),
}
ROWS = [(ChunkRow(i, i, 0, len(t), c, t), n) for i, (t, c, n) in TEXTS.items()]


@pytest.mark.parametrize("question", ["Is a return from abroad free?", "shop vinegar", "kettle.md"])
def test_it_scores_as_full_text_does(question: str) -> None:
    fields = {row.id: terms_in(row, names) for row, names in ROWS}
    lengths = lengths_of(fields.values())
    vectors = {i: chunk_vector(terms, lengths) for i, terms in fields.items()}
    having: Counter[int] = Counter(d for vector in vectors.values() for d in vector)

    def known(dimensions: Sequence[int]) -> Mapping[int, int]:
        return {d: having[d] for d in dimensions if d in having}

    asked = question_vector(question, known, len(ROWS))
    scores = {i: sum(asked.get(d, 0.0) * w for d, w in v.items()) for i, v in vectors.items()}
    lexical = LexicalIndex.in_memory(ROWS)
    ids, expected = lexical.search(question, 4)
    assert len(ids) and {i for i, score in scores.items() if score} == set(ids.tolist())
    for i, score in zip(ids.tolist(), expected.tolist(), strict=True):
        assert scores[i] == pytest.approx(score, rel=0.03)  # tantivy keeps lengths in a byte
    assert whole(question, known, len(ROWS)) == pytest.approx(lexical.whole(question))


def test_a_term_has_a_dimension_in_each_field() -> None:
    assert len({dimension(f, t) for f in ("text", "source") for t in ("shop", "kettle")}) == 4


def test_averages_follow_what_comes_and_goes() -> None:
    first, second = (lengths_of([terms_in(*row)]) for row in ROWS[:2])
    both = first + second
    assert both.average("text") == pytest.approx((9 + 10) / 2) and both - second == first
