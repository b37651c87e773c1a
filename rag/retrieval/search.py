"""Search one snapshot of an index: dense, lexical, or both fused; filtered before the cut."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rag.errors import QueryError
from rag.retrieval.diversity import diversify as diversify
from rag.retrieval.filters import Where, filter_documents
from rag.retrieval.fusion import DENSE_WEIGHT, fuse
from rag.retrieval.hit import Hit
from rag.store.catalog import Catalog
from rag.store.snapshot import Snapshot

Mode = Literal["hybrid", "dense", "lexical"]
Encode = Callable[[str], NDArray[np.float32]]  # a question -> its vector, [dimension]
POOL = 100  # candidates that each side gives to the fusion, at least
MAX_K = 10_000


def search(
    snapshot: Snapshot,
    question: str,
    k: int = 5,
    *,
    encode: Encode,
    where: Where | None = None,
    mode: Mode = "hybrid",
    diversity: float = 0.0,
) -> list[Hit]:
    """The ``k`` chunks of ``snapshot`` that match ``question`` best, best first.

    ``encode`` makes the question's vector; it is not called when ``mode`` is "lexical".

    ``diversity`` above 0, and up to 1, gives up some of the match for chunks that differ from
    those before them (maximal marginal relevance): near-duplicates do not fill the k.

    ``where`` narrows the search before anything is ranked: {"source": "*.pdf",
    "date": ">=2024-01-01", "type": ["pdf", "docx"]}.

    Raises:
        QueryError: an empty question, or a k, filter or mode that cannot be used.
    """
    if not question.strip():
        raise QueryError("The question is empty.")
    if not 1 <= k <= MAX_K:
        raise QueryError(f"k is {k}; it must be from 1 to {MAX_K}.")
    if mode not in ("hybrid", "dense", "lexical"):
        raise QueryError(f'mode is "{mode}"; it must be "hybrid", "dense" or "lexical".')
    if not 0 <= diversity <= 1:
        raise QueryError(f"diversity is {diversity}; it must be from 0 to 1.")
    vector = None if mode == "lexical" else encode(question)
    many = max(POOL, k) if diversity else k
    ranked = rank(snapshot, question, vector, many, where=where, mode=mode)
    if diversity:
        ranked = diversify(snapshot.catalog, ranked, k, diversity)
    return hits(snapshot.catalog, ranked)


def rank(
    snapshot: Snapshot,
    question: str,
    vector: NDArray[np.float32] | None,
    k: int,
    *,
    where: Where | None = None,
    mode: Mode = "hybrid",
    weight: float = DENSE_WEIGHT,
) -> list[tuple[int, float, float | None, float | None]]:
    """(chunk id, score, cosine, BM25) of the ``k`` best chunks, best first.

    ``vector`` is the question's, [dimension]; not needed when ``mode`` is "lexical".
    """
    documents = None if where is None else filter_documents(snapshot.catalog, where)
    pool = max(POOL, k)
    nothing = (np.empty(0, np.int64), np.empty(0, np.float32))
    dense, lexical = nothing, nothing
    if mode != "lexical" and vector is not None:
        only = None if documents is None else snapshot.catalog.chunk_ids(documents)
        dense = next(iter(snapshot.dense.search(vector[None, :], pool, only)))
    if mode != "dense":
        lexical = snapshot.lexical.search(question, pool, documents)
    if mode == "dense":
        ranked = list(zip(dense[0].tolist(), dense[1].tolist(), strict=True))
    elif mode == "lexical":
        ranked = list(zip(lexical[0].tolist(), lexical[1].tolist(), strict=True))
    else:
        ranked = fuse(dense, lexical, weight)
    cosine = dict(zip(dense[0].tolist(), dense[1].tolist(), strict=True))
    bm25 = dict(zip(lexical[0].tolist(), lexical[1].tolist(), strict=True))
    return [(i, float(s), cosine.get(i), bm25.get(i)) for i, s in ranked[:k]]


def hits(
    catalog: Catalog, ranked: list[tuple[int, float, float | None, float | None]]
) -> list[Hit]:
    """The chunks behind ranked ids, with all that is needed to show and cite them."""
    rows = catalog.chunk_rows([identity for identity, *_ in ranked])
    documents = {row.document: catalog.document(row.document) for row in rows.values()}
    sources = catalog.sources(documents)
    found = []
    for identity, score, dense, lexical in ranked:
        row = rows.get(identity)
        if row is None:
            continue
        document = documents[row.document]
        page, page_end = document.page_at(row.start), document.page_at(row.stop - 1)
        names = sources.get(row.document, ())
        found.append(
            Hit(
                chunk_id=identity,
                document_id=row.document,
                source=names[0] if names else "",
                sources=names,
                start=row.start,
                end=row.stop,
                text=row.text,
                score=score,
                dense=dense,
                lexical=lexical,
                context=row.context,
                page=page.number if page else None,
                page_end=page_end.number if page_end else None,
                page_label=page.label if page else "",
                page_kind=document.page_kind,
                title=document.title,
                kind=document.kind,
                metadata={**document.metadata, "author": document.author, "date": document.date},
            )
        )
    return found


def as_json(found: Sequence[Hit]) -> str:
    """Hits as a JSON array, for scripts."""
    fields = (
        "source",
        "sources",
        "page",
        "page_end",
        "page_label",
        "page_kind",
        "start",
        "end",
        "text",
        "context",
        "title",
        "score",
        "dense",
        "lexical",
    )
    return json.dumps([{f: getattr(hit, f) for f in fields} for hit in found], ensure_ascii=False)
