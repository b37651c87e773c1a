"""Everything about an index that can be checked. The server checks its pages itself, where it was made with checksums."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rag.store.bm25 import DIMENSIONS
from rag.store.neighbours import searched
from rag.store.postgres.catalog import PostgresCatalog
from rag.store.postgres.dense import HNSW_FROM, WIDEST
from rag.store.postgres.postings import Postings
from rag.store.postgres.publish import GRAPH
from rag.store.verify import unsound

REBUILT = "(rag index makes it anew)"
PARTS = 16  # in which postings are looked at
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
    if vectors:
        rows = catalog.rows("SELECT id, document FROM dense ORDER BY id")
        found = np.array(rows, np.int64).reshape(-1, 2)
        if not np.array_equal(found[:, 0], ids) or (contents.owners(ids) != found[:, 1]).any():
            yield f"the vector index is missing or damaged {REBUILT}"
        else:
            yield from _vectors(catalog)
    for table, what in (("words", "the full-text index"), ("cards", "the cards of documents")):
        there = {document for (document,) in catalog.rows(f"SELECT document FROM {table}")}
        if there != contents.names.keys() or (table == "words" and not _has_postings(catalog)):
            yield f"{what} is missing or damaged {REBUILT}"
    wrong = catalog.rows(
        "SELECT count(*) FROM (SELECT form, documents::bigint FROM forms EXCEPT SELECT one, count(*) FROM cards "
        "CROSS JOIN unnest(forms) AS one GROUP BY one) AS wrong"
    )
    if wrong != [(0,)]:
        yield f"the counts of forms are wrong {REBUILT}"
    graph = catalog.rows("SELECT to_regclass(%s)::text", (GRAPH,)) != [(None,)]
    if vectors and not graph and len(ids) >= HNSW_FROM and catalog.recipe().dimension <= WIDEST:
        yield f"the index over vectors is missing: searches are slow {REBUILT}"


def _has_postings(catalog: PostgresCatalog) -> bool:
    """Whether postings are of just those documents and dimensions that they should be of."""
    for low in range(0, DIMENSIONS, DIMENSIONS // PARTS):
        within = (low, low + DIMENSIONS // PARTS)
        rows = catalog.rows(
            "SELECT dim, first, packed FROM postings WHERE dim >= %s AND dim < %s ORDER BY dim, first",
            within,
        )
        found = Postings.unpacked(rows)
        order = np.diff(found.chunks) > 0
        if not (order | (np.diff(found.dims) > 0)).all() or not (found.weights > 0).all():
            return False
        pairs = np.stack((found.dims, catalog.contents.owners(found.chunks)), axis=1)
        wanted = catalog.rows(
            "SELECT dim, document FROM words CROSS JOIN unnest(dims) AS dim WHERE dim >= %s AND dim < %s "
            "ORDER BY dim, document",
            within,
        )
        if not np.array_equal(np.unique(pairs, axis=0), np.array(wanted).reshape(-1, 2)):
            return False
    return True


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
