"""Search one snapshot of an index: dense, lexical, or both fused; filtered before the cut."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rag.errors import QueryError
from rag.index.catalog import Catalog
from rag.index.lexical import LexicalIndex
from rag.index.vectors import VectorIndex
from rag.types import Hit

Mode = Literal["hybrid", "dense", "lexical"]
Where = Mapping[str, str | Sequence[str]]

POOL = 100  # candidates that each side gives to the fusion, at least
DENSE_WEIGHT = 0.5
MAX_K = 10_000
_COLUMNS = {
    "source": "f.name",
    "type": "d.kind",
    "kind": "d.kind",
    "title": "d.title",
    "author": "d.author",
    "date": "d.date",
}
_COMPARISON = re.compile(r"(>=|<=|>|<)\s*(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One generation of an index, as a reader holds it."""

    catalog: Catalog
    vectors: VectorIndex
    lexical: LexicalIndex
    generation: int


def filter_documents(catalog: Catalog, where: Where) -> list[int]:
    """Ids of the documents that ``where`` admits.

    Keys are source, type, title, author, date or any metadata field. A value is a glob
    ("*.pdf"), a comparison (">=2024-01-01"), or a list of them, any of which will do.

    Raises:
        QueryError: a value is not text.
    """
    conditions: list[str] = []
    values: list[Any] = []
    for key, value in where.items():
        choices: list[Any] = list(value) if isinstance(value, list | tuple | set) else [value]
        if not choices or not all(isinstance(choice, str) for choice in choices):
            raise QueryError(
                f'The filter "{key}" must be a text such as "*.pdf" or ">=2024-01-01", '
                "or a list of texts."
            )
        column = _COLUMNS.get(key)
        alternatives = []
        for choice in choices:
            if column is None:
                expression = "coalesce((SELECT value FROM json_each(d.metadata) WHERE key = ?), '')"
                values.append(key)
            else:
                expression = column
            comparison = _COMPARISON.fullmatch(choice)
            if comparison:
                # A document without a date is neither before nor after any.
                alternatives.append(f"({expression} {comparison[1]} ? AND {expression} <> '')")
                values.append(comparison[2].strip())
                if column is None:
                    values.append(key)
            else:
                alternatives.append(f"{expression} GLOB ?")
                values.append(choice)
        conditions.append("(" + " OR ".join(alternatives) + ")")
    return catalog.documents_where(" AND ".join(conditions) or "1", values)


def fuse(
    dense: tuple[NDArray[np.int64], NDArray[np.float32]],
    lexical: tuple[NDArray[np.int64], NDArray[np.float32]],
    weight: float = DENSE_WEIGHT,
) -> list[tuple[int, float]]:
    """Convex combination of min-max normalised scores (Bruch, Gai and Ingber 2023): ids and fused
    scores in [0, 1], best first; ties go to the older chunk."""
    fused: dict[int, float] = {}
    for (ids, scores), share in ((dense, weight), (lexical, 1.0 - weight)):
        if not len(ids):
            continue
        low, high = float(scores.min()), float(scores.max())
        spread = high - low
        for identity, score in zip(ids.tolist(), scores.tolist(), strict=True):
            normal = (score - low) / spread if spread > 1e-9 else 1.0
            fused[identity] = fused.get(identity, 0.0) + share * normal
    return sorted(fused.items(), key=lambda pair: (-pair[1], pair[0]))


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
        dense = next(iter(snapshot.vectors.search(vector[None, :], pool, only)))
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


Ranked = tuple[int, float, float | None, float | None]


def diversify(catalog: Catalog, ranked: list[Ranked], k: int, diversity: float) -> list[Ranked]:
    """The ``k`` of ``ranked`` that match well and differ from each other: maximal marginal relevance
    (Carbonell and Goldstein 1998) over scores scaled to [0, 1] and cosines."""
    if not ranked:
        return []
    ids = np.array([identity for identity, *_ in ranked], np.int64)
    order = np.argsort(ids)
    dimension = int(catalog.get("dimension") or 0)
    stored = np.concatenate([v for _, v in catalog.vectors(ids[order], dimension)])
    vectors = np.empty_like(stored)
    vectors[order] = stored
    scores = np.array([score for _, score, *_ in ranked])
    spread = scores.max() - scores.min()
    scores = (scores - scores.min()) / (spread if spread > 1e-9 else 1.0)
    nearest = np.zeros(len(ranked))
    chosen: list[int] = []
    while len(chosen) < min(k, len(ranked)):
        gain = (1 - diversity) * scores - diversity * nearest
        gain[chosen] = -np.inf
        best = int(np.argmax(gain))
        chosen.append(best)
        nearest = np.maximum(nearest, vectors @ vectors[best])
    return [ranked[i] for i in chosen]


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
