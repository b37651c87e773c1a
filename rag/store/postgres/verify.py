"""Everything about an index that can be checked. The server checks its pages itself, where it was made with checksums."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rag.store.neighbours import searched
from rag.store.postgres.catalog import PostgresCatalog
from rag.store.postgres.dense import HNSW_FROM, WIDEST
from rag.store.postgres.publish import GRAPH
from rag.store.verify import unsound

REBUILT = "(rag index makes it anew)"
NEAR = 0.999  # cosine of a vector with what it should be, at least: half precision


def problems(catalog: PostgresCatalog, *, vectors: bool = True) -> Iterator[str]:
    """What is wrong with the generation, a line each; ``vectors``: with those that are searched, too."""
    contents = catalog.contents
    names: dict[int, list[str]] = {}
    for row in catalog.files():
        if row.document is not None:
            names.setdefault(row.document, []).append(row.name)
    if {one: tuple(sorted(found)) for one, found in names.items()} != contents.names:
        yield "catalog: its files are not those that were published"
    yield from unsound(catalog)
    yield from _derived(catalog, vectors)


def _derived(catalog: PostgresCatalog, vectors: bool) -> Iterator[str]:
    contents = catalog.contents
    ids = catalog.visible()
    for table, what in (("dense", "the vector index"), ("words", "the full-text index")):
        if table == "dense" and not vectors:
            continue
        rows = catalog.rows(f"SELECT id, document FROM {table} ORDER BY id")
        found = np.array(rows, np.int64).reshape(-1, 2)
        if not np.array_equal(found[:, 0], ids) or (contents.owners(ids) != found[:, 1]).any():
            yield f"{what} is missing or damaged {REBUILT}"
        elif table == "dense":
            yield from _vectors(catalog)
    if sorted(one for (one,) in catalog.rows("SELECT document FROM cards")) != sorted(
        contents.names
    ):
        yield f"the cards of documents are missing or damaged {REBUILT}"
    for table, counted, key, source, column in (
        ("terms", "chunks", "dim", "words", "dims"),
        ("forms", "documents", "form", "cards", "forms"),
    ):
        wrong = catalog.rows(
            f"SELECT count(*) FROM (SELECT {key}, {counted}::bigint FROM {table} EXCEPT SELECT one, count(*) FROM {source} "
            f"CROSS JOIN unnest({column}) AS one GROUP BY one) AS wrong"
        )
        if wrong != [(0,)]:
            yield f"the counts of {table} are wrong {REBUILT}"
    graph = catalog.rows("SELECT to_regclass(%s)::text", (GRAPH,)) != [(None,)]
    if vectors and not graph and len(ids) >= HNSW_FROM and catalog.recipe().dimension <= WIDEST:
        yield f"the index over vectors is missing: searches are slow {REBUILT}"


def _vectors(catalog: PostgresCatalog) -> Iterator[str]:
    """Vectors that are not what chunks are to be searched by."""
    for part, vectors in searched(catalog, catalog.visible()):
        rows = catalog.rows(
            "SELECT id, vector::real[] FROM dense WHERE id = ANY(%s) ORDER BY id", (part.tolist(),)
        )
        kept = np.array([row[1] for row in rows], np.float32)
        if kept.shape != vectors.shape:
            yield f"the vector index is of another dimension {REBUILT}"
            return
        for identity in part[~((kept * vectors).sum(axis=1) > NEAR)]:
            yield f"chunk {identity}: the vector that it is searched by is damaged {REBUILT}"
