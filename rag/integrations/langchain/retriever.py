"""The index as a LangChain retriever."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from rag.readable import Readable
from rag.retrieval.hit import Hit
from rag.retrieval.search import Mode


class RagRetriever(BaseRetriever):
    """Hits as LangChain documents, best first: ``RagRetriever(index=index, k=5)``.

    ``k`` and ``where`` may be given with a question too: ``retriever.invoke(q, k=3)``.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Readable
    k: int = 5
    where: dict[str, Any] | None = None
    mode: Mode = "hybrid"

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        k: int | None = None,
        where: dict[str, Any] | None = None,
    ) -> list[Document]:
        hits = self.index.search(query, k or self.k, where=where or self.where, mode=self.mode)
        return [as_document(hit) for hit in hits]


def as_document(hit: Hit) -> Document:
    """``metadata`` holds what is needed to cite it: source, page, start, end, score.

    What the document says of itself (author, date, fields of its front matter) is apart from that,
    in a mapping of its own, ``metadata["metadata"]``: no document can pass for another.
    """
    return Document(
        id=str(hit.chunk_id),
        page_content=hit.text,
        metadata={
            "source": hit.source,
            "page": hit.page,
            "place": hit.place,
            "start": hit.start,
            "end": hit.end,
            "score": hit.score,
            "context": hit.context,
            "title": hit.title,
            "metadata": {name: value for name, value in hit.metadata.items() if value},
        },
    )
