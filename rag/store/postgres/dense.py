"""Search by vectors: HNSW over half precision where it pays, else every vector that may be found.

An index by HNSW knows no filter: where few chunks are left, all of them are compared; else it goes on until it has enough
that are not filtered out (``hnsw.iterative_scan``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.store.contents import Contents, Ids
from rag.store.postgres.catalog import Asking
from rag.store.postgres.session import Part
from rag.store.postgres.values import arrays, as_half, as_ranges

HNSW_FROM = 5_000  # chunks from which on there is such an index
WIDEST = 4_000  # dimensions that it takes
FEW = 2_000  # chunks that are compared one by one
EF = (
    200,
    1000,
)  # candidates that a search keeps: the root of the chunks' count, at least and at most
KEPT = 16  # filters that are kept as the server takes them
Scores = NDArray[np.float32]


class PostgresDense:
    """The dense search of one generation, or of a part of it."""

    def __init__(
        self,
        session: Asking,
        contents: Contents,
        dimension: int,
        part: Part | None = None,
        by_graph: bool = False,
    ) -> None:
        """``by_graph``: whether there is an index by HNSW."""
        self._session = session
        self._contents = contents
        self._dimension = dimension
        self._part = part
        self._by_graph = by_graph
        self._count = len(contents.chunks())

    @property
    def kind(self) -> str:
        """For people: how it is searched."""
        return "pgvector HNSW fp16" if self._by_graph else "pgvector fp16 (exact)"

    @property
    def by_graph(self) -> bool:
        """Whether there is an index by HNSW."""
        return self._by_graph

    def search(
        self, queries: NDArray[np.float32], k: int, documents: Sequence[int] | None = None
    ) -> Iterator[tuple[Ids, Scores]]:
        """For each query the ids and cosines of its ``k`` nearest chunks, best first; of these documents only."""
        chunks = self._count if documents is None else len(self._contents.chunks(documents))
        for query in queries:
            if not chunks or k <= 0:
                yield np.empty(0, np.int64), np.empty(0, np.float32)
            elif self._by_graph and chunks > max(FEW, math.sqrt(1000 * self._count)):
                yield self._near(query, k, documents)
            else:
                yield self._all(query, k, documents)

    def _near(self, query: Scores, k: int, documents: Sequence[int] | None) -> tuple[Ids, Scores]:
        where = self._readable()
        if documents is not None:  # each chunk on the way is asked for its document
            where += " AND document <@ %(documents)s::int8multirange"
        column = f"vector::halfvec({self._dimension})"
        rows = self._session.rows(
            f"SELECT id, -({column} <#> %(query)s::halfvec({self._dimension})) FROM dense WHERE {where} "
            f"ORDER BY {column} <#> %(query)s::halfvec({self._dimension}) LIMIT %(k)s",
            {"documents": _ranges(tuple(documents or ())), "query": as_half(query), "k": k},
            self._part,
            {"hnsw.ef_search": str(min(max(EF[0], k, math.isqrt(self._count)), EF[1]))},
        )
        return arrays(rows)

    def _all(self, query: Scores, k: int, documents: Sequence[int] | None) -> tuple[Ids, Scores]:
        where = self._readable()
        if documents is not None:  # each document is looked up
            where += " AND document = ANY(%(documents)s::bigint[])"
        rows = self._session.rows(
            f"WITH found AS MATERIALIZED (SELECT id, -(vector <#> %(query)s::halfvec) AS score FROM dense WHERE {where}) "
            "SELECT id, score FROM found ORDER BY score DESC, id LIMIT %(k)s",
            {"documents": _listed(tuple(documents or ())), "query": as_half(query), "k": k},
            self._part,
        )
        return arrays(rows)

    def _readable(self) -> str:
        """That a row is of the part, if there is one. The server's policies say it again, where there is a role that they
        hold."""
        return "true" if self._part is None else "document <@ (SELECT readable())"


@lru_cache(KEPT)
def _ranges(documents: tuple[int, ...]) -> str:
    return as_ranges(documents)


@lru_cache(KEPT)
def _listed(documents: tuple[int, ...]) -> str:
    return "{" + ",".join(map(str, documents)) + "}"
