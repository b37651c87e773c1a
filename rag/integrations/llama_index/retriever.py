"""The index as a LlamaIndex retriever."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import (
    NodeRelationship,
    NodeWithScore,
    ObjectType,
    QueryBundle,
    RelatedNodeInfo,
    TextNode,
)

from rag.readable import Readable
from rag.retrieval.filters import Where
from rag.retrieval.hit import Hit
from rag.retrieval.search import Mode

SHOWN = "place"
"""The entry of a node's metadata that a model is shown with its text."""


class RagRetriever(BaseRetriever):
    """Hits as LlamaIndex nodes, best first: ``RagRetriever(index, k=5)``.

    >>> engine = RetrieverQueryEngine.from_args(RagRetriever(index), llm=llm)  # doctest: +SKIP

    ``where``, ``mode`` and ``diversity`` are those of :meth:`rag.Index.search`; other options are those of LlamaIndex's
    ``BaseRetriever``.
    """

    def __init__(
        self,
        index: Readable,
        *,
        k: int = 5,
        where: Where | None = None,
        mode: Mode = "hybrid",
        diversity: float = 0.0,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.index = index
        self.k = k
        self.where = where
        self.mode = mode
        self.diversity = diversity

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self.index.search(
            query_bundle.query_str,
            self.k,
            where=self.where,
            mode=self.mode,
            diversity=self.diversity,
        )
        return [as_node(hit) for hit in hits]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


def as_node(hit: Hit) -> NodeWithScore:
    """A hit as a node: its text is ``document.text[start_char_idx:end_char_idx]`` of the document of its source.

    ``metadata`` holds what is needed to cite it, as LangChain's documents have it; a model is shown the place. The
    node's id is the same as long as that text stands there, whatever is indexed beside it.
    """
    mark = f"{hit.source}\0{hit.start}\0{hit.text}"
    said = {name: value for name, value in hit.metadata.items() if value}
    metadata = {
        "source": hit.source,
        "page": hit.page,
        "place": hit.place,
        "document_id": hit.document_id,
        "context": hit.context,
        "title": hit.title,
        "metadata": said,
    }
    document = RelatedNodeInfo(node_id=hit.source, node_type=ObjectType.DOCUMENT)
    node = TextNode(
        id_=hashlib.sha256(mark.encode()).hexdigest()[:32],
        text=hit.text,
        metadata=metadata,
        start_char_idx=hit.start,
        end_char_idx=hit.end,
        relationships={NodeRelationship.SOURCE: document},
        excluded_llm_metadata_keys=[name for name in metadata if name != SHOWN],
        excluded_embed_metadata_keys=[name for name in metadata if name != "context"],
    )
    return NodeWithScore(node=node, score=hit.score)
