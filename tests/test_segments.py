"""How vectors lie on disk: segments that are written once, few of them, and what is gone from them unseen."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from rag.chunking import Chunk
from rag.documents.document import Document
from rag.errors import IndexDamaged
from rag.store.conditions import Condition
from rag.store.folder import lexical, reading, segments
from rag.store.folder.store import FolderStore, Publishing
from rag.store.neighbours import searched
from rag.store.recipe import Recipe
from rag.store.rows import FileRow, Origin
from rag.store.snapshot import Snapshot
from rag.store.writer import NewDocument

RECIPE = Recipe("random", "random/1", 16, 150, 25, 32, 0.3)
CHUNKS = 5


def add(catalog: Publishing, number: int) -> None:
    """Stage a document of five chunks, with vectors made of its number."""
    words = [f"part {i} of paper {number}, about w{number % 7}" for i in range(CHUNKS)]
    text = "\n\n".join(words)
    ends = np.cumsum([len(word) + 2 for word in words]).tolist()
    chunks = [Chunk(end - len(word) - 2, end - 2) for word, end in zip(words, ends, strict=True)]
    vectors = np.random.default_rng(number).standard_normal((CHUNKS, 16))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    keys = [hashlib.sha256(word.encode()).digest()[:16] for word in words]
    ids = catalog.add_vectors("random/1", keys, vectors.astype(np.float32))
    with catalog.transaction():
        root = catalog.root("/data")
        document = Document(text, "text", title=f"paper {number}", date=f"20{number % 20 + 10}")
        new = NewDocument(Origin(str(number), "text/1"), document, chunks, [*ids.values()])
        (made,) = catalog.add_documents([new])
        catalog.stage([FileRow(root, f"{number}.txt", len(text), 1, "text/1", made, None)])


def publish(store: FolderStore, numbers: range, removed: range = range(0)) -> None:
    with store.writing() as catalog:
        catalog.settle(RECIPE)
        for number in numbers:
            add(catalog, number)
        catalog.publish([(1, f"{number}.txt") for number in removed])


def files(store: FolderStore) -> dict[str, int]:
    return {file.name: file.stat().st_ino for file in store.path.glob("vectors-*")}


def nearest(snapshot: Snapshot, query: np.ndarray) -> list[tuple[int, float]]:
    """By looking at all of them."""
    parts = list(searched(snapshot.catalog, snapshot.catalog.visible()))
    ids, vectors = (np.concatenate(one) for one in zip(*parts, strict=True))
    best = np.argsort(-(vectors @ query))[:10]
    return [(int(ids[i]), float(vectors[i] @ query)) for i in best]


def check(store: FolderStore) -> None:
    """That the index is sound, and finds just what there is."""
    assert store.problems() == []
    snapshot = store.snapshot()
    for seed in range(5):
        query = np.random.default_rng(1000 + seed).standard_normal(16).astype(np.float32)
        query /= np.linalg.norm(query)
        ((ids, scores),) = snapshot.dense.search(query[None], 10)
        expected = nearest(snapshot, query)
        assert scores.tolist() == pytest.approx([score for _, score in expected], abs=2e-3)
        assert len({*ids.tolist()} & {i for i, _ in expected}) >= 9  # two may be as near
    snapshot.catalog.close()


def test_a_file_more_leaves_what_is_there_untouched(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "index")
    publish(store, range(40))
    ((large, inode),) = files(store).items()
    for number in range(40, 52):
        publish(store, range(number, number + 1))
        there = files(store)
        assert there[large] == inode and len(there) <= 4
    check(store)


def test_what_is_gone_is_unseen_and_written_out_when_it_is_half(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "index")
    publish(store, range(40))
    (large,) = files(store)
    publish(store, range(0), removed=range(15))
    assert [*files(store)] == [large]
    check(store)
    publish(store, range(0), removed=range(15, 30))
    assert large not in files(store) and len(files(store)) == 1
    check(store)
    publish(store, range(0), removed=range(30, 40))
    assert files(store) == {} and store.problems() == []


def test_a_large_segment_is_coded_and_its_best_are_exact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "FLAT_LIMIT", 100)
    store = FolderStore(tmp_path / "index")
    publish(store, range(60))
    snapshot = store.snapshot()
    assert snapshot.dense.kind == "IVF69 8 bit"
    query = np.random.default_rng(7).standard_normal(16).astype(np.float32)
    query /= np.linalg.norm(query)
    ((_, scores),) = snapshot.dense.search(query[None], 10)
    expected = [score for _, score in nearest(snapshot, query)]
    assert scores.tolist() == pytest.approx(expected, abs=1e-6)
    snapshot.catalog.close()
    publish(store, range(60, 63))
    assert len(files(store)) == 2
    check(store)
    publish(store, range(63, 100), removed=range(30))
    check(store)


def test_of_several_segments_one_that_is_lost_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FolderStore(tmp_path / "index")
    publish(store, range(40))
    (large,) = files(store)
    publish(store, range(40, 43))
    (store.path / large).write_bytes(b"")
    snapshot = store.snapshot()
    query = np.full(16, 0.25, np.float32)
    ((ids, _),) = snapshot.dense.search(query[None], 10)
    assert ids.tolist() == [i for i, _ in nearest(snapshot, query)]
    snapshot.catalog.close()
    monkeypatch.setattr(reading, "MOST_IN_MEMORY", 10)
    snapshot = store.snapshot()
    with pytest.raises(IndexDamaged, match="Run rag index FOLDER"):
        list(snapshot.dense.search(query[None], 10))
    snapshot.catalog.close()
    with store.writing() as catalog:
        catalog.repair()
    assert large not in files(store)
    check(store)


def test_full_text_of_many_documents_is_that_of_each_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FolderStore(tmp_path / "index")
    publish(store, range(70))
    snapshot = store.snapshot()
    documents = snapshot.catalog.documents_where([[Condition("date", ">=", "2015")]])
    again = snapshot.catalog.documents_where([[Condition("date", ">=", "2015")]])
    assert again is documents and len(documents) == 50
    found: dict[str, dict[int, float]] = {}
    for few in (0, 200):
        monkeypatch.setattr(lexical, "FEW", few)
        for question in ("about w3", "paper 31", "part 2 of paper"):
            ids, scores = snapshot.lexical.search(question, 400, documents)
            pairs = dict(zip(ids.tolist(), scores.tolist(), strict=True))
            assert found.setdefault(question, pairs) == pairs and pairs
    snapshot.catalog.close()
