"""What a catalog holds, and whether it is sound, wherever it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from rag.store.catalog import Catalog
from rag.store.contents import Ids


def contents(catalog: Catalog) -> dict[str, Any]:
    """All that a user could see, free of ids and times, by file: two builds of the same folder have
    equal contents, whatever happened on the way."""
    return {
        row.name: row.failure
        if row.document is None
        else {
            **asdict(catalog.document(row.document)),
            "chunks": [(c.start, c.stop, c.context) for c in catalog.document_chunks(row.document)],
        }
        for row in catalog.files()
    }


def unsound(catalog: Catalog) -> Iterator[str]:
    """What is wrong with the visible documents, chunks and vectors, a line each."""
    for identity in sorted(catalog.names()):
        yield from _document_problems(catalog, identity)
    yield from _vector_problems(catalog, catalog.visible())


def _document_problems(catalog: Catalog, identity: int) -> Iterator[str]:
    """Chunks must be spans of the text that cover it all, and the map must lie inside it."""
    try:
        document = catalog.document(identity)
        chunks = catalog.document_chunks(identity)
    except Exception as error:  # whatever damage leads to is a line
        yield f"document {identity}: {error}"
        return
    text, covered = document.text, 0
    for row in chunks:
        if not 0 <= row.start < row.stop <= len(text):
            yield f"document {identity}: chunk {row.id} is not a span of its text"
        elif row.start > covered and text[covered : row.start].strip():
            yield f"document {identity}: text at {covered} is in no chunk"
        covered = max(covered, row.stop)
    if text[covered:].strip():
        yield f"document {identity}: text at {covered} is in no chunk"
    if any(not 0 <= page.start <= len(text) for page in document.pages):
        yield f"document {identity}: its page map points outside its text"


def _vector_problems(catalog: Catalog, ids: Ids) -> Iterator[str]:
    try:
        for part, vectors in catalog.vectors(ids):
            norms = np.linalg.norm(vectors, axis=1)
            for identity in part[~(np.abs(norms - 1.0) < 0.01)]:
                yield f"chunk {identity}: its vector is damaged"
    except Exception as error:
        yield f"vectors: {error}"
