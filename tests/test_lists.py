"""The lists of a large segment: few, short, and each vector in the one that it is nearest to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.store.folder import segments
from rag.store.folder.dense import DenseIndex
from rag.store.folder.lists import Ids, Lists, Vectors, count_for, sample_size
from rag.store.folder.segments import Segment

DIMENSION = 24


def units(count: int, seed: int = 0, topics: int = 40) -> Vectors:
    """Unit vectors around some directions, as those of texts are."""
    topic = np.random.default_rng(9).standard_normal((topics, DIMENSION))
    rng = np.random.default_rng(seed)
    made = topic[rng.integers(topics, size=count)] + 0.5 * rng.standard_normal((count, DIMENSION))
    unit: Vectors = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)
    return unit


def coded(vectors: Vectors, first: int = 0) -> Segment:
    ids = np.arange(first, first + len(vectors))
    return Segment.coded([(ids, vectors)], vectors, len(vectors))


def nearest(vectors: Vectors, query: Vectors, among: Ids, k: int = 10) -> set[int]:
    return set(among[np.argsort(-(vectors[among] @ query))[:k]].tolist())


def test_a_vector_is_in_the_list_of_its_nearest_middle() -> None:
    vectors = units(20_000)
    lists = Lists.found(vectors[: sample_size(20_000)], 20_000)
    assert len(lists.middles) == pytest.approx(count_for(20_000), rel=0.05)
    assert lists.starts[-1] == len(lists.middles)
    assert len(lists.heads) < len(lists.middles) / 10
    best = (vectors @ lists.middles.T).argmax(axis=1)
    assert np.mean(lists.nearest(vectors) == best) > 0.95


@given(st.integers(1, 40), st.integers(1, 5))
def test_few_or_equal_vectors_have_lists_too(count: int, different: int) -> None:
    vectors = units(count)[np.arange(count) % different]
    lists = Lists.found(vectors, count)
    found = lists.nearest(vectors)
    assert found.min() >= 0 and found.max() < len(lists.middles)
    assert np.isfinite(lists.middles).all()


def test_what_a_filter_lets_through_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "PROBES", 20)
    vectors = units(20_000)
    segment = coded(vectors)
    index = DenseIndex([segment])
    queries = units(40, seed=1)
    topic = np.flatnonzero(vectors @ queries[0] > 0.5)
    every = np.arange(len(vectors))
    for only in (every[::2], every[3::70], every[5:9], topic):
        got = 0.0
        for query, (ids, _) in zip(queries, index.search(queries, 10, only), strict=True):
            assert np.isin(ids, only).all()
            wanted = nearest(vectors, query, only)
            got += len(wanted & set(ids.tolist())) / len(wanted)
        assert got / len(queries) > 0.9


def test_a_filter_is_looked_for_only_where_it_is() -> None:
    vectors = units(4000)
    segment, other = coded(vectors), coded(vectors, first=4000)
    index = DenseIndex([segment, other])
    few = np.array([4000, 4001, 7999, 20_000])
    ((ids, _),) = index.search(vectors[:1], 10, few)
    assert sorted(ids.tolist()) == [4000, 4001, 7999]
    assert [len(ids) for ids, _ in index.search(vectors[:2], 10, np.array([9000]))] == [0, 0]
    assert segment.only(few, None) is None
