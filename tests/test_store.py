"""The vector store: LangChain's own suite, and what it does not ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.documents import Document
from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_core.vectorstores import VectorStore
from langchain_tests.integration_tests import VectorStoreIntegrationTests

from rag import RagVectorStore
from rag.embedding.embedder import BundledEmbedder
from rag.errors import IndexMismatch, StorageError
from rag.integrations.langchain.embeddings import RagEmbeddings

TEXTS = ["Kettles boil water.", "Toasters brown bread.", "The bank lends money."]


class TestInMemory(VectorStoreIntegrationTests):
    @pytest.fixture
    def vectorstore(self) -> Iterator[VectorStore]:  # type: ignore[override]
        yield RagVectorStore(self.get_embeddings())


class TestOnDisk(VectorStoreIntegrationTests):
    @pytest.fixture
    def vectorstore(self, tmp_path: Path) -> Iterator[VectorStore]:  # type: ignore[override]
        yield RagVectorStore(self.get_embeddings(), tmp_path / "store")


@pytest.fixture
def store(tmp_path: Path) -> RagVectorStore:
    metadatas = [{"group": "kitchen"}, {"group": "kitchen"}, {"group": "money"}]
    return RagVectorStore.from_texts(
        TEXTS, RagEmbeddings(), metadatas, ids=["a", "b", "c"], folder=tmp_path / "store"
    )


def test_meaning_is_found_and_outlives_the_process(store: RagVectorStore, tmp_path: Path) -> None:
    again = RagVectorStore(RagEmbeddings(), tmp_path / "store")
    for each in (store, again):
        (found, score), *_ = each.similarity_search_with_score("How is tea water heated?", 3)
        assert (found.id, found.page_content) == ("a", TEXTS[0]) and 0.2 < score <= 1
    again.delete(["a"])
    assert "a" not in [d.id for d in RagVectorStore(RagEmbeddings(), tmp_path / "store")
                       .similarity_search("How is tea water heated?", 3)]  # fmt: skip


def test_a_filter_is_applied_before_the_cut(store: RagVectorStore) -> None:
    for condition in ({"group": "money"}, {"group": ["money", "law"]}, lambda d: d.id == "c"):
        (only,) = store.similarity_search("boiling water", 1, filter=condition)
        assert only.id == "c"
    assert store.similarity_search("water", 2, filter={"group": "none"}) == []


def test_diverse_results_and_scores(store: RagVectorStore) -> None:
    store.add_documents([Document(id="d", page_content="Kettles boil water!", metadata={})])
    plain = [d.id for d in store.similarity_search("kettle", 2)]
    diverse = [d.id for d in store.max_marginal_relevance_search("kettle", 2, lambda_mult=0.1)]
    assert set(plain) == {"a", "d"} and set(diverse) != {"a", "d"}
    for _, score in store.similarity_search_with_relevance_scores("kettle", 4):
        assert 0 <= score <= 1


def test_it_refuses_what_does_not_fit(store: RagVectorStore, tmp_path: Path) -> None:
    other = RagVectorStore(DeterministicFakeEmbedding(size=8), tmp_path / "store")
    with pytest.raises(IndexMismatch, match="length 384"):
        other.similarity_search("water")
    with pytest.raises(ValueError, match="differ in length"):
        store.add_texts(["x"], ids=["1", "2"])
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError):
        RagVectorStore(RagEmbeddings(), tmp_path / "file")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "store.sqlite").write_text("not a database, but long enough" * 100)
    with pytest.raises(StorageError, match="not a database"):
        RagVectorStore(RagEmbeddings(), tmp_path / "bad")


def test_the_bundled_encoder_is_the_default(embedder: BundledEmbedder) -> None:
    store = RagVectorStore()
    store.add_texts(TEXTS)
    assert len(store) == 3 and store.similarity_search("credit", 1)[0].page_content == TEXTS[2]


def test_what_cannot_be_written_changes_nothing(store: RagVectorStore) -> None:
    with pytest.raises(TypeError):
        store.add_texts(["New.", "Other."], [{}, {"not": object()}], ids=["a", "b"])
    assert [d.page_content for d in store.get_by_ids(["a", "b"])] == TEXTS[:2]
    found = {d.id for d in store.similarity_search("boiling water", 3)}
    assert found == {"a", "b", "c"}


def test_what_another_process_writes_is_seen(store: RagVectorStore, tmp_path: Path) -> None:
    again = RagVectorStore(RagEmbeddings(), tmp_path / "store")
    again.delete(["a"])
    again.add_texts(["Tea is made with hot water."], ids=["e"])
    (first, *_), size = store.similarity_search("How is tea made?", 3), len(store)
    assert (first.id, size) == ("e", 3)
    store.add_texts(["Coffee is made with hot water."], ids=["f"])
    assert [d.id for d in again.similarity_search("coffee", 1)] == ["f"]
