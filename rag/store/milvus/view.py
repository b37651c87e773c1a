"""One generation in a collection, or a part of one, as its readers search it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rag.errors import IndexDamaged
from rag.store.contents import Contents
from rag.store.milvus.collection import (
    MOST_LISTED,
    Collections,
    Found,
    chunks_of,
    listed,
)
from rag.store.milvus.connection import NotThere

MOST = 16_384  # rows that a search of Milvus can give back
NONE: Found = (np.empty(0, np.int64), np.empty(0, np.float32))


@dataclass(frozen=True, eq=False, slots=True)
class View:
    """What of a collection is of one generation, and of these ``contents``, all or a part of the ``whole``.

    It is searched by the generation's alias: what was swept away since, with the alias, is an error and no answer.
    """

    collections: Collections
    generation: int
    identity: str
    whole: Contents
    contents: Contents

    @property
    def alias(self) -> str:
        """What the generation is called in Milvus."""
        return self.collections.alias(self.generation, self.identity)

    def within(self, contents: Contents) -> View:
        """What is of these contents, a part of those here."""
        return View(self.collections, self.generation, self.identity, self.whole, contents)

    def search(
        self,
        field: str,
        vectors: Sequence[Any],
        k: int,
        documents: Iterable[int] | None = None,
        **params: int,
    ) -> list[Found]:
        """Ids of chunks and inner products of their ``field`` with each vector, the ``k`` best first; of these documents only.

        Raises:
            IndexDamaged: the generation is no longer on the server.
            StorageError: the server cannot be asked.
        """
        there = f"born <= {self.generation} and died > {self.generation}"
        found = [[NONE] for _ in vectors]
        try:
            for where in self._among(documents) if k and len(vectors) else ():
                both = f"{there} and {where}" if where else there
                some = self.collections.search(
                    self.alias, field, vectors, min(k, MOST), both, **params
                )
                for one, more in zip(found, some, strict=True):
                    one.append(self._held(more))
        except NotThere as error:
            raise self.gone() from error
        return [best(parts, k) for parts in found]

    def gone(self) -> IndexDamaged:
        """The error that says that the generation is not on the server."""
        return IndexDamaged(
            f"{self.collections.address.shown}: Milvus does not hold generation {self.generation} of this index. "
            "Open the index again, if others have written to it since; if it is of another time than its catalog, or was "
            "dropped, rag index makes it anew from the catalog and embeds nothing."
        )

    def _among(self, documents: Iterable[int] | None) -> Iterable[str]:
        """Expressions that together are true of what is to be found; "" is true of all."""
        every, wanted = self.whole.documents, self.contents.documents
        if documents is not None:
            wanted = np.intersect1d(wanted, np.fromiter(documents, np.int64))
        others = np.setdiff1d(every, wanted, assume_unique=True)
        if not len(others):
            return [""]
        if len(others) <= min(len(wanted), MOST_LISTED):
            return [f"not ({one})" for one in listed(others.tolist())]
        return listed(wanted.tolist())

    def _held(self, found: Found) -> Found:
        """Only what the catalog's own record of the generation has, whatever the server says."""
        chunks = chunks_of(found[0])
        held = self.contents.owners(chunks) >= 0
        return chunks[held], found[1][held]


def best(parts: Sequence[Found], k: int) -> Found:
    """The ``k`` best of what several searches found."""
    ids, scores = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(-scores, kind="stable")[:k]
    return ids[order], scores[order]
