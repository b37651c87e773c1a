"""The index as a LlamaIndex retriever: its nodes, and an engine on top of it."""

from __future__ import annotations

import asyncio
import sys

import pytest

from rag import Index
from rag.errors import ExtraMissing, QueryError

pytest.importorskip("llama_index.core")

QUESTION = "Who approves travel over 2,000 euros?"


@pytest.mark.filterwarnings("ignore")  # what LlamaIndex warns of is its own
def test_nodes_stand_where_they_say(sample: Index) -> None:
    from rag.integrations.llama_index import RagRetriever

    retriever = RagRetriever(sample, k=4, where={"source": "policies/*"})
    nodes = retriever.retrieve(QUESTION)
    hits = sample.search(QUESTION, 4, where={"source": "policies/*"})
    assert [n.score for n in nodes] == [h.score for h in hits] and len(nodes) == 4
    for found, hit in zip(nodes, hits, strict=True):
        node = found.node
        text = sample.document_of(node.ref_doc_id).text
        assert text[node.start_char_idx : node.end_char_idx] == node.text == hit.text
        assert node.metadata["place"] == hit.place and node.metadata["page"] == hit.page
        assert sample.document(node.metadata["document_id"]).text == text
        shown = node.get_content("llm")
        assert hit.place in shown and "document_id" not in shown
    again = asyncio.run(RagRetriever(sample, k=4, mode="dense").aretrieve(QUESTION))
    assert {n.node_id for n in again} & {n.node_id for n in nodes}
    assert len({n.node_id for n in again}) == 4
    with pytest.raises(QueryError):
        retriever.retrieve("  ")


@pytest.mark.filterwarnings("ignore")
def test_an_engine_answers_from_it(sample: Index) -> None:
    from llama_index.core.llms.mock import MockLLM
    from llama_index.core.query_engine import RetrieverQueryEngine

    from rag.integrations.llama_index import RagRetriever

    engine = RetrieverQueryEngine.from_args(RagRetriever(sample, k=3), llm=MockLLM())
    response = engine.query(QUESTION)  # the mock says what it was asked
    hits = sample.search(QUESTION, 3)
    assert all(hit.text in str(response) and hit.place in str(response) for hit in hits)
    assert [n.metadata["place"] for n in response.source_nodes] == [h.place for h in hits]
    later = asyncio.run(engine.aquery(QUESTION))
    assert str(later) == str(response)


def test_without_the_extra_it_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    import rag.integrations.llama_index as ours

    monkeypatch.setitem(sys.modules, "llama_index.core", None)
    with pytest.raises(ExtraMissing, match=r"rag-folder\[llama-index\]"):
        _ = ours.RagRetriever
    with pytest.raises(AttributeError):
        _ = ours.Nothing  # type: ignore[attr-defined]
