"""The index as a LangChain retriever: LangChain's own suite, and what a citation needs."""

from __future__ import annotations

import pytest
from langchain_tests.integration_tests import RetrieversIntegrationTests

from rag.index import Index
from rag.integrations.langchain.retriever import RagRetriever


class TestRetriever(RetrieversIntegrationTests):
    @pytest.fixture(autouse=True)
    def _index(self, sample: Index) -> None:
        TestRetriever.index = sample

    @property
    def retriever_constructor(self) -> type[RagRetriever]:
        return RagRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, object]:
        return {"index": TestRetriever.index}

    @property
    def retriever_query_example(self) -> str:
        return "annual leave"


def test_documents_can_be_cited(sample: Index) -> None:
    retriever = RagRetriever(index=sample, k=3, where={"source": "policies/*"})
    for document in retriever.invoke("annual leave"):
        meta = document.metadata
        assert meta["source"].startswith("policies/")
        (hit,) = [h for h in sample.search("annual leave", 100) if str(h.chunk_id) == document.id]
        text = sample.document(hit.document_id).text
        assert text[meta["start"] : meta["end"]] == document.page_content
