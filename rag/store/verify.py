"""Everything about an index that can be checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.store.catalog import Catalog
from rag.store.dense import DenseIndex
from rag.store.lexical import LexicalIndex

REBUILT = "(rag index rebuilds it; searches rebuild it in memory until then)"


def problems(path: Path) -> list[str]:
    """What is wrong with the newest generation on disk, a line each."""
    catalog = Catalog.open_snapshot(path)
    try:
        return list(_problems(path, catalog))
    finally:
        catalog.close()


def _problems(path: Path, catalog: Catalog) -> Iterator[str]:
    for (line,) in catalog.db.execute("PRAGMA integrity_check"):
        if line != "ok":
            yield f"catalog: {line}"
    for table, *_ in catalog.db.execute("PRAGMA foreign_key_check"):
        yield f"catalog: a row of {table} points at nothing"
    documents = {row.document for row in catalog.files() if row.document is not None}
    for identity in sorted(documents):
        yield from _document_problems(catalog, identity)
    ids, dimension = catalog.visible(), int(catalog.get("dimension") or 0)
    yield from _vector_problems(catalog, ids, dimension)
    if DenseIndex.load(path, catalog.generation(), ids, dimension) is None:
        yield f"the vector index is missing or stale {REBUILT}"
    lexical = LexicalIndex.load(path, catalog.generation())
    if lexical is None or not np.array_equal(lexical.ids(), ids):
        yield f"the full-text index is missing or stale {REBUILT}"


def _document_problems(catalog: Catalog, identity: int) -> Iterator[str]:
    """Chunks must be spans of the text that cover it all, and the map must lie inside it."""
    try:
        document = catalog.document(identity)
        text = document.text
        covered = 0
        for row in catalog.document_chunks(identity):
            if not 0 <= row.start < row.stop <= len(text):
                yield f"document {identity}: chunk {row.id} is not a span of its text"
            elif row.start > covered and text[covered : row.start].strip():
                yield f"document {identity}: text at {covered} is in no chunk"
            covered = max(covered, row.stop)
        if text[covered:].strip():
            yield f"document {identity}: text at {covered} is in no chunk"
        places: Sequence[int] = [p.start for p in document.pages]
        if any(not 0 <= place <= len(text) for place in places):
            yield f"document {identity}: its page map points outside its text"
    except Exception as error:
        yield f"document {identity}: {error}"


def _vector_problems(catalog: Catalog, ids: NDArray[np.int64], dimension: int) -> Iterator[str]:
    try:
        for part, vectors in catalog.vectors(ids, dimension):
            norms = np.linalg.norm(vectors, axis=1)
            for identity in part[~(np.abs(norms - 1.0) < 0.01)]:
                yield f"chunk {identity}: its vector is damaged"
    except Exception as error:
        yield f"vectors: {error}"
